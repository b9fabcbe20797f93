"""Read the descriptions below api/ into plain objects.

A description is a block: a line at the left margin names it, indented lines say more. `#` starts a comment line.
The words are explained in api/README.md; a word that is not known there is an error here.
"""
import re


class ApiError(Exception):
    """A description that cannot be understood; the text names file and line."""


class Block:
    """One block: the words of its first line and its indented lines, continuation lines already joined."""

    def __init__(self, path, number, text):
        self.path, self.number = path, number
        self.words = split_words(text)
        self.lines = []

    def fail(self, message, number=None):
        raise ApiError(f'{self.path}:{number or self.number}: {message}')


class Line:
    """One indented line of a block."""

    def __init__(self, block, number, text):
        self.block, self.number, self.text = block, number, text

    def fail(self, message):
        self.block.fail(message, self.number)


class Param:
    """A parameter, field or member: a C type and a name."""

    def __init__(self, type_, name, array=None):
        self.type, self.name, self.array = type_, name, array

    def declaration(self):
        text = self.type if self.type.endswith('*') else self.type + ' '
        return text + self.name + (f'[{self.array}]' if self.array else '')


def split_words(text):
    """Words separated by blanks; "a text" is one word and keeps its quotes."""
    return re.findall(r'"[^"]*"|\S+', text)


def parse_param(text):
    """`const char *name` or `char model[32]`."""
    match = re.fullmatch(r'(.*?)(\w+)(?:\[(\w+)\])?', text.strip())
    if not match or not match.group(1).strip():
        raise ValueError(f'"{text}" is not a declaration')
    return Param(match.group(1).strip(), match.group(2), match.group(3))


def parse_prototype(line):
    """`int (virDomainPtr domain, unsigned int flags)` gives the return type and the parameters."""
    match = re.fullmatch(r'(.+?)\s*\((.*)\)', line.text, re.S)
    if not match:
        line.fail('a prototype was expected: TYPE (TYPE NAME, ...)')
    inner = match.group(2).strip()
    try:
        params = [] if inner == 'void' else [parse_param(p) for p in inner.split(',')]
    except ValueError as error:
        line.fail(str(error))
    return match.group(1).strip(), params


def read_blocks(path):
    """The blocks of one file. A line with an open parenthesis goes on in the next one."""
    blocks, pending = [], None
    with open(path, encoding='utf-8') as file:
        for number, raw in enumerate(file, 1):
            text = raw.rstrip()
            if not text or text.startswith('#'):
                continue
            if not text[0].isspace():
                blocks.append(Block(path, number, text))
                pending = None
            elif not blocks:
                raise ApiError(f'{path}:{number}: an indented line without a block')
            elif pending:
                pending.text += ' ' + text.strip()
            else:
                pending = Line(blocks[-1], number, text.strip())
                blocks[-1].lines.append(pending)
            if pending and pending.text.count('(') <= pending.text.count(')'):
                pending = None
    return blocks


def option(block, words, name, default=None):
    """The word after @name in @words, both removed."""
    if name not in words:
        return default
    at = words.index(name)
    if at + 1 >= len(words):
        block.fail(f'"{name}" needs a word after it')
    value = words[at + 1]
    del words[at:at + 2]
    return value


def flag(words, name):
    """Whether the word stands in @words; removed."""
    if name not in words:
        return False
    words.remove(name)
    return True
