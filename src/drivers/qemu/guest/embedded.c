/* See embedded.h. */
#define LOG_SOURCE "qemu.embedded"
#include "guest/embedded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"

typedef struct Embedded {
        char *folder; /* the root without links: two names of one folder are one root */
        QemuInstance *instance;
        unsigned connections;
} Embedded;

/* Held while a root is loaded or let go: who opens it meanwhile gets all of it or none. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *all; /* of Embedded */

static Embedded *find(const char *folder, const QemuInstance *instance)
{
        for (guint i = 0; all && i < all->len; i++) {
                Embedded *embedded = g_ptr_array_index(all, i);

                if (embedded->instance == instance || g_strcmp0(embedded->folder, folder) == 0)
                        return embedded;
        }
        return NULL;
}

static char *real_folder(const char *root, Error *err)
{
        char *real = NULL;

        if (dir_make(root, 0755, err) < 0)
                return NULL;
        real = realpath(root, NULL);
        if (!real)
                error_errno(err, errno, "cannot open the root folder '%s'", root);
        return real;
}

static QemuInstance *load(const char *root, Error *err)
{
        g_autofree char *folder = g_canonicalize_filename(root, NULL);
        QemuInstance *instance = qemu_instance_new(geteuid() == 0, folder, err);

        if (!instance)
                return NULL;
        if (qemu_instance_load(instance, err) < 0)
                return qemu_instance_free(instance);
        return instance;
}

QemuInstance *embedded_get(const char *root, bool *ret_first, Error *err)
{
        g_autofree char *folder = real_folder(root, err);
        QemuInstance *instance;
        Embedded *embedded;

        if (!folder)
                return NULL;
        LOCKED(&lock);
        embedded = find(folder, NULL);
        if (!embedded) {
                instance = load(root, err);
                if (!instance)
                        return NULL;
                embedded = g_new0(Embedded, 1);
                embedded->folder = g_steal_pointer(&folder);
                embedded->instance = instance;
                if (!all)
                        all = g_ptr_array_new();
                g_ptr_array_add(all, embedded);
        }
        *ret_first = embedded->connections++ == 0;
        return embedded->instance;
}

void embedded_put(QemuInstance *instance)
{
        LOCKED(&lock);
        Embedded *embedded = find(NULL, instance);

        g_assert(embedded);
        if (--embedded->connections > 0)
                return;
        g_ptr_array_remove_fast(all, embedded);
        if (all->len == 0)
                g_clear_pointer(&all, g_ptr_array_unref);
        qemu_instance_free(embedded->instance);
        g_free(embedded->folder);
        g_free(embedded);
}
