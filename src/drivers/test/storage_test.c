/* Pools, volumes and devices of the test driver, through the public API. */
#include <stdbool.h>
#include <string.h>

#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#define POOL "<pool type='dir'><name>p</name><target><path>/p//</path></target></pool>"

static virConnectPtr open_default(void)
{
        virConnectPtr conn = virConnectOpen("test:///default");

        g_assert_nonnull(conn);
        return conn;
}

static void expect_error(int code, const char *words)
{
        g_assert_cmpint(virGetLastErrorCode(), ==, code);
        if (!strstr(virGetLastErrorMessage(), words))
                g_error("'%s' is not in '%s'", words, virGetLastErrorMessage());
}

static void test_pool_life(void)
{
        virConnectPtr conn = open_default();
        virStoragePoolPtr pool = virStoragePoolDefineXML(conn, POOL, 0);
        virStoragePoolInfo info;
        g_autofree char *xml = NULL;
        int autostart;

        g_assert_nonnull(pool);
        g_assert_cmpint(virStoragePoolIsActive(pool), ==, 0);
        g_assert_cmpint(virStoragePoolIsPersistent(pool), ==, 1);
        g_assert_cmpint(virStoragePoolRefresh(pool, 0), ==, -1);
        expect_error(VIR_ERR_OPERATION_INVALID, "storage pool 'p' is not active");
        g_assert_cmpint(virStoragePoolBuild(pool, 0), ==, 0);
        g_assert_cmpint(virStoragePoolCreate(pool, 0), ==, 0);
        g_assert_cmpint(virStoragePoolUndefine(pool), ==, -1);
        expect_error(VIR_ERR_OPERATION_INVALID, "storage pool 'p' is active");
        g_assert_cmpint(virStoragePoolSetAutostart(pool, 1), ==, 0);
        g_assert_cmpint(virStoragePoolGetAutostart(pool, &autostart), ==, 0);
        g_assert_cmpint(autostart, ==, 1);
        g_assert_cmpint(virStoragePoolGetInfo(pool, &info), ==, 0);
        g_assert_cmpint(info.state, ==, VIR_STORAGE_POOL_RUNNING);
        g_assert_cmpuint(info.available, ==, info.capacity);
        xml = virStoragePoolGetXMLDesc(pool, 0);
        g_assert_nonnull(strstr(xml, "<path>/p</path>"));
        g_assert_cmpint(virStoragePoolDestroy(pool), ==, 0);
        g_assert_cmpint(virStoragePoolUndefine(pool), ==, 0);
        g_assert_null(virStoragePoolLookupByName(conn, "p"));
        expect_error(VIR_ERR_NO_STORAGE_POOL, "no storage pool with matching name 'p'");
        virStoragePoolFree(pool);
        virConnectClose(conn);
}

/* A transient pool is gone when it stops, and its names are taken while it runs. */
static void test_pool_transient(void)
{
        virConnectPtr conn = open_default();
        virStoragePoolPtr pool = virStoragePoolCreateXML(conn, POOL, 0);

        g_assert_cmpint(virStoragePoolSetAutostart(pool, 1), ==, -1);
        expect_error(VIR_ERR_INVALID_ARG, "pool has no config file");
        g_assert_null(virStoragePoolCreateXML(conn, POOL, 0));
        expect_error(VIR_ERR_OPERATION_FAILED, "pool 'p' already exists with uuid");
        g_assert_cmpint(virConnectListAllStoragePools(conn, NULL, VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT), ==, 1);
        g_assert_cmpint(virStoragePoolDestroy(pool), ==, 0);
        g_assert_cmpint(virConnectListAllStoragePools(conn, NULL, 0), ==, 1);
        virStoragePoolFree(pool);
        virConnectClose(conn);
}

