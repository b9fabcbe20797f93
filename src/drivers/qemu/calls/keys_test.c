/* Keys by what is printed on them, in every set of codes. */
#include "calls/keys.h"

#include <glib.h>
#include <libvirt/libvirt.h>
#include <linux/input-event-codes.h>

static void is(unsigned codeset, unsigned code, int expected)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(key_number(codeset, code, &err), ==, expected);
}

/* Set 1 was made so that the first rows of the keyboard count up, as Linux' codes still do. */
static void test_main_block(void)
{
        for (unsigned code = KEY_ESC; code <= KEY_KPDOT; code++)
                if (code != 84)
                        is(VIR_KEYCODE_SET_LINUX, code, (int)code);
}

static void test_prefixed(void)
{
        is(VIR_KEYCODE_SET_LINUX, KEY_DELETE, 0xd3);
        is(VIR_KEYCODE_SET_LINUX, KEY_RIGHTCTRL, 0x9d);
        is(VIR_KEYCODE_SET_ATSET1, 0xe053, 0xd3);
        is(VIR_KEYCODE_SET_XT, 0xd3, 0xd3);
        is(VIR_KEYCODE_SET_QNUM, 0xd3, 0xd3);
        is(VIR_KEYCODE_SET_ATSET2, 0xe071, 0xd3);
}

/* The letter A, and Enter. */
static void test_sets(void)
{
        is(VIR_KEYCODE_SET_USB, 4, KEY_A);
        is(VIR_KEYCODE_SET_WIN32, 'A', KEY_A);
        is(VIR_KEYCODE_SET_OSX, 0, KEY_A);
        is(VIR_KEYCODE_SET_ATSET2, 0x1c, KEY_A);
        is(VIR_KEYCODE_SET_XT_KBD, 0x1e, KEY_A);
        is(VIR_KEYCODE_SET_USB, 40, KEY_ENTER);
        is(VIR_KEYCODE_SET_OSX, 0x24, KEY_ENTER);
}

static void test_unknown(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(key_number(VIR_KEYCODE_SET_LINUX, 0, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        is(VIR_KEYCODE_SET_USB, 0, -1);
        is(VIR_KEYCODE_SET_USB, 0xffff, -1);
        is(VIR_KEYCODE_SET_XT, 0x100, -1);
        is(VIR_KEYCODE_SET_ATSET3, 0x1c, -1);
        is(4711, 1, -1);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/keys/main-block", test_main_block);
        g_test_add_func("/keys/prefixed", test_prefixed);
        g_test_add_func("/keys/sets", test_sets);
        g_test_add_func("/keys/unknown", test_unknown);
        return g_test_run();
}
