/* Node devices: what their documents mean. */
#include <string.h>

#include "conf/node_device.h"

static void test_tables(void)
{
        g_autofree char *complaint = rows_guard(&NodeDevice_rows);
        g_autofree char *trip = NULL;
        size_t n;

        g_assert_cmpstr(complaint, ==, NULL);
        trip = rows_round_trip(&NodeDevice_rows, "device", &n);
        g_assert_cmpstr(trip, ==, NULL);
        g_assert_cmpuint(n, >=, 150);
}

static void test_nested(void)
{
        static const char xml[] = "<device>\n"
                                  "  <name>x</name>\n"
                                  "  <devnode type='dev'>/dev/x</devnode>\n"
                                  "  <devnode type='link'>/dev/y</devnode>\n"
                                  "  <devnode type='link'>/dev/z</devnode>\n"
                                  "  <capability type='scsi_host'>\n"
                                  "    <host>1</host>\n"
                                  "    <capability type='vport_ops'>\n"
                                  "      <max_vports>7</max_vports>\n"
                                  "      <vports>3</vports>\n"
                                  "    </capability>\n"
                                  "  </capability>\n"
                                  "</device>\n";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(NodeDevice) device = NULL;
        g_autofree char *status = NULL;
        NodeCapability *host;

        g_assert_cmpint(node_device_parse(xml, strlen(xml), ROWS_STATUS, &device, &err), ==, 0);
        host = node_device_capability(device, NODE_CAP_SCSI_HOST);
        g_assert_cmpuint(host->scsi_host.vports->max, ==, 7);
        g_assert_cmpuint(device->n_links, ==, 2);
        g_assert_null(node_device_capability(device, NODE_CAP_PCI));
        status = node_device_format(device, ROWS_STATUS);
        g_assert_cmpstr(status, ==, xml);
}

static void test_refused(void)
{
        static const struct {
                const char *content, *words;
        } cases[] = {
                { "<name>x</name>", "no device capabilities for 'x'" },
                { "<name>x</name><capability type='pic'/>", "did you mean 'pci'?" },
                { "<name>x</name><capability "
                  "type='ccw'><cssid>0x0</cssid><ssid>0x4</ssid><devno>1</devno></capability>",
                  "invalid ssid value 0x4" },
                { "<capability type='vdpa'><chardev>/dev/x</chardev></capability>", "name" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *xml = g_strdup_printf("<device>%s</device>", cases[i].content);
                ERROR_AUTO Error err = ERROR_INIT;
                NodeDevice *device;

                g_assert_cmpint(node_device_parse(xml, strlen(xml), 0, &device, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_XML_ERROR);
                if (!strstr(err.message, cases[i].words))
                        g_error("'%s' is not in '%s'", cases[i].words, err.message);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/node-device/tables", test_tables);
        g_test_add_func("/node-device/nested", test_nested);
        g_test_add_func("/node-device/refused", test_refused);
        return g_test_run();
}
