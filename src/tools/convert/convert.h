/* vireo-convert: documents checked, normalised and translated, without a daemon.
 *
 * A format is a line in formats.c and a file of its own that joins the library of the format (src/vmx ...) to the
 * options of the command line. */
#pragma once

#include "conf/document.h"

/* What the command line said. */
typedef struct ConvertOptions {
        const DocumentKind *kind;        /* of the document in the middle */
        unsigned read_flags;             /* ROWS_* */
        unsigned write_flags;            /* ROWS_* */
        const char *path;                /* of the file read; NULL: standard input */
        char **values;                   /* "NAME=VALUE" of -o */
        const struct DomainRules *rules; /* of the hypervisor whose format is read or written; NULL: none */
} ConvertOptions;

typedef struct ConvertFormat {
        const char *name;                /* for --from and --to */
        const char *kind;                /* the one document it knows; NULL: any */
        const char *const *options;      /* names for -o, each "NAME: what it does"; NULL-terminated */
        const struct DomainRules *rules; /* of its hypervisor, for domain XML on the other side; NULL: none */
        /* Each NULL where that way is not known. The struct is one of options->kind. */
        int (*read)(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err);
        char *(*write)(const void *s, const ConvertOptions *options, Error *err);
        /* Which document a text is, for formats that say so. */
        const DocumentKind *(*kind_of)(const char *text, size_t length, Error *err);
} ConvertFormat;

/* NULL behind the last. */
extern const ConvertFormat *const convert_formats[];

/* The formats of files of their own. */
extern const ConvertFormat bhyve_format_entry, lxc_format_entry, openvz_format_entry;
extern const ConvertFormat qemu_argv_format, vmx_file_format;
extern const ConvertFormat xen_xl_format, xen_xm_format, xen_sexpr_format, libxl_format;

enum { CONVERT_USAGE = 2, CONVERT_REFUSED = 3, CONVERT_FAILED = 4, CONVERT_INPUT_MAX = 16 * 1024 * 1024 };

/** convert_option: the value of -o @name=VALUE; NULL if not given. */
const char *convert_option(const ConvertOptions *options, const char *name);
/** convert_format_takes: whether @value, "NAME=VALUE", is an option of @format. */
bool convert_format_takes(const ConvertFormat *format, const char *value);

/** convert_main: the program. Exit status: 0; CONVERT_USAGE; CONVERT_REFUSED when the reader or a rule refuses the input;
 * CONVERT_FAILED for anything else. Messages go to standard error, "error: ..." each. */
int convert_main(int argc, char **argv);
