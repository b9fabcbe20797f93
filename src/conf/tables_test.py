#!/usr/bin/env python3
"""What the compiler cannot see about the tables: every member of a described struct has a row or the word `private`,
and every enumerator has a name (the first may stand for "not said", the last for a value that is never spelt)."""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
headers = {path.stem: path.read_text() for path in (folder / 'include/conf').glob('*.h')}
sources = '\n'.join(path.read_text() for path in folder.rglob('*.c'))
complaints = []


def without_comments(text):
    return re.sub(r'/\*.*?\*/', '', text, flags=re.S)


def members(body):
    """Names of the members, those of unions included; private ones are left out."""
    body = re.sub(r'^.*/\* private.*$', '', body, flags=re.M)
    body = without_comments(body)
    body = re.sub(r'union \{(.*?)\}\s*;', r'\1', body, flags=re.S)
    for declaration in body.split(';'):
        for piece in declaration.split(','):
            match = re.search(r'(\w+)\s*$', piece)
            if match:
                yield match.group(1)


for stem, text in sorted(headers.items()):
    for body, name in re.findall(r'typedef enum COMPACT \{(.*?)\} (\w+);', text, flags=re.S):
        values = re.findall(r'\b([A-Z]\w*)\b', without_comments(body))
        table = re.search(r'ENUM_TABLE\(%s,[^{]*\{(.*?)\};' % name, sources, flags=re.S)
        if not table:
            if re.search(r'extern const char \*const %s_names' % name, text):
                complaints.append(f'{stem}.h: {name} has no table of names')
            continue
        named = set(re.findall(r'\[(\w+)\]', table.group(1)))
        for value in values[1:-2]:
            if value not in named:
                complaints.append(f'{stem}.h: {value} has no name')
    for name, body in re.findall(r'typedef struct (\w+) \{(.*?)\n\} \1;', text, flags=re.S):
        rows = re.search(r'ROWS(?:_HOOKED)?\(\s*%s,(.*?)\)\);\n' % name, sources, flags=re.S)
        if not rows:
            if f'extern const Rows {name}_rows;' in text:
                complaints.append(f'{stem}.h: {name} has no table of rows')
            continue
        described = set(re.findall(r'ROW_\w+\(\s*"[^"]*",\s*\w+,\s*(\w+)', rows.group(1)))
        unions = 'ROW_UNION' in rows.group(1)
        inside = re.findall(r'union \{(.*?)\}', body, flags=re.S)
        union_members = set(members(';'.join(inside))) if unions else set()
        for member in members(body):
            if member not in described and member not in union_members and not (
                    member.startswith('n_') and member[2:] in described):
                complaints.append(f'{stem}.h: {name}.{member} has no row and is not private')

for complaint in complaints:
    print(complaint)
sys.exit(1 if complaints else 0)
