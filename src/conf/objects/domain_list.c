/* The list of domains of one driver instance: find by uuid, name or id, and publish what readers see.
 *
 * Two kinds of locks, both held for a few instructions only and never across a call into another module: the list's
 * (its three tables and the sorted copy) and each entry's (the pointer to its view). */
#include "conf/domain_list.h"

#include <pthread.h>
#include <string.h>

#include "util/auto.h"
#include "util/text.h"

struct DomainEntry {
        int refs; /* atomic */
        DomainList *list;
        char *name; /* atomic pointer; former names live on in `former` because readers may still hold them */
        GSList *former;
        unsigned char uuid[UUID_LENGTH];
        Lane *lane;
        void *driver;
        int removed; /* atomic */
        pthread_mutex_t lock;
        DomainView *view; /* under lock */
};

/* The entries in order of their names, shared by everybody who lists until the list changes. */
typedef struct Sorted {
        int refs; /* atomic */
        size_t n;
        DomainEntry *entries[];
} Sorted;

/* What was formatted last for readers: tools ask for the same document again and again. A slot belongs to one view, whose
 * reference it holds; a new view of the domain is another one, so that nothing here can be out of date. */
enum { TEXT_SLOTS = 64 };

typedef struct TextSlot {
        pthread_mutex_t lock;
        DomainView *view; /* under lock, like text */
        char *text;
} TextSlot;

struct DomainList {
        TextSlot texts[TEXT_SLOTS];
        DomainListHooks hooks;
        EventHub *hub;
        pthread_mutex_t lock;
        GHashTable *by_uuid; /* these and the rest under lock; the tables hold one reference together */
        GHashTable *by_name;
        GHashTable *by_id;
        Sorted *sorted; /* NULL: to be made */
        int last_id;
};

static guint uuid_hash(gconstpointer key)
{
        guint hash;

        memcpy(&hash, key, sizeof(hash));
        return hash;
}

static gboolean uuid_same(gconstpointer a, gconstpointer b)
{
        return memcmp(a, b, UUID_LENGTH) == 0;
}

DomainList *domain_list_new(const DomainListHooks *hooks, EventHub *hub)
{
        DomainList *list = g_new0(DomainList, 1);

        if (hooks)
                list->hooks = *hooks;
        list->hub = hub ? event_hub_ref(hub) : NULL;
        pthread_mutex_init(&list->lock, NULL);
        for (size_t i = 0; i < TEXT_SLOTS; i++)
                pthread_mutex_init(&list->texts[i].lock, NULL);
        list->by_uuid = g_hash_table_new(uuid_hash, uuid_same);
        list->by_name = g_hash_table_new(g_str_hash, g_str_equal);
        list->by_id = g_hash_table_new(g_direct_hash, g_direct_equal);
        return list;
}

static void sorted_unref(Sorted *sorted)
{
        if (!sorted || !g_atomic_int_dec_and_test(&sorted->refs))
                return;
        for (size_t i = 0; i < sorted->n; i++)
                domain_entry_unref(sorted->entries[i]);
        g_free(sorted);
}

DomainList *domain_list_free(DomainList *list)
{
        g_autoptr(GPtrArray) entries = NULL;
        GHashTableIter iter;
        gpointer entry;

        if (!list)
                return NULL;
        entries = g_ptr_array_new();
        g_hash_table_iter_init(&iter, list->by_uuid);
        while (g_hash_table_iter_next(&iter, NULL, &entry))
                g_ptr_array_add(entries, entry);
        for (size_t i = 0; i < TEXT_SLOTS; i++) {
                domain_view_unref(list->texts[i].view);
                g_free(list->texts[i].text);
                pthread_mutex_destroy(&list->texts[i].lock);
        }
        sorted_unref(list->sorted);
        g_hash_table_unref(list->by_uuid);
        g_hash_table_unref(list->by_name);
        g_hash_table_unref(list->by_id);
        for (guint i = 0; i < entries->len; i++)
                domain_entry_unref(entries->pdata[i]);
        event_hub_unref(list->hub);
        pthread_mutex_destroy(&list->lock);
        g_free(list);
        return NULL;
}

