/* Names of files on the datastores of ESX. */
#include "vmx/names.h"

#include <string.h>

static const char volumes[] = "/vmfs/volumes/";

/* "datastore/folder/file" -> "[datastore] folder/file" */
static int from_volume(const char *rest, const char *name, char **ret, Error *err)
{
        const char *slash = strchr(rest, '/');

        if (!slash || slash == rest || !slash[1])
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "File name '%s' doesn't have expected format '/vmfs/volumes/<datastore>/<path>'",
                                 name);
        *ret = g_strdup_printf("[%.*s] %s", (int)(slash - rest), rest, slash + 1);
        return VMX_FILE_FOUND;
}

int vmx_names_from(const char *name, const char *home, char **ret_path, Error *err)
{
        if (g_str_has_prefix(name, volumes))
                return from_volume(name + strlen(volumes), name, ret_path, err);
        if (!home || *name == '/' || *name == '[') {
                *ret_path = g_strdup(name);
                return VMX_FILE_FOUND;
        }
        if (strchr(name, '/'))
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Found relative path '%s' in a VMX file: only names of files beside it and absolute paths "
                        "are understood",
                        name);
        *ret_path = g_strdup_printf("%s%s%s", home, g_str_has_suffix(home, "]") ? " " : "/", name);
        return VMX_FILE_FOUND;
}

char *vmx_names_to(const char *path, Error *err)
{
        const char *end, *rest;

        if (*path != '[')
                return g_strdup(path);
        end = strchr(path, ']');
        rest = end ? end + 1 + strspn(end + 1, " ") : "";
        if (end == path + 1 || !*rest)
                return error_null(err, VIR_ERR_INTERNAL_ERROR,
                                  "Datastore path '%s' doesn't have expected format '[<datastore>] <path>'", path);
        return g_strdup_printf("%s%.*s/%s", volumes, (int)(end - path - 1), path + 1, rest);
}
