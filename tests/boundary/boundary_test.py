#!/usr/bin/env python3
"""A driver that includes another driver's header, or a header of the library or the daemon, does not compile.

For every driver the command that compiles one of its own files (compile_commands.json of the build) is given a file of
one #include instead. What it may see must compile, so that the refusals mean something.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile

ALLOWED = ['vireo/driver.h', 'libvirt/libvirt.h', 'util/error.h']
# The remote driver is the client's end of the wire: it alone of all drivers is built over rpc/.
MAY_SEE_RPC = {'remote'}


def commands(build):
    """One compile command, without input and output, for each driver."""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = os.path.relpath(os.path.join(build, entry['file']), os.path.join(SOURCE, 'src/drivers'))
        name, target = path.split('/')[0], entry['output'].split('/')
        if name in DRIVERS and any(part.startswith('driver-') for part in target):
            found.setdefault(name, strip(shlex.split(entry['command'])))
    return found


def strip(words):
    """Without output, dependency file and input: those are ours."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ('-o', '-MF', '-MQ', '-c'):
            skip = True
        elif word != '-MD' and word != 'ccache':
            kept.append(word)
    return kept


def includes(command, header):
    """Whether the header compiles, whether it is out of reach, which files it brings, what the compiler says."""
    with tempfile.NamedTemporaryFile('w', suffix='.c') as file:
        file.write(f'#include "{header}"\n')
        file.flush()
        result = subprocess.run(command + ['-M', file.name], cwd=BUILD, capture_output=True, text=True, check=False,
                                env={**os.environ, 'LC_ALL': 'C'})
    missing = f'{header}: No such file' in result.stderr or f"'{header}' file not found" in result.stderr
    brought = {os.path.realpath(os.path.join(BUILD, word)) for word in result.stdout.replace('\\\n', ' ').split()[1:]}
    return result.returncode == 0, missing, brought, result.stderr


def headers(folder):
    """The headers below a folder of the source, as an intruder would try to name them."""
    for root, _, files in os.walk(os.path.join(SOURCE, folder)):
        for file in sorted(files):
            if file.endswith('.h'):
                path = os.path.join(root, file)
                yield file, os.path.relpath(path, os.path.join(SOURCE, 'src')), os.path.realpath(path)


def forbidden(driver):
    """(spelling, file) of headers that are none of @driver's business."""
    own = {file for file, _, _ in headers(f'src/drivers/{driver}')}
    folders = [f'src/drivers/{other}' for other in DRIVERS if other != driver] + ['src/daemon', 'src/lib']
    if driver not in MAY_SEE_RPC:
        folders.append('src/rpc')
    for folder in folders:
        for file, path, real in headers(folder):
            if file not in own:
                yield file, real
            yield path, real
            yield path.split('/include/')[-1], real


def check(driver, command):
    problems = []
    for header in ALLOWED:
        good, _, _, text = includes(command, header)
        if not good:
            problems.append(f'{driver} does not compile {header}:\n{text}')
    tried = sorted(set(forbidden(driver)))
    for header, real in tried:
        good, missing, brought, text = includes(command, header)
        # Another file of that name, of those that it may see, is no trespass.
        if real in brought or not (good or missing):
            problems.append(f'{driver} can see {header}\n{text}')
    print(f'{driver}: {len(tried)} headers of others are out of reach')
    return problems if tried else [f'{driver}: nothing was tried']


def lint_dots():
    """"../" in an include would walk around the include trees."""
    output = subprocess.run(['grep', '-rnE', r'#\s*include\s+"[^"]*\.\./', os.path.join(SOURCE, 'src'),
                             os.path.join(SOURCE, 'include')], capture_output=True, text=True, check=False).stdout
    return [f'"../" in an include: {line}' for line in output.splitlines()]


SOURCE, BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
DRIVERS = sorted(name for name in os.listdir(os.path.join(SOURCE, 'src/drivers'))
                 if os.path.isdir(os.path.join(SOURCE, 'src/drivers', name)))


def main():
    problems, built = lint_dots(), commands(BUILD)
    if not built:
        problems.append('no driver is built')
    for driver, command in sorted(built.items()):
        problems += check(driver, command)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
