/* Disks: the nodes that hold the images (-blockdev) with what those need, before the device (argv_disk_device.c). */
#include "argv/argv.h"

#include <string.h>

#include "blockdev/nbdkit.h"

/* What images need */

static int reservations(QemuArgv *argv, const Source *source)
{
        const Reservations *wanted = source->reservations;
        Json *json;

        /* The helper of ours is the machine's. */
        if (!wanted || wanted->managed == YESNO_YES || !source->status || !source->status->reservations)
                return 0;
        json = json_object();
        qdev_string(json, "qom-type", "pr-manager-helper");
        qdev_string(json, "id", source->status->reservations);
        qdev_string(json, "path", wanted->path);
        argv_add_json(argv, "-object", json);
        return 0;
}

bool argv_disk_reserves(const Disk *disk)
{
        if (disk->source.reservations && disk->source.reservations->managed == YESNO_YES)
                return true;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (below->source.reservations && below->source.reservations->managed == YESNO_YES)
                        return true;
        return false;
}

void argv_reservations(QemuArgv *argv)
{
        g_autofree char *path = g_strdup_printf("%s/pr-helper0.sock", argv->host->lib_dir);

        for (size_t i = 0; i < argv->domain->n_disks; i++) {
                Json *json;

                if (!argv_disk_reserves(&argv->domain->disks[i]))
                        continue;
                json = json_object();
                qdev_string(json, "qom-type", "pr-manager-helper");
                qdev_string(json, "id", "pr-helper0");
                qdev_string(json, "path", path);
                argv_add_json(argv, "-object", json);
                return;
        }
}

static SecretKind kind_of(const char *type)
{
        int kind = type ? enum_value(SecretKind, SECRET_KIND, type) : -1;

        return kind > 0 ? (SecretKind)kind : SECRET_KIND_NONE;
}

static int auth_secret(QemuArgv *argv, const BlockImage *image, Error *err)
{
        const SourceAuth *auth = image->auth;
        const char *id = block_secret(image->source, BLOCK_SECRET_AUTH, 0);

        if (!auth || !id)
                return 0;
        return argv_secret_of(argv, id, auth->secret.uuid, kind_of(auth->secret.type), auth->secret.usage, err);
}

static int encryption_secrets(QemuArgv *argv, const BlockImage *image, Error *err)
{
        const Encryption *encryption = image->encryption;

        for (size_t i = 0; encryption && i < encryption->n_secrets; i++) {
                const SecretRef *ref = &encryption->secrets[i];
                const char *id = block_secret(image->source, BLOCK_SECRET_ENCRYPTION, i);

                if (id && argv_secret_of(argv, id, ref->uuid, SECRET_KIND_VOLUME, ref->usage, err) < 0)
                        return -1;
        }
        return 0;
}

static int cookie_secret(QemuArgv *argv, const Source *source, Error *err)
{
        const char *id = block_secret(source, BLOCK_SECRET_COOKIE, 0);
        g_autofree char *cookies = id ? block_cookies(&source->net) : NULL;

        if (!cookies)
                return 0;
        return argv_secret(argv, id, (const uint8_t *)cookies, strlen(cookies), err);
}

static int certificates(QemuArgv *argv, const Source *source, Error *err)
{
        const QemuConf *conf = argv->host->conf;
        const QemuTls *tls = source->net.protocol == NET_PROTOCOL_NBD ? &conf->nbd_tls : &conf->vxhs_tls;
        const char *id = source->status ? source->status->tls : NULL;
        g_autofree char *secret = NULL;

        if (!id)
                return 0;
        secret = g_strdup_printf("%s-secret0", id);
        return argv_tls(argv, id, secret, tls, false, err);
}

static int network_needs(QemuArgv *argv, const BlockImage *image, Error *err)
{
        const Source *source = image->source;

        if (auth_secret(argv, image, err) < 0 || encryption_secrets(argv, image, err) < 0 ||
            cookie_secret(argv, source, err) < 0)
                return -1;
        return certificates(argv, source, err);
}

/* Descriptors in place of a file. */

/* As the numbers were given when the definition was prepared: the last disk first, a chain from its top. */
static unsigned groups_of(const Disk *disk)
{
        unsigned n = disk->source.type == SOURCE_VHOSTVDPA ||
                     (disk->source.type == SOURCE_FILE && disk->source.file.fdgroup);

        for (const BackingStore *below = disk->backing; below; below = below->backing)
                n += below->source.type == SOURCE_FILE && below->source.file.fdgroup;
        return n;
}

