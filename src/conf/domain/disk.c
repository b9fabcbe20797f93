/* Disk: the names and the rows. Row order is output order. */
#include "conf/disk.h"
#include "domain/hooks.h"
#include "storage/secret_hooks.h"

ENUM_TABLE(SourceType, SOURCE_MAX_) = {
        [SOURCE_FILE] = "file",           [SOURCE_BLOCK] = "block",         [SOURCE_DIR] = "dir",
        [SOURCE_NETWORK] = "network",     [SOURCE_VOLUME] = "volume",       [SOURCE_NVME] = "nvme",
        [SOURCE_VHOSTUSER] = "vhostuser", [SOURCE_VHOSTVDPA] = "vhostvdpa",
};

ENUM_TABLE(ImageFormat, IMAGE_FORMAT_MAX_) = {
        [IMAGE_FORMAT_RAW] = "raw",     [IMAGE_FORMAT_DIR] = "dir",     [IMAGE_FORMAT_BOCHS] = "bochs",
        [IMAGE_FORMAT_CLOOP] = "cloop", [IMAGE_FORMAT_DMG] = "dmg",     [IMAGE_FORMAT_ISO] = "iso",
        [IMAGE_FORMAT_VPC] = "vpc",     [IMAGE_FORMAT_VDI] = "vdi",     [IMAGE_FORMAT_FAT] = "fat",
        [IMAGE_FORMAT_VHD] = "vhd",     [IMAGE_FORMAT_PLOOP] = "ploop", [IMAGE_FORMAT_COW] = "cow",
        [IMAGE_FORMAT_QCOW] = "qcow",   [IMAGE_FORMAT_QCOW2] = "qcow2", [IMAGE_FORMAT_QED] = "qed",
        [IMAGE_FORMAT_VMDK] = "vmdk",
};

/* xend's name for what has no format. */
static const char *const old_formats[IMAGE_FORMAT_MAX_ + 1] = { [IMAGE_FORMAT_RAW] = "aio" };

ENUM_TABLE(NetProtocol, NET_PROTOCOL_MAX_) = {
        [NET_PROTOCOL_NBD] = "nbd",         [NET_PROTOCOL_RBD] = "rbd",     [NET_PROTOCOL_SHEEPDOG] = "sheepdog",
        [NET_PROTOCOL_GLUSTER] = "gluster", [NET_PROTOCOL_ISCSI] = "iscsi", [NET_PROTOCOL_HTTP] = "http",
        [NET_PROTOCOL_HTTPS] = "https",     [NET_PROTOCOL_FTP] = "ftp",     [NET_PROTOCOL_FTPS] = "ftps",
        [NET_PROTOCOL_TFTP] = "tftp",       [NET_PROTOCOL_SSH] = "ssh",     [NET_PROTOCOL_VXHS] = "vxhs",
        [NET_PROTOCOL_NFS] = "nfs",
};

ENUM_TABLE(NetTransport, NET_TRANSPORT_MAX_) = {
        [NET_TRANSPORT_TCP] = "tcp",
        [NET_TRANSPORT_UNIX] = "unix",
        [NET_TRANSPORT_RDMA] = "rdma",
};

ENUM_TABLE(SecretKind, SECRET_KIND_MAX_) = {
        [SECRET_KIND_VOLUME] = "volume", [SECRET_KIND_CEPH] = "ceph", [SECRET_KIND_ISCSI] = "iscsi",
        [SECRET_KIND_TLS] = "tls",       [SECRET_KIND_VTPM] = "vtpm",
};

ENUM_TABLE(EncryptionFormat, ENCRYPTION_MAX_) = {
        [ENCRYPTION_DEFAULT] = "default", [ENCRYPTION_QCOW] = "qcow",         [ENCRYPTION_LUKS] = "luks",
        [ENCRYPTION_LUKS2] = "luks2",     [ENCRYPTION_LUKS_ANY] = "luks-any",
};