const struct DomainRules *domain_list_rules(const DomainList *list)
{
        return list->hooks.rules;
}

int domain_list_error_domain(const DomainList *list)
{
        return list->hooks.error_domain;
}

EventHub *domain_list_hub(DomainList *list)
{
        return list->hub;
}

/* Entries. */

static DomainEntry *entry_new(DomainList *list, const char *name, const unsigned char *uuid)
{
        g_autofree char *what = g_strdup_printf("domain '%s'", name);
        DomainEntry *entry = g_new0(DomainEntry, 1);

        entry->refs = 1;
        entry->list = list;
        entry->name = g_strdup(name);
        memcpy(entry->uuid, uuid, UUID_LENGTH);
        entry->lane = lane_new(what);
        pthread_mutex_init(&entry->lock, NULL);
        return entry;
}

DomainEntry *domain_entry_ref(DomainEntry *entry)
{
        g_atomic_int_inc(&entry->refs);
        return entry;
}

DomainEntry *domain_entry_unref(DomainEntry *entry)
{
        if (!entry || !g_atomic_int_dec_and_test(&entry->refs))
                return NULL;
        domain_view_unref(entry->view);
        if (entry->driver && entry->list->hooks.entry_free)
                entry->list->hooks.entry_free(entry->driver);
        lane_unref(entry->lane);
        g_slist_free_full(entry->former, g_free);
        g_free(entry->name);
        pthread_mutex_destroy(&entry->lock);
        g_free(entry);
        return NULL;
}

const char *domain_entry_name(const DomainEntry *entry)
{
        return __atomic_load_n(&entry->name, __ATOMIC_ACQUIRE);
}

const unsigned char *domain_entry_uuid(const DomainEntry *entry)
{
        return entry->uuid;
}

Lane *domain_entry_lane(const DomainEntry *entry)
{
        return entry->lane;
}

void *domain_entry_driver(const DomainEntry *entry)
{
        return entry->driver;
}

void domain_entry_set_driver(DomainEntry *entry, void *driver)
{
        entry->driver = driver;
}

bool domain_entry_is_removed(const DomainEntry *entry)
{
        return __atomic_load_n(&entry->removed, __ATOMIC_ACQUIRE) != 0;
}

/* Finding. */

static DomainEntry *found(gpointer entry)
{
        return entry ? domain_entry_ref(entry) : NULL;
}

DomainEntry *domain_list_find_uuid(DomainList *list, const unsigned char *uuid)
{
        LOCKED(&list->lock);
        return found(g_hash_table_lookup(list->by_uuid, uuid));
}

DomainEntry *domain_list_find_name(DomainList *list, const char *name)
{
        LOCKED(&list->lock);
        return found(g_hash_table_lookup(list->by_name, name));
}

DomainEntry *domain_list_find_id(DomainList *list, int id)
{
        LOCKED(&list->lock);
        return found(g_hash_table_lookup(list->by_id, GINT_TO_POINTER(id)));
}

DomainEntry *domain_list_find(DomainList *list, virDomainPtr domain, Error *err)
{
        DomainEntry *entry = domain_list_find_uuid(list, domain->uuid);
        char uuid[UUID_TEXT_LENGTH];

        if (entry)
                return entry;
        uuid_format(domain->uuid, uuid);
        error_set_from(err, list->hooks.error_domain, VIR_ERR_NO_DOMAIN, "no domain with matching uuid '%s' (%s)", uuid,
                       domain->name);
        return NULL;
}

static int by_entry_name(const void *a, const void *b)
{
        return strcmp((*(DomainEntry *const *)a)->name, (*(DomainEntry *const *)b)->name);
}

/* Called with the lock held. Only entries that have been published show. */
static Sorted *sorted_make(DomainList *list)
{
        Sorted *sorted = g_malloc(sizeof(*sorted) + g_hash_table_size(list->by_uuid) * sizeof(DomainEntry *));
        GHashTableIter iter;
        gpointer value;

        sorted->refs = 1;
        sorted->n = 0;
        g_hash_table_iter_init(&iter, list->by_uuid);
        while (g_hash_table_iter_next(&iter, NULL, &value))
                sorted->entries[sorted->n++] = domain_entry_ref(value);
        qsort(sorted->entries, sorted->n, sizeof(DomainEntry *), by_entry_name);
        return sorted;
}

