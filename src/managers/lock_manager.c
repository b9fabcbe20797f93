#include "managers/lock_manager.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "rpc/procedures.h"
#include "util/auto.h"

#include "ask.h"

enum { LOCKS_MS = 10000, ATTEND_MS = 10000, ANSWER_MAX = 65536 };

static void fill_register(CallArg argv[5], const LockOwner *owner)
{
        argv[0] = (CallArg){ .p = (void *)owner->uuid };
        argv[1] = (CallArg){ .s = owner->name };
        argv[2] = (CallArg){ .u = owner->id };
        argv[3] = (CallArg){ .u = (unsigned)owner->pid };
        argv[4] = (CallArg){ .u = 0 };
}

static int begin(Ask *ask, const char *socket, const LockOwner *owner, Error *err)
{
        CallArg argv[5];

        fill_register(argv, owner);
        return ask_begin(ask, socket, LOCKS_MS, err) < 0 ? -1 : ask_call(ask, &desc_lockd_register, argv, NULL, err);
}

static int make_space(Ask *ask, const char *space, Error *err)
{
        CallArg argv[] = { { .s = space } };

        return *space ? ask_call(ask, &desc_lockd_create_lockspace, argv, NULL, err) : 0;
}

static int change(Ask *ask, const CallDesc *desc, const LockResource *resource, unsigned flags, Error *err)
{
        CallArg argv[] = { { .s = resource->space }, { .s = resource->name }, { .u = flags } };

        return ask_call(ask, desc, argv, NULL, err);
}

/* A lock of an earlier attempt, whose daemon (one like us) was killed, is let go first: the lock daemon does not give
 * the same owner the same lock twice. */
static int acquire_one(Ask *ask, const LockResource *resource, Error *err)
{
        ERROR_AUTO Error problem = ERROR_INIT;

        if (make_space(ask, resource->space, err) < 0)
                return -1;
        if (change(ask, &desc_lockd_acquire_resource, resource, resource->flags, &problem) == 0)
                return 0;
        if (problem.code == VIR_ERR_RESOURCE_BUSY && change(ask, &desc_lockd_release_resource, resource, 0, NULL) == 0)
                return change(ask, &desc_lockd_acquire_resource, resource, resource->flags, err);
        return error_move(err, &problem);
}

int lock_manager_acquire(const char *socket, const LockOwner *owner, const LockResource *resources, size_t n,
                         size_t *ret_failed, Error *err)
{
        ASK_AUTO Ask ask;
        size_t done = 0;

        *ret_failed = 0;
        if (begin(&ask, socket, owner, err) < 0)
                return -1;
        while (done < n && acquire_one(&ask, &resources[done], err) == 0)
                done++;
        if (done == n)
                return 0;
        for (size_t i = 0; i < done; i++)
                change(&ask, &desc_lockd_release_resource, &resources[i], 0, NULL);
        *ret_failed = done;
        return -1;
}

/* Not to have it is what was wanted. */
static bool is_not_held(const Error *err)
{
        return err->code == VIR_ERR_RESOURCE_BUSY || err->code == VIR_ERR_INTERNAL_ERROR;
}

int lock_manager_release(const char *socket, const LockOwner *owner, const LockResource *resources, size_t n,
                         Error *err)
{
        ASK_AUTO Ask ask;

        if (begin(&ask, socket, owner, err) < 0)
                return -1;
        for (size_t i = 0; i < n; i++) {
                ERROR_AUTO Error problem = ERROR_INIT;

                if (change(&ask, &desc_lockd_release_resource, &resources[i], 0, &problem) < 0 &&
                    !is_not_held(&problem))
                        return error_move(err, &problem);
        }
        return 0;
}

/* Attendance */

struct LockAttendance {
        int fd;
        char *socket, *folder;
        struct sockaddr_un address; /* below the folder */
        WireWriter register_packet, restrict_packet;
        int errnum; /* written by the child: why the exchange failed */
        bool failed;
        uint8_t answer[ANSWER_MAX];
        size_t answer_length;
};

/* The flags are the last word of the packet, the pid the one before. */
enum { PID_FROM_END = 8 };

