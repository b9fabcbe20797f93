/* What the agent does in the guest: file systems, clock, passwords, keys, processors, sleep. */
#include <string.h>

#include "calls/agent_calls.h"
#include "guest/guest_agent.h"
#include "calls/target.h"
#include "calls/params.h"
#include "conf/common.h"
#include "util/bitmap.h"

/* A reply that should be a number of things. */
static int count_of(const Json *reply, Error *err)
{
        g_autoptr(Json) holder = json_object();
        int64_t n = 0;

        json_set(holder, "n", json_ref((Json *)reply));
        if (!json_get_int(holder, "n", &n) || n < 0 || n > INT_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "malformed return value: the guest agent did not send a number");
        return (int)n;
}

static Json *string_array(const char *const *strings, size_t n)
{
        Json *array = json_array();

        for (size_t i = 0; i < n; i++)
                json_append(array, json_string(strings[i]));
        return array;
}

static int count_call(virDomainPtr domain, const char *command, Json *arguments, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autoptr(Json) owned = arguments;
        g_autoptr(Json) reply = NULL;

        if (agent_talk_begin(domain, &talk, err) < 0 ||
            agent_ask(&talk, command, g_steal_pointer(&owned), &reply, err) < 0)
                return -1;
        return count_of(reply, err);
}

/* File systems */

int qemu_domain_fsfreeze(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints, unsigned int flags,
                         Error *err)
{
        Json *arguments;

        if (check_call_flags(flags, 0, "qemuDomainFSFreeze", err) < 0)
                return -1;
        if (nmountpoints == 0)
                return count_call(dom, "guest-fsfreeze-freeze", NULL, err);
        arguments = json_object();
        json_set(arguments, "mountpoints", string_array(mountpoints, nmountpoints));
        return count_call(dom, "guest-fsfreeze-freeze-list", arguments, err);
}

int qemu_domain_fsthaw(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints, unsigned int flags,
                       Error *err)
{
        if (check_call_flags(flags, 0, "qemuDomainFSThaw", err) < 0)
                return -1;
        if (nmountpoints > 0)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "specifying mountpoints is not supported: the guest agent thaws all file systems at "
                                 "once");
        return count_call(dom, "guest-fsfreeze-thaw", NULL, err);
}

int qemu_domain_fstrim(virDomainPtr dom, const char *mountpoint, unsigned long long minimum, unsigned int flags,
                       Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        Json *arguments;

        if (check_call_flags(flags, 0, "qemuDomainFSTrim", err) < 0)
                return -1;
        if (mountpoint)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "Specifying mount point is not supported: the guest agent trims all file systems");
        if (agent_talk_begin(dom, &talk, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "minimum", json_uint(minimum));
        return agent_ask(&talk, "guest-fstrim", arguments, NULL, err);
}

/* The clock */

enum { NS = 1000000000 };

int qemu_domain_get_time(virDomainPtr dom, long long *seconds, unsigned int *nseconds, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autoptr(Json) reply = NULL;
        g_autoptr(Json) holder = json_object();
        int64_t ns = 0;

        if (check_call_flags(flags, 0, "qemuDomainGetTime", err) < 0 || agent_talk_begin(dom, &talk, err) < 0 ||
            agent_ask(&talk, "guest-get-time", NULL, &reply, err) < 0)
                return -1;
        json_set(holder, "ns", json_ref(reply));
        if (!json_get_int(holder, "ns", &ns) || ns < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed return value: the guest agent sent no time");
        *seconds = ns / NS;
        *nseconds = (unsigned)(ns % NS);
        return 0;
}

/* Timer ticks that QEMU would make up for would set the clock wrong once more. */
static int drop_lost_ticks(const AgentTalk *talk, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(talk->guest, err);
        ERROR_AUTO Error why = ERROR_INIT;

        if (!qmp)
                return -1;
        if (qmp_call(qmp, "rtc-reset-reinjection", NULL, MONITOR_MS, NULL, &why) == 0 ||
            why.code == VIR_ERR_OPERATION_UNSUPPORTED)
                return 0;
        return error_move(err, &why);
}

int qemu_domain_set_time(virDomainPtr dom, long long seconds, unsigned int nseconds, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        Json *arguments = NULL;

        if (check_call_flags(flags, VIR_DOMAIN_TIME_SYNC, "qemuDomainSetTime", err) < 0)
                return -1;
        if (seconds < 0 || seconds > INT64_MAX / NS - 1)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "Time '%lld' is too big for guest agent: it counts nanoseconds in 63 bits", seconds);
        if (agent_talk_begin(dom, &talk, err) < 0)
                return -1;
        if (!(flags & VIR_DOMAIN_TIME_SYNC)) {
                arguments = json_object();
                json_set(arguments, "time", json_int(seconds * NS + nseconds));
        }
        if (agent_ask(&talk, "guest-set-time", arguments, NULL, err) < 0)
                return -1;
        return drop_lost_ticks(&talk, err);
}

