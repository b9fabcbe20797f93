#!/usr/bin/env python3
"""Every public header alone, as C and as C++, with and without sentinels, warnings being errors.

headers.py CC INCLUDE_DIR HEADER...
"""
import shutil
import subprocess
import sys

WARNINGS = ['-Wall', '-Wextra', '-Werror']


def compiles(compiler, language, standard, include, header, defines):
    source = f'#include <libvirt/{header}>\n#include <libvirt/{header}>\n'
    run = subprocess.run([*compiler, '-x', language, standard, *WARNINGS, '-fsyntax-only', '-I', include, *defines, '-'],
                         input=source, text=True, capture_output=True, check=False)
    if run.returncode:
        print(f'{header} as {language}:\n{run.stderr}')
    return run.returncode == 0


def main():
    compiler, include, headers = sys.argv[1].split('|'), sys.argv[2], sys.argv[3:]
    good = True
    languages = [('c', '-std=c99', compiler)]
    if shutil.which('c++'):
        languages.append(('c++', '-std=c++11', ['c++']))
    else:
        print('no C++ compiler: only C is checked')
    for header in headers:
        for language, standard, command in languages:
            for defines in ([], ['-DVIR_ENUM_SENTINELS']):
                good &= compiles(command, language, standard, include, header, defines)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
