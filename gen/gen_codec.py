"""The tables of the wire: every procedure's fields, its description, and the server's way to the inner entry point."""
from api_calls import OBJECTS
from gen_calls import event_params
from gen_fields import C_TYPES, CallPlaces, EventPlaces, emit_fields, emit_layouts, pointee

HEAD = '''/* Every call and event on the wire.
 * Generated from api/; edit the description, not this file. */
#include "rpc/procedures.h"

#include <stddef.h>

#include "call_fields.h"
#include "vireo/admin.h"
#include "vireo/calls.h"
#include "vireo/events.h"
'''

ARG_MEMBERS = {'int': 'i', 'unsigned int': 'u', 'long': 'l', 'unsigned long': 'ul', 'long long': 'll',
               'unsigned long long': 'ull', 'size_t': 'z', 'double': 'd', 'unsigned char': 'uc'}


def arg_member(type_):
    return ARG_MEMBERS.get(type_, 'p')


def wire_name(call):
    """Unique in all programs: remote_domain_suspend."""
    name = call.inner.removeprefix('adm_')
    for prefix in (call.wire.program + '_',):
        name = name.removeprefix(prefix)
    return f'{call.wire.program}_{name}'


def wire_calls(model):
    return sorted((c for c in model.calls if c.wire), key=lambda c: (list(model.programs).index(c.wire.program),
                                                                    c.wire.number))


def write_procedures(model, out):
    """rpc/procedures.h"""
    out.append('/* The numbers of all procedures, and their descriptions by name.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n#include "rpc/call.h"\n')
    for program in model.programs.values():
        numbers = [(c.wire.number, wire_name(c)) for c in wire_calls(model) if c.wire.program == program.name]
        for event in model.events:
            if event.wire.program == program.name:
                numbers.append((event.wire.number, f'{program.name}_event_{event.name}'))
                if event.wire.legacy:
                    numbers.append((event.wire.legacy, f'{program.name}_event_{event.name}_legacy'))
        out.append('enum {')
        out += [f'        PROCEDURE_{name.upper()} = {number},' for number, name in sorted(numbers)]
        out.append('};\n')
    for call in wire_calls(model):
        out.append(f'extern const CallDesc desc_{wire_name(call)};')


def write_tables(model, out):
    """call-tables.c"""
    out.append(HEAD)
    emit_layouts(model, out)
    for call in wire_calls(model):
        write_call(model, call, out)
    write_index(model, out)
    write_events(model, out)


def write_call(model, call, out):
    name = wire_name(call)
    places, strings = CallPlaces(call), model.programs[call.wire.program].strings
    request = [f for f in call.request if f.word not in ('fd', 'fds')]
    reply = [f for f in call.reply if f.word not in ('fd', 'fds')]
    emit_fields(f'request_{name}', request, places, 'request', strings, out)
    emit_fields(f'reply_{name}', reply, places, 'reply', strings, out)
    params = [param_spec(call, index, reply) for index in range(len(call.params))]
    if params:
        out += [f'static const ParamSpec params_{name}[] = {{'] + [f'        {p},' for p in params] + ['};\n']
    if call.acl:
        out += [f'static const CallPermission acl_{name}[] = {{'] + [permission(call, p) for p in call.acl] + ['};\n']
    write_fields(model, call, name, request, reply, out)
    serves = (call.family or call.via) and not call.served_by_daemon
    if serves:
        write_serve(call, name, out)
    write_desc(model, call, name, serves, out)


def field_named(fields, name):
    return next((f for f in fields if f.name == name), None)


def param_spec(call, index, reply):
    """What the server prepares for a parameter."""
    param = call.params[index]
    request_field, reply_field = field_named(call.request, param.name), field_named(call.reply, param.name)
    if param.type in ('virConnectPtr', 'virAdmConnectPtr') and index == 0:
        return '{ .role = PARAM_CONNECTION }'
    if call.sized and param.name == call.sized[1]:
        pointer = call.params[call.param(call.sized[0])].type
        return f'{{ .role = PARAM_SIZE, .size = sizeof(*({pointer}) 0) }}'
    if reply_field and (reply_field.room or reply_field.word == 'grid'):
        return f'{{ .role = PARAM_FILL, .field = {reply.index(reply_field)} }}'
    if reply_field and reply_field.word == 'struct':
        return f'{{ .role = PARAM_SLOT, .size = sizeof(*({param.type}) 0) }}'
    if reply_field and reply_field.word == 'refresh':
        return '{ .role = PARAM_OTHER }'
    counts = [f.count for f in call.reply]
    target = pointee(param.type)
    if target and (reply_field or param.name in counts or (request_field and request_field.word == 'wanted') or
                   (request_field and request_field.word in ('int', 'uint') and target in C_TYPES)):
        return f'{{ .role = PARAM_SLOT, .size = sizeof(*({param.type}) 0) }}'
    return '{ .role = PARAM_OTHER }'


def permission(call, perm):
    def flags(text):
        return text.replace('|', ' | ') if text else '0'
    when = call.param(perm.when[0]) if perm.when else -1
    value = perm.when[1] if perm.when else 0
    reads = 'true' if perm.reads() else 'false'
    return (f'        {{ .reads = {reads}, .if_flags = {flags(perm.if_flags)}, '
            f'.unless_flags = {flags(perm.unless_flags)}, .when_param = {when}, .when_value = {value} }},')


