/* See util/host_memory.h. */
#include "util/host_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/text.h"

enum { NUMBER_MAX = 64 };

static char *ksm_path(const char *root, const char *name)
{
        return g_strdup_printf("%s/sys/kernel/mm/ksm/%s", root, name);
}

static int read_number(const char *path, uint64_t *ret_value, Error *err)
{
        g_autofree char *text = NULL;

        if (file_read(path, NUMBER_MAX, &text, NULL, err) < 0)
                return -1;
        if (!text_to_uint64(g_strstrip(text), 10, ret_value))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s holds '%s', which is no number", path, text);
        return 0;
}

/* The kernel takes a number as one write; there is nothing beside it to rename. */
static int write_number(const char *path, uint64_t value, Error *err)
{
        AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
        char text[32];
        int n = g_snprintf(text, sizeof(text), "%" PRIu64, value);

        if (fd < 0 || write(fd, text, (size_t)n) != n)
                return error_errno(err, errno, "cannot write %s to %s", text, path);
        return 0;
}

int host_ksm_read(const char *root, const char *name, uint64_t *ret_value, Error *err)
{
        g_autofree char *path = ksm_path(root, name);

        if (access(path, F_OK) < 0)
                return 1;
        return read_number(path, ret_value, err);
}

int host_ksm_write(const char *root, const char *name, uint64_t value, Error *err)
{
        g_autofree char *path = ksm_path(root, name);

        if (access(path, F_OK) < 0)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "this kernel does not merge pages: there is no %s",
                                 path);
        return write_number(path, value, err);
}

static char *pages_path(const char *root, int cell, uint64_t size_kib)
{
        if (cell < 0)
                return g_strdup_printf("%s/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages", root,
                                       size_kib);
        return g_strdup_printf("%s/sys/devices/system/node/node%d/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages", root,
                               cell, size_kib);
}

int host_pages_set(const char *root, int cell, uint64_t size_kib, uint64_t count, bool add, Error *err)
{
        g_autofree char *path = pages_path(root, cell, size_kib);
        uint64_t now = 0, after = 0;

        if (access(path, F_OK) < 0)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "there are no pages of %" PRIu64 " KiB to be set aside%s: no file %s", size_kib,
                                 cell < 0 ? "" : " on this cell", path);
        if (read_number(path, &now, err) < 0)
                return -1;
        if (add && __builtin_add_overflow(count, now, &count))
                return error_set(err, VIR_ERR_INVALID_ARG, "too many pages");
        if (write_number(path, count, err) < 0 || read_number(path, &after, err) < 0)
                return -1;
        if (after == count)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_FAILED,
                         "Unable to allocate %" PRIu64 " pages of %" PRIu64 " KiB. Allocated only %" PRIu64, count,
                         size_kib, after);
}
