/* The files of a domain: definition, autostart link, status while it runs. Their layout is libvirt's, so that a host
 * can switch either way; what is ours alone in a status file is in elements that libvirt passes over. */
#define LOG_SOURCE "qemu.files"
#include "instance.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "conf/xml.h"
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

char *guest_folder(const QemuInstance *instance, int id, const char *name)
{
        /* Not in the middle of a character. */
        g_autofree char *valid = g_utf8_make_valid(name, -1);
        const char *end = valid;
        g_autofree char *name_part = NULL;
        g_autofree char *folder = NULL;

        while (*end && g_utf8_next_char(end) - valid <= SHORT_NAME)
                end = g_utf8_next_char(end);
        name_part = g_strndup(valid, (gsize)(end - valid));
        folder = g_strdup_printf("domain-%d-%s", id, name_part);
        return g_build_filename(instance->lib_dir, folder, NULL);
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
        g_autofree char *path = log_path(instance, name);
        AUTO_FD int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        char stamp[64];
        g_autofree char *words = NULL;
        g_autofree char *line = NULL;
        va_list ap;

        va_start(ap, format);
        words = g_strdup_vprintf(format, ap);
        va_end(ap);
        now(stamp);
        line = g_strdup_printf("%s: %s\n", stamp, words);
        if (fd < 0 || fd_write_all(fd, line, strlen(line), NULL) < 0)
                log_warn("cannot write to %s", path);
}

/* States and reasons by name, as status files spell them. */

static const char *const states[] = { "no state", "running", "blocked",     "paused", "in shutdown",
                                      "shut off", "crashed", "pmsuspended", NULL };
static const char *const status_states[] = { "nostate", "running", "blocked",     "paused", "shutdown",
                                             "shutoff", "crashed", "pmsuspended", NULL };
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

static void put_number(XmlWriter *out, const char *attribute, int64_t number)
{
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

        xml_put_attribute(out, attribute, text);
}

static void put_named(XmlWriter *out, const char *element, const char *attribute, const char *value)
{
        xml_open(out, element);
        xml_put_attribute(out, attribute, value);
        xml_close(out);
}

static void put_vcpus(XmlWriter *out, const GuestFacts *facts)
{
        if (!facts || facts->vcpu_pids->len == 0)
                return;
        xml_open(out, "vcpus");
        for (guint i = 0; i < facts->vcpu_pids->len; i++) {
                xml_open(out, "vcpu");
                put_number(out, "id", i);
                put_number(out, "pid", g_array_index(facts->vcpu_pids, pid_t, i));
                xml_close(out);
        }
        xml_close(out);
}

static void put_facts(XmlWriter *out, const Guest *guest, const DomainView *view)
{
        const GuestFacts *facts = view_facts(view);
        g_autofree char *monitor = g_build_filename(guest->folder, "monitor.sock", NULL);

        for (guint i = 0; facts && i < facts->taints->len; i++)
                put_named(out, "taint", "flag", g_ptr_array_index(facts->taints, i));
        xml_open(out, "monitor");
        xml_put_attribute(out, "path", monitor);
        xml_put_attribute(out, "type", "unix");
        xml_close(out);
        put_vcpus(out, facts);
        put_named(out, "libDir", "path", guest->folder);
        if (guest->reboot_asked) {
                xml_open(out, "fakereboot");
                xml_keep(out);
                xml_close(out);
        }
        if (facts) {
                xml_open(out, "process");
                put_number(out, "start", (int64_t)facts->process_start);
                xml_close(out);
        }
}

int status_save(Guest *guest, const DomainView *view, Error *err)
{
        XmlWriter *out = xml_writer_new();
        g_autofree char *path = status_path(guest->instance, view->live->name);
        g_autofree char *xml = NULL;
        g_autofree char *text = NULL;

        xml_open(out, "domstatus");
        xml_put_attribute(out, "state", status_states[view->state]);
        xml_put_attribute(out, "reason", reasons[view->state][view->reason]);
        put_number(out, "pid", view->pid);
        put_facts(out, guest, view);
        domain_format_into(view->live, DOMAIN_FORMAT_STATUS | DOMAIN_FORMAT_SECURE, out);
        xml_close(out);
        xml = xml_writer_finish(out);
        text = with_warning(view->live->name, xml);
        return file_replace(path, text, strlen(text), 0600, err);
}

/* Reading */

static const char *attribute(const XmlNode *node, const char *name)
{
        const XmlAttribute *found = node ? xml_attribute(node, name) : NULL;

        return found ? found->value : NULL;
}

static void read_facts(const XmlNode *root, StatusFile *status)
{
        const XmlNode *vcpus = xml_child(root, NULL, "vcpus", NULL);
        const char *start = attribute(xml_child(root, NULL, "process", NULL), "start");

        status->facts = guest_facts_copy(NULL);
        status->reboot_asked = xml_child(root, NULL, "fakereboot", NULL);
        status->monitor_path = g_strdup(attribute(xml_child(root, NULL, "monitor", NULL), "path"));
        if (start)
                text_to_uint64(start, 10, &status->process_start);
        status->facts->process_start = status->process_start;
        for (XmlNode *vcpu = NULL; vcpus && (vcpu = xml_child(vcpus, NULL, "vcpu", vcpu));) {
                int pid = 0;

                text_to_int(attribute(vcpu, "pid") ? attribute(vcpu, "pid") : "", 10, &pid);
                g_array_append_val(status->facts->vcpu_pids, pid);
        }
        for (XmlNode *taint = NULL; (taint = xml_child(root, NULL, "taint", taint));)
                g_ptr_array_add(status->facts->taints, g_strdup(attribute(taint, "flag")));
}

static int read_status(const XmlNode *root, StatusFile *status, Error *err)
{
        XmlNode *domain = xml_child(root, NULL, "domain", NULL);
        int pid = 0;

        status->state = name_index(status_states, attribute(root, "state"));
        if (status->state < 0)
                status->state = name_index(states, attribute(root, "state"));
        if (status->state < 0 || !domain || !attribute(root, "pid") || !text_to_int(attribute(root, "pid"), 10, &pid))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a status file without state, pid or domain");
        status->pid = pid;
        status->reason = MAX(name_index(reasons[status->state], attribute(root, "reason")), 0);
        read_facts(root, status);
        return domain_parse_node(domain, DOMAIN_PARSE_STATUS, &status->domain, err);
}

int status_load(const char *path, StatusFile *ret, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(XmlDocument) document = NULL;
        StatusFile status = { 0 };
        size_t length = 0;

        if (file_read(path, STATUS_MAX, &text, &length, err) < 0 ||
            xml_read(text, length, path, "domstatus", &document, err) < 0)
                return -1;
        if (read_status(xml_root(document), &status, err) < 0) {
                status_done(&status);
                return -1;
        }
        *ret = status;
        return 0;
}

void status_done(StatusFile *status)
{
        domain_unref(status->domain);
        g_free(status->monitor_path);
        guest_facts_free(status->facts);
        *status = (StatusFile){ 0 };
}
