/* The commands on guests: saved state, dumps, jobs, migration: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption domjobabort_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "postcopy", OPTION_BOOL, 0, "allow to switch to post-copy" },
        { NULL },
};

static const ShellOption domjobinfo_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "completed", OPTION_BOOL, 0, "the last job that ended" },
        { "keep-completed", OPTION_BOOL, 0, "keep the statistics for later" },
        { "anystats", OPTION_BOOL, 0, "everything that is known" },
        { "rawstats", OPTION_BOOL, 0, "figures as they come" },
        { NULL },
};

static const ShellOption dump_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_LIVE,
        { "crash", OPTION_BOOL, 0, "leave the guest crashed" },
        { "bypass-cache", OPTION_BOOL, 0, "keep the file out of the host's page cache" },
        { "reset", OPTION_BOOL, 0, "reset first" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { "memory-only", OPTION_BOOL, 0, "memory without device state" },
        { "format", OPTION_STRING, 0, "a format" },
        { NULL },
};

static const ShellOption managedsave_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "bypass-cache", OPTION_BOOL, 0, "keep the file out of the host's page cache" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { NULL },
};

static const ShellOption managedsave_define_options[] = {
        OPT_DOMAIN(0),
        { "xml", OPTION_DATA, OPTION_REQUIRED, "XML to use instead, from a file" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { NULL },
};

static const ShellOption managedsave_dumpxml_options[] = {
        OPT_DOMAIN(0), { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" }, OPT_XPATH, OPT_WRAP,
        { NULL },
};

static const ShellOption managedsave_edit_options[] = {
        OPT_DOMAIN(0),
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { NULL },
};

static const ShellOption managedsave_remove_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption migrate_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "desturi", OPTION_DATA, OPTION_REQUIRED, "connection to the destination" },
        OPT_LIVE,
        { "offline", OPTION_BOOL, 0, "only the definition" },
        { "p2p", OPTION_BOOL, 0, "daemon to daemon" },
        { "direct", OPTION_BOOL, 0, "from client to destination, without a daemon there" },
        { "tunneled", OPTION_ALIAS, 0, "tunnelled" },
        { "tunnelled", OPTION_BOOL, 0, "through the connection of the daemons" },
        OPT_PERSISTENT,
        { "undefinesource", OPTION_BOOL, 0, "remove the definition at the source" },
        { "suspend", OPTION_BOOL, 0, "suspend the guest meanwhile" },
        { "copy-storage-all", OPTION_BOOL, 0, "copy whole images" },
        { "copy-storage-inc", OPTION_BOOL, 0, "copy what differs from shared images" },
        { "copy-storage-synchronous-writes", OPTION_BOOL, 0, "write to both disks at once" },
        { "change-protection", OPTION_BOOL, 0, "keep the definition from being changed meanwhile" },
        { "unsafe", OPTION_BOOL, 0, "even if it may lose data" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { "compressed", OPTION_BOOL, 0, "compress" },
        { "auto-converge", OPTION_BOOL, 0, "slow the guest if it changes too fast" },
        { "rdma-pin-all", OPTION_BOOL, 0, "pin all memory before RDMA" },
        { "abort-on-error", OPTION_BOOL, 0, "stop at an I/O error" },
        { "postcopy", OPTION_BOOL, 0, "allow to switch to post-copy" },
        { "postcopy-after-precopy", OPTION_BOOL, 0, "switch to post-copy after one round" },
        { "postcopy-resume", OPTION_BOOL, 0, "take up a broken post-copy migration" },
        { "zerocopy", OPTION_BOOL, 0, "send memory without copying it" },
        { "migrateuri", OPTION_STRING, 0, "where the data goes" },
        { "graphicsuri", OPTION_STRING, 0, "where clients of the display go" },
        { "listen-address", OPTION_STRING, 0, "address the destination listens on" },
        { "dname", OPTION_STRING, 0, "name at the destination" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "timeout-suspend", OPTION_BOOL, 0, "suspend the guest after the time-out" },
        { "timeout-postcopy", OPTION_BOOL, 0, "switch to post-copy after the time-out" },
        { "xml", OPTION_STRING, 0, "XML to use instead, from a file" },
        { "migrate-disks", OPTION_STRING, 0, "disks to copy, separated by commas" },
        { "disks-port", OPTION_INT, 0, "port disk data goes to" },
        { "disks-uri", OPTION_STRING, 0, "where disk data goes" },
        { "comp-methods", OPTION_STRING, 0, "ways of compression, separated by commas" },
        { "comp-mt-level", OPTION_INT, 0, "level of compression" },
        { "comp-mt-threads", OPTION_INT, 0, "threads that compress" },
        { "comp-mt-dthreads", OPTION_INT, 0, "threads that decompress" },
        { "comp-xbzrle-cache", OPTION_INT, 0, "cache of xbzrle, in bytes" },
        { "auto-converge-initial", OPTION_INT, 0, "how much to slow the guest at first, in percent" },
        { "auto-converge-increment", OPTION_INT, 0, "how much more each time, in percent" },
        { "persistent-xml", OPTION_STRING, 0, "XML file of the definition at the destination" },
        { "tls", OPTION_BOOL, 0, "encrypt" },
        { "postcopy-bandwidth", OPTION_INT, 0, "limit of the post-copy phase, in MiB per second" },
        { "parallel", OPTION_BOOL, 0, "over several connections" },
        { "parallel-connections", OPTION_INT, 0, "how many connections" },
        { "bandwidth", OPTION_INT, 0, "limit in MiB per second" },
        { "tls-destination", OPTION_STRING, 0, "host name expected in the destination's certificate" },
        { "comp-zlib-level", OPTION_INT, 0, "level of zlib" },
        { "comp-zstd-level", OPTION_INT, 0, "level of zstd" },
        { NULL },
};

static const ShellOption migrate_compcache_options[] = {
        OPT_DOMAIN(0),
        { "size", OPTION_INT, OPTION_NAMED, "a size; units like KiB, MiB, GiB are understood" },
        { NULL },
};

static const ShellOption migrate_getmaxdowntime_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption migrate_getspeed_options[] = {
        OPT_DOMAIN(0),
        { "postcopy", OPTION_BOOL, 0, "allow to switch to post-copy" },
        { NULL },
};

static const ShellOption migrate_postcopy_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption migrate_setmaxdowntime_options[] = {
        OPT_DOMAIN(0),
        { "downtime", OPTION_INT, OPTION_REQUIRED, "milliseconds" },
        { NULL },
};

static const ShellOption migrate_setspeed_options[] = {
        OPT_DOMAIN(0),
        { "bandwidth", OPTION_INT, OPTION_REQUIRED, "limit in MiB per second" },
        { "postcopy", OPTION_BOOL, 0, "allow to switch to post-copy" },
        { NULL },
};

static const ShellOption restore_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "bypass-cache", OPTION_BOOL, 0, "keep the file out of the host's page cache" },
        { "xml", OPTION_STRING, 0, "XML to use instead, from a file" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "reset-nvram", OPTION_BOOL, 0, "start with the firmware's variables as delivered" },
        { NULL },
};

static const ShellOption save_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "bypass-cache", OPTION_BOOL, 0, "keep the file out of the host's page cache" },
        { "xml", OPTION_STRING, 0, "XML to use instead, from a file" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { NULL },
};

static const ShellOption save_image_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "xml", OPTION_DATA, OPTION_REQUIRED, "XML to use instead, from a file" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { NULL },
};

static const ShellOption save_image_dumpxml_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption save_image_edit_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { NULL },
};

const ShellCommand state_commands[] = {
        { "domjobabort", cmd_domjobabort, 0, domjobabort_options, "cancel the job running on a guest" },
        { "domjobinfo", cmd_domjobinfo, 0, domjobinfo_options, "show progress of the job running on a guest" },
        { "dump", cmd_dump, 0, dump_options, "write the guest's memory core to a file" },
        { "managedsave", cmd_managedsave, 0, managedsave_options,
          "save guest state where the next start will find it" },
        { "managedsave-define", cmd_managedsave_define, 0, managedsave_define_options,
          "replace the XML kept in the managed save file" },
        { "managedsave-dumpxml", cmd_managedsave_dumpxml, 0, managedsave_dumpxml_options,
          "print the XML kept in the managed save file" },
        { "managedsave-edit", cmd_managedsave_edit, 0, managedsave_edit_options,
          "edit the XML kept in the managed save file" },
        { "managedsave-remove", cmd_managedsave_remove, 0, managedsave_remove_options,
          "throw away a guest's managed save file" },
        { "migrate", NULL, 0, migrate_options, "move a guest to another host" },
        { "migrate-compcache", cmd_migrate_compcache, 0, migrate_compcache_options,
          "read or set the migration compression cache size" },
        { "migrate-getmaxdowntime", cmd_migrate_getmaxdowntime, 0, migrate_getmaxdowntime_options,
          "print the allowed downtime for live migration" },
        { "migrate-getspeed", cmd_migrate_getspeed, 0, migrate_getspeed_options, "print the migration bandwidth cap" },
        { "migrate-postcopy", cmd_migrate_postcopy, 0, migrate_postcopy_options,
          "switch a running migration to post-copy" },
        { "migrate-setmaxdowntime", cmd_migrate_setmaxdowntime, 0, migrate_setmaxdowntime_options,
          "set the allowed downtime for live migration" },
        { "migrate-setspeed", cmd_migrate_setspeed, 0, migrate_setspeed_options, "set the migration bandwidth cap" },
        { "restore", cmd_restore, 0, restore_options, "bring back a guest from a saved state file" },
        { "save", cmd_save, 0, save_options, "write guest state to a file and stop it" },
        { "save-image-define", cmd_save_image_define, 0, save_image_define_options,
          "replace the XML kept in a state file" },
        { "save-image-dumpxml", cmd_save_image_dumpxml, 0, save_image_dumpxml_options,
          "print the XML kept in a state file" },
        { "save-image-edit", cmd_save_image_edit, 0, save_image_edit_options, "edit the XML kept in a state file" },
        { NULL },
};
