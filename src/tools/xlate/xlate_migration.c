/* Moving guests of QEMU: parameters and cookies. The host is "hostname". */
#include <stdio.h>
#include <string.h>

#include "conf/domain_status.h"
#include "conf/driver_namespaces.h"
#include "migration/migration_params.h"
#include "util/file.h"
#include "xlate.h"

typedef struct Params {
        MigrationParameter *params;
        size_t n_params;
} Params;

/* As it stands in a status file, in an element of the test's. */
static ROWS(Params, ROW_LIST("migParams/param", Params, params, MigrationParameter));

static int params_from_reply(Params *params, const char *text, size_t length, Error *err)
{
        g_autoptr(Json) reply = json_parse(text, length, err);

        if (!reply)
                return -1;
        params->params = qemu_migration_params_read(json_get(reply, "return"), &params->n_params);
        return 0;
}

/* What a daemon that starts would set again, and read back. */
static int params_from_xml(Params *params, const char *text, size_t length, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autoptr(Json) arguments = NULL;
        Params read = { 0 };

        if (xml_read(text, length, NULL, "test", &document, err) < 0)
                return -1;
        if (rows_parse(&Params_rows, &read, xml_root(document), 0, err) == 0)
                arguments = qemu_migration_params_set(read.params, read.n_params, err);
        rows_drop(&Params_rows, &read);
        if (!arguments)
                return -1;
        params->params = qemu_migration_params_read(arguments, &params->n_params);
        return 0;
}

static int print_params(const char *op, const Params *params, Error *err)
{
        g_autofree char *out = NULL;

        if (g_str_has_suffix(op, "2json")) {
                g_autoptr(Json) arguments = qemu_migration_params_set(params->params, params->n_params, err);

                if (!arguments)
                        return -1;
                out = json_format(arguments, true);
        } else {
                out = rows_document(&Params_rows, params, "test", 0);
        }
        puts(out);
        return 0;
}

static int migration_params(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        Params params = { 0 };
        size_t length;
        int r;

        if (argc != 3)
                return CONVERT_USAGE;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        r = g_str_has_prefix(argv[1], "reply") ? params_from_reply(&params, text, length, &err)
                                               : params_from_xml(&params, text, length, &err);
        if (r == 0)
                r = print_params(argv[1], &params, &err);
        rows_drop(&Params_rows, &params);
        return r == 0 ? 0 : xlate_fail(&err, CONVERT_REFUSED);
}

static MigrationCookie *read_cookie(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        MigrationCookie *cookie = NULL;
        size_t length;

        return file_read(path, CONVERT_INPUT_MAX, &text, &length, err) == 0 &&
                               migration_cookie_parse(text, length, ROWS_SECURE, &cookie, err) == 0
                       ? cookie
                       : NULL;
}

static DomainStatus *read_status(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        DomainStatus *status = NULL;
        size_t length;

        return file_read(path, CONVERT_INPUT_MAX, &text, &length, err) == 0 &&
                               domain_status_parse(text, length, ROWS_STATUS | ROWS_SECURE, &status, err) == 0
                       ? status
                       : NULL;
}

/* The circumstance: of each disk the first bitmap is kept. */
static bool is_kept(const CookieBitmaps *disk, const CookieBitmap *bitmap)
{
        return bitmap == disk->bitmaps;
}

/* The cookie as this host would send it on: from itself, without what the other said of itself alone (that it has a lock
 * manager, that its guest may reboot). */
static void make_ours(MigrationCookie *cookie)
{
        g_free(cookie->hostname);
        cookie->hostname = g_strdup("hostname");
        uuid_parse("4a802f00-4cba-5df6-9679-a08c4c5b577f", cookie->hostuuid);
        while (cookie->n_features > 0)
                rows_list_remove(&CookieFeature_rows, &cookie->features, &cookie->n_features, cookie->n_features - 1);
        cookie->allow_reboot = YESNO_ABSENT;
}

static int migration_cookie(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(MigrationCookie) cookie = NULL;
        g_autoptr(DomainStatus) status = NULL;
        g_autoptr(Json) bitmaps = NULL;
        g_autofree char *path = NULL;
        g_autofree char *json = NULL;
        g_autofree char *out = NULL;

        if (argc != 5 || strcmp(argv[1], "xml2xml") != 0)
                return CONVERT_USAGE;
        domain_register_namespaces();
        cookie = read_cookie(argv[4], &err);
        status = cookie ? read_status(argv[2], &err) : NULL;
        bitmaps = status ? qemu_migration_bitmaps(cookie->bitmaps, cookie->n_bitmaps, status->domain, is_kept, &err)
                         : NULL;
        if (!bitmaps)
                return xlate_fail(&err, CONVERT_REFUSED);
        path = g_build_filename(argv[3], "migparams.json", NULL);
        json = json_format(bitmaps, true);
        if (file_replace(path, json, strlen(json), 0644, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        make_ours(cookie);
        out = migration_cookie_format(cookie, ROWS_SECURE);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_migration_params = { "migration-params", "reply2json|reply2xml|xml2xml FILE",
                                              migration_params };
const XlateCommand xlate_migration_cookie = { "migration-cookie", "xml2xml STATUS OUTDIR FILE", migration_cookie };