static void sorted_drop(DomainList *list)
{
        sorted_unref(g_steal_pointer(&list->sorted));
}

DomainEntry **domain_list_all(DomainList *list, size_t *ret_n)
{
        DomainEntry **entries;
        Sorted *sorted;
        size_t n = 0;

        pthread_mutex_lock(&list->lock);
        if (!list->sorted)
                list->sorted = sorted_make(list);
        sorted = list->sorted;
        g_atomic_int_inc(&sorted->refs);
        pthread_mutex_unlock(&list->lock);

        entries = g_new(DomainEntry *, sorted->n + 1);
        for (size_t i = 0; i < sorted->n; i++)
                entries[n++] = domain_entry_ref(sorted->entries[i]);
        entries[n] = NULL;
        sorted_unref(sorted);
        if (ret_n)
                *ret_n = n;
        return entries;
}

void domain_entries_free(DomainEntry **entries)
{
        for (size_t i = 0; entries && entries[i]; i++)
                domain_entry_unref(entries[i]);
        g_free(entries);
}

int domain_list_next_id(DomainList *list)
{
        LOCKED(&list->lock);
        return ++list->last_id;
}

void domain_list_reserve_id(DomainList *list, int id)
{
        LOCKED(&list->lock);
        list->last_id = MAX(list->last_id, id);
}

/* Changing the list. */

/* Called with the lock held. Results: a reference, NULL for neither, or an error. */
static int claimed(DomainList *list, const Domain *definition, DomainEntry **ret_entry, Error *err)
{
        DomainEntry *same_uuid = g_hash_table_lookup(list->by_uuid, definition->uuid);
        DomainEntry *same_name = g_hash_table_lookup(list->by_name, definition->name);
        char uuid[UUID_TEXT_LENGTH];

        if (same_uuid && same_uuid != same_name) {
                uuid_format(definition->uuid, uuid);
                return error_set_from(err, list->hooks.error_domain, VIR_ERR_OPERATION_FAILED,
                                      "domain '%s' is already defined with uuid %s", same_uuid->name, uuid);
        }
        if (same_name && same_name != same_uuid) {
                uuid_format(same_name->uuid, uuid);
                return error_set_from(err, list->hooks.error_domain, VIR_ERR_OPERATION_FAILED,
                                      "domain '%s' already exists with uuid %s", definition->name, uuid);
        }
        *ret_entry = found(same_uuid);
        return 0;
}

int domain_list_claim(DomainList *list, const Domain *definition, DomainEntry **ret_entry, Error *err)
{
        LOCKED(&list->lock);
        DomainEntry *entry = NULL;

        if (claimed(list, definition, &entry, err) < 0)
                return -1;
        if (entry) {
                *ret_entry = entry;
                return DOMAIN_CLAIMED_OLD;
        }
        entry = entry_new(list, definition->name, definition->uuid);
        g_hash_table_insert(list->by_uuid, entry->uuid, entry);
        g_hash_table_insert(list->by_name, entry->name, entry);
        sorted_drop(list);
        *ret_entry = domain_entry_ref(entry);
        return DOMAIN_CLAIMED_NEW;
}

static void id_forget(DomainList *list, int id, DomainEntry *entry)
{
        if (id >= 0 && g_hash_table_lookup(list->by_id, GINT_TO_POINTER(id)) == entry)
                g_hash_table_remove(list->by_id, GINT_TO_POINTER(id));
}

void domain_list_remove(DomainList *list, DomainEntry *entry)
{
        g_autoptr(DomainView) view = domain_view_get(entry);

        pthread_mutex_lock(&list->lock);
        if (g_hash_table_lookup(list->by_uuid, entry->uuid) != entry) {
                pthread_mutex_unlock(&list->lock);
                return;
        }
        g_hash_table_remove(list->by_uuid, entry->uuid);
        g_hash_table_remove(list->by_name, entry->name);
        if (view)
                id_forget(list, view->id, entry);
        sorted_drop(list);
        g_atomic_int_set(&entry->removed, 1);
        pthread_mutex_unlock(&list->lock);
        domain_entry_unref(entry);
}