def fd_places(call, fields, prefix):
    """The descriptors beside a message."""
    places = CallPlaces(call)
    for field in fields:
        if field.word == 'fd':
            yield f'.{prefix}fds = {places.value(field.name, False)}'
        elif field.word == 'fds':
            yield f'.{prefix}fds = {places.value(field.name, prefix == "reply_")}'
            yield f'.n_{prefix}fds = {places.number(field.count)}'


def write_fields(model, call, name, request, reply, out):
    parts = []
    if request:
        parts.append(f'.request = request_{name}, .n_request = {len(request)}')
    if reply:
        parts.append(f'.reply = reply_{name}, .n_reply = {len(reply)}')
    if call.params:
        parts.append(f'.params = params_{name}')
    if call.acl:
        parts.append(f'.acl = acl_{name}, .n_acl = {len(call.acl)}')
    if call.acl_none or call.acl_admin:
        parts.append('.acl_none = true')
    parts += list(fd_places(call, call.request, '')) + list(fd_places(call, call.reply, 'reply_'))
    if call.adds:
        parts.append(f'.strings_flag = {call.adds}')
    parts.append(f'.error_domain = {call.errors}')
    out += [f'static const CallFields fields_{name} = {{'] + [f'        {p},' for p in parts] + ['};\n']


def write_serve(call, name, out):
    """The server's way: arguments out of the frame, the result into it."""
    member = arg_member(call.ret)
    arguments = ', '.join([f'frame->argv[{i}].{arg_member(p.type)}' for i, p in enumerate(call.params)] + ['err'])
    cast = '(void *) ' if call.ret.startswith('const') else ''
    failed = 'frame->ret.i < 0' if call.ret == 'int' else 'error_is_set(err)'
    out += [f'static int serve_{name}(CallFrame *frame, Error *err)\n{{',
            f'        frame->ret.{member} = {cast}call_{call.inner}({arguments});']
    if any(f.word in ('fd', 'fds') for f in call.reply):
        out += [f'        if ({failed})', '                return -1;', '        call_frame_keep_fds(frame);',
                '        return 0;', '}\n']
    else:
        out += [f'        return {failed} ? -1 : 0;', '}\n']


def write_desc(model, call, name, serves, out):
    stream = {'read': 'CALL_STREAM_READ', 'write': 'CALL_STREAM_WRITE'}.get(call.stream, 'CALL_STREAM_NONE')
    stream_param = next((i for i, p in enumerate(call.params) if p.type == 'virStreamPtr'), -1)
    flags = call.param('flags')

    def word(value):
        return 'true' if value else 'false'
    out += [f'const CallDesc desc_{name} = {{',
            f'        .name = "{call.name if call.public else call.inner}",',
            f'        .program = {model.programs[call.wire.program].number:#x},', f'        .number = {call.wire.number},',
            f'        .n_params = {len(call.params)},', f'        .reads_snapshot = {word(call.reads_snapshot)},',
            f'        .high_priority = {word(call.wire.high)},', f'        .before_auth = {word(call.wire.early)},',
            f'        .stream = {stream},', f'        .stream_param = {stream_param},',
            f'        .sparse_flag = {call.sparse or 0},', f'        .flags_param = {-1 if flags is None else flags},',
            f'        .fields = &fields_{name},']
    if serves:
        out.append(f'        .serve = serve_{name},')
    out.append('};\n')


def write_index(model, out):
    """Procedures by number, for each program, and all of them."""
    calls = wire_calls(model)
    for program in model.programs.values():
        out.append(f'static const CallDesc *const calls_{program.name}[] = {{')
        own = [c for c in calls if c.wire.program == program.name]
        out += [f'        [{c.wire.number}] = &desc_{wire_name(c)},' for c in own] + ['};\n']
    out.append('const CallProgram call_programs[] = {')
    for program in model.programs.values():
        out.append(f'        {{ {program.number:#x}, {program.version}, G_N_ELEMENTS(calls_{program.name}) - 1, '
                   f'calls_{program.name} }},')
    out.append('};\nconst size_t n_call_programs = G_N_ELEMENTS(call_programs);\n')
    out.append('const CallDesc *const call_descs[] = {')
    out += [f'        &desc_{wire_name(c)},' for c in calls]
    out.append('};\nconst size_t n_call_descs = G_N_ELEMENTS(call_descs);\n')


def write_events(model, out):
    for event in model.events:
        emit_fields(f'event_{event.name}_fields', event.fields, EventPlaces(event_params(model, event)), 'event', 4194304,
                    out)
    out.append('const EventWire event_wires[] = {')
    for event in model.events:
        fields = f'event_{event.name}_fields' if event.fields else 'NULL'
        plain = 'true' if event.wire.plain else 'false'
        out.append(f'        {{ &event_desc_{event.name}.type, {model.programs[event.wire.program].number:#x}, '
                   f'{event.wire.number}, {event.wire.legacy or 0}, {plain}, {len(event.fields)}, '
                   f'{len(event_params(model, event))}, {fields} }},')
    out.append('};\nconst size_t n_event_wires = G_N_ELEMENTS(event_wires);')


def check_objects(model):
    """Every handle type is one that the wire knows."""
    for call in wire_calls(model):
        for field in call.request + call.reply:
            if field.word in ('object', 'objects'):
                type_ = call.ret if field.name == 'return' else call.params[call.param(field.name)].type
                if type_.rstrip('* ') not in OBJECTS:
                    field.line.fail(f'{type_} is no handle')
