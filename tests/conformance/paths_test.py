#!/usr/bin/env python3
"""Every path of libvirt's documents is in the rows of one of ours, or on the list in docs/.

usage: paths_test.py VIREO-CONVERT [DOCUMENT]...
paths.txt holds the paths. They are looked for in the schemas that the rows give: an element and an attribute must be
there, and an enumeration must have every value. The other way round, what our schemas have in an element of paths.txt
and paths.txt has not must fit a line of paths-more.txt, so that nothing is accepted by oversight.
docs/documents-left-out.md lists what is missing and why: at most one path in a hundred. Both lists hold patterns.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).parent
RNG = '{http://relaxng.org/ns/structure/1.0}'
LEFT_OUT = HERE.parent.parent / 'docs' / 'documents-left-out.md'


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Schema:
    """The schema of one document: elements by the number of their content."""

    def __init__(self, text):
        root = ET.fromstring(text)
        self.root = root.find(f'{RNG}start/{RNG}element').get('name')
        self.defines = {d.get('name'): d for d in root.findall(f'{RNG}define')}

    def values(self, node):
        """None: any text."""
        values = {v.text or '' for v in node.iter(f'{RNG}value')}
        return None if not values or node.find(f'.//{RNG}text') is not None or node.find(f'.//{RNG}data') is not None \
            else values

    def attributes(self, names):
        found = {}
        for name in names:
            for node in self.defines[name].iter(f'{RNG}attribute'):
                if node.get('name'):
                    found[node.get('name')] = self.values(node)
        return found

    def text(self, names):
        """The values of the text."""
        for name in names:
            for node in self.defines[name]:
                if node.tag in (f'{RNG}choice', f'{RNG}data', f'{RNG}text'):
                    return self.values(node)
        return None

    def children(self, names):
        found = {}
        for name in names:
            for node in self.defines[name].iter(f'{RNG}element'):
                found.setdefault(node.get('name', '*'), set()).add(node.find(f'{RNG}ref').get('name'))
        return found

    def walk(self, path):
        """The definitions an element's content may be, () if there is no such element."""
        steps = path.strip('/').split('/')
        names = {'content-0'} if steps[0] == self.root else ()
        for step in steps[1:]:
            children = self.children(names)
            names = children.get(step) or children.get('*') or ()
        return names


def read_paths(path):
    documents, current = {}, None
    for line in path.read_text().splitlines():
        if line.startswith('['):
            current = documents.setdefault(line.strip('[]'), {})
        elif line and not line.startswith('#'):
            element, items = line.split(': ', 1)
            current[element] = items.split()
    return documents


def split_item(item):
    name, _, values = item.partition('=')
    return name.rstrip('+'), set(values.split('|')) if values else None


def missing_of(schema, element, items):
    names = schema.walk(element)
    attributes, children = schema.attributes(names), schema.children(names)
    for item in items:
        name, values = split_item(item)
        place = f'{element}/{name}'
        if name.startswith('@'):
            known, have = name[1:] in attributes, attributes.get(name[1:])
        else:
            known = name in children or '*' in children or names == {'anything'}
            have = schema.text(children.get(name) or ())
        if not known:
            yield place
        elif values and have is not None:
            yield from (f'{place}={v}' for v in sorted(values - have))


def more_of(schema, element, items):
    names = schema.walk(element)
    known = {split_item(i)[0] for i in items}
    if '*' in known:
        return
    for name in schema.attributes(names):
        if '@' + name not in known:
            yield f'{element}/@{name}'
    for name in schema.children(names):
        if name not in known:
            yield f'{element}/{name}'


def schemas_of(convert):
    kinds = run(convert, '--list').splitlines()[0].split()[1:]
    schemas = {}
    for kind in kinds:
        schema = Schema(run(convert, '--schema', 'relaxng', '--kind', kind))
        schemas.setdefault(schema.root, []).append(schema)
    return schemas


def fits(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def judge(title, found, patterns):
    """Print what is not listed; return how much that is. A line for nothing is said, too."""
    unlisted = sorted(path for path in found if not fits(path, patterns))
    for path in unlisted:
        print(f'{title}: {path}')
    for pattern in sorted(patterns):
        if not fnmatch.filter(found, pattern):
            print(f'listed for nothing ({title}): {pattern}')
    return len(unlisted)


def main():
    convert, only = sys.argv[1], sys.argv[2:]
    schemas = schemas_of(convert)
    missing, more, total = set(), set(), 0
    for document, elements in read_paths(HERE / 'paths.txt').items():
        if only and document not in only:
            continue
        root = next(iter(elements)).strip('/').split('/')[0]
        total += len(elements) + sum(len(items) for items in elements.values())
        if root not in schemas:
            missing.add(f'/{root}')
            continue
        for element, items in elements.items():
            # Several documents may have one root: what one of them has is not missing.
            missing.update(set.intersection(*(set(missing_of(schema, element, items)) for schema in schemas[root])))
            for schema in schemas[root]:
                more.update(more_of(schema, element, items))
    left_out = re.findall(r'^\| `([^`]+)` \|', LEFT_OUT.read_text(), re.M)
    more_lines = (HERE / 'paths-more.txt').read_text().splitlines()
    wrong = judge('missing', missing, left_out)
    wrong += judge('more than libvirt has', more, [line.split()[0] for line in more_lines if line and line[0] != '#'])
    print(f'{total} paths, {len(missing)} missing')
    if len(missing) > total / 100:
        print('more than one path in a hundred is missing')
        wrong += 1
    return 1 if wrong or total == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
