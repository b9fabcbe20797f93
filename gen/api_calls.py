"""Calls, operations, procedures, events: what a description says about them, as objects.

call        a public function
operation   something drivers answer and the wire carries, without a public function of its own
procedure   something that only stands on the wire: the daemon (or another program) answers it
event       what a daemon tells by itself
"""
import re

from api_parse import flag, option, parse_prototype

OBJECTS = {
    'virConnectPtr': 'CONNECT', 'virDomainPtr': 'DOMAIN', 'virDomainSnapshotPtr': 'DOMAIN_SNAPSHOT',
    'virDomainCheckpointPtr': 'DOMAIN_CHECKPOINT', 'virNetworkPtr': 'NETWORK', 'virNetworkPortPtr': 'NETWORK_PORT',
    'virInterfacePtr': 'INTERFACE', 'virStoragePoolPtr': 'STORAGE_POOL', 'virStorageVolPtr': 'STORAGE_VOL',
    'virNodeDevicePtr': 'NODE_DEVICE', 'virNWFilterPtr': 'NWFILTER', 'virNWFilterBindingPtr': 'NWFILTER_BINDING',
    'virSecretPtr': 'SECRET', 'virStreamPtr': 'STREAM', 'virAdmConnectPtr': 'ADM_CONNECT',
    'virAdmServerPtr': 'ADM_SERVER', 'virAdmClientPtr': 'ADM_CLIENT',
}

# How the connection of an object is reached.
CONNECTION = {
    'virConnectPtr': '{}', 'virDomainSnapshotPtr': '{}->domain->conn', 'virDomainCheckpointPtr': '{}->domain->conn',
    'virNetworkPortPtr': '{}->net->conn', 'virAdmConnectPtr': '{}', 'virAdmClientPtr': '{}->server->conn',
}

FAMILIES = {
    'hypervisor': 'HypervisorCalls', 'network': 'NetworkCalls', 'interface': 'InterfaceCalls',
    'storage': 'StorageCalls', 'node_device': 'NodeDeviceCalls', 'nwfilter': 'NwfilterCalls',
    'secret': 'SecretCalls', 'admin': 'AdminCalls',
}

READING = re.compile(r'getattr|read|search_\w+')


class Field:
    """What stands at one place of a message: a word, the parameter it belongs to, and details."""

    def __init__(self, line, words):
        self.line = line
        self.early = flag(words, 'early')
        self.word = words.pop(0)
        self.nullable = self.word.endswith('?')
        self.word = self.word.rstrip('?')
        self.name = words.pop(0)
        block = line.block
        self.max = int(option(block, words, 'max', 0))
        self.count = option(block, words, 'count')
        self.room = option(block, words, 'in')
        self.layout = option(block, words, 'layout')
        self.rows = option(block, words, 'rows')
        self.columns = option(block, words, 'columns')
        self.size = None
        if self.word == 'fixedchars':
            self.size = int(words.pop(0))
        if words:
            line.fail(f'do not understand "{" ".join(words)}"')


class Wire:
    """`wire remote 34 high early`"""

    def __init__(self, line, words):
        self.program, self.number = words[0], int(words[1])
        rest = words[2:]
        self.high, self.early, self.plain = flag(rest, 'high'), flag(rest, 'early'), flag(rest, 'plain')
        self.legacy = option(line.block, rest, 'legacy')
        self.legacy = int(self.legacy) if self.legacy else None
        if rest:
            line.fail(f'do not understand "{" ".join(rest)}"')


class Permission:
    """`acl domain:save unless A|B`: a permission, and the condition under which it is needed."""

    def __init__(self, line, words):
        self.object, _, self.permission = words[0].partition(':')
        rest = words[1:]
        self.if_flags = option(line.block, rest, 'if')
        self.unless_flags = option(line.block, rest, 'unless')
        self.when = None
        if rest and rest[0] == 'when':
            self.when, rest = (rest[1], rest[2]), rest[3:]
        if rest:
            line.fail(f'do not understand "{" ".join(rest)}"')

    def reads(self):
        return bool(READING.fullmatch(self.permission))

    def condition(self, flags):
        """The C condition under which it is needed, '' for always. @flags is the expression of the flags."""
        if self.if_flags:
            return f'{flags} & ({self.if_flags.replace("|", " | ")})'
        if self.unless_flags:
            return f'!({flags} & ({self.unless_flags.replace("|", " | ")}))'
        return ''


