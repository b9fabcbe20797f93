"""A wire client of the tests' own: a few procedures of the remote program, written as bytes."""
import struct

import support

REMOTE = 0x20008086
CALL, REPLY, MESSAGE, OK = 0, 1, 2, 0
CONNECT_OPEN, CREATE, DEFINE, DESTROY, GET_XML_DESC, LOOKUP_BY_NAME, UNDEFINE = 1, 9, 11, 12, 14, 23, 35
ATTACH_DEVICE_FLAGS, DETACH_DEVICE_FLAGS, UPDATE_DEVICE_FLAGS = 160, 161, 174
SET_MEMORY_PARAMETERS, SET_BLKIO_PARAMETERS, SET_SCHEDULER_FLAGS, PIN_VCPU_FLAGS, SET_BLOCK_IO_TUNE = 197, 205, 219, 225, 252
SET_INTERFACE_PARAMETERS, PIN_EMULATOR, PIN_IOTHREAD, ADD_IOTHREAD, DEL_IOTHREAD = 256, 279, 352, 355, 356
GET_PERF_EVENTS, SET_PERF_EVENTS, SET_IOTHREAD_PARAMS = 365, 366, 402
QEMU, MONITOR_COMMAND = 0x20008087, 1
AUTH_LIST, LIB_VERSION, LIST_ALL_DOMAINS, CALLBACK_REGISTER, EVENT_LIFECYCLE = 66, 157, 273, 316, 318


def packet(procedure, serial, payload=b'', program=REMOTE):
    return struct.pack('>IIIiiIi', 28 + len(payload), program, 1, procedure, CALL, serial, OK) + payload


def text(value):
    data = value.encode()
    return struct.pack('>I', len(data)) + data + b'\0' * (-len(data) % 4)


def words(payload):
    """The string that a reply begins with."""
    length = struct.unpack('>I', payload[:4])[0]
    return payload[4:4 + length].decode()


def domain(name, uuid, number=-1):
    return text(name) + uuid + struct.pack('>i', number)


def open_arguments(uri):
    return struct.pack('>I', 1) + text(uri) + struct.pack('>I', 0)


class Refused(Exception):
    """The daemon answered with an error."""


class HungUp(Exception):
    """The daemon is gone."""


class Client:
    """One connection, one call at a time; events that come in between are kept."""

    def __init__(self, path):
        self.socket = support.connect(path)
        self.socket.settimeout(support.DEADLINE)
        self.serial = 0
        self.events = []

    def send(self, procedure, payload=b'', program=REMOTE):
        self.serial += 1
        self.socket.sendall(packet(procedure, self.serial, payload, program))

    def bytes(self, n):
        data = b''
        while len(data) < n:
            try:
                piece = self.socket.recv(n - len(data))
            except ConnectionError:
                piece = b''
            if not piece:
                raise HungUp()
            data += piece
        return data

    def packet(self):
        length, _program, _version, procedure, kind, serial, status = struct.unpack('>IIIiiIi', self.bytes(28))
        return procedure, kind, serial, status, self.bytes(length - 28)

    def reply(self):
        """status and payload of the reply to the last call"""
        while True:
            procedure, kind, serial, status, payload = self.packet()
            if kind == MESSAGE:
                self.events.append((procedure, payload))
                continue
            assert (kind, serial) == (REPLY, self.serial), (kind, serial)
            return status, payload

    def event(self):
        """procedure and payload of the next event"""
        while not self.events:
            procedure, kind, _serial, _status, payload = self.packet()
            assert kind == MESSAGE, kind
            self.events.append((procedure, payload))
        return self.events.pop(0)

    def call(self, procedure, payload=b'', program=REMOTE):
        try:
            self.send(procedure, payload, program)
        except ConnectionError as error:
            raise HungUp() from error
        status, payload = self.reply()
        if status != OK:
            raise Refused(payload)
        return payload

    def open(self, uri):
        self.call(AUTH_LIST)
        self.call(CONNECT_OPEN, open_arguments(uri))

    def close(self):
        self.socket.close()
