#include "util/cgroup.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_folder.h"
#include "util/auto.h"
#include "util/process.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Process, process_free)

enum { ALL = (1 << CGROUP_CONTROLLERS) - 1 };

/* A host in a folder: what the kernel would make appears as far as the test put it there. */
static char *host_new(void)
{
        return g_dir_make_tmp("vireo-cgroup-XXXXXX", NULL);
}

static void assert_text(const char *host, const char *name, const char *want)
{
        g_autofree char *text = test_get(host, name);

        g_assert_cmpstr(text, ==, want);
}

static void host_end(char *host)
{
        test_remove(host);
        g_free(host);
}

static void test_none(void)
{
        char *host = host_new();
        ERROR_AUTO Error err = ERROR_INIT;

        test_put(host, "proc/self/mounts", "proc /proc proc rw 0 0\ncgroup /c cgroup rw,name=systemd 0 0\n");
        g_assert_null(cgroup_make(host, "/machine", "a", ALL, &err));
        g_assert_false(error_is_set(&err));
        host_end(host);
}

static void test_v1(void)
{
        char *host = host_new();
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Cgroup) group = NULL;
        uint64_t value = 0;

        test_put(host, "proc/self/mounts",
                 "cgroup /cg/cpu cgroup rw,cpu,cpuacct 0 0\ncgroup /cg/blkio cgroup rw,blkio 0 0\ncgroup2 /cg/two "
                 "cgroup2 "
                 "rw 0 0\n");
        test_put(host, "cg/two/cgroup.controllers", "\n");
        test_put(host, "cg/cpu/machine/qemu-1-a/cpu.shares", "1024\n");
        test_put(host, "cg/cpu/machine/qemu-1-a/cpuacct.stat", "user 3\nsystem 4\n");
        test_put(host, "cg/blkio/machine/qemu-1-a/blkio.bfq.weight", "100\n");
        group = cgroup_make(host, "/machine", "qemu-1-a", ALL, &err);
        g_assert_nonnull(group);
        g_assert_true(cgroup_has(group, CGROUP_CPU) && cgroup_has(group, CGROUP_CPUACCT) &&
                      cgroup_has(group, CGROUP_BLKIO));
        g_assert_false(cgroup_has(group, CGROUP_MEMORY) || cgroup_has(group, CGROUP_DEVICES));
        g_assert_cmpint(cgroup_get(group, CGROUP_CPU_SHARES, &value, NULL), ==, 0);
        g_assert_cmpuint(value, ==, 1024);
        g_assert_cmpint(cgroup_set(group, CGROUP_BLKIO_WEIGHT, 500, NULL), ==, 0);
        assert_text(host, "cg/blkio/machine/qemu-1-a/blkio.bfq.weight", "500\n");
        g_assert_cmpint(cgroup_set(group, CGROUP_MEMORY_HARD, 1, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        host_end(host);
}

static void test_v2(void)
{
        char *host = host_new();
        g_autoptr(Cgroup) group = NULL;
        uint64_t period = 0, user = 0, system_time = 0;
        int64_t quota = 0;

        test_put(host, "proc/self/mounts", "cgroup2 /cg cgroup2 rw 0 0\n");
        test_put(host, "cg/cgroup.controllers", "cpuset cpu io memory pids\n");
        test_put(host, "cg/machine/qemu-1-a/cpu.max", "max 100000");
        test_put(host, "cg/machine/qemu-1-a/memory.max", "max");
        test_put(host, "cg/machine/qemu-1-a/cpu.stat", "usage_usec 7\nuser_usec 3\nsystem_usec 4\n");
        group = cgroup_make(host, "/machine", "qemu-1-a", ALL, NULL);
        g_assert_nonnull(group);
        g_assert_false(cgroup_has(group, CGROUP_DEVICES));
        g_assert_cmpint(cgroup_set_bandwidth(group, 0, 50000, NULL), ==, 0);
        assert_text(host, "cg/machine/qemu-1-a/cpu.max", "50000 100000");
        g_assert_cmpint(cgroup_get_bandwidth(group, &period, &quota, NULL), ==, 0);
        g_assert_true(period == 100000 && quota == 50000);
        g_assert_cmpint(cgroup_get(group, CGROUP_MEMORY_HARD, &user, NULL), ==, 0);
        g_assert_true(user == CGROUP_UNLIMITED);
        g_assert_cmpint(cgroup_cpu_times(group, &user, &system_time, NULL), ==, 0);
        g_assert_true(user == 3000 && system_time == 4000);
        g_assert_cmpint(cgroup_cpu_each(group, &user, 1, NULL), ==, -1);
        host_end(host);
}

static void test_of_process(void)
{
        static const char *const inner[] = { "emulator", "vcpu*", NULL };
        char *host = host_new();
        g_autoptr(Cgroup) place = NULL, group = NULL;
        g_autofree char *want = g_build_filename(host, "cg/cpu/machine/qemu-1-a", NULL);

        test_put(host, "proc/self/mounts", "cgroup /cg/cpu cgroup rw,cpu 0 0\ncgroup /cg/m cgroup rw,memory 0 0\n");
        test_put(host, "proc/77/cgroup", "2:cpu:/machine/qemu-1-a/vcpu3\n1:memory:/machine/qemu-1-a\n0::/\n");
        place = cgroup_of_process(host, 77, NULL);
        g_assert_nonnull(place);
        group = cgroup_up(place, inner);
        g_assert_cmpstr(cgroup_path(group, CGROUP_CPU), ==, want);
        g_assert_true(g_str_has_suffix(cgroup_path(group, CGROUP_MEMORY), "/cg/m/machine/qemu-1-a"));
        host_end(host);
}

/* The kernel's own, with root. */
static void test_real(void)
{
        g_autofree char *name = g_strdup_printf("vireo-test-%d", getpid());
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Process) process = NULL;
        g_autoptr(Cgroup) group = NULL, part = NULL, child = NULL, found = NULL;
        int fds[CGROUP_CONTROLLERS];
        uint64_t shares = 0;
        pid_t pid;
        int n, status = 0;

        if (geteuid() != 0) {
                g_test_skip("needs root");
                return;
        }
        group = cgroup_make("", "/vireo-test", name, ALL, &err);
        if (!group && !error_is_set(&err)) {
                g_test_skip("this host has no controllers");
                return;
        }
        if (!group)
                g_error("%s", err.message);
        part = cgroup_child(group, "emulator", true, &err);
        g_assert_nonnull(part);
        n = cgroup_open_joins(group, part, fds, NULL);
        g_assert_cmpint(n, >, 0);
        process = process_new("/bin/sleep");
        process_add(process, "1000");
        for (int i = 0; i < n; i++)
                process_join(process, fds[i]);
        g_assert_cmpint(process_start(process, &pid, &err), ==, 0);
        while (n > 0)
                close(fds[--n]);
        found = cgroup_of_process("", pid, NULL);
        g_assert_nonnull(found);
        for (CgroupController i = 0; i < CGROUP_CONTROLLERS; i++)
                if (cgroup_has(group, i))
                        g_assert_cmpstr(cgroup_path(found, i), ==, cgroup_path(cgroup_has(part, i) ? part : group, i));
        if (cgroup_has(group, CGROUP_CPU)) {
                g_assert_cmpint(cgroup_set(group, CGROUP_CPU_SHARES, 512, &err), ==, 0);
                g_assert_cmpint(cgroup_get(group, CGROUP_CPU_SHARES, &shares, &err), ==, 0);
                g_assert_cmpuint(shares, ==, 512);
        }
        child = cgroup_child(group, "vcpu0", true, &err);
        g_assert_nonnull(child);
        g_assert_cmpint(cgroup_add_thread(child, pid, &err), ==, 0);
        g_assert_cmpint(cgroup_remove(group, NULL), ==, -1);
        g_assert_cmpint(cgroup_kill(group, 10000, &err), ==, 0);
        g_assert_cmpint(waitpid(pid, &status, WNOHANG), ==, pid);
        g_assert_true(WIFSIGNALED(status));
        g_assert_cmpint(cgroup_remove(group, &err), ==, 0);
        for (CgroupController i = 0; i < CGROUP_CONTROLLERS; i++) {
                g_autofree char *parent = cgroup_has(group, i) ? g_path_get_dirname(cgroup_path(group, i)) : NULL;

                if (parent)
                        rmdir(parent);
                g_assert_true(!parent || access(cgroup_path(group, i), F_OK) < 0);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/cgroup/none", test_none);
        g_test_add_func("/cgroup/v1", test_v1);
        g_test_add_func("/cgroup/v2", test_v2);
        g_test_add_func("/cgroup/of-process", test_of_process);
        g_test_add_func("/cgroup/root/real", test_real);
        return g_test_run();
}
