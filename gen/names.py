#!/usr/bin/env python3
"""Write the header that gives every exported name of the private library its prefix.

Reads the headers below the given folders, collects the functions and variables they declare, and writes one
`#define name vireo_name` for each. The library's version script then exports vireo_* and nothing else.
"""
import argparse
import os
import re

DECLARATION = re.compile(r'([A-Za-z_]\w*)\s*\(')
VARIABLE = re.compile(r'extern\b.*?([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*$', re.S)
DOCUMENT = re.compile(r'^DOCUMENT_DECLARE\(\w+,\s*(\w+)\)', re.M)
DOCUMENT_NAMES = ('kind', 'parse', 'format', 'new', 'free', 'copy') # what the macro of conf/document.h declares
KEYWORDS = {'__attribute__', '__asm__', 'sizeof', 'if', 'while', 'for', 'switch', 'return', 'static_assert',
            '_Static_assert', '__declspec'}


def strip(text):
    """Comments, preprocessor lines and everything in braces go."""
    text = re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)
    text = re.sub(r'//[^\n]*', ' ', text)
    text = re.sub(r'\\\n', ' ', text)
    text = re.sub(r'^[ \t]*#.*$', '', text, flags=re.M)
    out, depth = [], 0
    for char in text:
        if char == '{':
            depth += 1
        elif char == '}':
            depth -= 1
            if depth == 0:
                out.append('{}')
        elif depth == 0:
            out.append(char)
    return ''.join(out)


def declared(text):
    """Names of functions and extern variables that a header declares."""
    for prefix in DOCUMENT.findall(text):
        yield from (f'{prefix}_{name}' for name in DOCUMENT_NAMES)
    for piece in re.split(r';|(?<=\))\s*\{\}', strip(text)):
        piece = piece.strip()
        if not piece or re.match(r'(typedef|static|enum|union)\b', piece) or piece.startswith(('G_DEFINE', 'DOCUMENT_DECLARE')):
            continue
        piece = re.sub(r'^.*\{\}\s*', '', piece, flags=re.S)
        piece = re.sub(r'^(G_\w+\([^)]*\)\s*)+', '', piece)
        match = DECLARATION.search(piece)
        if match and match.group(1) not in KEYWORDS and not piece.startswith('extern const'):
            yield match.group(1)
            continue
        match = VARIABLE.match(piece)
        if match:
            yield match.group(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--output', required=True)
    parser.add_argument('--depfile', required=True)
    parser.add_argument('--dir', action='append', required=True)
    options = parser.parse_args()
    names, sources = set(), []
    for folder in options.dir:
        for root, _, files in sorted(os.walk(folder)):
            sources += [os.path.join(root, f) for f in sorted(files) if f.endswith('.h')]
    for source in sources:
        with open(source, encoding='utf-8') as file:
            names.update(declared(file.read()))
    names = sorted(n for n in names if not n.startswith(('vir', 'G_', 'g_', '_')) and n != 'driver_module')
    with open(options.output, 'w', encoding='utf-8') as out:
        out.write('/* Made by gen/names.py from the internal headers: exported names carry our prefix. */\n#pragma once\n\n')
        for name in names:
            out.write(f'#define {name} vireo_{name}\n')
    folders = [os.path.join(r) for d in options.dir for r, _, _ in os.walk(d)]
    with open(options.depfile, 'w', encoding='utf-8') as dep:
        dep.write(f'{options.output}: {" ".join(sources + folders)}\n')


if __name__ == '__main__':
    main()
