/* Backing strings: what QEMU writes into images, as documents. */
#include <string.h>

#include "conf/rows.h"
#include "conf/storage_backing.h"

static void expect(const char *text, const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *out = NULL;
        Source source = { 0 };

        if (storage_backing_parse(text, &source, &err) < 0)
                g_error("%s: %s", text, err.message);
        out = rows_document(&Source_rows, &source, "source", 0);
        rows_drop(&Source_rows, &source);
        g_assert_cmpstr(out, ==, xml);
}

static void refuse(const char *text, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Source source = { 0 };

        g_assert_cmpint(storage_backing_parse(text, &source, &err), ==, -1);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
        g_assert_cmpint(source.type, ==, SOURCE_NONE);
}

static void test_paths(void)
{
        expect("a.img", "<source file='a.img'/>\n");
        expect("/x/nbd:a", "<source file='/x/nbd:a'/>\n");
        expect("./nbd:a", "<source file='./nbd:a'/>\n");
        expect("fat:/x", "<source dir='/x'/>\n");
        refuse("", "is empty");
}

static void test_uris(void)
{
        expect("https://h.example/a%20b?c=d%26",
               "<source protocol='https' name='a b' query='c=d%26'>\n  <host name='h.example' port='443'/>\n"
               "</source>\n");
        expect("nbd://[::1]", "<source protocol='nbd'>\n  <host name='::1' port='10809'/>\n</source>\n");
        expect("gluster+rdma://h/v/p",
               "<source protocol='gluster' name='v/p'>\n  <host name='h' port='24007' transport='rdma'/>\n</source>\n");
        refuse("gluster://h/v", "missing volume name and path");
        refuse("gopher://h/x", "invalid backing protocol 'gopher'");
        refuse("nbd+udp://h", "invalid protocol transport type 'udp'");
        refuse("nbd+unix:///", "missing socket");
        refuse("http:///x", "missing host");
        refuse("http://h:70000/x", "failed to parse");
}

static void test_colons(void)
{
        expect("rbd:p/i@s:id=u:key=k:mon_host=h1\\:6789\\;[fe80\\:\\:1]\\:1\\;h2:conf=/c",
               "<source protocol='rbd' name='p/i'>\n  <host name='h1' port='6789'/>\n  <host name='fe80::1' "
               "port='1'/>\n"
               "  <host name='h2'/>\n  <snapshot name='s'/>\n  <config file='/c'/>\n</source>\n");
        refuse("nbd:h", "missing port");
        refuse("nbd:unix:", "missing unix socket path");
        refuse("sheepdog:x", "not implemented for protocol sheepdog");
        refuse("foo:x", "invalid backing protocol 'foo'");
}

static void test_json(void)
{
        expect("json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"raw\",\"size\":9,\"file\":{\"driver\":\"file\","
               "\"filename\":\"/a\"}}}",
               "<source file='/a'>\n  <slices>\n    <slice type='storage' offset='0' size='9'/>\n  "
               "</slices>\n</source>\n");
        expect("json:{\"file.driver\":\"iscsi\",\"file.portal\":\"h:5\",\"file.target\":\"t\",\"file.lun\":3}",
               "<source protocol='iscsi' name='t/3'>\n  <host name='h' port='5'/>\n</source>\n");
        refuse("json:{\"driver\":\"raw\",\"file\":{\"driver\":\"qcow2\",\"file\":{}}}", "below another");
        refuse("json:[]", "must be an object");
        refuse("json:{\"driver\":\"qcow9\"}", "missing parser implementation");
        refuse("json:{\"driver\":\"nvme\",\"device\":\"01:00.0\",\"namespace\":1}", "malformed 'device'");
        refuse("json:{\"driver\":\"nbd\",\"host\":\"h\",\"port\":\"99999\"}", "malformed 'port'");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/storage-backing/paths", test_paths);
        g_test_add_func("/storage-backing/uris", test_uris);
        g_test_add_func("/storage-backing/colons", test_colons);
        g_test_add_func("/storage-backing/json", test_json);
        return g_test_run();
}
