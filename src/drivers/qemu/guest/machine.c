/* See machine.h.
 *
 * The bus is spoken to by GLib's own library, over a connection for each question: a shared one would end the process
 * together with the bus, and would have to be watched. */
#define LOG_SOURCE "qemu.machine"
#include "guest/machine.h"
#include "guest/machine_name.h"

#include <gio/gio.h>
#include <net/if.h>
#include <string.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/text.h"

enum { DEADLINE_MS = 10 * 1000, OFFER_MS = 2 * 1000, CGROUPS_MAX = 64 * 1024 };

static const char machined_name[] = "org.freedesktop.machine1";
static const char systemd_name[] = "org.freedesktop.systemd1";

/* One talk with the bus; its deadline covers connecting, being let in and all answers. */
typedef struct Talk {
        GDBusConnection *bus;
        GCancellable *deadline;
        LoopSource *timer;
} Talk;

static void on_deadline(LoopSource *source, void *deadline)
{
        g_cancellable_cancel(deadline);
}

static void talk_done(Talk *talk)
{
        loop_remove(talk->timer);
        if (talk->bus)
                g_dbus_connection_close_sync(talk->bus, talk->deadline, NULL);
        g_clear_object(&talk->bus);
        g_clear_object(&talk->deadline);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Talk, talk_done)

static int fail(const Talk *talk, const GError *problem, const char *what, Error *err)
{
        if (g_cancellable_is_cancelled(talk->deadline))
                return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "%s: no answer on the system bus within the deadline",
                                 what);
        return error_set(err, VIR_ERR_DBUS_SERVICE, "%s: %s", what, problem->message);
}

static int talk_begin(Talk *talk, const QemuInstance *instance, int64_t deadline_ms, Error *err)
{
        g_autoptr(GError) problem = NULL;
        g_autofree char *address = NULL;

        talk->deadline = g_cancellable_new();
        talk->timer = loop_add_timer(instance->loop, deadline_ms, 0, on_deadline, g_object_ref(talk->deadline),
                                     g_object_unref);
        address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, talk->deadline, &problem);
        if (address)
                talk->bus = g_dbus_connection_new_for_address_sync(
                        address,
                        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                        NULL, talk->deadline, &problem);
        return talk->bus ? 0 : fail(talk, problem, "cannot connect to the system bus", err);
}

/* What is asked of whom. */
typedef struct Question {
        const char *service, *path, *interface, *method;
        const char *answer; /* its type; NULL: any */
} Question;

/* @arguments: NULL, or a new variant, which is consumed. The answer is the caller's. */
static GVariant *ask(const Talk *talk, const Question *question, GVariant *arguments, Error *err)
{
        g_autoptr(GError) problem = NULL;
        GVariant *answer = g_dbus_connection_call_sync(talk->bus, question->service, question->path,
                                                       question->interface, question->method, arguments,
                                                       question->answer ? G_VARIANT_TYPE(question->answer) : NULL,
                                                       G_DBUS_CALL_FLAGS_NONE, G_MAXINT, talk->deadline, &problem);

        if (answer)
                return answer;
        g_dbus_error_strip_remote_error(problem);
        fail(talk, problem, question->method, err);
        return NULL;
}

/* Whether it is there */

