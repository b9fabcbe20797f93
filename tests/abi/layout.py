#!/usr/bin/env python3
"""Write a C program whose compilation checks the sizes and offsets of layout.tsv (64-bit) against the headers."""
import csv
import sys

HEADERS = ['libvirt.h', 'virterror.h', 'libvirt-qemu.h', 'libvirt-lxc.h', 'libvirt-admin.h']


def main():
    source, target = sys.argv[1:]
    lines = ['#define VIR_DEPRECATED', '#include <stddef.h>'] + [f'#include <libvirt/{h}>' for h in HEADERS]
    with open(source, encoding='utf-8', newline='') as file:
        for row in csv.DictReader(file, delimiter='\t'):
            struct, member = row['struct'], row['member']
            if not member:
                lines.append(f'_Static_assert(sizeof({struct}) == {row["size"]}, "size of {struct}");')
                continue
            lines.append(f'_Static_assert(offsetof({struct}, {member}) == {row["offset"]}, "{struct}.{member}");')
            lines.append(f'_Static_assert(sizeof((({struct} *) 0)->{member}) == {row["size"]}, '
                         f'"size of {struct}.{member}");')
    lines.append('int main(void)\n{\n        return 0;\n}')
    with open(target, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
