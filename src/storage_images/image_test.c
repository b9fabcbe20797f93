/* Heads of images and chains of files, against what qemu-img makes where there is one. */
#include "storage_images/chain.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "conf/rows.h"
#include "test_folder.h"
#include "util/process.h"

static char *folder;

static char *place(const char *name)
{
        return g_build_filename(folder, name, NULL);
}

/* A qcow2 header of version 3 with its name and the format of the image below; @format NULL: not said. */
static void write_qcow2(const char *name, const char *below, const char *format)
{
        enum { HEADER = 104, EXTENSION = 0xe2792aca };
        g_autofree char *path = place(name);
        uint8_t head[1024] = { 'Q', 'F', 'I', 0xfb, 0, 0, 0, 3 };
        size_t at = HEADER;

        head[20] = 0;
        head[23] = 16; /* clusters of 64 KiB */
        head[30] = 4;  /* 1,024 bytes */
        head[103] = HEADER;
        if (format) {
                head[at] = 0xe2, head[at + 1] = 0x79, head[at + 2] = 0x2a, head[at + 3] = 0xca;
                head[at + 7] = (uint8_t)strlen(format);
                memcpy(head + at + 8, format, strlen(format));
                at += 8 + (strlen(format) + 7) / 8 * 8;
        }
        at += 8; /* the end of the extensions */
        if (below) {
                head[14] = (uint8_t)(at >> 8), head[15] = (uint8_t)at;
                head[19] = (uint8_t)strlen(below);
                memcpy(head + at, below, strlen(below));
        }
        g_assert_true(g_file_set_contents(path, (const char *)head, sizeof(head), NULL));
}

static GPtrArray *chain_of(const char *name, ImageFormat format, Error *err)
{
        Source source = { .type = SOURCE_FILE, .format = format };
        GPtrArray *chain;

        source.file.path = place(name);
        chain = storage_chain(&source, err);
        rows_drop(&Source_rows, &source);
        return chain;
}

static void test_head(void)
{
        g_auto(StorageImage) image = { 0 };
        g_autofree char *path = place("head");
        g_autofree char *text = NULL;
        gsize n;

        write_qcow2("head", "base.img", "raw");
        g_assert_true(g_file_get_contents(path, &text, &n, NULL));
        g_assert_cmpint(storage_image_probe((uint8_t *)text, n), ==, IMAGE_FORMAT_QCOW2);
        g_assert_cmpint(storage_image_read((uint8_t *)text, n, IMAGE_FORMAT_QCOW2, &image, NULL), ==, 0);
        g_assert_cmpstr(image.backing, ==, "base.img");
        g_assert_cmpint(image.backing_format, ==, IMAGE_FORMAT_RAW);
        g_assert_cmpuint(image.capacity_bytes, ==, 1024);
}

/* Every length of a header that was cut off: an answer or an error, never more. */
static void test_cut(void)
{
        g_autofree char *path = place("cut");
        g_autofree char *text = NULL;
        gsize n;

        write_qcow2("cut", "base.img", "raw");
        g_assert_true(g_file_get_contents(path, &text, &n, NULL));
        for (gsize i = 0; i <= n; i++) {
                g_auto(StorageImage) image = { 0 };
                g_autofree uint8_t *exact = g_memdup2(text, i);

                storage_image_read(exact, i, IMAGE_FORMAT_QCOW2, &image, NULL);
        }
}

static void test_chain(void)
{
        g_autoptr(GPtrArray) chain = NULL;
        g_autofree char *base = place("base.img");
        const ChainImage *image;
        BackingStore *backing;

        g_assert_true(g_file_set_contents(base, "x", 1, NULL));
        write_qcow2("middle.qcow2", "base.img", "raw");
        write_qcow2("top.qcow2", "middle.qcow2", "qcow2");
        chain = chain_of("top.qcow2", IMAGE_FORMAT_QCOW2, NULL);
        g_assert_nonnull(chain);
        g_assert_cmpuint(chain->len, ==, 3);
        image = g_ptr_array_index(chain, 2);
        g_assert_cmpstr(image->source.file.path, ==, base);
        g_assert_cmpstr(image->relative, ==, "base.img");
        backing = storage_chain_backing(chain);
        g_assert_cmpint(backing->source.format, ==, IMAGE_FORMAT_QCOW2);
        g_assert_cmpint(backing->backing->source.format, ==, IMAGE_FORMAT_RAW);
        g_assert_cmpint(backing->backing->backing->source.type, ==, SOURCE_NONE);
        rows_drop(&BackingStore_rows, backing);
        g_free(backing);
}