static void test_volumes(void)
{
        virConnectPtr conn = open_default();
        virStoragePoolPtr pool = virStoragePoolCreateXML(conn, POOL, 0);
        virStorageVolPtr volume, clone, found;
        virStorageVolInfo info;
        virStoragePoolInfo pool_info;

        volume = virStorageVolCreateXML(pool, "<volume><name>v</name><capacity>1000</capacity></volume>", 0);
        g_assert_cmpstr(virStorageVolGetKey(volume), ==, "/p/v");
        g_assert_null(virStorageVolCreateXML(pool, "<volume><name>v</name><capacity>1</capacity></volume>", 0));
        expect_error(VIR_ERR_OPERATION_FAILED, "storage vol already exists");
        g_assert_null(
                virStorageVolCreateXML(pool, "<volume><name>w</name><capacity unit='T'>9</capacity></volume>", 0));
        expect_error(VIR_ERR_INTERNAL_ERROR, "Not enough free space in pool for volume 'w'");
        clone = virStorageVolCreateXMLFrom(pool, "<volume><name>c</name></volume>", volume, 0);
        g_assert_cmpint(virStorageVolGetInfo(clone, &info), ==, 0);
        g_assert_cmpuint(info.capacity, ==, 1000);
        found = virStorageVolLookupByPath(conn, "/p/c");
        g_assert_cmpstr(virStorageVolGetName(found), ==, "c");
        g_assert_cmpint(virStorageVolResize(clone, 10, 0), ==, -1);
        g_assert_cmpint(virStorageVolResize(clone, 24, VIR_STORAGE_VOL_RESIZE_DELTA), ==, 0);
        g_assert_cmpint(virStorageVolGetInfo(clone, &info), ==, 0);
        g_assert_cmpuint(info.capacity, ==, 1024);
        g_assert_cmpint(virStoragePoolNumOfVolumes(pool), ==, 2);
        g_assert_cmpint(virStorageVolDelete(volume, 0), ==, 0);
        g_assert_cmpint(virStoragePoolGetInfo(pool, &pool_info), ==, 0);
        g_assert_cmpuint(pool_info.allocation, ==, 1000);
        g_assert_cmpint(virStorageVolGetInfo(volume, &info), ==, -1);
        expect_error(VIR_ERR_NO_STORAGE_VOL, "no storage vol with matching name 'v'");
        virStorageVolFree(found);
        virStorageVolFree(clone);
        virStorageVolFree(volume);
        virStoragePoolDestroy(pool);
        virStoragePoolFree(pool);
        virConnectClose(conn);
}

static void test_sources(void)
{
        virConnectPtr conn = open_default();
        g_autofree char *xml = virConnectFindStoragePoolSources(conn, "netfs", "<source><host name='h'/></source>", 0);

        g_assert_nonnull(strstr(xml, "<dir path='/testshare'/>"));
        g_assert_null(virConnectFindStoragePoolSources(conn, "netfs", NULL, 0));
        expect_error(VIR_ERR_INVALID_ARG, "hostname must be specified");
        g_assert_null(virConnectFindStoragePoolSources(conn, "zfs", NULL, 0));
        expect_error(VIR_ERR_NO_SUPPORT, "does not support source discovery");
        virConnectClose(conn);
}

#define VHBA                                                                                                           \
        "<device><parent>scsi_host1</parent><name>x</name><capability type='scsi_host'><capability type='fc_host'>"    \
        "<wwnn>2000000000000001</wwnn><wwpn>1000000000000001</wwpn></capability></capability></device>"

static void test_devices(void)
{
        virConnectPtr conn = open_default();
        virNodeDevicePtr device, found;
        char *caps[4] = { NULL };

        g_assert_cmpint(virConnectListAllNodeDevices(conn, NULL, 0), ==, 4);
        g_assert_cmpint(virConnectListAllNodeDevices(conn, NULL, VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS), ==, 2);
        device = virNodeDeviceCreateXML(conn, VHBA, 0);
        g_assert_cmpstr(virNodeDeviceGetName(device), ==, "scsi_host12");
        g_assert_cmpstr(virNodeDeviceGetParent(device), ==, "scsi_host1");
        g_assert_cmpint(virNodeDeviceListCaps(device, caps, 4), ==, 2);
        g_assert_cmpstr(caps[1], ==, "fc_host");
        found = virNodeDeviceLookupSCSIHostByWWN(conn, "2000000000000001", "1000000000000001", 0);
        g_assert_cmpstr(virNodeDeviceGetName(found), ==, "scsi_host12");
        g_assert_cmpint(virNodeDeviceDestroy(device), ==, 0);
        g_assert_cmpint(virNodeDeviceDestroy(found), ==, -1);
        expect_error(VIR_ERR_NO_NODE_DEVICE, "no node device with matching name 'scsi_host12'");
        g_free(caps[0]);
        g_free(caps[1]);
        virNodeDeviceFree(found);
        virNodeDeviceFree(device);
        virConnectClose(conn);
}

