/* See qemu_conf.h. */
#include "config/qemu_conf.h"

#include <stddef.h>
#include <string.h>

#include "util/settings.h"

#define ROW(name, kind, member)                                                                                        \
        {                                                                                                              \
                .key = name, .type = SETTING_##kind, .offset = offsetof(QemuConf, member)                              \
        }

/* Read and checked, so that files go from host to host; who sets it is told what does not follow. */
#define IDLE(name, kind, member, why)                                                                                  \
        {                                                                                                              \
                .key = name, .type = SETTING_##kind, .offset = offsetof(QemuConf, member), .idle = why                 \
        }

#define NO_MIGRATION "guests cannot be migrated yet"
#define NO_SAVING    "guests cannot be saved yet"
#define OWN_DUMPS    "dumps are those that QEMU writes itself"
#define OWN_AUDIO    "which sound a guest has is said by its <audio>"

static const Setting rows[] = {
        { .key = "user",
          .type = SETTING_STRING,
          .offset = offsetof(QemuConf, user),
          .line_offset = offsetof(QemuConf, line_user) },
        ROW("group", STRING, group),
        ROW("dynamic_ownership", BOOL, dynamic_ownership),
        ROW("remember_owner", BOOL, remember_owner),

        ROW("default_tls_x509_cert_dir", STRING, tls.folder),
        ROW("default_tls_x509_verify", BOOL, tls.verify),
        ROW("default_tls_x509_secret_uuid", STRING, tls.secret),
        ROW("vnc_tls", BOOL, vnc_tls.on),
        ROW("vnc_tls_x509_verify", BOOL, vnc_tls.verify),
        ROW("vnc_tls_x509_cert_dir", STRING, vnc_tls.folder),
        ROW("vnc_tls_x509_secret_uuid", STRING, vnc_tls.secret),
        ROW("spice_tls", BOOL, spice_tls.on),
        ROW("spice_tls_x509_cert_dir", STRING, spice_tls.folder),
        ROW("chardev_tls", BOOL, chardev_tls.on),
        ROW("chardev_tls_x509_verify", BOOL, chardev_tls.verify),
        ROW("chardev_tls_x509_cert_dir", STRING, chardev_tls.folder),
        ROW("chardev_tls_x509_secret_uuid", STRING, chardev_tls.secret),
        IDLE("migrate_tls_x509_verify", BOOL, migrate_tls.verify, NO_MIGRATION),
        IDLE("migrate_tls_x509_cert_dir", STRING, migrate_tls.folder, NO_MIGRATION),
        IDLE("migrate_tls_x509_secret_uuid", STRING, migrate_tls.secret, NO_MIGRATION),
        IDLE("migrate_tls_force", BOOL, migrate_tls_force, NO_MIGRATION),
        ROW("backup_tls_x509_verify", BOOL, backup_tls.verify),
        ROW("backup_tls_x509_cert_dir", STRING, backup_tls.folder),
        ROW("backup_tls_x509_secret_uuid", STRING, backup_tls.secret),
        ROW("vxhs_tls", BOOL, vxhs_tls.on),
        ROW("vxhs_tls_x509_cert_dir", STRING, vxhs_tls.folder),
        ROW("vxhs_tls_x509_secret_uuid", STRING, vxhs_tls.secret),
        ROW("nbd_tls", BOOL, nbd_tls.on),
        ROW("nbd_tls_x509_cert_dir", STRING, nbd_tls.folder),
        ROW("nbd_tls_x509_secret_uuid", STRING, nbd_tls.secret),

        ROW("vnc_auto_unix_socket", BOOL, vnc_auto_unix_socket),
        ROW("vnc_listen", STRING, vnc_listen),
        ROW("vnc_password", STRING, vnc_password),
        ROW("vnc_sasl", BOOL, vnc_sasl),
        ROW("vnc_sasl_dir", STRING, vnc_sasl_folder),
        IDLE("vnc_allow_host_audio", BOOL, vnc_host_audio, OWN_AUDIO),
        IDLE("nographics_allow_host_audio", BOOL, no_graphics_host_audio, OWN_AUDIO),
        ROW("spice_listen", STRING, spice_listen),
        ROW("spice_password", STRING, spice_password),
        ROW("spice_sasl", BOOL, spice_sasl),
        ROW("spice_sasl_dir", STRING, spice_sasl_folder),
        ROW("spice_auto_unix_socket", BOOL, spice_auto_unix_socket),
        ROW("remote_display_port_min", UINT, display_port_min),
        ROW("remote_display_port_max", UINT, display_port_max),
        ROW("remote_websocket_port_min", UINT, websocket_port_min),
        ROW("remote_websocket_port_max", UINT, websocket_port_max),

        IDLE("save_image_format", STRING, save_format, NO_SAVING),
        IDLE("dump_image_format", STRING, dump_format, OWN_DUMPS),
        IDLE("snapshot_image_format", STRING, snapshot_format, "there are no snapshots of running guests yet"),
        ROW("auto_dump_path", STRING, auto_dump_path),
        IDLE("auto_dump_bypass_cache", BOOL, auto_dump_bypass_cache, OWN_DUMPS),
        IDLE("auto_start_bypass_cache", BOOL, auto_start_bypass_cache, NO_SAVING),

        ROW("hugetlbfs_mount", STRINGS, hugetlbfs),
        ROW("memory_backing_dir", STRING, memory_folder),
        ROW("bridge_helper", STRING, bridge_helper),
        ROW("pr_helper", STRING, pr_helper),
        IDLE("slirp_helper", STRING, slirp_helper, "networks of type 'user' are QEMU's own, or passt's"),
        ROW("dbus_daemon", STRING, dbus_daemon),
        ROW("nvram", STRINGS, nvram),

        ROW("set_process_name", BOOL, set_process_name),
        ROW("max_processes", UINT, max_processes),
        ROW("max_files", UINT, max_files),
        IDLE("max_threads_per_process", UINT, max_threads, "threads of a guest are not limited yet"),
        IDLE("max_queued", UINT, max_queued, "calls that wait for a guest are not limited yet"),
        ROW("max_core", STRING, max_core),
        ROW("dump_guest_core", BOOL, dump_guest_core),
        ROW("stdio_handler", STRING, stdio_handler),
        ROW("sched_core", STRING, sched_core),
        IDLE("mac_filter", BOOL, mac_filter, "there is no filter of addresses on bridges yet"),
        IDLE("relaxed_acs_check", BOOL, relaxed_acs_check, "switches without access control are not looked for yet"),
        ROW("log_timestamp", BOOL, log_timestamp),
        ROW("virtiofsd_debug", BOOL, virtiofsd_debug),
        ROW("lock_manager", STRING, lock_manager),
        ROW("gluster_debug_level", UINT, gluster_debug_level),
        ROW("storage_use_nbdkit", BOOL, use_nbdkit),
        ROW("deprecation_behavior", STRING, deprecation_behavior),

        ROW("security_driver", STRINGS, security_drivers),
        ROW("security_default_confined", BOOL, security_default_confined),
        ROW("security_require_confined", BOOL, security_require_confined),
        ROW("cgroup_controllers", STRINGS, cgroup_controllers),
        ROW("cgroup_device_acl", STRINGS, device_acl),
        ROW("seccomp_sandbox", INT, seccomp_sandbox),
        ROW("namespaces", STRINGS, namespaces),
        ROW("swtpm_user", STRING, swtpm_user),
        ROW("swtpm_group", STRING, swtpm_group),
        IDLE("capability_filters", STRINGS, capability_filters, "what a QEMU can do is not filtered"),

        IDLE("keepalive_interval", INT, keepalive_interval, NO_MIGRATION),
        IDLE("keepalive_count", UINT, keepalive_count, NO_MIGRATION),
        IDLE("migration_port_min", UINT, migration_port_min, NO_MIGRATION),
        IDLE("migration_port_max", UINT, migration_port_max, NO_MIGRATION),
        IDLE("migration_host", STRING, migration_host, NO_MIGRATION),
        IDLE("migration_address", STRING, migration_address, NO_MIGRATION),
        SETTING_OTHERS_ROW,
};

