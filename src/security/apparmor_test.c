#include "apparmor.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/domain.h"

#define NAME "libvirt-c7a5fdbd-cdaf-9455-926a-d65c16db1809"

static Domain *parse(const char *devices)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>a</name><memory>1</memory>"
                                               "<os><type arch='x86_64'>hvm</type></os><devices>"
                                               "<emulator>/usr/bin/true</emulator>%s</devices></domain>",
                                               devices);
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static char *files_of(const Domain *domain, const char *const *folders)
{
        g_autoptr(DomainFiles) files = domain_files_new();
        MacGuest guest = { .root = "", .live = domain, .files = files, .folders = folders };

        domain_files_all(files, domain, "/nowhere");
        return apparmor_files(&guest);
}

static void test_path(void)
{
        g_autofree char *text = apparmor_path("/a b/{c}*\"\\\n");

        g_assert_cmpstr(text, ==, "\"/a b/\\{c\\}\\*\\\"\\\\\\012\"");
}

/* What a guest may write, what it may read, and where a link leads. */
static void test_files(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-aa-XXXXXX", NULL);
        g_autofree char *image = g_build_filename(folder, "image", NULL);
        g_autofree char *link = g_build_filename(folder, "link", NULL);
        g_autofree char *own = g_build_filename(folder, "own", NULL);
        g_autofree char *devices =
                g_strdup_printf("<disk type='file'><source file='%s'/><target dev='vda'/></disk>"
                                "<disk type='file'><source file='/no/such/image'/><target dev='vdb'/><readonly/></disk>"
                                "<filesystem type='mount'><source dir='/usr'/><target dir='x'/><readonly/></filesystem>"
                                "<graphics type='vnc' socket='/run/vnc.sock'/>",
                                link);
        Domain *domain = parse(devices);
        const char *folders[] = { own, NULL };
        g_autofree char *text = NULL;
        g_autofree char *rule = g_strdup_printf("  \"%s\" rwk,\n", image);
        g_autofree char *tree = g_strdup_printf("  \"%s/**\" rwkl,\n", own);

        g_assert_true(g_file_set_contents(image, "", 0, NULL));
        g_assert_cmpint(symlink("image", link), ==, 0);
        text = files_of(domain, folders);
        g_assert_nonnull(strstr(text, rule));
        g_assert_null(strstr(text, "/link"));
        g_assert_nonnull(strstr(text, tree));
        g_assert_nonnull(strstr(text, "  \"/no/such/image\" rk,\n"));
        g_assert_nonnull(strstr(text, "  \"/usr/**\" rk,\n"));
        g_assert_nonnull(strstr(text, "/run/vnc.sock\" rw,\n"));
        g_assert_nonnull(strstr(text, "/true\" rmix,\n"));
        domain_unref(domain);
        unlink(link);
        unlink(image);
        g_assert_cmpint(rmdir(folder), ==, 0);
}

/* passt runs in a part of its own: what it writes for the guest is there too. */
static void test_passt(void)
{
        Domain *domain = parse("<interface type='user'><backend type='passt' logFile='/no/such/passt.log'/></interface>"
                               "<disk type='file'><source file='/no/such/image'/><target dev='vdb'/></disk>");
        g_autoptr(DomainFiles) files = domain_files_new();
        g_autofree char *profile = apparmor_profile(NULL, NAME, NULL);
        g_autofree char *text = NULL;

        domain_files_all(files, domain, "/nowhere");
        text = apparmor_passt(files);
        g_assert_nonnull(strstr(text, "  \"/no/such/passt.log\" rw,\n"));
        g_assert_null(strstr(text, "image"));
        g_assert_nonnull(strstr(strstr(profile, "profile passt "), "<libvirt/" NAME ".passt>"));
        domain_unref(domain);
}

static void test_template(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = apparmor_profile("profile LIBVIRT_TEMPLATE {\n  /x r,\n}\n", NAME, &err);
        g_autofree char *none = NULL;

        g_assert_cmpstr(text, ==, "profile " NAME " {\n  /x r,\n  #include <libvirt/" NAME ".files>\n}\n");
        none = apparmor_profile("nothing of the kind", NAME, &err);
        g_assert_null(none);
        g_assert_nonnull(strstr(err.message, "LIBVIRT_TEMPLATE"));
}

/* Part of the guest's profile, a profile that comes with the program, or what the guest has. */
static void test_program(void)
{
        static const struct {
                const char *loaded, *program, *want;
        } rows[] = {
                { NAME " (enforce)\n", "/usr/bin/swtpm", NAME },
                { NAME " (enforce)\n" NAME "//passt (enforce)\npasst (enforce)\n", "/usr/bin/passt", NAME "//passt" },
                { NAME " (enforce)\npasst (complain)\n", "/usr/bin/passt", NULL },
                { NAME " (enforce)\n/usr/bin/passt (enforce)\n", "/usr/bin/passt", NULL },
                { NAME " (enforce)\npasst.avx2 (enforce)\n", "/usr/bin/passt", NAME },
                { NULL, "/usr/bin/nbdkit", NAME },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autofree char *text = apparmor_program(rows[i].loaded, NAME, rows[i].program);

                g_assert_cmpstr(text, ==, rows[i].want);
        }
}

/* AppArmor's own parser takes what we write, odd names and all; it needs no kernel for that. */
static void test_parser(void)
{
        g_autofree char *parser = g_find_program_in_path("apparmor_parser");
        g_autofree char *folder = g_dir_make_tmp("vireo-aa-XXXXXX", NULL);
        g_autofree char *inner = g_build_filename(folder, "libvirt", NULL);
        g_autofree char *path = g_build_filename(inner, NAME, NULL);
        g_autofree char *list = g_strconcat(path, ".files", NULL);
        Domain *domain = parse("<disk type='file'><source file='/a {b}* c/\"?[^x]@{HOME}&#10;\\'/>"
                               "<target dev='vda'/></disk>");
        g_autofree char *profile = apparmor_profile(NULL, NAME, NULL);
        g_autofree char *files = files_of(domain, NULL);
        const char *words[] = { parser, "-Q", "-K", "-N", "-I", folder, path, NULL };
        g_autofree char *out = NULL;
        g_autofree char *words_of_it = NULL;
        int status = 0;

        domain_unref(domain);
        g_assert_nonnull(profile);
        if (!parser || access("/etc/apparmor.d/abstractions/base", F_OK) < 0) {
                rmdir(folder);
                g_test_skip("needs AppArmor's parser and its abstractions");
                return;
        }
        g_assert_cmpint(mkdir(inner, 0755), ==, 0);
        g_assert_true(g_file_set_contents(path, profile, -1, NULL) && g_file_set_contents(list, files, -1, NULL));
        g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, 0, NULL, NULL, &out, &words_of_it, &status, NULL));
        if (status != 0)
                g_error("%s", words_of_it);
        g_assert_cmpstr(g_strstrip(out), ==, NAME "\n" NAME "//passt");
        unlink(list);
        unlink(path);
        rmdir(inner);
        g_assert_cmpint(rmdir(folder), ==, 0);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/apparmor/path", test_path);
        g_test_add_func("/apparmor/files", test_files);
        g_test_add_func("/apparmor/passt", test_passt);
        g_test_add_func("/apparmor/template", test_template);
        g_test_add_func("/apparmor/program", test_program);
        g_test_add_func("/apparmor/parser", test_parser);
        return g_test_run();
}
