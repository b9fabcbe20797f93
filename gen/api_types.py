"""The types of the public headers: constants, enums, structs, callbacks. What a description says, as objects."""
from api_parse import flag, option, parse_param, parse_prototype


class Enum:
    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        (self.name,) = words
        self.values = [EnumValue(line, self.since) for line in block.lines]


class EnumValue:
    def __init__(self, line, since):
        words = line.text.split()
        self.sentinel = flag(words, 'sentinel')
        self.since = option(line.block, words, 'since', since)
        if len(words) != 2:
            line.fail('expected NAME VALUE')
        self.name, self.value = words[0], int(words[1], 0)


class Macro:
    """A constant (number or text), another name for something, or a function-like macro with its body."""

    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        self.alias = option(block, words, '=')
        self.doc = ' '.join(line.text for line in block.lines if line.text.startswith('doc '))[4:]
        body = [line.text for line in block.lines if not line.text.startswith('doc ')]
        self.body = ' '.join(body)
        text = ' '.join(words[:1] if not self.body else words)
        self.params = text[text.index('('):] if '(' in text else None
        self.name = text.split('(')[0]
        self.value = words[1] if len(words) > 1 and not self.params else None


class Struct:
    """`struct virNodeInfo _virNodeInfo`: with fields, or opaque without any."""

    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        self.pointer = option(block, words, 'pointer')
        self.name, self.tag = words
        self.pointer = self.pointer or self.name + 'Ptr'
        self.fields = [field(line) for line in block.lines]


class Field:
    """A member; a union member has members of its own."""

    def __init__(self, param, members, deprecated):
        self.param, self.members, self.deprecated = param, members, deprecated


def field(line):
    text = line.text
    deprecated = text.endswith(' deprecated')
    text = text.removesuffix(' deprecated')
    if text.startswith('union '):
        name, inner = text[len('union '):].split('(', 1)
        members = [parse_param(p) for p in inner.rstrip(')').split(',')]
        return Field(parse_param('union ' + name.strip()), members, deprecated)
    try:
        return Field(parse_param(text), None, deprecated)
    except ValueError as error:
        line.fail(str(error))


class Typedef:
    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        self.name, self.type = words[0], ' '.join(words[1:])


class Callback:
    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        (self.name,) = words
        self.ret, self.params = parse_prototype(block.lines[0])


class Variable:
    """`variable virConnectAuthPtrDefault virConnectAuthPtr LIBVIRT_0.4.0`"""

    def __init__(self, block):
        words = block.words[1:]
        self.since = option(block, words, 'since')
        self.name, self.type, self.symbol = words
