/* See cgroup.h: where groups are, and their life. What is in them is in cgroup_values.c. */
#include "util/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_private.h"
#include "util/auto.h"
#include "util/file.h"

enum { TABLE_MAX = 4 << 20, VALUE_MAX = 64 * 1024 };

/* cgroup_controller_names in version 2; NULL: there without being switched on, or not there at all. */
static const char *const unified_names[CGROUP_CONTROLLERS] = { "cpu", NULL, "cpuset", "memory", "io", NULL };

/* Mount points by controller. */
typedef struct Trees {
        char *mounts[CGROUP_CONTROLLERS];
        char *unified; /* NULL: none, or none with controllers */
        bool in_unified[CGROUP_CONTROLLERS];
} Trees;

static void trees_done(Trees *trees)
{
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
                g_free(trees->mounts[i]);
        g_free(trees->unified);
}

static bool has_word(const char *list, const char *word, const char *separators)
{
        g_auto(GStrv) words = g_strsplit_set(list, separators, -1);

        return g_strv_contains((const char *const *)words, word);
}

static void note_unified(Trees *trees, const char *folder)
{
        g_autofree char *path = g_build_filename(folder, "cgroup.controllers", NULL);
        g_autofree char *list = NULL;
        bool any = false;

        if (trees->unified || file_read(path, VALUE_MAX, &list, NULL, NULL) < 0)
                return;
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                trees->in_unified[i] = unified_names[i] && has_word(list, unified_names[i], " \n");
                any = any || trees->in_unified[i];
        }
        /* Processor time is counted wherever the processor is controlled. */
        trees->in_unified[CGROUP_CPUACCT] = trees->in_unified[CGROUP_CPU];
        if (any)
                trees->unified = g_strdup(folder);
}

static int find_trees(const char *root, Trees *trees, Error *err)
{
        g_autofree char *path = g_strconcat(root, "/proc/self/mounts", NULL);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        *trees = (Trees){ 0 };
        if (file_read(path, TABLE_MAX, &text, NULL, err) < 0)
                return -1;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                g_auto(GStrv) fields = g_strsplit(*line, " ", 5);
                g_autofree char *folder = NULL;

                if (g_strv_length(fields) < 4)
                        continue;
                folder = g_strconcat(root, fields[1], NULL);
                if (strcmp(fields[2], "cgroup2") == 0)
                        note_unified(trees, folder);
                for (size_t i = 0; strcmp(fields[2], "cgroup") == 0 && i < CGROUP_CONTROLLERS; i++)
                        if (!trees->mounts[i] && has_word(fields[3], cgroup_controller_names[i], ","))
                                trees->mounts[i] = g_strdup(folder);
        }
        /* No file tells of it: the kernel is asked, which is the running one. */
        trees->in_unified[CGROUP_DEVICES] =
                trees->unified && !trees->mounts[CGROUP_DEVICES] && !root[0] && cgroup_bpf_works();
        return 0;
}

/* A group that exists, or is to. */
static Cgroup *group_at(const Trees *trees, const char *name, unsigned wanted)
{
        Cgroup *group = g_new0(Cgroup, 1);

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                const char *mount = trees->in_unified[i] ? trees->unified : trees->mounts[i];

                if (!mount || !(wanted & 1U << i))
                        continue;
                group->unified[i] = trees->in_unified[i];
                group->folders[i] = g_build_filename(mount, name, NULL);
                group->tops[i] = g_strdup(mount);
        }
        return group;
}

Cgroup *cgroup_free(Cgroup *group)
{
        if (!group)
                return NULL;
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                g_free(group->folders[i]);
                g_free(group->tops[i]);
        }
        g_free(group);
        return NULL;
}

static bool is_empty(const Cgroup *group)
{
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
                if (group->folders[i])
                        return false;
        return true;
}

/* A folder that several controllers have is met once: the first index with it. */
bool cgroup_is_first(const Cgroup *group, size_t index)
{
        for (size_t i = 0; i < index; i++)
                if (g_strcmp0(group->folders[i], group->folders[index]) == 0)
                        return false;
        return group->folders[index] != NULL;
}

/* Making */