static void refused(const char *name, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) chain = chain_of(name, IMAGE_FORMAT_QCOW2, &err);

        g_assert_null(chain);
        g_assert_cmpint(err.code, ==, code);
        g_assert_nonnull(strstr(err.message, words));
}

static void test_refusals(void)
{
        g_autoptr(GPtrArray) chain = NULL;

        write_qcow2("loop.qcow2", "loop.qcow2", "qcow2");
        refused("loop.qcow2", VIR_ERR_INTERNAL_ERROR, "self-referential");
        write_qcow2("missing.qcow2", "nowhere", "raw");
        refused("missing.qcow2", VIR_ERR_SYSTEM_ERROR, "nowhere");
        /* What nobody recorded is taken at the end of a chain only. */
        write_qcow2("end.qcow2", NULL, NULL);
        write_qcow2("unsaid.qcow2", "end.qcow2", NULL);
        chain = chain_of("unsaid.qcow2", IMAGE_FORMAT_QCOW2, NULL);
        g_assert_nonnull(chain);
        g_assert_cmpint(((ChainImage *)g_ptr_array_index(chain, 1))->source.format, ==, IMAGE_FORMAT_QCOW2);
        write_qcow2("deeper.qcow2", "unsaid.qcow2", NULL);
        refused("deeper.qcow2", VIR_ERR_OPERATION_INVALID, "was not specified");
}

/* A guest writes a qcow2 header into its raw disk: that names no file of the host. */
static void test_raw_stays_raw(void)
{
        g_autoptr(GPtrArray) chain = NULL;

        write_qcow2("evil.img", "/etc/shadow", "raw");
        chain = chain_of("evil.img", IMAGE_FORMAT_RAW, NULL);
        g_assert_cmpuint(chain->len, ==, 1);
        g_clear_pointer(&chain, g_ptr_array_unref);
        chain = chain_of("evil.img", IMAGE_FORMAT_NONE, NULL);
        g_assert_cmpuint(chain->len, ==, 1);
}

/* The formats as QEMU's own tool writes them. */
static void test_made_by_qemu(void)
{
        static const struct {
                const char *name;
                ImageFormat format;
        } rows[] = {
                { "qcow2", IMAGE_FORMAT_QCOW2 }, { "qcow", IMAGE_FORMAT_QCOW }, { "qed", IMAGE_FORMAT_QED },
                { "vmdk", IMAGE_FORMAT_VMDK },   { "vdi", IMAGE_FORMAT_VDI },   { "vpc", IMAGE_FORMAT_VPC },
                { "vhdx", IMAGE_FORMAT_VHD },
        };
        g_autofree char *tool = g_find_program_in_path("qemu-img");

        if (!tool) {
                g_test_skip("no qemu-img here");
                return;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autofree char *path = place(rows[i].name);
                g_autofree char *text = NULL;
                g_auto(StorageImage) image = { 0 };
                Process *process = process_new(tool);
                const char *const words[] = { "create", "-q", "-f", rows[i].name, path, "64M" };
                int status = -1;
                gsize n;

                for (size_t k = 0; k < G_N_ELEMENTS(words); k++)
                        process_add(process, words[k]);
                g_assert_cmpint(process_run(process, 30000, NULL, NULL, &status, NULL), ==, 0);
                process_free(process);
                g_assert_cmpint(status, ==, 0);
                g_assert_true(g_file_get_contents(path, &text, &n, NULL));
                n = MIN(n, (gsize)STORAGE_IMAGE_HEAD);
                g_assert_cmpint(storage_image_probe((uint8_t *)text, n), ==, rows[i].format);
                g_assert_cmpint(storage_image_read((uint8_t *)text, n, rows[i].format, &image, NULL), ==, 0);
                g_assert_null(image.backing);
                if (rows[i].format != IMAGE_FORMAT_VHD)
                        g_assert_cmpuint(image.capacity_bytes / (1024 * 1024), ==, 64);
        }
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("vireo-images-XXXXXX", NULL);
        g_test_add_func("/images/head", test_head);
        g_test_add_func("/images/cut", test_cut);
        g_test_add_func("/images/chain", test_chain);
        g_test_add_func("/images/made-by-qemu", test_made_by_qemu);
        g_test_add_func("/images/raw-stays-raw", test_raw_stays_raw);
        g_test_add_func("/images/refusals", test_refusals);
        status = g_test_run();
        test_remove(folder);
        g_free(folder);
        return status;
}
