/* The commands on storage pools and volumes: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption find_storage_pool_sources_options[] = {
        { "type", OPTION_DATA, OPTION_REQUIRED, "a type" },
        { "srcSpec", OPTION_STRING, 0, "XML file with the source" },
        { NULL },
};

static const ShellOption find_storage_pool_sources_as_options[] = {
        { "type", OPTION_DATA, OPTION_REQUIRED, "a type" },
        { "host", OPTION_STRING, 0, "a host" },
        { "port", OPTION_STRING, 0, "a port" },
        { "initiator", OPTION_STRING, 0, "name of the initiator" },
        { NULL },
};

static const ShellOption pool_autostart_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "disable", OPTION_BOOL, 0, "turn it off" },
        { NULL },
};

static const ShellOption pool_build_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "no-overwrite", OPTION_BOOL, 0, "refuse if something is there" },
        { "overwrite", OPTION_BOOL, 0, "overwrite what is there" },
        { NULL },
};

static const ShellOption pool_create_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "build", OPTION_BOOL, 0, "build it first" },
        { "no-overwrite", OPTION_BOOL, 0, "refuse if something is there" },
        { "overwrite", OPTION_BOOL, 0, "overwrite what is there" },
        { NULL },
};

/* What pool-create-as and pool-define-as have in common. */
#define POOL_AS_OPTIONS                                                                                                \
        { "name", OPTION_DATA, OPTION_REQUIRED, "a name" }, { "type", OPTION_DATA, OPTION_REQUIRED, "a type" },        \
                { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },                                   \
                { "source-host", OPTION_STRING, 0, "host of the source" },                                             \
                { "source-path", OPTION_STRING, 0, "path at the source" },                                             \
                { "source-dev", OPTION_STRING, 0, "device of the source" },                                            \
                { "source-name", OPTION_STRING, 0, "name at the source" }, { "target", OPTION_STRING, 0, "a target" }, \
                { "source-format", OPTION_STRING, 0, "format of the source" },                                         \
                { "auth-type", OPTION_STRING, 0, "way of authentication" },                                            \
                { "auth-username", OPTION_STRING, 0, "user name for the source" },                                     \
                { "secret-usage", OPTION_STRING, 0, "usage name of the secret" },                                      \
                { "secret-uuid", OPTION_STRING, 0, "UUID of the secret" },                                             \
                { "adapter-name", OPTION_STRING, 0, "name of the adapter" },                                           \
                { "adapter-wwnn", OPTION_STRING, 0, "WWNN of the adapter" },                                           \
                { "adapter-wwpn", OPTION_STRING, 0, "WWPN of the adapter" },                                           \
                { "adapter-parent", OPTION_STRING, 0, "parent of the adapter" },                                       \
                { "adapter-parent-wwnn", OPTION_STRING, 0, "WWNN of the adapter's parent" },                           \
                { "adapter-parent-wwpn", OPTION_STRING, 0, "WWPN of the adapter's parent" },                           \
                { "adapter-parent-fabric-wwn", OPTION_STRING, 0, "WWN of the fabric of the adapter's parent" },        \
                { "source-protocol-ver", OPTION_STRING, 0, "version of the protocol" },                                \
        {                                                                                                              \
                "source-initiator", OPTION_STRING, 0, "name of the initiator"                                          \
        }

static const ShellOption pool_create_as_options[] = {
        POOL_AS_OPTIONS,
        { "build", OPTION_BOOL, 0, "build it first" },
        { "no-overwrite", OPTION_BOOL, 0, "refuse if something is there" },
        { "overwrite", OPTION_BOOL, 0, "overwrite what is there" },
        { NULL },
};

static const ShellOption pool_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption pool_define_as_options[] = {
        POOL_AS_OPTIONS,
        { NULL },
};

static const ShellOption pool_delete_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_destroy_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_dumpxml_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption pool_edit_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_event_options[] = {
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "event", OPTION_STRING, 0, "which kind of event to wait for" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "list", OPTION_BOOL, 0, "list the kinds and leave" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption pool_info_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { NULL },
};

