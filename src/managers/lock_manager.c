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

/* One question of many. */
typedef struct Question {
        WireWriter packet;
        size_t resource; /* the lock that it is about; as many as there are: none */
} Question;

struct LockAttendance {
        int fd;
        char *socket, *folder;
        struct sockaddr_un address; /* below the folder */
        GArray *questions;          /* of Question: who it is, the locks, that it is no more than that */
        size_t n_resources;
        int errnum;   /* written by the child: why the exchange failed */
        guint failed; /* the question that was answered with an error */
        bool refused; /* it was */
        uint8_t answer[ANSWER_MAX];
        size_t answer_length;
};

/* The flags are the last word of the packet, the pid the one before. */
enum { PID_FROM_END = 8 };

static int add_question(LockAttendance *attendance, const CallDesc *desc, const CallArg *argv, size_t resource,
                        Error *err)
{
        Question question = { .resource = resource };
        int result = ask_encode(desc, argv, attendance->questions->len + 1, &question.packet, err);

        g_array_append_val(attendance->questions, question);
        return result;
}

static int add_resource(LockAttendance *attendance, const LockResource *resource, size_t index, Error *err)
{
        const CallArg space[] = { { .s = resource->space } };
        const CallArg lock[] = { { .s = resource->space }, { .s = resource->name }, { .u = resource->flags } };

        if (*resource->space && add_question(attendance, &desc_lockd_create_lockspace, space, index, err) < 0)
                return -1;
        return add_question(attendance, &desc_lockd_acquire_resource, lock, index, err);
}

static int encode(LockAttendance *attendance, const LockOwner *owner, const LockResource *resources, Error *err)
{
        const CallArg no_flags = { .u = 0 };
        CallArg argv[5];

        fill_register(argv, owner);
        if (add_question(attendance, &desc_lockd_register, argv, attendance->n_resources, err) < 0)
                return -1;
        for (size_t i = 0; i < attendance->n_resources; i++)
                if (add_resource(attendance, &resources[i], i, err) < 0)
                        return -1;
        return add_question(attendance, &desc_lockd_restrict, &no_flags, attendance->n_resources, err);
}

static void question_clear(void *opaque)
{
        wire_writer_done(&((Question *)opaque)->packet);
}

LockAttendance *lock_attendance_new(const char *socket_path, const LockOwner *owner, const LockResource *resources,
                                    size_t n, Error *err)
{
        LockAttendance *attendance = g_new0(LockAttendance, 1);
        const struct timeval patience = { .tv_sec = ATTEND_MS / 1000 };
        g_autofree char *name = g_path_get_basename(socket_path);

        attendance->socket = g_strdup(socket_path);
        attendance->folder = g_path_get_dirname(socket_path);
        attendance->questions = g_array_new(FALSE, FALSE, sizeof(Question));
        g_array_set_clear_func(attendance->questions, question_clear);
        attendance->n_resources = n;
        attendance->address.sun_family = AF_UNIX;
        g_strlcpy(attendance->address.sun_path, name, sizeof(attendance->address.sun_path));
        attendance->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (attendance->fd < 0 ||
            setsockopt(attendance->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0) {
                error_errno(err, errno, "cannot make a socket for '%s'", socket_path);
                return lock_attendance_free(attendance);
        }
        return encode(attendance, owner, resources, err) < 0 ? lock_attendance_free(attendance) : attendance;
}

LockAttendance *lock_attendance_free(LockAttendance *attendance)
{
        if (!attendance)
                return NULL;
        if (attendance->fd >= 0)
                close(attendance->fd);
        g_array_unref(attendance->questions);
        g_free(attendance->socket);
        g_free(attendance->folder);
        g_free(attendance);
        return NULL;
}

int lock_attendance_fd(const LockAttendance *attendance)
{
        return attendance->fd;
}

/* From here on in the child: see ProcessStep. */

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

static bool ask_there(LockAttendance *attendance, const Question *question, guint index, int64_t deadline_ms)
{
        Exchange ex = { .fd = attendance->fd,
                        .serial = index + 1,
                        .deadline_ms = deadline_ms,
                        .reply = attendance->answer,
                        .room = ANSWER_MAX };

        if (!exchange(&ex, question->packet.data, question->packet.length))
                return false;
        attendance->answer_length = ex.length;
        /* The status: the last word of the header. */
        if (attendance->answer[WIRE_HEADER_SIZE - 1] == WIRE_OK)
                return true;
        attendance->refused = true;
        attendance->failed = index;
        errno = EPERM;
        return false;
}

static bool ask_all(LockAttendance *attendance)
{
        int64_t deadline_ms = exchange_now_ms() + ATTEND_MS;

        for (guint i = 0; i < attendance->questions->len; i++)
                if (!ask_there(attendance, &g_array_index(attendance->questions, Question, i), i, deadline_ms))
                        return false;
        return true;
}

int lock_attendance_step(void *opaque)
{
        LockAttendance *attendance = opaque;
        const WireWriter *first = &g_array_index(attendance->questions, Question, 0).packet;
        uint8_t *pid = first->data + first->length - PID_FROM_END;
        uint32_t own = (uint32_t)getpid();

        for (int i = 0; i < 4; i++)
                pid[i] = (uint8_t)(own >> (24 - 8 * i));
        if (connect_there(attendance) && ask_all(attendance))
                return 0;
        attendance->errnum = errno;
        return -1;
}

int lock_attendance_explain(LockAttendance *attendance, size_t *ret_failed, Error *err)
{
        *ret_failed = attendance->n_resources;
        if (attendance->errnum == 0)
                return 0;
        error_clear(err);
        if (!attendance->refused)
                return ask_failed(attendance->socket, attendance->errnum, err);
        *ret_failed = g_array_index(attendance->questions, Question, attendance->failed).resource;
        return ask_decode(&desc_lockd_restrict, (CallArg[]){ { .u = 0 } }, NULL, attendance->answer,
                          attendance->answer_length, err);
}
