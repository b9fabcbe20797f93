/* lxc.rootfs and lxc.mount.entry into filesystems. A mount entry is a line of fstab: what, where, type, options. */
#include <string.h>

#include "parts.h"
#include "util/host.h"

enum { MOUNTS_MAX = 4096, KIB = 1024 };

/* The container driver mounts these itself. */
static const char *const basic_mounts[] = {
        "/proc", "/proc/sys", "/proc/sys/net/ipv4", "/proc/sys/net/ipv6", "/sys", "/sys/fs/selinux",
};

typedef struct Mount {
        const char *source, *type;
        char *target;   /* absolute */
        char **options; /* NULL-terminated */
} Mount;

static bool has_option(const Mount *mount, const char *name)
{
        return mount->options && g_strv_contains((const char *const *)mount->options, name);
}

static const char *option_value(const Mount *mount, const char *prefix)
{
        for (char **option = mount->options; option && *option; option++)
                if (g_str_has_prefix(*option, prefix))
                        return *option + strlen(prefix);
        return NULL;
}

static bool is_basic(const char *target)
{
        for (size_t i = 0; i < G_N_ELEMENTS(basic_mounts); i++)
                if (strcmp(target, basic_mounts[i]) == 0)
                        return true;
        return false;
}

bool lxc_size(const char *text, const char *root, uint64_t *ret_bytes)
{
        static const char units[] = "kmgtpe";
        HostMemory memory;
        char *end;
        uint64_t number = g_ascii_strtoull(text, &end, 10);
        const char *unit;

        if (end == text || !g_ascii_isdigit(*text))
                return false;
        if (strcmp(end, "%") == 0) {
                if (number > 100 || host_memory(root, -1, &memory, NULL) < 0)
                        return false;
                *ret_bytes = memory.total_kib * number / 100 * KIB;
                return true;
        }
        unit = *end ? strchr(units, g_ascii_tolower(*end)) : NULL;
        if (*end &&
            (!unit || (end[1] && g_ascii_strcasecmp(end + 1, "b") != 0 && g_ascii_strcasecmp(end + 1, "ib") != 0)))
                return false;
        for (long i = unit ? unit - units + 1 : 0; i > 0; i--)
                if (__builtin_mul_overflow(number, KIB, &number))
                        return false;
        *ret_bytes = number;
        return true;
}

static Filesystem *add_filesystem(Domain *d, FilesystemType type, const char *source, const char *target)
{
        Filesystem *fs = rows_list_insert(&Filesystem_rows, &d->filesystems, &d->n_filesystems, d->n_filesystems);

        fs->type = type;
        fs->access = FS_ACCESS_PASSTHROUGH;
        if (type == FILESYSTEM_BLOCK)
                fs->source_dev = g_strdup(source);
        else
                fs->source = g_strdup(source);
        fs->target = g_strdup(target);
        return fs;
}

/* A tmpfs without a size may take half of the memory. */
static int add_tmpfs(Domain *d, const Mount *mount, const LxcEntry *entry, const char *root, Error *err)
{
        const char *size = option_value(mount, "size=");
        uint64_t bytes;
        Filesystem *fs;

        if (!lxc_size(size ? size : "50%", root, &bytes))
                return lxc_entry_error(entry, "a tmpfs whose size= is a number with k, m, g or %", err);
        fs = add_filesystem(d, FILESYSTEM_RAM, NULL, mount->target);
        fs->usage = bytes / KIB;
        fs->usage_units = g_strdup("KiB");
        fs->readonly = has_option(mount, "ro");
        return 0;
}

static int add_mount(Domain *d, const Mount *mount, const LxcEntry *entry, const char *root, Error *err)
{
        bool bind = has_option(mount, "bind") || has_option(mount, "rbind");
        FilesystemType type = bind ? FILESYSTEM_MOUNT : FILESYSTEM_BLOCK;

        if (d->n_filesystems >= MOUNTS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d mounts", MOUNTS_MAX);
        if (strcmp(mount->type, "tmpfs") == 0)
                return add_tmpfs(d, mount, entry, root, err);
        if (*mount->source != '/') /* of the kernel's own: cgroup, devpts, mqueue */
                return 0;
        add_filesystem(d, type, mount->source, mount->target)->readonly = has_option(mount, "ro");
        return 0;
}

/* The words of a line; blanks within a word are written \040. */
static char **split_words(const char *line)
{
        g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);
        GPtrArray *found = g_ptr_array_new();

        for (char **word = words; *word; word++)
                if (**word)
                        g_ptr_array_add(found, g_strcompress(*word));
        g_ptr_array_add(found, NULL);
        return (char **)g_ptr_array_free(found, FALSE);
}

static int read_mount(const LxcEntry *entry, const LxcConfOptions *options, Domain *d, Error *err)
{
        g_auto(GStrv) words = split_words(entry->value);
        g_auto(GStrv) mount_options = NULL;
        g_autofree char *target = NULL;
        Mount mount = { 0 };

        if (*entry->value == '\0')
                return 0;
        if (g_strv_length(words) < 3)
                return lxc_entry_error(entry, "SOURCE TARGET TYPE OPTIONS, as in fstab", err);
        if (!g_utf8_validate(words[0], -1, NULL) || !g_utf8_validate(words[1], -1, NULL))
                return lxc_entry_error(entry, "UTF-8", err);
        target = *words[1] == '/' ? g_strdup(words[1]) : g_strconcat("/", words[1], NULL);
        mount_options = g_strsplit(words[3] ? words[3] : "", ",", -1);
        mount = (Mount){ .source = words[0], .type = words[2], .target = target, .options = mount_options };
        return is_basic(target) ? 0 : add_mount(d, &mount, entry, options->root, err);
}

static int read_root(const GPtrArray *entries, Domain *d, Error *err)
{
        const char *path = lxc_entries_value(entries, "lxc.rootfs.path", "lxc.rootfs");

        if (!path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing lxc.rootfs.path configuration");
        if (g_str_has_prefix(path, "dir:"))
                path += strlen("dir:");
        if (*path != '/')
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "root file system '%s': only a folder or a block device is possible", path);
        add_filesystem(d, g_str_has_prefix(path, "/dev/") ? FILESYSTEM_BLOCK : FILESYSTEM_MOUNT, path, "/");
        return 0;
}

int lxc_read_mounts(const GPtrArray *entries, const LxcConfOptions *options, Domain *d, Error *err)
{
        if (lxc_entries_value(entries, "lxc.mount.fstab", "lxc.mount"))
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "lxc.mount.fstab or lxc.mount found, use lxc.mount.entry lines instead");
        if (read_root(entries, d, err) < 0)
                return -1;
        for (guint i = 0; i < entries->len; i++) {
                const LxcEntry *entry = g_ptr_array_index(entries, i);

                if (strcmp(entry->key, "lxc.mount.entry") == 0 && read_mount(entry, options, d, err) < 0)
                        return -1;
        }
        return 0;
}
