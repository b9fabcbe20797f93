/* How the readers fill the document. */
#pragma once

#include "conf/sysinfo.h"

/* What a line is called in the source, and in the document. */
typedef struct SysinfoKey {
        const char *label; /* NULL behind the last */
        const char *name;
} SysinfoKey;

/** sysinfo_add: an entry @name with @value; nothing where that is NULL or empty. */
void sysinfo_add(SysinfoEntry **entries, size_t *n_entries, const char *name, const char *value);

/** sysinfo_split: "LABEL : VALUE": *@ret_value within @line without blanks around, @line is cut to the label; false
 * where there is no colon. */
bool sysinfo_split(char *line, char **ret_value);
