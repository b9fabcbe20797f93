/* QEMU's part of a domain status: the names and the rows. Row order is output order. */
#include "conf/qemu_status.h"

#include "conf/cpu.h"
#include "status/status_hooks.h"

/* A row is a line. */
/* clang-format off */

ROWS(StatusVcpu,
     ROW_UINT("@id",   StatusVcpu, id, .flags = ROW_ALWAYS),
     ROW_INT64("@pid", StatusVcpu, pid));

ROWS(StatusFlag,
     ROW_STRING("@name", StatusFlag, name, .flags = ROW_REQUIRED));

ROWS(StatusAlias,
     ROW_STRING("@alias", StatusAlias, alias, .flags = ROW_REQUIRED));

ROWS(StatusNamespace,
     ROW_STRING("name()", StatusNamespace, name));

ROWS(StatusImage,
     ROW_ENUM("@type",       StatusImage, source.type, SourceType),
     ROW_ENUM("@format",     StatusImage, source.format, ImageFormat),
     ROW_IN("source",        StatusImage, source, Source),
     ROW_SUB("backingStore", StatusImage, backing, BackingStore),
     ROW_REST("unknown",     StatusImage, rest));

ROWS_HOOKED(MigrationSource, (.settle = migration_source_settle),
     ROW_ENUM("@type",   MigrationSource, source.type, SourceType),
     ROW_ENUM("@type",   MigrationSource, flat.type, SourceType, .flags = ROW_LEGACY),
     ROW_ENUM("@format", MigrationSource, source.format, ImageFormat),
     ROW_IN("source",    MigrationSource, source, Source),
     ROW_IN("",          MigrationSource, flat, Source, .when = migration_source_is_flat));

ROWS(JobDisk,
     ROW_STRING("@dev",         JobDisk, dev, .flags = ROW_REQUIRED),
     ROW_YESNO("@migrating",    JobDisk, migrating),
     ROW_SUB("migrationSource", JobDisk, source, MigrationSource),
     ROW_REST("unknown",        JobDisk, rest));

ROWS(JobBitmap,
     ROW_STRING("@name",     JobBitmap, name, .flags = ROW_REQUIRED),
     ROW_STRING("@nodename", JobBitmap, nodename, .flags = ROW_REQUIRED));

ROWS(MigrationParameter,
     ROW_STRING("@name",  MigrationParameter, name, .flags = ROW_REQUIRED),
     ROW_STRING("@value", MigrationParameter, value));

ROWS(StatusJob,
     ROW_STRING("@type",                      StatusJob, type),
     ROW_STRING("@async",                     StatusJob, async),
     ROW_STRING("@phase",                     StatusJob, phase),
     ROW_OPT_HEX("@flags",                    StatusJob, flags, 0),
     ROW_UINT64("@asyncStarted",              StatusJob, async_started, .flags = ROW_ALWAYS),
     ROW_LIST("disk",                         StatusJob, disks, JobDisk),
     ROW_LIST("tempBlockDirtyBitmaps/bitmap", StatusJob, bitmaps, JobBitmap),
     ROW_LIST("migParams/param",              StatusJob, parameters, MigrationParameter),
     ROW_FLAG("snapshotDelete",               StatusJob, snapshot_delete),
     ROW_REST("unknown",                      StatusJob, rest));

ROWS(SlirpFeature,
     ROW_STRING("@name", SlirpFeature, name, .flags = ROW_REQUIRED));

ROWS(SlirpHelper,
     ROW_STRING("@alias", SlirpHelper, alias, .flags = ROW_REQUIRED),
     ROW_INT64("@pid",    SlirpHelper, pid, .flags = ROW_ALWAYS),
     ROW_LIST("feature",  SlirpHelper, features, SlirpFeature),
     ROW_REST("unknown",  SlirpHelper, rest));

