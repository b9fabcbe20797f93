/* A host for the QEMU driver's builder on which nothing is opened: numbers stand for descriptors, and everything that a
 * host would tell is fixed. */
#include <stdio.h>
#include <string.h>

#include "blockdev/blockdev.h"
#include "conf/storage_pool.h"
#include "util/cipher.h"
#include "util/file.h"
#include "util/random.h"
#include "xlate_qemu.h"

/* Which descriptor stands for what. */
static const int descriptors[] = {
        [QEMU_FD_LISTEN] = 1729,     [QEMU_FD_FILE] = 1750,       [QEMU_FD_LOG] = 1751,
        [QEMU_FD_TPM] = 1730,        [QEMU_FD_TPM_CANCEL] = 1731, [QEMU_FD_VHOST_NET] = 3 + 41,
        [QEMU_FD_VHOST_VDPA] = 1732, [QEMU_FD_VHOST_SCSI] = 3,    [QEMU_FD_VHOST_VSOCK] = 6789,
        [QEMU_FD_VHOST_USER] = 1729, [QEMU_FD_PASST] = 1729,      [QEMU_FD_SLIRP] = 42,
};

static int open_fd(QemuHost *base, const QemuFdAsk *ask, Error *err)
{
        XlateHost *host = (XlateHost *)base;
        int64_t given = 0;

        if (ask->kind == QEMU_FD_VHOST_VDPA && ask->path &&
            json_get_int(json_get(host->json, "vdpa"), ask->path, &given))
                return (int)given;
        if (ask->kind == QEMU_FD_VHOST_NET)
                return host->next_vhost++;
        if (ask->kind == QEMU_FD_SLIRP && json_get_int(host->json, "slirp_helper_fd", &given))
                return (int)given;
        if (ask->kind == QEMU_FD_SLIRP && ask->optional)
                return QEMU_NO_FD;
        return descriptors[ask->kind];
}

static int open_taps(QemuHost *base, const Interface *nic, int *ret_fds, size_t n, Error *err)
{
        XlateHost *host = (XlateHost *)base;

        for (size_t i = 0; i < n; i++)
                ret_fds[i] = host->next_tap++;
        return 0;
}

static int secret(QemuHost *host, const char *uuid, int usage_type, const char *usage, uint8_t **ret,
                  size_t *ret_length, Error *err)
{
        static const char value[] = "AQCVn5hO6HzFAhAAq0NCv8jtJcIcE+HOBlMQ1A";

        *ret = (uint8_t *)g_strdup(value);
        *ret_length = strlen(value);
        return 0;
}

/* A volume is called "TYPE+NAME", or "NAME" for one of type block. */
static int volume_type(const char *name, char **ret_type, Error *err)
{
        static const char *const types[] = {
                [VIR_STORAGE_VOL_FILE] = "file",     [VIR_STORAGE_VOL_BLOCK] = "block",
                [VIR_STORAGE_VOL_DIR] = "dir",       [VIR_STORAGE_VOL_NETWORK] = "network",
                [VIR_STORAGE_VOL_NETDIR] = "netdir", [VIR_STORAGE_VOL_PLOOP] = "ploop",
        };
        const char *plus = strchr(name, '+');

        *ret_type = plus ? g_strndup(name, (gsize)(plus - name)) : g_strdup("block");
        for (int i = 0; i < (int)G_N_ELEMENTS(types); i++)
                if (strcmp(types[i], *ret_type) == 0)
                        return i;
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "volume '%s' has a type that nobody knows", name);
}

