#!/usr/bin/env python3
"""Our validation beside the schemas of Debian's libvirt.

usage: peer_test.py VIREO-CONVERT VIRT-XML-VALIDATE [PEER-SCHEMAS]
* Every sample of ours that their schema accepts, our schema and our rules accept.
* 1,000 samples with one change each: both accept or both refuse, but for the differences in differences.txt and one
  in a hundred.
* With VIREO_CORPUS: every document (inputs, and what libvirt makes of them) that their schema accepts is accepted by
  our schema, and what we write from it is accepted by theirs; from XML to JSON and back is the same document, and the
  JSON fits the schema we give.
Exit status 77, with the reason, where something is not there.
"""
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).parent
TOP = HERE.parent.parent
CHANGES = 1000

# The root element of a document -> their schema.
THEIRS = {
    'domain': 'domain', 'network': 'network', 'networkport': 'networkport', 'filter': 'nwfilter',
    'filterbinding': 'nwfilterbinding', 'interface': 'interface', 'secret': 'secret', 'pool': 'storagepool',
    'volume': 'storagevol', 'device': 'nodedev', 'capabilities': 'capability', 'domainCapabilities': 'domaincaps',
    'domainsnapshot': 'domainsnapshot', 'domaincheckpoint': 'domaincheckpoint', 'domainbackup': 'domainbackup',
    'storagepoolCapabilities': 'storagepoolcaps', 'cpu': 'cpu',
}


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False, **more)


class Ground:
    def __init__(self, convert, validate, theirs, folder):
        self.convert, self.validate, self.theirs, self.folder = convert, validate, pathlib.Path(theirs), folder
        self.ours = {}
        for kind in run(convert, '--list').stdout.splitlines()[0].split()[1:]:
            text = run(convert, '--schema', 'relaxng', '--kind', kind).stdout
            root = re.search(r"<element name='([^']+)'", text)[1]
            schema = folder / f'{kind}.rng'
            schema.write_text(text)
            self.ours.setdefault(root, []).append(schema)

    def accepted(self, schema, paths):
        """Those of the paths that the schema accepts."""
        good = set()
        for begin in range(0, len(paths), 200):
            part = paths[begin:begin + 200]
            done = run('xmllint', '--noout', '--relaxng', schema, *part)
            good |= {line[:-len(' validates')] for line in done.stderr.splitlines() if line.endswith(' validates')}
        return {p for p in paths if str(p) in good}

    def judge(self, paths):
        """By their schema, by ours: two sets."""
        by_root = {}
        for path in paths:
            root = root_of(path)
            if root in THEIRS and root in self.ours:
                by_root.setdefault(root, []).append(path)
        theirs, ours = set(), set()
        for root, some in by_root.items():
            theirs |= self.accepted(self.theirs / f'{THEIRS[root]}.rng', some)
            for schema in self.ours[root]:
                ours |= self.accepted(schema, some)
        return theirs, ours


def root_of(path):
    try:
        return ET.parse(path).getroot().tag
    except (ET.ParseError, UnicodeDecodeError):
        return None


def samples():
    found = sorted(TOP.glob('tests/data/**/*.xml')) + sorted(p for p in TOP.glob('tests/fuzz/*/*') if p.is_file())
    return [p for p in found if root_of(p) in THEIRS]


def elements_of(root):
    """(path, parent, element), the root first."""
    todo = [(f'/{root.tag}', None, root)]
    while todo:
        path, parent, element = todo.pop()
        yield path, parent, element
        todo += [(f'{path}/{child.tag}', element, child) for child in element]


def change(tree, dice):
    """One change somewhere; a name for it, without the place among brothers."""
    path, parent, element = dice.choice(list(elements_of(tree)))
    attribute = dice.choice(sorted(element.attrib)) if element.attrib else None
    kind = dice.choice(['value', 'attribute', 'no-attribute', 'element', 'no-element', 'twice', 'text', 'stray'])
    if kind == 'value' and attribute:
        element.set(attribute, dice.choice(['wrong', '', '-7', 'yes', '0']))
        return f'{kind} {path}/@{attribute}={element.get(attribute)}'
    if kind == 'attribute' and attribute:
        element.set(attribute + 'x', element.attrib.pop(attribute))
        return f'{kind} {path}/@{attribute}'
    if kind == 'no-attribute' and attribute:
        del element.attrib[attribute]
        return f'{kind} {path}/@{attribute}'
    if kind == 'element':
        element.tag += 'x'
        return f'{kind} {path}'
    if kind == 'no-element' and parent is not None:
        parent.remove(element)
        return f'{kind} {path}'
    if kind == 'twice' and parent is not None:
        parent.append(element)
        return f'{kind} {path}'
    if kind == 'text' and len(element) == 0:
        element.text = dice.choice(['wrong', '', '-7', '1.5'])
        return f'{kind} {path}={element.text}'
    ET.SubElement(element, 'stray')
    return f'stray {path}'


def read_differences():
    lines = (HERE / 'differences.txt').read_text().splitlines()
    return [line.split(' -- ')[0] for line in lines if line and line[0] != '#']


