/* What the host's policy says of a path, by libselinux. */
#include <selinux/label.h>
#include <selinux/selinux.h>

#include "selinux.h"

char *selinux_default(const char *path, mode_t mode)
{
        struct selabel_handle *handle = selabel_open(SELABEL_CTX_FILE, NULL, 0);
        char *context = NULL;
        char *text = NULL;

        if (!handle)
                return NULL;
        if (selabel_lookup(handle, &context, path, (int)mode) == 0)
                text = g_strdup(context);
        freecon(context);
        selabel_close(handle);
        return text;
}
