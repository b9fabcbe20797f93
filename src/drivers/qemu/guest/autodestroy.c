/* See autodestroy.h. */
#include "guest/autodestroy.h"

#include "util/auto.h"

typedef struct Owned {
        virConnectPtr conn; /* only compared */
        DomainEntry *entry;
        int run;
} Owned;

struct Autodestroy {
        pthread_mutex_t mutex;
        GPtrArray *list; /* of Owned */
};

static void free_owned(void *opaque)
{
        Owned *owned = opaque;

        domain_entry_unref(owned->entry);
        g_free(owned);
}

Autodestroy *autodestroy_new(void)
{
        Autodestroy *list = g_new0(Autodestroy, 1);

        pthread_mutex_init(&list->mutex, NULL);
        list->list = g_ptr_array_new_with_free_func(free_owned);
        return list;
}

void autodestroy_free(Autodestroy *list)
{
        if (!list)
                return;
        g_ptr_array_unref(list->list);
        pthread_mutex_destroy(&list->mutex);
        g_free(list);
}

/* Its run is over; nobody says so here when it ends. */
static bool is_over(const Owned *owned)
{
        const Guest *guest = guest_of(owned->entry);

        return atomic_load(&guest->run) != owned->run || atomic_load(&guest->pid) == 0;
}

void autodestroy_put(Guest *guest, virConnectPtr conn)
{
        Autodestroy *list = guest->instance->autodestroy;
        Owned *owned = g_new(Owned, 1);

        *owned = (Owned){ .conn = conn, .entry = domain_entry_ref(guest->entry), .run = atomic_load(&guest->run) };
        LOCKED(&list->mutex);
        for (guint i = list->list->len; i > 0; i--)
                if (is_over(g_ptr_array_index(list->list, i - 1)))
                        g_ptr_array_remove_index_fast(list->list, i - 1);
        g_ptr_array_add(list->list, owned);
}

void autodestroy_take(QemuInstance *instance, virConnectPtr conn, void (*func)(DomainEntry *entry, int run))
{
        GPtrArray *list = instance->autodestroy->list;
        g_autoptr(GPtrArray) taken = g_ptr_array_new_with_free_func(free_owned);

        {
                LOCKED(&instance->autodestroy->mutex);
                for (guint i = list->len; i > 0; i--)
                        if (((Owned *)g_ptr_array_index(list, i - 1))->conn == conn)
                                g_ptr_array_add(taken, g_ptr_array_steal_index_fast(list, i - 1));
        }
        for (guint i = 0; i < taken->len; i++) {
                const Owned *owned = g_ptr_array_index(taken, i);

                if (!is_over(owned))
                        func(owned->entry, owned->run);
        }
}