unsigned argv_disk_fd_sets(const Domain *domain)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_disks; i++)
                n += groups_of(&domain->disks[i]);
        return n;
}

static unsigned set_of(QemuArgv *argv, const Disk *disk, const Source *source)
{
        const Domain *domain = argv->domain;
        unsigned set = 0;

        /* A disk that is being plugged in is none of the machine's yet. */
        if (argv->live || disk < domain->disks || disk >= domain->disks + domain->n_disks)
                return argv_fd_set_new(argv);
        for (const Disk *other = disk + 1; other < domain->disks + domain->n_disks; other++)
                set += groups_of(other);
        if (source == &disk->source)
                return set;
        set += disk->source.type == SOURCE_FILE && disk->source.file.fdgroup;
        for (const BackingStore *below = disk->backing; below && &below->source != source; below = below->backing)
                set += below->source.type == SOURCE_FILE && below->source.file.fdgroup;
        return set;
}

static int add_group(QemuArgv *argv, const Disk *disk, BlockImage *image, char **ret_path, Error *err)
{
        const Source *source = image->source;
        const char *node = block_node(source, BLOCK_NODE_STORAGE);
        const int *fds;
        unsigned set;
        size_t n = 0;

        fds = argv->host->group_fds ? argv->host->group_fds(argv->host, source->file.fdgroup, &n) : NULL;
        if (!fds || n == 0)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "file descriptor group '%s' was not associated with the domain", source->file.fdgroup);
        set = set_of(argv, disk, source);
        for (size_t i = 0; i < n; i++) {
                g_autofree char *opaque = g_strdup_printf("%s%zu", node, i);

                argv_fd_set_add(argv, set, fds[i], opaque);
        }
        *ret_path = g_strdup_printf("/dev/fdset/%u", set);
        image->path = *ret_path;
        image->single_fd = n == 1;
        return 0;
}

static int add_vdpa(QemuArgv *argv, const Disk *disk, BlockImage *image, char **ret_path, Error *err)
{
        const Source *source = image->source;
        const QemuFdAsk ask = { .kind = QEMU_FD_VHOST_VDPA, .path = source->vhostvdpa.path, .alias = disk->info.alias };
        g_autofree char *opaque = g_strdup_printf("%s-vdpa", block_node(source, BLOCK_NODE_STORAGE));
        unsigned set;
        int fd = argv->host->open_fd(argv->host, &ask, err);

        if (fd < 0)
                return -1;
        set = set_of(argv, disk, source);
        argv_fd_set_add(argv, set, fd, opaque);
        *ret_path = g_strdup_printf("/dev/fdset/%u", set);
        image->path = *ret_path;
        return 0;
}

static int descriptors(QemuArgv *argv, const Disk *disk, BlockImage *image, char **ret_path, Error *err)
{
        if (image->source->type == SOURCE_FILE && image->source->file.fdgroup)
                return add_group(argv, disk, image, ret_path, err);
        if (image->source->type == SOURCE_VHOSTVDPA)
                return add_vdpa(argv, disk, image, ret_path, err);
        return 0;
}

/* Nodes */

static bool has_nbdkit(const QemuHost *host, const char *part)
{
        for (const char *const *at = host->nbdkit; at && *at; at++)
                if (strcmp(*at, part) == 0)
                        return true;
        return false;
}

bool argv_uses_nbdkit(const QemuHost *host, const Source *source)
{
        const char *plugin = nbdkit_plugin(source);
        g_autofree char *part = plugin ? g_strconcat("plugin-", plugin, NULL) : NULL;

        return part && has_nbdkit(host, part);
}

static int nodes(QemuArgv *argv, const BlockImage *image, Error *err)
{
        Json *node = block_storage_node(image, err);

        if (!node)
                return -1;
        argv_add_json(argv, "-blockdev", node);
        if (block_needs_slice(image))
                argv_add_json(argv, "-blockdev", block_slice_node(image));
        node = block_format_node(image, err);
        if (!node)
                return -1;
        argv_add_json(argv, "-blockdev", node);
        return 0;
}

static int add_image(QemuArgv *argv, const Disk *disk, BlockImage *image, Error *err)
{
        const Source *source = image->source;
        g_autofree char *path = NULL;

        image->nbdkit_socket = source->status ? source->status->nbdkit_socket : NULL;
        image->gluster_debug = argv->host->conf->gluster_debug_level;
        image->host_cdrom = disk->device == DISK_DEVICE_CDROM && source->type == SOURCE_BLOCK && argv->host->is_cdrom &&
                            argv->host->is_cdrom(argv->host, source->block.path);
        reservations(argv, source);
        if (source->type == SOURCE_NETWORK && !image->nbdkit_socket) {
                if (network_needs(argv, image, err) < 0)
                        return -1;
        } else if (encryption_secrets(argv, image, err) < 0) {
                return -1;
        }
        if (descriptors(argv, disk, image, &path, err) < 0)
                return -1;
        return nodes(argv, image, err);
}

