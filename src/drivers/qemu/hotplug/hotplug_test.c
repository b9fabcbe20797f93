/* Devices by kind, and items against a monitor that follows a script. */
#include "hotplug/hotplug.h"

#include <string.h>

#include "blockdev/blockdev.h"
#include "hotplug/departures.h"
#include "hotplug/limits.h"
#include "hotplug/vcpus_change.h"

static Domain *device(const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = NULL;

        if (domain_parse_device(xml, strlen(xml), DOMAIN_PARSE_NO_SETTLE, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static DevRef add(Domain *domain, const char *xml)
{
        g_autoptr(Domain) given = device(xml);

        return devref_insert(domain, given, devref_only(given));
}

static void test_order(void)
{
        g_autoptr(Domain) domain = domain_new();

        add(domain, "<disk><target dev='vdc' bus='virtio'/></disk>");
        add(domain, "<disk><target dev='sda' bus='scsi'/></disk>");
        add(domain, "<disk><target dev='vda' bus='virtio'/></disk>");
        add(domain, "<disk><target dev='vdb' bus='virtio'/></disk>");
        g_assert_cmpint(domain->n_disks, ==, 4);
        g_assert_cmpstr(domain->disks[0].target, ==, "vda");
        g_assert_cmpstr(domain->disks[1].target, ==, "vdb");
        g_assert_cmpstr(domain->disks[2].target, ==, "vdc");
        g_assert_cmpstr(domain->disks[3].target, ==, "sda");
}

static void test_find(void)
{
        g_autoptr(Domain) domain = domain_new();
        g_autoptr(Domain) given = device("<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>");
        g_autoptr(Domain) named = device("<rng model='virtio'><backend model='random'>/dev/urandom</backend>"
                                         "<alias name='rng1'/></rng>");
        ERROR_AUTO Error err = ERROR_INIT;
        DevRef found;

        g_assert_cmpint(devref_find(domain, given, devref_only(given), &found, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_DEVICE_MISSING);
        error_clear(&err);
        add(domain, "<rng model='virtio'><backend model='random'>/dev/urandom</backend><alias name='rng0'/></rng>");
        g_assert_cmpint(devref_find(domain, given, devref_only(given), &found, &err), ==, 0);
        g_assert_cmpstr(devref_info(domain, found)->alias, ==, "rng0");
        add(domain, "<rng model='virtio'><backend model='random'>/dev/urandom</backend><alias name='rng1'/></rng>");
        g_assert_cmpint(devref_find(domain, given, devref_only(given), &found, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_FAILED);
        error_clear(&err);
        g_assert_cmpint(devref_find(domain, named, devref_only(named), &found, &err), ==, 0);
        g_assert_cmpint(found.index, ==, 1);
}

typedef struct Monitor {
        Talk talk; /* first */
        const char *refuses;
        GString *heard;
} Monitor;

static int hear(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        Monitor *monitor = (Monitor *)talk;

        json_unref(arguments);
        g_string_append_printf(monitor->heard, "%s ", command);
        if (g_strcmp0(monitor->refuses, command) == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no");
        if (ret_reply)
                *ret_reply = json_object();
        return 0;
}

/* What came before the item that QEMU refuses goes again, last first. */
static void test_taken_back(void)
{
        g_autoptr(Domain) domain = domain_new();
        g_autoptr(QemuCaps) caps = qemu_caps_new("/usr/bin/qemu");
        QemuHost host = { .migrate_fd = -1 };
        g_autoptr(QemuArgv) argv = qemu_argv_new(domain, caps, &host);
        Monitor monitor = { .talk = { .call = hear }, .refuses = "device_add", .heard = g_string_new(NULL) };
        ERROR_AUTO Error err = ERROR_INIT;
        Json *object = qdev_new("x");

        json_set(object, "id", json_string("one"));
        argv_add_json(argv, "-object", object);
        object = qdev_new("x");
        json_set(object, "id", json_string("two"));
        argv_add_json(argv, "-netdev", object);
        argv_add_json(argv, "-device", qdev_new("x"));
        g_assert_cmpint(items_send(argv, &monitor.talk, NULL, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "internal error: no");
        g_assert_cmpstr(monitor.heard->str, ==, "object-add netdev_add device_add netdev_del object-del ");
        g_string_truncate(monitor.heard, 0);
        items_take_back(argv, NULL, &monitor.talk);
        g_assert_cmpstr(monitor.heard->str, ==, "netdev_del object-del ");
        g_string_free(monitor.heard, TRUE);
}

/* Limits of disks */

static Disk *add_limited(Domain *domain, const char *target, const char *source, const char *iotune)
{
        g_autofree char *xml = g_strdup_printf("<disk type='file'>%s<target dev='%s' bus='virtio'/>%s"
                                               "<alias name='alias-%s'/></disk>",
                                               source, target, iotune, target);

        return devref_at(domain, add(domain, xml));
}

#define IMAGE   "<source file='/x'/>"
#define TENFOLD "<iotune><total_iops_sec>10</total_iops_sec><group_name>g</group_name></iotune>"

/* What joins a group has what it has; what brings limits brings them to all. QEMU hears of what differs, and of no
 * empty drive. */
static void test_limits(void)
{
        g_autoptr(Domain) before = domain_new();
        g_autoptr(Domain) domain = NULL;
        Monitor monitor = { .talk = { .call = hear }, .heard = g_string_new(NULL) };
        Disk *joins;

        add_limited(before, "vda", IMAGE, TENFOLD);
        add_limited(before, "vdb", "", TENFOLD);
        domain = domain_copy(before);
        joins = add_limited(domain, "vdc", IMAGE, "<iotune><group_name>g</group_name></iotune>");
        limits_join(domain, joins);
        g_assert_cmpuint(joins->iotune->total_iops_sec, ==, 10);
        g_assert_cmpint(limits_put(&monitor.talk, before, domain, NULL), ==, 0);
        g_assert_cmpstr(monitor.heard->str, ==, "block_set_io_throttle ");
        g_string_truncate(monitor.heard, 0);
        joins->iotune->total_iops_sec = 20;
        limits_join(domain, joins);
        g_assert_cmpuint(domain->disks[0].iotune->total_iops_sec, ==, 20);
        g_assert_cmpint(limits_put(&monitor.talk, before, domain, NULL), ==, 0);
        g_assert_cmpstr(monitor.heard->str, ==, "block_set_io_throttle block_set_io_throttle ");
        g_string_truncate(monitor.heard, 0);
        g_assert_cmpint(limits_put(&monitor.talk, domain, domain, NULL), ==, 0);
        g_assert_cmpstr(monitor.heard->str, ==, "");
        limits_drop(&domain->disks[0]);
        g_assert_cmpint(limits_put(&monitor.talk, before, domain, NULL), ==, 0);
        g_assert_cmpstr(monitor.heard->str, ==, "block_set_io_throttle block_set_io_throttle ");
        g_string_free(monitor.heard, TRUE);
}

/* Departures */

static void tell(Departures *departures, const char *event, const char *data)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = json_parse(data, strlen(data), &err);

        g_assert_nonnull(json);
        departures_event(departures, event, json);
}

static void test_departure(void)
{
        Departures *departures = departures_new();
        g_autofree char *words = NULL;
        g_autofree char *pending = NULL;

        departures_expect(departures, "disk1");
        pending = departures_pending(departures, "disk1");
        g_assert_nonnull(strstr(pending, "'disk1'"));
        tell(departures, "DEVICE_DELETED", "{\"device\":\"disk2\",\"path\":\"/machine/peripheral/disk2\"}");
        tell(departures, "DEVICE_DELETED", "{\"device\":\"disk1\",\"path\":\"/machine/peripheral/disk1\"}");
        g_assert_cmpint(departures_wait(departures, "disk1", 10, &words), ==, DEPARTURE_GONE);
        g_assert_null(words);
        g_assert_null(departures_pending(departures, "disk1"));
        departures_free(departures);
}

/* Only parts are told of: look, soon. */
static void test_departure_of_parts(void)
{
        Departures *departures = departures_new();
        g_autofree char *words = NULL;
        gint64 begin = g_get_monotonic_time();

        departures_expect(departures, "vcpu1");
        tell(departures, "ACPI_DEVICE_OST", "{\"info\":{\"device\":\"vcpu1\",\"source\":3,\"status\":132}}");
        tell(departures, "DEVICE_DELETED", "{\"path\":\"/machine/peripheral/vcpu1/lapic\"}");
        g_assert_cmpint(departures_wait(departures, "vcpu1", 60, &words), ==, DEPARTURE_UNCLEAR);
        g_assert_cmpint(g_get_monotonic_time() - begin, <, 30 * G_USEC_PER_SEC);
        g_assert_cmpstr(words, ==, "it is at it");
        departures_gone(departures, "vcpu1");
        g_assert_null(departures_pending(departures, "vcpu1"));
        departures_free(departures);
}

static void test_departure_refused(void)
{
        Departures *departures = departures_new();
        g_autofree char *words = NULL;
        g_autofree char *more = NULL;

        departures_expect(departures, "dimm0");
        tell(departures, "ACPI_DEVICE_OST", "{\"info\":{\"device\":\"dimm0\",\"source\":1,\"status\":1}}");
        tell(departures, "ACPI_DEVICE_OST", "{\"info\":{\"device\":\"dimm0\",\"source\":3,\"status\":129}}");
        g_assert_cmpint(departures_wait(departures, "dimm0", 60, &words), ==, DEPARTURE_REFUSED);
        g_assert_cmpstr(words, ==, "the device is in use");
        g_assert_null(departures_pending(departures, "dimm0"));
        departures_expect(departures, "dimm1");
        tell(departures, "MEM_UNPLUG_ERROR", "{\"device\":\"dimm1\",\"msg\":\"no way\"}");
        g_assert_cmpint(departures_wait(departures, "dimm1", 60, &more), ==, DEPARTURE_REFUSED);
        g_assert_cmpstr(more, ==, "no way");
        departures_free(departures);
}

/* QEMU did not take the request: what had been asked before is asked still, the rest is forgotten. */
static void test_departure_not_asked(void)
{
        Departures *departures = departures_new();
        g_autofree char *words = NULL;
        g_autofree char *pending = NULL;

        departures_expect(departures, "net0");
        departures_unexpect(departures);
        g_assert_null(departures_pending(departures, "net0"));
        departures_expect(departures, "net0");
        g_assert_cmpint(departures_wait(departures, "net0", 0, &words), ==, DEPARTURE_UNCLEAR);
        departures_expect(departures, "net0");
        departures_unexpect(departures);
        pending = departures_pending(departures, "net0");
        g_assert_nonnull(pending);
        departures_free(departures);
}

/* Media that were being changed when a daemon ended */

typedef struct Drive {
        Talk talk;        /* first */
        const char *node; /* what is in it; NULL: nothing */
        bool open, inserts;
        GString *gone; /* nodes */
} Drive;

static int drive_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        Drive *drive = (Drive *)talk;
        g_autoptr(Json) given = arguments;
        g_autofree char *text = NULL;

        if (strcmp(command, "blockdev-del") == 0)
                g_string_append_printf(drive->gone, "%s ", json_get_string(given, "node-name"));
        if (strcmp(command, "blockdev-insert-medium") == 0 && !drive->inserts)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no such node");
        if (!ret_reply)
                return 0;
        text = drive->node ? g_strdup_printf("[{\"qdev\":\"cd\",\"tray_open\":%s,\"inserted\":{\"node-name\":\"%s\"}}]",
                                             drive->open ? "true" : "false", drive->node)
                           : g_strdup_printf("[{\"qdev\":\"cd\",\"tray_open\":%s}]", drive->open ? "true" : "false");
        *ret_reply = json_parse(text, strlen(text), err);
        return *ret_reply ? 0 : -1;
}

static Domain *with_medium(const char *path, unsigned number)
{
        g_autofree char *xml = g_strdup_printf(
                "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='%s'/>"
                "<target dev='sda' bus='usb'/><readonly/><alias name='cd'/><address type='usb' bus='0' port='1'/>"
                "</disk>",
                path);
        Domain *domain = device(xml);

        add(domain, "<controller type='usb' index='0' model='qemu-xhci'><alias name='usb'/></controller>");
        domain->disks[0].source.index = number;
        block_name_disk(&domain->disks[0], number);
        return domain;
}

/* What becomes of a change from /old (node 1) to /new (node 2). */
static char *repaired(Drive *drive, DiskTray *ret_tray)
{
        g_autoptr(Domain) live = with_medium("/new", 2);
        g_autoptr(Domain) before = with_medium("/old", 1);
        g_autoptr(QemuCaps) caps = qemu_caps_new("/usr/bin/qemu");
        g_autoptr(QemuConf) conf = qemu_conf_new("/lib");
        QemuHost host = { .conf = conf, .lib_dir = "/lib/domain-1-x", .migrate_fd = -1 };
        Hotplug hotplug = { .talk = &drive->talk, .caps = caps, .host = &host, .live = live };
        ERROR_AUTO Error err = ERROR_INIT;
        const char *path;

        drive->talk.call = drive_call;
        drive->gone = g_string_new(NULL);
        if (hotplug_repair_medium(&hotplug, &before->disks[0], before, &err) < 0)
                g_error("%s", err.message);
        path = block_has_medium(&live->disks[0].source) ? live->disks[0].source.file.path : "nothing";
        *ret_tray = live->disks[0].tray;
        return g_strdup_printf("%s; %s", path, drive->gone->str);
}

static void check_repaired(Drive drive, const char *wanted, DiskTray tray)
{
        DiskTray its;
        g_autofree char *is = repaired(&drive, &its);

        g_assert_cmpstr(is, ==, wanted);
        g_assert_cmpint(its, ==, tray);
        g_string_free(drive.gone, TRUE);
}

static void test_medium_repaired(void)
{
        check_repaired((Drive){ .node = "libvirt-1-format" }, "/old; libvirt-2-format libvirt-2-storage ",
                       DISK_TRAY_CLOSED);
        check_repaired((Drive){ .node = "libvirt-1-format", .open = true }, "/old; libvirt-2-format libvirt-2-storage ",
                       DISK_TRAY_OPEN);
        check_repaired((Drive){ .node = "libvirt-2-format" }, "/new; libvirt-1-format libvirt-1-storage ",
                       DISK_TRAY_CLOSED);
        /* Out, and the other one not yet in. */
        check_repaired((Drive){ .open = true, .inserts = true }, "/new; libvirt-1-format libvirt-1-storage ",
                       DISK_TRAY_CLOSED);
        check_repaired((Drive){ .open = true },
                       "nothing; libvirt-2-format libvirt-2-storage libvirt-1-format libvirt-1-storage ",
                       DISK_TRAY_OPEN);
}

/* Processors */

static int check_vcpus(const char *rows, Error *err)
{
        g_autoptr(Domain) domain = domain_new();

        domain->vcpu_max = 3;
        for (const char *at = rows; *at; at++) {
                Vcpu *row = rows_list_insert(&Vcpu_rows, &domain->vcpus, &domain->n_vcpus, domain->n_vcpus);

                row->id = (unsigned)domain->n_vcpus - 1;
                row->enabled = YESNO_YES;
                row->hotpluggable = row->id == 0 ? YESNO_NO : YESNO_YES;
                row->order = (unsigned)(*at - '0');
        }
        return vcpus_check_start(domain, err);
}

static void test_vcpu_orders(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(check_vcpus("132", &err), ==, 0);
        g_assert_cmpint(check_vcpus("000", &err), ==, 0);
        g_assert_cmpint(check_vcpus("122", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "duplicate vcpu order '2'"));
        error_clear(&err);
        g_assert_cmpint(check_vcpus("124", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "vcpu order '4' exceeds"));
        error_clear(&err);
        g_assert_cmpint(check_vcpus("1234", &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/hotplug/order", test_order);
        g_test_add_func("/hotplug/find", test_find);
        g_test_add_func("/hotplug/taken-back", test_taken_back);
        g_test_add_func("/hotplug/limits", test_limits);
        g_test_add_func("/hotplug/departure", test_departure);
        g_test_add_func("/hotplug/departure-of-parts", test_departure_of_parts);
        g_test_add_func("/hotplug/departure-refused", test_departure_refused);
        g_test_add_func("/hotplug/departure-not-asked", test_departure_not_asked);
        g_test_add_func("/hotplug/medium-repaired", test_medium_repaired);
        g_test_add_func("/hotplug/vcpu-orders", test_vcpu_orders);
        return g_test_run();
}
