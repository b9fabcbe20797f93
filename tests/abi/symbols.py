#!/usr/bin/env python3
"""Every public symbol at its version, none missing, none extra: what a library exports against its description.

symbols.py LIBRARY FILE API_DIR GEN_DIR
"""
import re
import subprocess
import sys


def described(library, api, gen):
    """Name and version of everything that api/ says the library exports."""
    sys.path.insert(0, gen)
    sys.dont_write_bytecode = True
    from api_model import api_files, load
    model = load(api_files(api))
    found = {(c.name, c.symbol) for c in model.calls if c.public and c.library == library}
    if library == 'libvirt':
        found |= {(v.name, v.symbol) for h in model.headers.values() for v in h.variables}
    return found, set(model.symbols[library])


def exported(path):
    """Name and version of everything defined in the dynamic symbol table; version nodes apart."""
    text = subprocess.run(['objdump', '-T', path], check=True, capture_output=True, text=True).stdout
    symbols, nodes = set(), set()
    for line in text.splitlines():
        match = re.match(r'[0-9a-f]+ .{7} (\S+)\s+[0-9a-f]+\s+(\S+)\s+(\S+)$', line)
        if not match or match.group(1) == '*UND*':
            continue
        section, version, name = match.groups()
        if section == '*ABS*':
            nodes.add(name)
        else:
            symbols.add((name, version.strip('()')))
    return symbols, nodes


def main():
    library, path, api, gen = sys.argv[1:]
    want, want_nodes = described(library, api, gen)
    have, have_nodes = exported(path)
    faults = [f'missing: {n}@{v}' for n, v in sorted(want - have)] + [f'extra: {n}@{v}' for n, v in sorted(have - want)]
    faults += [f'node missing: {n}' for n in sorted(want_nodes - have_nodes)]
    print(f'{library}: {len(want)} symbols described, {len(have)} exported, {len(have_nodes)} version nodes')
    if not want or faults:
        sys.exit('\n'.join(faults) or 'nothing is described')


if __name__ == '__main__':
    main()