/* Overlays. Only a running QEMU makes them, so the file is there and the images below are open. */

static bool has_overlay(const QemuArgv *argv, const Disk *disk)
{
        return argv->live && block_has_overlay(disk, argv->domain->name);
}

/* "above": the node whose size the new image has; whoever sends it asks QEMU for that. */
static int create_overlay(QemuArgv *argv, const BlockImage *top, const BlockImage *below, Error *err)
{
        g_auto(BlockCreate) create = { NULL, NULL };
        g_autofree char *id = g_strdup_printf("create-%s", block_node(top->source, BLOCK_NODE_FORMAT));
        Json *json;

        if (block_create(top, below, 0, 0, &create, err) < 0)
                return -1;
        json = json_object();
        qdev_string(json, "job-id", id);
        qdev_string(json, "above", block_node(below->source, BLOCK_NODE_FORMAT));
        json_set(json, "options", g_steal_pointer(&create.format));
        argv_add_json(argv, "blockdev-create", json);
        return 0;
}

/* The job needs the node of the file, and the format's node needs what the job made. */
static int add_overlay(QemuArgv *argv, const BlockImage *top, const BlockImage *below, Error *err)
{
        Json *node = block_storage_node(top, err);

        if (!node)
                return -1;
        argv_add_json(argv, "-blockdev", node);
        if (create_overlay(argv, top, below, err) < 0)
                return -1;
        node = block_format_node(top, err);
        if (!node)
                return -1;
        argv_add_json(argv, "-blockdev", node);
        return 0;
}

int argv_disk_overlay(QemuArgv *argv, const Disk *disk, Error *err)
{
        static const BackingStore nothing = { .source.type = SOURCE_NONE };
        g_autoptr(GPtrArray) chain = block_chain(disk);
        BlockImage *top = g_ptr_array_index(chain, 0);
        const BlockImage *below = g_ptr_array_index(chain, 1);
        Json *json = json_object();

        qdev_string(json, "node", block_node(below->source, BLOCK_NODE_FORMAT));
        qdev_string(json, "overlay", block_node(top->source, BLOCK_NODE_FORMAT));
        /* What is below it comes with the command. */
        top->below = &nothing;
        if (add_overlay(argv, top, below, err) < 0) {
                json_unref(json);
                return -1;
        }
        argv_add_json(argv, "blockdev-snapshot", json);
        return 0;
}

int argv_disk_images(QemuArgv *argv, const Disk *disk, Error *err)
{
        g_autoptr(GPtrArray) chain = NULL;
        guint last;
        Json *above;

        if (disk->source.type == SOURCE_VHOSTUSER)
                return argv_disk_vhost_user(argv, disk, err);
        chain = block_chain(disk);
        last = has_overlay(argv, disk) ? 1 : 0;
        for (guint i = chain->len; i > last; i--)
                if (add_image(argv, disk, g_ptr_array_index(chain, i - 1), err) < 0)
                        return -1;
        if (last && add_overlay(argv, g_ptr_array_index(chain, 0), g_ptr_array_index(chain, 1), err) < 0)
                return -1;
        above = chain->len ? block_copy_on_read_node(disk) : NULL;
        if (above)
                argv_add_json(argv, "-blockdev", above);
        return 0;
}

/* One disk: what its images need, their nodes from the bottom up, the device. */
static int argv_disk(QemuArgv *argv, const Disk *disk, Error *err)
{
        int r;

        if (disk->bus == DISK_BUS_SD)
                return argv_disk_card(argv, disk, err);
        argv->alias = disk->info.alias;
        r = argv_disk_images(argv, disk, err);
        if (r == 0)
                r = argv_disk_device(argv, disk, err);
        argv->alias = NULL;
        return r;
}

int argv_disks(QemuArgv *argv, Error *err)
{
        argv_floppy_controllers(argv);
        for (size_t i = 0; i < argv->domain->n_disks; i++) {
                const Disk *disk = &argv->domain->disks[i];

                /* Plugged in once the image above it has been made: until then it is nobody's alone. */
                if (disk->transient && disk->transient_share_backing == YESNO_YES && !argv->live)
                        continue;
                if (argv_disk(argv, disk, err) < 0)
                        return -1;
        }
        return 0;
}
