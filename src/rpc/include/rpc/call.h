/* Calls on the wire: descriptions generated from api/, and the one interpreter that carries them both ways.
 *
 * A call's C parameters stand in `CallArg argv[]` in their order; out parameters are pointers, as in C. The client
 * encodes argv into a request and decodes the reply into what argv points to; the server decodes a request into a
 * frame (which owns storage for everything, out parameters included), lets the generated `serve` call the library's
 * inner entry point, and encodes the reply from the frame. */
#pragma once

#include "rpc/wire.h"
#include "vireo/arg.h"
#include "vireo/event.h"

enum { CALL_ARGS_MAX = 16 };

enum {
        PROGRAM_REMOTE = 0x20008086,
        PROGRAM_QEMU = 0x20008087,
        PROGRAM_LXC = 0x00068000,
        PROGRAM_ADMIN = 0x06900690,
        PROGRAM_KEEPALIVE = 0x6b656570,
        PROGRAM_LOGD = 0x87539319,
        PROGRAM_LOCKD = 0x0ea7beef,
};

typedef struct CallDesc CallDesc;
typedef struct CallFrame CallFrame;
typedef struct CallFields CallFields; /* private to the interpreter and its generated tables */

typedef enum { CALL_STREAM_NONE, CALL_STREAM_READ, CALL_STREAM_WRITE } CallStream; /* READ: server to client data */

struct CallDesc {
        const char *name; /* "virDomainSuspend" */
        uint32_t program;
        uint16_t number;
        uint8_t n_params;
        bool reads_snapshot; /* answered without waiting: the daemon serves it in the I/O thread */
        bool high_priority;
        bool before_auth;
        CallStream stream;
        int stream_param;     /* index of the virStreamPtr, -1: none */
        unsigned sparse_flag; /* this bit of the flags parameter permits holes; 0: never */
        int flags_param;      /* index of the flags parameter, -1: none */
        const CallFields *fields;
        /* Server: run the inner entry point with frame->argv, result into frame->ret. NULL: the daemon answers it
         * itself (open, close, authentication, features, event registration; a list in daemon/). */
        int (*serve)(CallFrame *frame, Error *err);
};

struct CallFrame {
        const CallDesc *desc;
        void *connection; /* virConnectPtr; for the admin program the daemon's own object */
        CallArg argv[CALL_ARGS_MAX];
        CallArg ret;
        int *fds; /* received with the call; owned */
        size_t n_fds;
        int *reply_fds; /* to send with the reply; owned */
        size_t n_reply_fds;
        struct CallFrameMemory *memory;
};

/** call_find: the description of a procedure that is a call; NULL when there is none. */
const CallDesc *call_find(uint32_t program, int procedure);
/** call_each: all descriptions, for tests and statistics; NULL-terminated by count. */
const CallDesc *const *call_all(size_t *ret_n);
/** program_version: the version of a known program, 0 for unknown ones. */
unsigned program_version(uint32_t program);

/* Client. The reply is decoded into argv and @ret; on failure nothing stays allocated. */
int call_encode_request(const CallDesc *desc, const CallArg *argv, WireWriter *out, Error *err);
int call_decode_reply(const CallDesc *desc, void *connection, CallArg *argv, CallArg *ret, WireReader *in, Error *err);

/** call_request_fds: the descriptors that travel with the request, borrowed; how many. */
size_t call_request_fds(const CallDesc *desc, const CallArg *argv, int fds[WIRE_FDS_MAX]);
/** call_strings_flag: the bit of the flags parameter by which a client says that it takes strings among typed
 * parameters; peers without that feature (9) refuse it. 0: the call has none. */
unsigned call_strings_flag(const CallDesc *desc);
/** call_replies_fds: whether descriptors may come with the reply. */
bool call_replies_fds(const CallDesc *desc);
/** call_take_reply_fds: after call_decode_reply(): the descriptors that came with the reply become the caller's, by
 * argv or @ret. On failure (not as many as the call gives) they stay the taker's to close. Call it even for n = 0 when
 * call_replies_fds(). */
int call_take_reply_fds(const CallDesc *desc, CallArg *argv, CallArg *ret, const int *fds, size_t n, Error *err);

/* Server. `fds` may be set before the frame is decoded; all else is overwritten. A stream parameter is left NULL: the
 * daemon puts its stream into argv[desc->stream_param].p and owns it. */
int call_frame_decode(CallFrame *frame, const CallDesc *desc, void *connection, WireReader *in, Error *err);
int call_frame_encode(const CallFrame *frame, WireWriter *out, Error *err);
/** call_frame_keep_fds: the descriptors that the call gave back move to reply_fds; `serve` does it. */
void call_frame_keep_fds(CallFrame *frame);
void call_frame_done(CallFrame *frame); /* frees everything the frame owns; leaves it empty */

/**
 * call_permitted: the permission check from the call's description (default deny). On a read-only connection
 * (VIR_CONNECT_RO) everything that is not read, getattr or search is VIR_ERR_OPERATION_DENIED
 * ("operation forbidden: read only access prevents NAME").
 */
int call_permitted(const CallDesc *desc, unsigned connect_flags, const CallFrame *frame, Error *err);

/* Events. @legacy picks the old form without a callback id where one exists. Encodes header and payload.
 * event_decode makes the event of a procedure, 1 when the procedure is no event we know. */
int event_encode(const Event *event, int callback_id, bool legacy, WireWriter *out, Error *err);
int event_decode(uint32_t program, int procedure, WireReader *in, Event **ret_event, int *ret_callback_id, Error *err);
