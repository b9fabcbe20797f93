/* The bytes of volumes, to and from files. */
#include "virsh_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/auto.h"
#include "virsh.h"

/* What both directions need. */
typedef struct Transfer {
        virStorageVolPtr volume;
        const char *file;
        unsigned long long offset, length;
        bool sparse;
} Transfer;

static bool transfer_init(Transfer *transfer, Shell *shell, const ShellArgs *args)
{
        *transfer = (Transfer){ .sparse = args_has(args, "sparse") };
        if (args_uint64(shell, args, "offset", &transfer->offset) < 0 ||
            args_uint64(shell, args, "length", &transfer->length) < 0 ||
            args_string(shell, args, "file", &transfer->file) <= 0)
                return false;
        transfer->volume = volume_get(shell, args);
        return transfer->volume;
}

static void transfer_clear(Transfer *transfer)
{
        if (transfer->volume)
                virStorageVolFree(transfer->volume);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Transfer, transfer_clear)

static int write_some(virStreamPtr stream, const char *bytes, size_t n, void *opaque)
{
        ssize_t done;

        (void)stream;
        do
                done = write(*(int *)opaque, bytes, n);
        while (done < 0 && errno == EINTR);
        return (int)done;
}

static int read_some(virStreamPtr stream, char *bytes, size_t n, void *opaque)
{
        ssize_t done;

        (void)stream;
        do
                done = read(*(int *)opaque, bytes, n);
        while (done < 0 && errno == EINTR);
        return (int)done;
}

/* A hole in the file: the end moves along, so that one at the end is there too. */
static int write_hole(virStreamPtr stream, long long length, void *opaque)
{
        off_t end = lseek(*(int *)opaque, length, SEEK_CUR);

        (void)stream;
        return end < 0 || ftruncate(*(int *)opaque, end) < 0 ? -1 : 0;
}

static int skip_hole(virStreamPtr stream, long long length, void *opaque)
{
        (void)stream;
        return lseek(*(int *)opaque, length, SEEK_CUR) < 0 ? -1 : 0;
}

/* Whether the file has bytes at its position, and for how long that lasts. */
static int find_hole(virStreamPtr stream, int *ret_in_data, long long *ret_length, void *opaque)
{
        int fd = *(int *)opaque;
        off_t here = lseek(fd, 0, SEEK_CUR), data = lseek(fd, here, SEEK_DATA), end;

        (void)stream;
        if (here < 0 || (data < 0 && errno != ENXIO))
                return -1;
        *ret_in_data = data == here;
        end = data == here ? lseek(fd, here, SEEK_HOLE) : data < 0 ? lseek(fd, 0, SEEK_END) : data;
        if (end < 0 || lseek(fd, here, SEEK_SET) < 0)
                return -1;
        *ret_length = end - here;
        return 0;
}

static bool download(Shell *shell, const Transfer *transfer, int fd, virStreamPtr stream)
{
        const char *name = virStorageVolGetName(transfer->volume);
        unsigned flags = transfer->sparse ? VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM : 0;
        int r;

        if (virStorageVolDownload(transfer->volume, stream, transfer->offset, transfer->length, flags) < 0) {
                shell_error(shell, "cannot download from volume %s", name);
                return false;
        }
        r = transfer->sparse ? virStreamSparseRecvAll(stream, write_some, write_hole, &fd)
                             : virStreamRecvAll(stream, write_some, &fd);
        if (r < 0) {
                shell_error(shell, "cannot receive data from volume %s", name);
                return false;
        }
        if (virStreamFinish(stream) < 0) {
                shell_error(shell, "cannot close volume %s", name);
                return false;
        }
        return true;
}

bool cmd_vol_download(Shell *shell, const ShellArgs *args)
{
        g_auto(Transfer) transfer = { 0 };
        g_autoptr(virStream) stream = NULL;
        AUTO_FD int fd = -1;
        bool made = true;

        if (!transfer_init(&transfer, shell, args))
                return false;
        fd = open(transfer.file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno == EEXIST) {
                made = false;
                fd = open(transfer.file, O_WRONLY | O_TRUNC | O_CLOEXEC);
        }
        if (fd < 0) {
                shell_error(shell, "cannot create %s", transfer.file);
                return false;
        }
        stream = virStreamNew(connection_of(shell), 0);
        if (stream && download(shell, &transfer, fd, stream))
                return true;
        if (made)
                unlink(transfer.file);
        return false;
}

static bool upload(Shell *shell, const Transfer *transfer, int fd, virStreamPtr stream)
{
        const char *name = virStorageVolGetName(transfer->volume);
        unsigned flags = transfer->sparse ? VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM : 0;
        int r;

        if (virStorageVolUpload(transfer->volume, stream, transfer->offset, transfer->length, flags) < 0) {
                shell_error(shell, "cannot upload to volume %s", name);
                return false;
        }
        r = transfer->sparse ? virStreamSparseSendAll(stream, read_some, find_hole, skip_hole, &fd)
                             : virStreamSendAll(stream, read_some, &fd);
        if (r < 0) {
                shell_error(shell, "cannot send data to volume %s", name);
                return false;
        }
        if (virStreamFinish(stream) < 0) {
                shell_error(shell, "cannot close volume %s", name);
                return false;
        }
        return true;
}

bool cmd_vol_upload(Shell *shell, const ShellArgs *args)
{
        g_auto(Transfer) transfer = { 0 };
        g_autoptr(virStream) stream = NULL;
        AUTO_FD int fd = -1;

        if (!transfer_init(&transfer, shell, args))
                return false;
        fd = open(transfer.file, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
                shell_error(shell, "cannot read %s", transfer.file);
                return false;
        }
        stream = virStreamNew(connection_of(shell), 0);
        return stream && upload(shell, &transfer, fd, stream);
}
