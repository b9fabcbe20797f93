#!/usr/bin/env python3
"""Many clients at once, and one that stops reading."""
import os
import struct

import support
from support import GroundTest
from wire import (AUTH_LIST, CONNECT_OPEN, GET_XML_DESC, LIB_VERSION, LIST_ALL_DOMAINS, OK, Client, domain, open_arguments,
                  packet)


class Clients(GroundTest):
    def test_thousand_clients_list(self):
        vireod = self.daemon(config='max_clients = 2000\nmax_queued_clients = 2000\nmax_anonymous_clients = 2000\n')
        clients = [Client(vireod.socket) for _ in range(1000)]
        for step in (AUTH_LIST, CONNECT_OPEN, LIST_ALL_DOMAINS):
            payload = {AUTH_LIST: b'', CONNECT_OPEN: open_arguments('test:///default'),
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

    def test_flags_of_other_clients(self):
        """An ordinary user's libvirt client opens with 6: how it found its daemon. Only the first bit is for us."""
        vireod = self.daemon()
        client = Client(vireod.socket)
        client.call(AUTH_LIST)
        client.call(CONNECT_OPEN, open_arguments('test:///default')[:-4] + struct.pack('>I', 6))
        client.call(LIB_VERSION)
        client.close()

    def test_one_stops_reading(self):
        vireod = self.daemon()
        deaf, other = Client(vireod.socket), Client(vireod.socket)
        deaf.open('test:///default')
        other.open('test:///default')
        deaf.socket.settimeout(1)
        request = packet(GET_XML_DESC, 7, domain('test', bytes.fromhex('6695eb01f6a4830479aa97f2502e193f')) +
                         struct.pack('>I', 0))
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
        other.socket.close()
        os.stat(vireod.socket)


if __name__ == '__main__':
    support.main()
