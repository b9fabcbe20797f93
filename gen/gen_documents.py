#!/usr/bin/env python3
"""The reference of the documents: one page of HTML, made from the rows.

usage: gen_documents.py VIREO-CONVERT OUTPUT
"""
import subprocess
import sys
from html import escape

from gen_reference import page

INTRO = ('<p>Every element and attribute of every document. <i>Since</i> is the version of libvirt that had it first, '
         'where that is known; <i>default</i> what its absence means; '
         '<i>drivers</i> are those whose guests have it, nothing there: all. <a href="../api/index.html">The API</a></p>')
HEAD = '<tr><th>path</th><th>what</th><th>default</th><th>since</th><th>drivers</th><th>notes</th></tr>'


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def main():
    convert, output = sys.argv[1:]
    kinds = run(convert, '--list').splitlines()[0].split()[1:]
    body = [INTRO, '<ul>'] + [f'<li><a href="#{kind}">{escape(kind)}</a></li>' for kind in kinds] + ['</ul>']
    for kind in kinds:
        rows = run(convert, '--schema', 'reference', '--kind', kind)
        body += [f'<h2 id="{kind}">{escape(kind)}</h2>', '<table>', HEAD, rows.rstrip(), '</table>']
    with open(output, 'w', encoding='utf-8') as file:
        file.write('\n'.join(page('Documents', body)) + '\n')


if __name__ == '__main__':
    main()