/* A new group has no processors and no memory until it is given some: its parent's. */
static int inherit(const char *parent, const char *folder, const char *file, Error *err)
{
        g_autofree char *from = g_build_filename(parent, file, NULL);
        g_autofree char *to = g_build_filename(folder, file, NULL);
        g_autofree char *value = NULL;
        g_autofree char *old = NULL;

        if (file_read(to, VALUE_MAX, &old, NULL, err) < 0 || file_read(from, VALUE_MAX, &value, NULL, err) < 0)
                return -1;
        if (g_strstrip(old)[0])
                return 0;
        return cgroup_write(to, g_strstrip(value), err);
}

static int make_v1(const char *parent, const char *folder, CgroupController controller, Error *err)
{
        if (mkdir(folder, 0755) < 0 && errno != EEXIST)
                return error_errno(err, errno, "Failed to create controller %s for group '%s'",
                                   cgroup_controller_names[controller], folder);
        if (controller != CGROUP_CPUSET)
                return 0;
        return inherit(parent, folder, "cpuset.cpus", err) < 0 || inherit(parent, folder, "cpuset.mems", err) < 0 ? -1
                                                                                                                  : 0;
}

/* What the children of @folder are to be controlled by; what the kernel refuses is missing then, which shows later. */
static void hand_down(const char *folder, bool threads)
{
        static const char *const all[] = { "+cpu", "+cpuset", "+memory", "+io", NULL };
        static const char *const threaded[] = { "+cpu", "+cpuset", NULL };
        g_autofree char *path = g_build_filename(folder, "cgroup.subtree_control", NULL);

        for (const char *const *word = threads ? threaded : all; *word; word++)
                cgroup_write(path, *word, NULL);
}

static int make_v2(const char *parent, const char *folder, bool threads, Error *err)
{
        g_autofree char *type = g_build_filename(folder, "cgroup.type", NULL);

        if (!threads)
                hand_down(parent, false);
        if (mkdir(folder, 0755) < 0 && errno != EEXIST)
                return error_errno(err, errno, "Failed to create cgroup '%s'", folder);
        if (!threads)
                return 0;
        if (cgroup_write(type, "threaded", err) < 0)
                return -1;
        hand_down(parent, true);
        return 0;
}

static int make_folder(const Cgroup *group, size_t index, bool threads, Error *err)
{
        const char *folder = group->folders[index];
        g_autofree char *parent = g_path_get_dirname(folder);

        return group->unified[index] ? make_v2(parent, folder, threads, err)
                                     : make_v1(parent, folder, (CgroupController)index, err);
}

static int make_group(const Cgroup *group, bool threads, Error *err)
{
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                /* Mounted together, in version 1, cpuset may be the second name of a folder. */
                if (!group->folders[i] || (group->unified[i] && !cgroup_is_first(group, i)))
                        continue;
                if (make_folder(group, i, threads, err) < 0)
                        return -1;
        }
        return 0;
}

/* "/a/b" is "/a" and then "/a/b". */
static int make_parents(const Trees *trees, const char *partition, unsigned wanted, Error *err)
{
        g_auto(GStrv) names = g_strsplit(partition, "/", -1);
        g_autoptr(GString) path = g_string_new(NULL);

        for (char **name = names; *name; name++) {
                g_autoptr(Cgroup) group = NULL;

                if (!**name)
                        continue;
                g_string_append_printf(path, "/%s", *name);
                group = group_at(trees, path->str, wanted);
                if (make_group(group, false, err) < 0)
                        return -1;
        }
        return 0;
}

Cgroup *cgroup_make(const char *root, const char *partition, const char *name, unsigned wanted, Error *err)
{
        __attribute__((cleanup(trees_done))) Trees trees;
        g_autofree char *path = g_build_filename(partition, name, NULL);
        g_autoptr(Cgroup) group = NULL;

        if (find_trees(root, &trees, err) < 0)
                return NULL;
        group = group_at(&trees, path, wanted);
        if (is_empty(group))
                return NULL;
        if (make_parents(&trees, partition, wanted, err) < 0)
                return NULL;
        if (make_group(group, false, err) < 0) {
                cgroup_remove(group, NULL);
                return NULL;
        }
        return g_steal_pointer(&group);
}

