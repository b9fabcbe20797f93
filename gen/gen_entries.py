"""The inner entry points, compiled into the library core: check, then ask the connection's table."""
from api_calls import OBJECTS
from api_parse import Param
from gen_calls import inner_calls, inner_prototype
from gen_checks import check_lines

HEAD = '''/* Inner entry points: arguments checked, then the table of the connection asked.
 * Generated from api/; edit the description, not this file. */
#define ERROR_DOMAIN {errors}

#include <string.h>

#include "{contract}"
#include "util/text.h"
#include "vireo/entry.h"
'''


def fail_value(ret):
    """What a function returns when it failed."""
    if ret.endswith('*') or ret.endswith('Ptr'):
        return 'NULL'
    return '0' if ret.startswith('unsigned') else '-1'


def groups(model):
    """Inner entry points by the header that their public function stands in."""
    found = {}
    for call in inner_calls(model):
        found.setdefault(call.header.name, []).append(call)
    return found


def stem(header):
    return header.removeprefix('libvirt-').removesuffix('.h')


def write_entries(calls, out):
    admin = calls[0].family == 'admin'
    contract = 'vireo/admin.h' if admin else 'vireo/calls.h'
    out.append(HEAD.format(errors=calls[0].errors, contract=contract))
    for call in calls:
        write_entry(call, out)


def write_entry(call, out):
    fail = fail_value(call.ret)
    out.append(inner_prototype(call) + '\n{')
    if call.via:
        body = direct_lines(call) + via_lines(call, fail)
    else:
        body = dispatch_lines(call, fail)
    out += check_lines(call, fail) + body + ['}\n']


def table(call):
    member = 'calls' if call.family == 'admin' else call.family
    return f'{call.connection()}->{member}'


def dispatch_lines(call, fail):
    function = call.name if call.public else call.inner
    missing = [f'                entry_no_support(err, "{function}");', f'                return {fail};']
    if call.otherwise:
        # `otherwise PARAMETER VALUE`: what a driver without the operation means.
        target, value = call.otherwise
        missing = [f'                *{target} = {value};', '                return 0;']
    lines = [f'        if (!{table(call)}->{call.inner}) {{'] + missing + ['        }']
    if call.adds:
        lines += adds_lines(call)
    for name in lists(call):
        lines += [f'        if ({name})', f'                *{name} = NULL;']
    names = [p.name for p in call.params]
    if call.sized:
        return lines + sized_lines(call, names)
    return lines + [f'        return {table(call)}->{call.inner}({", ".join(names + ["err"])});']


def direct_lines(call):
    """A call that drivers may answer themselves and that otherwise goes via another one."""
    if not call.family:
        return []
    names = ', '.join([p.name for p in call.params] + ['err'])
    return [f'        if ({table(call)}->{call.inner})',
            f'                return {table(call)}->{call.inner}({names});']


def adds_lines(call):
    """A flag that every driver takes, or only those that say so by a feature."""
    if not call.adds_feature:
        return [f'        flags |= {call.adds};']
    conn = call.connection()
    return [f'        if ({conn}->hypervisor->connect_supports_feature &&',
            f'            {conn}->hypervisor->connect_supports_feature({conn}, {call.adds_feature}, NULL) > 0)',
            f'                flags |= {call.adds};']


def lists(call):
    """Lists that the call allocates: callers may free them whatever happens."""
    for param in call.params:
        if param.type.endswith('**') or param.type == 'char ***':
            if any(f.name == param.name and f.count == 'return' and not f.room for f in call.reply):
                yield param.name


def sized_lines(call, names):
    """The caller says how large its structure is: older programs know a shorter one."""
    pointer, size = call.sized
    type_ = call.params[call.param(pointer)].type
    whole = ', '.join({pointer: '&whole', size: 'sizeof(whole)'}.get(n, n) for n in names)
    function = call.name
    return [f'        __typeof__(*({type_})0) whole;',
            f'        if ({size} > sizeof(whole)) {{',
            f'                entry_argument(err, "{function}", "{size}", "size in %s must not exceed %zu", '
            f'"{function}", sizeof(whole));', '                return -1;', '        }',
            f'        if ({table(call)}->{call.inner}({whole}, err) < 0)', '                return -1;',
            f'        memcpy({pointer}, &whole, {size});', '        return 0;']


def via_lines(call, fail):
    """Another call with other arguments; `parsed:x` is a uuid given as text, `each:x:array:room` fills an array with
    a member of every object listed."""
    target, words = call.via[0], call.via[1:]
    before, arguments, each = [], [], None
    for word in words:
        if word.startswith('parsed:'):
            name = word.split(':')[1]
            before = uuid_lines(call, name, fail)
            arguments.append('raw')
        elif word.startswith('each:'):
            each = word.split(':')[1:]
            arguments.append('&list')
        else:
            arguments.append(word.replace('|', ' | '))
    text = f'call_{target}({", ".join(arguments + ["err"])})'
    if each:
        return each_lines(call, each, text)
    return before + [f'        return {text};']


def uuid_lines(call, name, fail):
    return ['        unsigned char raw[VIR_UUID_BUFLEN];',
            f'        if (!uuid_parse({name}, raw)) {{',
            f'                entry_argument(err, "{call.name}", "{name}str", "{name}str in %s must be a valid UUID", '
            f'"{call.name}");',
            f'                return {fail};', '        }']


