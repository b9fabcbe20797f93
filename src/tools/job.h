/* A call of the library that may take long: Ctrl-C asks to abort it, --verbose shows how far it is. */
#pragma once

#include "virsh.h"

typedef int (*JobCall)(virDomainPtr domain, void *opaque); /* -1 on failure, with the library's error */

/** job_run: what @call returned. @label ("Save") stands before the progress of @verbose. */
int job_run(Shell *shell, virDomainPtr domain, JobCall call, void *opaque, const char *label, bool verbose);