static const ShellOption pool_list_options[] = {
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { "transient", OPTION_BOOL, 0, "transient ones only" },
        OPT_PERSISTENT,
        { "autostart", OPTION_BOOL, 0, "started with the host" },
        { "no-autostart", OPTION_BOOL, 0, "those not started with the host" },
        { "type", OPTION_STRING, 0, "a type" },
        { "details", OPTION_BOOL, 0, "with details" },
        { "uuid", OPTION_BOOL, 0, "UUIDs only" },
        { "name", OPTION_BOOL, 0, "a name" },
        { NULL },
};

static const ShellOption pool_name_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_refresh_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_start_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "build", OPTION_BOOL, 0, "build it first" },
        { "no-overwrite", OPTION_BOOL, 0, "refuse if something is there" },
        { "overwrite", OPTION_BOOL, 0, "overwrite what is there" },
        { NULL },
};

static const ShellOption pool_undefine_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption pool_uuid_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { NULL },
};

const ShellCommand pool_commands[] = {
        { "find-storage-pool-sources", cmd_find_storage_pool_sources, 0, find_storage_pool_sources_options,
          "discover pool sources from an XML source spec" },
        { "find-storage-pool-sources-as", cmd_find_storage_pool_sources_as, 0, find_storage_pool_sources_as_options,
          "discover pool sources from options" },
        { "pool-autostart", cmd_pool_autostart, 0, pool_autostart_options,
          "turn start-at-boot of a storage pool on or off" },
        { "pool-build", cmd_pool_build, 0, pool_build_options, "prepare the pool's storage on its target" },
        { "pool-capabilities", cmd_pool_capabilities, 0, NULL, "print the pool types supported and their options" },
        { "pool-create", cmd_pool_create, 0, pool_create_options, "start a transient pool from XML" },
        { "pool-create-as", cmd_pool_create_as, 0, pool_create_as_options, "start a transient pool from options" },
        { "pool-define", cmd_pool_define, 0, pool_define_options, "store a persistent pool from XML" },
        { "pool-define-as", cmd_pool_define_as, 0, pool_define_as_options, "store a persistent pool from options" },
        { "pool-delete", cmd_pool_delete, 0, pool_delete_options, "wipe out the storage behind a pool" },
        { "pool-destroy", cmd_pool_destroy, 0, pool_destroy_options, "deactivate a pool" },
        { "pool-dumpxml", cmd_pool_dumpxml, 0, pool_dumpxml_options, "print a pool's XML" },
        { "pool-edit", cmd_pool_edit, 0, pool_edit_options, "open a pool's XML in an editor" },
        { "pool-event", cmd_pool_event, 0, pool_event_options, "wait for and print pool events" },
        { "pool-info", cmd_pool_info, 0, pool_info_options, "print a summary of a pool" },
        { "pool-list", cmd_pool_list, 0, pool_list_options, "list storage pools" },
        { "pool-name", cmd_pool_name, 0, pool_name_options, "print the name for a pool UUID" },
        { "pool-refresh", cmd_pool_refresh, 0, pool_refresh_options, "rescan a pool's volumes" },
        { "pool-start", cmd_pool_start, 0, pool_start_options, "activate a defined pool" },
        { "pool-undefine", cmd_pool_undefine, 0, pool_undefine_options, "remove a pool's configuration" },
        { "pool-uuid", cmd_pool_uuid, 0, pool_uuid_options, "print the UUID for a pool name" },
        { NULL },
};

static const ShellOption vol_clone_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "newname", OPTION_DATA, OPTION_REQUIRED, "the new name" },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "prealloc-metadata", OPTION_BOOL, 0, "allocate the image's metadata at once" },
        { "reflink", OPTION_BOOL, 0, "share blocks where the file system can" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption vol_create_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "prealloc-metadata", OPTION_BOOL, 0, "allocate the image's metadata at once" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption vol_create_as_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "name", OPTION_DATA, OPTION_REQUIRED, "a name" },
        { "capacity", OPTION_DATA, OPTION_REQUIRED, "size the guest will see" },
        { "allocation", OPTION_STRING, 0, "how much to allocate at once" },
        { "format", OPTION_STRING, 0, "a format" },
        { "backing-vol", OPTION_STRING, 0, "backing volume" },
        { "backing-vol-format", OPTION_STRING, 0, "format of the backing volume" },
        { "prealloc-metadata", OPTION_BOOL, 0, "allocate the image's metadata at once" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption vol_create_from_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "inputpool", OPTION_STRING, 0, "pool of the input volume", complete_pools },
        { "prealloc-metadata", OPTION_BOOL, 0, "allocate the image's metadata at once" },
        { "reflink", OPTION_BOOL, 0, "share blocks where the file system can" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption vol_delete_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "delete-snapshots", OPTION_BOOL, 0, "with snapshots of the volume" },
        { NULL },
};