LISTED = {
    'connect_list_all_domains': 'virDomainPtr', 'connect_list_all_networks': 'virNetworkPtr',
    'connect_list_all_storage_pools': 'virStoragePoolPtr', 'connect_list_all_interfaces': 'virInterfacePtr',
    'connect_list_all_secrets': 'virSecretPtr', 'connect_list_all_nwfilters': 'virNWFilterPtr',
    'storage_pool_list_all_volumes': 'virStorageVolPtr', 'domain_list_all_snapshots': 'virDomainSnapshotPtr',
    'domain_snapshot_list_all_children': 'virDomainSnapshotPtr',
}


def each_lines(call, each, text):
    member, array, room = each
    type_ = LISTED[call.via[0]]
    if member == 'uuid':
        take = ['                        char text[UUID_TEXT_LENGTH];', '',
                '                        uuid_format(list[i]->uuid, text);',
                f'                        {array}[n++] = g_strdup(text);']
    elif member == 'name':
        take = [f'                        {array}[n++] = g_strdup(list[i]->name);']
    else:
        take = [f'                        {array}[n++] = list[i]->{member};']
    return [f'        g_autofree {type_} *list = NULL;', '        int n = 0;', f'        int total = {text};', '',
            '        for (int i = 0; i < total; i++) {', f'                if (n < {room}) {{'] + take + [
            '                }', '                object_unref(list[i]);', '        }',
            '        return total < 0 ? -1 : n;']


def public_prototype(call):
    from gen_headers import prototype
    return prototype(call.ret, call.name, call.params)


PUBLIC_HEAD = '''/* Public entry points.
 * Generated from api/; edit the description, not this file. */
#define VIR_DEPRECATED
#define ERROR_DOMAIN {errors}

#include <string.h>

#include "{contract}"
#include "util/text.h"
#include "vireo/entry.h"
'''


def write_public(calls, out):
    """The functions of one public header that are not written by hand."""
    admin = calls[0].library == 'libvirt-admin'
    contract = 'vireo/admin.h' if admin else 'vireo/calls.h'
    out.append(PUBLIC_HEAD.format(errors=calls[0].errors, contract=contract))
    for call in calls:
        if call.accessor:
            write_accessor(call, out)
        elif not call.by_hand:
            write_public_call(call, out)


def failed(call):
    first = call.object()
    if first and call.library != 'libvirt-admin':
        return f'entry_failed(entry_connect({first.name}), &err);'
    return 'entry_failed(NULL, &err);'


def write_public_call(call, out):
    test = 'r < 0' if call.ret == 'int' else 'error_is_set(&err)'
    if fail_value(call.ret) == 'NULL' and not any(f.name == 'return' and f.nullable for f in call.reply):
        test = '!r'
    out += [public_prototype(call) + '\n{', '        ERROR_AUTO Error err = ERROR_INIT;']
    names = ', '.join([p.name for p in call.params] + ['&err'])
    out += ['', '        entry_begin();',
            f'        {Param(call.ret, "r").declaration()} = call_{call.inner}({names});',
            f'        if ({test})', f'                {failed(call)}', '        return r;', '}\n']


def write_accessor(call, out):
    """Words that read a handle or count its references."""
    first = call.object()
    word = call.accessor[0]
    fail = fail_value(call.ret)
    out += [public_prototype(call) + '\n{', '        ERROR_AUTO Error err = ERROR_INIT;', '',
            '        entry_begin();']
    test = f'!object_check_in({first.name}, OBJECT_{OBJECTS[first.type]}, "{call.name}", ERROR_DOMAIN, &err)'
    out += [f'        if ({test}) {{', f'                {failed(call)}', f'                return {fail};', '        }']
    if len(call.params) > 1:
        target = call.params[1].name
        out += [f'        if (!{target}) {{', f'                entry_argument_null(&err, "{call.name}", "{target}");',
                f'                {failed(call)}', '                return -1;', '        }']
    out += ACCESSORS[word](call, first.name) + ['}\n']


def accessor_copy(call, name):
    return [f'        memcpy({call.params[1].name}, {name}->{call.accessor[1]}, VIR_UUID_BUFLEN);', '        return 0;']


def accessor_text(call, name):
    return [f'        uuid_format({name}->{call.accessor[1]}, {call.params[1].name});', '        return 0;']


ACCESSORS = {
    'ref': lambda call, name: [f'        object_ref({name});', '        return 0;'],
    'free': lambda call, name: [f'        object_unref({name});', '        return 0;'],
    'member': lambda call, name: [f'        return {name}->{call.accessor[1]};'],
    'parent': lambda call, name: [f'        return {name}->{call.accessor[1]};'],
    'copy': accessor_copy, 'text': accessor_text,
}


def write_map(model, library, out):
    """The version script of a public library: each node inherits the one before it."""
    symbols = {}
    for call in model.calls:
        if call.public and call.library == library:
            symbols.setdefault(call.symbol, []).append(call.name)
    for header in model.headers.values():
        for variable in header.variables:
            if library == 'libvirt':
                symbols.setdefault(variable.symbol, []).append(variable.name)
    out.append('# Generated from api/; edit the description, not this file.')
    parent = ''
    for index, node in enumerate(model.symbols[library]):
        out.append(f'{node} {{')
        names = sorted(symbols.get(node, []))
        if names:
            out.append('global:')
            out += [f'        {name};' for name in names]
        if index == 0:
            out.append('local:\n        *;')
        out.append(f'}}{parent};\n')
        parent = ' ' + node