/* Services with certificates of their own. */
static const struct {
        const char *name;
        size_t offset;
        int verify; /* when nothing is said */
} services[] = {
        { "vnc", offsetof(QemuConf, vnc_tls), 0 },         { "spice", offsetof(QemuConf, spice_tls), 0 },
        { "chardev", offsetof(QemuConf, chardev_tls), 1 }, { "migrate", offsetof(QemuConf, migrate_tls), 1 },
        { "backup", offsetof(QemuConf, backup_tls), 1 },   { "vxhs", offsetof(QemuConf, vxhs_tls), 0 },
        { "nbd", offsetof(QemuConf, nbd_tls), 0 },
};

QemuConf *qemu_conf_new(const char *lib_folder)
{
        QemuConf *conf = g_new0(QemuConf, 1);

        conf->dynamic_ownership = conf->remember_owner = -1;
        conf->tls.verify = -1;
        for (size_t i = 0; i < G_N_ELEMENTS(services); i++)
                ((QemuTls *)(void *)((char *)conf + services[i].offset))->verify = -1;
        conf->vnc_listen = g_strdup("127.0.0.1");
        conf->spice_listen = g_strdup("127.0.0.1");
        conf->display_port_min = 5900;
        conf->display_port_max = 65535;
        conf->websocket_port_min = 5700;
        conf->websocket_port_max = 65535;
        conf->auto_dump_path = g_build_filename(lib_folder, "dump", NULL);
        conf->memory_folder = g_build_filename(lib_folder, "ram", NULL);
        conf->log_timestamp = 1;
        conf->gluster_debug_level = 4;
        conf->security_default_confined = 1;
        conf->seccomp_sandbox = -1;
        conf->keepalive_interval = 5;
        conf->keepalive_count = 5;
        conf->migration_port_min = 49152;
        conf->migration_port_max = 49215;
        return conf;
}

