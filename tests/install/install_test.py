#!/usr/bin/env python3
"""Installs the build into an empty folder and uses it from there.

The libraries stand in a folder of their own, so that Debian's libvirt keeps working beside them; a program built with
the installed headers and pkg-config files finds the drivers that were installed with them.
"""
import os
import subprocess
import sys
import tempfile

SOURCE, BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
LIBRARIES = ['libvirt', 'libvirt-qemu', 'libvirt-lxc', 'libvirt-admin']
# A program that asks for nothing but what the packages offer.
PROGRAM = '''
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-lxc.h>
#include <libvirt/libvirt-admin.h>
#include <stdio.h>

int main(void)
{
        virConnectPtr conn = virConnectOpen("test:///default");
        unsigned long version = 0;

        if (!conn || virConnectGetLibVersion(conn, &version) < 0)
                return 1;
        printf("%lu %s %d\\n", version, virConnectGetType(conn), virConnectNumOfDomains(conn));
        return virConnectClose(conn);
}
'''


def run(words, **extra):
    """Runs, and says what went wrong."""
    result = subprocess.run(words, capture_output=True, text=True, check=False, **extra)
    if result.returncode:
        sys.exit(f'{" ".join(words)}: exit {result.returncode}\n{result.stdout}{result.stderr}')
    return result.stdout


def installed(root):
    for folder, _, files in os.walk(root):
        for file in files:
            yield os.path.relpath(os.path.join(folder, file), root)


def check_places(root):
    """Nothing that the system's loader or compiler would take for Debian's."""
    files = list(installed(root))
    strays = [f for f in files if os.path.basename(f).startswith('libvir') and '.so' in f
              and os.path.basename(os.path.dirname(f)) != 'vireo']
    strays += [f for f in files if f.startswith('etc/ld.so.conf.d/')]
    strays += [f for f in files if f.endswith('/libvirt.h') and '/vireo/' not in f]
    if strays:
        sys.exit(f'installed where everybody looks: {strays}')
    for library in LIBRARIES:
        if not any(f.endswith(f'/vireo/{library}.so.0') for f in files):
            sys.exit(f'{library}.so.0 is not installed')
        if not any(f.endswith(f'/{library}.pc') for f in files):
            sys.exit(f'{library}.pc is not installed')
    return {os.path.basename(f): os.path.dirname(os.path.join(root, f)) for f in files}


def check_program(root, where):
    environment = {**os.environ, 'PKG_CONFIG_LIBDIR': where['libvirt.pc'], 'PKG_CONFIG_SYSROOT_DIR': root}
    flags = run(['pkg-config', '--cflags', '--libs'] + LIBRARIES, env=environment).split()
    if run(['pkg-config', '--modversion'] + LIBRARIES, env=environment).split() != ['9.10.0'] * len(LIBRARIES):
        sys.exit('the packages are not of version 9.10.0')
    source, program = os.path.join(root, 'program.c'), os.path.join(root, 'program')
    with open(source, 'w', encoding='utf-8') as file:
        file.write(PROGRAM)
    run(['cc', '-Wall', '-Werror', source, '-o', program] + flags + ['-Wl,--allow-shlib-undefined'])
    clean = {name: value for name, value in os.environ.items() if not name.startswith('LIBVIRT_')}
    output = run([program], env={**clean, 'LD_LIBRARY_PATH': where['libvirt.so.0']})
    if output != '9010000 TEST 1\n':
        sys.exit(f'the program said: {output}')


PROGRAMS = ('virsh', 'vireod', 'virtlogd', 'virtlockd')


def check_runpaths(where):
    """Our own programs find our libraries without being told."""
    for tool in PROGRAMS:
        if tool not in where:
            continue
        dynamic = run(['readelf', '-d', os.path.join(where[tool], tool)])
        if '/vireo]' not in dynamic:
            sys.exit(f'{tool} has no path to the libraries:\n{dynamic}')
    modules = [name for name in where if name.startswith('driver-')]
    if not modules:
        sys.exit('no driver is installed')
    # What a program finds for itself, the modules that it loads do not: each has a path of its own.
    for name in modules:
        dynamic = run(['readelf', '-d', os.path.join(where[name], name)])
        if '[libvirt.so.0]' in dynamic and '/vireo]' not in dynamic:
            sys.exit(f'{name} has no path to the libraries:\n{dynamic}')
    print('with paths:', ' '.join([t for t in PROGRAMS if t in where] + modules) or 'no program is installed')


def main():
    with tempfile.TemporaryDirectory(prefix='vireo-install-') as root:
        run(['meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', root])
        where = check_places(root)
        check_program(root, where)
        check_runpaths(where)


if __name__ == '__main__':
    main()