/* Into the folders of one version. */
static int move_in(const Cgroup *group, bool unified, pid_t pid, Error *err)
{
        g_autofree char *number = g_strdup_printf("%d", pid);

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                g_autofree char *path = NULL;

                if (!cgroup_is_first(group, i) || group->unified[i] != unified)
                        continue;
                if (mkdir(group->folders[i], 0755) < 0 && errno != EEXIST)
                        return error_errno(err, errno, "Failed to create cgroup '%s'", group->folders[i]);
                path = g_build_filename(group->folders[i], "cgroup.procs", NULL);
                if (cgroup_write(path, number, err) < 0)
                        return -1;
        }
        return 0;
}

Cgroup *cgroup_make_around(const char *root, const char *partition, const char *name, unsigned wanted, pid_t pid,
                           Error *err)
{
        __attribute__((cleanup(trees_done))) Trees trees;
        g_autofree char *path = g_build_filename(partition, name, NULL);
        g_autoptr(Cgroup) planned = NULL;
        g_autoptr(Cgroup) group = NULL;

        if (find_trees(root, &trees, err) < 0)
                return NULL;
        planned = group_at(&trees, path, wanted);
        if (move_in(planned, true, pid, err) < 0)
                return NULL;
        group = cgroup_make(root, partition, name, wanted, err);
        return group && move_in(group, false, pid, err) == 0 ? g_steal_pointer(&group) : NULL;
}

Cgroup *cgroup_find(const char *root, const char *partition, const char *name, Error *err)
{
        __attribute__((cleanup(trees_done))) Trees trees;
        g_autofree char *path = g_build_filename(partition, name, NULL);
        g_autoptr(Cgroup) group = NULL;

        if (find_trees(root, &trees, err) < 0)
                return NULL;
        group = group_at(&trees, path, ~0U);
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
                if (group->folders[i] && access(group->folders[i], F_OK) < 0)
                        g_clear_pointer(&group->folders[i], g_free);
        return is_empty(group) ? NULL : g_steal_pointer(&group);
}

static Cgroup *derive(const Cgroup *group, char *(*name)(const char *folder, const void *opaque), const void *opaque)
{
        Cgroup *other = g_new0(Cgroup, 1);

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                if (!group->folders[i])
                        continue;
                other->folders[i] = name(group->folders[i], opaque);
                other->tops[i] = g_strdup(group->tops[i]);
                other->unified[i] = group->unified[i];
        }
        return other;
}

static char *child_name(const char *folder, const void *name)
{
        return g_build_filename(folder, (const char *)name, NULL);
}

Cgroup *cgroup_child(const Cgroup *group, const char *name, bool make, Error *err)
{
        g_autoptr(Cgroup) child = derive(group, child_name, name);

        /* Threads are controlled by some controllers only. */
        for (CgroupController i = CGROUP_MEMORY; i < CGROUP_CONTROLLERS; i++)
                g_clear_pointer(&child->folders[i], g_free);
        if (is_empty(child))
                return make ? g_steal_pointer(&child) : NULL;
        if (make) {
                if (make_group(child, true, err) < 0)
                        return NULL;
                return g_steal_pointer(&child);
        }
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
                if (child->folders[i] && access(child->folders[i], F_OK) < 0)
                        g_clear_pointer(&child->folders[i], g_free);
        return is_empty(child) ? NULL : g_steal_pointer(&child);
}

static char *parent_name(const char *folder, const void *opaque)
{
        const char *const *patterns = opaque;
        g_autofree char *last = g_path_get_basename(folder);

        for (; *patterns; patterns++)
                if (g_pattern_match_simple(*patterns, last))
                        return g_path_get_dirname(folder);
        return g_strdup(folder);
}

Cgroup *cgroup_up(const Cgroup *group, const char *const *patterns)
{
        return derive(group, parent_name, patterns);
}

/* One line of /proc/PID/cgroup: NUMBER:CONTROLLERS:PATH. */
static void note_place(const Trees *trees, const char *line, Cgroup *group)
{
        g_auto(GStrv) fields = g_strsplit(line, ":", 3);

        if (g_strv_length(fields) < 3 || strcmp(fields[2], "/") == 0)
                return;
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                bool unified = trees->in_unified[i];
                const char *mount = unified ? trees->unified : trees->mounts[i];

                if (!mount || group->folders[i] ||
                    (unified ? fields[1][0] != '\0' : !has_word(fields[1], cgroup_controller_names[i], ",")))
                        continue;
                group->unified[i] = unified;
                group->folders[i] = g_build_filename(mount, fields[2], NULL);
                group->tops[i] = g_strdup(mount);
        }
}

