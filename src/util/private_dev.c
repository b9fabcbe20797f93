/* See private_dev.h: the plan. What carries it out is in private_dev_child.c. */
#include "private_dev_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/namespace.h"

enum { LINKS_MAX = 40, LABEL_MAX = 4096, TABLE_MAX = 16 << 20 };

static void step_free(void *opaque)
{
        DevStep *step = opaque;

        for (size_t i = 0; i < DEV_LABELS; i++)
                g_free(step->labels[i]);
        if (step->tree >= 0)
                close(step->tree);
        g_free(step->path);
        g_free(step->source);
        g_free(step->target);
        g_free(step);
}

PrivateDev *private_dev_new(const char *folder)
{
        PrivateDev *plan = g_new0(PrivateDev, 1);
        struct stat info;

        plan->folder = g_strdup(folder);
        plan->steps = g_ptr_array_new_with_free_func(step_free);
        plan->paths = g_hash_table_new(g_str_hash, g_str_equal);
        plan->failed = -1;
        plan->mode = 0755;
        if (lstat(folder, &info) == 0) {
                plan->host_device = info.st_dev;
                plan->host_inode = info.st_ino;
                plan->mode = info.st_mode & 07777;
        }
        return plan;
}

PrivateDev *private_dev_of(const char *folder, pid_t pid)
{
        PrivateDev *plan = private_dev_new(folder);

        plan->root = g_strdup_printf("/proc/%d/root", pid);
        return plan;
}

PrivateDev *private_dev_free(PrivateDev *plan)
{
        if (!plan)
                return NULL;
        g_hash_table_unref(plan->paths);
        g_ptr_array_unref(plan->steps);
        g_free(plan->folder);
        g_free(plan->root);
        g_free(plan->stage);
        g_free(plan);
        return NULL;
}

