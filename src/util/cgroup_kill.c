/* See cgroup.h: the end of what runs in a group. */
#include <dirent.h>
#include <errno.h>

#include "cgroup_private.h"
#include "util/auto.h"
#include "util/cgroup.h"
#include "util/file.h"
#include "util/process.h"
#include "util/text.h"

enum { PROCESSES_MAX = 1 << 20 };

static int64_t ms_until(int64_t end)
{
        int64_t left = (end - g_get_monotonic_time()) / 1000;

        return left > 0 ? left : 0;
}

/* How many processes there were in @folder itself; -1: one does not end. */
static int end_processes(const char *folder, int64_t end)
{
        g_autofree char *path = g_build_filename(folder, "cgroup.procs", NULL);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;
        int n = 0;

        /* The group is gone. */
        if (file_read(path, PROCESSES_MAX, &text, NULL, NULL) < 0)
                return 0;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                int pid = 0;

                if (!**line)
                        continue;
                /* 0: somebody of another pid namespace. */
                if (!text_to_int(*line, 10, &pid) || pid <= 0 || !process_kill(pid, (int)ms_until(end)))
                        return -1;
                n++;
        }
        return n;
}

static int end_tree(const char *folder, int64_t end)
{
        AUTO_DIR DIR *dir = opendir(folder);
        struct dirent *item;
        int n;

        if (!dir)
                return 0;
        n = end_processes(folder, end);
        while (n >= 0 && (item = readdir(dir))) {
                g_autofree char *inner = NULL;
                int more;

                if (item->d_type != DT_DIR || item->d_name[0] == '.')
                        continue;
                inner = g_build_filename(folder, item->d_name, NULL);
                more = end_tree(inner, end);
                n = more < 0 ? -1 : n + more;
        }
        return n;
}

int cgroup_kill(const Cgroup *group, int deadline_ms, Error *err)
{
        int64_t end = g_get_monotonic_time() + (int64_t)deadline_ms * 1000;

        for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
                int n;

                if (!cgroup_is_first(group, i))
                        continue;
                /* A process may have had a child meanwhile: until nobody was found. */
                while ((n = end_tree(group->folders[i], end)) > 0 && ms_until(end) > 0)
                        ;
                if (n != 0)
                        return error_errno(err, EBUSY, "a process in '%s' does not end", group->folders[i]);
        }
        return 0;
}
