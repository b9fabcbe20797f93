/* A tool of the tests: documents through our parser and out again. Never installed.
 *
 *     xlate domain-xml --state live|inactive [--live] [--validate] FILE
 *
 * FILE is a definition; --state says how it is written.  * Exit status: 0; 2 for wrong usage; 3 when the parser refuses the document; 4 for anything else. */
#include <stdio.h>
#include <string.h>

#include "conf/domain.h"
#include "util/file.h"

enum { EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_OTHER = 4, INPUT_MAX = 16 * 1024 * 1024 };

static gchar *state;
static gboolean validate, live;
static gchar **rest;

static const GOptionEntry options[] = {
        { "state", 0, 0, G_OPTION_ARG_STRING, &state, "live or inactive", "STATE" },
        { "validate", 0, 0, G_OPTION_ARG_NONE, &validate, "refuse what is unknown", NULL },
        { "live", 0, 0, G_OPTION_ARG_NONE, &live, "take what only lives from FILE as well", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &rest, NULL, "COMMAND FILE" },
        G_OPTION_ENTRY_NULL,
};

static int fail(const Error *err, int status)
{
        fprintf(stderr, "error: %s\n", err->message ? err->message : "unknown");
        return status;
}

static int domain_xml(const char *path, bool inactive)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        g_autoptr(Domain) d = NULL;
        size_t length;
        unsigned parse = (live ? 0 : DOMAIN_PARSE_INACTIVE) | (validate ? DOMAIN_PARSE_VALIDATE : 0);

        if (file_read(path, INPUT_MAX, &text, &length, &err) < 0)
                return fail(&err, EXIT_OTHER);
        if (domain_parse(text, length, NULL, parse, &d, &err) < 0)
                return fail(&err, EXIT_REFUSED);
        out = domain_format(d, DOMAIN_FORMAT_SECURE | (inactive ? DOMAIN_FORMAT_INACTIVE : 0), &err);
        if (!out)
                return fail(&err, EXIT_OTHER);
        fputs(out, stdout);
        return 0;
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context = g_option_context_new(NULL);
        g_autoptr(GError) error = NULL;

        g_option_context_add_main_entries(context, options, NULL);
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                fprintf(stderr, "error: %s\n", error->message);
                return EXIT_USAGE;
        }
        if (!rest || g_strv_length(rest) != 2 || strcmp(rest[0], "domain-xml") != 0) {
                fprintf(stderr, "usage: xlate domain-xml [--state live|inactive] [--validate] FILE\n");
                return EXIT_USAGE;
        }
        return domain_xml(rest[1], g_strcmp0(state, "inactive") == 0);
}
