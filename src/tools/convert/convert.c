/* Command line, reading, writing. */
#include "convert.h"

#include <stdio.h>
#include <string.h>

#include "conf/schema.h"
#include "util/file.h"

static const char summary[] =
        "FILE is a document or a configuration of another hypervisor; - is standard input. The document is read, its\n"
        "defaults are filled in, its rules are checked, and it is written again.";

typedef struct Arguments {
        gchar *from, *to, *kind, *state, *schema;
        gboolean validate, live, list;
        gchar **values;
        gchar **rest;
} Arguments;

static int complain(const Error *err, int status)
{
        fprintf(stderr, "error: %s\n", err->message ? err->message : "unknown");
        return status;
}

static const ConvertFormat *find_format(const char *name)
{
        for (size_t i = 0; convert_formats[i]; i++)
                if (strcmp(convert_formats[i]->name, name) == 0)
                        return convert_formats[i];
        return NULL;
}

/* An option that nobody reads is a mistake, not a wish. */
static int check_values(const Arguments *args, const ConvertFormat *from, const ConvertFormat *to, Error *err)
{
        for (char **at = args->values; at && *at; at++)
                if (!convert_format_takes(from, *at) && !convert_format_takes(to, *at))
                        return error_set(err, VIR_ERR_INVALID_ARG, "neither %s nor %s has an option %s", from->name,
                                         to->name, *at);
        return 0;
}

static void list_formats(void)
{
        printf("documents:");
        for (size_t i = 0; document_kinds[i]; i++)
                printf(" %s", document_kinds[i]->name);
        printf("\nformats:\n");
        for (size_t i = 0; convert_formats[i]; i++) {
                const ConvertFormat *format = convert_formats[i];

                printf("  %-12s %s%s  %s\n", format->name, format->read ? "read" : "    ",
                       format->write ? " write" : "      ", format->kind ? format->kind : "any document");
                for (const char *const *at = format->options; at && *at; at++)
                        printf("    -o %s\n", *at);
        }
}

static const DocumentKind *choose_kind(const Arguments *args, const ConvertFormat *from, const ConvertFormat *to,
                                       const char *text, size_t length, Error *err)
{
        const char *name = args->kind ? args->kind : from->kind ? from->kind : to->kind;
        const DocumentKind *kind;

        if (!name && from->kind_of)
                return from->kind_of(text, length, err);
        if (!name) {
                error_set(err, VIR_ERR_INVALID_ARG, "--kind must say which document this is");
                return NULL;
        }
        kind = document_kind(name);
        if (!kind)
                error_set(err, VIR_ERR_INVALID_ARG, "no document is called '%s' (--list shows them)", name);
        return kind;
}

