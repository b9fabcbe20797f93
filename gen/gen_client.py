"""The client's side: functions that pack their arguments and hand them to the connection, and the tables of them."""
from api_calls import FAMILIES
from gen_calls import ERROR
from gen_codec import arg_member, wire_name
from gen_entries import fail_value
from gen_headers import prototype


def write_client_header(model, out):
    """stubs.h"""
    out.append('/* The remote driver\'s tables of operations, one call each. Those marked "client by hand" in api/ are NULL.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n#include "vireo/calls.h"\n')
    for family in FAMILIES:
        if family != 'admin':
            out.append(f'extern const {FAMILIES[family]} remote_stub_{family};')


def write_client(model, out):
    """stubs.c"""
    out.append('/* What the remote driver sends for each operation.\n'
               ' * Generated from api/; edit the description, not this file. */\n#include "stubs.h"\n\n'
               '#include "remote.h"\n#include "rpc/procedures.h"\n')
    for family in FAMILIES:
        if family != 'admin':
            write_family(model, family, 'remote_stub', out)


def write_admin_client(model, out):
    """stubs.c of the administration library"""
    out.append('/* What the administration library sends for each call.\n'
               ' * Generated from api/; edit the description, not this file. */\n#include "stubs.h"\n\n'
               '#include "rpc/procedures.h"\n')
    write_family(model, 'admin', None, out)


def write_admin_client_header(model, out):
    """stubs.h of the administration library"""
    out.append('/* The administration library\'s table of calls over the admin socket.\n'
               ' * Generated from api/; edit the description, not this file. */\n#pragma once\n\n#include "rpc/call.h"\n'
               '#include "vireo/admin.h"\n\nextern const AdminCalls admin_stubs;\n\n'
               '/* The library\'s own: carry one call to the daemon and its answer back. */\n'
               'int admin_call(void *conn, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err);')


def stub_prototype(call):
    return prototype(call.ret, f'stub_{call.inner}', call.params + [ERROR])


def write_family(model, family, prefix, out):
    calls = model.operations(family)
    for call in calls:
        if call.client_by_hand:
            continue
        if not call.wire:
            call.block.fail('no "wire", and not "client by hand": how does a client ask for it?')
        write_stub(call, 'admin_call' if family == 'admin' else 'remote_call', out)
    table = 'admin_stubs' if family == 'admin' else f'{prefix}_{family}'
    out.append(f'const {FAMILIES[family]} {table} = {{')
    out += [f'        .{c.inner} = stub_{c.inner},' for c in calls if not c.client_by_hand]
    out.append('};\n')


def write_stub(call, carry, out):
    fail, member = fail_value(call.ret), arg_member(call.ret)
    packed = []
    for param in call.params:
        name = arg_member(param.type)
        cast = '(void *) ' if name == 'p' and 'const' in param.type else ''
        packed.append(f'{{ .{name} = {cast}{param.name} }}')
    out += ['static ' + stub_prototype(call) + '\n{',
            f'        CallArg argv[] = {{ {", ".join(packed)} }};', '        CallArg ret = { 0 };', '',
            f'        if ({carry}({call.connection()}, &desc_{wire_name(call)}, argv, &ret, err) < 0)',
            f'                return {fail};', f'        return ret.{member};', '}\n']
