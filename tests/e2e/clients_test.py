#!/usr/bin/env python3
"""Many clients at once, and one that stops reading."""
import os
import socket
import struct

import support
from support import GroundTest

REMOTE = 0x20008086
CALL, REPLY, OK = 0, 1, 0
CONNECT_OPEN, AUTH_LIST, LIST_ALL_DOMAINS, DEFINE, LIB_VERSION = 1, 66, 273, 11, 157


def packet(procedure, serial, payload=b''):
    return struct.pack('>IIIiiIi', 28 + len(payload), REMOTE, 1, procedure, CALL, serial, OK) + payload


def text(value):
    data = value.encode()
    return struct.pack('>I', len(data)) + data + b'\0' * (-len(data) % 4)


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(support.DEADLINE)
        self.socket.connect(path)
        self.serial = 0

    def send(self, procedure, payload=b''):
        self.serial += 1
        self.socket.sendall(packet(procedure, self.serial, payload))

    def bytes(self, n):
        data = b''
        while len(data) < n:
            piece = self.socket.recv(n - len(data))
            if not piece:
                raise AssertionError('the daemon hung up')
            data += piece
        return data

    def reply(self):
        """status and payload of the next packet"""
        length, _program, _version, _procedure, kind, serial, status = struct.unpack('>IIIiiIi', self.bytes(28))
        payload = self.bytes(length - 28)
        assert (kind, serial) == (REPLY, self.serial), (kind, serial)
        return status, payload

    def call(self, procedure, payload=b''):
        self.send(procedure, payload)
        status, payload = self.reply()
        assert status == OK, payload
        return payload

    def open(self):
        self.call(AUTH_LIST)
        self.call(CONNECT_OPEN, struct.pack('>I', 1) + text('test:///default') + struct.pack('>I', 0))


class Clients(GroundTest):
    def test_thousand_clients_list(self):
        vireod = self.daemon(config='max_clients = 2000\nmax_queued_clients = 2000\nmax_anonymous_clients = 2000\n')
        clients = [Client(vireod.socket) for _ in range(1000)]
        for step in (AUTH_LIST, CONNECT_OPEN, LIST_ALL_DOMAINS):
            payload = {AUTH_LIST: b'', CONNECT_OPEN: struct.pack('>I', 1) + text('test:///default') + struct.pack('>I', 0),
                       LIST_ALL_DOMAINS: struct.pack('>iI', 1, 0)}[step]
            for client in clients:
                client.send(step, payload)
            for client in clients:
                status, answer = client.reply()
                self.assertEqual(status, OK, answer)
                if step == LIST_ALL_DOMAINS:
                    self.assertEqual(struct.unpack('>I', answer[:4])[0], 1)
                    self.assertIn(b'test', answer)
        for client in clients:
            client.socket.close()

    def test_one_stops_reading(self):
        vireod = self.daemon()
        deaf, other = Client(vireod.socket), Client(vireod.socket)
        deaf.open()
        other.open()
        deaf.socket.settimeout(1)
        request = packet(14, 7, text('test') + bytes.fromhex('6695eb01f6a4830479aa97f2502e193f') +
                         struct.pack('>iI', 1, 0))
        try:
            while True:
                deaf.socket.send(request * 100)
        except TimeoutError:
            pass
        for _ in range(1000):
            other.call(LIB_VERSION)
        with open(f'/proc/{vireod.process.pid}/status', encoding='ascii') as file:
            resident = int(next(line for line in file if line.startswith('VmRSS:')).split()[1])
        self.assertLess(resident, 300 << 10, 'what a deaf client asked for is bounded')
        deaf.socket.close()
        os.stat(vireod.socket)


if __name__ == '__main__':
    support.main()