/* Users */

int qemu_domain_set_user_password(virDomainPtr dom, const char *user, const char *password, unsigned int flags,
                                  Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autofree char *coded = NULL;
        Json *arguments;

        if (check_call_flags(flags, VIR_DOMAIN_PASSWORD_ENCRYPTED, "qemuDomainSetUserPassword", err) < 0 ||
            agent_talk_begin(dom, &talk, err) < 0)
                return -1;
        coded = g_base64_encode((const guchar *)password, strlen(password));
        arguments = json_object();
        json_set(arguments, "crypted", json_bool(flags & VIR_DOMAIN_PASSWORD_ENCRYPTED));
        json_set(arguments, "username", json_string(user));
        json_set(arguments, "password", json_string(coded));
        return agent_ask(&talk, "guest-set-user-password", arguments, NULL, err);
}

enum { KEYS_MAX = 2048 };

int qemu_domain_authorized_ssh_keys_get(virDomainPtr domain, const char *user, char ***keys, unsigned int flags,
                                        Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autoptr(Json) reply = NULL;
        const Json *list;
        Json *arguments;
        size_t n;

        if (check_call_flags(flags, 0, "qemuDomainAuthorizedSSHKeysGet", err) < 0 ||
            agent_talk_begin(domain, &talk, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "username", json_string(user));
        if (agent_ask(&talk, "guest-ssh-get-authorized-keys", arguments, &reply, err) < 0)
                return -1;
        list = json_get(reply, "keys");
        n = json_length(list);
        if (!json_is_array(list) || n > KEYS_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed guest-ssh-get-authorized-keys response");
        *keys = g_new0(char *, n + 1);
        for (size_t i = 0; i < n; i++)
                (*keys)[i] = g_strdup(json_text(json_at(list, i)) ? json_text(json_at(list, i)) : "");
        return (int)n;
}

int qemu_domain_authorized_ssh_keys_set(virDomainPtr domain, const char *user, const char **keys, unsigned int nkeys,
                                        unsigned int flags, Error *err)
{
        bool remove = flags & VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE;
        bool append = flags & VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND;
        g_auto(AgentTalk) talk = { 0 };
        Json *arguments;

        if (check_call_flags(flags,
                             VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND | VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE,
                             "qemuDomainAuthorizedSSHKeysSet", err) < 0 ||
            agent_talk_begin(domain, &talk, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "username", json_string(user));
        json_set(arguments, "keys", string_array(keys, nkeys));
        if (!remove)
                json_set(arguments, "reset", json_bool(!append));
        return agent_ask(&talk, remove ? "guest-ssh-remove-authorized-keys" : "guest-ssh-add-authorized-keys",
                         arguments, NULL, err);
}

/* Processors */

enum { GUEST_VCPUS_MAX = 16384 };

typedef struct Vcpus {
        Bitmap *present, *online, *movable;
        int n_present, n_online;
} Vcpus;

static void vcpus_done(Vcpus *vcpus)
{
        bitmap_free(vcpus->present);
        bitmap_free(vcpus->online);
        bitmap_free(vcpus->movable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Vcpus, vcpus_done)

static int take_vcpu(const Json *item, Vcpus *vcpus)
{
        int64_t id = -1;
        bool online = false, movable = false;

        if (!json_get_int(item, "logical-id", &id) || id < 0 || id >= GUEST_VCPUS_MAX ||
            !json_get_bool(item, "online", &online))
                return -1;
        json_get_bool(item, "can-offline", &movable);
        bitmap_set(vcpus->present, (size_t)id, true);
        vcpus->n_present++;
        if (online)
                bitmap_set(vcpus->online, (size_t)id, true);
        vcpus->n_online += online;
        if (movable)
                bitmap_set(vcpus->movable, (size_t)id, true);
        return 0;
}

static int ask_vcpus(AgentTalk *talk, Vcpus *vcpus, Error *err)
{
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-get-vcpus", NULL, &reply, err) < 0)
                return -1;
        vcpus->present = bitmap_new(GUEST_VCPUS_MAX);
        vcpus->online = bitmap_new(GUEST_VCPUS_MAX);
        vcpus->movable = bitmap_new(GUEST_VCPUS_MAX);
        if (!json_is_array(reply) || json_length(reply) > GUEST_VCPUS_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "qemu agent didn't return an array of vcpus");
        for (size_t i = 0; i < json_length(reply); i++)
                if (take_vcpu(json_at(reply, i), vcpus) < 0)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "'logical-id' or 'online' missing in reply of guest-get-vcpus");
        return 0;
}

static int send_vcpus(AgentTalk *talk, const Bitmap *change, bool online, Error *err)
{
        g_autoptr(Json) reply = NULL;
        Json *list = json_array();
        Json *arguments = json_object();
        int asked = 0, done;

        json_set(arguments, "vcpus", list);
        for (size_t i = 0; i < GUEST_VCPUS_MAX; i++) {
                Json *item;

                if (!bitmap_get(change, i))
                        continue;
                item = json_object();
                json_set(item, "logical-id", json_int((int64_t)i));
                json_set(item, "online", json_bool(online));
                json_append(list, item);
                asked++;
        }
        if (agent_ask(talk, "guest-set-vcpus", arguments, &reply, err) < 0)
                return -1;
        done = count_of(reply, err);
        if (done < 0)
                return -1;
        if (done < asked)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "failed to set state of cpu in guest: %d of %d were changed", done, asked);
        return 0;
}

int qemu_domain_get_guest_vcpus(virDomainPtr domain, virTypedParameterPtr *params, unsigned int *nparams,
                                unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_auto(Vcpus) vcpus = { 0 };
        g_autofree char *present = NULL, *online = NULL, *movable = NULL;
        Params out = { 0 };

        if (check_call_flags(flags, 0, "qemuDomainGetGuestVcpus", err) < 0 ||
            agent_talk_begin(domain, &talk, err) < 0 || ask_vcpus(&talk, &vcpus, err) < 0)
                return -1;
        present = bitmap_format(vcpus.present);
        online = bitmap_format(vcpus.online);
        movable = bitmap_format(vcpus.movable);
        params_string(&out, "vcpus", present);
        params_string(&out, "online", online);
        params_string(&out, "offlinable", movable);
        *params = out.list;
        *nparams = (unsigned)out.n;
        return 0;
}

int qemu_domain_set_guest_vcpus(virDomainPtr domain, const char *cpumap, int state, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_auto(Vcpus) vcpus = { 0 };
        g_autoptr(Bitmap) change = NULL;

        if (check_call_flags(flags, 0, "qemuDomainSetGuestVcpus", err) < 0)
                return -1;
        if (state != 0 && state != 1)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported state value '%d': it is 0 or 1", state);
        change = bitmap_parse(cpumap, GUEST_VCPUS_MAX, err);
        if (!change || agent_talk_begin(domain, &talk, err) < 0 || ask_vcpus(&talk, &vcpus, err) < 0)
                return -1;
        for (size_t i = 0; i < GUEST_VCPUS_MAX; i++) {
                if (!bitmap_get(change, i))
                        continue;
                if (!bitmap_get(vcpus.present, i))
                        return error_set(err, VIR_ERR_INVALID_ARG, "vcpu %zu in the map is not in the guest", i);
                if (!state && !bitmap_get(vcpus.movable, i))
                        return error_set(err, VIR_ERR_INVALID_ARG, "vCPU %zu is not offlinable", i);
        }
        return send_vcpus(&talk, change, state == 1, err);
}

int agent_count_vcpus(virDomainPtr domain, bool maximum, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_auto(Vcpus) vcpus = { 0 };

        if (agent_talk_begin(domain, &talk, err) < 0 || ask_vcpus(&talk, &vcpus, err) < 0)
                return -1;
        return maximum ? vcpus.n_present : vcpus.n_online;
}

/* The last ones go first, the first ones come first. */
int agent_set_vcpus(virDomainPtr domain, unsigned n, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_auto(Vcpus) vcpus = { 0 };
        g_autoptr(Bitmap) change = bitmap_new(GUEST_VCPUS_MAX);
        int missing;

        if (agent_talk_begin(domain, &talk, err) < 0 || ask_vcpus(&talk, &vcpus, err) < 0)
                return -1;
        missing = (int)n - vcpus.n_online;
        if ((int)n > vcpus.n_present)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "requested vcpu count is greater than the count of enabled "
                                 "vcpus in the domain: %u > %d",
                                 n, vcpus.n_present);
        if (missing == 0)
                return 0;
        for (size_t i = 0; missing > 0 && i < GUEST_VCPUS_MAX; i++) {
                if (!bitmap_get(vcpus.present, i) || bitmap_get(vcpus.online, i))
                        continue;
                bitmap_set(change, i, true);
                if (--missing == 0)
                        return send_vcpus(&talk, change, true, err);
        }
        for (size_t i = GUEST_VCPUS_MAX; missing < 0 && i-- > 0;) {
                if (!bitmap_get(vcpus.online, i) || !bitmap_get(vcpus.movable, i))
                        continue;
                bitmap_set(change, i, true);
                if (++missing == 0)
                        return send_vcpus(&talk, change, false, err);
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "failed to set guest vCPUs: the guest keeps some of them");
}

/* Sleep */

int qemu_domain_pm_suspend_for_duration(virDomainPtr domain, unsigned int target, unsigned long long duration,
                                        unsigned int flags, Error *err)
{
        static const char *const commands[] = { [VIR_NODE_SUSPEND_TARGET_MEM] = "guest-suspend-ram",
                                                [VIR_NODE_SUSPEND_TARGET_DISK] = "guest-suspend-disk",
                                                [VIR_NODE_SUSPEND_TARGET_HYBRID] = "guest-suspend-hybrid" };
        g_auto(AgentTalk) talk = { 0 };
        const Domain *live;

        if (check_call_flags(flags, 0, "qemuDomainPMSuspendForDuration", err) < 0)
                return -1;
        if (duration != 0)
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "Duration not supported. Use 0 for now: the guest sleeps until it is woken");
        if (target >= G_N_ELEMENTS(commands))
                return error_set(err, VIR_ERR_INVALID_ARG, "Unknown suspend target: %u", target);
        if (agent_talk_begin(domain, &talk, err) < 0)
                return -1;
        live = talk.view->live;
        if (target != VIR_NODE_SUSPEND_TARGET_DISK && live->suspend_to_mem == YESNO_NO)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "S3 state is disabled for this domain");
        if (target != VIR_NODE_SUSPEND_TARGET_MEM && live->suspend_to_disk == YESNO_NO)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "S4 state is disabled for this domain");
        return agent_call_last(talk.agent, commands[target], NULL, talk.timeout_ms, err);
}
