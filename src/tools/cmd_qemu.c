/* What is QEMU's own, and keys and signals: qemu-*, send-key, send-process-signal. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "event_watch.h"
#include "keys.h"
#include "util/json.h"

/* Words that are not a JSON object are a QMP command by name: "query-block-jobs", or NAME and its arguments. */
static char *qmp_command(Shell *shell, const char **words)
{
        g_autofree char *arguments = NULL;
        g_autofree char *text = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) command = json_object();
        Json *parsed = NULL;

        if (words[0][0] == '{' || !words[0][0])
                return g_strjoinv(" ", (char **)words);
        json_set(command, "execute", json_string(words[0]));
        if (words[1]) {
                arguments = g_strjoinv(" ", (char **)words + 1);
                text = arguments[0] == '{' ? g_strdup(arguments) : g_strdup_printf("{%s}", arguments);
                parsed = json_parse(text, strlen(text), &err);
                if (!parsed) {
                        shell_error(shell, "failed to wrap arguments '%s' into a QMP command wrapper", arguments);
                        return NULL;
                }
                json_set(command, "arguments", parsed);
        }
        return json_format(command, false);
}

/* --pretty and --return-value. */
static bool print_reply(Shell *shell, const ShellArgs *args, const char *reply)
{
        bool value_only = args_has(args, "return-value");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;
        const Json *shown = NULL;
        g_autofree char *text = NULL;

        if (!value_only && !args_has(args, "pretty")) {
                shell_print(shell, "%s\n", reply);
                return true;
        }
        json = json_parse(reply, strlen(reply), &err);
        shown = json && value_only ? json_get(json, "return") : json;
        if (!shown) {
                shell_error(shell, "'return' member missing");
                return false;
        }
        text = json_format(shown, args_has(args, "pretty"));
        shell_print(shell, "%s", text);
        return true;
}

bool cmd_qemu_monitor_command(Shell *shell, const ShellArgs *args)
{
        g_autofree const char **words = args_words(args, "cmd");
        bool hmp = args_has(args, "hmp");
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *command = NULL;
        g_autofree char *reply = NULL;

        if (!args_exclusive(shell, args, "hmp", "pretty") || !args_exclusive(shell, args, "hmp", "return-value"))
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (args_has(args, "pass-fds")) {
                shell_error(shell, "passing descriptors to the monitor is not supported by this version of vireo's "
                                   "virsh");
                return false;
        }
        command = hmp ? g_strjoinv(" ", (char **)words) : qmp_command(shell, words);
        if (!command ||
            virDomainQemuMonitorCommand(domain, command, &reply, hmp ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP : 0) < 0)
                return false;
        if (hmp) {
                shell_print(shell, "%s\n", reply);
                return true;
        }
        return print_reply(shell, args, reply);
}

/* --- qemu-monitor-event --- */

typedef struct MonitorCatch {
        EventWatch *watch;
        bool pretty;
} MonitorCatch;

static char *make_pretty(const char *details)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = json_parse(details, strlen(details), &err);

        return json ? json_format(json, true) : g_strdup(details);
}

static void on_monitor_event(virConnectPtr connection, virDomainPtr domain, const char *event, long long seconds,
                             unsigned micros, const char *details, void *opaque)
{
        const MonitorCatch *catch = (const MonitorCatch *)opaque;
        g_autofree char *pretty = details && catch->pretty ? make_pretty(details) : NULL;
        const char *shown = pretty ? pretty : details ? details : "<null>";

        (void)connection;
        if (catch->watch->timestamp)
                event_watch_print(catch->watch, "event %s for domain '%s': %s", event, virDomainGetName(domain), shown);
        else
                event_watch_print(catch->watch, "event %s at %lld.%06u for domain '%s': %s", event, seconds, micros,
                                  virDomainGetName(domain), shown);
}

bool cmd_qemu_monitor_event(Shell *shell, const ShellArgs *args)
{
        static const FlagRow flags[] = {
                { "regex", VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX },
                { "no-case", VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE },
                { NULL, 0 },
        };
        const char *event = NULL;
        EventWatch watch;
        MonitorCatch catch = { .watch = &watch, .pretty = args_has(args, "pretty") };
        g_autoptr(virDomain) domain = NULL;
        bool good = false;
        int id = -1;

        if (args_string(shell, args, "event", &event) < 0)
                return false;
        if (args_has(args, "domain")) {
                domain = domain_get(shell, args);
                if (!domain)
                        return false;
        }
        if (!event_watch_init(&watch, shell, args))
                return false;
        id = virConnectDomainQemuMonitorEventRegister(connection_of(shell), domain, event, on_monitor_event, &catch,
                                                      NULL, flags_given(args, flags));
        if (id >= 0) {
                good = event_watch_run(&watch);
                if (virConnectDomainQemuMonitorEventDeregister(connection_of(shell), id) < 0)
                        good = false;
        }
        event_watch_done(&watch);
        return good;
}