static int find_volume(QemuHost *base, Source *source, Error *err)
{
        const char *common = json_get_string(((XlateHost *)base)->json, "common");
        const char *volume = source->volume.volume, *pool = source->volume.pool;
        const char *plus = strchr(volume, '+');
        g_autofree char *file = g_strdup_printf("%s/storagepools/%s.xml", common ? common : "", pool);
        g_autoptr(StoragePool) definition = NULL;
        g_autofree char *type = NULL;
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        size_t length = 0;
        int kind = volume_type(volume, &type, err);

        if (kind < 0)
                return -1;
        if (strcmp(pool, "inactive") == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "storage pool '%s' containing volume '%s' is not active", pool, volume);
        if (strcmp(volume, "nonexistent") == 0)
                return error_set(err, VIR_ERR_NO_STORAGE_VOL, "no storage vol with matching name '%s'", volume);
        if (file_read(file, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            storage_pool_parse(text, length, 0, &definition, err) < 0)
                return -1;
        path = g_strdup_printf("/some/%s/device/%s", type, plus ? plus + 1 : volume);
        return block_volume(source, definition, kind, path, err);
}

/* The key is what randomness is here. */
static char *encrypt(QemuHost *host, const uint8_t *data, size_t length, const uint8_t iv[16], Error *err)
{
        uint8_t key[CIPHER_KEY];

        random_bytes(key, sizeof(key));
        return cipher_encrypt(key, iv, data, length, err);
}

static char *scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit, Error *err)
{
        return g_strdup("sg0");
}

static char *render_node(QemuHost *host)
{
        return g_strdup("/dev/dri/foo");
}

static bool is_cdrom(QemuHost *host, const char *path)
{
        return strcmp(path, "/dev/cdrom") == 0;
}

static const int *group_fds(QemuHost *base, const char *name, size_t *ret_n)
{
        XlateHost *host = (XlateHost *)base;
        const Json *list = json_get(json_get(host->json, "fds"), name);
        int *numbers = g_new0(int, MAX(json_length(list), 1));

        g_ptr_array_add(host->groups, numbers);
        for (size_t i = 0; i < json_length(list); i++) {
                g_autofree char *text = json_format(json_at(list, i), false);

                numbers[i] = (int)g_ascii_strtoll(text, NULL, 10);
        }
        *ret_n = json_length(list);
        return list ? numbers : NULL;
}

static int take_cid(QemuHost *host, bool automatic, unsigned *cid, Error *err)
{
        if (automatic)
                *cid = 42;
        return 0;
}

static int take_port(QemuHost *host, QemuPort kind, int wanted, Error *err)
{
        static const int usual[] = {
                [QEMU_PORT_VNC] = 5900,       [QEMU_PORT_VNC_WEBSOCKET] = 5700, [QEMU_PORT_SPICE] = 5901,
                [QEMU_PORT_SPICE_TLS] = 5902, [QEMU_PORT_RDP] = 3389,
        };

        return wanted > 0 ? wanted : usual[kind];
}

static void add_setting(const char *key, Json *value, void *opaque)
{
        g_autofree char *text = json_format(value, false);

        g_string_append_printf(opaque, "%s = %s\n", key, text);
}

static int read_conf(XlateHost *host, Error *err)
{
        static const char fixed[] = "spice_password = \"123456\"\n"
                                    "vnc_sasl_dir = \"/etc/sasl2\"\n"
                                    "spice_sasl_dir = \"/etc/sasl2\"\n"
                                    "vnc_tls_x509_cert_dir = \"/etc/pki/libvirt-vnc\"\n"
                                    "spice_tls_x509_cert_dir = \"/etc/pki/libvirt-spice\"\n"
                                    "chardev_tls_x509_cert_dir = \"/etc/pki/libvirt-chardev\"\n"
                                    "vxhs_tls_x509_cert_dir = \"/etc/pki/libvirt-vxhs\"\n"
                                    "nbd_tls_x509_cert_dir = \"/etc/pki/libvirt-nbd\"\n"
                                    "migrate_tls_x509_cert_dir = \"/etc/pki/libvirt-migrate\"\n"
                                    "backup_tls_x509_cert_dir = \"/etc/pki/libvirt-backup\"\n";
        g_autoptr(GString) text = g_string_new(fixed);
        Json *given = json_get(host->json, "conf");

        if (given)
                json_each(given, add_setting, text);
        host->conf = qemu_conf_new("/var/lib/libvirt/qemu");
        host->host.conf = host->conf;
        return qemu_conf_parse(host->conf, "circumstances", text->str, err);
}

