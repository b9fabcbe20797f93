#include "selinux.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static void put(const char *folder, const char *name, const char *text)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void drop(const char *folder, const char *name)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_assert_cmpint(unlink(path), ==, 0);
}

static void test_contexts(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-selinux-XXXXXX", NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        SelinuxContexts contexts = { 0 };

        put(folder, "virtual_domain_context", "system_u:system_r:svirt_t:s0\nsystem_u:system_r:svirt_tcg_t:s0\n");
        put(folder, "virtual_image_context",
            "system_u:object_r:svirt_image_t:s0\nsystem_u:object_r:virt_content_t:s0\n");
        g_assert_cmpint(selinux_contexts(folder, &contexts, NULL), ==, 0);
        g_assert_cmpstr(contexts.kvm, ==, "system_u:system_r:svirt_t:s0");
        g_assert_cmpstr(contexts.tcg, ==, "system_u:system_r:svirt_tcg_t:s0");
        g_assert_cmpstr(contexts.image, ==, "system_u:object_r:svirt_image_t:s0");
        g_assert_cmpstr(contexts.content, ==, "system_u:object_r:virt_content_t:s0");
        selinux_contexts_done(&contexts);
        put(folder, "virtual_domain_context", "a:b:c:s0\n");
        g_assert_cmpint(selinux_contexts(folder, &contexts, NULL), ==, 0);
        g_assert_cmpstr(contexts.tcg, ==, "a:b:c:s0");
        selinux_contexts_done(&contexts);
        put(folder, "virtual_domain_context", "");
        g_assert_cmpint(selinux_contexts(folder, &contexts, &err), ==, -1);
        drop(folder, "virtual_domain_context");
        drop(folder, "virtual_image_context");
        g_assert_cmpint(rmdir(folder), ==, 0);
}

/* Three categories make three pairs; the fourth guest finds none. */
static void test_categories(void)
{
        g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        for (int i = 0; i < 3; i++) {
                g_autofree char *range = selinux_categories("s0-s0:c7.c9", used, NULL);
                unsigned a = 0, b = 0;
                int end = 0;

                g_assert_nonnull(range);
                g_assert_cmpint(sscanf(range, "s0:c%u,c%u%n", &a, &b, &end), ==, 2);
                g_assert_cmpint((int)strlen(range), ==, end);
                g_assert_true(a >= 7 && a < b && b <= 9);
                g_assert_true(g_hash_table_add(used, selinux_with_range("u:r:t:s0", range)));
        }
        g_assert_null(selinux_categories("s0-s0:c7.c9", used, &err));
        g_assert_nonnull(strstr(err.message, "in use"));
        error_clear(&err);
        g_assert_null(selinux_categories("s0", used, &err));
        g_assert_nonnull(strstr(err.message, "no categories"));
}

static void test_range(void)
{
        g_autofree char *with = selinux_with_range("u:r:t:s0-s0:c0.c1023", "s0:c1,c2");
        g_autofree char *without = selinux_with_range("u:r:t", "s0:c1,c2");

        g_assert_cmpstr(with, ==, "u:r:t:s0:c1,c2");
        g_assert_cmpstr(without, ==, "u:r:t");
}

static char c_kvm[] = "u:r:svirt:s0", c_image[] = "u:o:image:s0", c_content[] = "u:o:content:s0";
static const SelinuxContexts contexts = {
        .kvm = c_kvm, .tcg = c_kvm, .image = c_image, .shared = c_image, .content = c_content
};

static Seclabel one_guest(void)
{
        static char label[] = "u:r:svirt:s0:c1,c2", image[] = "u:o:image:s0:c1,c2";

        return (Seclabel){ .type = SECLABEL_DYNAMIC, .relabel = YESNO_YES, .label = label, .imagelabel = image };
}

