/* See bandwidth.h. The program "tc" does it.
 *
 * What a device of the host sends is shaped: packets wait. What it receives is policed: packets are dropped. A tap sends
 * what the guest receives; a macvtap stands on the guest's side, and sends what the guest sends.
 *
 * Kernels without policing have, perhaps, "ifb": what is received goes through a device of that kind first, which shapes.
 * It is ours, has a name made of the other's, and is removed with the limits. */
#define LOG_SOURCE "qemu.bandwidth"
#include "host/bandwidth.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/link.h"
#include "util/log.h"
#include "util/process.h"

enum { TC_MS = 30 * 1000 };

const Bandwidth *bandwidth_of(const Interface *nic)
{
        return nic->actual && nic->actual->bandwidth ? nic->actual->bandwidth : nic->bandwidth;
}

static bool has_device(InterfaceType type)
{
        return type == INTERFACE_NETWORK || type == INTERFACE_BRIDGE || type == INTERFACE_ETHERNET ||
               type == INTERFACE_DIRECT;
}

int bandwidth_check(const Interface *nic, const Bandwidth *bandwidth, Error *err)
{
        char mac[MAC_TEXT_LENGTH];

        mac_format(&nic->mac, mac);
        if (!has_device(interface_actual_type(nic)))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "setting bandwidth on interfaces of type '%s' is not possible: they have no device on "
                                 "the host",
                                 enum_text(InterfaceType, interface_actual_type(nic)));
        if (bandwidth && bandwidth->inbound && bandwidth->inbound->floor && nic->type != INTERFACE_NETWORK)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "Invalid use of 'floor' on interface with MAC address %s - "
                                 "'floor' is only supported for interface type 'network' with forward type 'nat', "
                                 "'route', 'open' or none",
                                 mac);
        return 0;
}

static int run_tc(const char *commands, Error *err)
{
        AUTO_FD int fd = memfd_create("tc", MFD_CLOEXEC);
        Process *process;
        int r;

        if (fd < 0 || fd_write_all(fd, commands, strlen(commands), err) < 0 || lseek(fd, 0, SEEK_SET) < 0)
                return error_is_set(err) ? -1 : error_errno(err, errno, "cannot write commands for tc");
        process = process_new("tc");
        process_add(process, "-batch");
        process_add(process, "-");
        process_stdin(process, fd);
        r = process_run(process, TC_MS, NULL, NULL, NULL, err);
        process_free(process);
        return r;
}

/* Shaping of what @name sends. */
static int shape(const char *name, const BandwidthRate *rate, Error *err)
{
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *fair = g_strdup_printf("qdisc add dev %s parent 1:1 handle 2: sfq perturb 10\n", name);
        ERROR_AUTO Error ignored = ERROR_INIT;

        if (!rate->average)
                return 0;
        g_string_append_printf(text,
                               "qdisc replace dev %s root handle 1: htb default 1\n"
                               "class add dev %s parent 1: classid 1:1 htb rate %ukbps",
                               name, name, rate->average);
        if (rate->peak)
                g_string_append_printf(text, " ceil %ukbps", rate->peak);
        if (rate->burst)
                g_string_append_printf(text, " burst %ukb", rate->burst);
        g_string_append_c(text, '\n');
        if (run_tc(text->str, err) < 0)
                return -1;
        /* A queue for each flow where the kernel has that; else they share one. */
        if (run_tc(fair, &ignored) < 0)
                log_debug("%s", ignored.message);
        return 0;
}

/* The name of the device through which goes what @name receives. */
static char *detour_name(const char *name)
{
        enum { KEPT = IFNAMSIZ - 1 - 4 };
        size_t length = strlen(name);

        return g_strdup_printf("ifb-%s", length > KEPT ? name + length - KEPT : name);
}

static int detour(const char *name, const BandwidthRate *rate, Error *err)
{
        g_autofree char *through = detour_name(name);
        g_autofree char *make = g_strdup_printf("filter add dev %s parent ffff: protocol all u32 match u32 0 0 action "
                                                "mirred egress redirect dev %s\n",
                                                name, through);

        if (link_add(through, "ifb", err) < 0)
                return -1;
        if (link_set_up(through, true, err) == 0 && run_tc(make, err) == 0 && shape(through, rate, err) == 0)
                return 0;
        link_delete(through, NULL);
        return -1;
}

/* Policing of what @name receives. */
static int police(const char *name, const BandwidthRate *rate, Error *err)
{
        g_autofree char *ingress = g_strdup_printf("qdisc add dev %s ingress\n", name);
        g_autoptr(GString) text = g_string_new(NULL);
        ERROR_AUTO Error why = ERROR_INIT;

        if (!rate->average)
                return 0;
        g_string_append_printf(text,
                               "filter add dev %s parent ffff: protocol all u32 match u32 0 0 police rate %ukbps "
                               "burst %ukb mtu 64kb",
                               name, rate->average, rate->burst ? rate->burst : rate->average);
        if (rate->peak)
                g_string_append_printf(text, " peakrate %ukbps", rate->peak);
        g_string_append(text, " drop flowid :1\n");
        if (run_tc(ingress, err) < 0)
                return -1;
        if (run_tc(text->str, &why) == 0 || detour(name, rate, NULL) == 0)
                return 0;
        error_move(err, &why);
        return error_prefix(err,
                            "this kernel can neither police (act_police) nor divert (ifb, act_mirred) what '%s' "
                            "receives",
                            name);
}

/* As it is without limits. */
static void restore(const Interface *nic, const char *name)
{
        bandwidth_clear(name);
        if (link_index(name) && interface_actual_type(nic) != INTERFACE_DIRECT)
                link_set_queue(name, "noqueue", NULL);
}

int bandwidth_set(const Interface *nic, const char *name, Error *err)
{
        const Bandwidth *bandwidth = bandwidth_of(nic);
        bool swapped = interface_actual_type(nic) == INTERFACE_DIRECT;
        const BandwidthRate *sent = NULL, *received = NULL;

        restore(nic, name);
        if (bandwidth) {
                sent = swapped ? bandwidth->outbound : bandwidth->inbound;
                received = swapped ? bandwidth->inbound : bandwidth->outbound;
        }
        if ((!sent || shape(name, sent, err) == 0) && (!received || police(name, received, err) == 0))
                return 0;
        restore(nic, name);
        return -1;
}

void bandwidth_clear(const char *name)
{
        g_autofree char *through = detour_name(name);

        if (link_index(name))
                link_drop_queues(name);
        link_delete(through, NULL);
}