bool cmd_qemu_agent_command(Shell *shell, const ShellArgs *args)
{
        g_autofree const char **words = args_words(args, "cmd");
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree char *command = g_strjoinv(" ", (char **)words);
        g_autofree char *reply = NULL;
        g_autofree char *pretty = NULL;
        int timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT;
        int given = 0;

        if (!domain)
                return false;
        given = args_int(shell, args, "timeout", &timeout);
        if (given < 0)
                return false;
        if (given && timeout < 1) {
                shell_error(shell, "timeout must be positive");
                return false;
        }
        if (args_has(args, "async"))
                timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_NOWAIT;
        if (args_has(args, "block"))
                timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK;
        reply = virDomainQemuAgentCommand(domain, command, timeout, 0);
        if (!reply)
                return false;
        pretty = args_has(args, "pretty") ? make_pretty(reply) : NULL;
        shell_print(shell, "%s\n", pretty ? pretty : reply);
        return true;
}

bool cmd_qemu_attach(Shell *shell, const ShellArgs *args)
{
        unsigned pid = 0;
        g_autoptr(virDomain) domain = NULL;

        if (args_uint(shell, args, "pid", &pid) <= 0)
                return false;
        domain = virDomainQemuAttach(connection_of(shell), pid, 0);
        if (!domain) {
                shell_error(shell, "Failed to attach to pid %u", pid);
                return false;
        }
        shell_print(shell, "Domain '%s' attached to pid %u\n", virDomainGetName(domain), pid);
        return true;
}

/* --- keys and signals --- */

static const char *const codesets[] = { "linux",  "xt",  "atset1", "atset2", "atset3", "osx",
                                        "xt_kbd", "usb", "win32",  "qnum",   NULL };

/* A number in any set of codes, a name only in Linux's. */
static int parse_key(int codeset, const char *text)
{
        char *end = NULL;
        long value = strtol(text, &end, 0);

        if (end != text && !*end)
                return value >= 0 && value <= 0xffff ? (int)value : -1;
        return codeset == VIR_KEYCODE_SET_LINUX ? key_by_name(text) : -1;
}

bool cmd_send_key(Shell *shell, const ShellArgs *args)
{
        g_autofree const char **words = args_words(args, "keycode");
        const char *codeset_name = "linux";
        unsigned codes[VIR_DOMAIN_SEND_KEY_MAX_KEYS];
        unsigned holdtime = 0;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int codeset = 0;
        int n = 0;

        if (!domain || args_string(shell, args, "codeset", &codeset_name) < 0 ||
            args_uint(shell, args, "holdtime", &holdtime) < 0)
                return false;
        codeset = number_of(codesets, codeset_name);
        if (codeset < 0) {
                shell_error(shell, "unknown codeset: '%s'", codeset_name);
                return false;
        }
        for (; words[n]; n++) {
                int code = n < VIR_DOMAIN_SEND_KEY_MAX_KEYS ? parse_key(codeset, words[n]) : -1;

                if (n == VIR_DOMAIN_SEND_KEY_MAX_KEYS) {
                        shell_error(shell, "too many keycodes");
                        return false;
                }
                if (code < 0) {
                        shell_error(shell, "invalid keycode: '%s'", words[n]);
                        return false;
                }
                codes[n] = (unsigned)code;
        }
        return virDomainSendKey(domain, (unsigned)codeset, holdtime, codes, n, 0) == 0;
}

static const char *const signal_names[] = { "nop",  "hup",   "int",  "quit", "ill",  "trap", "abrt", "bus",    "fpe",
                                            "kill", "usr1",  "segv", "usr2", "pipe", "alrm", "term", "stkflt", "chld",
                                            "cont", "stop",  "tstp", "ttin", "ttou", "urg",  "xcpu", "xfsz",   "vtalrm",
                                            "prof", "winch", "poll", "pwr",  "sys",  "rt0",  NULL };

/* "9", "kill", "SIGKILL", "rt5". */
static int parse_signal(const char *text)
{
        g_autofree char *lower = g_ascii_strdown(text, -1);
        const char *name = g_str_has_prefix(lower, "sig_")  ? lower + 4
                           : g_str_has_prefix(lower, "sig") ? lower + 3
                                                            : lower;
        char *end = NULL;
        long value = strtol(lower, &end, 10);

        if (end != lower && !*end)
                return value >= 0 && value < VIR_DOMAIN_PROCESS_SIGNAL_RT32 ? (int)value : -1;
        if (g_str_has_prefix(name, "rt") && g_ascii_isdigit(name[2])) {
                value = strtol(name + 2, &end, 10);
                return !*end && value <= 32 ? VIR_DOMAIN_PROCESS_SIGNAL_RT0 + (int)value : -1;
        }
        return number_of(signal_names, name);
}

bool cmd_send_process_signal(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        long long pid = 0;
        const char *name = NULL;
        int number = 0;

        if (!domain || args_int64(shell, args, "pid", &pid) <= 0 || args_string(shell, args, "signame", &name) <= 0)
                return false;
        number = parse_signal(name);
        if (number < 0) {
                shell_error(shell, "malformed signal name: %s", name);
                return false;
        }
        return virDomainSendProcessSignal(domain, pid, (unsigned)number, 0) == 0;
}