class Call:
    """A public function, an operation or a procedure."""

    def __init__(self, state, block):
        words = block.words[1:]
        self.block = block
        self.kind = block.words[0]
        self.library, self.header, self.errors = state.library, state.header, state.errors
        self.since = option(block, words, 'since')
        self.public = self.kind == 'call'
        self.symbol = words.pop(1) if self.public else None
        (self.name,) = words
        self.inner = None if self.public else self.name
        self.doc = ''
        self.family = self.via = self.wire = self.accessor = self.stream = self.sized = self.adds = self.otherwise = None
        self.sparse = self.adds_feature = None
        self.by_hand = self.client_by_hand = self.served_by_daemon = self.reads_snapshot = False
        self.acl_none = self.acl_admin = False
        self.request, self.reply, self.acl, self.filters, self.checks = [], [], [], [], []
        self.optional = set()
        self.ret = None
        for line in block.lines:
            self.read(line)
        if self.ret is None:
            block.fail('no prototype')

    def read(self, line):
        words = line.text.split()
        word = words[0]
        if word in WORDS:
            WORDS[word](self, line, words[1:])
        elif self.ret is None:
            self.ret, self.params = parse_prototype(line)
        else:
            line.fail(f'unknown word "{word}"')

    def param(self, name):
        """The index of a parameter, or None."""
        for index, param in enumerate(self.params):
            if param.name == name:
                return index
        return None

    def object(self):
        """The first parameter when it is a handle, else None."""
        return self.params[0] if self.params and self.params[0].type in OBJECTS else None

    def connection(self):
        """The C expression of the connection that the call is about."""
        first = self.params[0]
        return CONNECTION.get(first.type, '{}->conn').format(first.name)


def read_doc(call, line, words):
    call.doc = (call.doc + ' ' + ' '.join(words)).strip()


def read_by(call, line, words):
    call.by_hand = True


def read_client(call, line, words):
    call.client_by_hand = True


def read_served(call, line, words):
    call.served_by_daemon = True


def read_reads(call, line, words):
    call.reads_snapshot = True


def read_operation(call, line, words):
    if words[0] not in FAMILIES:
        line.fail(f'unknown family "{words[0]}"')
    call.family = words[0]


def read_via(call, line, words):
    call.via = words


def read_name(call, line, words):
    (call.inner,) = words


def read_wire(call, line, words):
    call.wire = Wire(line, words)


def read_stream(call, line, words):
    call.stream = words[0]
    call.sparse = option(line.block, words, 'sparse')


def read_acl(call, line, words):
    if words[0] == 'none':
        call.acl_none = True
    elif words[0] == 'admin':
        call.acl_admin = True
    else:
        call.acl.append(Permission(line, words))


def read_adds(call, line, words):
    call.adds_feature = option(line.block, words, 'feature')
    (call.adds,) = words


def accessor(word):
    def read(call, line, words):
        call.accessor = [word] + words
    return read


WORDS = {
    'doc': read_doc, 'by': read_by, 'client': read_client, 'served': read_served, 'reads': read_reads,
    'operation': read_operation, 'via': read_via, 'name': read_name, 'wire': read_wire, 'stream': read_stream,
    'acl': read_acl,
    'filter': lambda call, line, words: call.filters.append(Permission(line, words)),
    'check': lambda call, line, words: call.checks.append(words),
    'optional': lambda call, line, words: call.optional.update(words),
    'sized': lambda call, line, words: setattr(call, 'sized', words),
    'adds': read_adds,
    'otherwise': lambda call, line, words: setattr(call, 'otherwise', words),
    '>': lambda call, line, words: call.request.append(Field(line, words)),
    '<': lambda call, line, words: call.reply.append(Field(line, words)),
    'ref': accessor('ref'), 'free': accessor('free'), 'member': accessor('member'), 'copy': accessor('copy'),
    'text': accessor('text'), 'parent': accessor('parent'),
}


class Event:
    """`event domain_lifecycle domain VIR_DOMAIN_EVENT_ID_LIFECYCLE`"""

    def __init__(self, state, block):
        self.block = block
        self.name, self.object, self.event_id = block.words[1:4]
        self.doc, self.fields, self.wire, self.callback = '', [], None, None
        for line in block.lines:
            words = line.text.split()
            if words[0] == 'doc':
                self.doc = ' '.join(words[1:])
            elif words[0] == 'callback':
                self.callback = words[1]
            elif words[0] == 'wire':
                self.wire = Wire(line, words[1:])
            elif words[0] == '>':
                self.fields.append(Field(line, words[1:]))
            else:
                line.fail(f'unknown word "{words[0]}"')


class Layout:
    """How a C structure stands on the wire."""

    def __init__(self, block):
        self.block, self.name = block, block.words[1]
        self.fields = [Field(line, line.text.split()) for line in block.lines]


class Program:
    def __init__(self, block):
        words = block.words[1:]
        self.version = int(option(block, words, 'version'))
        self.strings = int(option(block, words, 'strings', 4194304))
        self.name, self.number = words[0], int(words[1], 0)
