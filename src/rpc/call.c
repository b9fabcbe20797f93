/* Calls: a client's request and reply, a server's frame. The fields are walked by call_walk.c. */
#include "rpc/call.h"

#include <string.h>
#include <unistd.h>

#include "call_fields.h"
#include "vireo/admin.h"

static const CallProgram *program_find(uint32_t program)
{
        for (size_t i = 0; i < n_call_programs; i++) {
                if (call_programs[i].number == program)
                        return &call_programs[i];
        }
        return NULL;
}

const CallDesc *call_find(uint32_t program, int procedure)
{
        const CallProgram *found = program_find(program);

        if (!found || procedure < 0 || procedure > found->max)
                return NULL;
        return found->calls[procedure];
}

const CallDesc *const *call_all(size_t *ret_n)
{
        *ret_n = n_call_descs;
        return call_descs;
}

unsigned program_version(uint32_t program)
{
        const CallProgram *found = program_find(program);

        return found ? found->version : 0;
}

/* The strings of old clients: they say by a flag that they take them. */
static bool skips_strings(const CallDesc *desc, const CallArg *argv)
{
        return desc->fields->strings_flag && !(argv[desc->flags_param].u & desc->fields->strings_flag);
}

/* The interpreter says what is wrong where it knows more than that the message is. */
static int failed(Error *err, const char *what, const CallDesc *desc)
{
        if (error_is_set(err))
                return -1;
        return error_set(err, VIR_ERR_RPC, "Unable to %s message payload of %s", what, desc->name);
}

int call_encode_request(const CallDesc *desc, const CallArg *argv, WireWriter *out, Error *err)
{
        ERROR_AUTO Error reason = ERROR_INIT;
        Walk walk = { .argv = (CallArg *)argv, .out = out, .err = &reason };

        if (fields_put(&walk, desc->fields->request, desc->fields->n_request))
                return 0;
        failed(&reason, "encode", desc);
        return error_move(err, &reason);
}

/* Handles of the reply belong to the connection of the call's first handle when none was given. */
static void *connection_of(void *connection, const CallArg *argv)
{
        return connection ? connection : object_connect(argv[0].p);
}

int call_decode_reply(const CallDesc *desc, void *connection, CallArg *argv, CallArg *ret, WireReader *in, Error *err)
{
        ERROR_AUTO Error reason = ERROR_INIT;
        CallArg none;
        Walk walk = { .argv = argv, .ret = ret ? ret : &none, .in = in, .err = &reason };

        memset(walk.ret, 0, sizeof(*walk.ret));
        walk.conn = connection_of(connection, argv);
        if (fields_get(&walk, desc->fields->reply, desc->fields->n_reply))
                return 0;
        if (walk.grid)
                fields_drop(&walk, desc->fields->reply, desc->fields->n_reply);
        memset(walk.ret, 0, sizeof(*walk.ret));
        failed(&reason, "decode", desc);
        return error_move(err, &reason);
}

size_t call_request_fds(const CallDesc *desc, const CallArg *argv, int fds[WIRE_FDS_MAX])
{
        Walk walk = { .argv = (CallArg *)argv };
        const CallFields *fields = desc->fields;
        const int *array;
        int64_t n;

        if (fields->fds.kind == PLACE_NONE)
                return 0;
        if (fields->n_fds.kind == PLACE_NONE) {
                fds[0] = argv[fields->fds.at].i;
                return 1;
        }
        array = argv[fields->fds.at].p;
        n = array ? place_load(&walk, &fields->n_fds) : 0;
        n = CLAMP(n, 0, WIRE_FDS_MAX);
        memcpy(fds, array, (size_t)n * sizeof(*fds));
        return (size_t)n;
}

unsigned call_strings_flag(const CallDesc *desc)
{
        return desc->fields->strings_flag;
}

bool call_replies_fds(const CallDesc *desc)
{
        return desc->fields->reply_fds.kind != PLACE_NONE;
}

int call_take_reply_fds(const CallDesc *desc, CallArg *argv, CallArg *ret, const int *fds, size_t n, Error *err)
{
        Walk walk = { .argv = argv, .ret = ret };
        const Place *place = &desc->fields->reply_fds;
        int **array;

        if (place->kind == PLACE_NONE)
                return n == 0 ? 0
                              : error_set(err, VIR_ERR_RPC, "unexpected descriptors in the reply to %s", desc->name);
        if (place->kind == PLACE_RETURN) {
                if (n != 1)
                        return error_set(err, VIR_ERR_RPC, "%s answered with %zu descriptors, not one", desc->name, n);
                ret->i = fds[0];
                return 0;
        }
        array = place_find(&walk, place);
        if (!array)
                return n == 0 ? 0 : error_set(err, VIR_ERR_RPC, "nobody asked %s for descriptors", desc->name);
        *array = g_memdup2(fds, n * sizeof(*fds));
        place_store(&walk, &desc->fields->n_reply_fds, (int64_t)n);
        return 0;
}

/* Places to point to for what the call gives back. */
static void frame_slots(CallFrame *frame)
{
        const ParamSpec *params = frame->desc->fields->params;

        for (int i = 0; i < frame->desc->n_params; i++) {
                if (params[i].role == PARAM_CONNECTION)
                        frame->argv[i].p = frame->connection;
                else if (params[i].role == PARAM_SLOT)
                        frame->argv[i].p = arena_take(frame->memory, params[i].size);
                else if (params[i].role == PARAM_SIZE)
                        frame->argv[i].z = params[i].size;
        }
}

