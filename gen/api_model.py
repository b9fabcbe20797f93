"""The whole description: every file below api/ read and put together."""
import os

from api_calls import Call, Event, Layout, Program
from api_parse import ApiError, read_blocks
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
        self.headers, self.programs, self.layouts, self.symbols = {}, {}, {}, {}
        self.calls, self.events = [], []
        self.by_inner = {}

    def header(self, name):
        if name not in self.headers:
            self.headers[name] = Header(name)
        return self.headers[name]

    def operations(self, family):
        """What the drivers of a family answer."""
        return [c for c in self.calls if c.family == family]

    def constant(self, name):
        """The value of an enum constant."""
        for header in self.headers.values():
            for enum in header.enums:
                for value in enum.values:
                    if value.name == name:
                        return value.value
        raise KeyError(name)

    def struct(self, name):
        for header in self.headers.values():
            for struct in header.structs:
                if struct.name == name:
                    return struct
        return None

    def callback(self, name):
        for header in self.headers.values():
            for callback in header.callbacks:
                if callback.name == name:
                    return callback
        return None


class State:
    """What the first lines of a file say about everything in it."""

    def __init__(self, model):
        self.model, self.header, self.library, self.errors = model, None, None, 'VIR_FROM_NONE'


def load(paths):
    """Read all files. The order of files is the order of declarations."""
    model = Model()
    for path in paths:
        state = State(model)
        for block in read_blocks(path):
            load_block(state, block)
    check(model)
    return model


def load_block(state, block):
    word = block.words[0]
    try:
        if word in TYPE_BLOCKS:
            kind, make = TYPE_BLOCKS[word]
            getattr(state.header, kind).append(make(block))
        elif word in BLOCKS:
            BLOCKS[word](state, block)
        else:
            block.fail(f'unknown block "{word}"')
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        block.fail(f'cannot understand this {word}: {error}')


def add_header(state, block):
    state.header = state.model.header(block.words[1])
    for line in block.lines:
        word, _, rest = line.text.partition(' ')
        if word == 'include':
            state.header.includes += rest.split()
        elif word == 'title':
            state.header.title = rest
        elif word in ('library', 'errors'):
            setattr(state, word, rest)
        else:
            line.fail(f'unknown word "{word}"')


def add_call(state, block):
    call = Call(state, block)
    state.model.calls.append(call)
    if call.public:
        state.header.calls.append(call)
    if call.inner:
        if call.inner in state.model.by_inner:
            block.fail(f'the name "{call.inner}" is taken')
        state.model.by_inner[call.inner] = call


def add_symbols(state, block):
    state.model.symbols[block.words[1]] = [line.text for line in block.lines]


def add_named(kind, make):
    def add(state, block):
        item = make(block)
        getattr(state.model, kind)[item.name] = item
    return add


BLOCKS = {
    'header': add_header, 'call': add_call, 'operation': add_call, 'procedure': add_call, 'symbols': add_symbols,
    'event': lambda state, block: state.model.events.append(Event(state, block)),
    'layout': add_named('layouts', Layout), 'program': add_named('programs', Program),
}


def check(model):
    """What only the whole can show."""
    numbers = set()
    for call in model.calls:
        check_call(model, call)
        if call.wire:
            take_number(call.block, numbers, call.wire.program, call.wire.number)
    for event in model.events:
        take_number(event.block, numbers, event.wire.program, event.wire.number)
        if event.wire.legacy:
            take_number(event.block, numbers, event.wire.program, event.wire.legacy)


def take_number(block, numbers, program, number):
    if (program, number) in numbers:
        block.fail(f'procedure {number} of program {program} is described twice')
    numbers.add((program, number))


def check_call(model, call):
    fail = call.block.fail
    if call.public and call.symbol not in model.symbols[call.library]:
        fail(f'{call.library} has no version node {call.symbol}')
    if call.wire and not (call.acl or call.acl_none or call.acl_admin):
        fail('no permission is named: "acl OBJECT:PERMISSION", or "acl none" with a reason')
    if call.via and call.via[0] not in model.by_inner:
        fail(f'goes via "{call.via[0]}", which nobody describes')
    if call.public and not (call.accessor or call.by_hand or call.via or call.family):
        fail('who answers? "operation FAMILY", "via ...", an accessor or "by hand"')
    if call.wire and call.wire.program not in model.programs:
        fail(f'unknown program "{call.wire.program}"')
    for field in call.request + call.reply:
        if field.name not in ('return', 'none') and not field.name.isdigit() and call.param(field.name) is None:
            field.line.fail(f'there is no parameter "{field.name}"')
        if field.layout and field.layout not in model.layouts:
            field.line.fail(f'unknown layout "{field.layout}"')


def api_files(folder):
    """All descriptions below @folder, in the order of its list file."""
    with open(os.path.join(folder, 'FILES'), encoding='utf-8') as file:
        names = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    missing = [n for n in sorted(os.listdir(folder)) if n.endswith('.api') and n not in names]
    if missing:
        raise ApiError(f'{folder}/FILES does not name {", ".join(missing)}')
    return [os.path.join(folder, name) for name in names]
