/* Commands of pools and volumes. */
#include <string.h>

#include "storage_commands/pool_command.h"
#include "storage_commands/volume_command.h"

static void expect_pool(const char *xml, const char *start, const char *stop)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StoragePool) pool = NULL;
        g_auto(GStrv) on = NULL, off = NULL;
        g_autofree char *text = NULL, *off_text = NULL;

        storage_pool_parse(xml, strlen(xml), 0, &pool, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        on = pool_start_command(pool, start ? &err : NULL);
        off = pool_stop_command(pool, stop ? &err : NULL);
        text = on ? g_strjoinv(" ", on) : NULL;
        off_text = off ? g_strjoinv(" ", off) : NULL;
        g_assert_cmpstr(text, ==, start);
        g_assert_cmpstr(off_text, ==, stop);
}

static void test_pools(void)
{
        expect_pool("<pool type='netfs'><name>n</name><source><host name='h'/><dir path='share'/><format type='cifs'/>"
                    "</source><target><path>/m</path></target></pool>",
                    "mount -o nodev,nosuid,noexec,guest -t cifs //h/share /m", "umount /m");
        expect_pool("<pool type='fs'><name>n</name><source><device path='/dev/x'/></source><target><path>/m</path>"
                    "</target></pool>",
                    "mount -o nodev,nosuid,noexec /dev/x /m", "umount /m");
        expect_pool("<pool type='logical'><name>vg</name></pool>", "vgchange -aly vg", "vgchange -aln vg");
        expect_pool("<pool type='dir'><name>n</name><target><path>/m</path></target></pool>", NULL, NULL);
}

static GPtrArray *commands_of(const char *xml, const char *input_xml, Error *err)
{
        static const char pool_xml[] = "<pool type='dir'><name>n</name><target><path>/m</path></target></pool>";
        g_autoptr(StoragePool) pool = NULL;
        g_autoptr(StorageVolume) volume = NULL, input = NULL;
        VolumeCommandOptions options = { .secret_path = "/s", .input_secret_path = "/i" };

        g_assert_cmpint(storage_pool_parse(pool_xml, strlen(pool_xml), 0, &pool, NULL), ==, 0);
        g_assert_cmpint(storage_volume_parse(xml, strlen(xml), 0, &volume, NULL), ==, 0);
        g_assert_cmpint(storage_volume_join(volume, pool, 0, NULL), ==, 0);
        if (input_xml) {
                g_assert_cmpint(storage_volume_parse(input_xml, strlen(input_xml), 0, &input, NULL), ==, 0);
                g_assert_cmpint(storage_volume_join(input, pool, 0, NULL), ==, 0);
                options.input = input;
        }
        return volume_create_commands(volume, &options, err);
}

static void expect_volume(const char *xml, const char *input, const char *first, const char *second)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) commands = commands_of(xml, input, &err);
        g_autofree char *text = NULL, *more = NULL;

        g_assert_cmpstr(err.message, ==, NULL);
        text = g_strjoinv(" ", g_ptr_array_index(commands, 0));
        g_assert_cmpstr(text, ==, first);
        g_assert_cmpuint(commands->len, ==, second ? 2 : 1);
        more = second ? g_strjoinv(" ", g_ptr_array_index(commands, 1)) : NULL;
        g_assert_cmpstr(more, ==, second);
}

#define VOLUME(target)                                                                                                 \
        "<volume><name>v</name><capacity>1025</capacity><target><path>/v</path>" target "</target></volume>"

static void test_volumes(void)
{
        expect_volume(VOLUME(""), NULL, "qemu-img create -f raw /v 2K", NULL);
        expect_volume(VOLUME("<format type='qcow2'/><clusterSize>65536</clusterSize>"), NULL,
                      "qemu-img create -f qcow2 -o compat=0.10,cluster_size=65536 /v 2K", NULL);
        expect_volume(VOLUME("<encryption format='luks'><secret type='passphrase' usage='u'/><cipher name='aes' "
                             "size='128' mode='xts' hash='sha1'/><ivgen name='plain64' hash='md5'/></encryption>"),
                      VOLUME("<format type='qcow2'/>"),
                      "qemu-img create -f luks --object secret,id=v_encrypt0,file=/s -o key-secret=v_encrypt0,"
                      "cipher-alg=aes-128,cipher-mode=xts,hash-alg=sha1,ivgen-alg=plain64,ivgen-hash-alg=md5 /v 2K",
                      "qemu-img convert --image-opts -n --target-image-opts --object secret,id=v_encrypt0,file=/s "
                      "driver=qcow2,file.filename=/v driver=luks,file.filename=/v,key-secret=v_encrypt0");
}

static void refuse_volume(const char *xml, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(commands_of(xml, NULL, &err));
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_refused(void)
{
        refuse_volume(VOLUME("<format type='dir'/><encryption format='luks'><secret type='passphrase' usage='u'/>"
                             "</encryption>"),
                      "volume encryption unsupported with format dir");
        refuse_volume(VOLUME("<encryption format='luks'/>"), "no secret provided");
        refuse_volume(VOLUME("<encryption format='luks2'><secret type='passphrase' usage='u'/></encryption>"),
                      "unsupported volume encryption format 'luks2'");
        refuse_volume("<volume><name>v</name><capacity>1</capacity><target><path>/v</path></target><backingStore>"
                      "<path>/b</path></backingStore></volume>",
                      "cannot set backing store for raw volume");
}

static void test_gluster(void)
{
        static const char xml[] = "<cliOutput><volInfo><volumes><volume><name>a</name></volume></volumes></volInfo>"
                                  "</cliOutput>";
        g_autofree char *sources = pool_sources_of_gluster(xml, strlen(xml), "h", POOL_TYPE_NETFS, NULL);

        g_assert_cmpstr(
                sources, ==,
                "<sources>\n  <source>\n    <host name='h'/>\n    <dir path='a'/>\n    <format type='glusterfs'/>\n"
                "  </source>\n</sources>\n");
        g_assert_null(pool_sources_of_gluster("<a/>", 4, "h", POOL_TYPE_GLUSTER, NULL));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/storage-commands/pools", test_pools);
        g_test_add_func("/storage-commands/volumes", test_volumes);
        g_test_add_func("/storage-commands/refused", test_refused);
        g_test_add_func("/storage-commands/gluster", test_gluster);
        return g_test_run();
}
