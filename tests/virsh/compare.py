#!/usr/bin/env python3
"""Runs two virsh programs with the same arguments and compares stdout, stderr and exit status.

  compare.py --ours PROGRAM --theirs PROGRAM [--theirs-libs DIR] [--ours-libs DIR] [--uri URI] [--differences FILE]
             [--test-uri URI] [--only PATTERN] [--verbose] CASES...

A file of CASES has one step per line: the words of a command line after the program's name, quoted as for a shell
($'..' is not understood). Before them, `@name=value` words are environment variables; `< text` at the end of a line
is standard input with \\n for line ends. Lines that begin with `!` are directives:

  !uri URI        what `-c {uri}` becomes from here on; --uri replaces "daemon", --test-uri "test:///default"
  !file NAME      the following lines up to `!end` are a file of that name in the scratch folder, {dir}/NAME
  !mask PATTERN   what the pattern matches (in both outputs) becomes MASKED
  !skip-unless X  the rest of the file needs the program X

Every step runs with our program and with theirs, alternately if the steps do not depend on each other
(in-process drivers start afresh); with `!scenario` the whole file runs with theirs first and then with ours, so that
both meet the daemon in the same state. {who} is replaced by "theirs" or "ours" then, and masked.

FILE of differences: a pattern of a step's line, a tab, the reason. They are counted, and listed with --verbose.
Exit status: 0 if every other step is equal."""
import argparse
import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


class Step:
    def __init__(self, line, uri, masks, files):
        self.line, self.uri, self.masks, self.files = line, uri, list(masks), dict(files)


class Program:
    def __init__(self, name, path, libs):
        self.name, self.path = name, path
        drop = ('VIRSH_', 'LIBVIRT_DEF', 'XDG_', 'EDITOR', 'VISUAL')
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
        self.env.update(LC_ALL='C.UTF-8', TZ='VIR00:30', LIBVIRT_AUTOSTART='0')
        if libs:
            self.env['LD_LIBRARY_PATH'] = libs

    def run(self, step, scratch):
        def expand(text):
            return text.replace('{uri}', step.uri).replace('{dir}', scratch).replace('{who}', self.name)

        line, stdin = step.line, ''
        if ' < ' in line:
            line, stdin = line.split(' < ', 1)
            stdin = stdin.replace('\\n', '\n')
        env, words = dict(self.env, HOME=scratch), shlex.split(expand(line))
        while words and re.match(r'@\w+=', words[0]):
            key, value = words.pop(0)[1:].split('=', 1)
            env[key] = value
        for name, text in step.files.items():
            with open(os.path.join(scratch, name), 'w') as f:
                f.write(expand(text))
        # Without text of its own a step's standard input stays open and silent, as a terminal's: libvirt's virsh never
        # ends a long job when it meets the end of it.
        inside, outside = os.pipe()
        if ' < ' in step.line:
            os.write(outside, expand(stdin).encode())
            os.close(outside)
            outside = -1
        try:
            r = subprocess.run([self.path] + words, stdin=inside, capture_output=True, env=env, cwd=scratch, timeout=60)
        except subprocess.TimeoutExpired as late:
            return ['timeout', late.stdout or b'', late.stderr or b'']
        finally:
            os.close(inside)
            if outside >= 0:
                os.close(outside)
        return [r.returncode, self.tidy(r.stdout, step, scratch), self.tidy(r.stderr, step, scratch)]

    def tidy(self, output, step, scratch):
        text = output.decode('utf-8', 'backslashreplace').replace(scratch, '{dir}').replace(self.path, 'virsh')
        if step.line != step.line.replace('{who}', '') or any('{who}' in t for t in step.files.values()):
            text = text.replace(self.name, '{who}')
        for mask in step.masks:
            text = re.sub(mask, 'MASKED', text, flags=re.M)
        return text


def read_cases(path, uris):
    steps, masks, files, current, scenario = [], [], {}, None, False
    lines = iter(open(path).read().split('\n'))
    for line in lines:
        if not line.strip() or line.startswith('#'):
            continue
        if not line.startswith('!'):
            steps.append(Step(line, current, masks, files))
            continue
        word, _, rest = line[1:].partition(' ')
        if word == 'uri':
            current = uris.get(rest, rest)
        elif word == 'file':
            text = []
            for inner in lines:
                if inner == '!end':
                    break
                text.append(inner + '\n')
            files[rest] = ''.join(text)
        elif word == 'mask':
            masks.append(rest)
        elif word == 'scenario':
            scenario = True
        elif word == 'skip-unless':
            if not shutil.which(rest):
                print('%s: skipped from here: no %s' % (path, rest))
                break
        else:
            sys.exit('%s: unknown directive !%s' % (path, word))
    return steps, scenario


def run_all(steps, scenario, theirs, ours):
    """pairs of results, in the order of the steps"""
    with tempfile.TemporaryDirectory(prefix='virsh-compare-') as top:
        scratch = os.path.join(top, 'd')

        def fresh():
            shutil.rmtree(scratch, ignore_errors=True)
            os.mkdir(scratch)

        if scenario:
            results = []
            for program in (theirs, ours):
                fresh()
                results.append([program.run(step, scratch) for step in steps])
            return list(zip(*results))
        pairs = []
        for step in steps:
            pair = []
            for program in (theirs, ours):
                fresh()
                pair.append(program.run(step, scratch))
            pairs.append(tuple(pair))
        return pairs


def show(step, theirs, ours):
    print('--- ' + step.line)
    for what, a, b in zip(('exit status', 'stdout', 'stderr'), theirs, ours):
        if a != b:
            print('  %s\n    theirs: %r\n    ours:   %r' % (what, a, b))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--ours', required=True)
    p.add_argument('--theirs', required=True)
    p.add_argument('--ours-libs')
    p.add_argument('--theirs-libs')
    p.add_argument('--uri', default='qemu:///session')
    p.add_argument('--test-uri', default='test:///default')
    p.add_argument('--differences', action='append', default=[])
    p.add_argument('--only', default='*')
    p.add_argument('--verbose', action='store_true')
    p.add_argument('cases', nargs='+')
    a = p.parse_args()
    theirs, ours = Program('theirs', a.theirs, a.theirs_libs), Program('ours', a.ours, a.ours_libs)
    known = []
    for name in a.differences:
        known += [line.split('\t') for line in open(name).read().split('\n') if line and line[0] != '#']
    equal = listed = 0
    failed = []
    for path in a.cases:
        steps, scenario = read_cases(path, {'daemon': a.uri, 'test:///default': a.test_uri})
        if not scenario:
            steps = [s for s in steps if fnmatch.fnmatch(s.line, a.only)]
        for step, (t, o) in zip(steps, run_all(steps, scenario, theirs, ours)):
            reason = next((r for pattern, r in known if fnmatch.fnmatchcase(step.line, pattern)), None)
            if t == o:
                equal += 1
            elif reason:
                listed += 1
                if a.verbose:
                    show(step, t, o)
                    print('  listed: ' + reason)
            else:
                failed.append(step)
                show(step, t, o)
    print('%d equal, %d listed differences, %d different' % (equal, listed, len(failed)))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
