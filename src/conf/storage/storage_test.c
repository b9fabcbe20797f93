/* Pools and volumes: what their documents mean. Expectations are libvirt's documented behaviour. */
#include <string.h>

#include "conf/storage_capabilities.h"
#include "conf/storage_volume.h"

static StoragePool *pool_of(const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        StoragePool *pool = NULL;

        storage_pool_parse(xml, strlen(xml), 0, &pool, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        return pool;
}

static void refuse_pool(const char *xml, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        StoragePool *pool;

        g_assert_cmpint(storage_pool_parse(xml, strlen(xml), 0, &pool, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_tables(void)
{
        static const struct {
                const DocumentKind *kind;
                size_t trips_min;
        } kinds[] = { { &storage_pool_kind, 150 }, { &storage_volume_kind, 100 }, { &storage_capabilities_kind, 20 } };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                g_autofree char *complaint = rows_guard(kinds[i].kind->rows);
                g_autofree char *trip = NULL;
                size_t n;

                g_assert_cmpstr(complaint, ==, NULL);
                trip = rows_round_trip(kinds[i].kind->rows, kinds[i].kind->element, &n);
                g_assert_cmpstr(trip, ==, NULL);
                g_test_message("%s: %zu round trips", kinds[i].kind->name, n);
                g_assert_cmpuint(n, >=, kinds[i].trips_min);
        }
}

static void test_paths(void)
{
        static const struct {
                const char *path, *clean;
        } cases[] = {
                { "/a//b/", "/a/b" }, { "//a/b", "//a/b" }, { "///a", "/a" }, { "/", "/" },
                { "a//b", "a/b" },    { "", NULL },         { NULL, NULL },   { "//", "//" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *clean = storage_path_sanitize(cases[i].path);

                g_assert_cmpstr(clean, ==, cases[i].clean);
        }
}

/* Names of a volume group and its pool stand in for each other; its target is never the document's. */
static void test_names(void)
{
        g_autoptr(StoragePool) pool = pool_of("<pool type='logical'><source><name>vg</name></source></pool>");
        g_autoptr(StoragePool) other = pool_of("<pool type='logical'><name>vg1</name><target><path>/x</path></target>"
                                               "</pool>");

        g_assert_cmpstr(pool->name, ==, "vg");
        g_assert_cmpstr(other->source.name, ==, "vg1");
        g_assert_cmpstr(other->target.path, ==, "/dev/vg1");
        g_assert_cmpint(other->source.logical_format, ==, POOL_LOGICAL_LVM2);
        refuse_pool("<pool type='dir'><source><name>n</name></source><target><path>/x</path></target></pool>",
                    VIR_ERR_XML_ERROR, "missing pool source name element");
}

/* What a type has not is not read; figures are the driver's. */
static void test_foreign_parts(void)
{
        g_autoptr(StoragePool) pool =
                pool_of("<pool type='dir'><name>n</name><capacity>5</capacity><source><host name='h'/></source>"
                        "<target><path>/x</path></target></pool>");
        g_autoptr(StoragePool) gluster = pool_of("<pool type='gluster'><name>n</name><source><host name='h'/></source>"
                                                 "<target><path>/x</path></target></pool>");

        g_assert_cmpuint(pool->source.n_hosts, ==, 0);
        g_assert_cmpuint(pool->capacity, ==, 0);
        g_assert_cmpstr(gluster->target.path, ==, NULL);
        g_assert_cmpstr(gluster->source.dir, ==, "/");
}

static void test_pool_rules(void)
{
        static const struct {
                const char *type, *source;
                int code;
                const char *words;
        } cases[] = {
                { "netfs", "<dir path='/a'/>", VIR_ERR_XML_ERROR, "missing storage pool source host name" },
                { "netfs", "<host name='h'/>", VIR_ERR_XML_ERROR, "missing storage pool source path" },
                { "fs", "", VIR_ERR_XML_ERROR, "missing storage pool source device name" },
                { "scsi", "", VIR_ERR_XML_ERROR, "missing storage pool source adapter" },
                { "iscsi-direct", "<host name='h'/><device path='d'/>", VIR_ERR_CONFIG_UNSUPPORTED,
                  "missing initiator IQN" },
                { "rbd", "<host name='h'/>", VIR_ERR_XML_ERROR, "element 'name' is mandatory for RBD pool" },
                { "scsi", "<adapter type='fc_host' wwnn='20' wwpn='10000000c9831b4b'/>", VIR_ERR_INTERNAL_ERROR,
                  "Malformed wwn: 20" },
                { "scsi", "<adapter wwnn='20000000c9831b4b'/>", VIR_ERR_XML_ERROR,
                  "requires use of the adapter 'type'" },
                { "rbd", "<host name='h'/><name>p</name><auth type='ceph' username='u'><secret/></auth>",
                  VIR_ERR_XML_ERROR, "missing secret uuid or usage attribute" },
                { "rbd", "<host name='h'/><name>p</name><auth type='ceph' username='u'/>", VIR_ERR_XML_ERROR,
                  "Missing <secret> element in auth" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *xml = g_strdup_printf("<pool type='%s'><name>n</name><source>%s</source></pool>",
                                                       cases[i].type, cases[i].source);

                refuse_pool(xml, cases[i].code, cases[i].words);
        }
        refuse_pool("<pool type='dir'><name>a/b</name><target><path>/x</path></target></pool>", VIR_ERR_XML_ERROR,
                    "name a/b cannot contain '/'");
}

static int volume_in(const char *pool_xml, const char *xml, unsigned flags, StorageVolume **ret, Error *err)
{
        g_autoptr(StoragePool) pool = pool_of(pool_xml);

        if (storage_volume_parse(xml, strlen(xml), 0, ret, err) < 0)
                return -1;
        if (storage_volume_join(*ret, pool, flags, err) < 0) {
                g_clear_pointer(ret, storage_volume_free);
                return -1;
        }
        return 0;
}

#define DIR_POOL     "<pool type='dir'><name>n</name><target><path>/x</path></target></pool>"
#define LOGICAL_POOL "<pool type='logical'><name>n</name></pool>"

static void test_volume_defaults(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StorageVolume) volume = NULL;
        g_autoptr(StorageVolume) logical = NULL;

        volume_in(DIR_POOL, "<volume><name>v</name><capacity unit='k'>3</capacity></volume>", 0, &volume, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpuint(volume->allocation.value, ==, 3072);
        g_assert_cmpint(volume->target.format, ==, VOLUME_FORMAT_RAW);
        volume_in(LOGICAL_POOL,
                  "<volume><name>v</name><capacity>3</capacity><target><format type='qcow2'/></target></volume>", 0,
                  &logical, &err);
        g_assert_cmpint(logical->target.format, ==, VOLUME_FORMAT_DEFAULT);
}

static void test_volume_rules(void)
{
        ERROR_AUTO Error format = ERROR_INIT;
        ERROR_AUTO Error capacity = ERROR_INIT;
        ERROR_AUTO Error fine = ERROR_INIT;
        StorageVolume *volume = NULL;

        volume_in(DIR_POOL,
                  "<volume><name>v</name><capacity>1</capacity><target><format type='ext2'/></target></volume>", 0,
                  &volume, &format);
        g_assert_cmpint(format.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(strstr(format.message, "unknown volume format type ext2"));
        volume_in(DIR_POOL, "<volume><name>v</name></volume>", STORAGE_VOLUME_OPTIONAL_CAPACITY, &volume, &capacity);
        g_assert_nonnull(strstr(capacity.message, "missing capacity element"));
        volume_in(DIR_POOL, "<volume><name>v</name></volume>", STORAGE_VOLUME_NO_CAPACITY, &volume, &fine);
        g_assert_cmpstr(fine.message, ==, NULL);
        storage_volume_free(volume);
}

/* Every type is listed, and only those that are there are supported. */
static void test_capabilities(void)
{
        g_autoptr(StorageCapabilities) capabilities = storage_capabilities_make(UINT64_C(1) << POOL_TYPE_DISK);
        const PoolCapability *pool = &capabilities->pools[POOL_TYPE_DISK - 1];

        g_assert_cmpuint(capabilities->n_pools, ==, POOL_TYPE_MAX_ - 1);
        g_assert_cmpint(pool->type, ==, POOL_TYPE_DISK);
        g_assert_cmpint(pool->supported, ==, YESNO_YES);
        g_assert_cmpstr(pool->volume->default_format, ==, "none");
        g_assert_cmpuint(pool->volume->enums[0].n_values, ==, 8);
        g_assert_cmpint(capabilities->pools[0].supported, ==, YESNO_NO);
        g_assert_null(capabilities->pools[0].pool);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/storage/tables", test_tables);
        g_test_add_func("/storage/paths", test_paths);
        g_test_add_func("/storage/names", test_names);
        g_test_add_func("/storage/foreign-parts", test_foreign_parts);
        g_test_add_func("/storage/pool-rules", test_pool_rules);
        g_test_add_func("/storage/volume-defaults", test_volume_defaults);
        g_test_add_func("/storage/volume-rules", test_volume_rules);
        g_test_add_func("/storage/capabilities", test_capabilities);
        return g_test_run();
}
