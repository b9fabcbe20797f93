"""The wire by hand: packets as bytes, written from the protocol's description and not from vireo's tables, so that the
daemon is not measured with its own ruler."""
import array
import os
import socket
import struct
import time

REMOTE, QEMU, LXC, ADMIN, KEEPALIVE = 0x20008086, 0x20008087, 0x00068000, 0x06900690, 0x6b656570
CALL, REPLY, EVENT, STREAM, CALL_WITH_FDS, REPLY_WITH_FDS, STREAM_HOLE = range(7)
OK, ERROR, CONTINUE = range(3)
MESSAGE_MAX = 33554432

# Procedures that the tests use.
OPEN, CLOSE, GET_TYPE, GET_VERSION, GET_MAX_VCPUS, NODE_GET_INFO, GET_CAPABILITIES = range(1, 8)
DOMAIN_LOOKUP_BY_NAME, DOMAIN_SUSPEND, DOMAIN_RESUME, DOMAIN_GET_INFO, DOMAIN_GET_XML = 23, 34, 28, 16, 14
SUPPORTS_FEATURE, AUTH_LIST, AUTH_SASL_INIT, AUTH_POLKIT = 60, 66, 67, 70
GET_URI, GET_LIB_VERSION, LIST_ALL_DOMAINS = 110, 157, 273
EVENT_REGISTER, EVENT_DEREGISTER, EVENT_LIFECYCLE = 105, 106, 107
EVENT_REGISTER_ANY, EVENT_DEREGISTER_ANY = 167, 168
NETWORK_REGISTER, POOL_REGISTER, NODE_DEVICE_REGISTER, SECRET_REGISTER = 313, 368, 374, 380
CLOSE_CALLBACK_REGISTER, CLOSE_CALLBACK_UNREGISTER, SET_IDENTITY = 360, 361, 419
EVENT_CALLBACK_REGISTER_ANY, EVENT_CALLBACK_DEREGISTER_ANY, EVENT_CALLBACK_LIFECYCLE = 316, 317, 318


def uint(*values):
    return b''.join(struct.pack('>I', v & 0xffffffff) for v in values)


def string(text):
    data = text.encode() if isinstance(text, str) else text
    return uint(len(data)) + data + b'\0' * (-len(data) % 4)


def maybe(data):
    """An optional value: None or its bytes."""
    return uint(0) if data is None else uint(1) + data


def packet(program, procedure, payload=b'', kind=CALL, serial=1, status=OK, version=1, length=None):
    header = struct.pack('>IIiiIi', program, version, procedure, kind, serial, status)
    size = 4 + len(header) + len(payload) if length is None else length
    return uint(size) + header + payload


class Reader:
    """XDR being read."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def uint(self):
        self.at += 4
        return struct.unpack_from('>I', self.data, self.at - 4)[0]

    def int(self):
        self.at += 4
        return struct.unpack_from('>i', self.data, self.at - 4)[0]

    def hyper(self):
        self.at += 8
        return struct.unpack_from('>q', self.data, self.at - 8)[0]

    def string(self):
        n = self.uint()
        self.at += n + -n % 4
        return self.data[self.at - n - -n % 4:][:n].decode(errors='replace')

    def maybe(self, read):
        return read() if self.uint() else None

    def fixed(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def domain(self):
        return self.string(), self.fixed(16), self.int()

    def typed_param(self):
        name, kind = self.string(), self.uint()
        read = {1: self.int, 2: self.uint, 3: self.hyper, 4: self.hyper, 6: self.int, 7: self.string}[kind]
        return name, read()

    def params(self):
        return dict(self.typed_param() for _ in range(self.uint()))

    @property
    def left(self):
        return len(self.data) - self.at


class Refused(Exception):
    """The daemon's error answer."""

    def __init__(self, data):
        r = Reader(data)
        self.code, self.domain = r.int(), r.int()
        self.message = r.maybe(r.string)
        self.level = r.int()
        super().__init__(f'code {self.code} domain {self.domain}: {self.message}')


class Message:
    def __init__(self, data):
        self.program, self.version, self.procedure, self.kind, self.serial, self.status = struct.unpack('>IIiiIi', data[:24])
        self.body = data[24:]

    def reader(self):
        return Reader(self.body)

    def __repr__(self):
        return (f'program {self.program:#x} procedure {self.procedure} type {self.kind} serial {self.serial} '
                f'status {self.status} body {self.body[:64]!r}')


def unix_socket(path):
    """Connect to a socket whose path may be longer than a socket address."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    folder = os.open(os.path.dirname(path), os.O_PATH)
    try:
        sock.connect(f'/proc/self/fd/{folder}/{os.path.basename(path)}')
    finally:
        os.close(folder)
    return sock


class Connection:
    def __init__(self, path=None, sock=None, deadline=60):
        self.sock = sock or unix_socket(path)
        self.sock.settimeout(deadline)
        self.serial = 0
        self.events = []
        self.answers = {}

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def send_fds(self, data, fds):
        self.sock.sendall(data)
        for fd in fds:
            self.sock.sendmsg([b'\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd]))])

    def read(self, n):
        data = bytearray()
        while len(data) < n:
            part = self.sock.recv(n - len(data))
            if not part:
                raise EOFError('disconnected')
            data += part
        return bytes(data)

    def receive(self):
        length = struct.unpack('>I', self.read(4))[0]
        assert 28 <= length <= 4 + MESSAGE_MAX, length
        return Message(self.read(length - 4))

    def reply(self, serial):
        """The answer to that call; other answers, events and pings that come before it are kept."""
        if serial in self.answers:
            return self.answers.pop(serial)
        while True:
            message = self.receive()
            if message.kind == EVENT:
                self.events.append(message)
            elif message.serial == serial:
                return message
            else:
                self.answers[message.serial] = message

    def start(self, procedure, payload=b'', program=REMOTE, **more):
        self.serial += 1
        self.send(packet(program, procedure, payload, serial=self.serial, **more))
        return self.serial

    def call(self, procedure, payload=b'', program=REMOTE, **more):
        """The result of a call; Refused when the daemon says so."""
        message = self.reply(self.start(procedure, payload, program, **more))
        assert message.program == program and message.procedure == procedure, message
        if message.status == ERROR:
            raise Refused(message.body)
        assert message.kind == REPLY and message.status == OK, message
        return message.reader()

    def open(self, uri='test:///default', flags=0):
        self.call(AUTH_LIST)
        self.call(OPEN, maybe(string(uri)) + uint(flags))
        return self

    def lib_version(self):
        return self.call(GET_LIB_VERSION).hyper()

    def domains(self):
        r = self.call(LIST_ALL_DOMAINS, uint(1, 0))
        found = [r.domain() for _ in range(r.uint())]
        assert r.uint() == len(found)
        return found

    def event(self, procedure, deadline=60):
        """The next event of that procedure."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            for i, message in enumerate(self.events):
                if message.procedure == procedure and message.kind == EVENT:
                    return self.events.pop(i)
            self.events.append(self.receive())
        raise AssertionError(f'event {procedure} did not come')

    def ended(self):
        """Whether the daemon closed the connection; what it still sends is dropped."""
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True


def domain(entry):
    name, uuid, number = entry
    return string(name) + uuid + uint(number)
