/* See mac.h: what the drivers have in common. */
#define LOG_SOURCE "security.mac"
#include "security/mac.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mac_driver.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

enum { LABEL_MAX = 4096 };

static const MacDriver *const drivers[] = { &mac_selinux, &mac_apparmor };

/* Which */

static const MacDriver *driver_named(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(drivers); i++)
                if (strcmp(drivers[i]->model, name) == 0)
                        return drivers[i];
        return NULL;
}

static int find_named(const char *name, const MacDriver **ret, Error *err)
{
        const MacDriver *driver = driver_named(name);

        if (strcmp(name, "none") == 0 || strcmp(name, "dac") == 0)
                return 0;
        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Security driver %s not found", name);
        if (!driver->is_in_force())
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Security driver %s not enabled", name);
        if (*ret)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "security drivers %s and %s do not go together",
                                 (*ret)->model, name);
        *ret = driver;
        return 0;
}

int mac_find(const char *const *names, const MacDriver **ret, Error *err)
{
        const MacDriver *found = NULL;

        for (size_t i = 0; !names && !found && i < G_N_ELEMENTS(drivers); i++)
                if (drivers[i]->is_in_force())
                        found = drivers[i];
        for (; names && *names; names++)
                if (find_named(*names, &found, err) < 0)
                        return -1;
        *ret = found;
        return 0;
}

const char *mac_model(const MacDriver *mac)
{
        return mac ? mac->model : "none";
}

char *mac_base_label(const MacDriver *mac, bool kvm)
{
        return mac && mac->base_label ? mac->base_label(kvm) : NULL;
}

/* The label of one guest */

/* One that names no model is about the host's own. */
static Seclabel *find_label(const MacDriver *mac, const Domain *domain)
{
        for (size_t i = 0; i < domain->n_seclabels; i++)
                if (!domain->seclabels[i].model || strcmp(domain->seclabels[i].model, mac->model) == 0)
                        return &domain->seclabels[i];
        return NULL;
}

const Seclabel *mac_label(const MacDriver *mac, const Domain *domain)
{
        const Seclabel *label = mac ? find_label(mac, domain) : NULL;

        return label && label->label && label->type != SECLABEL_NONE ? label : NULL;
}

static int refuse_other_models(const MacDriver *mac, const Domain *live, Error *err)
{
        for (size_t i = 0; i < live->n_seclabels; i++) {
                const Seclabel *label = &live->seclabels[i];

                if (!label->model || label->type == SECLABEL_NONE || strcmp(label->model, "dac") == 0 ||
                    strcmp(label->model, "none") == 0 || (mac && strcmp(label->model, mac->model) == 0))
                        continue;
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Security driver model '%s' is not available",
                                 label->model);
        }
        return 0;
}

/* "none" by name is about every model. */
static bool wants_none(const Domain *live)
{
        for (size_t i = 0; i < live->n_seclabels; i++)
                if (live->seclabels[i].type == SECLABEL_NONE && g_strcmp0(live->seclabels[i].model, "none") == 0)
                        return true;
        return false;
}

static int settle_label(const MacDriver *mac, const Domain *live, Seclabel *label, GHashTable *used, Error *err)
{
        if (!label->model)
                label->model = g_strdup(mac->model);
        if (label->type == SECLABEL_DEFAULT)
                label->type = SECLABEL_DYNAMIC;
        if (label->relabel == YESNO_ABSENT)
                label->relabel = label->type == SECLABEL_STATIC ? YESNO_NO : YESNO_YES;
        if (label->type == SECLABEL_DYNAMIC)
                return mac->choose(live, label, used, err);
        if (!label->label)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a static label of '%s' needs a <label>", mac->model);
        return mac->fit ? mac->fit(label, err) : 0;
}

