#!/usr/bin/env python3
"""Domain documents: parse, check and format by our library beside Debian's libvirt, in processes of their own, in turn.

usage: tests/bench/documents.py [--quick]
Through the public API: define on test:///default and its XML. Documents with 10, 100 and 1,000 devices show growth; with
VIREO_CORPUS the 200 largest domain documents there. Needs a build in build/gcc (VIREO_BUILD) with fetched peers.
Ratios of one run are what to read.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'e2e'))
import support  # noqa: E402

PROGRAM = os.path.join(support.BUILD, 'tests', 'bench', 'documents')
DISK = ("<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none' io='native'/>"
        "<source file='/images/{n}.qcow2'/><target dev='{dev}' bus='virtio'/><serial>s{n}</serial></disk>")
INTERFACE = ("<interface type='network'><mac address='52:54:00:00:{a:02x}:{b:02x}'/><source network='default'/>"
             "<model type='virtio'/></interface>")


def disk_name(n):
    name = ''
    while n >= 0:
        name, n = chr(ord('a') + n % 26) + name, n // 26 - 1
    return 'vd' + name


def synthetic(devices):
    parts = [DISK.format(n=n, dev=disk_name(n)) if n % 2 else INTERFACE.format(a=n // 256, b=n % 256)
             for n in range(devices)]
    return ("<domain type='test'><name>big</name><memory>1048576</memory><os><type>hvm</type></os><devices>"
            + ''.join(parts) + '</devices></domain>')


def own(text, number):
    """A document of its own for the test driver, whoever it was made for."""
    text = re.sub(r'(<domain\s[^>]*?type=)(["\'])\w+\2', r'\1\2test\2', text, count=1)
    text = re.sub(r'<uuid>[^<]*</uuid>', '', text, count=1)
    return re.sub(r'<name>[^<]*</name>', f'<name>d{number}</name>', text, count=1)


def corpus(folder, wanted):
    texts = []
    for path in pathlib.Path(folder).glob('qemu_xml2xml/in/**/*.xml'):
        texts.append(path.read_text(encoding='utf-8', errors='replace'))
    return sorted(set(texts), key=len, reverse=True)[:wanted]


def measure(env, rounds, files):
    done = subprocess.run([PROGRAM, str(rounds), *files], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return [float(word) for word in done.stdout.split()]


def accepted_by_both(envs, files):
    return [f for f in files if all(measure(env, 1, [f]) for env in envs)]


def compare(title, files, rounds, turns):
    envs = [support.our_environment(), support.peer_environment()]
    files = accepted_by_both(envs, files)
    if not files:
        print(f'{title:28} nothing that both accept')
        return
    results = [[], []]
    for _ in range(turns):
        for env, times in zip(envs, results):
            times.append(measure(env, rounds, files))
    ours, theirs = ([statistics.median(column) for column in zip(*times)] for times in results)
    print(f'{title:28} {len(files):4} documents  {ours[0]:9.1f} {theirs[0]:9.1f} us  ratio {ours[0] / theirs[0]:.2f}   '
          f'{ours[1] / 1024:8.1f} {theirs[1] / 1024:8.1f} KiB  ratio {ours[1] / max(theirs[1], 1):.2f}')


def main():
    quick = '--quick' in sys.argv
    turns = 1 if quick else 5
    print(f'{"":28} {"":14}  {"ours":>9} {"libvirt":>9}')
    with tempfile.TemporaryDirectory() as folder:
        for devices in (10, 100, 1000):
            path = os.path.join(folder, f'{devices}.xml')
            pathlib.Path(path).write_text(synthetic(devices), encoding='utf-8')
            compare(f'{devices} devices', [path], max(1, (200 if quick else 2000) // devices), turns)
        if os.environ.get('VIREO_CORPUS'):
            files = []
            for number, text in enumerate(corpus(os.environ['VIREO_CORPUS'], 200)):
                files.append(os.path.join(folder, f'large-{number}.xml'))
                pathlib.Path(files[-1]).write_text(own(text, number), encoding='utf-8')
            compare('the largest of the corpus', files, 2 if quick else 10, turns)


if __name__ == '__main__':
    main()