static const ShellOption vol_download_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "offset", OPTION_INT, 0, "where to begin" },
        { "length", OPTION_INT, 0, "how much" },
        { "sparse", OPTION_BOOL, 0, "keep holes" },
        { NULL },
};

static const ShellOption vol_dumpxml_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption vol_info_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { "physical", OPTION_BOOL, 0, "those with a device" },
        { NULL },
};

static const ShellOption vol_key_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption vol_list_options[] = {
        { "pool", OPTION_DATA, OPTION_REQUIRED, "pool: name or UUID", complete_pools },
        { "details", OPTION_BOOL, 0, "with details" },
        { NULL },
};

static const ShellOption vol_name_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { NULL },
};

static const ShellOption vol_path_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { NULL },
};

static const ShellOption vol_pool_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "uuid", OPTION_BOOL, 0, "UUIDs only" },
        { NULL },
};

static const ShellOption vol_resize_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "capacity", OPTION_DATA, OPTION_REQUIRED, "size the guest will see" },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "allocate", OPTION_BOOL, 0, "allocate space" },
        { "delta", OPTION_BOOL, 0, "a change, not the size" },
        { "shrink", OPTION_BOOL, 0, "allow to shrink" },
        { NULL },
};

static const ShellOption vol_upload_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "offset", OPTION_INT, 0, "where to begin" },
        { "length", OPTION_INT, 0, "how much" },
        { "sparse", OPTION_BOOL, 0, "keep holes" },
        { NULL },
};

static const ShellOption vol_wipe_options[] = {
        { "vol", OPTION_DATA, OPTION_REQUIRED, "volume: name, key or path", complete_volumes },
        { "pool", OPTION_STRING, 0, "pool: name or UUID", complete_pools },
        { "algorithm", OPTION_STRING, 0, "way of wiping" },
        { NULL },
};

const ShellCommand volume_commands[] = {
        { "vol-clone", cmd_vol_clone, 0, vol_clone_options, "copy a volume within its pool" },
        { "vol-create", cmd_vol_create, 0, vol_create_options, "make a volume from XML" },
        { "vol-create-as", cmd_vol_create_as, 0, vol_create_as_options, "make a volume from options" },
        { "vol-create-from", cmd_vol_create_from, 0, vol_create_from_options,
          "make a volume with another volume's content" },
        { "vol-delete", cmd_vol_delete, 0, vol_delete_options, "remove a volume" },
        { "vol-download", cmd_vol_download, 0, vol_download_options, "copy a volume's bytes to a local file" },
        { "vol-dumpxml", cmd_vol_dumpxml, 0, vol_dumpxml_options, "print a volume's XML" },
        { "vol-info", cmd_vol_info, 0, vol_info_options, "print a summary of a volume" },
        { "vol-key", cmd_vol_key, 0, vol_key_options, "print the key for a volume name or path" },
        { "vol-list", cmd_vol_list, 0, vol_list_options, "list the volumes of a pool" },
        { "vol-name", cmd_vol_name, 0, vol_name_options, "print the name for a volume key or path" },
        { "vol-path", cmd_vol_path, 0, vol_path_options, "print the path for a volume name or key" },
        { "vol-pool", cmd_vol_pool, 0, vol_pool_options, "print the pool that holds a volume" },
        { "vol-resize", cmd_vol_resize, 0, vol_resize_options, "change a volume's capacity" },
        { "vol-upload", cmd_vol_upload, 0, vol_upload_options, "copy a local file's bytes into a volume" },
        { "vol-wipe", cmd_vol_wipe, 0, vol_wipe_options, "overwrite a volume's content" },
        { NULL },
};