static void test_devices_refused(void)
{
        virConnectPtr conn = open_default();
        virNodeDevicePtr computer = virNodeDeviceLookupByName(conn, "computer");

        g_assert_cmpint(virNodeDeviceDestroy(computer), ==, -1);
        expect_error(VIR_ERR_INTERNAL_ERROR, "Device is not a fibre channel HBA");
        g_assert_null(virNodeDeviceCreateXML(
                conn, "<device><name>m</name><capability type='mdev'><type id='t'/></capability></device>", 0));
        expect_error(VIR_ERR_INTERNAL_ERROR, "Device is not a fibre channel HBA");
        virNodeDeviceFree(computer);
        virConnectClose(conn);
}

typedef struct Seen {
        int pool[8], n_pool;
        int device[8], n_device;
} Seen;

static void on_pool(virConnectPtr conn, virStoragePoolPtr pool, int event, int detail, void *opaque)
{
        Seen *seen = opaque;

        g_assert_cmpstr(virStoragePoolGetName(pool), ==, "p");
        seen->pool[seen->n_pool++] = event;
}

static void on_device(virConnectPtr conn, virNodeDevicePtr device, int event, int detail, void *opaque)
{
        Seen *seen = opaque;

        seen->device[seen->n_device++] = event;
}

static void on_timer(int timer, void *opaque)
{
        *(bool *)opaque = false;
}

/* Events come in the order of the changes. */
static void test_events(void)
{
        virConnectPtr conn = open_default();
        Seen seen = { .n_pool = 0 };
        int pool_id = virConnectStoragePoolEventRegisterAny(conn, NULL, VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE,
                                                            VIR_STORAGE_POOL_EVENT_CALLBACK(on_pool), &seen, NULL);
        int device_id = virConnectNodeDeviceEventRegisterAny(conn, NULL, VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE,
                                                             VIR_NODE_DEVICE_EVENT_CALLBACK(on_device), &seen, NULL);
        virStoragePoolPtr pool = virStoragePoolDefineXML(conn, POOL, 0);
        virNodeDevicePtr device = virNodeDeviceCreateXML(conn, VHBA, 0);
        bool waiting = true;
        int timer = virEventAddTimeout(1000, on_timer, &waiting, NULL);

        g_assert_cmpint(pool_id, >=, 0);
        g_assert_cmpint(device_id, >=, 0);
        virStoragePoolCreate(pool, 0);
        virStoragePoolDestroy(pool);
        virStoragePoolUndefine(pool);
        while (waiting && (seen.n_pool < 4 || seen.n_device < 1))
                virEventRunDefaultImpl();
        virEventRemoveTimeout(timer);
        g_assert_cmpint(seen.n_pool, ==, 4);
        g_assert_cmpint(seen.pool[0], ==, VIR_STORAGE_POOL_EVENT_DEFINED);
        g_assert_cmpint(seen.pool[1], ==, VIR_STORAGE_POOL_EVENT_STARTED);
        g_assert_cmpint(seen.pool[3], ==, VIR_STORAGE_POOL_EVENT_UNDEFINED);
        g_assert_cmpint(seen.device[0], ==, VIR_NODE_DEVICE_EVENT_CREATED);
        virConnectStoragePoolEventDeregisterAny(conn, pool_id);
        virConnectNodeDeviceEventDeregisterAny(conn, device_id);
        virNodeDeviceFree(device);
        virStoragePoolFree(pool);
        virConnectClose(conn);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        virEventRegisterDefaultImpl();
        g_test_add_func("/test/pool-life", test_pool_life);
        g_test_add_func("/test/pool-transient", test_pool_transient);
        g_test_add_func("/test/volumes", test_volumes);
        g_test_add_func("/test/sources", test_sources);
        g_test_add_func("/test/devices", test_devices);
        g_test_add_func("/test/devices-refused", test_devices_refused);
        g_test_add_func("/test/storage-events", test_events);
        return g_test_run();
}
