#!/usr/bin/env python3
"""Make one kind of output from the descriptions: generate.py KIND --api DIR --output-dir DIR."""
import argparse
import os
import sys

from api_model import api_files, load
from api_parse import ApiError
from gen_calls import write_admin, write_calls, write_events
from gen_client import write_admin_client, write_admin_client_header, write_client, write_client_header
from gen_codec import check_objects, write_procedures, write_tables
from gen_entries import groups, stem, write_entries, write_map, write_public
from gen_events import write_event_makers
from gen_headers import write_header
from gen_reference import write_reference


def headers(model):
    """The public headers, for <libvirt/...>."""
    for header in model.headers.values():
        out = []
        write_header(header, out)
        yield header.name, out


def contract(model):
    """What the generator adds to include/vireo."""
    for name, writer in (('calls.h', write_calls), ('admin_calls.h', write_admin), ('events.h', write_events)):
        out = []
        writer(model, out)
        yield name, out


def entries(model):
    """The inner entry points, one file for each public header."""
    for header, calls in groups(model).items():
        out = []
        write_entries(calls, out)
        yield f'entry-{stem(header)}.c', out
    out = []
    write_event_makers(model, out)
    yield 'event-makers.c', out


def public(model):
    """The public entry points and the version scripts of the libraries."""
    for header in model.headers.values():
        calls = [c for c in header.calls if c.public and not c.by_hand]
        if calls:
            out = []
            write_public(calls, out)
            yield f'public-{stem(header.name)}.c', out
    for library in model.symbols:
        out = []
        write_map(model, library, out)
        yield f'{library}.map', out


def one(name, writer):
    """A kind of output that is a single file."""
    def generate(model):
        check_objects(model)
        out = []
        writer(model, out)
        yield name, out
    return generate


def several(*writers):
    def generate(model):
        for name, writer in writers:
            yield from one(name, writer)(model)
    return generate


KINDS = {
    'headers': headers, 'reference': write_reference, 'contract': contract, 'entries': entries, 'public': public,
    'procedures': one('procedures.h', write_procedures), 'tables': one('call-tables.c', write_tables),
    'client': several(('stubs.h', write_client_header), ('stubs.c', write_client)),
    'admin-client': several(('stubs.h', write_admin_client_header), ('stubs.c', write_admin_client)),
}


def write(path, lines):
    """Nothing is touched when it is the same already, so that nobody builds again."""
    text = '\n'.join(lines).rstrip('\n') + '\n'
    try:
        with open(path, encoding='utf-8') as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('kind', choices=sorted(KINDS))
    parser.add_argument('--api', required=True)
    parser.add_argument('--output-dir', required=True)
    options = parser.parse_args()
    try:
        model = load(api_files(options.api))
        outputs = list(KINDS[options.kind](model))
    except ApiError as error:
        sys.exit(f'error: {error}')
    os.makedirs(options.output_dir, exist_ok=True)
    for name, lines in outputs:
        write(os.path.join(options.output_dir, name), lines)


if __name__ == '__main__':
    main()