/* Arrays for as many elements as the client has room for. */
static int frame_arrays(CallFrame *frame, Walk *walk, Error *err)
{
        const CallFields *fields = frame->desc->fields;

        for (int i = 0; i < frame->desc->n_params; i++) {
                const Field *field;
                uint64_t room;

                if (fields->params[i].role != PARAM_FILL)
                        continue;
                field = &fields->reply[fields->params[i].field];
                room = room_of(walk, field);
                if (room > field->max)
                        return error_set(err, VIR_ERR_RPC, "%s: more than the limit of %u elements asked for",
                                         frame->desc->name, field->max);
                if (room > 0)
                        frame->argv[i].p = arena_take(frame->memory, room * element_size(field));
        }
        return 0;
}

static int frame_take_fds(CallFrame *frame, Error *err)
{
        const CallFields *fields = frame->desc->fields;
        Walk walk = { .argv = frame->argv };

        if (fields->fds.kind == PLACE_NONE)
                return 0;
        if (fields->n_fds.kind != PLACE_NONE) {
                frame->argv[fields->fds.at].p = frame->fds;
                place_store(&walk, &fields->n_fds, (int64_t)frame->n_fds);
                return 0;
        }
        if (frame->n_fds != 1)
                return error_set(err, VIR_ERR_RPC, "%s needs one descriptor, not %zu", frame->desc->name, frame->n_fds);
        frame->argv[fields->fds.at].i = frame->fds[0];
        return 0;
}

int call_frame_decode(CallFrame *frame, const CallDesc *desc, void *connection, WireReader *in, Error *err)
{
        ERROR_AUTO Error reason = ERROR_INIT;
        Walk walk = { .argv = frame->argv, .ret = &frame->ret, .in = in, .conn = connection, .err = &reason };

        frame->desc = desc;
        frame->connection = connection;
        memset(frame->argv, 0, sizeof(frame->argv));
        memset(&frame->ret, 0, sizeof(frame->ret));
        frame->memory = walk.arena = arena_new();
        frame_slots(frame);
        if (!fields_get(&walk, desc->fields->request, desc->fields->n_request))
                failed(&reason, "decode", desc);
        else if (frame_arrays(frame, &walk, &reason) == 0 && frame_take_fds(frame, &reason) == 0)
                return 0;
        error_move(err, &reason);
        call_frame_done(frame);
        return -1;
}

int call_frame_encode(const CallFrame *frame, WireWriter *out, Error *err)
{
        ERROR_AUTO Error reason = ERROR_INIT;
        const CallFields *fields = frame->desc->fields;
        Walk walk = { .argv = (CallArg *)frame->argv,
                      .ret = (CallArg *)&frame->ret,
                      .out = out,
                      .skip_strings = skips_strings(frame->desc, frame->argv),
                      .err = &reason };

        if (fields_put(&walk, fields->reply, fields->n_reply))
                return 0;
        failed(&reason, "encode", frame->desc);
        return error_move(err, &reason);
}

void call_frame_keep_fds(CallFrame *frame)
{
        const CallFields *fields = frame->desc->fields;
        Walk walk = { .argv = frame->argv, .ret = &frame->ret };
        int **array;
        int64_t n;

        if (fields->reply_fds.kind == PLACE_RETURN) {
                frame->reply_fds = g_memdup2(&frame->ret.i, sizeof(int));
                frame->n_reply_fds = 1;
        } else if (fields->reply_fds.kind == PLACE_TARGET) {
                array = place_find(&walk, &fields->reply_fds);
                n = place_load(&walk, &fields->n_reply_fds);
                frame->reply_fds = array ? g_steal_pointer(array) : NULL;
                frame->n_reply_fds = frame->reply_fds && n > 0 ? (size_t)n : 0;
        }
}

static void close_all(int *fds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                close(fds[i]);
        g_free(fds);
}

/* What was decoded lives in the frame's memory, handles apart; what the call gave back was allocated by the driver. */
void call_frame_done(CallFrame *frame)
{
        const CallFields *fields = frame->desc ? frame->desc->fields : NULL;
        Walk walk = { .argv = frame->argv, .ret = &frame->ret, .arena = frame->memory };

        for (int i = 0; fields && i < fields->n_request; i++) {
                const Field *field = &fields->request[i];

                if (field->word == FIELD_OBJECT || field->word == FIELD_DEVICE || field->word == FIELD_OBJECTS)
                        field_drop(&walk, field);
        }
        walk.arena = NULL;
        if (fields)
                fields_drop(&walk, fields->reply, fields->n_reply);
        close_all(frame->fds, frame->n_fds);
        close_all(frame->reply_fds, frame->n_reply_fds);
        arena_free(frame->memory);
        memset(frame, 0, sizeof(*frame));
}

static bool needed(const CallDesc *desc, const CallPermission *permission, const CallFrame *frame)
{
        unsigned flags = desc->flags_param >= 0 ? frame->argv[desc->flags_param].u : 0;

        if (permission->if_flags && !(flags & permission->if_flags))
                return false;
        if (permission->unless_flags && flags & permission->unless_flags)
                return false;
        return permission->when_param < 0 || frame->argv[permission->when_param].i == permission->when_value;
}

int call_permitted(const CallDesc *desc, unsigned connect_flags, const CallFrame *frame, Error *err)
{
        const CallFields *fields = desc->fields;

        if (fields->acl_none)
                return 0;
        if (fields->n_acl == 0)
                return error_set(err, VIR_ERR_ACCESS_DENIED, "no permission is described for %s", desc->name);
        if (!(connect_flags & VIR_CONNECT_RO))
                return 0;
        for (int i = 0; i < fields->n_acl; i++) {
                if (!fields->acl[i].reads && needed(desc, &fields->acl[i], frame))
                        return error_set_from(err, fields->error_domain, VIR_ERR_OPERATION_DENIED,
                                              "read only access prevents %s", desc->name);
        }
        return 0;
}
