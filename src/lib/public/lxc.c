/* libvirt-lxc.so: entering a container's namespaces and label. The calling process itself enters: no driver, no wire. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libvirt/libvirt-lxc.h>

#include "util/auto.h"
#include "vireo/entry.h"

/* Of our own namespaces, to go back to them. */
static const char *const own_namespaces[] = { "ipc", "mnt", "net", "pid", "user", "uts" };

static void fds_close(int *fds, unsigned n)
{
        for (unsigned i = 0; i < n; i++)
                close(fds[i]);
        g_free(fds);
}

/* Descriptors of those namespaces that this kernel has. */
static int own_open(int **ret_fds, unsigned *ret_n, Error *err)
{
        int *fds = g_new0(int, ARRAY_SIZE(own_namespaces));
        unsigned n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(own_namespaces); i++) {
                g_autofree char *path = g_strdup_printf("/proc/self/ns/%s", own_namespaces[i]);
                int fd = open(path, O_RDONLY | O_CLOEXEC);

                if (fd < 0 && errno != ENOENT) {
                        int saved = errno;

                        fds_close(fds, n);
                        return error_errno(err, saved, "cannot open '%s'", path);
                }
                if (fd >= 0)
                        fds[n++] = fd;
        }
        *ret_fds = fds;
        *ret_n = n;
        return 0;
}

/* The user namespace that we are in cannot be entered again, and need not. */
static bool is_own_user_namespace(int fd)
{
        struct stat given, own;

        return fstat(fd, &given) == 0 && stat("/proc/self/ns/user", &own) == 0 && given.st_ino == own.st_ino &&
               given.st_dev == own.st_dev;
}

static int namespaces_enter(const int *fds, unsigned n, Error *err)
{
        for (unsigned i = 0; i < n; i++) {
                if (fds[i] < 0 || is_own_user_namespace(fds[i]))
                        continue;
                if (setns(fds[i], 0) < 0)
                        return error_errno(err, errno, "Unable to join domain namespace");
        }
        return 0;
}

int virDomainLxcEnterNamespace(virDomainPtr domain, unsigned int nfdlist, int *fdlist, unsigned int *noldfdlist,
                               int **oldfdlist, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int *old = NULL;
        unsigned n_old = 0;

        entry_begin();
        if (!object_check(domain, OBJECT_DOMAIN, &err) || entry_flags(&err, __func__, flags, 0) < 0)
                return entry_failed(entry_connect(domain), &err);
        if (nfdlist && !fdlist) {
                entry_argument_null(&err, __func__, "fdlist");
                return entry_failed(domain->conn, &err);
        }
        if (!nfdlist) {
                entry_argument(&err, __func__, "nfdlist", "Expected at least one file descriptor");
                return entry_failed(domain->conn, &err);
        }
        if (noldfdlist && oldfdlist && own_open(&old, &n_old, &err) < 0)
                return entry_failed(domain->conn, &err);
        if (namespaces_enter(fdlist, nfdlist, &err) < 0) {
                fds_close(old, n_old);
                return entry_failed(domain->conn, &err);
        }
        if (noldfdlist && oldfdlist) {
                *oldfdlist = old;
                *noldfdlist = n_old;
        }
        return 0;
}

/* Labels need the model's own library; so far only "none", which has none, can be entered. */
int virDomainLxcEnterSecurityLabel(virSecurityModelPtr model, virSecurityLabelPtr label, virSecurityLabelPtr oldlabel,
                                   unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (entry_flags(&err, __func__, flags, 0) < 0)
                return entry_failed(NULL, &err);
        if (!model || !label) {
                entry_argument_null(&err, __func__, model ? "label" : "model");
                return entry_failed(NULL, &err);
        }
        if (oldlabel)
                memset(oldlabel, 0, sizeof(*oldlabel));
        if (strcmp(model->model, "none") == 0)
                return 0;
        error_set(&err, VIR_ERR_ARGUMENT_UNSUPPORTED, "Security model %s cannot be entered", model->model);
        return entry_failed(NULL, &err);
}

int virDomainLxcEnterCGroup(virDomainPtr domain, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(domain, OBJECT_DOMAIN, &err) || entry_flags(&err, __func__, flags, 0) < 0)
                return entry_failed(entry_connect(domain), &err);
        entry_no_support(&err, __func__);
        return entry_failed(domain->conn, &err);
}
