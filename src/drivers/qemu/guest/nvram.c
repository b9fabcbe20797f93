/* See nvram.h. */
#include "guest/nvram.h"

#include <errno.h>
#include <unistd.h>

#include "util/file.h"

enum { TEMPLATE_MAX = 256 * 1024 * 1024 };

const char *nvram_path(const Domain *domain)
{
        const OsNvram *nvram = domain->os.nvram;

        if (!nvram || domain->os.loader_stateless == YESNO_YES)
                return NULL;
        if (nvram->path)
                return nvram->path;
        return nvram->source.type == SOURCE_FILE ? nvram->source.file.path : NULL;
}

int nvram_make(const Domain *live, bool reset, Error *err)
{
        const char *path = nvram_path(live);
        const char *template = path ? live->os.nvram->template : NULL;
        g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;
        g_autofree char *bytes = NULL;
        size_t length = 0;

        if (!path || (!reset && access(path, F_OK) == 0))
                return 0;
        if (!template)
                return error_set(err, VIR_ERR_OPERATION_FAILED,
                                 "unable to find any master var store for loader: %s; name a template in <nvram "
                                 "template='...'/>, or make %s yourself",
                                 live->os.loader ? live->os.loader : "none", path);
        if (file_read(template, TEMPLATE_MAX, &bytes, &length, err) < 0 || dir_make(folder, 0755, err) < 0)
                return -1;
        return file_replace(path, bytes, length, 0600, err);
}
