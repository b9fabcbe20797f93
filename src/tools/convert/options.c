/* What -o says, and to which formats. */
#include "convert.h"

#include <string.h>

const char *convert_option(const ConvertOptions *options, const char *name)
{
        size_t length = strlen(name);

        for (char **at = options->values; at && *at; at++)
                if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
                        return *at + length + 1;
        return NULL;
}

bool convert_format_takes(const ConvertFormat *format, const char *value)
{
        for (const char *const *at = format->options; at && *at; at++) {
                size_t length = strcspn(*at, ":");

                if (strncmp(*at, value, length) == 0 && value[length] == '=')
                        return true;
        }
        return false;
}
