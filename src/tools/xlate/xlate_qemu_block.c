/* Images as the QEMU driver opens and makes them: from a <disk> whose nodes are named in its <privateData>. */
#include <stdio.h>
#include <string.h>

#include "blockdev/blockdev.h"
#include "blockdev/nbdkit.h"
#include "conf/storage_backing.h"
#include "conf/xml.h"
#include "util/file.h"
#include "xlate.h"

/* Secrets go by the name of their node. */
static void name_secret(Source *source, const char *type, const char *node_type, const char *end)
{
        SourceSecret *secret;

        if (!block_node(source, node_type))
                return;
        secret = rows_list_insert(&SourceSecret_rows, &source->status->secrets, &source->status->n_secrets,
                                  source->status->n_secrets);
        secret->type = g_strdup(type);
        secret->alias = g_strdup_printf("%s%s", block_node(source, node_type), end);
}

static void name_secrets(Source *source)
{
        if (source->type == SOURCE_NETWORK && source->net.auth)
                name_secret(source, BLOCK_SECRET_AUTH, BLOCK_NODE_STORAGE, "-secalias");
        if (source->encryption)
                name_secret(source, BLOCK_SECRET_ENCRYPTION, BLOCK_NODE_FORMAT, "-encalias");
}

static int take_disk(XmlNode *element, Disk *disk, Error *err)
{
        rows_init(&Disk_rows, disk);
        if (rows_parse(&Disk_rows, disk, element, ROWS_STATUS | ROWS_NO_SETTLE, err) < 0)
                return CONVERT_REFUSED;
        name_secrets(&disk->source);
        for (BackingStore *below = disk->backing; below; below = below->backing)
                name_secrets(&below->source);
        return 0;
}

static int read_disk(const char *path, Disk *disk, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(XmlDocument) document = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return CONVERT_FAILED;
        if (xml_read(text, length, path, "disk", &document, err) < 0)
                return CONVERT_REFUSED;
        return take_disk(xml_root(document), disk, err);
}

static void print(const Json *json)
{
        g_autofree char *text = json_format(json, true);

        puts(text);
}

static int print_node(Json *node)
{
        if (!node)
                return -1;
        print(node);
        json_unref(node);
        return 0;
}

static int print_nodes(const BlockImage *image, Error *err)
{
        if (print_node(block_format_node(image, err)) < 0)
                return -1;
        return print_node(block_storage_node(image, err));
}

static int print_source(const BlockImage *image, Error *err)
{
        g_autofree char *text = block_backing_text(image, err);

        if (!text)
                return -1;
        puts("(\n  source only properties:");
        if (print_node(block_storage(image, true, err)) < 0)
                return -1;
        printf("  backing store string:\n  %s\n)\n", text);
        return 0;
}

static int run(const char *path, int (*func)(const BlockImage *image, Error *err))
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) chain = NULL;
        Disk disk = { 0 };
        int status = read_disk(path, &disk, &err);

        chain = status == 0 ? block_chain(&disk) : g_ptr_array_new();
        for (guint i = 0; status == 0 && i < chain->len; i++)
                if (func(g_ptr_array_index(chain, i), &err) < 0)
                        status = CONVERT_FAILED;
        rows_drop(&Disk_rows, &disk);
        return status ? xlate_fail(&err, status) : 0;
}

static int run_nodes(int argc, char **argv)
{
        return argc == 2 ? run(argv[1], print_nodes) : CONVERT_USAGE;
}

const XlateCommand xlate_block_nodes = { "block-nodes", "DISK", run_nodes };

static int run_sources(int argc, char **argv)
{
        return argc == 2 ? run(argv[1], print_source) : CONVERT_USAGE;
}

const XlateCommand xlate_block_sources = { "block-sources", "DISK", run_sources };

/* What an image says of the one below it, as QEMU would be told. */
static int run_text(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        Source source = { 0 };
        int status = 0;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, NULL, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (storage_backing_parse(g_strchomp(text), &source, &err) < 0) {
                status = CONVERT_REFUSED;
        } else {
                const BlockImage image = block_image(NULL, &source);

                if (print_node(block_storage(&image, true, &err)) < 0)
                        status = CONVERT_FAILED;
        }
        rows_drop(&Source_rows, &source);
        return status ? xlate_fail(&err, status) : 0;
}

const XlateCommand xlate_block_text = { "block-text", "FILE", run_text };