static void test_file_label(void)
{
        char own_model[] = "selinux", own_text[] = "u:o:special:s0";
        SourceSeclabel own = { .model = own_model, .relabel = YESNO_YES, .label = own_text };
        SourceSeclabel skipped = { .model = own_model, .relabel = YESNO_NO };
        Seclabel label = one_guest();
        DomainFile file = { .flags = DOMAIN_FILE_WRITE };

        g_assert_cmpstr(selinux_file_label(&contexts, &label, &file), ==, "u:o:image:s0:c1,c2");
        file.flags = DOMAIN_FILE_WRITE | DOMAIN_FILE_SHARED;
        g_assert_cmpstr(selinux_file_label(&contexts, &label, &file), ==, "u:o:image:s0");
        file.flags = DOMAIN_FILE_SHARED;
        g_assert_cmpstr(selinux_file_label(&contexts, &label, &file), ==, "u:o:content:s0");
        file.flags = DOMAIN_FILE_KEEP;
        g_assert_null(selinux_file_label(&contexts, &label, &file));
        file = (DomainFile){ .flags = DOMAIN_FILE_WRITE, .labels = &own, .n_labels = 1 };
        g_assert_cmpstr(selinux_file_label(&contexts, &label, &file), ==, "u:o:special:s0");
        file.labels = &skipped;
        g_assert_null(selinux_file_label(&contexts, &label, &file));
        file.labels = &own;
        label.relabel = YESNO_NO;
        g_assert_null(selinux_file_label(&contexts, &label, &file));
}

/* A label by name: the files are those of its categories. A policy without levels has none to give. */
static void test_image_label(void)
{
        char plain_text[] = "u:o:image";
        const SelinuxContexts plain = { .image = plain_text };
        g_autofree char *image = selinux_image_label(&contexts, "u:r:mine:s0:c44,c55");
        g_autofree char *without = selinux_image_label(&plain, "u:r:mine");

        g_assert_cmpstr(image, ==, "u:o:image:s0:c44,c55");
        g_assert_cmpstr(without, ==, "u:o:image");
}

static void assert_label(const char *path, const char *want)
{
        char text[256] = "";
        ssize_t length = getxattr(path, "security.selinux", text, sizeof(text) - 1);

        g_assert_cmpint((int)length, ==, (int)strlen(want) + 1);
        g_assert_cmpstr(text, ==, want);
}

/* The attribute is there on any file system that has attributes, whether the kernel looks at it or not. */
static void test_set(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-selinux-XXXXXX", NULL);
        g_autofree char *image = g_build_filename(folder, "image", NULL);
        g_autofree char *missing = g_build_filename(folder, "missing", NULL);
        g_autoptr(DomainFiles) list = domain_files_new(), more = domain_files_new();
        Seclabel label = one_guest();
        SelinuxFiles files = { .contexts = &contexts, .label = &label, .files = list, .remember = true };
        ERROR_AUTO Error err = ERROR_INIT;
        static const char before[] = "u:o:mine:s0";

        put(folder, "image", "");
        if (setxattr(image, "security.selinux", before, sizeof(before), 0) < 0) {
                drop(folder, "image");
                rmdir(folder);
                g_test_skip("needs root and a file system with attributes");
                return;
        }
        domain_files_add(list, image, DOMAIN_FILE_WRITE);
        g_assert_cmpint(selinux_set(&files, NULL), ==, 0);
        assert_label(image, "u:o:image:s0:c1,c2");
        g_assert_cmpint(selinux_set(&files, NULL), ==, 0);
        selinux_restore(&files, false);
        assert_label(image, "u:o:image:s0:c1,c2");
        selinux_restore(&files, false);
        assert_label(image, before);
        g_assert_cmpint((int)getxattr(image, "trusted.libvirt.security.selinux", NULL, 0), ==, -1);
        /* The second is not there: the first is as before. */
        domain_files_add(more, image, DOMAIN_FILE_WRITE);
        domain_files_add(more, missing, DOMAIN_FILE_WRITE);
        files.files = more;
        g_assert_cmpint(selinux_set(&files, &err), ==, -1);
        assert_label(image, before);
        drop(folder, "image");
        g_assert_cmpint(rmdir(folder), ==, 0);
}