ENUM_TABLE(EncryptionEngine, ENCRYPTION_ENGINE_MAX_) = {
        [ENCRYPTION_ENGINE_QEMU] = "qemu",
        [ENCRYPTION_ENGINE_LIBRBD] = "librbd",
};

ENUM_TABLE(VolumeMode, VOLUME_MODE_MAX_) = {
        [VOLUME_MODE_HOST] = "host",
        [VOLUME_MODE_DIRECT] = "direct",
};

ENUM_TABLE(SliceType, SLICE_MAX_) = {
        [SLICE_STORAGE] = "storage",
};

ENUM_TABLE(StartupPolicy, STARTUP_POLICY_MAX_) = {
        [STARTUP_POLICY_MANDATORY] = "mandatory",
        [STARTUP_POLICY_REQUISITE] = "requisite",
        [STARTUP_POLICY_OPTIONAL] = "optional",
};

ENUM_TABLE(DiskDevice, DISK_DEVICE_MAX_) = {
        [DISK_DEVICE_DISK] = "disk",
        [DISK_DEVICE_CDROM] = "cdrom",
        [DISK_DEVICE_FLOPPY] = "floppy",
        [DISK_DEVICE_LUN] = "lun",
};

ENUM_TABLE(DiskModel, DISK_MODEL_MAX_) = {
        [DISK_MODEL_VIRTIO] = "virtio",
        [DISK_MODEL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [DISK_MODEL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(DiskBus, DISK_BUS_MAX_) = {
        [DISK_BUS_IDE] = "ide",       [DISK_BUS_FDC] = "fdc",   [DISK_BUS_SCSI] = "scsi",
        [DISK_BUS_VIRTIO] = "virtio", [DISK_BUS_XEN] = "xen",   [DISK_BUS_USB] = "usb",
        [DISK_BUS_UML] = "uml",       [DISK_BUS_SATA] = "sata", [DISK_BUS_SD] = "sd",
};

ENUM_TABLE(DiskCache, DISK_CACHE_MAX_) = {
        [DISK_CACHE_DEFAULT] = "default",           [DISK_CACHE_NONE] = "none",
        [DISK_CACHE_WRITETHROUGH] = "writethrough", [DISK_CACHE_WRITEBACK] = "writeback",
        [DISK_CACHE_DIRECTSYNC] = "directsync",     [DISK_CACHE_UNSAFE] = "unsafe",
};

ENUM_TABLE(DiskErrorPolicy, DISK_ERROR_MAX_) = {
        [DISK_ERROR_STOP] = "stop",
        [DISK_ERROR_REPORT] = "report",
        [DISK_ERROR_IGNORE] = "ignore",
        [DISK_ERROR_ENOSPACE] = "enospace",
};

ENUM_TABLE(DiskIo, DISK_IO_MAX_) = {
        [DISK_IO_NATIVE] = "native",
        [DISK_IO_THREADS] = "threads",
        [DISK_IO_IO_URING] = "io_uring",
};

ENUM_TABLE(DiskDiscard, DISK_DISCARD_MAX_) = {
        [DISK_DISCARD_UNMAP] = "unmap",
        [DISK_DISCARD_IGNORE] = "ignore",
};

ENUM_TABLE(DiskZeroes, DISK_ZEROES_MAX_) = {
        [DISK_ZEROES_OFF] = "off",
        [DISK_ZEROES_ON] = "on",
        [DISK_ZEROES_UNMAP] = "unmap",
};

ENUM_TABLE(DiskTray, DISK_TRAY_MAX_) = {
        [DISK_TRAY_CLOSED] = "closed",
        [DISK_TRAY_OPEN] = "open",
};

ENUM_TABLE(DiskSgio, SGIO_MAX_) = {
        [SGIO_FILTERED] = "filtered",
        [SGIO_UNFILTERED] = "unfiltered",
};

ENUM_TABLE(DiskSnapshot, DISK_SNAPSHOT_MAX_) = {
        [DISK_SNAPSHOT_NO] = "no",
        [DISK_SNAPSHOT_INTERNAL] = "internal",
        [DISK_SNAPSHOT_EXTERNAL] = "external",
        [DISK_SNAPSHOT_MANUAL] = "manual",
};

ENUM_TABLE(DiskTranslation, TRANSLATION_MAX_) = {
        [TRANSLATION_NONE] = "none",
        [TRANSLATION_AUTO] = "auto",
        [TRANSLATION_LBA] = "lba",
};

ENUM_TABLE(MirrorJob, MIRROR_JOB_MAX_) = {
        [MIRROR_JOB_COPY] = "copy",
        [MIRROR_JOB_ACTIVE_COMMIT] = "active-commit",
};

ENUM_TABLE(MirrorReady, MIRROR_READY_MAX_) = {
        [MIRROR_READY_YES] = "yes",
        [MIRROR_READY_ABORT] = "abort",
        [MIRROR_READY_PIVOT] = "pivot",
};

ENUM_TABLE(NvmeType, NVME_MAX_) = {
        [NVME_PCI] = "pci",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(SecretRef, (.settle = secret_ref_settle, .check = secret_ref_check),
     ROW_STRING("@type",  SecretRef, type),
     ROW_STRING("@usage", SecretRef, usage),
     ROW_STRING("@uuid",  SecretRef, uuid));

ROWS_HOOKED(SourceAuth, (.check = source_auth_check),
     ROW_STRING("@username", SourceAuth, username),
     ROW_IN("secret",        SourceAuth, secret, SecretRef));

ROWS_HOOKED(Encryption, (.settle = encryption_settle, .check = encryption_check),
     ROW_ENUM("@format",        Encryption, format, EncryptionFormat),
     ROW_ENUM("@engine",        Encryption, engine, EncryptionEngine),
     ROW_LIST("secret",         Encryption, secrets, SecretRef),
     ROW_STRING("cipher/@name", Encryption, cipher),
     ROW_UINT("cipher/@size",   Encryption, cipher_size),
     ROW_STRING("cipher/@mode", Encryption, cipher_mode),
     ROW_STRING("cipher/@hash", Encryption, cipher_hash),
     ROW_STRING("ivgen/@name",  Encryption, ivgen),
     ROW_STRING("ivgen/@hash",  Encryption, ivgen_hash));

ROWS(NetHost,
     ROW_STRING("@name",    NetHost, name),
     ROW_UINT("@port",      NetHost, port),
     ROW_ENUM("@transport", NetHost, transport, NetTransport),
     ROW_STRING("@socket",  NetHost, socket));

ROWS(Cookie,
     ROW_STRING("@name", Cookie, name),
     ROW_STRING(".",     Cookie, value));

ROWS(FileSource,
     ROW_STRING("@file",    FileSource, path),
     ROW_STRING("@fdgroup", FileSource, fdgroup));

ROWS(BlockSource,
     ROW_STRING("@dev", BlockSource, path));

ROWS_HOOKED(DirSource, (.drivers = "qemu"),
     ROW_STRING("@dir", DirSource, path));

ROWS_HOOKED(VolumeSource, (.drivers = "qemu"),
     ROW_STRING("@pool",   VolumeSource, pool, .flags = ROW_REQUIRED),
     ROW_STRING("@volume", VolumeSource, volume, .flags = ROW_REQUIRED),
     ROW_ENUM("@mode",     VolumeSource, mode, VolumeMode));

ROWS_HOOKED(NvmeSource, (.drivers = "qemu"),
     ROW_ENUM("@type",      NvmeSource, type, NvmeType),
     ROW_YESNO("@managed",  NvmeSource, managed),
     ROW_UINT("@namespace", NvmeSource, namespace, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_IN("address",      NvmeSource, address, HostPciAddress));

ROWS_HOOKED(VhostUserSource, (.settle = vhostuser_source_settle, .check = vhostuser_source_check, .drivers = "qemu"),
     ROW_ENUM("@type",               VhostUserSource, type, SocketKind),
     ROW_STRING("@path",             VhostUserSource, path),
     ROW_YESNO("reconnect/@enabled", VhostUserSource, reconnect),
     ROW_OPT_UINT("reconnect/@timeout", VhostUserSource, reconnect_timeout));

ROWS_HOOKED(VhostVdpaSource, (.drivers = "qemu"),
     ROW_STRING("@dev", VhostVdpaSource, path, .since = "9.8.0"));

ROWS_HOOKED(NetSource, (.settle = net_source_settle, .drivers = "qemu, xen"),
     ROW_ENUM("@protocol",             NetSource, protocol, NetProtocol, .flags = ROW_REQUIRED),
     ROW_STRING("@name",               NetSource, name),
     ROW_STRING("@query",              NetSource, query),
     ROW_YESNO("@tls",                 NetSource, tls),
     ROW_OPT_UINT("@tlsFromConfig",    NetSource, tls_from_config, .flags = ROW_STATUS),
     ROW_STRING("@tlsHostname",        NetSource, tls_hostname),
     ROW_LIST("host",                  NetSource, hosts, NetHost),
     ROW_STRING("snapshot/@name",      NetSource, snapshot),
     ROW_STRING("config/@file",        NetSource, config),
     ROW_SUB("auth",                   NetSource, auth, SourceAuth),
     ROW_STRING("identity/@user",      NetSource, nfs_user),
     ROW_STRING("identity/@group",     NetSource, nfs_group),
     ROW_STRING("identity/@username",  NetSource, ssh_user, .since = "9.9.0"),
     ROW_STRING("identity/@keyfile",   NetSource, ssh_keyfile, .since = "9.9.0"),
     ROW_STRING("identity/@agentsock", NetSource, ssh_agent_socket, .since = "9.9.0"),
     ROW_STRING("initiator/iqn/@name", NetSource, initiator),
     ROW_YESNO("ssl/@verify",          NetSource, ssl_verify),
     ROW_LIST("cookies/cookie",        NetSource, cookies, Cookie),
     ROW_UINT64("readahead/@size",     NetSource, readahead),
     ROW_UINT64("timeout/@seconds",    NetSource, timeout),
     ROW_UINT("reconnect/@delay",      NetSource, reconnect_delay),
     ROW_STRING("knownHosts/@path",    NetSource, known_hosts));

ROWS_HOOKED(Slice, (.drivers = "qemu"),
     ROW_ENUM("@type",     Slice, type, SliceType),
     ROW_UINT64("@offset", Slice, offset, .flags = ROW_ALWAYS),
     ROW_UINT64("@size",   Slice, size, .flags = ROW_ALWAYS));

ROWS_HOOKED(Reservations, (.check = reservations_check, .drivers = "qemu"),
     ROW_YESNO("@managed",      Reservations, managed, .flags = ROW_REQUIRED),
     ROW_ENUM("source/@type",   Reservations, type, SocketKind),
     ROW_STRING("source/@path", Reservations, path),
     ROW_ENUM("source/@mode",   Reservations, mode, SocketMode),
     ROW_IGNORED("source/reconnect/@enabled"),
     ROW_IGNORED("source/reconnect/@timeout"),
     ROW_IGNORED("source/reconnect/@delay"));

ROWS(SourceNode,
     ROW_STRING("@type", SourceNode, type, .flags = ROW_REQUIRED),
     ROW_STRING("@name", SourceNode, name, .flags = ROW_REQUIRED));

ROWS(SourceSecret,
     ROW_STRING("@type",  SourceSecret, type, .flags = ROW_REQUIRED),
     ROW_STRING("@alias", SourceSecret, alias, .flags = ROW_REQUIRED));

static const Rows *const found_arms[SOURCE_MAX_] = {
        [SOURCE_FILE] = &FileSource_rows,
        [SOURCE_BLOCK] = &BlockSource_rows,
        [SOURCE_DIR] = &DirSource_rows,
        [SOURCE_NETWORK] = &NetSource_rows,
};

ROWS(FoundSource,
     ROW_ENUM("@type", FoundSource, type, SourceType),
     ROW_UNION("",     FoundSource, file, type, found_arms));

ROWS(SourceStatus,
     ROW_LIST("nodenames/nodename",       SourceStatus, nodes, SourceNode),
     ROW_STRING("reservations/@mgralias", SourceStatus, reservations),
     ROW_STRING("relPath",                SourceStatus, relative_path),
     ROW_LIST("objects/secret",           SourceStatus, secrets, SourceSecret),
     ROW_STRING("objects/TLSx509/@alias", SourceStatus, tls),
     ROW_YESNO("thresholdEvent/@indexUsed", SourceStatus, threshold_by_index),
     ROW_STRING("ssh/@user",              SourceStatus, ssh_user),
     ROW_YESNO("ssh/@hostCheck",          SourceStatus, ssh_host_check),
     ROW_STRING("nbdkit/pidfile",         SourceStatus, nbdkit_pid_file),
     ROW_STRING("nbdkit/socketfile",      SourceStatus, nbdkit_socket),
     ROW_SUB("found", SourceStatus, found, FoundSource),
     ROW_REST("unknown",                  SourceStatus, rest));

static const Rows *const source_arms[SOURCE_MAX_] = {
        [SOURCE_FILE] = &FileSource_rows,
        [SOURCE_BLOCK] = &BlockSource_rows,
        [SOURCE_DIR] = &DirSource_rows,
        [SOURCE_NETWORK] = &NetSource_rows,
        [SOURCE_VOLUME] = &VolumeSource_rows,
        [SOURCE_NVME] = &NvmeSource_rows,
        [SOURCE_VHOSTUSER] = &VhostUserSource_rows,
        [SOURCE_VHOSTVDPA] = &VhostVdpaSource_rows,
};

ROWS_HOOKED(Source, (.settle = source_settle, .check = source_check),
     ROW_UNION("",              Source, file, type, source_arms),
     ROW_ENUM("@startupPolicy", Source, startup_policy, StartupPolicy),
     ROW_UINT("@index",         Source, index, .flags = ROW_LIVE),
     ROW_LIST("seclabel",       Source, seclabels, SourceSeclabel),
     ROW_LIST("slices/slice",   Source, slices, Slice),
     ROW_SUB("reservations",    Source, reservations, Reservations),
     ROW_SUB("encryption",      Source, encryption, Encryption),
     ROW_SUB("privateData/volume", Source, of_volume, VolumeSource, .flags = ROW_STATUS, .when = source_never),
     ROW_SUB("privateData",     Source, status, SourceStatus, .flags = ROW_STATUS));

ROWS_HOOKED(BackingStore, (.check = backing_store_check),
     ROW_ENUM("@type",                           BackingStore, source.type, SourceType),
     ROW_UINT("@index",                          BackingStore, index, .flags = ROW_LIVE),
     ROW_ENUM("format/@type",                    BackingStore, source.format, ImageFormat),
     ROW_BYTES("format/metadata_cache/max_size", BackingStore, metadata_cache_bytes),
     ROW_IN("source",                            BackingStore, source, Source),
     ROW_SUB("backingStore",                     BackingStore, backing, BackingStore));

ROWS_HOOKED(DiskIoTune, (.check = disk_tune_check),
     ROW_UINT64("total_bytes_sec",            DiskIoTune, total_bytes_sec, .flags = ROW_HOT),
     ROW_UINT64("read_bytes_sec",             DiskIoTune, read_bytes_sec, .flags = ROW_HOT),
     ROW_UINT64("write_bytes_sec",            DiskIoTune, write_bytes_sec, .flags = ROW_HOT),
     ROW_UINT64("total_iops_sec",             DiskIoTune, total_iops_sec, .flags = ROW_HOT),
     ROW_UINT64("read_iops_sec",              DiskIoTune, read_iops_sec, .flags = ROW_HOT),
     ROW_UINT64("write_iops_sec",             DiskIoTune, write_iops_sec, .flags = ROW_HOT),
     ROW_UINT64("total_bytes_sec_max",        DiskIoTune, total_bytes_sec_max, .flags = ROW_HOT),
     ROW_UINT64("read_bytes_sec_max",         DiskIoTune, read_bytes_sec_max, .flags = ROW_HOT),
     ROW_UINT64("write_bytes_sec_max",        DiskIoTune, write_bytes_sec_max, .flags = ROW_HOT),
     ROW_UINT64("total_iops_sec_max",         DiskIoTune, total_iops_sec_max, .flags = ROW_HOT),
     ROW_UINT64("read_iops_sec_max",          DiskIoTune, read_iops_sec_max, .flags = ROW_HOT),
     ROW_UINT64("write_iops_sec_max",         DiskIoTune, write_iops_sec_max, .flags = ROW_HOT),
     ROW_UINT64("size_iops_sec",              DiskIoTune, size_iops_sec, .flags = ROW_HOT),
     ROW_STRING("group_name",                 DiskIoTune, group_name, .flags = ROW_HOT),
     ROW_UINT64("total_bytes_sec_max_length", DiskIoTune, total_bytes_sec_max_length, .flags = ROW_HOT),
     ROW_UINT64("read_bytes_sec_max_length",  DiskIoTune, read_bytes_sec_max_length, .flags = ROW_HOT),
     ROW_UINT64("write_bytes_sec_max_length", DiskIoTune, write_bytes_sec_max_length, .flags = ROW_HOT),
     ROW_UINT64("total_iops_sec_max_length",  DiskIoTune, total_iops_sec_max_length, .flags = ROW_HOT),
     ROW_UINT64("read_iops_sec_max_length",   DiskIoTune, read_iops_sec_max_length, .flags = ROW_HOT),
     ROW_UINT64("write_iops_sec_max_length",  DiskIoTune, write_iops_sec_max_length, .flags = ROW_HOT));

ROWS_HOOKED(DiskMirror, (.settle = mirror_settle),
     ROW_ENUM("@type",                           DiskMirror, source.type, SourceType),
     ROW_STRING("@file",                         DiskMirror, legacy_file),
     ROW_ENUM("@format",                         DiskMirror, legacy_format, ImageFormat, .key = "target-format"),
     ROW_ENUM("@job",                            DiskMirror, job, MirrorJob),
     ROW_ENUM("@ready",                          DiskMirror, ready, MirrorReady),
     ROW_ENUM("format/@type",                    DiskMirror, source.format, ImageFormat),
     ROW_BYTES("format/metadata_cache/max_size", DiskMirror, metadata_cache_bytes),
     ROW_IN("source",                            DiskMirror, source, Source),
     ROW_SUB("backingStore",                     DiskMirror, backing, BackingStore));

ROWS(DiskStatus,
     ROW_STRING("qom/@name",                                 DiskStatus, qom),
     ROW_STRING("nodenames/nodename[type=copyOnRead]/@name", DiskStatus, copy_on_read),
     ROW_STRING("nodenames/nodename[type=copyonread]/@name", DiskStatus, copy_on_read, .flags = ROW_LEGACY),
     ROW_REST("unknown",                                     DiskStatus, rest));

ROWS_HOOKED(Disk, (.init = disk_init, .settle = disk_settle, .check = disk_check),
     ROW_ENUM("@type",                            Disk, source.type, SourceType, .flags = ROW_ALWAYS),
     ROW_ENUM("@device",                          Disk, device, DiskDevice, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_ENUM("@model",                           Disk, model, DiskModel, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_YESNO("@rawio",                          Disk, rawio, .drivers = "qemu"),
     ROW_ENUM("@sgio",                            Disk, sgio, DiskSgio, .drivers = "qemu"),
     ROW_ENUM("@snapshot",                        Disk, snapshot, DiskSnapshot, .drivers = "qemu"),
     ROW_STRING("driver/@name",                   Disk, driver),
     ROW_ENUM("driver/@type",                     Disk, source.format, ImageFormat, .old_names = old_formats),
     ROW_ENUM("driver/@cache",                    Disk, cache, DiskCache),
     ROW_ENUM("driver/@error_policy",             Disk, error_policy, DiskErrorPolicy, .drivers = "qemu"),
     ROW_ENUM("driver/@rerror_policy",            Disk, rerror_policy, DiskErrorPolicy, .drivers = "qemu"),
     ROW_ENUM("driver/@io",                       Disk, io, DiskIo, .drivers = "qemu"),
     ROW_SWITCH("driver/@ioeventfd",              Disk, ioeventfd, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SWITCH("driver/@event_idx",              Disk, event_idx, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SWITCH("driver/@copy_on_read",           Disk, copy_on_read, .drivers = "qemu"),
     ROW_ENUM("driver/@discard",                  Disk, discard, DiskDiscard, .drivers = "qemu, xen"),
     ROW_SWITCH("driver/@discard_no_unref",       Disk, discard_no_unref, .drivers = "qemu"),
     ROW_UINT("driver/@iothread",                 Disk, iothread, .drivers = "qemu"),
     ROW_ENUM("driver/@detect_zeroes",            Disk, detect_zeroes, DiskZeroes, .drivers = "qemu"),
     ROW_UINT("driver/@queues",                   Disk, queues, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("driver/@queue_size",               Disk, queue_size, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_IN("driver",                             Disk, virtio, VirtioOptions),
     ROW_BYTES("driver/metadata_cache/max_size",  Disk, metadata_cache_bytes, .drivers = "qemu"),
     ROW_SUB("auth",                              Disk, auth, SourceAuth, .drivers = "qemu, xen"),
     ROW_IN("source",                             Disk, source, Source),
     ROW_SUB("backingStore",                      Disk, backing, BackingStore, .drivers = "qemu, xen"),
     ROW_STRING("backenddomain/@name",            Disk, backend_domain, .drivers = "xen"),
     ROW_UINT("geometry/@cyls",                   Disk, cylinders, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("geometry/@heads",                  Disk, heads, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("geometry/@secs",                   Disk, sectors, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("geometry/@trans",                  Disk, translation, DiskTranslation, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("blockio/@logical_block_size",      Disk, logical_block_size, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("blockio/@physical_block_size",     Disk, physical_block_size, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_OPT_UINT("blockio/@discard_granularity", Disk, discard_granularity, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SUB("mirror",                            Disk, mirror, DiskMirror, .flags = ROW_LIVE, .drivers = "qemu"),
     ROW_STRING("target/@dev",                    Disk, target, .flags = ROW_ABI),
     ROW_ENUM("target/@bus",                      Disk, bus, DiskBus, .flags = ROW_ABI),
     ROW_ENUM("target/@tray",                     Disk, tray, DiskTray, .drivers = "qemu"),
     ROW_SWITCH("target/@removable",              Disk, removable, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UINT("target/@rotation_rate",            Disk, rotation_rate, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SUB("iotune",                            Disk, iotune, DiskIoTune, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_FLAG("readonly",                         Disk, readonly, .flags = ROW_ABI),
     ROW_FLAG("shareable",                        Disk, shareable, .flags = ROW_ABI),
     ROW_FLAG("transient",                        Disk, transient, .drivers = "qemu, vmware"),
     ROW_YESNO("transient/@shareBacking",         Disk, transient_share_backing, .drivers = "qemu"),
     ROW_STRING("serial",                         Disk, serial, .flags = ROW_ABI),
     ROW_STRING("wwn",                            Disk, wwn, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STRING("vendor",                         Disk, vendor, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STRING("product",                        Disk, product, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SUB("encryption",                        Disk, encryption, Encryption, .drivers = "qemu"),
     ROW_IN("",                                   Disk, info, DeviceInfo),
     ROW_SUB("privateData",                       Disk, status, DiskStatus, .flags = ROW_STATUS));

/* clang-format on */
