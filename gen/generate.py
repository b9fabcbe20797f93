#!/usr/bin/env python3
"""Make one kind of output from the descriptions: generate.py KIND --api DIR --output-dir DIR."""
import argparse
import os
import sys

from api_model import api_files, load
from api_parse import ApiError
from gen_calls import write_admin, write_calls, write_events
from gen_headers import write_header


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


KINDS = {'headers': headers, 'contract': contract}


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
