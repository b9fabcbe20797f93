/* qemu.conf: how the host's owner wants guests to be run. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "util/error.h"

/* One service's certificates. */
typedef struct QemuTls {
        int on;       /* 0, 1 */
        int verify;   /* of clients; -1: not said */
        char *folder; /* of the certificates */
        char *secret; /* UUID of the secret that opens the key; NULL: the key is open */
} QemuTls;

typedef struct QemuConf {
        char *user, *group;                    /* who QEMU runs as; "" or NULL: as we do */
        unsigned line_user;                    /* where the file said so */
        int dynamic_ownership, remember_owner; /* -1: where we are root */

        QemuTls tls; /* for services that say nothing */
        QemuTls vnc_tls, spice_tls, chardev_tls, migrate_tls, backup_tls, vxhs_tls, nbd_tls;
        int migrate_tls_force;

        char *vnc_listen, *vnc_password, *vnc_sasl_folder;
        int vnc_auto_unix_socket, vnc_sasl, vnc_host_audio, no_graphics_host_audio;
        char *spice_listen, *spice_password, *spice_sasl_folder;
        int spice_auto_unix_socket, spice_sasl;
        unsigned display_port_min, display_port_max;
        unsigned websocket_port_min, websocket_port_max;

        char *save_format, *dump_format, *snapshot_format;
        char *auto_dump_path;
        int auto_dump_bypass_cache, auto_start_bypass_cache;

        char **hugetlbfs; /* NULL: what is mounted; an empty list: none */
        char *memory_folder;
        char *bridge_helper, *pr_helper, *slirp_helper, *dbus_daemon;
        char **nvram; /* LOADER:NVRAM pairs; NULL: descriptors alone */

        int set_process_name;
        unsigned max_processes, max_files, max_threads, max_queued;
        char *max_core; /* "unlimited" or bytes; NULL: not limited by us */
        int dump_guest_core;
        char *stdio_handler; /* "logd", "file"; NULL: the log daemon if there is one */
        char *sched_core;    /* "none", "vcpus", "emulator", "full" */
        int mac_filter, relaxed_acs_check, log_timestamp, virtiofsd_debug;
        char *lock_manager;
        unsigned gluster_debug_level;
        int use_nbdkit; /* where there is one */
        char *deprecation_behavior;

        char **security_drivers; /* NULL: what the host has */
        int security_default_confined, security_require_confined;
        char **cgroup_controllers; /* NULL: all that are mounted */
        char **device_acl;         /* NULL: the usual ones */
        int seccomp_sandbox;       /* -1: when the binary can */
        char **namespaces;         /* NULL: as the host can */
        char *swtpm_user, *swtpm_group;
        char **capability_filters;

        int keepalive_interval;
        unsigned keepalive_count;
        unsigned migration_port_min, migration_port_max;
        char *migration_host, *migration_address;
} QemuConf;

/** qemu_conf_new: what holds when the file says nothing; @lib_folder: of the instance's state. The caller frees. */
QemuConf *qemu_conf_new(const char *lib_folder);
QemuConf *qemu_conf_free(QemuConf *conf); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuConf, qemu_conf_free)

/** qemu_conf_read: the file at @path over @conf, then what follows from it. VIR_ERR_CONF_SYNTAX "PATH:LINE: ...". A
 * missing file is fine. */
int qemu_conf_read(QemuConf *conf, const char *path, Error *err);
/** qemu_conf_parse: the same of @text. */
int qemu_conf_parse(QemuConf *conf, const char *name, const char *text, Error *err);
