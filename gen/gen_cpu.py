#!/usr/bin/env python3
"""Tables of processors as C: gen_cpu.py FOLDER OUTPUT. See src/cpu/tables.h; src/cpu/data is what it reads."""
import csv
import pathlib
import sys

REGISTERS = ('eax', 'ebx', 'ecx', 'edx')


def rows(folder, name):
    with open(folder / name, encoding='ascii', newline='') as file:
        yield from csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)


def text(value):
    return f'"{value}"' if value else 'NULL'


def strings(values):
    return '(const char *const[]){ ' + ', '.join([f'"{v}"' for v in values] + ['NULL']) + ' }' if values else 'NULL'


def place(feature):
    """What word of the processor's answers holds it: as the initializer of X86Word."""
    where = feature['where']
    register = REGISTERS.index(feature['register'])
    if where.startswith('msr:'):
        return f'{{ true, 0x{where[4:]}, 0, {register} }}'
    leaf, _, subleaf = where.partition('.')
    return f'{{ false, 0x{leaf}, 0x{subleaf or 0}, {register} }}'


def feature_row(feature, words):
    word, bit = words[place(feature)], feature['bit']
    migratable = 'true' if feature['migratable'] == 'yes' else 'false'
    names = [pair.split(':') for pair in feature['aliases'].split()]
    aliases = strings([name for source, name in names if source == 'qemu'])
    written = [name for source, name in names if source == 'qemu-write']
    return (f'        {{ "{feature["name"]}", {aliases}, {text("".join(written))}, {word}, {bit}, {migratable} }},')


def signature(entry):
    """FAMILY/MODEL or FAMILY/MODEL/STEPPING or FAMILY/MODEL/FIRST-LAST"""
    family, model, steppings = (entry.split('/') + ['0-15'])[:3]
    first, _, last = steppings.partition('-')
    return f'{{ {family}, {model}, {first}, {last or first} }}'


def model_row(model, features, words):
    bits = {}
    for name in model['features'].split():
        feature = features[name]
        word = words[place(feature)]
        bits[word] = bits.get(word, 0) | 1 << int(feature['bit'])
    bits = ', '.join(f'[{word}] = 0x{bits[word]:08x}' for word in sorted(bits))
    known = model['signatures'].split()
    signatures = ', '.join(map(signature, known))
    signatures = f'(const X86Signature[]){{ {signatures} }}' if known else 'NULL'
    uses = model['decode'].split()
    return (f'        {{ "{model["name"]}", {text(model["vendor"])}, {"true" if "host" in uses else "false"}, '
            f'{"true" if "guest" in uses else "false"}, {signatures}, {len(known)}, '
            f'{{ {{ {bits} }} }}, {strings(model["removed"].split())} }},')


def table(kind, name, lines):
    return [f'const {kind} {name}[] = {{', *lines, '};', f'const size_t n_{name} = {len(lines)};', '']


def x86(folder):
    features = {feature['name']: feature for feature in rows(folder, 'x86-features.tsv')}
    words = {}
    for feature in features.values():
        words.setdefault(place(feature), len(words))
    lines = [f'_Static_assert({len(words)} <= X86_WORDS_MAX, "more words than X86Bits has");', '']
    lines += table('X86Word', 'x86_words', [f'        {word},' for word in words])
    lines += table('X86Feature', 'x86_features', [feature_row(feature, words) for feature in features.values()])
    lines += table('X86Model', 'x86_models', [model_row(m, features, words) for m in rows(folder, 'x86-models.tsv')])
    return lines


def vendors(folder):
    known = list(rows(folder, 'vendors.tsv'))
    lines = table('X86Vendor', 'x86_vendors',
                  [f'        {{ "{v["name"]}", "{v["code"]}" }},' for v in known if v['architecture'] == 'x86'])
    lines += table('ArmVendor', 'arm_vendors',
                   [f'        {{ "{v["name"]}", 0x{v["code"]} }},' for v in known if v['architecture'] == 'arm'])
    names = [f'        "{v["name"]}",' for v in known if v['architecture'] == 'ppc64']
    return lines + table('char *const', 'ppc64_vendors', names)


def ppc64_row(model):
    pvrs = [pvr.split('/') for pvr in model['pvr'].split()]
    values = ', '.join(f'{{ 0x{value}, 0x{mask} }}' for value, mask in pvrs)
    return (f'        {{ "{model["name"]}", "{model["vendor"]}", (const Ppc64Version[]){{ {values} }}, '
            f'{len(pvrs)} }},')


def others(folder):
    arm = [f'        {{ "{m["name"]}", "{m["vendor"]}", 0x{m["part"]} }},' for m in rows(folder, 'arm-models.tsv')]
    features = [f'        "{f["name"]}",' for f in rows(folder, 'arm-features.tsv')]
    ppc64 = [ppc64_row(m) for m in rows(folder, 'ppc64-models.tsv')]
    return (table('ArmModel', 'arm_models', arm) + table('char *const', 'arm_features', features) +
            table('Ppc64Model', 'ppc64_models', ppc64))


def main():
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    lines = ['/* Made by gen/gen_cpu.py from src/cpu/data. */', '#include "tables.h"', '',
             *x86(folder), *vendors(folder), *others(folder)]
    output.write_text('\n'.join(lines) + '\n', encoding='ascii')


if __name__ == '__main__':
    main()
