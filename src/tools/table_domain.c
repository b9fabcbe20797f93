/* The commands on guests: their life, their definition: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption autostart_options[] = {
        OPT_DOMAIN(0),
        { "disable", OPTION_BOOL, 0, "turn it off" },
        { NULL },
};

static const ShellOption create_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "XML file of the guest" },
        { "console", OPTION_BOOL, 0, "open the console at once" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "autodestroy", OPTION_BOOL, 0, "ends when this connection ends" },
        { "pass-fds", OPTION_STRING, 0, "descriptors to pass, separated by commas" },
        OPT_VALIDATE,
        { "reset-nvram", OPTION_BOOL, 0, "start with the firmware's variables as delivered" },
        { NULL },
};

static const ShellOption define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "XML file of the guest" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption desc_options[] = {
        OPT_DOMAIN(0),
        OPT_LIVE,
        OPT_CONFIG,
        OPT_CURRENT,
        { "title", OPTION_BOOL, 0, "the title instead of the description" },
        { "edit", OPTION_BOOL, 0, "in an editor" },
        { "new-desc", OPTION_ARGV, 0, "the new text" },
        { NULL },
};

static const ShellOption destroy_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "graceful", OPTION_BOOL, 0, "ask before killing" },
        { "remove-logs", OPTION_BOOL, 0, "remove the log files as well" },
        { NULL },
};

static const ShellOption domid_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption domname_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption domrename_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_INACTIVE),
        { "new-name", OPTION_DATA, OPTION_REQUIRED, "the new name" },
        { NULL },
};

static const ShellOption domuuid_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption domxml_from_native_options[] = {
        { "format", OPTION_DATA, OPTION_REQUIRED, "a format" },
        { "config", OPTION_DATA, OPTION_REQUIRED, "change the stored definition (takes effect at the next boot)" },
        { NULL },
};

static const ShellOption domxml_to_native_options[] = {
        { "format", OPTION_DATA, OPTION_REQUIRED, "a format" },
        { "domain", OPTION_STRING, OPTION_NAMED, "guest: name, id or UUID", complete_domains },
        { "xml", OPTION_STRING, 0, "XML to use instead, from a file" },
        { NULL },
};

static const ShellOption dumpxml_options[] = {
        OPT_DOMAIN(0),
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" },
        { "update-cpu", OPTION_BOOL, 0, "with the CPU features of this host" },
        { "migratable", OPTION_BOOL, 0, "in the form a migration would use" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption edit_options[] = {
        OPT_DOMAIN(0),
        { "skip-validate", OPTION_BOOL, 0, "without a check against the schema" },
        { NULL },
};

static const ShellOption metadata_options[] = {
        OPT_DOMAIN(0),
        { "uri", OPTION_DATA, OPTION_REQUIRED, "name space of the metadata" },
        OPT_LIVE,
        OPT_CONFIG,
        OPT_CURRENT,
        { "edit", OPTION_BOOL, 0, "in an editor" },
        { "key", OPTION_STRING, 0, "a name space prefix" },
        { "set", OPTION_STRING, 0, "XML to store" },
        { "remove", OPTION_BOOL, 0, "remove it" },
        { NULL },
};

static const ShellOption reboot_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "mode", OPTION_STRING, 0, "ways to try: acpi, agent, initctl, signal, paravirt" },
        { NULL },
};

static const ShellOption reset_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption resume_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption shutdown_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "mode", OPTION_STRING, 0, "ways to try: acpi, agent, initctl, signal, paravirt" },
        { NULL },
};

static const ShellOption start_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_INACTIVE),
        { "console", OPTION_BOOL, 0, "open the console at once" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "autodestroy", OPTION_BOOL, 0, "ends when this connection ends" },
        { "bypass-cache", OPTION_BOOL, 0, "keep the file out of the host's page cache" },
        { "force-boot", OPTION_BOOL, 0, "drop the saved state" },
        { "pass-fds", OPTION_STRING, 0, "descriptors to pass, separated by commas" },
        { "reset-nvram", OPTION_BOOL, 0, "start with the firmware's variables as delivered" },
        { NULL },
};

static const ShellOption suspend_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption undefine_options[] = {
        OPT_DOMAIN(0),
        { "managed-save", OPTION_BOOL, 0, "remove the saved state as well" },
        { "storage", OPTION_STRING, 0, "volumes to remove, separated by commas" },
        { "remove-all-storage", OPTION_BOOL, 0, "remove all volumes of the guest" },
        { "delete-snapshots", OPTION_ALIAS, 0, "delete-storage-volume-snapshots" },
        { "delete-storage-volume-snapshots", OPTION_BOOL, 0, "with snapshots of the volumes" },
        { "wipe-storage", OPTION_BOOL, 0, "overwrite the volumes before removing them" },
        { "snapshots-metadata", OPTION_BOOL, 0, "with the records of snapshots" },
        { "checkpoints-metadata", OPTION_BOOL, 0, "with the records of checkpoints" },
        { "nvram", OPTION_BOOL, 0, "with the firmware's variables" },
        { "keep-nvram", OPTION_BOOL, 0, "keep the firmware's variables" },
        { "tpm", OPTION_BOOL, 0, "its TPM state" },
        { "keep-tpm", OPTION_BOOL, 0, "keep the TPM's state" },
        { NULL },
};

const ShellCommand domain_commands[] = {
        { "autostart", cmd_autostart, 0, autostart_options, "turn start-at-boot of a guest on or off" },
        { "create", cmd_create, 0, create_options, "boot a transient guest from an XML file" },
        { "define", cmd_define, 0, define_options, "store a persistent guest configuration without booting it" },
        { "desc", cmd_desc, 0, desc_options, "print or change a guest's title or description" },
        { "destroy", cmd_destroy, 0, destroy_options, "stop a guest at once" },
        { "domid", cmd_domid, 0, domid_options, "print the numeric id for a guest name or UUID" },
        { "domname", cmd_domname, 0, domname_options, "print the name for a guest id or UUID" },
        { "domrename", cmd_domrename, 0, domrename_options, "give an inactive guest another name" },
        { "domuuid", cmd_domuuid, 0, domuuid_options, "print the UUID for a guest name or id" },
        { "domxml-from-native", cmd_domxml_from_native, 0, domxml_from_native_options,
          "turn a hypervisor's own configuration into guest XML" },
        { "domxml-to-native", cmd_domxml_to_native, 0, domxml_to_native_options,
          "turn guest XML into a hypervisor's own configuration" },
        { "dumpxml", cmd_dumpxml, 0, dumpxml_options, "print a guest's XML" },
        { "edit", cmd_edit, 0, edit_options, "open a guest's XML in an editor and redefine it" },
        { "metadata", cmd_metadata, 0, metadata_options, "read, set or remove custom metadata XML of a guest" },
        { "reboot", cmd_reboot, 0, reboot_options, "ask the guest to reboot" },
        { "reset", cmd_reset, 0, reset_options, "hard-reset the guest" },
        { "resume", cmd_resume, 0, resume_options, "let a paused guest run again" },
        { "shutdown", cmd_shutdown, 0, shutdown_options, "ask the guest to power off" },
        { "start", cmd_start, 0, start_options, "boot a defined guest" },
        { "suspend", cmd_suspend, 0, suspend_options, "pause a running guest" },
        { "undefine", cmd_undefine, 0, undefine_options, "remove a guest's configuration" },
        { NULL },
};
