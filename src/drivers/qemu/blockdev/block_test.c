/* Images as nodes: chains and their names, formats, limits, the words of nbdkit, what images say of those below. */
#include "blockdev/blockdev.h"

#include <string.h>

#include "blockdev/nbdkit.h"
#include "conf/storage_pool.h"
#include <libvirt/libvirt.h>

/* A document with one disk, <disk ...>@inside<target .../></disk>. */
static Domain *with_disk(const char *kind, const char *inside)
{
        g_autofree char *xml = g_strdup_printf(
                "<disk type='%s' device='disk'>%s<target dev='vda' bus='virtio'/></disk>", kind, inside);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = NULL;

        if (domain_parse_device(xml, strlen(xml), DOMAIN_PARSE_NO_SETTLE, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static const char *word(const Json *json, const char *key)
{
        return json_get_string(json, key);
}

static void test_chain(void)
{
        g_autoptr(Domain) domain = with_disk(
                "file", "<driver name='qemu' type='qcow2' copy_on_read='on'/><source file='/top'/>"
                        "<backingStore type='file'><format type='qcow2'/><source file='/middle'/>"
                        "<backingStore type='block'><format type='raw'/><source dev='/dev/base'/><backingStore/>"
                        "</backingStore></backingStore>");
        Disk *disk = &domain->disks[0];
        g_autoptr(GPtrArray) chain = NULL;
        const BlockImage *base;

        g_assert_cmpuint(block_name_disk(disk, 5), ==, 8);
        chain = block_chain(disk);
        g_assert_cmpuint(chain->len, ==, 3);
        g_assert_true(((BlockImage *)chain->pdata[0])->top);
        g_assert_false(((BlockImage *)chain->pdata[1])->top);
        g_assert_cmpstr(block_node(&disk->source, BLOCK_NODE_FORMAT), ==, "libvirt-5-format");
        g_assert_cmpstr(block_node(&disk->backing->source, BLOCK_NODE_STORAGE), ==, "libvirt-6-storage");
        base = chain->pdata[2];
        g_assert_cmpstr(block_source_path(base->source), ==, "/dev/base");
        g_assert_cmpstr(block_file_node(base), ==, "libvirt-7-storage");
        /* The end is said, and is no image. */
        g_assert_nonnull(base->below);
        g_assert_cmpint(base->below->source.type, ==, SOURCE_NONE);
        g_assert_cmpstr(block_top_node(disk), ==, "libvirt-CoR-vda");
}

/* A guest that runs keeps the names that it has. */
static void test_names_stay(void)
{
        g_autoptr(Domain) domain = with_disk("file", "<source file='/top'/>");
        Disk *disk = &domain->disks[0];

        block_name_source(disk, &disk->source, "theirs");
        block_name_disk(disk, 9);
        g_assert_cmpstr(block_node(&disk->source, BLOCK_NODE_STORAGE), ==, "theirs-storage");
        g_assert_cmpstr(block_top_node(disk), ==, "theirs-format");
        g_assert_null(block_node(&disk->source, BLOCK_NODE_SLICE));
}

static void test_empty_drive(void)
{
        g_autoptr(Domain) domain = with_disk("file", "");
        g_autoptr(GPtrArray) chain = block_chain(&domain->disks[0]);

        g_assert_cmpuint(chain->len, ==, 0);
        g_assert_null(block_top_node(&domain->disks[0]));
}

/* A part of a raw image is the format's; of any other a node between the two. */
static void test_slice(void)
{
        static const char *const source = "<driver name='qemu' type='%s'/><source file='/top'><slices>"
                                          "<slice type='storage' offset='1024' size='4096'/></slices></source>";
        g_autofree char *raw_xml = g_strdup_printf(source, "raw");
        g_autofree char *other_xml = g_strdup_printf(source, "qcow2");
        g_autoptr(Domain) raw = with_disk("file", raw_xml);
        g_autoptr(Domain) other = with_disk("file", other_xml);
        BlockImage image = block_image(&raw->disks[0], &raw->disks[0].source);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) format = NULL;
        g_autoptr(Json) slice = NULL;
        uint64_t number = 0;

        block_name_disk(&raw->disks[0], 1);
        block_name_disk(&other->disks[0], 1);
        format = block_format_node(&image, &err);
        g_assert_true(json_get_uint(format, "offset", &number));
        g_assert_cmpuint(number, ==, 1024);
        g_assert_cmpstr(word(format, "file"), ==, "libvirt-1-storage");
        g_assert_false(block_needs_slice(&image));

        image = block_image(&other->disks[0], &other->disks[0].source);
        g_assert_true(block_needs_slice(&image));
        g_assert_cmpstr(block_file_node(&image), ==, "libvirt-1-slice-sto");
        slice = block_slice_node(&image);
        g_assert_cmpstr(word(slice, "driver"), ==, "raw");
        g_assert_cmpstr(word(slice, "file"), ==, "libvirt-1-storage");
        g_assert_true(json_get_uint(slice, "size", &number));
        g_assert_cmpuint(number, ==, 4096);
}

static Json *format_of(const char *type, const char *inside, Error *err)
{
        g_autofree char *text =
                g_strdup_printf("<driver name='qemu' type='%s'/><source file='/top'>%s</source>", type, inside);
        g_autoptr(Domain) domain = with_disk("file", text);
        BlockImage image;
        g_autoptr(Json) json = json_object();

        block_name_disk(&domain->disks[0], 1);
        image = block_image(&domain->disks[0], &domain->disks[0].source);
        image.metadata_cache_bytes = 65536;
        return block_format_driver(&image, json, err) < 0 ? NULL : g_steal_pointer(&json);
}

static const char *const luks = "<encryption format='luks'><secret type='passphrase' "
                                "uuid='0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f'/></encryption>";

static void test_formats(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) iso = format_of("iso", "", &err);
        g_autoptr(Json) qcow2 = format_of("qcow2", "", &err);
        g_autoptr(Json) encrypted = format_of("qcow2", luks, &err);
        g_autoptr(Json) plain_luks = format_of("raw", luks, &err);
        uint64_t cache = 0;

        g_assert_cmpstr(word(iso, "driver"), ==, "raw");
        g_assert_null(json_get(iso, "cache-size"));
        g_assert_true(json_get_uint(qcow2, "cache-size", &cache));
        g_assert_cmpuint(cache, ==, 65536);
        g_assert_null(json_get(qcow2, "encrypt"));
        g_assert_cmpstr(word(json_get(encrypted, "encrypt"), "format"), ==, "luks");
        g_assert_cmpstr(word(json_get(encrypted, "encrypt"), "key-secret"), ==, "libvirt-1-format-encryption-secret0");
        g_assert_cmpstr(word(plain_luks, "driver"), ==, "luks");
        g_assert_cmpstr(word(plain_luks, "key-secret"), ==, "libvirt-1-format-encryption-secret0");
        g_assert_null(format_of("cow", "", &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(strstr(err.message, "'cow'"));
}

static void test_limits(void)
{
        g_autoptr(Domain) domain = with_disk("file", "<source file='/top'/><iotune><read_iops_sec>700</read_iops_sec>"
                                                     "<read_iops_sec_max>900</read_iops_sec_max>"
                                                     "<group_name>crowd</group_name></iotune>");
        g_autoptr(Json) some = block_throttle("/machine/x", "alone", domain->disks[0].iotune);
        g_autoptr(Json) none = block_throttle("/machine/x", "alone", NULL);
        static const char *const always[] = { "bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr" };
        uint64_t number = 1;

        for (size_t i = 0; i < G_N_ELEMENTS(always); i++) {
                g_assert_true(json_get_uint(none, always[i], &number));
                g_assert_cmpuint(number, ==, 0);
        }
        g_assert_null(json_get(none, "iops_rd_max"));
        g_assert_cmpstr(word(none, "group"), ==, "alone");
        g_assert_cmpstr(word(none, "id"), ==, "/machine/x");
        g_assert_true(json_get_uint(some, "iops_rd", &number));
        g_assert_cmpuint(number, ==, 700);
        g_assert_true(json_get_uint(some, "iops_rd_max", &number));
        g_assert_cmpuint(number, ==, 900);
        g_assert_cmpstr(word(some, "group"), ==, "crowd");
}

/* Each member of the table is another one, and is written where it is read. */
static void test_limit_table(void)
{
        DiskIoTune tune = {};

        for (size_t i = 0; i < BLOCK_LIMITS; i++)
                block_limit_set(&tune, &block_limits[i], i + 1);
        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                g_assert_cmpuint(block_limit_get(&tune, &block_limits[i]), ==, i + 1);
                for (size_t other = 0; other < i; other++)
                        g_assert_cmpstr(block_limits[i].key, !=, block_limits[other].key);
        }
        g_assert_cmpuint(tune.total_bytes_sec, !=, 0);
        g_assert_cmpuint(tune.write_iops_sec_max_length, !=, 0);
}

static void test_device_paths(void)
{
        g_autoptr(Domain) domain = with_disk("file", "<source file='/top'/><alias name='thing0'/>");
        Disk *disk = &domain->disks[0];
        g_autofree char *virtio = block_device_path(disk);
        g_autofree char *scsi = NULL;

        g_assert_cmpstr(virtio, ==, "/machine/peripheral/thing0/virtio-backend");
        disk->bus = DISK_BUS_SCSI;
        scsi = block_device_path(disk);
        g_assert_cmpstr(scsi, ==, "thing0");
}

/* nbdkit: secrets go through descriptors. */

typedef struct Kit {
        NbdkitHost host; /* first */
        GString *given;  /* all that went through descriptors */
        int fd;          /* the next */
} Kit;

static int kit_password(NbdkitHost *host, const SourceAuth *auth, uint8_t **ret, size_t *ret_length, Error *err)
{
        *ret = (uint8_t *)g_strdup("swordfish");
        *ret_length = strlen("swordfish");
        return 0;
}

static int kit_give(NbdkitHost *host, const uint8_t *data, size_t length, Error *err)
{
        Kit *kit = (Kit *)host;

        g_string_append_len(kit->given, (const char *)data, (gssize)length);
        g_string_append_c(kit->given, '|');
        return kit->fd++;
}

static char *kit_words(const char *source, bool readahead, GString *given, Error *err)
{
        g_autoptr(Domain) domain = with_disk("network", source);
        Kit kit = { .host = { .password = kit_password, .give = kit_give, .readahead = readahead },
                    .given = given,
                    .fd = 77 };
        BlockImage image = block_image(&domain->disks[0], &domain->disks[0].source);
        Process *process = nbdkit_process(&image, "/run/kit.sock", &kit.host, err);
        char *text = process ? process_text(process) : NULL;

        process_free(process);
        return text;
}

static const char *const web =
        "<source protocol='https' name='a/b.iso' query='x=1'><host name='2001:db8::1' port='444'/>"
        "<ssl verify='no'/><cookies><cookie name='one'>crumb</cookie><cookie name='two'>2</cookie>"
        "</cookies><readahead size='1024'/><timeout seconds='33'/>"
        "<auth username='me'><secret type='iscsi' usage='u'/></auth></source><readonly/>";

static void test_nbdkit_web(void)
{
        g_autoptr(GString) given = g_string_new(NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *words = kit_words(web, true, given, &err);
        g_autofree char *without = kit_words(web, false, given, &err);

        g_assert_nonnull(words);
        g_assert_nonnull(strstr(words, "--unix /run/kit.sock"));
        g_assert_nonnull(strstr(words, "--readonly"));
        g_assert_nonnull(strstr(words, "--filter readahead"));
        g_assert_null(strstr(without, "--filter"));
        g_assert_nonnull(strstr(words, "protocols=https"));
        g_assert_nonnull(strstr(words, "https://[2001:db8::1]:444/a/b.iso?x=1"));
        g_assert_nonnull(strstr(words, "user=me"));
        g_assert_nonnull(strstr(words, "password=-77"));
        g_assert_nonnull(strstr(words, "cookie=-78"));
        g_assert_nonnull(strstr(words, "sslverify=false"));
        g_assert_nonnull(strstr(words, "timeout=33"));
        g_assert_null(strstr(words, "swordfish"));
        g_assert_null(strstr(words, "crumb"));
        g_assert_cmpstr(given->str, ==, "swordfish|one=crumb; two=2|swordfish|one=crumb; two=2|");
}

static void test_nbdkit_ssh(void)
{
        g_autoptr(GString) given = g_string_new(NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *words =
                kit_words("<source protocol='ssh' name='/far/x.img'><host name='far' port='2222'/>"
                          "<identity username='me' keyfile='/key'/><knownHosts path='/known'/></source>",
                          true, given, &err);

        g_assert_nonnull(words);
        g_assert_nonnull(strstr(words, " ssh "));
        g_assert_nonnull(strstr(words, "host=far"));
        g_assert_nonnull(strstr(words, "port=2222"));
        g_assert_nonnull(strstr(words, "path=/far/x.img"));
        g_assert_nonnull(strstr(words, "identity=/key"));
        g_assert_nonnull(strstr(words, "user=me"));
        g_assert_nonnull(strstr(words, "known-hosts=/known"));
        g_assert_null(strstr(words, "--readonly"));
        g_assert_cmpstr(given->str, ==, "");
}

static void test_nbdkit_others(void)
{
        g_autoptr(GString) given = g_string_new(NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(
                kit_words("<source protocol='nbd' name='x'><host name='far' port='1'/></source>", true, given, &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
}

/* What an image says of the one below it */

static char *backing(const char *kind, const char *source)
{
        g_autoptr(Domain) domain = with_disk(kind, source);
        const BlockImage image = block_image(&domain->disks[0], &domain->disks[0].source);
        ERROR_AUTO Error err = ERROR_INIT;
        char *text = block_backing_text(&image, &err);

        if (!text)
                g_error("%s", err.message);
        return text;
}

static void test_backing_texts(void)
{
        g_autofree char *file = backing("file", "<source file='/a b'/>");
        g_autofree char *uri = backing("network", "<source protocol='nbd' name='stick'><host name='far' port='10810'/>"
                                                  "</source>");
        g_autofree char *more = backing("network", "<source protocol='https' name='x'><host name='far' port='443'/>"
                                                   "<timeout seconds='5'/></source>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;

        g_assert_cmpstr(file, ==, "/a b");
        g_assert_cmpstr(uri, ==, "nbd://far:10810/stick");
        /* A URI cannot say how long to wait. */
        g_assert_true(g_str_has_prefix(more, "json:"));
        json = json_parse(more + strlen("json:"), strlen(more) - strlen("json:"), &err);
        g_assert_nonnull(json);
        g_assert_cmpstr(word(json_get(json, "file") ? json_get(json, "file") : json, "driver"), ==, "https");
}

/* The image of a transient disk goes one down, with all that was said of it. */
static void test_overlay(void)
{
        g_autoptr(Domain) domain = with_disk("file", "<driver name='qemu' type='raw'/><source file='/image'/>"
                                                     "<backingStore/>");
        Disk *disk = &domain->disks[0];
        g_autofree char *none = block_overlay_path(disk, "web");

        g_assert_null(none);
        g_assert_cmpuint(block_put_overlay(disk, "web", 7), ==, 7);
        disk->transient = true;
        block_name_disk(disk, 2);
        g_assert_false(block_has_overlay(disk, "web"));
        g_assert_cmpuint(block_put_overlay(disk, "web", 7), ==, 8);
        g_assert_true(block_has_overlay(disk, "web"));
        g_assert_false(block_has_overlay(disk, "other"));
        g_assert_cmpstr(disk->source.file.path, ==, "/image.TRANSIENT-web");
        g_assert_cmpint(disk->source.format, ==, IMAGE_FORMAT_QCOW2);
        g_assert_cmpstr(block_node(&disk->source, BLOCK_NODE_FORMAT), ==, "libvirt-7-format");
        g_assert_cmpstr(disk->backing->source.file.path, ==, "/image");
        g_assert_cmpint(disk->backing->source.format, ==, IMAGE_FORMAT_RAW);
        g_assert_cmpuint(disk->backing->index, ==, 2);
        g_assert_cmpstr(block_node(&disk->backing->source, BLOCK_NODE_FORMAT), ==, "libvirt-2-format");
        /* Once is enough. */
        g_assert_cmpuint(block_put_overlay(disk, "web", 9), ==, 9);
}

static int become_volume(const char *pool_xml, const char *source, int type, Domain **ret)
{
        g_autoptr(StoragePool) pool = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        *ret = with_disk("volume", source);
        g_assert_cmpint(storage_pool_parse(pool_xml, strlen(pool_xml), 0, &pool, &err), ==, 0);
        return block_volume(&(*ret)->disks[0].source, pool, type, "/where/it/is", &err);
}

static void test_volumes(void)
{
        static const char folder[] = "<pool type='dir'><name>p</name><target><path>/where</path></target></pool>";
        static const char iscsi[] = "<pool type='iscsi'><name>p</name><source><host name='far' port='3261'/>"
                                    "<device path='iqn.x'/><auth type='chap' username='me'><secret usage='u'/></auth>"
                                    "</source><target><path>/dev/disk/by-path</path></target></pool>";
        static const char direct[] = "<source pool='p' volume='unit:0:0:4' mode='direct'/>";
        g_autoptr(Domain) file = NULL, block = NULL, net = NULL, refused = NULL, odd = NULL;
        const NetSource *source;

        g_assert_cmpint(become_volume(folder, "<source pool='p' volume='v'/>", VIR_STORAGE_VOL_FILE, &file), ==, 0);
        g_assert_cmpint(file->disks[0].source.type, ==, SOURCE_FILE);
        g_assert_cmpstr(file->disks[0].source.file.path, ==, "/where/it/is");
        g_assert_cmpint(
                become_volume(iscsi, "<source pool='p' volume='v' mode='host'/>", VIR_STORAGE_VOL_BLOCK, &block), ==,
                0);
        g_assert_cmpstr(block->disks[0].source.block.path, ==, "/where/it/is");
        g_assert_cmpint(become_volume(iscsi, direct, VIR_STORAGE_VOL_BLOCK, &net), ==, 0);
        source = &net->disks[0].source.net;
        g_assert_cmpint(source->protocol, ==, NET_PROTOCOL_ISCSI);
        g_assert_cmpstr(source->name, ==, "iqn.x/4");
        g_assert_cmpuint(source->hosts[0].port, ==, 3261);
        g_assert_cmpstr(source->auth->username, ==, "me");
        g_assert_cmpstr(source->auth->secret.usage, ==, "u");
        g_assert_cmpint(become_volume(folder, direct, VIR_STORAGE_VOL_FILE, &refused), ==, -1);
        g_assert_cmpint(become_volume(folder, "<source pool='p' volume='v'/>", VIR_STORAGE_VOL_NETWORK, &odd), ==, -1);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/block/chain", test_chain);
        g_test_add_func("/block/names-stay", test_names_stay);
        g_test_add_func("/block/empty-drive", test_empty_drive);
        g_test_add_func("/block/slice", test_slice);
        g_test_add_func("/block/formats", test_formats);
        g_test_add_func("/block/limits", test_limits);
        g_test_add_func("/block/limit-table", test_limit_table);
        g_test_add_func("/block/device-paths", test_device_paths);
        g_test_add_func("/block/nbdkit-web", test_nbdkit_web);
        g_test_add_func("/block/nbdkit-ssh", test_nbdkit_ssh);
        g_test_add_func("/block/nbdkit-others", test_nbdkit_others);
        g_test_add_func("/block/backing-texts", test_backing_texts);
        g_test_add_func("/block/overlay", test_overlay);
        g_test_add_func("/block/volumes", test_volumes);
        return g_test_run();
}
