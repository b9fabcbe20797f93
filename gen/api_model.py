"""The whole description: every file below api/ read and put together."""
import os

from api_parse import ApiError, option, parse_prototype, read_blocks
from api_types import Callback, Enum, Macro, Struct, Typedef, Variable

TYPE_BLOCKS = {
    'enum': ('enums', Enum), 'macro': ('macros', Macro), 'struct': ('structs', Struct),
    'typedef': ('typedefs', Typedef), 'callback': ('callbacks', Callback), 'variable': ('variables', Variable),
}


class Header:
    """One public header: what the files that name it declare, in their order."""

    def __init__(self, name):
        self.name = name
        self.title = ''
        self.includes = []
        self.enums, self.macros, self.structs = [], [], []
        self.typedefs, self.callbacks, self.variables, self.calls = [], [], [], []


class Model:
    def __init__(self):
        self.headers = {}
        self.calls = []
        self.order = []

    def header(self, name):
        if name not in self.headers:
            self.headers[name] = Header(name)
        return self.headers[name]


class File:
    """What the first lines of a file say about everything in it: header, library."""

    def __init__(self, model):
        self.model, self.header, self.library = model, None, None


def load(paths):
    """Read all files. The order of files is the order of declarations."""
    model = Model()
    for path in paths:
        load_file(model, path)
    return model


def load_file(model, path):
    state = File(model)
    for block in read_blocks(path):
        word = block.words[0]
        if word == 'header':
            state.header = model.header(block.words[1])
            for line in block.lines:
                read_header_line(state, line)
        elif word in TYPE_BLOCKS:
            add_type(state, block, word)
        elif word in BLOCKS:
            BLOCKS[word](state, block)
        else:
            block.fail(f'unknown block "{word}"')


def read_header_line(state, line):
    word, _, rest = line.text.partition(' ')
    if word == 'include':
        state.header.includes += rest.split()
    elif word == 'library':
        state.library = rest
    elif word == 'title':
        state.header.title = rest
    else:
        line.fail(f'unknown word "{word}"')


def add_type(state, block, word):
    kind, make = TYPE_BLOCKS[word]
    if not state.header:
        block.fail('no header was named before')
    try:
        getattr(state.header, kind).append(make(block))
    except ValueError as error:
        block.fail(f'cannot understand this {word}: {error}')


class Call:
    """One public function."""

    def __init__(self, state, block):
        words = block.words[1:]
        self.library, self.header = state.library, state.header
        self.since = option(block, words, 'since')
        self.name, self.symbol = words
        self.ret, self.params = parse_prototype(block.lines[0])
        self.doc = ''


def add_call(state, block):
    try:
        call = Call(state, block)
    except ValueError as error:
        block.fail(f'cannot understand this call: {error}')
    state.header.calls.append(call)
    state.model.calls.append(call)


BLOCKS = {'call': add_call}


def api_files(folder):
    """All descriptions below @folder, in the order of its list file."""
    with open(os.path.join(folder, 'FILES'), encoding='utf-8') as file:
        names = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    missing = [n for n in sorted(os.listdir(folder)) if n.endswith('.api') and n not in names]
    if missing:
        raise ApiError(f'{folder}/FILES does not name {", ".join(missing)}')
    return [os.path.join(folder, name) for name in names]