static void fill_places(XlateHost *host, const Domain *domain)
{
        static const QemuHugePages huge[] = { { "/dev/hugepages2M", 2048, true },
                                              { "/dev/hugepages1G", 1024 * 1024, false } };
        /* What is longer than a file's name should be is cut. */
        g_autofree char *name = g_utf8_substring(domain->name, 0, MIN(g_utf8_strlen(domain->name, -1), 20));

        host->lib_dir = g_strdup_printf("/var/lib/libvirt/qemu/domain--1-%s", name);
        host->master_key = g_build_filename(host->lib_dir, "master-key.aes", NULL);
        host->host.lib_dir = host->lib_dir;
        host->host.master_key = host->master_key;
        host->host.run_dir = "/var/run/libvirt/qemu";
        host->channel_dir = g_strdup_printf("/var/run/libvirt/qemu/channel/-1-%s", name);
        host->host.channel_dir = host->channel_dir;
        host->host.tpm_socket = "/dev/test";
        host->host.system = true;
        host->host.now = 1234567890;
        host->host.huge_pages = huge;
        host->host.n_huge_pages = G_N_ELEMENTS(huge);
        host->nodes = bitmap_parse("0-3", 64, NULL);
        host->host.nodes = host->host.auto_nodes = host->nodes;
}

static void fill_circumstances(XlateHost *host)
{
        const Json *nbdkit = json_get(host->json, "nbdkit");
        int64_t number = -1;

        host->host.migrate_from = json_get_string(host->json, "migrate_from");
        host->host.migrate_fd = json_get_int(host->json, "migrate_fd", &number) ? (int)number : -1;
        json_get_bool(host->json, "fips_host", &host->host.fips);
        if (!nbdkit)
                return;
        host->nbdkit = g_ptr_array_new();
        for (size_t i = 0; i < json_length(nbdkit); i++)
                g_ptr_array_add(host->nbdkit, (char *)json_text(json_at(nbdkit, i)));
        g_ptr_array_add(host->nbdkit, NULL);
        host->host.nbdkit = (const char *const *)host->nbdkit->pdata;
}

/* The host's own processor; or, where the circumstances name one of x86, what QEMU makes of it. */
static int read_cpu(XlateHost *host, const Domain *domain, Error *err)
{
        const char *given = json_get_string(host->json, "host_cpu");
        const char *common = json_get_string(host->json, "common");
        bool x86 = domain_is_x86(domain);
        g_autofree char *usual = NULL;
        g_autofree char *text = NULL;
        size_t length = 0;

        if (!x86 && !domain_is_ppc64(domain))
                return 0;
        usual = g_strconcat(common ? common : "", x86 ? "/hostcpu/default.xml" : "/hostcpu/power8.xml", NULL);
        if (file_read(given ? given : usual, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            cpu_definition_parse(text, length, &host->cpu, err) < 0)
                return -1;
        *(given && x86 ? &host->host.guest_cpu : &host->host.cpu) = host->cpu;
        return 0;
}

int xlate_host_init(XlateHost *host, const Domain *domain, const Json *json, Error *err)
{
        *host = (XlateHost){
                .host = { .open_fd = open_fd,
                          .open_taps = open_taps,
                          .secret = secret,
                          .encrypt = encrypt,
                          .scsi_generic = scsi_generic,
                          .render_node = render_node,
                          .is_cdrom = is_cdrom,
                          .group_fds = group_fds,
                          .find_volume = find_volume,
                          .take_cid = take_cid,
                          .take_port = take_port },
                .json = json,
                .next_tap = 3,
                .next_vhost = 3 + 41,
                .groups = g_ptr_array_new_with_free_func(g_free),
        };
        g_setenv("PATH", "/bin", TRUE);
        g_setenv("HOME", "/home/test", TRUE);
        g_setenv("USER", "test", TRUE);
        g_setenv("LOGNAME", "test", TRUE);
        fill_places(host, domain);
        fill_circumstances(host);
        return read_cpu(host, domain, err) < 0 ? -1 : read_conf(host, err);
}

void xlate_host_done(XlateHost *host)
{
        qemu_conf_free(host->conf);
        cpu_definition_free(host->cpu);
        g_free(host->lib_dir);
        g_free(host->channel_dir);
        g_free(host->master_key);
        bitmap_free(host->nodes);
        g_clear_pointer(&host->nbdkit, g_ptr_array_unref);
        g_clear_pointer(&host->groups, g_ptr_array_unref);
}