static const Question names_question = { "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                         "ListNames", "(as)" };
static const Question activatable_question = { "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                               "ListActivatableNames", "(as)" };

/* 1: it is among the names that @question asks for, 0: it is not. */
static int has_name(const Talk *talk, const Question *question, const char *name, Error *err)
{
        g_autoptr(GVariant) answer = ask(talk, question, NULL, err);
        g_autofree const char **names = NULL;

        if (!answer)
                return -1;
        g_variant_get(answer, "(^a&s)", &names);
        return g_strv_contains(names, name);
}

/* machined is started when it is asked for; systemd itself has to run. */
static int look(const Talk *talk, Error *err)
{
        int systemd = has_name(talk, &names_question, systemd_name, err);
        int machined;

        if (systemd <= 0)
                return systemd;
        machined = has_name(talk, &names_question, machined_name, err);
        return machined != 0 ? machined : has_name(talk, &activatable_question, machined_name, err);
}

bool machine_offered(const QemuInstance *instance)
{
        g_auto(Talk) talk = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        int offered = -1;

        if (talk_begin(&talk, instance, OFFER_MS, &err) == 0)
                offered = look(&talk, &err);
        if (offered < 0 && err.code == VIR_ERR_OPERATION_TIMEOUT)
                log_warn("guests start without systemd-machined: %s", err.message);
        else if (offered < 0)
                log_debug("no systemd-machined: %s", err.message);
        return offered > 0;
}

/* Machines */

static GVariant *uuid_bytes(const uint8_t uuid[VIR_UUID_BUFLEN])
{
        return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, uuid, VIR_UUID_BUFLEN, 1);
}

/* Cards that the host sees, by number. */
static GVariant *card_numbers(const Domain *live)
{
        GVariantBuilder list;

        g_variant_builder_init(&list, G_VARIANT_TYPE("ai"));
        for (size_t i = 0; i < live->n_interfaces; i++) {
                const char *name = live->interfaces[i].target;
                unsigned number = name ? if_nametoindex(name) : 0;

                if (number)
                        g_variant_builder_add(&list, "i", (gint32)number);
        }
        return g_variant_builder_end(&list);
}

/* Scopes end before the daemon does, and after whoever shuts guests down gently. */
static GVariant *scope_properties(const QemuInstance *instance, const Domain *live)
{
        static const char *const after[] = { "vireod.service", "libvirtd.service", NULL };
        static const char *const before[] = { "virt-guest-shutdown.target", NULL };
        g_autofree char *slice = machine_slice_of(machine_partition(live));
        GVariantBuilder list;

        g_variant_builder_init(&list, G_VARIANT_TYPE("a(sv)"));
        g_variant_builder_add(&list, "(sv)", "Slice", g_variant_new_string(slice));
        g_variant_builder_add(&list, "(sv)", "After", g_variant_new_strv(after, -1));
        g_variant_builder_add(&list, "(sv)", "Before", g_variant_new_strv(before, -1));
        return g_variant_builder_end(&list);
}

static const Question create_question = { machined_name, "/org/freedesktop/machine1",
                                          "org.freedesktop.machine1.Manager", "CreateMachineWithNetwork", "(o)" };
static const Question terminate_question = { machined_name, "/org/freedesktop/machine1",
                                             "org.freedesktop.machine1.Manager", "TerminateMachine", NULL };
static const Question weigh_question = { systemd_name, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                                         "SetUnitProperties", NULL };

int machine_create(const QemuInstance *instance, const Domain *live, pid_t leader, Error *err)
{
        g_autofree char *name = machine_name(instance, live);
        g_auto(Talk) talk = { 0 };
        g_autoptr(GVariant) answer = NULL;

        if (talk_begin(&talk, instance, DEADLINE_MS, err) < 0)
                return -1;
        answer = ask(&talk, &create_question,
                     g_variant_new("(s@ayssus@ai@a(sv))", name, uuid_bytes(live->uuid), "libvirt-qemu", "vm",
                                   (guint32)leader, "", card_numbers(live), scope_properties(instance, live)),
                     err);
        return answer ? 0 : error_prefix(err, "cannot register machine '%s'", name);
}

void machine_terminate(const QemuInstance *instance, const char *name)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(Talk) talk = { 0 };
        g_autoptr(GVariant) answer = NULL;

        if (talk_begin(&talk, instance, DEADLINE_MS, &err) == 0)
                answer = ask(&talk, &terminate_question, g_variant_new("(s)", name), &err);
        if (!answer)
                log_info("machine '%s': %s", name, err.message);
}

int machine_weigh(const QemuInstance *instance, const char *unit, const char *property, uint64_t value, Error *err)
{
        g_auto(Talk) talk = { 0 };
        g_autoptr(GVariant) answer = NULL;
        GVariantBuilder list;

        if (talk_begin(&talk, instance, DEADLINE_MS, err) < 0)
                return -1;
        g_variant_builder_init(&list, G_VARIANT_TYPE("a(sv)"));
        g_variant_builder_add(&list, "(sv)", property, g_variant_new_uint64(value));
        answer = ask(&talk, &weigh_question, g_variant_new("(sba(sv))", unit, TRUE, &list), err);
        return answer ? 0 : error_prefix(err, "cannot set %s of '%s'", property, unit);
}

/* NUMBER:CONTROLLERS:PATH; systemd's own tree is named after it in version 1 and has no controllers in version 2. */
char *machine_scope(pid_t pid, Error *err)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/cgroup", pid);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;
        const char *found = NULL;

        if (file_read(path, CGROUPS_MAX, &text, NULL, err) < 0)
                return NULL;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                const char *own = strstr(*line, ":name=systemd:");

                if (own)
                        found = own + strlen(":name=systemd:");
                else if (!found && g_str_has_prefix(*line, "0::"))
                        found = *line + strlen("0::");
        }
        if (!found || !g_str_has_suffix(found, ".scope"))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "process %d is in '%s', no scope of systemd's", pid,
                                  found ? found : "");
        return g_strdup(found);
}