static int encode(LockAttendance *attendance, const LockOwner *owner, Error *err)
{
        CallArg argv[5], flags = { .u = 0 };

        fill_register(argv, owner);
        if (ask_encode(&desc_lockd_register, argv, 1, &attendance->register_packet, err) < 0)
                return -1;
        return ask_encode(&desc_lockd_restrict, &flags, 2, &attendance->restrict_packet, err);
}

LockAttendance *lock_attendance_new(const char *socket_path, const LockOwner *owner, Error *err)
{
        LockAttendance *attendance = g_new0(LockAttendance, 1);
        const struct timeval patience = { .tv_sec = ATTEND_MS / 1000 };
        g_autofree char *name = g_path_get_basename(socket_path);

        attendance->socket = g_strdup(socket_path);
        attendance->folder = g_path_get_dirname(socket_path);
        attendance->address.sun_family = AF_UNIX;
        g_strlcpy(attendance->address.sun_path, name, sizeof(attendance->address.sun_path));
        attendance->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (attendance->fd < 0 ||
            setsockopt(attendance->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0) {
                error_errno(err, errno, "cannot make a socket for '%s'", socket_path);
                return lock_attendance_free(attendance);
        }
        return encode(attendance, owner, err) < 0 ? lock_attendance_free(attendance) : attendance;
}

LockAttendance *lock_attendance_free(LockAttendance *attendance)
{
        if (!attendance)
                return NULL;
        if (attendance->fd >= 0)
                close(attendance->fd);
        wire_writer_done(&attendance->register_packet);
        wire_writer_done(&attendance->restrict_packet);
        g_free(attendance->socket);
        g_free(attendance->folder);
        g_free(attendance);
        return NULL;
}

int lock_attendance_fd(const LockAttendance *attendance)
{
        return attendance->fd;
}

/* The socket's path may be too long for an address: from its folder it is not. */
static bool connect_there(const LockAttendance *attendance)
{
        int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int result, errnum;

        if (here < 0 || chdir(attendance->folder) < 0)
                return false;
        do
                result = connect(attendance->fd, (const struct sockaddr *)&attendance->address,
                                 sizeof(attendance->address));
        while (result < 0 && errno == EINTR);
        errnum = errno == EAGAIN ? ETIMEDOUT : errno;
        if (fchdir(here) < 0)
                return false;
        close(here);
        errno = errnum;
        return result == 0;
}

static bool ask_there(LockAttendance *attendance, const WireWriter *packet, uint32_t serial)
{
        Exchange ex = { .fd = attendance->fd,
                        .serial = serial,
                        .deadline_ms = exchange_now_ms() + ATTEND_MS,
                        .reply = attendance->answer,
                        .room = ANSWER_MAX };

        if (!exchange(&ex, packet->data, packet->length))
                return false;
        attendance->answer_length = ex.length;
        /* The status: the last word of the header. */
        if (attendance->answer[WIRE_HEADER_SIZE - 1] == WIRE_OK)
                return true;
        attendance->failed = true;
        errno = EPERM;
        return false;
}

int lock_attendance_step(void *opaque)
{
        LockAttendance *attendance = opaque;
        uint8_t *pid = attendance->register_packet.data + attendance->register_packet.length - PID_FROM_END;
        uint32_t own = (uint32_t)getpid();

        for (int i = 0; i < 4; i++)
                pid[i] = (uint8_t)(own >> (24 - 8 * i));
        if (connect_there(attendance) && ask_there(attendance, &attendance->register_packet, 1) &&
            ask_there(attendance, &attendance->restrict_packet, 2))
                return 0;
        attendance->errnum = errno;
        return -1;
}

int lock_attendance_explain(LockAttendance *attendance, Error *err)
{
        if (attendance->errnum == 0)
                return 0;
        error_clear(err);
        if (attendance->failed)
                return ask_decode(&desc_lockd_restrict, (CallArg[]){ { .u = 0 } }, NULL, attendance->answer,
                                  attendance->answer_length, err);
        return ask_failed(attendance->socket, attendance->errnum, err);
}
