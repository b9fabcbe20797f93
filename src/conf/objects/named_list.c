/* Objects by name: the list, its entries and what readers see.
 *
 * Two kinds of locks, both held for a few instructions only and never across a call into another module: the list's (its
 * table) and each entry's (the pointer to its view). */
#include "conf/named_list.h"

#include <pthread.h>
#include <string.h>

#include "objects/named_private.h"
#include "util/auto.h"

static NamedEntry *entry_new(NamedList *list, const char *name, const unsigned char *uuid)
{
        g_autofree char *what = g_strdup_printf("%s '%s'", list->kind->short_what, name);
        NamedEntry *entry = g_new0(NamedEntry, 1);

        entry->refs = 1;
        entry->kind = list->kind;
        entry->name = g_strdup(name);
        if (uuid)
                memcpy(entry->uuid, uuid, sizeof(entry->uuid));
        entry->lane = lane_new(what);
        pthread_mutex_init(&entry->lock, NULL);
        return entry;
}

NamedEntry *named_entry_ref(NamedEntry *entry)
{
        g_atomic_int_inc(&entry->refs);
        return entry;
}

NamedEntry *named_entry_unref(NamedEntry *entry)
{
        if (!entry || !g_atomic_int_dec_and_test(&entry->refs))
                return NULL;
        named_view_unref(entry->view);
        lane_unref(entry->lane);
        pthread_mutex_destroy(&entry->lock);
        g_free(entry->name);
        g_free(entry);
        return NULL;
}

const char *named_entry_name(const NamedEntry *entry)
{
        return entry->name;
}

const unsigned char *named_entry_uuid(const NamedEntry *entry)
{
        return entry->uuid;
}

static void entry_drop(void *entry)
{
        named_entry_unref(entry);
}

NamedList *named_list_new(const NamedKind *kind, const NamedEvents *events)
{
        NamedList *list = g_new0(NamedList, 1);

        list->kind = kind;
        if (events)
                list->events = *events;
        pthread_mutex_init(&list->lock, NULL);
        list->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_drop);
        return list;
}

NamedList *named_list_free(NamedList *list)
{
        if (!list)
                return NULL;
        g_hash_table_unref(list->by_name);
        pthread_mutex_destroy(&list->lock);
        g_free(list);
        return NULL;
}

/* Views. */

static NamedView *view_copy(const NamedView *old)
{
        NamedView *view = g_new0(NamedView, 1);

        *view = *old;
        view->refs = 1;
        view->live = old->live ? document_copy(old->kind->document, old->live) : NULL;
        view->config = old->config ? document_copy(old->kind->document, old->config) : NULL;
        view->extra = old->extra ? old->kind->extra_copy(old->extra) : NULL;
        return view;
}

NamedView *named_view_edit(NamedEntry *entry)
{
        g_autoptr(NamedView) old = named_view_get(entry);
        const NamedView empty = { .kind = entry->kind };

        return view_copy(old ? old : &empty);
}

NamedView *named_view_get(NamedEntry *entry)
{
        LOCKED(&entry->lock);
        if (entry->view)
                g_atomic_int_inc(&entry->view->refs);
        return entry->view;
}

void named_view_publish(NamedEntry *entry, NamedView *view)
{
        NamedView *old;

        pthread_mutex_lock(&entry->lock);
        old = entry->view;
        entry->view = view;
        pthread_mutex_unlock(&entry->lock);
        named_view_unref(old);
}

NamedView *named_view_unref(NamedView *view)
{
        if (!view || !g_atomic_int_dec_and_test(&view->refs))
                return NULL;
        document_free(view->kind->document, view->live);
        document_free(view->kind->document, view->config);
        if (view->extra)
                view->kind->extra_free(view->extra);
        g_free(view);
        return NULL;
}

const void *named_view_document(const NamedView *view, bool config)
{
        const void *first = config ? view->config : view->live;
        const void *second = config ? view->live : view->config;

        return first ? first : second;
}

/* Finding. Entries that have no view yet are nobody's business but their maker's. */

static bool is_visible(NamedEntry *entry)
{
        g_autoptr(NamedView) view = named_view_get(entry);

        return view;
}

static NamedEntry *visible(NamedEntry *entry)
{
        if (entry && !is_visible(entry))
                return named_entry_unref(entry);
        return entry;
}

static NamedEntry *named_list_peek(NamedList *list, const char *name)
{
        NamedEntry *entry;

        LOCKED(&list->lock);
        entry = g_hash_table_lookup(list->by_name, name);
        return entry ? named_entry_ref(entry) : NULL;
}

