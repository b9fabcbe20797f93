/* See resctrl.h. Processors that <cachetune> and <memorytune> both name are one group. */
#define LOG_SOURCE "qemu.resctrl"
#include "host/resctrl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/resctrl_monitor.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host_resctrl.h"
#include "util/log.h"

typedef struct Group {
        const Bitmap *vcpus;
        char *id;
        GArray *wishes; /* of HostWish */
} Group;

static void group_free(void *opaque)
{
        Group *group = opaque;

        g_free(group->id);
        g_array_unref(group->wishes);
        g_free(group);
}

static Group *group_for(GPtrArray *groups, const Bitmap *vcpus)
{
        g_autofree char *text = bitmap_format(vcpus);
        g_autofree char *id = g_strdup_printf("vcpus_%s", text);
        Group *group;

        for (guint i = 0; i < groups->len; i++)
                if (strcmp(((Group *)g_ptr_array_index(groups, i))->id, id) == 0)
                        return g_ptr_array_index(groups, i);
        group = g_new0(Group, 1);
        group->vcpus = vcpus;
        group->id = g_steal_pointer(&id);
        group->wishes = g_array_new(FALSE, TRUE, sizeof(HostWish));
        g_ptr_array_add(groups, group);
        return group;
}

static int wish_for_caches(Group *group, const Cachetune *tune, Error *err)
{
        for (size_t i = 0; i < tune->n_caches; i++) {
                const CacheAllocation *cache = &tune->caches[i];
                HostWish wish = { .level = cache->level, .type = enum_text(CacheType, cache->type), .id = cache->id };

                if (!size_parse(cache->size, cache->unit, &wish.value))
                        return error_set(err, VIR_ERR_XML_ERROR, "invalid size of a cache allocation: %s %s",
                                         cache->size, cache->unit ? cache->unit : "");
                g_array_append_val(group->wishes, wish);
        }
        return 0;
}

/* The groups of @live; NULL: an error. */
static GPtrArray *groups_of(const Domain *live, Error *err)
{
        g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(group_free);
        const Cputune *tune = live->cputune;

        for (size_t i = 0; tune && i < tune->n_cachetunes; i++)
                if (tune->cachetunes[i].n_caches > 0 &&
                    wish_for_caches(group_for(groups, tune->cachetunes[i].vcpus), &tune->cachetunes[i], err) < 0)
                        return NULL;
        for (size_t i = 0; tune && i < tune->n_memorytunes; i++)
                for (size_t k = 0; k < tune->memorytunes[i].n_nodes; k++) {
                        const MemoryBandwidth *node = &tune->memorytunes[i].nodes[k];
                        HostWish wish = { .id = node->id, .value = node->bandwidth };

                        g_array_append_val(group_for(groups, tune->memorytunes[i].vcpus)->wishes, wish);
                }
        return g_steal_pointer(&groups);
}

int guest_resctrl_check(const char *root, const Domain *live, Error *err)
{
        g_autoptr(GPtrArray) groups = groups_of(live, err);
        g_autofree char *file = g_strconcat(root, RESCTRL_FOLDER "/schemata", NULL);

        if (!groups)
                return -1;
        if (groups->len > 0 && !g_file_test(file, G_FILE_TEST_EXISTS))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Resource control (<cachetune>, <memorytune>) is not supported on this host: nothing "
                                 "is mounted at " RESCTRL_FOLDER);
        return resctrl_monitors_check(root, live, err);
}

int resctrl_append(const char *folder, const char *name, const char *text, Error *err)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);
        AUTO_FD int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

        if (fd < 0)
                return error_errno(err, errno, "cannot open '%s'", path);
        if (fd_write_all(fd, text, strlen(text), err) == 0)
                return 0;
        return error_prefix(err, "'%s'", path);
}

static char *folder_of(const char *root, const char *machine, const Group *group)
{
        return g_strdup_printf("%s" RESCTRL_FOLDER "/%s-%s", root, machine, group->id);
}

char *resctrl_group_folder(const char *root, const char *machine, const Domain *live, const Bitmap *vcpus)
{
        g_autoptr(GPtrArray) groups = groups_of(live, NULL);

        for (guint i = 0; groups && i < groups->len; i++) {
                const Group *group = g_ptr_array_index(groups, i);

                if (bitmap_equal(group->vcpus, vcpus))
                        return folder_of(root, machine, group);
        }
        return NULL;
}

