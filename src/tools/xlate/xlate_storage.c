/* Storage: volumes in their pool. */
#include "xlate.h"

#include <stdio.h>

#include "conf/storage_volume.h"
#include "util/file.h"

/* Exit status, 0 with the document in *@ret. */
static int read_document(const DocumentKind *kind, const char *path, void **ret)
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

static int run_volume(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StoragePool) pool = NULL;
        g_autoptr(StorageVolume) volume = NULL;
        g_autofree char *xml = NULL;
        int status;

        if (argc != 3)
                return CONVERT_USAGE;
        status = read_document(&storage_pool_kind, argv[1], (void **)&pool);
        if (status == 0)
                status = read_document(&storage_volume_kind, argv[2], (void **)&volume);
        if (status)
                return status;
        if (storage_volume_join(volume, pool, 0, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = storage_volume_format(volume, 0);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_storage_volume = { "storage-volume", "POOL VOLUME", run_volume };