static NamedEntry *named_list_peek_uuid(NamedList *list, const unsigned char *uuid)
{
        GHashTableIter iter;
        gpointer entry;

        LOCKED(&list->lock);
        g_hash_table_iter_init(&iter, list->by_name);
        while (g_hash_table_iter_next(&iter, NULL, &entry))
                if (memcmp(((NamedEntry *)entry)->uuid, uuid, UUID_LENGTH) == 0)
                        return named_entry_ref(entry);
        return NULL;
}

NamedEntry *named_list_find(NamedList *list, const char *name)
{
        return visible(named_list_peek(list, name));
}

NamedEntry *named_list_find_uuid(NamedList *list, const unsigned char *uuid)
{
        return visible(named_list_peek_uuid(list, uuid));
}

NamedEntry *named_list_need(NamedList *list, const char *name, Error *err)
{
        NamedEntry *entry = named_list_find(list, name);

        if (!entry)
                error_set_from(err, list->kind->error_domain, list->kind->not_found, "no %s with matching name '%s'",
                               list->kind->what, name);
        return entry;
}

NamedEntry *named_list_need_uuid(NamedList *list, const unsigned char *uuid, Error *err)
{
        NamedEntry *entry = named_list_find_uuid(list, uuid);
        char text[UUID_TEXT_LENGTH];

        if (!entry) {
                uuid_format(uuid, text);
                error_set_from(err, list->kind->error_domain, list->kind->not_found, "no %s with matching uuid '%s'",
                               list->kind->what, text);
        }
        return entry;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
        return strcmp((*(NamedEntry *const *)a)->name, (*(NamedEntry *const *)b)->name);
}

GPtrArray *named_list_all(NamedList *list)
{
        GPtrArray *all = g_ptr_array_new_with_free_func(entry_drop);
        GHashTableIter iter;
        gpointer entry;

        pthread_mutex_lock(&list->lock);
        g_hash_table_iter_init(&iter, list->by_name);
        while (g_hash_table_iter_next(&iter, NULL, &entry))
                if (is_visible(entry))
                        g_ptr_array_add(all, named_entry_ref(entry));
        pthread_mutex_unlock(&list->lock);
        g_ptr_array_sort(all, by_name);
        return all;
}

/* Claiming a name. */

static int fail_name(const NamedEntry *entry, Error *err)
{
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(entry->uuid, uuid);
        return error_set_from(err, entry->kind->error_domain, VIR_ERR_OPERATION_FAILED,
                              "%s '%s' already exists with uuid %s", entry->kind->short_what, entry->name, uuid);
}

static int fail_uuid(const NamedEntry *entry, Error *err)
{
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(entry->uuid, uuid);
        return error_set_from(err, entry->kind->error_domain, VIR_ERR_OPERATION_FAILED,
                              "%s '%s' is already defined with uuid %s", entry->kind->short_what, entry->name, uuid);
}

/* Two who make the same object at once get the same entry: their changes take turns on its lane. */
static NamedEntry *insert(NamedList *list, const char *name, const unsigned char *uuid)
{
        NamedEntry *entry;

        LOCKED(&list->lock);
        entry = g_hash_table_lookup(list->by_name, name);
        if (!entry) {
                entry = entry_new(list, name, uuid);
                g_hash_table_insert(list->by_name, entry->name, entry);
        }
        return named_entry_ref(entry);
}

NamedEntry *named_list_claim(NamedList *list, const void *document, Error *err)
{
        const char *name = list->kind->name(document);
        const unsigned char *uuid = list->kind->uuid ? list->kind->uuid(document) : NULL;
        g_autoptr(NamedEntry) same_uuid = uuid ? named_list_peek_uuid(list, uuid) : NULL;
        g_autoptr(NamedEntry) entry = NULL;

        if (same_uuid && strcmp(same_uuid->name, name) != 0)
                return fail_uuid(same_uuid, err), NULL;
        entry = insert(list, name, uuid);
        if (uuid && memcmp(entry->uuid, uuid, UUID_LENGTH) != 0)
                return fail_name(entry, err), NULL;
        return g_steal_pointer(&entry);
}

void named_list_remove(NamedList *list, NamedEntry *entry)
{
        pthread_mutex_lock(&list->lock);
        if (g_hash_table_lookup(list->by_name, entry->name) == entry)
                g_hash_table_remove(list->by_name, entry->name);
        pthread_mutex_unlock(&list->lock);
        named_view_publish(entry, NULL);
}
