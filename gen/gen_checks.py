"""The checks of an inner entry point, as lines of C: handles, permission to change, arguments, flags."""
from api_calls import OBJECTS

REQUEST_ARRAYS = {'strings', 'params', 'bytes', 'uints', 'uhypers', 'chars', 'fds', 'objects'}


class Checks:
    """Collects lines; `fail` is what the function returns after it filled the error."""

    def __init__(self, call, fail):
        self.call, self.fail = call, fail
        self.function = call.name if call.public else call.inner
        self.lines = []
        self.condition = ''

    def when(self, condition, action):
        """`if (condition) { action; return FAIL; }`, short where the action's own result says it."""
        self.lines += [f'        if ({condition}) {{', f'                {action};', f'                return {self.fail};',
                       '        }']

    def handle(self, name, kind):
        self.lines += [f'        if (!object_check_in({name}, OBJECT_{kind}, "{self.function}", ERROR_DOMAIN, err))',
                       f'                return {self.fail};']

    def null(self, name, condition=''):
        self.when(f'{self.condition}{condition}!{name}', f'entry_argument_null(err, "{self.function}", "{self.told(name)}")')

    def told(self, name):
        """What messages call a parameter."""
        return f'{name}str' if self.call.via and f'parsed:{name}' in self.call.via else name.lstrip('*')


def flags_name(call):
    return 'flags' if call.param('flags') is not None else None


def check_lines(call, fail):
    """Everything to check before the table is asked."""
    checks = Checks(call, fail)
    first = call.object()
    if first:
        checks.handle(first.name, OBJECTS[first.type])
    writable(call, checks)
    for param in call.params[1 if first else 0:]:
        check_param(call, checks, param)
    for words in call.checks:
        rule, words = RULES[words[0]], words[1:]
        checks.condition = ''
        if 'when' in words:
            at = words.index('when')
            checks.condition = ' == '.join(words[at + 1:]) + ' && '
            words = words[:at]
        rule(call, checks, words)
    return checks.lines


def writable(call, checks):
    """A read-only connection may read; what counts as reading follows from the permissions."""
    needed = [p for p in call.acl if not p.reads()]
    if not needed or not call.object() or call.acl_admin:
        return
    conditions = []
    for permission in needed:
        if permission.when:
            conditions.append(f'{permission.when[0]} == {permission.when[1]}')
        else:
            conditions.append(permission.condition('flags'))
    test = f'entry_writable({call.connection()}, "{checks.function}", err) < 0'
    if '' in conditions:
        checks.lines += [f'        if ({test})', f'                return {checks.fail};']
        return
    parts = ' || '.join(f'({c})' for c in conditions)
    checks.lines += [f'        if (({parts}) && {test})', f'                return {checks.fail};']


def field_of(call, fields, name):
    for field in fields:
        if field.name == name:
            return field
    return None


def check_param(call, checks, param):
    name = param.name
    request, reply = field_of(call, call.request, name), field_of(call, call.reply, name)
    if param.type in OBJECTS:
        if request and request.nullable:
            return
        checks.handle(name, OBJECTS[param.type])
        if param.type == 'virStreamPtr':
            checks.when(f'{name}->conn != {call.connection()}',
                        f'entry_argument(err, "{checks.function}", "{name}", "{name} in %s must match connection of '
                        f'%s", "{checks.function}", "{call.params[0].name}")')
        return
    if not (param.type.endswith('*') or param.type.endswith('Ptr') or param.type.endswith('*const')):
        return
    if name in call.optional or (request and (request.nullable or request.word == 'wanted')):
        return
    array = request if request and request.word in REQUEST_ARRAYS else None
    if array and ['positive', array.count] in call.checks:
        checks.null(name) # asked before the count, as libvirt does
    elif array:
        checks.null(name, f'{array.count} && ')
    elif reply and reply.room:
        checks.null(name, room_condition(call, reply))
    elif reply and reply.word == 'grid':
        checks.null(name, f'{reply.rows} && {reply.columns} && ')
    else:
        checks.null(name)


def room_condition(call, field):
    """Caller's arrays may be NULL when they have room for nothing."""
    parts = []
    for part in field.room.split('*'):
        pointer = call.params[call.param(part)].type.endswith('*')
        parts.append(f'{part} && *{part}' if pointer else part)
    return ' && '.join(parts) + ' && '


def rule_positive(call, checks, words):
    checks.when(f'{words[0]} <= 0', f'entry_argument_not_positive(err, "{checks.function}", "{words[0]}")')


def rule_nonnegative(call, checks, words):
    name = words[0]
    guard = f'{name[1:]} && ' if name.startswith('*') else ''
    checks.when(f'{guard}{name} < 0', f'entry_argument_negative(err, "{checks.function}", "{name}")')


def rule_nonzero(call, checks, words):
    checks.when(f'{words[0]} == 0', f'entry_argument(err, "{checks.function}", "{words[0]}", '
                f'"%s in %s must not be zero", "{words[0]}", "{checks.function}")')


def rule_nonnull(call, checks, words):
    checks.null(words[0])


def rule_null(call, checks, words):
    checks.when(f'{checks.condition}{words[0]}', f'entry_argument(err, "{checks.function}", "{words[0]}", '
                f'"%s in %s must be NULL", "{words[0]}", "{checks.function}")')


def rule_oneline(call, checks, words):
    checks.when(f"{checks.condition}{words[0]} && strchr({words[0]}, '\\n')",
                f'entry_argument(err, "{checks.function}", "{words[0]}", "metadata title can\'t contain newlines")')


def rule_least(call, checks, words):
    checks.when(f'{words[0]} < {words[1]}', f'entry_argument_negative(err, "{checks.function}", "{words[0]}")')


def rule_limit(call, checks, words):
    checks.when(f'{words[0]} > {words[1]}', f'entry_argument(err, "{checks.function}", "{words[0]}", '
                f'"%s in %s must be less than %d", "{words[0]}", "{checks.function}", {words[1]})')


def rule_exclusive(call, checks, words):
    one, other = words
    checks.when(f'(flags & {one}) && (flags & {other})',
                f'entry_argument(err, "{checks.function}", "flags", "Flags \'%s\' and \'%s\' are mutually exclusive", '
                f'"{one}", "{other}")')


def rule_needs(call, checks, words):
    one, other = words
    checks.when(f'(flags & {one}) && !(flags & {other})',
                f'entry_argument(err, "{checks.function}", "flags", "Flag \'%s\' is required by flag \'%s\'", '
                f'"{other}", "{one}")')


def rule_one(call, checks, words):
    one, other = words
    checks.when(f'!(flags & {one}) == !(flags & {other})',
                f'entry_argument(err, "{checks.function}", "flags", "flags parameter must include {one} or {other}")')


RULES = {'positive': rule_positive, 'nonnegative': rule_nonnegative, 'nonzero': rule_nonzero, 'nonnull': rule_nonnull,
         'null': rule_null, 'oneline': rule_oneline, 'least': rule_least, 'limit': rule_limit,
         'exclusive': rule_exclusive, 'needs': rule_needs, 'one': rule_one}