QemuConf *qemu_conf_free(QemuConf *conf)
{
        if (!conf)
                return NULL;
        settings_free(rows, G_N_ELEMENTS(rows), conf);
        g_free(conf);
        return NULL;
}

/* A service without certificates of its own takes the common ones, with their secret. */
static void settle_tls(QemuConf *conf)
{
        if (!conf->tls.folder)
                conf->tls.folder = g_strdup("/etc/pki/qemu");
        for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
                QemuTls *tls = (QemuTls *)(void *)((char *)conf + services[i].offset);
                g_autofree char *own = g_strdup_printf("/etc/pki/libvirt-%s", services[i].name);

                if (tls->verify < 0)
                        tls->verify = conf->tls.verify >= 0 ? conf->tls.verify : services[i].verify;
                if (!tls->folder && !tls->secret)
                        tls->secret = g_strdup(conf->tls.secret);
                if (!tls->folder)
                        tls->folder = g_strdup(g_file_test(own, G_FILE_TEST_IS_DIR) ? own : conf->tls.folder);
        }
}

static int check_ports(const char *path, const char *what, unsigned min, unsigned max, unsigned floor, Error *err)
{
        if (min >= floor && max <= 65535 && min <= max)
                return 0;
        return error_set(err, VIR_ERR_CONF_SYNTAX,
                         "%s: %s_port_min must be at least %u and not above %s_port_max, which must be at most 65535",
                         path, what, floor, what);
}

static int settle(QemuConf *conf, const char *path, Error *err)
{
        settle_tls(conf);
        if (check_ports(path, "remote_display", conf->display_port_min, conf->display_port_max, 5900, err) < 0 ||
            check_ports(path, "remote_websocket", conf->websocket_port_min, conf->websocket_port_max, 5700, err) < 0 ||
            check_ports(path, "migration", conf->migration_port_min, conf->migration_port_max, 1, err) < 0)
                return -1;
        if (conf->stdio_handler && strcmp(conf->stdio_handler, "logd") != 0 && strcmp(conf->stdio_handler, "file") != 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s: stdio_handler is '%s'; it must be 'logd' or 'file'",
                                 path, conf->stdio_handler);
        return 0;
}

int qemu_conf_read(QemuConf *conf, const char *path, Error *err)
{
        if (settings_read(path, rows, G_N_ELEMENTS(rows), conf, err) < 0)
                return -1;
        return settle(conf, path, err);
}

int qemu_conf_parse(QemuConf *conf, const char *name, const char *text, Error *err)
{
        if (settings_parse(name, text, strlen(text), rows, G_N_ELEMENTS(rows), conf, err) < 0)
                return -1;
        return settle(conf, name, err);
}
