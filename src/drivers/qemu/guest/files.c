/* The files of a domain: definition, autostart link, status while it runs. Their layout is libvirt's, so that a host
 * can switch either way; what is ours alone in a status file is in elements that libvirt passes over. */
#define LOG_SOURCE "qemu.files"
#include "guest/instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf/domain_status.h"
#include "guest/fd_groups.h"
#include "guest/log_sink.h"
#include "helpers/pr_helper.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

enum { STATUS_MAX = 16 * 1024 * 1024, SHORT_NAME = 20 };

static char *file_in(const char *folder, const char *name, const char *suffix)
{
        g_autofree char *file = g_strconcat(name, suffix, NULL);

        return g_build_filename(folder, file, NULL);
}

char *config_path(const QemuInstance *instance, const char *name)
{
        return file_in(instance->config_dir, name, ".xml");
}

char *autostart_path(const QemuInstance *instance, const char *name)
{
        return file_in(instance->autostart_dir, name, ".xml");
}

char *status_path(const QemuInstance *instance, const char *name)
{
        return file_in(instance->run_dir, name, ".xml");
}

char *pid_path(const QemuInstance *instance, const char *name)
{
        return file_in(instance->run_dir, name, ".pid");
}

char *log_path(const QemuInstance *instance, const char *name)
{
        return file_in(instance->log_dir, name, ".log");
}

static char *run_name(int id, const char *name)
{
        /* Not in the middle of a character. */
        g_autofree char *valid = g_utf8_make_valid(name, -1);
        const char *end = valid;
        g_autofree char *name_part = NULL;

        while (*end && g_utf8_next_char(end) - valid <= SHORT_NAME)
                end = g_utf8_next_char(end);
        name_part = g_strndup(valid, (gsize)(end - valid));
        return g_strdup_printf("domain-%d-%s", id, name_part);
}

char *guest_folder(const QemuInstance *instance, int id, const char *name)
{
        g_autofree char *folder = run_name(id, name);

        return g_build_filename(instance->lib_dir, folder, NULL);
}

char *channel_folder(const QemuInstance *instance, int id, const char *name)
{
        g_autofree char *folder = run_name(id, name);

        return g_build_filename(instance->channel_dir, folder, NULL);
}

/* What people see who open the file in an editor. */
static char *with_warning(const char *name, const char *xml)
{
        return g_strdup_printf("<!--\nKept by vireo: what is changed here by hand is lost at the next change. Use\n"
                               "  virsh edit %s\nor another program that speaks to the daemon.\n-->\n\n%s",
                               strstr(name, "--") ? "" : name, xml); /* "--" would end the comment */
}

int config_save(const QemuInstance *instance, const Domain *config, Error *err)
{
        g_autofree char *xml = domain_format(config, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE, err);
        g_autofree char *path = config_path(instance, config->name);
        g_autofree char *text = NULL;

        if (!xml)
                return -1;
        text = with_warning(config->name, xml);
        return file_replace(path, text, strlen(text), 0600, err);
}

/* The log: QEMU writes to it as well, by a descriptor of its own; both append. */

static void now(char text[64])
{
        struct timespec time;
        struct tm parts;
        size_t n;

        clock_gettime(CLOCK_REALTIME, &time);
        gmtime_r(&time.tv_sec, &parts);
        n = strftime(text, 64, "%Y-%m-%d %H:%M:%S", &parts);
        g_snprintf(text + n, 64 - n, ".%03ld+0000", time.tv_nsec / 1000000);
}

void log_guest_line(const QemuInstance *instance, const char *name, const char *format, ...)
{
        char stamp[64];
        g_autofree char *words = NULL;
        g_autofree char *line = NULL;
        va_list ap;

        va_start(ap, format);
        words = g_strdup_vprintf(format, ap);
        va_end(ap);
        now(stamp);
        line = g_strdup_printf("%s: %s\n", stamp, words);
        log_sink_append(instance, name, line);
}

/* Reasons by name, as status files spell them. */

static const char *const none[] = { "unknown", NULL };
static const char *const running[] = { "unknown",       "booted",   "migrated",           "restored",
                                       "from snapshot", "unpaused", "migration canceled", "save canceled",
                                       "wakeup",        "crashed",  "post-copy",          NULL };
static const char *const paused[] = {
        "unknown",       "user",     "migration", "save",     "dump",        "ioerror",   "watchdog",
        "from snapshot", "shutdown", "snapshot",  "panicked", "starting up", "post-copy", "post-copy failed",
        "api error",     NULL
};
static const char *const shutdown_reasons[] = { "unknown", "user", NULL };
static const char *const shutoff[] = { "unknown", "shutdown", "destroyed",     "crashed", "migrated",
                                       "saved",   "failed",   "from snapshot", "daemon",  NULL };
static const char *const crashed[] = { "unknown", "panicked", NULL };
static const char *const *const reasons[] = { none, running, none, paused, shutdown_reasons, shutoff, crashed, none };

static int name_index(const char *const *names, const char *name)
{
        for (int i = 0; name && names[i]; i++)
                if (strcmp(names[i], name) == 0)
                        return i;
        return -1;
}

/* Writing */

/* What has been given goes on to be taken, also when nothing bears it any more: whoever has the guest after us, ours or
 * libvirt's, counts on from here. */
static void count_on(QemuStatus *status, Guest *guest, const Domain *live)
{
        guest->last_node = MAX(guest->last_node, MAX(status->next_node, guest_facts_last_node(live)));
        guest->fd_sets = MAX(guest->fd_sets, status->next_fdset);
        status->next_node = guest->last_node;
        status->next_fdset = guest->fd_sets;
}