static void print_create(const char *what, const Json *json)
{
        printf("%s:\n", what);
        if (json)
                print(json);
        else
                puts("<null>");
        puts("");
}

static int create(char **argv, Disk *disk, Disk *below, Error *err)
{
        BlockImage image = block_image(disk, &disk->source), lower = block_image(below, &below->source);
        g_auto(BlockCreate) made = { NULL, NULL };

        if (block_create(&image, argv[4] ? &lower : NULL, g_ascii_strtoull(argv[2], NULL, 10),
                         g_ascii_strtoull(argv[3], NULL, 10), &made, err) < 0)
                return CONVERT_FAILED;
        print_create("protocol", made.storage);
        print_create("format", made.format);
        return 0;
}

static int run_create(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Disk disk = { 0 }, below = { 0 };
        int status;

        if (argc < 4 || argc > 5)
                return CONVERT_USAGE;
        status = read_disk(argv[1], &disk, &err);
        if (status == 0 && argv[4])
                status = read_disk(argv[4], &below, &err);
        if (status == 0)
                status = create(argv, &disk, &below, &err);
        rows_drop(&Disk_rows, &disk);
        rows_drop(&Disk_rows, &below);
        return status ? xlate_fail(&err, status) : 0;
}

const XlateCommand xlate_block_create = { "block-create", "DISK CAPACITY PHYSICAL [BELOW]", run_create };

/* nbdkit, of which nothing is started: numbers stand for pipes, and what goes into them is written to files. */
typedef struct Kit {
        NbdkitHost host; /* first: the builder's callbacks get it */
        const char *folder;
        size_t disk;
        int next;
} Kit;

static int kit_password(NbdkitHost *host, const SourceAuth *auth, uint8_t **ret, size_t *ret_length, Error *err)
{
        const SecretRef *ref = &auth->secret;
        char *text = g_strdup_printf("%s-%s-secret", ref->type, ref->usage ? ref->usage : ref->uuid);

        *ret = (uint8_t *)text;
        *ret_length = strlen(text);
        return 0;
}

static int kit_give(NbdkitHost *host, const uint8_t *data, size_t length, Error *err)
{
        Kit *kit = (Kit *)host;
        int fd = kit->next;
        g_autofree char *path = g_strdup_printf("%s/args.disk%zu.pipe.%d", kit->folder, kit->disk, fd + 1);

        kit->next += 2;
        if (!g_file_set_contents(path, (const char *)data, (gssize)length, NULL))
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "cannot write '%s'", path);
        return fd;
}

static int write_kit(Kit *kit, const Disk *disk, Error *err)
{
        const BlockImage image = block_image(disk, &disk->source);
        g_autofree char *socket =
                g_strdup_printf("/tmp/statedir-%zu/nbdkit-test-disk-%zu.socket", kit->disk, kit->disk);
        g_autofree char *path = g_strdup_printf("%s/args.disk%zu", kit->folder, kit->disk);
        g_autofree char *text = NULL;
        Process *process = nbdkit_process(&image, socket, &kit->host, err);

        if (!process)
                return -1;
        text = process_text(process);
        process_free(process);
        if (!g_file_set_contents(path, text, -1, NULL))
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "cannot write '%s'", path);
        return 0;
}

/* Each disk of a domain by itself. */
static int write_kits(Kit *kit, XmlNode *devices, Error *err)
{
        for (XmlNode *at = devices ? xml_child(devices, NULL, "disk", NULL) : NULL; at;
             at = xml_child(devices, NULL, "disk", at)) {
                Disk disk = { 0 };
                int status = take_disk(at, &disk, err);

                if (status == 0 && write_kit(kit, &disk, err) < 0)
                        status = CONVERT_FAILED;
                rows_drop(&Disk_rows, &disk);
                if (status)
                        return status;
                kit->disk++;
        }
        return 0;
}

static int run_kit(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Kit kit = { .host = { .password = kit_password, .give = kit_give } };
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *text = NULL;
        size_t length = 0;
        int status;

        if (argc != 4)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (xml_read(text, length, argv[1], "domain", &document, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        kit.folder = argv[2];
        kit.next = (int)g_ascii_strtoll(argv[3], NULL, 10);
        status = write_kits(&kit, xml_child(xml_root(document), NULL, "devices", NULL), &err);
        return status ? xlate_fail(&err, status) : 0;
}

const XlateCommand xlate_block_nbdkit = { "block-nbdkit", "DOMAIN FOLDER DESCRIPTOR", run_kit };
