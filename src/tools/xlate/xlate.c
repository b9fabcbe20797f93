/* A tool of the tests: documents through our parser and out again. Never installed.
 *
 *     xlate domain-xml --state live|inactive [--live] [--validate] FILE
 *     xlate capabilities-xml|domain-capabilities-xml FILE
 *
 * FILE is a definition; --state says how it is written.  * Exit status: 0; 2 for wrong usage; 3 when the parser refuses the document; 4 for anything else. */
#include <stdio.h>
#include <string.h>

#include "conf/capabilities.h"
#include "conf/domain.h"
#include "conf/domain_capabilities.h"
#include "conf/qemu_namespace.h"
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

static char *domain_xml(const char *text, size_t length, bool inactive, Error *err)
{
        g_autoptr(Domain) d = NULL;
        unsigned parse = (live ? 0 : DOMAIN_PARSE_INACTIVE) | (validate ? DOMAIN_PARSE_VALIDATE : 0);

        if (domain_parse(text, length, NULL, parse, &d, err) < 0)
                return NULL;
        return domain_format(d, DOMAIN_FORMAT_SECURE | (inactive ? DOMAIN_FORMAT_INACTIVE : 0), err);
}

static char *capabilities_xml(const char *text, size_t length, bool inactive, Error *err)
{
        g_autoptr(Capabilities) capabilities = NULL;

        return capabilities_parse(text, length, &capabilities, err) < 0 ? NULL : capabilities_format(capabilities);
}

static char *domain_capabilities_xml(const char *text, size_t length, bool inactive, Error *err)
{
        g_autoptr(DomainCapabilities) capabilities = NULL;

        if (domain_capabilities_parse(text, length, &capabilities, err) < 0)
                return NULL;
        return domain_capabilities_format(capabilities);
}

static const struct {
        const char *command;
        char *(*translate)(const char *text, size_t length, bool inactive, Error *err);
} commands[] = {
        { "domain-xml", domain_xml },
        { "capabilities-xml", capabilities_xml },
        { "domain-capabilities-xml", domain_capabilities_xml },
};

static int translate(size_t command, const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        size_t length;

        if (file_read(path, INPUT_MAX, &text, &length, &err) < 0)
                return fail(&err, EXIT_OTHER);
        out = commands[command].translate(text, length, g_strcmp0(state, "inactive") == 0, &err);
        if (!out)
                return fail(&err, EXIT_REFUSED);
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
        rows_register(&qemu_namespace);
        for (size_t i = 0; rest && g_strv_length(rest) == 2 && i < G_N_ELEMENTS(commands); i++)
                if (strcmp(rest[0], commands[i].command) == 0)
                        return translate(i, rest[1]);
        fprintf(stderr, "usage: xlate [--state live|inactive] [--live] [--validate] COMMAND FILE\ncommands:");
        for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
                fprintf(stderr, " %s", commands[i].command);
        fputc('\n', stderr);
        return EXIT_USAGE;
}