Cgroup *cgroup_of_process(const char *root, pid_t pid, Error *err)
{
        __attribute__((cleanup(trees_done))) Trees trees;
        g_autofree char *path = g_strdup_printf("%s/proc/%d/cgroup", root, pid);
        g_autoptr(Cgroup) group = g_new0(Cgroup, 1);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (find_trees(root, &trees, err) < 0 || file_read(path, VALUE_MAX, &text, NULL, err) < 0)
                return NULL;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
                note_place(&trees, *line, group);
        return is_empty(group) ? NULL : g_steal_pointer(&group);
}

/* Its end */

static int remove_tree(const char *folder, Error *err)
{
        AUTO_DIR DIR *dir = opendir(folder);
        struct dirent *item;

        if (!dir)
                return errno == ENOENT ? 0 : error_errno(err, errno, "Unable to open '%s'", folder);
        while ((item = readdir(dir))) {
                g_autofree char *inner = NULL;

                if (item->d_type != DT_DIR || item->d_name[0] == '.')
                        continue;
                inner = g_build_filename(folder, item->d_name, NULL);
                if (remove_tree(inner, err) < 0)
                        return -1;
        }
        if (rmdir(folder) < 0 && errno != ENOENT)
                return error_errno(err, errno, "Unable to remove cgroup '%s'", folder);
        return 0;
}

int cgroup_remove(const Cgroup *group, Error *err)
{
        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
                if (cgroup_is_first(group, i) && remove_tree(group->folders[i], err) < 0)
                        return -1;
        return 0;
}

void cgroup_drop(Cgroup *group, CgroupController controller)
{
        g_clear_pointer(&group->folders[controller], g_free);
}

bool cgroup_has(const Cgroup *group, CgroupController controller)
{
        return group && group->folders[controller];
}

bool cgroup_is_unified(const Cgroup *group, CgroupController controller)
{
        return cgroup_has(group, controller) && group->unified[controller];
}

const char *cgroup_path(const Cgroup *group, CgroupController controller)
{
        return group ? group->folders[controller] : NULL;
}

/* Members */

/* What a new process, of one thread still, writes itself into. Version 1 has a file for threads, and who moves its own
 * thread alone is not kept waiting: for a process the kernel stops all forks first, which costs it a grace period. In
 * version 2 a thread cannot leave its process's group. */
static char *join_path(const Cgroup *group, const Cgroup *part, size_t index)
{
        const char *inner = part ? part->folders[index] : NULL;

        return g_build_filename(inner ? inner : group->folders[index], group->unified[index] ? "cgroup.procs" : "tasks",
                                NULL);
}

int cgroup_open_joins(const Cgroup *group, const Cgroup *part, int ret_fds[CGROUP_CONTROLLERS], Error *err)
{
        int n = 0;

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                g_autofree char *path = NULL;
                int fd;

                if (!cgroup_is_first(group, i))
                        continue;
                path = join_path(group, part, i);
                fd = open(path, O_WRONLY | O_CLOEXEC);
                if (fd >= 0) {
                        ret_fds[n++] = fd;
                        continue;
                }
                error_errno(err, errno, "cannot open '%s'", path);
                while (n > 0)
                        close(ret_fds[--n]);
                return -1;
        }
        return n;
}

int cgroup_add_thread(const Cgroup *group, pid_t tid, Error *err)
{
        g_autofree char *number = g_strdup_printf("%d", tid);

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                ERROR_AUTO Error why = ERROR_INIT;
                g_autofree char *path = NULL;

                if (!cgroup_is_first(group, i))
                        continue;
                path = g_build_filename(group->folders[i], group->unified[i] ? "cgroup.threads" : "tasks", NULL);
                if (cgroup_write(path, number, &why) < 0 && why.int1 != ESRCH)
                        return error_move(err, &why);
        }
        return 0;
}
