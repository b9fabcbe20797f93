/* What the commands share. */
#include "xlate.h"

#include <stdio.h>

int xlate_fail(const Error *err, int status)
{
        fprintf(stderr, "error: %s\n", err->message ? err->message : "unknown");
        return status;
}
