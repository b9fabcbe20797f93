/* See fd_groups.h. */
#define LOG_SOURCE "qemu.fd_groups"
#include "guest/fd_groups.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest/host.h"
#include "guest/label.h"
#include "security/domain_files.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

typedef struct FdGroup {
        virConnectPtr conn; /* only compared; NULL: nobody can use it any more */
        unsigned char uuid[VIR_UUID_BUFLEN];
        char *name;
        int *fds;
        char **before; /* labels, while a guest has them */
        size_t n;
        bool writable, restore;
        bool lent; /* to a running guest */
} FdGroup;

struct FdGroups {
        pthread_mutex_t mutex;
        GPtrArray *list;      /* of FdGroup */
        const MacDriver *mac; /* that is in force; under the mutex */
};

static void close_group(void *opaque)
{
        FdGroup *group = opaque;

        for (size_t i = 0; i < group->n; i++) {
                close(group->fds[i]);
                g_free(group->before[i]);
        }
        g_free(group->before);
        g_free(group->fds);
        g_free(group->name);
        g_free(group);
}

FdGroups *fd_groups_new(void)
{
        FdGroups *groups = g_new0(FdGroups, 1);

        pthread_mutex_init(&groups->mutex, NULL);
        groups->list = g_ptr_array_new_with_free_func(close_group);
        return groups;
}

void fd_groups_free(FdGroups *groups)
{
        if (!groups)
                return;
        g_ptr_array_unref(groups->list);
        pthread_mutex_destroy(&groups->mutex);
        g_free(groups);
}

static FdGroup *copy_group(virDomainPtr domain, const char *name, const int *fds, size_t n, Error *err)
{
        FdGroup *group = g_new0(FdGroup, 1);

        group->conn = domain->conn;
        memcpy(group->uuid, domain->uuid, VIR_UUID_BUFLEN);
        group->name = g_strdup(name);
        group->fds = g_new0(int, n);
        group->before = g_new0(char *, n);
        for (size_t i = 0; i < n; i++) {
                int copy = fcntl(fds[i], F_DUPFD_CLOEXEC, 0);

                if (copy < 0) {
                        error_errno(err, errno, "descriptor %d of group '%s' cannot be kept", fds[i], name);
                        close_group(group);
                        return NULL;
                }
                group->fds[group->n++] = copy;
        }
        return group;
}

static bool is_named(const FdGroup *group, const unsigned char *uuid, const char *name)
{
        return memcmp(group->uuid, uuid, VIR_UUID_BUFLEN) == 0 && strcmp(group->name, name) == 0;
}

/* Nobody finds it any more. */
static void forget(GPtrArray *list, guint at)
{
        FdGroup *group = g_ptr_array_index(list, at);

        group->conn = NULL;
        if (!group->lent)
                g_ptr_array_remove_index(list, at);
}

int fd_groups_put(QemuInstance *instance, virDomainPtr domain, const char *name, const int *fds, size_t n,
                  unsigned flags, Error *err)
{
        FdGroup *group = copy_group(domain, name, fds, n, err);
        GPtrArray *list = instance->fd_groups->list;

        if (!group)
                return -1;
        group->writable = flags & VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE;
        group->restore = flags & VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE;
        LOCKED(&instance->fd_groups->mutex);
        for (guint i = list->len; i > 0; i--)
                if (is_named(g_ptr_array_index(list, i - 1), domain->uuid, name))
                        forget(list, i - 1);
        g_ptr_array_add(list, group);
        return 0;
}

void fd_groups_forget(QemuInstance *instance, virConnectPtr conn)
{
        GPtrArray *list;

        if (!instance)
                return;
        LOCKED(&instance->fd_groups->mutex);
        list = instance->fd_groups->list;
        for (guint i = list->len; i > 0; i--)
                if (((FdGroup *)g_ptr_array_index(list, i - 1))->conn == conn)
                        forget(list, i - 1);
}

/* What a guest has goes before what it could have. */
static FdGroup *find_group(const FdGroups *groups, const unsigned char *uuid, const char *name)
{
        FdGroup *found = NULL;

        for (guint i = 0; i < groups->list->len; i++) {
                FdGroup *group = g_ptr_array_index(groups->list, i);

                if (is_named(group, uuid, name) && (group->lent || (group->conn && !found)))
                        found = group;
        }
        return found;
}

typedef void (*SourceFunc)(const FdGroups *groups, const Domain *live, const Source *source, DomainFiles *files);

static void each_source(const FdGroups *groups, const Domain *live, DomainFiles *files, SourceFunc func)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                const Source *source = &live->disks[i].source;
                const BackingStore *below = live->disks[i].backing;

                for (; source; source = below ? &below->source : NULL, below = below ? below->backing : NULL)
                        if (source->type == SOURCE_FILE && source->file.fdgroup)
                                func(groups, live, source, files);
        }
}

/* What they have before they are labelled for the guest. */
static void look_at_labels(FdGroup *group, const MacDriver *mac)
{
        for (size_t i = 0; group->restore && i < group->n; i++) {
                g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", group->fds[i]);

                g_free(group->before[i]);
                group->before[i] = mac_file_label(mac, path);
        }
}

static void lend(const FdGroups *groups, const Domain *live, const Source *source, DomainFiles *files)
{
        FdGroup *group = find_group(groups, live->uuid, source->file.fdgroup);

        if (group && !group->lent)
                look_at_labels(group, groups->mac);
        for (size_t i = 0; group && i < group->n; i++)
                domain_files_descriptor(files, group->fds[i], source, group->writable,
                                        group->restore ? &group->before[i] : NULL);
        if (group)
                group->lent = true;
}

