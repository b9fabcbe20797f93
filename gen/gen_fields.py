"""Fields of messages as initializers of C: see src/rpc/call_fields.h."""
from api_calls import OBJECTS

C_TYPES = {
    'int': 'C_INT', 'unsigned int': 'C_UINT', 'long': 'C_LONG', 'unsigned long': 'C_ULONG', 'long long': 'C_LLONG',
    'unsigned long long': 'C_ULLONG', 'size_t': 'C_SIZE', 'char': 'C_CHAR', 'unsigned char': 'C_UCHAR',
    'unsigned short': 'C_USHORT', 'double': 'C_DOUBLE',
}

NUMBERS = {'int', 'uint', 'hyper', 'uhyper', 'double', 'char', 'uchar', 'ushort'}
LISTS = {'strings', 'ints', 'uints', 'uhypers', 'params', 'objects', 'array', 'records', 'bytes', 'chars'}

MIN_WIRE = {'hyper': 8, 'uhyper': 8, 'double': 8, 'uuid': 16, 'fixedchars': 128}


def c_type(type_):
    return C_TYPES.get(type_, 'C_POINTER')


def pointee(type_):
    """`int *` points to an int."""
    return type_[:-1].strip() if type_.endswith('*') else None


class Places:
    """Where the parameters of a call, the members of a structure or the arguments of an event are."""

    def argument(self, name):
        """A number or pointer that is kept at the place itself."""
        raise NotImplementedError


class CallPlaces(Places):
    def __init__(self, call):
        self.call = call

    def type(self, name):
        return self.call.ret if name == 'return' else self.call.params[self.call.param(name)].type

    def value(self, name, allocated):
        """@allocated: an array or string that is stored through a pointer to it."""
        type_ = self.type(name)
        if name == 'return':
            return f'{{ PLACE_RETURN, {c_type(type_)}, 0 }}'
        index = self.call.param(name)
        if allocated:
            return f'{{ PLACE_TARGET, C_POINTER, {index} }}'
        return f'{{ PLACE_ARG, {c_type(type_)}, {index} }}'

    def number(self, name):
        type_ = self.type(name)
        if name != 'return' and pointee(type_) in C_TYPES:
            return f'{{ PLACE_TARGET, {c_type(pointee(type_))}, {self.call.param(name)} }}'
        return self.value(name, False)


class MemberPlaces(Places):
    def __init__(self, model, layout):
        self.struct = model.struct(layout.name)
        self.layout = layout

    def type(self, name):
        for field in self.struct.fields:
            if field.param.name == name:
                return field.param.type
        self.layout.block.fail(f'{self.struct.name} has no member "{name}"')
        return None

    def value(self, name, allocated):
        return f'{{ PLACE_MEMBER, {c_type(self.type(name))}, offsetof({self.struct.name}, {name}) }}'

    def number(self, name):
        return self.value(name, False)

    def size(self, name):
        return f'sizeof((({self.struct.name} *) 0)->{name})'


class EventPlaces(Places):
    def __init__(self, params):
        self.params = params

    def type(self, name):
        return self.params[self.index(name)].type

    def index(self, name):
        return [p.name for p in self.params].index(name)

    def value(self, name, allocated):
        return f'{{ PLACE_ARG, {c_type(self.type(name))}, {self.index(name)} }}'

    def number(self, name):
        return self.value(name, False)


def kind_of(type_):
    """The ObjectKind of a handle, or of the handles in a list."""
    return f'OBJECT_{OBJECTS[type_.rstrip("* ")]} & 0xffff'


def emit_fields(name, fields, places, side, strings, out):
    """An array of Field. @side: "request", "reply", "member" or "event"."""
    if not fields:
        return
    out.append(f'static const Field {name}[] = {{')
    for field in fields:
        out.append('        { ' + ', '.join(members(field, fields, places, side, strings)) + ' },')
    out.append('};\n')


