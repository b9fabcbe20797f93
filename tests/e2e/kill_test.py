#!/usr/bin/env python3
"""vireod is killed at random moments while clients define, start and destroy: nothing that was acknowledged is lost,
no file is half written, running guests are found again, events go on. VIREO_LONG=1 runs all 200 rounds."""
import os
import random
import signal
import struct
import threading
import uuid
import xml.etree.ElementTree

import support
import wire
from support import GroundTest, needs_root, wait_until

CLIENTS = 3
ROUNDS = 200 if os.environ.get('VIREO_LONG') else 12


def tiny(name, identity):
    """A guest that runs firmware only: quick to start."""
    return (f"<domain type='qemu'><name>{name}</name><uuid>{identity}</uuid><memory unit='MiB'>8</memory><vcpu>1</vcpu>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
            "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><memballoon model='none'/></devices></domain>")


class Guest:
    """What a client knows of its guest. None: in doubt, because the daemon died before it answered."""

    def __init__(self, name):
        self.name = name
        self.identity = uuid.uuid4()
        self.defined = False
        self.running = False
        self.ending = False  # perhaps: a daemon that was killed may have told it to end

    def wire(self):
        return wire.domain(self.name, self.identity.bytes)


class Busy(threading.Thread):
    """A client that changes its own guests until the daemon dies."""

    def __init__(self, path, guests, seed):
        super().__init__()
        self.path, self.guests, self.random = path, guests, random.Random(seed)
        self.acknowledged = 0
        self.trouble = None

    def run(self):
        try:
            client = wire.Client(self.path)
            client.open('qemu:///system')
            while True:
                guest = self.random.choice(self.guests)
                before = (guest.defined, guest.running)
                try:
                    self.change(client, guest)
                except wire.Refused as error:
                    raise AssertionError(f'{guest.name}, defined and running {before}: {error}') from error
        except (wire.HungUp, ConnectionError, FileNotFoundError):
            pass
        except Exception as error:  # told by the main thread
            self.trouble = error

    def change(self, client, guest):
        if not guest.defined:
            guest.defined = None
            client.call(wire.DEFINE, wire.text(tiny(guest.name, guest.identity)))
            guest.defined = True
        elif not guest.running and self.random.random() < 0.3:
            guest.defined = None
            client.call(wire.UNDEFINE, guest.wire())
            guest.defined = False
        elif not guest.running:
            guest.running = None
            client.call(wire.CREATE, guest.wire())
            guest.running = True
        else:
            guest.running = None
            try:
                client.call(wire.DESTROY, guest.wire())
            except wire.Refused as error:
                if not guest.ending or 'is not running' not in str(error):
                    raise
            guest.running = guest.ending = False
        self.acknowledged += 1


def listed(client):
    """name -> id of all domains"""
    payload = client.call(wire.LIST_ALL_DOMAINS, struct.pack('>iI', 1, 0))
    count, at, found = struct.unpack('>I', payload[:4])[0], 4, {}
    for _ in range(count):
        length = struct.unpack('>I', payload[at:at + 4])[0]
        name = payload[at + 4:at + 4 + length].decode()
        at += 4 + length + (-length % 4) + 16
        found[name] = struct.unpack('>i', payload[at:at + 4])[0]
        at += 4
    return found


@needs_root
class Kill(GroundTest):
    def test_kill_at_random_moments(self):
        seed = int(os.environ.get('VIREO_SEED', random.randrange(1 << 30)))
        print(f'seed {seed}, {ROUNDS} rounds')
        chance = random.Random(seed)
        guests = [[Guest(f'g{c}-{i}') for i in range(4)] for c in range(CLIENTS)]
        acknowledged = 0
        daemon = support.Vireod(self.ground)
        try:
            for number in range(ROUNDS):
                clients = [Busy(daemon.socket, own, chance.random()) for own in guests]
                for client in clients:
                    client.start()
                threading.Event().wait(chance.uniform(0.02, 1.2))
                daemon.stop(signal.SIGKILL)
                for client in clients:
                    client.join()
                    if client.trouble:
                        raise AssertionError(f'round {number}: {client.trouble}\n{daemon.words()}')
                    acknowledged += client.acknowledged
                daemon = support.Vireod(self.ground)
                self.compare(daemon, [guest for own in guests for guest in own], number)
                self.events_go_on(daemon, number)
            self.assertGreater(acknowledged, ROUNDS, 'the clients got nothing done')
        finally:
            self.clean(daemon)

    def compare(self, daemon, guests, number):
        client = wire.Client(daemon.socket)
        client.open('qemu:///system')
        found = listed(client)
        for guest in guests:
            where = f'round {number}, {guest.name}'
            if guest.defined is not None and not guest.running and guest.running is not None:
                self.assertEqual(guest.name in found, guest.defined, where)
            if guest.running is not None:
                self.assertEqual(found.get(guest.name, -1) >= 0, guest.running, where)
            doubt = guest.running is None
            guest.defined = guest.name in found
            guest.running = found.get(guest.name, -1) >= 0
            guest.ending = guest.running and (doubt or guest.ending)
            if guest.running and not self.process_of(guest.name, where):
                # The killed daemon was destroying it: it may end just now.
                self.assertTrue(doubt, where)
                wait_until(lambda name=guest.name: listed(client).get(name, -1) < 0, f'{where} ends')
                guest.running = False
        client.close()
        folder = self.ground.path('etc/libvirt/qemu')
        left = [name for name in os.listdir(folder) if name.endswith('.new')]
        self.assertEqual(left, [], f'round {number}: what the killed daemon was writing is swept away')
        for name in os.listdir(folder):
            if name.endswith('.xml'):
                xml.etree.ElementTree.parse(os.path.join(folder, name))

    def process_of(self, name, where):
        """Whether its process is there; there, it is its own."""
        try:
            with open(self.ground.path('run/libvirt/qemu', name + '.pid'), encoding='ascii') as file:
                pid = int(file.read())
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                text = file.read()
        except FileNotFoundError:
            return False
        if text:
            self.assertIn(f'guest={name}'.encode(), text, where)
        return bool(text)

    def events_go_on(self, daemon, number):
        guest = Guest(f'watched-{number}')
        client = wire.Client(daemon.socket)
        client.open('qemu:///system')
        client.call(wire.CALLBACK_REGISTER, struct.pack('>iI', 0, 0))
        client.call(wire.DEFINE, wire.text(tiny(guest.name, guest.identity)))
        # A guest that ended while no daemon was there tells so now as well.
        payload = b''
        while guest.name.encode() not in payload:
            procedure, payload = client.event()
            self.assertEqual(procedure, wire.EVENT_LIFECYCLE)
        client.call(wire.UNDEFINE, guest.wire())
        client.close()

    @staticmethod
    def destroy(client, name):
        try:
            client.call(wire.DESTROY, client.call(wire.LOOKUP_BY_NAME, wire.text(name)))
        except wire.Refused as error:
            # It ended by itself; whether all are gone is looked at next.
            if 'is not running' not in str(error):
                raise

    def clean(self, daemon):
        client = wire.Client(daemon.socket)
        client.open('qemu:///system')
        for name, number in listed(client).items():
            if number >= 0:
                self.destroy(client, name)
        wait_until(lambda: not self.ground.orphans() or None, 'the guests end') if support.REAPED else None
        client.close()
        daemon.stop()


if __name__ == '__main__':
    support.main()