def compare_changes(ground, good):
    dice = random.Random(20)
    changed = {}
    for number in range(CHANGES):
        tree = ET.parse(dice.choice(good))
        name = change(tree.getroot(), dice)
        path = ground.folder / f'changed-{number}.xml'
        tree.write(path)
        changed[path] = name
    theirs, ours = ground.judge(list(changed))
    wrong = [('we refuse ' if p in theirs else 'we accept ') + changed[p] for p in sorted(theirs ^ ours)]
    patterns = read_differences()
    new = sorted({w for w in wrong if not any(fnmatch.fnmatchcase(w, p) for p in patterns)})
    both = sum(p in theirs for p in changed)
    print(f'{CHANGES} changes: {both} accepted by their schema, {len(wrong)} judged differently, {len(new)} not listed')
    for line in new:
        print('  ' + line)
    return len(new)


def compare_samples(ground):
    paths = samples()
    theirs, ours = ground.judge(paths)
    refused = sorted(theirs - ours)
    for path in refused:
        print(f'their schema accepts it, ours does not: {path}')
    rules = [p for p in sorted(theirs) if run(ground.validate, p).returncode != 0]
    for path in rules:
        print(f'their schema accepts it, our rules do not: {path}: {run(ground.validate, path).stderr}')
    print(f'{len(paths)} samples, {len(theirs)} accepted by their schema, {len(ours)} by ours')
    return len(refused) + len(rules), sorted(theirs & ours)


def json_trip(ground, path, schemas):
    """None, or what is wrong with the way to JSON and back. None as well for what we do not accept.

    Of the document as we write it, so that what is random in it is said."""
    forms = [['--state', 'inactive'], ['--live', '--state', 'live']]
    for form in forms:
        first = run(ground.convert, *form, path)
        xml = run(ground.convert, *form, '-', input=first.stdout)
        if first.returncode != 0 or xml.returncode != 0:
            continue
        text = run(ground.convert, *form, '--to', 'json', '-', input=first.stdout).stdout
        again = run(ground.convert, *form, '--from', 'json', '-', input=text)
        if again.stdout != xml.stdout:
            return f'{" ".join(form)}: not the same after JSON: {again.stderr.strip()}'
        document = json.loads(text)
        if schemas is not None:
            kind = next(iter(document))
            if kind not in schemas:
                schemas[kind] = schemas[''](json.loads(run(ground.convert, '--schema', 'json', '--kind', kind).stdout))
            error = next(schemas[kind].iter_errors(document), None)
            if error:
                return f'the JSON does not fit its schema: {error.message[:300]}'
    return None


def json_schemas():
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print('without jsonschema: the JSON form is not compared with its schema')
        return None
    return {'': Draft202012Validator}


def compare_corpus(ground, folder):
    folder = pathlib.Path(folder)
    found = {p for where in ('*/in', '*/out', 'common') for p in folder.glob(f'{where}/**/*.xml')}
    paths = [p for p in sorted(found) if root_of(p) in ground.ours]
    theirs, ours = ground.judge(paths)
    failures = [f'their schema accepts it, ours does not: {p}' for p in sorted(theirs - ours)]
    schemas = json_schemas()
    written = {}

    def trip(path):
        return path, run(ground.convert, path), json_trip(ground, path, schemas)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(trip, paths))
    for number, (path, one, wrong) in enumerate(done):
        if wrong:
            failures.append(f'{path}: {wrong}')
        if path in theirs and one.returncode == 0:
            out = ground.folder / f'written-{number}.xml'
            out.write_text(one.stdout)
            written[out] = path
    good, _ = ground.judge(list(written))
    failures += [f'their schema refuses what we write from {written[p]}' for p in sorted(set(written) - good)]
    for line in failures:
        print(line)
    print(f'corpus: {len(paths)} documents, {len(theirs)} accepted by their schema, {len(ours)} by ours, '
          f'{sum(one.returncode == 0 for _, one, _ in done)} by our rules and to JSON and back, '
          f'{len(written)} written for theirs, {len(failures)} failures')
    return len(failures)


def main():
    convert, validate = sys.argv[1:3]
    fetched = pathlib.Path(os.environ.get('VIREO_FETCHED', TOP / 'build' / 'fetched'))
    theirs = sys.argv[3] if len(sys.argv) > 3 else fetched / 'peer/root/usr/share/libvirt/schemas'
    if not shutil.which('xmllint'):
        print('skipped: no xmllint here (libxml2-utils)')
        return 77
    if not pathlib.Path(theirs, 'domain.rng').exists():
        print(f'skipped: Debian\'s schemas are not in {theirs}')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(convert, validate, theirs, pathlib.Path(folder))
        wrong, good = compare_samples(ground)
        wrong += compare_changes(ground, good)
        if os.environ.get('VIREO_CORPUS'):
            wrong += compare_corpus(ground, os.environ['VIREO_CORPUS'])
        else:
            print('skipped: the corpus (VIREO_CORPUS names its folder)')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