int domain_list_rename(DomainList *list, DomainEntry *entry, const char *name, Error *err)
{
        LOCKED(&list->lock);

        if (g_hash_table_contains(list->by_name, name))
                return error_set_from(err, list->hooks.error_domain, VIR_ERR_OPERATION_INVALID,
                                      "domain with name '%s' already exists", name);
        g_hash_table_remove(list->by_name, entry->name);
        entry->former = g_slist_prepend(entry->former, entry->name);
        g_atomic_pointer_set(&entry->name, g_strdup(name));
        g_hash_table_insert(list->by_name, entry->name, entry);
        sorted_drop(list);
        return 0;
}

/* Views. */

DomainView *domain_view_get(DomainEntry *entry)
{
        LOCKED(&entry->lock);
        if (entry->view)
                g_atomic_int_inc(&entry->view->refs);
        return entry->view;
}

/* The hooks that know how to free `driver` hang on the list, which outlives its views. */
typedef struct ViewBox {
        DomainView view; /* first: a DomainView pointer is a ViewBox pointer */
        void (*driver_free)(void *driver);
} ViewBox;

DomainView *domain_view_unref(DomainView *view)
{
        ViewBox *box = (ViewBox *)view;

        if (!view || !g_atomic_int_dec_and_test(&view->refs))
                return NULL;
        domain_unref(view->config);
        domain_unref(view->live);
        if (view->driver && box->driver_free)
                box->driver_free(view->driver);
        g_free(box);
        return NULL;
}

DomainView *domain_view_edit(DomainEntry *entry)
{
        const DomainListHooks *hooks = &entry->list->hooks;
        g_autoptr(DomainView) old = domain_view_get(entry);
        ViewBox *box = g_new0(ViewBox, 1);

        box->driver_free = hooks->view_free;
        if (old)
                box->view = *old;
        else
                box->view.id = -1;
        box->view.error_domain = hooks->error_domain;
        box->view.refs = 1;
        if (box->view.config)
                domain_ref(box->view.config);
        if (box->view.live)
                domain_ref(box->view.live);
        box->view.driver = old && old->driver && hooks->view_copy ? hooks->view_copy(old->driver) : NULL;
        return &box->view;
}

void domain_publish(DomainEntry *entry, DomainView *view)
{
        DomainList *list = entry->list;
        g_autoptr(DomainView) old = NULL;

        pthread_mutex_lock(&entry->lock);
        old = g_steal_pointer(&entry->view);
        entry->view = view;
        pthread_mutex_unlock(&entry->lock);
        if (old && old->id == view->id)
                return;
        pthread_mutex_lock(&list->lock);
        if (old)
                id_forget(list, old->id, entry);
        if (view->id >= 0 && !entry->removed) {
                g_hash_table_insert(list->by_id, GINT_TO_POINTER(view->id), entry);
                list->last_id = MAX(list->last_id, view->id);
        }
        pthread_mutex_unlock(&list->lock);
}

/* The slot of a view: its address without the bits that allocation makes equal. */
static TextSlot *slot_of(DomainList *list, const DomainView *view)
{
        return &list->texts[((uintptr_t)view >> 6) % TEXT_SLOTS];
}

char *domain_text_get(DomainList *list, const DomainView *view)
{
        TextSlot *slot = slot_of(list, view);

        LOCKED(&slot->lock);
        return slot->view == view ? g_strdup(slot->text) : NULL;
}

void domain_text_keep(DomainList *list, DomainView *view, const char *text)
{
        TextSlot *slot = slot_of(list, view);
        g_autofree char *old_text = NULL;
        g_autoptr(DomainView) old = NULL;

        g_atomic_int_inc(&view->refs);
        pthread_mutex_lock(&slot->lock);
        old = slot->view;
        old_text = slot->text;
        slot->view = view;
        slot->text = g_strdup(text);
        pthread_mutex_unlock(&slot->lock);
}

virDomainPtr domain_handle(virConnectPtr conn, DomainEntry *entry)
{
        g_autoptr(DomainView) view = domain_view_get(entry);

        return object_domain_new(conn, domain_entry_name(entry), entry->uuid, view ? view->id : -1);
}
