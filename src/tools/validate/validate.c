/* virt-xml-validate: is a document what libvirt takes? By our own reader and rules, which say everything that is wrong
 * with it at once, where, and what would be right. */
#include <stdio.h>
#include <string.h>

#include "conf/document.h"
#include "util/file.h"

enum { INPUT_MAX = 16 * 1024 * 1024 };
enum { INVALID = 1, USAGE = 2, UNREADABLE = 3 };

/* What libvirt calls its schemas, where that is not our name of the document. */
static const struct {
        const char *schema, *kind;
} names[] = {
        { "capability", "capabilities" },
        { "domainbackup", "domain-backup" },
        { "domaincaps", "domain-capabilities" },
        { "domaincheckpoint", "domain-checkpoint" },
        { "domainsnapshot", "domain-snapshot" },
        { "networkport", "network-port" },
        { "nodedev", "node-device" },
        { "nwfilterbinding", "nwfilter-binding" },
        { "storagepool", "storage-pool" },
        { "storagepoolcaps", "storage-pool-capabilities" },
        { "storagevol", "storage-volume" },
};

static const DocumentKind *kind_called(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                if (strcmp(names[i].schema, name) == 0)
                        name = names[i].kind;
        return document_kind(name);
}

static int usage(FILE *to, int status)
{
        fprintf(to,
                "usage: virt-xml-validate FILE [DOCUMENT]\n\n"
                "Says everything that is wrong with a document of libvirt. FILE - is standard input. DOCUMENT is by\n"
                "default what the root element says, or one of:\n");
        for (size_t i = 0; document_kinds[i]; i++)
                fprintf(to, "  %s\n", document_kinds[i]->name);
        return status;
}

/* "PATH: MESSAGE"; the message has the file, line and column. */
static void show(const RowMistake *mistake)
{
        fprintf(stderr, "%s%s%s\n", mistake->path, *mistake->path ? ": " : "", mistake->message);
}

static int validate(const char *path, const char *name)
{
        const char *file = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
        g_autoptr(GPtrArray) mistakes = NULL;
        g_autofree char *text = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        const DocumentKind *kind;
        size_t length;

        if (file_read(file, INPUT_MAX, &text, &length, &err) < 0) {
                fprintf(stderr, "error: %s\n", err.message);
                return UNREADABLE;
        }
        kind = name ? kind_called(name) : document_kind_of(text, length, &err);
        if (name && !kind)
                return usage(stderr, USAGE);
        mistakes = kind ? document_mistakes(kind, text, length, path, ROWS_VALIDATE | ROWS_INACTIVE)
                        : rows_mistake_alone(&err);
        for (size_t i = 0; i < mistakes->len; i++)
                show(g_ptr_array_index(mistakes, i));
        printf("%s %s\n", path, mistakes->len ? "fails to validate" : "validates");
        return mistakes->len ? INVALID : 0;
}

int main(int argc, char **argv)
{
        if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
                return usage(stdout, 0);
        if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
                printf("virt-xml-validate 9.10.0\n");
                return 0;
        }
        if (argc < 2 || argc > 3)
                return usage(stderr, USAGE);
        documents_register();
        return validate(argv[1], argc == 3 ? argv[2] : NULL);
}
