"""The API reference: one page of HTML for each public header, and an index of everything."""
from html import escape

from gen_entries import stem
from gen_headers import enum_text, prototype, struct_text

STYLE = ('body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{background:#f4f4f4;padding:.6em;'
         'overflow-x:auto}dt{font-weight:bold}table{border-collapse:collapse}td,th{padding:.1em .8em .1em 0;'
         'text-align:left;vertical-align:top}')


def page(title, body):
    return ['<!DOCTYPE html>', '<html lang="en"><head><meta charset="utf-8">',
            f'<title>{escape(title)}</title><style>{STYLE}</style></head><body>', f'<h1>{escape(title)}</h1>'] + body + [
            '</body></html>']


def write_reference(model):
    """Yields file names and their lines."""
    index = []
    for header in model.headers.values():
        name = f'{stem(header.name)}.html'
        body = header_body(header, index, name)
        if body:
            yield name, page(f'<{header.name}>', [f'<p>{escape(header.title)} <a href="index.html">Index</a></p>'] + body)
    rows = [f'<tr><td><a href="{file}#{name}">{name}</a></td><td>{escape(doc)}</td></tr>'
            for name, file, doc in sorted(index)]
    yield 'index.html', page('API reference', ['<table>'] + rows + ['</table>'])


def header_body(header, index, file):
    body = []
    for kind, title, items in (('call', 'Functions', header.calls), ('struct', 'Structures', header.structs),
                               ('callback', 'Callbacks', header.callbacks), ('enum', 'Constants', header.enums),
                               ('macro', 'Macros', header.macros)):
        if not items:
            continue
        body.append(f'<h2>{title}</h2>')
        for item in items:
            body += WRITERS[kind](item)
            index.append((item.name, file, getattr(item, 'doc', '')))
    return body


def heading(item):
    return f'<h3 id="{item.name}">{item.name}</h3>'


def code(text):
    return f'<pre>{escape(text.strip())}</pre>'


def permissions(call):
    """The permissions that a call needs, in words."""
    if call.acl_none:
        return ['none']
    if call.acl_admin:
        return ['access to the admin socket']
    words = []
    for needed in call.acl:
        text = f'{needed.object}:{needed.permission}'
        if needed.if_flags:
            text += f' with {needed.if_flags}'
        if needed.unless_flags:
            text += f' without {needed.unless_flags}'
        if needed.when:
            text += f' when {needed.when[0]} is {needed.when[1]}'
        words.append(text)
    return words


def facts(call):
    """What else is known of a call, as pairs."""
    yield 'Since', f'{call.since} ({call.library}, {call.symbol})'
    if call.wire:
        yield 'Needs', ', '.join(permissions(call))
        yield 'Procedure', f'{call.wire.program} {call.wire.number}'
    if call.filters:
        yield 'Lists only', ', '.join(f'what the caller may {f.object}:{f.permission}' for f in call.filters)
    if call.stream:
        direction = 'to the caller' if call.stream == 'read' else 'from the caller'
        yield 'Stream', direction + (f', sparse with {call.sparse}' if call.sparse else '')
    if call.via:
        yield 'Same as', call.via[0] + ' with ' + ', '.join(call.via[1:])
    elif call.family:
        yield 'Answered by', f'the {call.family} driver'
    if call.reads_snapshot:
        yield 'Waits', 'never: it reads a snapshot'


def call_lines(call):
    rows = [f'<tr><th>{name}</th><td>{escape(value)}</td></tr>' for name, value in facts(call)]
    return [heading(call), code(prototype(call.ret, call.name, call.params) + ';'), f'<p>{escape(call.doc)}</p>',
            '<table>'] + rows + ['</table>']


def struct_lines(struct):
    text = struct_text(struct) if struct.fields else f'typedef struct {struct.tag} {struct.name};'
    return [heading(struct), code(text)]


def macro_lines(macro):
    value = macro.alias or macro.body or macro.value
    return [heading(macro), code(f'#define {macro.name}{macro.params or ""} {value}')]


WRITERS = {
    'call': call_lines, 'struct': struct_lines, 'macro': macro_lines,
    'callback': lambda item: [heading(item), code(prototype(item.ret, f'(*{item.name})', item.params) + ';')],
    'enum': lambda item: [heading(item), code(enum_text(item))],
}
