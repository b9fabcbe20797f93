"""The makers of events and their delivery, compiled into the library core."""
from api_calls import OBJECTS
from gen_calls import IDENTITY, event_params, event_prototype

HEAD = '''/* Makers of events, and how each is delivered.
 * Generated from api/; edit the description, not this file. */
#include <string.h>

#include "vireo/event_values.h"
#include "vireo/events.h"
'''

KINDS = {
    'virTypedParameterPtr': 'EVENT_ARG_PARAMS', 'const char *': 'EVENT_ARG_STRING',
    'const virDomainEventGraphicsAddress *': 'EVENT_ARG_ADDRESS',
    'const virDomainEventGraphicsSubject *': 'EVENT_ARG_SUBJECT',
}

MEMBERS = {'int': 'i', 'unsigned int': 'u', 'long long': 'll', 'unsigned long long': 'ull'}

OBJECT = {
    'domain': ('DOMAIN', 'virDomainPtr', 'object_domain_new(conn, event->name, event->uuid, event->id)'),
    'network': ('NETWORK', 'virNetworkPtr', 'object_network_new(conn, event->name, event->uuid)'),
    'storage_pool': ('STORAGE_POOL', 'virStoragePoolPtr', 'object_storage_pool_new(conn, event->name, event->uuid)'),
    'node_device': ('NODE_DEVICE', 'virNodeDevicePtr', 'object_node_device_new(conn, event->name)'),
    'secret': ('SECRET', 'virSecretPtr',
               'object_secret_new(conn, event->uuid, event->usage_type, event->usage_id)'),
    'connect': ('CONNECT', None, None),
}


def member(type_):
    return MEMBERS.get(type_, 'p')


def write_event_makers(model, out):
    out.append(HEAD)
    for event in model.events:
        params = event_params(model, event)
        if event.object != 'connect':
            write_invoke(model, event, params, out)
        write_desc(event, params, out)
        write_maker(model, event, params, out)


def write_invoke(model, event, params, out):
    _, type_, make = OBJECT[event.object]
    callback = model.callback(event.callback)
    arguments = []
    index = 0
    for param in callback.params:
        if param.type == 'virConnectPtr':
            arguments.append('conn')
        elif param.type in OBJECTS:
            arguments.append('object')
        elif param.name == 'opaque':
            arguments.append('opaque')
        else:
            arguments.append(f'args[{index}].{member(param.type)}')
            index += 1
    out.append(f'static void invoke_{event.name}(const Event *event, virConnectPtr conn, void (*callback)(void), '
               'void *opaque)\n{')
    if params:
        out.append('        const CallArg *args = ((const EventValues *) event)->args;')
    out += [f'        {type_} object = {make};', '',
            f'        (({event.callback}) callback)({", ".join(arguments)});', '        object_unref(object);', '}\n']


def write_desc(event, params, out):
    kinds = ', '.join(KINDS.get(p.type, 'EVENT_ARG_PLAIN') for p in params)
    invoke = f'invoke_{event.name}' if event.object != 'connect' else 'NULL'
    out += [f'const EventDesc event_desc_{event.name} = {{',
            f'        .type = {{ .name = "{event.name}", .object_kind = OBJECT_{OBJECT[event.object][0]},',
            f'                  .event_id = {event.event_id}, .size = sizeof(EventValues),',
            f'                  .clear = event_values_clear, .invoke = {invoke} }},',
            f'        .n_args = {len(params)},']
    if kinds:
        out.append(f'        .args = {{ {kinds} }},')
    out.append('};\n')


def write_maker(model, event, params, out):
    out.append(event_prototype(model, event) + '\n{')
    casts = []
    for param in params:
        cast = '(void *) ' if member(param.type) == 'p' and param.type.startswith('const') else ''
        casts.append(f'{{ .{member(param.type)} = {cast}{param.name} }}')
    if casts:
        out.append(f'        const CallArg args[] = {{ {", ".join(casts)} }};')
    out.append(f'        Event *made = event_values_new(&event_desc_{event.name}, {"args" if casts else "NULL"});')
    out.append('')
    for param in IDENTITY[event.object]:
        if param.name == 'uuid':
            out.append('        memcpy(made->uuid, uuid, VIR_UUID_BUFLEN);')
        elif param.type == 'int':
            out.append(f'        made->{param.name} = {param.name};')
        else:
            out.append(f'        made->{param.name} = g_strdup({param.name});')
    out += ['        return made;', '}\n']