int mac_settle(const MacDriver *mac, Domain *live, GHashTable *used, unsigned flags, Error *err)
{
        Seclabel *label = mac ? find_label(mac, live) : NULL;

        if (refuse_other_models(mac, live, err) < 0)
                return -1;
        if (mac && !label && (flags & MAC_CONFINE) && !wants_none(live)) {
                label = rows_list_insert(&Seclabel_rows, &live->seclabels, &live->n_seclabels, 0);
                label->type = SECLABEL_DYNAMIC;
        }
        if (label && label->type != SECLABEL_NONE)
                return settle_label(mac, live, label, used, err);
        if (flags & MAC_REQUIRE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unconfined guests are not allowed on this host");
        return 0;
}

/* Its life */

int mac_begin(const MacDriver *mac, const MacGuest *guest, Error *err)
{
        const Seclabel *label = mac_label(mac, guest->live);

        return label ? mac->begin(guest, label, err) : 0;
}

int mac_grant(const MacDriver *mac, const MacGuest *guest, const DomainFiles *fresh, Error *err)
{
        const Seclabel *label = mac_label(mac, guest->live);

        return label ? mac->grant(guest, label, fresh, err) : 0;
}

int mac_withdraw(const MacDriver *mac, const MacGuest *guest, const DomainFiles *gone, Error *err)
{
        const Seclabel *label = mac_label(mac, guest->live);

        return label ? mac->withdraw(guest, label, gone, err) : 0;
}

void mac_end(const MacDriver *mac, const MacGuest *guest, bool half)
{
        const Seclabel *label = mac_label(mac, guest->live);

        if (label)
                mac->end(guest, label, half);
}

void mac_claim(const MacDriver *mac, const MacGuest *guest)
{
        const Seclabel *label = mac_label(mac, guest->live);

        if (label && mac->claim)
                mac->claim(guest, label);
}

char *mac_node_label(const MacDriver *mac, const Domain *live, const DomainFile *file)
{
        const Seclabel *label = mac_label(mac, live);

        return label && mac->node_label ? mac->node_label(label, file) : NULL;
}

char *mac_file_label(const MacDriver *mac, const char *path)
{
        return mac && mac->file_label ? mac->file_label(path) : NULL;
}

int mac_own(const MacDriver *mac, const Domain *live, const char *path, Error *err)
{
        const Seclabel *label = mac_label(mac, live);

        return label && mac->own ? mac->own(label, path, err) : 0;
}

/* The process */

/* Where several models share the one file, each has a folder of its own beside it. */
static void attribute(char path[64], const char *who, const char *model, const char *name)
{
        g_snprintf(path, 64, "/proc/%s/attr/%s/%s", who, model, name);
        if (access(path, F_OK) < 0)
                g_snprintf(path, 64, "/proc/%s/attr/%s", who, name);
}

bool mac_exec(const MacDriver *mac, const Domain *live, MacExec *ret)
{
        const Seclabel *label = mac_label(mac, live);

        *ret = (MacExec){ 0 };
        if (!label)
                return false;
        attribute(ret->path, "self", mac->model, "exec");
        ret->text = mac->exec_text(label);
        return true;
}

bool mac_exec_program(const MacDriver *mac, const Domain *live, const char *program, MacExec *ret, Error *err)
{
        const Seclabel *label = mac_label(mac, live);

        if (!label || !mac->program_text)
                return mac_exec(mac, live, ret);
        *ret = (MacExec){ 0 };
        attribute(ret->path, "self", mac->model, "exec");
        return mac->program_text(label, program, &ret->text, err) == 0 && ret->text;
}

void mac_exec_done(MacExec *exec)
{
        g_clear_pointer(&exec->text, g_free);
}

int mac_exec_write(void *opaque)
{
        const MacExec *exec = opaque;
        size_t length = strlen(exec->text);
        int fd = open(exec->path, O_WRONLY | O_CLOEXEC);
        ssize_t n;
        int errnum;

        if (fd < 0)
                return -1;
        n = write(fd, exec->text, length);
        errnum = errno;
        close(fd);
        errno = errnum;
        return n == (ssize_t)length ? 0 : -1;
}

/* Of this thread: NULL takes it back. */
static int write_socket_label(const MacDriver *mac, const char *text, Error *err)
{
        AUTO_FD int fd = -1;
        char path[64];

        attribute(path, "thread-self", mac->model, "sockcreate");
        fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd >= 0 && write(fd, text ? text : "", text ? strlen(text) + 1 : 0) >= 0)
                return 0;
        return error_errno(err, errno, "unable to set socket security context '%s'", text ? text : "");
}

int mac_sockets_begin(const MacDriver *mac, const Domain *live, Error *err)
{
        const Seclabel *label = mac_label(mac, live);
        g_autofree char *text = label && mac->socket_text ? mac->socket_text(label) : NULL;

        return text ? write_socket_label(mac, text, err) : 0;
}

void mac_sockets_end(const MacDriver *mac, const Domain *live)
{
        const Seclabel *label = mac_label(mac, live);
        ERROR_AUTO Error err = ERROR_INIT;

        if (label && mac->socket_text && write_socket_label(mac, NULL, &err) < 0)
                log_warn("%s", err.message);
}

/* "NAME (MODE)" of AppArmor, a context of SELinux. */
char *mac_of_process(pid_t pid, bool *ret_enforcing)
{
        g_autofree char *who = g_strdup_printf("%d", pid);
        g_autofree char *text = NULL;
        char path[64];
        char *mode;

        *ret_enforcing = true;
        attribute(path, who, "apparmor", "current");
        if (file_read(path, LABEL_MAX, &text, NULL, NULL) < 0 || !g_strstrip(text)[0])
                return NULL;
        mode = strstr(text, " (");
        if (mode) {
                *ret_enforcing = strcmp(mode, " (enforce)") == 0;
                *mode = '\0';
        }
        return g_steal_pointer(&text);
}
