/* Folders of the host in the guest: 9p, which QEMU serves itself, and virtiofs, which a virtiofsd serves. */
#include "argv/argv.h"

#include "argv/chardev.h"

static VirtioKind kind(const Filesystem *fs)
{
        return fs->model == FS_MODEL_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
               : fs->model == FS_MODEL_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                               : VIRTIO_PLAIN;
}

char *argv_virtiofs_socket(const QemuHost *host, const Filesystem *fs)
{
        return fs->socket ? g_strdup(fs->socket) : g_strdup_printf("%s/%s-fs.sock", host->lib_dir, fs->info.alias);
}

static int virtiofs(QemuArgv *argv, const Filesystem *fs, Error *err)
{
        g_autofree char *path = argv_virtiofs_socket(argv->host, fs);
        g_autofree char *id = g_strdup_printf("chr-vu-%s", fs->info.alias);
        g_autoptr(Json) json = qdev_new_virtio("vhost-user-fs", &fs->info, kind(fs));

        argv_chardev_unix(argv, id, path, (OptUint){ .set = false });
        qdev_virtio(json, &fs->virtio);
        qdev_string(json, "id", fs->info.alias);
        qdev_string(json, "chardev", id);
        if (fs->queue)
                json_set(json, "queue-size", json_uint(fs->queue));
        qdev_string(json, "tag", fs->target);
        qdev_boot(argv, json, &fs->info, 0);
        if (qdev_address(argv, json, &fs->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static void add_pair(GString *text, const char *key, const char *value)
{
        g_autofree char *word = argv_comma(value);

        g_string_append_printf(text, ",%s=%s", key, word);
}

static const char *security_model(FilesystemAccess access)
{
        switch (access) {
        case FS_ACCESS_MAPPED: return "mapped";
        case FS_ACCESS_SQUASH: return "none";
        default: return "passthrough";
        }
}

/* QEMU serves 9p without a way to add one while it runs: there is no form for the monitor. */
static void fsdev(QemuArgv *argv, const Filesystem *fs, const char *id)
{
        bool local = fs->driver != FS_DRIVER_HANDLE;
        g_autoptr(GString) text = g_string_new(local ? "local" : "handle");

        if (local)
                add_pair(text, "security_model", security_model(fs->access));
        if (fs->multidevs != FS_MULTIDEVS_DEFAULT)
                add_pair(text, "multidevs", enum_text(FilesystemMultidevs, fs->multidevs));
        if (fs->fmode)
                g_string_append_printf(text, ",fmode=%04o", fs->fmode);
        if (fs->dmode)
                g_string_append_printf(text, ",dmode=%04o", fs->dmode);
        if (fs->write_policy == FS_WRITE_IMMEDIATE)
                add_pair(text, "writeout", "immediate");
        add_pair(text, "id", id);
        add_pair(text, "path", fs->source);
        if (fs->readonly)
                add_pair(text, "readonly", "on");
        argv_add_pair(argv, "-fsdev", text->str);
}

static int ninep(QemuArgv *argv, const Filesystem *fs, Error *err)
{
        g_autofree char *id = g_strdup_printf("fsdev-%s", fs->info.alias);
        g_autoptr(Json) json = qdev_new_virtio("virtio-9p", &fs->info, kind(fs));

        fsdev(argv, fs, id);
        qdev_virtio(json, &fs->virtio);
        qdev_string(json, "id", fs->info.alias);
        qdev_string(json, "fsdev", id);
        qdev_string(json, "mount_tag", fs->target);
        if (qdev_address(argv, json, &fs->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_filesystems(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_filesystems; i++) {
                const Filesystem *fs = &argv->domain->filesystems[i];
                int r;

                argv->alias = fs->info.alias;
                r = fs->driver == FS_DRIVER_VIRTIOFS ? virtiofs(argv, fs, err) : ninep(argv, fs, err);
                if (r < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
