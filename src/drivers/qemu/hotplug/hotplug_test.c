/* Devices by kind, and items against a monitor that follows a script. */
#include "hotplug/hotplug.h"

#include <string.h>

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

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/hotplug/order", test_order);
        g_test_add_func("/hotplug/find", test_find);
        g_test_add_func("/hotplug/taken-back", test_taken_back);
        return g_test_run();
}
