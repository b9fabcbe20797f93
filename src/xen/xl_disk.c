/* Disks of xl.cfg: xl-disk-configuration(5).
 *
 *   TARGET, FORMAT, VDEV, ACCESS in this order, as far as they have no "key="; then keys and flags in any order.
 *   "target=" takes all that follows. VDEV may have ":cdrom" behind it, TARGET the prefixes of older files. */
#include "formats.h"

#include <string.h>

#include "util/text.h"

typedef struct DiskWords {
        char *target, *format, *vdev, *access, *backend, *backend_domain, *discard;
        bool cdrom;
} DiskWords;

static void words_clear(DiskWords *words)
{
        g_free(words->target);
        g_free(words->format);
        g_free(words->vdev);
        g_free(words->access);
        g_free(words->backend);
        g_free(words->backend_domain);
        g_free(words->discard);
}

static int wrong(const char *text, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "disk '%s': %s", text, what);
}

/* A flag, or the value at a known key; false: not one of those. */
static bool take_word(DiskWords *words, const char *word)
{
        const struct {
                const char *key;
                char **member;
        } keys[] = {
                { "format=", &words->format },          { "vdev=", &words->vdev },
                { "access=", &words->access },          { "backendtype=", &words->backend },
                { "backend=", &words->backend_domain },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
                if (g_str_has_prefix(word, keys[i].key)) {
                        g_free(*keys[i].member);
                        *keys[i].member = g_strdup(word + strlen(keys[i].key));
                        return true;
                }
        if (strcmp(word, "cdrom") == 0 || strcmp(word, "devtype=cdrom") == 0) {
                words->cdrom = true;
                return true;
        }
        if (strcmp(word, "discard") == 0 || strcmp(word, "no-discard") == 0) {
                g_free(words->discard);
                words->discard = g_strdup(word);
                return true;
        }
        return strchr(word, '=') || strcmp(word, "direct-io-safe") == 0;
}

/* Of files older than format= and backendtype=: these have no word for the format. */
static const struct {
        const char *prefix, *backend, *format;
} prefixes[] = {
        { "phy:", "phy", "raw" },    { "file:", NULL, "raw" },  { "tap2:", "tap", NULL },
        { "tap:", "tap", NULL },     { "aio:", NULL, "raw" },   { "raw:", NULL, "raw" },
        { "qcow2:", NULL, "qcow2" }, { "qcow:", NULL, "qcow" }, { "vhd:", NULL, "vhd" },
};

static bool has_prefix(const char *target)
{
        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
                if (g_str_has_prefix(target, prefixes[i].prefix))
                        return true;
        return false;
}

static void take_prefixes(DiskWords *words)
{
        for (size_t i = 0; words->target && i < G_N_ELEMENTS(prefixes); i++) {
                if (!g_str_has_prefix(words->target, prefixes[i].prefix))
                        continue;
                memmove(words->target, words->target + strlen(prefixes[i].prefix),
                        strlen(words->target) - strlen(prefixes[i].prefix) + 1);
                if (prefixes[i].backend && !words->backend)
                        words->backend = g_strdup(prefixes[i].backend);
                if (prefixes[i].format && !words->format)
                        words->format = g_strdup(prefixes[i].format);
        }
}

/* The place of the next word without a key. */
static int take_position(DiskWords *words, unsigned *position, const char *text, const char *word, Error *err)
{
        char **members[] = { &words->target, &words->format, &words->vdev, &words->access };

        if (*position == 1 && words->target && has_prefix(words->target))
                (*position)++;
        if (*position >= G_N_ELEMENTS(members) && !*word)
                return 0;
        if (*position >= G_N_ELEMENTS(members))
                return wrong(text, "too many positional parameters", err);
        if (*word && !*members[*position])
                *members[*position] = g_strdup(word);
        (*position)++;
        return 0;
}

static int split(const char *text, DiskWords *words, Error *err)
{
        unsigned position = 0;
        const char *at = text;

        for (;;) {
                size_t length;
                g_autofree char *word = NULL;

                at += strspn(at, " \t");
                if (g_str_has_prefix(at, "target=")) {
                        g_free(words->target);
                        words->target = g_strdup(at + strlen("target="));
                        return 0;
                }
                length = strcspn(at, ",");
                word = g_strchomp(g_strndup(at, length));
                if (!take_word(words, word) && take_position(words, &position, text, word, err) < 0)
                        return -1;
                at += length;
                if (!*at++)
                        return 0;
        }
}

static const struct {
        const char *name;
        ImageFormat format;
} formats[] = {
        { "raw", IMAGE_FORMAT_RAW }, { "qcow", IMAGE_FORMAT_QCOW }, { "qcow2", IMAGE_FORMAT_QCOW2 },
        { "vhd", IMAGE_FORMAT_VHD }, { "qed", IMAGE_FORMAT_QED },   { "empty", IMAGE_FORMAT_RAW },
};

static int set_format(Disk *disk, const char *text, const char *name, Error *err)
{
        disk->source.format = IMAGE_FORMAT_RAW;
        for (size_t i = 0; name && i < G_N_ELEMENTS(formats); i++)
                if (strcmp(formats[i].name, name) == 0) {
                        disk->source.format = formats[i].format;
                        return 0;
                }
        return name ? wrong(text, "unknown format; known are raw, qcow, qcow2, vhd, qed", err) : 0;
}

static int set_access(Disk *disk, const char *text, const char *access, Error *err)
{
        if (!access || strcmp(access, "rw") == 0 || strcmp(access, "w") == 0)
                return 0;
        xen_disk_mode_read(disk, access);
        return disk->readonly || disk->shareable ? 0 : wrong(text, "unknown access; known are r, ro, w, rw", err);
}

static int set_backend(Disk *disk, const char *text, const char *backend, Error *err)
{
        disk->source.type = SOURCE_FILE;
        if (!backend || strcmp(backend, "qdisk") == 0) {
                disk->driver = g_strdup("qemu");
        } else if (strcmp(backend, "phy") == 0) {
                disk->driver = g_strdup("phy");
                disk->source.type = SOURCE_BLOCK;
        } else if (strcmp(backend, "tap") == 0) {
                disk->driver = g_strdup("tap");
        } else {
                return wrong(text, "unknown backendtype; known are phy, tap, qdisk", err);
        }
        return 0;
}

/* Up to the next colon that no backslash protects, without the backslashes; *at moves behind it. */
static char *next_part(const char **at, bool *more)
{
        GString *out = g_string_new(NULL);

        for (; **at && **at != ':'; (*at)++) {
                if (**at == '\\' && (*at)[1])
                        (*at)++;
                g_string_append_c(out, **at);
        }
        *more = **at == ':';
        *at += *more;
        return g_string_free(out, FALSE);
}

static void add_host(NetSource *net, const char *text)
{
        const char *colon = *text == '[' ? strstr(text, "]:") : strrchr(text, ':');
        NetHost *host = rows_list_insert(&NetHost_rows, &net->hosts, &net->n_hosts, net->n_hosts);
        unsigned port;

        if (colon && *text == '[')
                colon++;
        if (colon && text_to_uint(colon + 1, 10, &port)) {
                host->port = port;
                host->name = g_strndup(text, (gsize)(colon - text));
        } else {
                host->name = g_strdup(text);
        }
}

static void read_rbd_option(NetSource *net, const char *option)
{
        if (g_str_has_prefix(option, "id=")) {
                if (!net->auth)
                        net->auth = g_new0(SourceAuth, 1);
                g_free(net->auth->username);
                net->auth->username = g_strdup(option + strlen("id="));
                g_free(net->auth->secret.type);
                net->auth->secret.type = g_strdup("ceph");
        } else if (g_str_has_prefix(option, "conf=")) {
                g_free(net->config);
                net->config = g_strdup(option + strlen("conf="));
        } else if (g_str_has_prefix(option, "mon_host=")) {
                g_auto(GStrv) hosts = g_strsplit(option + strlen("mon_host="), ";", 64);

                for (char **host = hosts; *host; host++)
                        if (**host)
                                add_host(net, *host);
        }
}

/* POOL/IMAGE[@SNAPSHOT]:KEY=VALUE:..., a backslash before what would end a part. A key stays out of the document: its
 * secret must be named there. */
static void read_rbd(Disk *disk, const char *text)
{
        NetSource *net = &disk->source.net;
        bool more;
        char *snapshot;

        disk->source.type = SOURCE_NETWORK;
        net->protocol = NET_PROTOCOL_RBD;
        net->name = next_part(&text, &more);
        snapshot = strchr(net->name, '@');
        if (snapshot) {
                net->snapshot = g_strdup(snapshot + 1);
                *snapshot = '\0';
        }
        while (more) {
                g_autofree char *option = next_part(&text, &more);

                read_rbd_option(net, option);
        }
}

static void set_target(Disk *disk, const char *target)
{
        if (!target || !*target)
                return;
        if (g_str_has_prefix(target, "rbd:"))
                read_rbd(disk, target + strlen("rbd:"));
        else if (disk->source.type == SOURCE_BLOCK)
                disk->source.block.path = g_strdup(target);
        else
                disk->source.file.path = g_strdup(target);
}

static int fill(Disk *disk, const char *text, const DiskWords *words, Error *err)
{
        if (!words->vdev)
                return wrong(text, "vdev is missing", err);
        xen_disk_dev_read(disk, words->vdev);
        if (words->cdrom)
                disk->device = DISK_DEVICE_CDROM;
        if (disk->device == DISK_DEVICE_CDROM)
                disk->readonly = true;
        if (words->discard)
                disk->discard = *words->discard == 'n' ? DISK_DISCARD_IGNORE : DISK_DISCARD_UNMAP;
        disk->backend_domain = g_strdup(words->backend_domain);
        if (set_format(disk, text, words->format, err) < 0 || set_access(disk, text, words->access, err) < 0 ||
            set_backend(disk, text, words->backend, err) < 0)
                return -1;
        set_target(disk, words->target);
        return 0;
}

int xl_disk_read(Domain *d, const char *text, Error *err)
{
        __attribute__((cleanup(words_clear))) DiskWords words = { 0 };

        if (split(text, &words, err) < 0)
                return -1;
        take_prefixes(&words);
        return fill(rows_list_insert(&Disk_rows, &d->disks, &d->n_disks, d->n_disks), text, &words, err);
}

const char *xl_disk_format(ImageFormat format)
{
        if (format == IMAGE_FORMAT_NONE)
                return "raw";
        if (format == IMAGE_FORMAT_VPC)
                return "vhd";
        for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
                if (formats[i].format == format)
                        return formats[i].name;
        return NULL;
}

static const char *backend_name(const Disk *disk)
{
        if (g_strcmp0(disk->driver, "tap") == 0 || g_strcmp0(disk->driver, "tap2") == 0)
                return "tap";
        if (g_strcmp0(disk->driver, "phy") == 0 || (!disk->driver && disk->source.type == SOURCE_BLOCK))
                return "phy";
        if (!disk->driver || strcmp(disk->driver, "qemu") == 0 || strcmp(disk->driver, "file") == 0)
                return "qdisk";
        return NULL;
}

static void escape(GString *out, const char *text)
{
        for (; *text; text++) {
                if (strchr(":;\\", *text))
                        g_string_append_c(out, '\\');
                g_string_append_c(out, *text);
        }
}

static void write_hosts(const NetSource *net, GString *out)
{
        for (size_t i = 0; i < net->n_hosts; i++) {
                const NetHost *host = &net->hosts[i];
                bool bare6 = host->name && strchr(host->name, ':') && *host->name != '[';

                g_string_append(out, i ? "\\;" : ":mon_host=");
                if (bare6)
                        g_string_append_c(out, '[');
                escape(out, host->name ? host->name : "");
                if (bare6)
                        g_string_append_c(out, ']');
                if (host->port)
                        g_string_append_printf(out, "\\:%u", host->port);
        }
}

static int write_rbd(const Disk *disk, GString *out, Error *err)
{
        const NetSource *net = &disk->source.net;

        if (net->protocol != NET_PROTOCOL_RBD)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported network block protocol '%s'",
                                 enum_text(NetProtocol, net->protocol));
        if (net->auth || disk->auth)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "disk '%s': the file would have to hold the secret of its <auth>", disk->target);
        g_string_append_printf(out, "rbd:%s", net->name ? net->name : "");
        if (net->snapshot)
                g_string_append_printf(out, "@%s", net->snapshot);
        g_string_append(out, ":auth_supported=none");
        if (net->n_hosts)
                write_hosts(net, out);
        if (net->config) {
                g_string_append(out, ":conf=");
                escape(out, net->config);
        }
        return 0;
}