void fd_groups_files(const QemuInstance *instance, const Domain *live, DomainFiles *files)
{
        const MacDriver *mac = NULL;

        guest_mac(instance, &mac, NULL);
        LOCKED(&instance->fd_groups->mutex);
        instance->fd_groups->mac = mac;
        each_source(instance->fd_groups, live, files, lend);
}

/* For the next daemon */

static void note(const FdGroup *group, QemuStatus *status)
{
        for (size_t i = 0; i < group->n; i++) {
                g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", group->fds[i]);
                g_autofree char *path = g_file_read_link(link, NULL);
                StatusDescriptor *one;
                struct stat info;

                if (fstat(group->fds[i], &info) < 0)
                        continue;
                one = rows_list_insert(&StatusDescriptor_rows, &status->descriptors, &status->n_descriptors,
                                       status->n_descriptors);
                one->group = g_strdup(group->name);
                one->device = info.st_dev;
                one->inode = info.st_ino;
                if (path && g_utf8_validate(path, -1, NULL))
                        one->path = g_steal_pointer(&path);
                one->label = g_strdup(group->before[i]);
        }
}

void fd_groups_note(const QemuInstance *instance, const Domain *live, QemuStatus *status)
{
        const FdGroups *groups = instance->fd_groups;

        while (status->n_descriptors > 0)
                rows_list_remove(&StatusDescriptor_rows, &status->descriptors, &status->n_descriptors,
                                 status->n_descriptors - 1);
        LOCKED(&instance->fd_groups->mutex);
        for (guint i = 0; i < groups->list->len; i++) {
                const FdGroup *group = g_ptr_array_index(groups->list, i);

                if (group->lent && memcmp(group->uuid, live->uuid, VIR_UUID_BUFLEN) == 0)
                        note(group, status);
        }
}

static int open_same(const char *path, const StatusDescriptor *noted)
{
        AUTO_FD int fd = open(path, O_PATH | O_CLOEXEC);
        struct stat info;

        if (fd < 0 || fstat(fd, &info) < 0 || info.st_dev != noted->device || info.st_ino != noted->inode)
                return -1;
        return fd_steal(&fd);
}

/* By the name that it had, or among what the guest's process has open. */
static int find_again(const StatusDescriptor *noted, pid_t pid)
{
        g_autofree char *folder = g_strdup_printf("/proc/%d/fd", (int)pid);
        g_auto(GStrv) names = NULL;
        int fd = noted->path ? open_same(noted->path, noted) : -1;

        if (fd < 0 && pid > 0)
                dir_list(folder, NULL, &names, NULL);
        for (char **name = names; fd < 0 && name && *name; name++) {
                g_autofree char *path = g_build_filename(folder, *name, NULL);

                fd = open_same(path, noted);
        }
        return fd;
}

static FdGroup *noted_group(FdGroups *groups, const Domain *live, const char *name)
{
        FdGroup *group = find_group(groups, live->uuid, name);

        if (group)
                return group;
        group = g_new0(FdGroup, 1);
        memcpy(group->uuid, live->uuid, VIR_UUID_BUFLEN);
        group->name = g_strdup(name);
        group->lent = true;
        g_ptr_array_add(groups->list, group);
        return group;
}

void fd_groups_adopt(QemuInstance *instance, const Domain *live, const QemuStatus *status, pid_t pid)
{
        LOCKED(&instance->fd_groups->mutex);
        for (size_t i = 0; i < status->n_descriptors; i++) {
                const StatusDescriptor *noted = &status->descriptors[i];
                int fd = find_again(noted, pid);
                FdGroup *group;

                if (fd < 0) {
                        log_warn("domain '%s': an image of group '%s' is nowhere any more: it keeps its label",
                                 live->name, noted->group);
                        continue;
                }
                group = noted_group(instance->fd_groups, live, noted->group);
                group->fds = g_renew(int, group->fds, group->n + 1);
                group->before = g_renew(char *, group->before, group->n + 1);
                group->fds[group->n] = fd;
                group->before[group->n++] = g_strdup(noted->label);
                group->restore = group->restore || noted->label;
        }
}

static void take_back(const FdGroups *groups, const Domain *live, const Source *source, DomainFiles *files)
{
        FdGroup *group = find_group(groups, live->uuid, source->file.fdgroup);

        if (!group || !group->lent)
                return;
        group->lent = false;
        if (!group->conn)
                g_ptr_array_remove(groups->list, group);
}

void fd_groups_end(const QemuInstance *instance, const Domain *live)
{
        LOCKED(&instance->fd_groups->mutex);
        each_source(instance->fd_groups, live, NULL, take_back);
}

const int *host_group_fds(QemuHost *base, const char *name, size_t *ret_n)
{
        GuestHost *host = (GuestHost *)base;
        FdGroups *groups = host->guest->instance->fd_groups;
        size_t first = host->n_fds;

        LOCKED(&groups->mutex);
        for (guint i = 0; i < groups->list->len; i++) {
                const FdGroup *group = g_ptr_array_index(groups->list, i);

                if (!group->conn || !is_named(group, host->live->uuid, name))
                        continue;
                for (size_t j = 0; j < group->n; j++)
                        if (guest_host_keep(host, fcntl(group->fds[j], F_DUPFD_CLOEXEC, 0), NULL) < 0)
                                return NULL;
                *ret_n = group->n;
                return host->fds + first;
        }
        return NULL;
}
