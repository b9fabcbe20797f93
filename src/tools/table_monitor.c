/* The commands on guests: watching them: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption domblkerror_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption domblkinfo_options[] = {
        OPT_DOMAIN(0),
        { "device", OPTION_STRING, 0, "a device", complete_disks },
        { "human", OPTION_BOOL, 0, "readable for people" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption domblklist_options[] = {
        OPT_DOMAIN(0),
        { "inactive", OPTION_BOOL, 0, "of the stored definition" },
        { "details", OPTION_BOOL, 0, "with details" },
        { NULL },
};

static const ShellOption domblkstat_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "device", OPTION_STRING, OPTION_EMPTY_OK, "a device", complete_disks },
        { "human", OPTION_BOOL, 0, "readable for people" },
        { NULL },
};

static const ShellOption domcontrol_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption domif_getlink_options[] = {
        OPT_DOMAIN(0),
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address", complete_interfaces },
        { "persistent", OPTION_ALIAS, 0, "config" },
        OPT_CONFIG,
        { NULL },
};

static const ShellOption domifaddr_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "interface", OPTION_STRING, 0, "interface: name or MAC address", complete_interfaces },
        { "full", OPTION_BOOL, 0, "repeat names and addresses in every row" },
        { "source", OPTION_STRING, 0, "where it comes from" },
        { NULL },
};

static const ShellOption domiflist_options[] = {
        OPT_DOMAIN(0),
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { NULL },
};

static const ShellOption domifstat_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address", complete_interfaces },
        { NULL },
};

static const ShellOption dominfo_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption dommemstat_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "period", OPTION_INT, OPTION_NAMED, "seconds between two samples" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption domstate_options[] = {
        OPT_DOMAIN(0),
        { "reason", OPTION_BOOL, 0, "with the reason" },
        { NULL },
};

static const ShellOption domstats_options[] = {
        { "state", OPTION_BOOL, 0, "the state" },
        { "cpu-total", OPTION_BOOL, 0, "time of the processors" },
        { "balloon", OPTION_BOOL, 0, "figures of the balloon" },
        { "vcpu", OPTION_BOOL, 0, "figures of processors" },
        { "interface", OPTION_BOOL, 0, "figures of interfaces" },
        { "block", OPTION_BOOL, 0, "figures of disks" },
        { "perf", OPTION_BOOL, 0, "performance counters" },
        { "iothread", OPTION_BOOL, 0, "figures of I/O threads" },
        { "memory", OPTION_BOOL, 0, "memory figures" },
        { "dirtyrate", OPTION_BOOL, 0, "how fast memory changes" },
        { "vm", OPTION_BOOL, 0, "figures of the hypervisor" },
        { "list-active", OPTION_BOOL, 0, "active ones" },
        { "list-inactive", OPTION_BOOL, 0, "inactive ones" },
        { "list-persistent", OPTION_BOOL, 0, "persistent ones" },
        { "list-transient", OPTION_BOOL, 0, "transient ones" },
        { "list-running", OPTION_BOOL, 0, "those running" },
        { "list-paused", OPTION_BOOL, 0, "paused ones" },
        { "list-shutoff", OPTION_BOOL, 0, "those shut off" },
        { "list-other", OPTION_BOOL, 0, "those in other states" },
        { "raw", OPTION_BOOL, 0, "values without names" },
        { "enforce", OPTION_BOOL, 0, "fail if something cannot be had" },
        { "backing", OPTION_BOOL, 0, "with backing images" },
        { "nowait", OPTION_BOOL, 0, "only what needs no waiting" },
        { "domain", OPTION_ARGV, 0, "guests; all if none is named", complete_domains },
        { NULL },
};

static const ShellOption domtime_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "now", OPTION_BOOL, 0, "the host's time" },
        { "pretty", OPTION_BOOL, 0, "readable for people" },
        { "sync", OPTION_BOOL, 0, "from the guest's hardware clock" },
        { "time", OPTION_INT, 0, "a time, in seconds since 1970" },
        { NULL },
};

static const ShellOption event_options[] = {
        { "domain", OPTION_STRING, 0, "only of this guest", complete_domains },
        { "event", OPTION_STRING, 0, "which kind of event to wait for", complete_events },
        { "all", OPTION_BOOL, 0, "all kinds of events" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "list", OPTION_BOOL, 0, "list the kinds and leave" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption list_options[] = {
        { "inactive", OPTION_BOOL, 0, "inactive ones" },
        { "all", OPTION_BOOL, 0, "active and inactive ones" },
        { "transient", OPTION_BOOL, 0, "transient ones only" },
        { "persistent", OPTION_BOOL, 0, "persistent ones only" },
        { "with-snapshot", OPTION_BOOL, 0, "those with snapshots" },
        { "without-snapshot", OPTION_BOOL, 0, "those without snapshots" },
        { "with-checkpoint", OPTION_BOOL, 0, "those with checkpoints" },
        { "without-checkpoint", OPTION_BOOL, 0, "those without checkpoints" },
        { "state-running", OPTION_BOOL, 0, "those running" },
        { "state-paused", OPTION_BOOL, 0, "those paused" },
        { "state-shutoff", OPTION_BOOL, 0, "those shut off" },
        { "state-other", OPTION_BOOL, 0, "those in other states" },
        { "autostart", OPTION_BOOL, 0, "those started with the host" },
        { "no-autostart", OPTION_BOOL, 0, "those not started with the host" },
        { "with-managed-save", OPTION_BOOL, 0, "those with saved state" },
        { "without-managed-save", OPTION_BOOL, 0, "those without saved state" },
        { "uuid", OPTION_BOOL, 0, "UUIDs only" },
        { "name", OPTION_BOOL, 0, "names only" },
        { "id", OPTION_BOOL, 0, "ids only" },
        { "table", OPTION_BOOL, 0, "as a table (default)" },
        { "managed-save", OPTION_BOOL, 0, "mark those with saved state" },
        { "title", OPTION_BOOL, 0, "with titles" },
        { NULL },
};

const ShellCommand monitor_commands[] = {
        { "domblkerror", cmd_domblkerror, 0, domblkerror_options, "list disks currently in an I/O error state" },
        { "domblkinfo", cmd_domblkinfo, 0, domblkinfo_options,
          "show capacity, allocation and physical size of a disk" },
        { "domblklist", cmd_domblklist, 0, domblklist_options, "table of a guest's disks" },
        { "domblkstat", cmd_domblkstat, 0, domblkstat_options, "print I/O counters of a disk" },
        { "domcontrol", cmd_domcontrol, 0, domcontrol_options, "show the state of the control channel to the guest" },
        { "domif-getlink", cmd_domif_getlink, 0, domif_getlink_options, "show whether a virtual NIC's link is up" },
        { "domifaddr", cmd_domifaddr, 0, domifaddr_options, "list IP addresses of a guest's interfaces" },
        { "domiflist", cmd_domiflist, 0, domiflist_options, "table of a guest's interfaces" },
        { "domifstat", cmd_domifstat, 0, domifstat_options, "print traffic counters of an interface" },
        { "dominfo", cmd_dominfo, 0, dominfo_options, "print a summary of a guest" },
        { "dommemstat", cmd_dommemstat, 0, dommemstat_options, "print memory statistics or set their sampling period" },
        { "domstate", cmd_domstate, 0, domstate_options, "print the guest's run state" },
        { "domstats", cmd_domstats, 0, domstats_options, "print grouped statistics of one, many or all guests" },
        { "domtime", cmd_domtime, 0, domtime_options, "read or set the guest's clock" },
        { "event", cmd_event, 0, event_options, "wait for and print guest events" },
        { "list", cmd_list, 0, list_options, "list guests" },
        { NULL },
};
