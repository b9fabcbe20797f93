/* What the commands share. */
#include "xlate.h"

#include <stdio.h>

#include "util/file.h"

int xlate_fail(const Error *err, int status)
{
        fprintf(stderr, "error: %s\n", err->message ? err->message : "unknown");
        return status;
}

int xlate_read_document(const DocumentKind *kind, const char *path, void **ret)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        size_t length;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (document_read(kind, text, length, path, 0, ret, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        return 0;
}
