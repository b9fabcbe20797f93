/* Who gets whose cookie. What the kernel does with cookies is the kernel's. */
#include "host/sched_core.h"

#include <errno.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void test_choose(void)
{
        CoreThread fresh[] = { { .tid = 1 }, { .tid = 2 }, { .tid = 3 } };
        CoreThread later[] = { { .tid = 1, .cookie = 7 }, { .tid = 2, .cookie = 7 }, { .tid = 3 } };
        CoreThread first_went[] = { { .tid = 4 }, { .tid = 2, .cookie = 7 }, { .tid = 3, .cookie = 9 } };
        bool create = false;

        g_assert_cmpuint(sched_core_choose(fresh, G_N_ELEMENTS(fresh), &create), ==, 0);
        g_assert_true(create && !fresh[0].joins && fresh[1].joins && fresh[2].joins);
        /* A processor that was plugged in. */
        g_assert_cmpuint(sched_core_choose(later, G_N_ELEMENTS(later), &create), ==, 0);
        g_assert_true(!create && !later[0].joins && !later[1].joins && later[2].joins);
        g_assert_cmpuint(sched_core_choose(first_went, G_N_ELEMENTS(first_went), &create), ==, 1);
        g_assert_true(!create && first_went[0].joins && !first_went[1].joins && first_went[2].joins);
}

static uint64_t own_cookie(void)
{
        uint64_t cookie = 0;

        prctl(PR_SCHED_CORE, PR_SCHED_CORE_GET, 0, PR_SCHED_CORE_SCOPE_THREAD, (unsigned long)(uintptr_t)&cookie);
        return cookie;
}

static void test_check(void)
{
        QemuConf conf = { .sched_core = (char *)"half" };
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(sched_core_check(&conf, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "'half'"));
        error_clear(&err);
        conf.sched_core = (char *)"none";
        g_assert_cmpint(sched_core_check(&conf, &err), ==, 0);
        conf.sched_core = NULL;
        g_assert_cmpint(sched_core_check(&conf, &err), ==, 0);
        conf.sched_core = (char *)"full";
        if (sched_core_check(&conf, &err) < 0) {
                g_assert_nonnull(strstr(err.message, "sched_core 'full' is not available"));
                g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        }
}

static void *start_something(void *opaque)
{
        const QemuConf *conf = opaque;

        /* Helpers are started before QEMU, and share with it when all of the guest is one. */
        g_assert_cmpint(sched_core_enter(conf, CORE_OF_HELPERS, NULL), ==, 0);
        g_assert_true((own_cookie() != 0) == (strcmp(conf->sched_core, "full") == 0));
        g_assert_cmpint(sched_core_enter(conf, CORE_OF_EMULATOR, NULL), ==, 0);
        g_assert_true((own_cookie() != 0) == (strcmp(conf->sched_core, "vcpus") != 0));
        sched_core_leave(conf);
        g_assert_cmpuint(own_cookie(), ==, 0);
        return NULL;
}

static void *can_create(void *opaque)
{
        return GINT_TO_POINTER(prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, PR_SCHED_CORE_SCOPE_THREAD, 0) == 0);
}

static void test_enter_and_leave(void)
{
        static const char *const modes[] = { "vcpus", "emulator", "full" };

        if (!g_thread_join(g_thread_new("asks", can_create, NULL))) {
                g_test_skip("this kernel has no core scheduling, or its processors share no cores");
                return;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
                QemuConf conf = { .sched_core = (char *)modes[i] };

                g_thread_join(g_thread_new("starts", start_something, &conf));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/sched-core/choose", test_choose);
        g_test_add_func("/sched-core/check", test_check);
        g_test_add_func("/sched-core/enter-and-leave", test_enter_and_leave);
        return g_test_run();
}
