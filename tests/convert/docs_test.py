#!/usr/bin/env python3
"""Run the examples of docs/convert.md and compare what they print with what the page shows.

`<!-- file: NAME -->` before a block: the block is that file. In a block of language `console` a line `$ COMMAND` is
run in a shell, the lines below are its output, standard output and error together; a line `...` stands for any
number of lines. The formats and options that the page tells of are among those of `vireo-convert --list`.
"""
import os
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r'(?:<!-- file: (\S+) -->\n)?```(\w*)\n(.*?)^```$', re.M | re.S)


def matches(shown, printed):
    """Whether `printed` is `shown`, with `...` for any lines."""
    if not shown:
        return not printed
    if shown[0] == '...':
        return any(matches(shown[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


def examples(block):
    """The (command, shown lines) of a console block."""
    found = []
    for line in block.splitlines():
        if line.startswith('$ '):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run(command, folder, environment):
    done = subprocess.run(['sh', '-c', command], cwd=folder, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.stdout.splitlines()


def check_examples(page, folder, environment):
    failures, count = 0, 0
    for name, language, block in FENCE.findall(page):
        if name:
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(block)
        if language != 'console':
            continue
        for command, shown in examples(block):
            printed = run(command, folder, environment)
            count += 1
            if not matches(shown, printed):
                failures += 1
                print(f'not ok: $ {command}', *('  shown:   ' + line for line in shown),
                      *('  printed: ' + line for line in printed), sep='\n')
    print(f'{count} examples, {failures} failed')
    return failures == 0 and count > 0


def listed_options(program):
    """Format name -> names of its options, as the program lists them."""
    options, current = {}, None
    for line in subprocess.run([program, '--list'], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        if match := re.match(r'  (\S+) ', line):
            current = options.setdefault(match[1], set())
        elif match := re.match(r'    -o ([\w-]+):', line):
            current.add(match[1])
    return options


def check_options(page, program):
    """No row `| NAME | ... | options |` of the page tells of a format or an option that the program does not have."""
    real = listed_options(program)
    rows = re.findall(r'^\| `([a-z][\w-]*)` (\|.*)$', page, re.M)
    good = bool(rows)
    for name, row in rows:
        told = set(re.findall(r'`-o ([\w-]+)=', row))
        if name not in real or not told <= real[name]:
            print(f'not ok: {name} has the options {real.get(name)}, the page tells {told}')
            good = False
    return good


def main():
    page_path, program = sys.argv[1:3]
    with open(page_path, encoding='utf-8') as file:
        page = file.read()
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, PATH=os.path.dirname(os.path.abspath(program)) + ':' + os.environ['PATH'],
                           LC_ALL='C.UTF-8')
        good = check_examples(page, folder, environment)
    return 0 if check_options(page, program) and good else 1


sys.exit(main())