static int convert(const Arguments *args, const ConvertFormat *from, const ConvertFormat *to)
{
        ERROR_AUTO Error err = ERROR_INIT;
        ConvertOptions options = { .values = args->values, .rules = to->rules ? to->rules : from->rules };
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        const char *path = args->rest[0];
        size_t length;
        void *s;

        options.path = strcmp(path, "-") == 0 ? NULL : path;
        options.read_flags = (args->live ? 0 : ROWS_INACTIVE) | (args->validate ? ROWS_VALIDATE : 0);
        options.write_flags = ROWS_SECURE | (g_strcmp0(args->state, "live") == 0 ? 0 : ROWS_INACTIVE);
        if (g_strcmp0(args->state, "status") == 0) { /* a file of a daemon: everything */
                options.read_flags = (options.read_flags & ~(unsigned)ROWS_INACTIVE) | ROWS_STATUS;
                options.write_flags = ROWS_SECURE | ROWS_STATUS;
        }
        if (file_read(options.path ? path : "/dev/stdin", CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return complain(&err, CONVERT_FAILED);
        options.kind = choose_kind(args, from, to, text, length, &err);
        if (!options.kind)
                return complain(&err, CONVERT_REFUSED);
        if (from->read(text, length, &options, &s, &err) < 0)
                return complain(&err, CONVERT_REFUSED);
        out = to->write(s, &options, &err);
        document_free(options.kind, s);
        if (!out)
                return complain(&err, CONVERT_FAILED);
        fputs(out, stdout);
        return 0;
}

static const struct {
        const char *name;
        char *(*make)(const DocumentKind *kind);
} schemas[] = { { "relaxng", schema_relaxng }, { "json", schema_json }, { "reference", schema_reference } };

static int print_schema(const Arguments *args)
{
        const DocumentKind *kind = document_kind(args->kind ? args->kind : "domain");

        for (size_t i = 0; kind && i < G_N_ELEMENTS(schemas); i++)
                if (strcmp(schemas[i].name, args->schema) == 0) {
                        g_autofree char *text = schemas[i].make(kind);

                        printf("%s\n", text);
                        return 0;
                }
        fprintf(stderr, "error: --schema relaxng, json or reference, of a --kind that --list shows\n");
        return CONVERT_USAGE;
}

static int run(const Arguments *args)
{
        ERROR_AUTO Error err = ERROR_INIT;
        const ConvertFormat *from = find_format(args->from ? args->from : "xml");
        const ConvertFormat *to = find_format(args->to ? args->to : "xml");

        if (args->list) {
                list_formats();
                return 0;
        }
        if (args->schema)
                return print_schema(args);
        if (!args->rest || g_strv_length(args->rest) != 1 || !from || !from->read || !to || !to->write) {
                fprintf(stderr, "usage: vireo-convert [--from FORMAT] [--to FORMAT] [--kind DOCUMENT] FILE\n"
                                "(--list: the formats that can be read and written; --help: all options)\n");
                return CONVERT_USAGE;
        }
        if (check_values(args, from, to, &err) < 0)
                return complain(&err, CONVERT_USAGE);
        return convert(args, from, to);
}

int convert_main(int argc, char **argv)
{
        Arguments args = { 0 };
        const GOptionEntry entries[] = {
                { "from", 'f', 0, G_OPTION_ARG_STRING, &args.from, "what FILE is (default: xml)", "FORMAT" },
                { "to", 't', 0, G_OPTION_ARG_STRING, &args.to, "what to write (default: xml)", "FORMAT" },
                { "kind", 'k', 0, G_OPTION_ARG_STRING, &args.kind, "which document (default: by the root element)",
                  "DOCUMENT" },
                { "state", 0, 0, G_OPTION_ARG_STRING, &args.state, "form to write: inactive (default), live or status",
                  "STATE" },
                { "live", 0, 0, G_OPTION_ARG_NONE, &args.live, "read what only lives as well", NULL },
                { "validate", 0, 0, G_OPTION_ARG_NONE, &args.validate, "refuse unknown elements and attributes", NULL },
                { "schema", 0, 0, G_OPTION_ARG_STRING, &args.schema,
                  "print the schema of the --kind: relaxng, json, or a reference", "FORM" },
                { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &args.values, "a detail of a format", "NAME=VALUE" },
                { "list", 'l', 0, G_OPTION_ARG_NONE, &args.list, "the documents and formats", NULL },
                { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &args.rest, NULL, "FILE" },
                G_OPTION_ENTRY_NULL,
        };
        g_autoptr(GOptionContext) context = g_option_context_new(NULL);
        g_autoptr(GError) error = NULL;
        int status;

        g_option_context_set_summary(context, summary);
        g_option_context_add_main_entries(context, entries, NULL);
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                fprintf(stderr, "error: %s\n", error->message);
                return CONVERT_USAGE;
        }
        documents_register();
        status = run(&args);
        g_free(args.from);
        g_free(args.to);
        g_free(args.kind);
        g_free(args.state);
        g_free(args.schema);
        g_strfreev(args.values);
        g_strfreev(args.rest);
        return status;
}
