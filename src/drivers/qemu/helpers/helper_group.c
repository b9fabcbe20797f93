/* See helper_group.h. */
#include "helpers/helper_group.h"

#include "guest/group.h"
#include "util/file.h"
#include "util/text.h"

/* One that waits. */
typedef struct Outside {
        char *program, *pid_file;
} Outside;

struct HelpersOutside {
        GPtrArray *list; /* of Outside */
};

static void outside_free(void *opaque)
{
        Outside *outside = opaque;

        g_free(outside->program);
        g_free(outside->pid_file);
        g_free(outside);
}

void helpers_outside_free(struct HelpersOutside *outside)
{
        if (!outside)
                return;
        g_ptr_array_unref(outside->list);
        g_free(outside);
}

void helper_group_wait(Guest *guest, const Helper *helper)
{
        Outside *outside = g_new0(Outside, 1);

        *outside = (Outside){ .program = g_strdup(helper->program), .pid_file = g_strdup(helper->pid_file) };
        if (!guest->outside) {
                guest->outside = g_new0(struct HelpersOutside, 1);
                guest->outside->list = g_ptr_array_new_with_free_func(outside_free);
        }
        g_ptr_array_add(guest->outside->list, outside);
}

static int take(const Cgroup *group, GHashTable *taken, pid_t pid, Error *err)
{
        g_hash_table_add(taken, GINT_TO_POINTER(pid));
        return guest_group_take(group, pid, err);
}

/* The children of those that were taken; 1: there were some. What they start from now on is born in the group. */
static int take_children(const Cgroup *group, GHashTable *taken, Error *err)
{
        g_auto(GStrv) names = NULL;
        int found = 0;

        if (dir_list("/proc", NULL, &names, err) < 0)
                return -1;
        for (char **name = names; *name; name++) {
                unsigned pid;

                if (!text_to_uint(*name, 10, &pid) || g_hash_table_contains(taken, GINT_TO_POINTER(pid)) ||
                    !g_hash_table_contains(taken, GINT_TO_POINTER(process_parent((pid_t)pid))))
                        continue;
                if (take(group, taken, (pid_t)pid, err) < 0)
                        return -1;
                found = 1;
        }
        return found;
}

static int take_all(const Cgroup *group, GPtrArray *list, Error *err)
{
        g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
        int r;

        for (guint i = 0; i < list->len; i++) {
                const Outside *outside = g_ptr_array_index(list, i);
                const Helper helper = { .program = outside->program, .pid_file = outside->pid_file };
                pid_t pid = helper_pid(&helper);

                if (pid && take(group, taken, pid, err) < 0)
                        return -1;
        }
        do
                r = g_hash_table_size(taken) > 0 ? take_children(group, taken, err) : 0;
        while (r > 0);
        return r;
}

int helper_group_join(Guest *guest, const Cgroup *group, Error *err)
{
        int r = group && guest->outside ? take_all(group, guest->outside->list, err) : 0;

        g_clear_pointer(&guest->outside, helpers_outside_free);
        return r;
}
