#!/usr/bin/env python3
"""Mistakes that people make (mistakes.txt): what we say, and what libvirt 9.0 says.

usage: mistakes.py test VIRT-XML-VALIDATE     we say the words that are asked for, and docs/mistakes.md shows it
       mistakes.py page VIRT-XML-VALIDATE     write docs/mistakes.md
       mistakes.py record VIRSH-COMMAND...    ask libvirt's virsh ("define" works there) and write down what it says
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
DATA = HERE / 'mistakes.txt'
PAGE = HERE.parent.parent / 'docs' / 'mistakes.md'

DOMAIN = """\
<domain type='qemu'>
  <name>web</name>
  <uuid>6a1c37a0-5c8e-4c7e-9d27-5d4f6c1b2a10</uuid>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <os>
    <type arch='x86_64'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
  </features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/var/lib/libvirt/images/web.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <graphics type='vnc' port='-1'/>
  </devices>
</domain>
"""
NETWORK = """\
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.100.1' prefix='24'>
    <dhcp>
      <range start='192.168.100.10' end='192.168.100.99'/>
    </dhcp>
  </ip>
</network>
"""
INTRO = """\
# Mistakes in documents

What people really get wrong in a domain or a network, what libvirt 9.0 says about it (`virsh define --validate`) and
what vireo says: the file, the line and the column, what is allowed there, and what was probably meant. The first
mistake is in the error that a program gets; `virt-xml-validate FILE` shows all of them at once, and vireod writes them
to its log.

This page is written by `tests/schema/mistakes.py page`, which is also the test that holds us to it.
"""


class Mistake:
    def __init__(self, title):
        self.title, self.kind = title, 'domain'
        self.taken, self.put, self.words, self.peer = [], [], [], []

    def base(self):
        return NETWORK if self.kind == 'network' else DOMAIN

    def text(self):
        if not self.taken and not self.put:
            return self.base()
        taken, put = '\n'.join(self.taken), '\n'.join(self.put)
        if self.base().count(taken) != 1:
            sys.exit(f'{self.title}: not once in the document: {taken}')
        return self.base().replace(taken, put)

    def shown(self):
        """The lines that differ, without the blanks before them."""
        before, after = self.base().splitlines(), self.text().splitlines()
        lines = [line for line in after if line not in before] or [line for line in before if line not in after]
        if not lines:
            return after[:2]
        blanks = min(len(line) - len(line.lstrip()) for line in lines)
        return [line[blanks:] for line in lines]


def read_mistakes():
    mistakes = []
    for line in DATA.read_text().splitlines():
        mark, _, rest = line.partition(' ')
        if mark == '=':
            mistakes.append(Mistake(rest))
        elif mark == '@':
            mistakes[-1].kind = rest
        elif mark == '-':
            mistakes[-1].taken.append(rest)
        elif mark == '+':
            mistakes[-1].put.append(rest)
        elif mark == '!':
            mistakes[-1].words += rest.split(' | ')
        elif mark == '9.0:':
            mistakes[-1].peer.append(rest)
    return mistakes


def run(words, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'document.xml'
        path.write_text(text)
        done = subprocess.run([*words, str(path)], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr.replace(f'{folder}/', '')


def ours(validate, mistake):
    # A document of another kind is a mistake only where one kind is asked for.
    kind = 'domain' if not mistake.taken else mistake.kind
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'document.xml'
        path.write_text(mistake.text())
        done = subprocess.run([validate, str(path), kind], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr.replace(f'{folder}/', '').strip()


def page(validate, mistakes):
    out = [INTRO]
    for number, mistake in enumerate(mistakes, 1):
        _, message = ours(validate, mistake)
        out.append(f'\n## {number}. {mistake.title}\n\n```xml')
        out += mistake.shown()
        out.append('```\n\nlibvirt 9.0:\n\n```')
        out += mistake.peer or ['(accepted)']
        out.append('```\n\nvireo:\n\n```')
        out.append(message)
        out.append('```')
    return '\n'.join(out) + '\n'


def test(validate, mistakes):
    failed = 0
    for base in (DOMAIN, NETWORK):
        status, message = run([validate], base)
        if status:
            print(f'the document without a mistake is refused: {message}')
            failed += 1
    for mistake in mistakes:
        status, message = ours(validate, mistake)
        missing = [w for w in mistake.words if not says(message, w)]
        if status != 1 or missing:
            failed += 1
            print(f'{mistake.title}: status {status}, without {missing}:\n{message}\n')
    if len(mistakes) < 30:
        print(f'{len(mistakes)} mistakes only')
        failed += 1
    if not PAGE.exists() or PAGE.read_text() != page(validate, mistakes):
        print(f'{PAGE.name} is out of date: mistakes.py page')
        failed += 1
    print(f'{len(mistakes)} mistakes, {failed} failures')
    return 1 if failed else 0


def says(message, words):
    line = re.fullmatch(r'line (\d+)', words)
    return f'document.xml:{line[1]}:' in message or words in message if line else words in message


def record(command):
    lines = [line for line in DATA.read_text().splitlines() if not line.startswith('9.0: ')]
    mistakes = {m.title: m for m in read_mistakes()}
    out = []
    current = None
    for line in lines + ['= ']:
        if line.startswith('= '):
            if current:
                verb = 'net-define' if current.kind == 'network' and current.taken else 'define'
                text = current.text().replace("type='qemu'>", "type='test'>").replace("type='qemu' ", "type='test' ")
                status, message = run([*command, verb, '--validate'], text)
                said = [part for part in message.splitlines() if part and 'Failed to define' not in part]
                out += ['9.0: ' + part for part in (said if status else [])]
            current = mistakes.get(line[2:])
        out.append(line)
    DATA.write_text('\n'.join(out[:-1]) + '\n')
    return 0


def main():
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == 'record':
        return record(rest)
    if mode == 'page':
        PAGE.write_text(page(rest[0], read_mistakes()))
        return 0
    return test(rest[0], read_mistakes())


if __name__ == '__main__':
    sys.exit(main())
