/* The commands on snapshots, checkpoints and backups: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption backup_begin_options[] = {
        OPT_DOMAIN(0),
        { "backupxml", OPTION_STRING, 0, "XML file of the backup" },
        { "checkpointxml", OPTION_STRING, 0, "XML file of a checkpoint" },
        { "reuse-external", OPTION_BOOL, 0, "use files that exist" },
        { NULL },
};

static const ShellOption backup_dumpxml_options[] = {
        OPT_DOMAIN(0),
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

const ShellCommand backup_commands[] = {
        { "backup-begin", NULL, 0, backup_begin_options, "kick off a disk backup job" },
        { "backup-dumpxml", NULL, 0, backup_dumpxml_options, "print the XML of the running backup job" },
        { NULL },
};

static const ShellOption checkpoint_create_options[] = {
        OPT_DOMAIN(0),
        { "xmlfile", OPTION_STRING, 0, "XML file" },
        { "redefine", OPTION_BOOL, 0, "restore the record of one that exists" },
        { "redefine-validate", OPTION_BOOL, 0, "check the restored record" },
        { "quiesce", OPTION_BOOL, 0, "freeze the guest's file systems meanwhile" },
        { NULL },
};

static const ShellOption checkpoint_create_as_options[] = {
        OPT_DOMAIN(0),
        { "name", OPTION_STRING, 0, "a name" },
        { "description", OPTION_STRING, 0, "a description" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "quiesce", OPTION_BOOL, 0, "freeze the guest's file systems meanwhile" },
        { "diskspec", OPTION_ARGV, 0, "a disk: name[,key=value]..." },
        { NULL },
};

static const ShellOption checkpoint_delete_options[] = {
        OPT_DOMAIN(0),
        { "checkpointname", OPTION_STRING, 0, "name of a checkpoint" },
        { "children", OPTION_BOOL, 0, "with children" },
        { "children-only", OPTION_BOOL, 0, "only the children" },
        { "metadata", OPTION_BOOL, 0, "only the record of it" },
        { NULL },
};

static const ShellOption checkpoint_dumpxml_options[] = {
        OPT_DOMAIN(0),
        { "checkpointname", OPTION_STRING, 0, "name of a checkpoint" },
        { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" },
        { "no-domain", OPTION_BOOL, 0, "without the guest's definition" },
        { "size", OPTION_BOOL, 0, "a size; units like KiB, MiB, GiB are understood" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption checkpoint_edit_options[] = {
        OPT_DOMAIN(0),
        { "checkpointname", OPTION_STRING, 0, "name of a checkpoint" },
        { NULL },
};

static const ShellOption checkpoint_info_options[] = {
        OPT_DOMAIN(0),
        { "checkpointname", OPTION_STRING, 0, "name of a checkpoint" },
        { NULL },
};

static const ShellOption checkpoint_list_options[] = {
        OPT_DOMAIN(0),
        { "parent", OPTION_BOOL, 0, "with the parent" },
        { "roots", OPTION_BOOL, 0, "those without a parent" },
        { "leaves", OPTION_BOOL, 0, "those without children" },
        { "no-leaves", OPTION_BOOL, 0, "those with children" },
        { "tree", OPTION_BOOL, 0, "as a tree" },
        { "from", OPTION_STRING, 0, "where from" },
        { "descendants", OPTION_BOOL, 0, "with children of children" },
        { "name", OPTION_BOOL, 0, "a name" },
        { "topological", OPTION_BOOL, 0, "in topological order" },
        { NULL },
};

static const ShellOption checkpoint_parent_options[] = {
        OPT_DOMAIN(0),
        { "checkpointname", OPTION_STRING, 0, "name of a checkpoint" },
        { NULL },
};

const ShellCommand checkpoint_commands[] = {
        { "checkpoint-create", NULL, 0, checkpoint_create_options, "make a checkpoint from an XML file" },
        { "checkpoint-create-as", NULL, 0, checkpoint_create_as_options, "make a checkpoint from options" },
        { "checkpoint-delete", NULL, 0, checkpoint_delete_options, "remove a checkpoint, optionally with children" },
        { "checkpoint-dumpxml", NULL, 0, checkpoint_dumpxml_options, "print a checkpoint's XML" },
        { "checkpoint-edit", NULL, 0, checkpoint_edit_options, "open a checkpoint's XML in an editor and redefine it" },
        { "checkpoint-info", NULL, 0, checkpoint_info_options, "show basic facts on a checkpoint" },
        { "checkpoint-list", NULL, 0, checkpoint_list_options, "list a guest's checkpoints" },
        { "checkpoint-parent", NULL, 0, checkpoint_parent_options, "print the name of a checkpoint's parent" },
        { NULL },
};

static const ShellOption snapshot_create_options[] = {
        OPT_DOMAIN(0),
        { "xmlfile", OPTION_STRING, 0, "XML file" },
        { "redefine", OPTION_BOOL, 0, "restore the record of one that exists" },
        OPT_CURRENT,
        { "no-metadata", OPTION_BOOL, 0, "keep no record of it" },
        { "halt", OPTION_BOOL, 0, "stop the guest afterwards" },
        { "disk-only", OPTION_BOOL, 0, "disks without memory" },
        { "reuse-external", OPTION_BOOL, 0, "use files that exist" },
        { "quiesce", OPTION_BOOL, 0, "freeze the guest's file systems meanwhile" },
        { "atomic", OPTION_BOOL, 0, "all or nothing" },
        OPT_LIVE,
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption snapshot_create_as_options[] = {
        OPT_DOMAIN(0),
        { "name", OPTION_STRING, 0, "a name" },
        { "description", OPTION_STRING, 0, "a description" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "no-metadata", OPTION_BOOL, 0, "keep no record of it" },
        { "halt", OPTION_BOOL, 0, "stop the guest afterwards" },
        { "disk-only", OPTION_BOOL, 0, "disks without memory" },
        { "reuse-external", OPTION_BOOL, 0, "use files that exist" },
        { "quiesce", OPTION_BOOL, 0, "freeze the guest's file systems meanwhile" },
        { "atomic", OPTION_BOOL, 0, "all or nothing" },
        OPT_LIVE,
        OPT_VALIDATE,
        { "memspec", OPTION_STRING, OPTION_NAMED, "memory: [file=]name[,snapshot=type]" },
        { "diskspec", OPTION_ARGV, 0, "a disk: name[,key=value]..." },
        { NULL },
};

static const ShellOption snapshot_current_options[] = {
        OPT_DOMAIN(0),
        { "name", OPTION_BOOL, 0, "a name" },
        { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" },
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        { NULL },
};

static const ShellOption snapshot_delete_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        OPT_CURRENT,
        { "children", OPTION_BOOL, 0, "with children" },
        { "children-only", OPTION_BOOL, 0, "only the children" },
        { "metadata", OPTION_BOOL, 0, "only the record of it" },
        { NULL },
};

static const ShellOption snapshot_dumpxml_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_DATA, OPTION_REQUIRED, "name of a snapshot", complete_snapshots },
        { "security-info", OPTION_BOOL, 0, "with passwords and other secrets" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption snapshot_edit_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        OPT_CURRENT,
        { "rename", OPTION_BOOL, 0, "allow to rename" },
        { "clone", OPTION_BOOL, 0, "allow to copy" },
        { NULL },
};

static const ShellOption snapshot_info_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        OPT_CURRENT,
        { NULL },
};

static const ShellOption snapshot_list_options[] = {
        OPT_DOMAIN(0),
        { "parent", OPTION_BOOL, 0, "with the parent" },
        { "roots", OPTION_BOOL, 0, "those without a parent" },
        { "leaves", OPTION_BOOL, 0, "those without children" },
        { "no-leaves", OPTION_BOOL, 0, "those with children" },
        { "metadata", OPTION_BOOL, 0, "only the record of it" },
        { "no-metadata", OPTION_BOOL, 0, "keep no record of it" },
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "active", OPTION_BOOL, 0, "active ones" },
        { "disk-only", OPTION_BOOL, 0, "disks without memory" },
        { "internal", OPTION_BOOL, 0, "internal ones" },
        { "external", OPTION_BOOL, 0, "external ones" },
        { "tree", OPTION_BOOL, 0, "as a tree" },
        { "from", OPTION_STRING, 0, "where from" },
        OPT_CURRENT,
        { "descendants", OPTION_BOOL, 0, "with children of children" },
        { "name", OPTION_BOOL, 0, "a name" },
        { "topological", OPTION_BOOL, 0, "in topological order" },
        { NULL },
};

static const ShellOption snapshot_parent_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        OPT_CURRENT,
        { NULL },
};

static const ShellOption snapshot_revert_options[] = {
        OPT_DOMAIN(0),
        { "snapshotname", OPTION_STRING, 0, "name of a snapshot", complete_snapshots },
        OPT_CURRENT,
        { "running", OPTION_BOOL, 0, "leave it running" },
        { "paused", OPTION_BOOL, 0, "leave it paused" },
        { "force", OPTION_BOOL, 0, "insist" },
        { "reset-nvram", OPTION_BOOL, 0, "start with the firmware's variables as delivered" },
        { NULL },
};

const ShellCommand snapshot_commands[] = {
        { "snapshot-create", cmd_snapshot_create, 0, snapshot_create_options, "take a snapshot described by XML" },
        { "snapshot-create-as", cmd_snapshot_create_as, 0, snapshot_create_as_options,
          "take a snapshot described by options" },
        { "snapshot-current", cmd_snapshot_current, 0, snapshot_current_options, "print or set the current snapshot" },
        { "snapshot-delete", cmd_snapshot_delete, 0, snapshot_delete_options,
          "remove a snapshot, optionally with children" },
        { "snapshot-dumpxml", cmd_snapshot_dumpxml, 0, snapshot_dumpxml_options, "print a snapshot's XML" },
        { "snapshot-edit", cmd_snapshot_edit, 0, snapshot_edit_options, "open a snapshot's XML in an editor" },
        { "snapshot-info", cmd_snapshot_info, 0, snapshot_info_options, "print a summary of a snapshot" },
        { "snapshot-list", cmd_snapshot_list, 0, snapshot_list_options, "list a guest's snapshots" },
        { "snapshot-parent", cmd_snapshot_parent, 0, snapshot_parent_options, "print the name of a snapshot's parent" },
        { "snapshot-revert", cmd_snapshot_revert, 0, snapshot_revert_options, "return the guest to a snapshot" },
        { NULL },
};
