"""The public headers. One writer for each kind of thing that can be declared."""
import re

from api_parse import Param


def write_header(header, out):
    """The text of one header."""
    guard = 'VIREO_' + re.sub(r'\W', '_', header.name).upper()
    out.append(f'/* {header.title}\n * Generated from api/; edit the description, not this file. */')
    out.append(f'#ifndef {guard}\n#define {guard}\n')
    for name in header.includes:
        ours = name.startswith(('libvirt', 'virterror'))
        out.append(f'#include <libvirt/{name}>' if ours else f'#include <{name}>')
    if header.name == 'libvirt-common.h':
        out.append(COMMON)
    out.append('\n#ifdef __cplusplus\nextern "C" {\n#endif\n')
    for macro in header.macros:
        if not macro.params:
            out.append(macro_text(macro))
    out.append('')
    write_typedefs(header, out)
    for enum in header.enums:
        out.append(enum_text(enum))
    for callback in header.callbacks:
        out.append(f'typedef {prototype(callback.ret, f"(*{callback.name})", callback.params)};')
    for struct in header.structs:
        if struct.fields:
            out.append(struct_text(struct))
    out.append('')
    for variable in header.variables:
        out.append(f'VIR_EXPORT_VAR {Param(variable.type, variable.name).declaration()};\n')
    for call in header.calls:
        out.append(call_text(call))
    for macro in header.macros:
        if macro.params:
            out.append(f'/** {macro.doc} */\n#define {macro.name}{macro.params} {macro.body}\n')
    out.append('\n#ifdef __cplusplus\n}\n#endif\n\n#endif')


# What cannot be said in api/ because it is about the compiler, not about the interface.
COMMON = '''
/* Define it before including to be warned about nothing. */
#ifndef VIR_DEPRECATED
#ifdef __GNUC__
#define VIR_DEPRECATED __attribute__((__deprecated__))
#else
#define VIR_DEPRECATED
#endif
#endif

#define VIR_EXPORT_VAR extern
'''


def macro_text(macro):
    return f'#define {macro.name} {macro.alias or macro.value}'


def write_typedefs(header, out):
    for struct in header.structs:
        out.append(f'typedef struct {struct.tag} {struct.name};\ntypedef {struct.name} *{struct.pointer};')
    for typedef in header.typedefs:
        out.append(f'typedef {Param(typedef.type, typedef.name).declaration()};')
    out.append('')


def enum_text(enum):
    """Sentinels only exist for those who ask for them."""
    lines = []
    for value in enum.values:
        suffix = 'U' if value.value > 0x7fffffff else ''
        line = f'        {value.name} = {value.value}{suffix}, /* since {value.since} */'
        lines.append(f'#ifdef VIR_ENUM_SENTINELS\n{line}\n#endif' if value.sentinel else line)
    body = '\n'.join(lines)
    return f'typedef enum {{\n{body}\n}} {enum.name};\n'


def struct_text(struct):
    lines = []
    for field in struct.fields:
        if field.members:
            inner = ' '.join(p.declaration() + ';' for p in field.members)
            text = f'union {{ {inner} }} {field.param.name}'
        else:
            text = field.param.declaration()
        lines.append(f'        {text}{" VIR_DEPRECATED" if field.deprecated else ""};')
    body = '\n'.join(lines)
    return f'struct {struct.tag} {{\n{body}\n}};\n'


def prototype(ret, name, params):
    """A declaration without its semicolon, wrapped at 120 columns."""
    start = Param(ret, '').declaration() + name + '('
    pieces = [p.declaration() for p in params] or ['void']
    line, lines = start, []
    for index, piece in enumerate(pieces):
        piece += ')' if index == len(pieces) - 1 else ', '
        if len(line) + len(piece.rstrip()) > 118:
            lines.append(line.rstrip())
            line = ' ' * min(len(start), 60)
        line += piece
    return '\n'.join(lines + [line])


def call_text(call):
    doc = f'/** {call.doc} (since {call.since}) */\n' if call.doc else f'/* since {call.since} */\n'
    return doc + prototype(call.ret, call.name, call.params) + ';\n'