static int make_group(const char *root, const char *machine, const Group *group, const HostTopology *topology,
                      const HostResctrl *resctrl, Error *err)
{
        g_autofree char *folder = folder_of(root, machine, group);
        g_autoptr(GPtrArray) schemata = host_resctrl_allocate(
                root, topology, resctrl, (const HostWish *)(void *)group->wishes->data, group->wishes->len, err);
        g_autofree char *text = schemata ? host_schemata_format(resctrl, schemata) : NULL;

        if (!text)
                return -1;
        if (mkdir(folder, 0777) < 0)
                return error_errno(err, errno, "cannot create resctrl directory '%s'", folder);
        return resctrl_append(folder, "schemata", text, err);
}

/* The definition says where they are. */
static void tell_names(Cputune *tune)
{
        for (size_t i = 0; i < tune->n_cachetunes; i++) {
                g_autofree char *text = bitmap_format(tune->cachetunes[i].vcpus);

                g_free(tune->cachetunes[i].id);
                tune->cachetunes[i].id = g_strdup_printf("vcpus_%s", text);
        }
        for (size_t i = 0; i < tune->n_memorytunes; i++) {
                g_autofree char *text = bitmap_format(tune->memorytunes[i].vcpus);

                g_free(tune->memorytunes[i].id);
                tune->memorytunes[i].id = g_strdup_printf("vcpus_%s", text);
        }
}

static int make_groups(const char *root, const char *machine, const Domain *live, Error *err)
{
        g_autoptr(GPtrArray) groups = groups_of(live, err);
        g_autofree char *folder = g_strconcat(root, RESCTRL_FOLDER, NULL);
        g_autoptr(HostTopology) topology = NULL;
        g_autoptr(HostResctrl) resctrl = NULL;
        AUTO_FD int lock = -1;

        if (!groups || groups->len == 0)
                return groups ? 0 : -1;
        /* As all who share it out agree to. */
        lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (lock < 0 || flock(lock, LOCK_EX) < 0)
                return error_errno(err, errno, "cannot lock '%s'", folder);
        topology = host_topology(root, err);
        if (!topology)
                return -1;
        resctrl = host_resctrl(root);
        for (guint i = 0; i < groups->len; i++)
                if (make_group(root, machine, g_ptr_array_index(groups, i), topology, resctrl, err) < 0)
                        return -1;
        return 0;
}

int guest_resctrl_make(const char *root, const char *machine, Domain *live, Error *err)
{
        if (!live->cputune)
                return 0;
        if (make_groups(root, machine, live, err) < 0 || resctrl_monitors_make(root, machine, live, err) < 0)
                return -1;
        tell_names(live->cputune);
        return 0;
}

int guest_resctrl_join(const char *root, const char *machine, const Domain *live, unsigned vcpu, pid_t tid, Error *err)
{
        g_autoptr(GPtrArray) groups = groups_of(live, err);
        g_autofree char *text = g_strdup_printf("%d\n", tid);

        if (!groups)
                return -1;
        for (guint i = 0; i < groups->len; i++) {
                const Group *group = g_ptr_array_index(groups, i);
                g_autofree char *folder = folder_of(root, machine, group);

                if (bitmap_get(group->vcpus, vcpu) && resctrl_append(folder, "tasks", text, err) < 0)
                        return -1;
        }
        /* The kernel wants a thread to be in the group before what is in it can be watched. */
        return resctrl_monitors_join(root, machine, live, vcpu, tid, err);
}

void guest_resctrl_end(const char *root, const char *machine, const Domain *live)
{
        g_autoptr(GPtrArray) groups = groups_of(live, NULL);

        resctrl_monitors_end(root, machine, live);
        for (guint i = 0; groups && i < groups->len; i++) {
                g_autofree char *folder = folder_of(root, machine, g_ptr_array_index(groups, i));

                if (rmdir(folder) < 0 && errno != ENOENT)
                        log_warn("cannot remove '%s': %s", folder, g_strerror(errno));
        }
}