def members(field, fields, places, side, strings):
    yield f'.word = FIELD_{field.word.upper()}'
    flags = list(flag_names(field, fields, places, side))
    if flags:
        yield f'.flags = {" | ".join(flags)}'
    value = value_place(field, places, side)
    if value:
        yield f'.value = {value}'
    if field.count:
        yield f'.count = {places.number(field.count)}'
    yield from room(field, fields, places)
    yield from limit(field, places, strings)
    if field.layout:
        yield f'.layout = &layout_{field.layout}'
    if field.word in ('object', 'objects'):
        yield f'.object = {kind_of(places.type(field.name))}'


def flag_names(field, fields, places, side):
    if field.nullable:
        yield 'FIELD_NULLABLE'
    if field.room:
        yield 'FIELD_FILL'
    if field.early:
        yield 'FIELD_EARLY'
    if side == 'event' and field.word == 'struct':
        yield 'FIELD_FRESH'
    if field.word == 'string' and side == 'reply' and places.type(field.name) == 'const char *':
        yield 'FIELD_INTERN'
    earlier = fields[:fields.index(field)]
    if side == 'request' and field.count and any(f.count == field.count for f in earlier):
        yield 'FIELD_SAME'


def value_place(field, places, side):
    if field.word == 'constant':
        return None
    if field.word in NUMBERS | {'total', 'supported', 'length', 'cpus', 'columns'}:
        return places.number(field.name)
    allocated = side == 'reply' and not field.room and field.word in LISTS | {'string', 'cpumap'}
    return places.value(field.name, allocated)


def list_field(fields, word):
    """The field that a number speaks about."""
    for field in fields:
        if word == 'total' and field.word in LISTS and field.count == 'return':
            return field
        if word == 'supported' and field.room:
            return field
        if (word, field.word) in (('cpus', 'cpumap'), ('columns', 'grid')):
            return field
    return None


def room(field, fields, places):
    """The factors of the room of an array, and for numbers about a list which parameter holds it."""
    if field.word in ('total', 'supported', 'cpus', 'columns'):
        listed = list_field(fields, field.word)
        if not listed:
            field.line.fail(f'"{field.word}" speaks about no list')
        yield f'.of = {places.call.param(listed.name)}'
        yield from factors(listed, places)
    else:
        yield from factors(field, places)


def factors(field, places):
    names = field.room.split('*') if field.room else []
    if field.word == 'grid':
        names = [field.rows, field.columns]
    if names:
        yield f'.n_room = {len(names)}'
        yield f'.room = {{ {", ".join(places.number(n) for n in names)} }}'


def limit(field, places, strings):
    if field.word in ('text', 'charbuf'):
        yield f'.max = {places.size(field.name)}'
    elif field.word == 'fixedchars':
        yield f'.max = {field.size}'
    elif field.word == 'constant':
        yield f'.max = {field.name}'
    elif field.word == 'string':
        yield f'.max = {field.max or strings}'
    elif field.word in LISTS | {'grid', 'cpumap'}:
        if not field.max:
            field.line.fail(f'"{field.name}" has no limit')
        yield f'.max = {field.max}'


def emit_layouts(model, out):
    """All layouts, those inside others first."""
    done = []

    def visit(layout):
        for field in layout.fields:
            if field.layout and model.layouts[field.layout] not in done:
                visit(model.layouts[field.layout])
        if layout not in done:
            done.append(layout)
            emit_layout(model, layout, out)

    for layout in model.layouts.values():
        visit(layout)


def emit_layout(model, layout, out):
    emit_fields(f'members_{layout.name}', layout.fields, MemberPlaces(model, layout), 'member', 4194304, out)
    least = sum(least_wire(model, layout, field) for field in layout.fields)
    out.append(f'static const Layout layout_{layout.name} = {{ sizeof({layout.name}), {least}, {len(layout.fields)}, '
               f'members_{layout.name} }};\n')


def least_wire(model, layout, field):
    """Bytes that a member takes in a message at least; a domain is a name, a uuid and an id."""
    if field.word == 'object':
        return 24
    return MIN_WIRE.get(field.word, 4)
