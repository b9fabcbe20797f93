/* See run.h. */
#include "run.h"

#include <errno.h>
#include <ftw.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "waiting.h"

enum { FOLDERS_OPEN = 16 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomain, virDomainFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virSecret, virSecretFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waiting, waiting_free)

/* A line of what goes on, for those who asked for it. */
static void run_say(const RunOptions *options, const char *format, ...)
{
        static gint64 begin;
        g_autofree char *text = NULL;
        va_list ap;

        if (!options->verbose)
                return;
        if (!begin)
                begin = g_get_monotonic_time();
        va_start(ap, format);
        text = g_strdup_vprintf(format, ap);
        va_end(ap);
        fprintf(stderr, "%s: %lld ms: %s\n", g_get_prgname(), (long long)(g_get_monotonic_time() - begin) / 1000, text);
}

int run_fail(const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list ap;

        va_start(ap, format);
        text = g_strdup_vprintf(format, ap);
        va_end(ap);
        fprintf(stderr, "%s: %s\n", g_get_prgname(), text);
        return EXIT_FAILURE;
}

/* Errors are told where they count, not by the library. */
static void quiet(void *opaque, virErrorPtr error)
{
}

static int read_file(const char *path, char **ret_text, gsize *ret_length)
{
        g_autoptr(GError) error = NULL;

        if (g_file_get_contents(path, ret_text, ret_length, &error))
                return 0;
        run_fail("cannot read '%s': %s", path, error->message);
        return -1;
}

/* The root */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
        return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

static int make_root(const RunOptions *options, char **ret_root)
{
        g_autoptr(GError) error = NULL;
        g_autofree char *root = NULL;

        if (options->root) {
                root = g_canonicalize_filename(options->root, NULL);
                if (g_mkdir_with_parents(root, 0755) < 0)
                        return run_fail("cannot make '%s': %s", root, g_strerror(errno));
        } else {
                root = g_dir_make_tmp("virt-qemu-run-XXXXXX", &error);
                if (!root)
                        return run_fail("cannot make a temporary folder: %s", error->message);
                /* QEMU may run as another user, who has to pass through. */
                if (chmod(root, 0755) < 0)
                        return run_fail("cannot open '%s' to others: %s", root, g_strerror(errno));
        }
        *ret_root = g_steal_pointer(&root);
        return 0;
}

static void remove_root(const char *root)
{
        if (nftw(root, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) < 0)
                run_fail("cannot remove '%s': %s", root, g_strerror(errno));
}

static virConnectPtr open_embedded(const RunOptions *options, const char *driver, const char *root)
{
        g_autofree char *escaped = g_uri_escape_string(root, NULL, TRUE);
        g_autofree char *uri = g_strdup_printf("%s:///embed?root=%s", driver, escaped);
        virConnectPtr conn;

        run_say(options, "opening %s", uri);
        conn = virConnectOpen(uri);
        if (!conn)
                run_fail("cannot open %s: %s", uri, virGetLastErrorMessage());
        return conn;
}

/* Secrets */

static int define_secret(const RunOptions *options, virConnectPtr conn, const char *spec)
{
        g_auto(GStrv) files = g_strsplit(spec, ",", 2);
        g_autoptr(virSecret) secret = NULL;
        g_autofree char *xml = NULL;
        g_autofree char *value = NULL;
        gsize length = 0;

        run_say(options, "defining secret %s", spec);
        if (!files[0] || !files[1])
                return run_fail("secret '%s' is not XML-FILE,VALUE-FILE", spec);
        if (read_file(files[0], &xml, NULL) < 0 || read_file(files[1], &value, &length) < 0)
                return EXIT_FAILURE;
        secret = virSecretDefineXML(conn, xml, 0);
        if (!secret)
                return run_fail("cannot define the secret of '%s': %s", files[0], virGetLastErrorMessage());
        if (virSecretSetValue(secret, (const unsigned char *)value, length, 0) < 0)
                return run_fail("cannot set the value of the secret of '%s': %s", files[0], virGetLastErrorMessage());
        return 0;
}

/* @ret_conn stays open as long as the guest may ask. */
static int define_secrets(const RunOptions *options, const char *root, virConnectPtr *ret_conn)
{
        if (!options->secrets)
                return 0;
        *ret_conn = open_embedded(options, "secret", root);
        if (!*ret_conn)
                return EXIT_FAILURE;
        for (char **spec = options->secrets; *spec; spec++)
                if (define_secret(options, *ret_conn, *spec) != 0)
                        return EXIT_FAILURE;
        return 0;
}

/* The guest */

static int wait_for_end(const RunOptions *options, Waiting *waiting, virDomainPtr domain)
{
        switch (waiting_for(waiting, domain)) {
        case WAITING_ENDED: run_say(options, "the guest has ended"); return 0;
        case WAITING_FAILED: return run_fail("the guest has crashed");
        default: break;
        }
        run_say(options, "ending the guest");
        /* It may have ended by itself meanwhile: then there is nothing to end. */
        if (virDomainDestroy(domain) < 0 && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN &&
            virGetLastErrorCode() != VIR_ERR_OPERATION_INVALID)
                return run_fail("cannot end the guest: %s", virGetLastErrorMessage());
        return 0;
}

static int start_and_wait(const RunOptions *options, Waiting *waiting, virConnectPtr conn)
{
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *xml = NULL;

        run_say(options, "reading the guest's document %s", options->guest);
        if (read_file(options->guest, &xml, NULL) < 0)
                return EXIT_FAILURE;
        run_say(options, "starting the guest");
        domain = virDomainCreateXML(conn, xml, 0);
        if (!domain)
                return run_fail("cannot start the guest: %s", virGetLastErrorMessage());
        run_say(options, "the guest runs; Ctrl-C ends it");
        return wait_for_end(options, waiting, domain);
}

static int run_below(const RunOptions *options, Waiting *waiting, const char *root)
{
        g_autoptr(virConnect) secrets = NULL;
        g_autoptr(virConnect) conn = NULL;
        int status = define_secrets(options, root, &secrets);

        if (status != 0)
                return status;
        conn = open_embedded(options, "qemu", root);
        if (!conn)
                return EXIT_FAILURE;
        if (waiting_listen(waiting, conn) < 0)
                return run_fail("cannot listen for the guest's end: %s", virGetLastErrorMessage());
        status = start_and_wait(options, waiting, conn);
        waiting_leave(waiting, conn);
        return status;
}

int run_guest(const RunOptions *options)
{
        g_autoptr(Waiting) waiting = NULL;
        g_autofree char *root = NULL;
        int status;

        run_say(options, "starting the library");
        virSetErrorFunc(NULL, quiet);
        if (virInitialize() < 0)
                return run_fail("cannot start the library: %s", virGetLastErrorMessage());
        waiting = waiting_new();
        if (!waiting)
                return run_fail("cannot make an event loop: %s", g_strerror(errno));
        status = make_root(options, &root);
        if (status == 0)
                status = run_below(options, waiting, root);
        if (root && !options->root)
                remove_root(root);
        run_say(options, "done");
        return status;
}
