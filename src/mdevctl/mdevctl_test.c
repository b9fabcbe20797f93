/* Mediated devices to mdevctl and back. */
#include <string.h>

#include "mdevctl/mdevctl.h"

#define UUID "b8f5a1f2-0c3c-4f0f-9f2c-2b1d7f7a0001"

static NodeDevice *device_of(const char *content)
{
        g_autofree char *xml = g_strdup_printf("<device><name>m</name><parent>p</parent><capability type='mdev'>"
                                               "<type id='t-1'/>%s</capability></device>",
                                               content);
        ERROR_AUTO Error err = ERROR_INIT;
        NodeDevice *device = NULL;

        node_device_parse(xml, strlen(xml), 0, &device, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        return device;
}

static void test_commands(void)
{
        g_autoptr(NodeDevice) device = device_of("<uuid>" UUID "</uuid><attr name='a' value='1'/>");
        g_auto(MdevctlCommand) define = { 0 };
        g_auto(MdevctlCommand) stop = { 0 };
        g_autofree char *words = NULL;

        g_assert_cmpint(mdevctl_command(MDEVCTL_DEFINE, device, "0000:00:02.0", &define, NULL), ==, 0);
        words = g_strjoinv(" ", define.argv);
        g_assert_cmpstr(words, ==, "mdevctl define --parent=0000:00:02.0 --jsonfile=/dev/stdin --uuid=" UUID);
        g_assert_cmpstr(define.input, ==, "{\"mdev_type\":\"t-1\",\"start\":\"manual\",\"attrs\":[{\"a\":\"1\"}]}");
        g_assert_cmpint(mdevctl_command(MDEVCTL_STOP, device, NULL, &stop, NULL), ==, 0);
        g_assert_cmpstr(stop.argv[1], ==, "stop");
        g_assert_null(stop.input);
}

static void test_refused(void)
{
        g_autoptr(NodeDevice) device = device_of("");
        ERROR_AUTO Error err = ERROR_INIT;
        MdevctlCommand command;

        g_assert_cmpint(mdevctl_command(MDEVCTL_START, device, NULL, &command, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "no uuid"));
        g_assert_cmpint(mdevctl_command(MDEVCTL_CREATE, device, NULL, &command, NULL), ==, -1);
}

static const char *parent_of(const char *address, void *opaque)
{
        return strcmp(address, "matrix") == 0 ? "ap_matrix" : NULL;
}

static void test_list(void)
{
        static const char json[] = "[{\"matrix\":[{\"" UUID "\":{\"mdev_type\":\"t\",\"start\":\"auto\","
                                   "\"attrs\":[{\"assign\":\"5\"}]}}],\"0000:00:02.0\":[]}]\n";
        g_autoptr(GPtrArray) devices = NULL;
        const MdevctlDevice *entry;

        g_assert_cmpint(mdevctl_list(json, strlen(json), parent_of, NULL, &devices, NULL), ==, 0);
        g_assert_cmpuint(devices->len, ==, 1);
        entry = g_ptr_array_index(devices, 0);
        g_assert_true(entry->autostart);
        g_assert_cmpstr(entry->device->name, ==, "mdev_b8f5a1f2_0c3c_4f0f_9f2c_2b1d7f7a0001_matrix");
        g_assert_cmpstr(entry->device->parent, ==, "ap_matrix");
        g_assert_cmpstr(entry->device->capabilities[0].mdev.attributes[0].value, ==, "5");
}

static void test_list_refused(void)
{
        static const char *const texts[] = { "{}", "[1]", "[{\"a\":1}]", "[{\"a\":[{\"x\":{}}]}]", "[" };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                GPtrArray *devices;

                g_assert_cmpint(mdevctl_list(texts[i], strlen(texts[i]), parent_of, NULL, &devices, &err), ==, -1);
                g_assert_nonnull(strstr(err.message, "mdevctl"));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/mdevctl/commands", test_commands);
        g_test_add_func("/mdevctl/refused", test_refused);
        g_test_add_func("/mdevctl/list", test_list);
        g_test_add_func("/mdevctl/list-refused", test_list_refused);
        return g_test_run();
}