/* The kernel's file for the question: what is asked takes the place of the first bytes, what follows is the answer. */
static void test_transition(void)
{
        g_autofree char *kernel = g_dir_make_tmp("vireo-selinux-XXXXXX", NULL);
        g_autofree char *class = g_build_filename(kernel, "class", "process", NULL);
        g_autofree char *create = g_build_filename(kernel, "create", NULL);
        static const char question[] = "u:r:virtd:s0-s0:c0.c1023 u:o:passt_exec:s0 2";
        g_autofree char *room = g_strnfill(sizeof(question) - 1, '.');
        g_autofree char *text = g_strconcat(room, "u:r:passt:s0", NULL);
        g_autofree char *natural = NULL;
        g_autofree char *asked = NULL;
        g_autofree char *outer = g_path_get_dirname(class);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(g_mkdir_with_parents(class, 0755), ==, 0);
        put(class, "index", "2\n");
        put(kernel, "create", text);
        natural = selinux_transition(kernel, "u:r:virtd:s0-s0:c0.c1023", "u:o:passt_exec:s0", NULL);
        g_assert_cmpstr(natural, ==, "u:r:passt:s0");
        g_assert_true(g_file_get_contents(create, &asked, NULL, NULL));
        g_assert_true(g_str_has_prefix(asked, question));
        put(kernel, "create", "");
        g_assert_null(selinux_transition(kernel, "a", "b", &err));
        g_assert_nonnull(strstr(err.message, "does not answer"));
        drop(kernel, "create");
        drop(class, "index");
        rmdir(class);
        rmdir(outer);
        g_assert_cmpint(rmdir(kernel), ==, 0);
}

/* A program that policy has no label of is as confined as the guest. */
static void test_program(void)
{
        g_autofree char *program = g_build_filename(g_get_tmp_dir(), "vireo-selinux-program", NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;

        g_assert_true(g_file_set_contents(program, "", 0, NULL));
        removexattr(program, "security.selinux");
        text = selinux_program("u:r:svirt:s0:c1,c2", program, NULL);
        g_assert_cmpstr(text, ==, "u:r:svirt:s0:c1,c2");
        unlink(program);
        g_assert_null(selinux_program("u:r:svirt:s0:c1,c2", program, &err));
        g_assert_nonnull(strstr(err.message, program));
}

/* A folder with all that was made in it; not what a link in it leads to. */
static void test_own(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-selinux-XXXXXX", NULL);
        g_autofree char *own = g_build_filename(folder, "own", NULL);
        g_autofree char *state = g_build_filename(own, "state", NULL);
        g_autofree char *link = g_build_filename(own, "link", NULL);
        g_autofree char *other = g_build_filename(folder, "other", NULL);
        static const char before[] = "u:o:mine:s0";

        g_assert_cmpint(mkdir(own, 0700), ==, 0);
        put(own, "state", "");
        put(folder, "other", "");
        g_assert_cmpint(symlink(other, link), ==, 0);
        if (setxattr(other, "security.selinux", before, sizeof(before), 0) < 0) {
                g_test_skip("needs root and a file system with attributes");
        } else {
                g_assert_cmpint(selinux_own(own, "u:o:image:s0:c1,c2", NULL), ==, 0);
                assert_label(own, "u:o:image:s0:c1,c2");
                assert_label(state, "u:o:image:s0:c1,c2");
                assert_label(other, before);
                g_assert_cmpint(selinux_own("/no/such/file", "u:o:image:s0", NULL), ==, 0);
        }
        drop(own, "link");
        drop(own, "state");
        drop(folder, "other");
        rmdir(own);
        g_assert_cmpint(rmdir(folder), ==, 0);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/selinux/contexts", test_contexts);
        g_test_add_func("/selinux/categories", test_categories);
        g_test_add_func("/selinux/range", test_range);
        g_test_add_func("/selinux/file-label", test_file_label);
        g_test_add_func("/selinux/image-label", test_image_label);
        g_test_add_func("/selinux/set", test_set);
        g_test_add_func("/selinux/own", test_own);
        g_test_add_func("/selinux/transition", test_transition);
        g_test_add_func("/selinux/program", test_program);
        return g_test_run();
}