int xl_disk_path(const Disk *disk, GString *out, Error *err)
{
        switch (disk->source.type) {
        case SOURCE_NONE: return 0;
        case SOURCE_FILE: g_string_append(out, disk->source.file.path ? disk->source.file.path : ""); return 0;
        case SOURCE_BLOCK: g_string_append(out, disk->source.block.path ? disk->source.block.path : ""); return 0;
        case SOURCE_NETWORK: return write_rbd(disk, out, err);
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported disk type %s",
                                 enum_text(SourceType, disk->source.type));
        }
}

char *xl_disk_write(const Disk *disk, Error *err)
{
        const char *format = xl_disk_format(disk->source.format), *backend = backend_name(disk);
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(GString) path = g_string_new(NULL);

        if (!format)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported disk format %s of '%s'",
                                  enum_text(ImageFormat, disk->source.format), disk->target);
        if (!backend)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported disk driver '%s' of '%s'", disk->driver,
                                  disk->target);
        g_string_append_printf(out, "format=%s,vdev=%s,access=%s,backendtype=%s", format, disk->target,
                               disk->readonly    ? "ro"
                               : disk->shareable ? "!"
                                                 : "rw",
                               backend);
        if (disk->backend_domain)
                g_string_append_printf(out, ",backend=%s", disk->backend_domain);
        if (disk->device == DISK_DEVICE_CDROM)
                g_string_append(out, ",devtype=cdrom");
        if (disk->discard != DISK_DISCARD_DEFAULT)
                g_string_append(out, disk->discard == DISK_DISCARD_UNMAP ? ",discard" : ",no-discard");
        if (xl_disk_path(disk, path, err) < 0)
                return NULL;
        if (path->len)
                g_string_append_printf(out, ",target=%s", path->str);
        return g_string_free(g_steal_pointer(&out), FALSE);
}