/* What comes after the folder in @path, NULL when it is elsewhere. */
static const char *below(const PrivateDev *plan, const char *path)
{
        size_t length = strlen(plan->folder);

        return strncmp(path, plan->folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static bool is_under(const char *path, const char *folder)
{
        size_t length = strlen(folder);

        return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Inside of something that is mounted as a whole. */
static bool comes_along(const PrivateDev *plan, const char *path)
{
        for (guint i = 0; i < plan->steps->len; i++) {
                const DevStep *step = g_ptr_array_index(plan->steps, i);

                if (step->kind == DEV_MOUNT && is_under(path, step->path))
                        return true;
        }
        return false;
}

static void copy_labels(DevStep *step)
{
        for (size_t i = 0; i < DEV_LABELS; i++) {
                char room[LABEL_MAX];
                ssize_t length = lgetxattr(step->source, dev_label_names[i], room, sizeof(room));

                if (length <= 0)
                        continue;
                step->labels[i] = g_memdup2(room, (size_t)length);
                step->label_lengths[i] = (size_t)length;
        }
}

static DevStep *add_step(PrivateDev *plan, DevKind kind, const char *path, const char *source, const struct stat *info)
{
        DevStep *step = g_new0(DevStep, 1);

        step->kind = kind;
        step->path = g_strdup(path);
        step->source = g_strdup(source);
        step->mode = info->st_mode;
        step->uid = info->st_uid;
        step->gid = info->st_gid;
        step->device = info->st_rdev;
        step->host_device = info->st_dev;
        step->host_inode = info->st_ino;
        step->tree = -1;
        if (kind == DEV_FOLDER || kind == DEV_NODE)
                copy_labels(step);
        g_ptr_array_add(plan->steps, step);
        g_hash_table_insert(plan->paths, step->path, step);
        return step;
}

static DevKind kind_of(mode_t mode, bool last)
{
        if (S_ISLNK(mode))
                return DEV_LINK;
        if (S_ISCHR(mode) || S_ISBLK(mode))
                return DEV_NODE;
        return S_ISDIR(mode) && !last ? DEV_FOLDER : DEV_MOUNT;
}

/* One thing on the way: @full, of which the rest of the way is still to come unless @last. */
static void note(PrivateDev *plan, const char *full, const struct stat *info, bool last, const char *target, uid_t uid,
                 gid_t gid)
{
        const char *path = below(plan, full);
        DevKind kind = kind_of(info->st_mode, last);
        DevStep *step;

        if (!path || comes_along(plan, path))
                return;
        step = g_hash_table_lookup(plan->paths, path);
        /* A way led through the folder before, now all of it is wanted. */
        if (step && step->kind == DEV_FOLDER && kind == DEV_MOUNT)
                step->kind = DEV_MOUNT;
        if (!step)
                step = add_step(plan, kind, path, full, info);
        if (kind == DEV_LINK && !step->target)
                step->target = g_strdup(target);
        if (kind == DEV_NODE && uid != (uid_t)-1)
                step->uid = uid;
        if (kind == DEV_NODE && gid != (gid_t)-1)
                step->gid = gid;
}

/* The way to a path: what is behind, and what is still to come. */
typedef struct Walk {
        GString *done; /* "" or "/dev/disk": no links in it */
        char *rest;
        int links;
} Walk;

static void walk_done(Walk *walk)
{
        g_string_free(walk->done, TRUE);
        g_free(walk->rest);
}

/* The next name on the way; NULL: it is at its end. The caller frees. */
static char *next_name(Walk *walk)
{
        const char *start = walk->rest + strspn(walk->rest, "/");
        size_t length = strcspn(start, "/");
        char *name = length ? g_strndup(start, length) : NULL;
        char *rest = g_strdup(start + length);

        g_free(walk->rest);
        walk->rest = rest;
        return name;
}

static void go_up(Walk *walk)
{
        char *slash = strrchr(walk->done->str, '/');

        g_string_truncate(walk->done, slash ? (gsize)(slash - walk->done->str) : 0);
}

/* @target instead of the link that @walk has come to (and has not entered). */
static void follow(Walk *walk, const char *target)
{
        char *rest = g_strconcat(target, "/", walk->rest, NULL);

        g_free(walk->rest);
        walk->rest = rest;
        if (target[0] == '/')
                g_string_truncate(walk->done, 0);
}

static int walk_name(PrivateDev *plan, Walk *walk, const char *name, uid_t uid, gid_t gid, Error *err)
{
        g_autofree char *full = g_strconcat(walk->done->str, "/", name, NULL);
        g_autofree char *target = NULL;
        bool last = walk->rest[strspn(walk->rest, "/")] == '\0';
        g_autofree char *seen = g_strconcat(plan->root ? plan->root : "", full, NULL);
        struct stat info;

        if (lstat(seen, &info) < 0)
                return errno == ENOENT || errno == ENOTDIR ? PRIVATE_DEV_MISSING
                                                           : error_errno(err, errno, "cannot look at '%s'", full);
        if (S_ISLNK(info.st_mode)) {
                target = g_file_read_link(seen, NULL);
                if (!target)
                        return error_errno(err, errno, "cannot read the link '%s'", full);
                if (++walk->links > LINKS_MAX)
                        return error_errno(err, ELOOP, "cannot follow the link '%s'", full);
        }
        note(plan, full, &info, last, target, uid, gid);
        if (target)
                follow(walk, target);
        else
                g_string_assign(walk->done, full);
        return PRIVATE_DEV_ADDED;
}

int private_dev_add(PrivateDev *plan, const char *path, uid_t uid, gid_t gid, Error *err)
{
        Walk walk = { .done = g_string_new(NULL), .rest = g_strdup(path) };
        int r = PRIVATE_DEV_ADDED;
        char *name;

        while (r == PRIVATE_DEV_ADDED && (name = next_name(&walk))) {
                if (strcmp(name, "..") == 0)
                        go_up(&walk);
                else if (strcmp(name, ".") != 0)
                        r = walk_name(plan, &walk, name, uid, gid, err);
                g_free(name);
        }
        walk_done(&walk);
        return r;
}

void private_dev_label(PrivateDev *plan, const char *path, const char *label)
{
        char *real = realpath(path, NULL);
        const char *name = real ? below(plan, real) : NULL;
        DevStep *step = name ? g_hash_table_lookup(plan->paths, name) : NULL;

        free(real);
        if (!step || step->kind != DEV_NODE)
                return;
        g_free(step->labels[0]); /* security.selinux */
        step->labels[0] = g_strdup(label);
        step->label_lengths[0] = strlen(label) + 1;
}

/* \040 and the like, in place. */
static void unescape(char *text)
{
        char *to = text;

        for (const char *from = text; *from; from++) {
                if (from[0] == '\\' && from[1] && from[2] && from[3]) {
                        *to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
                        from += 3;
                } else {
                        *to++ = *from;
                }
        }
        *to = '\0';
}

/* The folders on the way to a mount, then the mount. */
static int carry(PrivateDev *plan, const char *point, Error *err)
{
        const char *path = below(plan, point);
        DevStep *step;

        if (!path || comes_along(plan, path))
                return 0;
        if (private_dev_add(plan, point, (uid_t)-1, (gid_t)-1, err) < 0)
                return -1;
        /* A mount point may be a node (a container's console): the mount is carried over all the same. */
        step = g_hash_table_lookup(plan->paths, path);
        if (step) {
                step->kind = DEV_MOUNT;
                step->carried = true;
        }
        return 0;
}

static int compare_paths(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int private_dev_mounts(PrivateDev *plan, const char *table, Error *err)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;
        g_autoptr(GPtrArray) points = g_ptr_array_new_with_free_func(g_free);

        if (file_read(table, TABLE_MAX, &text, NULL, err) < 0)
                return -1;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                g_auto(GStrv) fields = g_strsplit(*line, " ", 6);

                if (g_strv_length(fields) < 6)
                        continue;
                unescape(fields[4]);
                if (below(plan, fields[4]))
                        g_ptr_array_add(points, g_strdup(fields[4]));
        }
        /* Outer ones first: what is mounted inside of them comes with them. */
        g_ptr_array_sort(points, compare_paths);
        for (guint i = 0; i < points->len; i++)
                if (carry(plan, g_ptr_array_index(points, i), err) < 0)
                        return -1;
        return 0;
}

void private_dev_subtract(PrivateDev *plan, const PrivateDev *keep)
{
        for (guint i = 0; i < plan->steps->len;) {
                const DevStep *step = g_ptr_array_index(plan->steps, i);

                if (!g_hash_table_contains(keep->paths, step->path)) {
                        i++;
                        continue;
                }
                g_hash_table_remove(plan->paths, step->path);
                g_ptr_array_remove_index(plan->steps, i);
        }
}

bool private_dev_is_empty(const PrivateDev *plan)
{
        return plan->steps->len == 0;
}

char *private_dev_text(const PrivateDev *plan)
{
        static const char *const kinds[] = { "folder", "link", "node", "mount" };
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < plan->steps->len; i++) {
                const DevStep *step = g_ptr_array_index(plan->steps, i);

                g_string_append_printf(text, "%s %s", kinds[step->kind], step->path);
                if (step->target)
                        g_string_append_printf(text, " -> %s", step->target);
                g_string_append_c(text, '\n');
        }
        return g_string_free(text, FALSE);
}

void private_dev_stage(PrivateDev *plan, const char *stage)
{
        g_free(plan->stage);
        plan->stage = g_strdup(stage);
}

const char *private_dev_failed(const PrivateDev *plan)
{
        return plan->failed < 0 ? NULL : ((DevStep *)g_ptr_array_index(plan->steps, plan->failed))->source;
}

/* The other namespace does not have the originals: they are taken along as mounts of their own. */
static int take_trees(PrivateDev *plan, Error *err)
{
        for (guint i = 0; i < plan->steps->len; i++) {
                DevStep *step = g_ptr_array_index(plan->steps, i);

                if (step->kind != DEV_MOUNT || step->tree >= 0)
                        continue;
                step->tree = open_tree(AT_FDCWD, step->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
                if (step->tree < 0)
                        return error_errno(err, errno, "cannot take '%s' into another mount namespace", step->source);
        }
        return 0;
}

static int visit(PrivateDev *plan, pid_t pid, const char *what, int (*step)(void *opaque), Error *err)
{
        AUTO_FD int fd = namespace_open(pid, err);
        const char *at;
        int r;

        if (fd < 0)
                return -1;
        plan->failed = -1;
        r = namespace_call(fd, step, plan, err);
        if (r <= 0)
                return r;
        at = private_dev_failed(plan);
        return error_errno(err, r, "cannot %s '%s' %s the private %s of process %d", what, at ? at : plan->folder,
                           step == dev_child_attach ? "to" : "from", plan->folder, pid);
}

int private_dev_attach(PrivateDev *plan, pid_t pid, Error *err)
{
        if (private_dev_is_empty(plan))
                return 0;
        if (take_trees(plan, err) < 0)
                return -1;
        return visit(plan, pid, "add", dev_child_attach, err);
}

int private_dev_detach(PrivateDev *plan, pid_t pid, Error *err)
{
        if (private_dev_is_empty(plan))
                return 0;
        return visit(plan, pid, "remove", dev_child_detach, err);
}
