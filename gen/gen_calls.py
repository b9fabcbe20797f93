"""The tables of operations that drivers fill, and the declarations of the inner entry points and events."""
from api_calls import FAMILIES, OBJECTS
from api_parse import Param
from gen_headers import prototype

ERROR = Param('Error *', 'err')

PREFIX_NOTE = '/* Foreign programs load the library that exports these: they carry our prefix. */'


def write_calls(model, out):
    """vireo/calls.h"""
    out.append('/* What drivers answer: one table of operations for each family; a NULL means VIR_ERR_NO_SUPPORT.\n'
               ' * And the inner entry points: arguments checked, then the table of the connection asked; they fill @err\n'
               ' * and leave the thread\'s last error alone.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n'
               '#include <libvirt/libvirt-lxc.h>\n#include <libvirt/libvirt-qemu.h>\n\n#include "vireo/object.h"\n')
    families = [f for f in FAMILIES if f != 'admin']
    write_prefixes([c.inner for c in inner_calls(model) if not is_admin(c)], out)
    for family in families:
        write_table(model, family, out)
    for call in inner_calls(model):
        if not is_admin(call):
            out.append(inner_prototype(call) + ';')


def write_admin(model, out):
    """vireo/admin_calls.h"""
    out.append('/* What the daemon answers on its admin socket; see vireo/admin.h.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n'
               '#include <libvirt/libvirt-admin.h>\n\n#include "vireo/object.h"\n')
    write_prefixes([c.inner for c in inner_calls(model) if is_admin(c)], out)
    write_table(model, 'admin', out)
    for call in inner_calls(model):
        if is_admin(call):
            out.append(inner_prototype(call) + ';')


def write_prefixes(names, out):
    out.append(PREFIX_NOTE)
    for name in names:
        out.append(f'#define call_{name} vireo_call_{name}')
    out.append('')


def inner_calls(model):
    """Everything that has an inner entry point."""
    return [c for c in model.calls if c.inner and (c.family or c.via)]


def is_admin(call):
    return call.inner.startswith('adm_')


def inner_prototype(call):
    return prototype(call.ret, 'call_' + call.inner, call.params + [ERROR])


def write_table(model, family, out):
    name = FAMILIES[family]
    out.append(f'typedef struct {name} {name};\nstruct {name} {{')
    for call in model.operations(family):
        text = prototype(call.ret, f'(*{call.inner})', call.params + [ERROR])
        out.append('        ' + text.replace('\n', '\n        ') + ';')
    out.append('};\n')


def event_params(model, event):
    """The parameters of an event's callback without connection, object and opaque."""
    callback = model.callback(event.callback)
    return [p for p in callback.params if p.type not in OBJECTS and p.name != 'opaque']


IDENTITY = {
    'domain': [Param('const char *', 'name'), Param('const unsigned char *', 'uuid'), Param('int', 'id')],
    'network': [Param('const char *', 'name'), Param('const unsigned char *', 'uuid')],
    'storage_pool': [Param('const char *', 'name'), Param('const unsigned char *', 'uuid')],
    'node_device': [Param('const char *', 'name')],
    'secret': [Param('const unsigned char *', 'uuid'), Param('int', 'usage_type'), Param('const char *', 'usage_id')],
    'connect': [],
}


def event_prototype(model, event):
    return prototype('Event *', 'event_' + event.name, IDENTITY[event.object] + event_params(model, event))


def write_events(model, out):
    """vireo/events.h"""
    out.append('/* One constructor for each event; it copies what it is given. The caller emits or unrefs the result.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n'
               '#include <libvirt/libvirt-qemu.h>\n\n#include "vireo/event_values.h"\n')
    out.append(PREFIX_NOTE)
    for event in model.events:
        out.append(f'#define event_{event.name} vireo_event_{event.name}')
        out.append(f'#define event_desc_{event.name} vireo_event_desc_{event.name}')
    out.append('')
    for event in model.events:
        if event.doc:
            out.append(f'/** {event.doc} */')
        out.append(event_prototype(model, event) + ';')
    out.append('\n/* What each is made of; for the wire. */')
    for event in model.events:
        out.append(f'extern const EventDesc event_desc_{event.name};')