/* What an earlier daemon, ours or libvirt's, kept of the guest stays but for what we know better. */
static void fill_facts(QemuStatus *status, const Guest *guest, const GuestFacts *facts)
{
        if (facts)
                rows_copy(&QemuStatus_rows, status, &facts->status);
        if (!status->monitor_path)
                status->monitor_path = g_build_filename(guest->folder, "monitor.sock", NULL);
        if (!status->monitor_type)
                status->monitor_type = g_strdup("unix");
        if (!status->library_dir)
                status->library_dir = g_strdup(guest->folder);
        status->fake_reboot = guest->reboot_asked;
        while (status->n_vcpus > 0)
                rows_list_remove(&StatusVcpu_rows, &status->vcpus, &status->n_vcpus, status->n_vcpus - 1);
        for (guint i = 0; facts && i < facts->vcpu_pids->len; i++) {
                pid_t pid = g_array_index(facts->vcpu_pids, pid_t, i);
                StatusVcpu *vcpu;

                if (pid == 0)
                        continue;
                vcpu = rows_list_insert(&StatusVcpu_rows, &status->vcpus, &status->n_vcpus, status->n_vcpus);
                vcpu->id = i;
                vcpu->pid = pid;
        }
}

static void fill_warnings(DomainStatus *status, const GuestFacts *facts)
{
        for (guint i = 0; facts && i < facts->taints->len; i++) {
                StatusTaint *taint = rows_list_insert(&StatusTaint_rows, &status->taints, &status->n_taints, i);

                taint->flag = g_strdup(g_ptr_array_index(facts->taints, i));
        }
        for (guint i = 0; facts && i < facts->deprecations->len; i++) {
                StatusDeprecation *deprecation =
                        rows_list_insert(&StatusDeprecation_rows, &status->deprecations, &status->n_deprecations, i);

                deprecation->text = g_strdup(g_ptr_array_index(facts->deprecations, i));
        }
}

int status_save(Guest *guest, const DomainView *view, Error *err)
{
        g_autoptr(DomainStatus) status = domain_status_new();
        g_autofree char *path = status_path(guest->instance, view->live->name);
        g_autofree char *xml = NULL;
        g_autofree char *text = NULL;

        status->state = (StatusState)view->state;
        status->reason = g_strdup(reasons[view->state][view->reason]);
        status->pid = view->pid;
        fill_warnings(status, view_facts(view));
        status->rest = view_facts(view) ? g_strdup(view_facts(view)->unknown) : NULL;
        fill_facts(&status->qemu, guest, view_facts(view));
        count_on(&status->qemu, guest, view->live);
        fd_groups_note(guest->instance, view->live, &status->qemu);
        status->qemu.pr_daemon = pr_helper_wanted(view->live);
        status->domain = view->live;
        xml = domain_status_format(status, ROWS_STATUS | ROWS_SECURE);
        status->domain = NULL; /* lent */
        text = with_warning(view->live->name, xml);
        return file_replace(path, text, strlen(text), 0600, err);
}

/* Reading */

enum { VCPUS_MAX = 16384 };

static GuestFacts *facts_of(const DomainStatus *status)
{
        GuestFacts *facts = guest_facts_copy(NULL);

        rows_copy(&QemuStatus_rows, &facts->status, &status->qemu);
        for (size_t i = 0; i < status->qemu.n_vcpus; i++) {
                const StatusVcpu *vcpu = &status->qemu.vcpus[i];

                if (vcpu->id >= VCPUS_MAX)
                        continue;
                if (facts->vcpu_pids->len <= vcpu->id)
                        g_array_set_size(facts->vcpu_pids, vcpu->id + 1);
                g_array_index(facts->vcpu_pids, pid_t, vcpu->id) = (pid_t)vcpu->pid;
        }
        for (size_t i = 0; i < status->n_taints; i++)
                g_ptr_array_add(facts->taints, g_strdup(status->taints[i].flag));
        for (size_t i = 0; i < status->n_deprecations; i++)
                g_ptr_array_add(facts->deprecations, g_strdup(status->deprecations[i].text));
        facts->unknown = g_strdup(status->rest);
        return facts;
}

int status_load(const char *path, StatusFile *ret, Error *err)
{
        g_autofree char *text = NULL;
        void *parsed = NULL;
        g_autoptr(DomainStatus) status = NULL;
        size_t length = 0;

        if (file_read(path, STATUS_MAX, &text, &length, err) < 0 ||
            document_read(&domain_status_kind, text, length, path, ROWS_STATUS | ROWS_NO_CHECK, &parsed, err) < 0)
                return -1;
        status = parsed;
        *ret = (StatusFile){
                .domain = domain_take(&status->domain),
                .state = status->state,
                .reason = MAX(name_index(reasons[status->state], status->reason), 0),
                .pid = (pid_t)status->pid,
                .facts = facts_of(status),
        };
        return 0;
}

void status_done(StatusFile *status)
{
        domain_unref(status->domain);
        guest_facts_free(status->facts);
        *status = (StatusFile){ 0 };
}

void folder_remove(const char *path)
{
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        AUTO_DIR DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
        struct dirent *item;

        /* QEMU's user may put what it likes in the folder's place. */
        if (fd < 0 && (errno == ELOOP || errno == ENOTDIR)) {
                unlink(path);
                return;
        }
        while (dir && (item = readdir(dir))) {
                if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0)
                        unlinkat(dirfd(dir), item->d_name, 0);
        }
        if (rmdir(path) < 0 && errno != ENOENT)
                log_warn("cannot remove %s: %s", path, g_strerror(errno));
}
