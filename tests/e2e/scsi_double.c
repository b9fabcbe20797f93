/* Loaded into QEMU before libc: whatever block device it asks is a SCSI disk that answers nothing but what it is. */
#include "double.h"

#include <errno.h>
#include <scsi/scsi.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

static int answer(struct sg_io_hdr *request)
{
        static const unsigned char capacity[8] = { 0, 0, 7, 255, 0, 0, 2, 0 };
        unsigned char command = request->cmdp[0];

        request->status = request->host_status = request->driver_status = 0;
        request->resid = 0;
        if (request->dxfer_direction == SG_DXFER_FROM_DEV)
                memset(request->dxferp, 0, request->dxfer_len);
        if (command == READ_CAPACITY && request->dxfer_len >= sizeof(capacity))
                memcpy(request->dxferp, capacity, sizeof(capacity));
        return 0;
}

EXPORT int ioctl(int fd, unsigned long number, ...)
{
        va_list more;
        void *argument;

        va_start(more, number);
        argument = va_arg(more, void *);
        va_end(more);
        if (number == SG_IO)
                return answer(argument);
        if (number != SG_GET_VERSION_NUM)
                return (int)syscall(SYS_ioctl, fd, number, argument);
        *(int *)argument = 30536;
        return 0;
}