ROWS(BlockJob,
     ROW_STRING("@name",               BlockJob, name, .flags = ROW_REQUIRED),
     ROW_STRING("@type",               BlockJob, type, .flags = ROW_REQUIRED),
     ROW_STRING("@state",              BlockJob, state, .flags = ROW_REQUIRED),
     ROW_STRING("@newstate",           BlockJob, new_state),
     ROW_STRING("@brokentype",         BlockJob, broken_type),
     ROW_OPT_HEX("@jobflags",          BlockJob, flags, 0),
     ROW_YESNO("@shallownew",          BlockJob, shallow_new),
     ROW_YESNO("@reusexternal",        BlockJob, reused_external),
     ROW_STRING("errmsg",              BlockJob, message),
     ROW_STRING("disk/@dst",           BlockJob, disk),
     ROW_YESNO("disk/@mirror",         BlockJob, disk_mirror),
     ROW_SUB("chains/disk",            BlockJob, chain, StatusImage),
     ROW_SUB("chains/mirror",          BlockJob, mirror_chain, StatusImage),
     ROW_STRING("base/@node",          BlockJob, base),
     ROW_STRING("top/@node",           BlockJob, top),
     ROW_STRING("topparent/@node",     BlockJob, top_parent),
     ROW_LIST("disabledBaseBitmaps/bitmap", BlockJob, disabled_bitmaps, StatusFlag),
     ROW_FLAG("deleteCommittedImages", BlockJob, delete_committed),
     ROW_STRING("create/@mode",        BlockJob, create_mode),
     ROW_SUB("src",                    BlockJob, source, StatusImage),
     ROW_STRING("bitmap/@name",        BlockJob, bitmap),
     ROW_SUB("store",                  BlockJob, store, StatusImage),
     ROW_REST("unknown",               BlockJob, rest));

ROWS(StatusDescriptor,
     ROW_STRING("@group",  StatusDescriptor, group, .flags = ROW_REQUIRED),
     ROW_UINT64("@device", StatusDescriptor, device),
     ROW_UINT64("@inode",  StatusDescriptor, inode),
     ROW_STRING("path",    StatusDescriptor, path),
     ROW_STRING("label",   StatusDescriptor, label));

ROWS_HOOKED(QemuStatus, (.init = qemu_status_init, .settle = qemu_status_settle),
     ROW_STRING("monitor/@path",          QemuStatus, monitor_path),
     ROW_STRING("monitor/@type",          QemuStatus, monitor_type),
     ROW_FLAG("dbusDaemon",               QemuStatus, dbus_daemon),
     ROW_FLAG("dbusVMState",              QemuStatus, dbus_vmstate),
     ROW_LIST("namespaces/*",             QemuStatus, namespaces, StatusNamespace),
     ROW_LIST("vcpus/vcpu",               QemuStatus, vcpus, StatusVcpu),
     ROW_LIST("qemuCaps/flag",            QemuStatus, capabilities, StatusFlag),
     ROW_STRING("lockstate",              QemuStatus, lock_state),
     ROW_SUB("job",                       QemuStatus, job, StatusJob),
     ROW_FLAG("fakereboot",               QemuStatus, fake_reboot),
     ROW_LIST("devices/device",           QemuStatus, devices, StatusAlias),
     ROW_LIST("slirp/helper",             QemuStatus, slirp_helpers, SlirpHelper),
     ROW_CPUS("numad/@nodeset",           QemuStatus, numad_nodes),
     ROW_CPUS("numad/@cpuset",            QemuStatus, numad_cpus),
     ROW_STRING("libDir/@path",           QemuStatus, library_dir),
     ROW_STRING("channelTargetDir/@path", QemuStatus, channel_dir),
     ROW_SUB("cpu",                       QemuStatus, cpu, Cpu),
     ROW_FLAG("chardevStdioLogd",         QemuStatus, stdio_logd),
     ROW_FLAG("rememberOwner",            QemuStatus, remember_owner),
     ROW_YESNO("allowReboot/@value",      QemuStatus, allow_reboot),
     ROW_FLAG("prDaemon",                 QemuStatus, pr_daemon),
     ROW_UINT("nodename/@index",          QemuStatus, next_node, .flags = ROW_ALWAYS),
     ROW_UINT("fdset/@index",             QemuStatus, next_fdset, .flags = ROW_ALWAYS),
     ROW_FLAG("memPrealloc",              QemuStatus, mem_prealloc),
     ROW_YESNO("blockjobs/@active",       QemuStatus, block_jobs_active),
     ROW_LIST("blockjobs/blockjob",       QemuStatus, block_jobs, BlockJob),
     ROW_LIST("backups/domainbackup",     QemuStatus, backups, DomainBackup),
     ROW_INT("agentTimeout",              QemuStatus, agent_timeout, .flags = ROW_ALWAYS),
     ROW_UINT64("originalMemlock",        QemuStatus, original_memlock),
     ROW_UINT64("preMigrationMemlock",    QemuStatus, memlock_before_migration),
     ROW_UINT64("process/@start",         QemuStatus, process_start),
     ROW_LIST("descriptors/descriptor",   QemuStatus, descriptors, StatusDescriptor));

/* clang-format on */
