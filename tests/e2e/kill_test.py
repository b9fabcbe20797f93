#!/usr/bin/env python3
"""vireod is killed at random moments while clients define, start, attach, detach, tune and destroy: nothing that was
acknowledged is lost, no file is half written, running guests are found again, the daemon, its files, QEMU and the kernel
agree, events go on. VIREO_LONG=1 runs all 500 rounds, VIREO_ROUNDS=60 so many."""
import contextlib
import os
import random
import re
import signal
import struct
import threading
import unittest
import xml.etree.ElementTree

import support
import wire
from rounds import Busy, Guest, Sides, listed, no_other_taps, other_user, own_network, stop_guests
from tunings import LIVE, TUNINGS, Pin, View
from support import GroundTest, needs_root, wait_until

CLIENTS = 3
ROUNDS = int(os.environ.get('VIREO_ROUNDS', 500 if os.environ.get('VIREO_LONG') else 12))


@needs_root
class Kill(GroundTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own_network()

    def test_kill_at_random_moments(self):
        seed = int(os.environ.get('VIREO_SEED', random.randrange(1 << 30)))
        print(f'seed {seed}, {ROUNDS} rounds')
        chance = random.Random(seed)
        guests = [[Guest(f'k{seed % 10000}-{c}-{i}', self.ground) for i in range(4)] for c in range(CLIENTS)]
        acknowledged = 0
        other_user(self.ground)
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
            stop_guests(daemon, self.ground)

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
                guest.forget()
            self.sides(client, guest, where)
        no_other_taps(guests, f'round {number}')
        client.close()
        folder = self.ground.path('etc/libvirt/qemu')
        left = [name for name in os.listdir(folder) if name.endswith('.new')]
        self.assertEqual(left, [], f'round {number}: what the killed daemon was writing is swept away')
        for name in os.listdir(folder):
            if name.endswith('.xml'):
                xml.etree.ElementTree.parse(os.path.join(folder, name))

    def sides(self, client, guest, where):
        sides = Sides(self, self.ground, client, where)
        try:
            if guest.defined:
                sides.look(guest)
        except wire.Refused as error:
            # Told to end by the killed daemon, it ends between two looks.
            if not guest.ending or 'is not running' not in str(error):
                raise
            guest.forget()
            sides.look(guest)
        if not guest.running:
            sides.gone(guest)

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
        guest = Guest(f'watched-{number}', self.ground)
        client = wire.Client(daemon.socket)
        client.open('qemu:///system')
        client.call(wire.CALLBACK_REGISTER, struct.pack('>iI', 0, 0))
        client.call(wire.DEFINE, wire.text(guest.document()))
        # A guest that ended while no daemon was there tells so now as well.
        payload = b''
        while guest.name.encode() not in payload:
            procedure, payload = client.event()
            self.assertEqual(procedure, wire.EVENT_LIFECYCLE)
        client.call(wire.UNDEFINE, guest.wire())
        client.close()


@needs_root
class CutOff(GroundTest):
    """What a daemon was changing when it was killed, by hand: its two files say what the guest was and was to be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own_network()

    def setUp(self):
        super().setUp()
        other_user(self.ground)
        self.guest = Guest('cut', self.ground)
        self.status = self.ground.path('run/libvirt/qemu/cut.xml')
        self.vireod = support.Vireod(self.ground)

    def client(self):
        client = wire.Client(self.vireod.socket)
        client.open('qemu:///system')
        return contextlib.closing(client)

    def text(self):
        with open(self.status, encoding='utf-8') as file:
            return file.read()

    def boot_and_tune(self):
        """The status files from before and after all tunings."""
        with self.client() as client:
            Busy.define(client, self.guest)
            client.call(wire.CREATE, self.guest.wire())
            self.guest.running = True
            before = self.text()
            for tuning in TUNINGS:
                tuning.change(client, self.guest, tuning.choose(random.Random(1), self.guest), LIVE)
            return before, self.text()

    def restart(self, was, to_be):
        self.vireod.stop(signal.SIGKILL)
        for path, text in ((self.status, to_be), (self.status.replace('.xml', '.before'), was)):
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
        self.vireod = support.Vireod(self.ground)

    def told(self, text):
        document = xml.etree.ElementTree.fromstring(text)
        return {str(tuning): tuning.told(document) for tuning in TUNINGS}

    def look(self, text):
        """All is in force as @text says."""
        with self.client() as client:
            sides = Sides(self, self.ground, client, 'restarted')
            sides.monitor(self.guest, 'query-status')
            live = sides.document(self.guest, 0)
            self.assertEqual({str(tuning): tuning.told(live) for tuning in TUNINGS}, self.told(text))
            self.assertEqual(self.told(self.text()), self.told(text))
            view = View(sides, self.guest, live, sides.cgroups(self.guest))
            for tuning in TUNINGS:
                self.assertEqual(tuning.in_force(view), tuning.wanted(view), tuning)
        self.assertFalse(os.path.exists(self.status.replace('.xml', '.before')))

    def test_is_made_whole(self):
        try:
            before, after = self.boot_and_tune()
            self.assertEqual([name for name, told in self.told(after).items() if told == self.told(before)[name]], [])
            self.look(after)
            self.restart(after, before)
            self.look(before)
            self.restart(before, after)
            self.look(after)
        finally:
            stop_guests(self.vireod, self.ground)

    @unittest.skipIf(os.cpu_count() < 2, 'one processor')
    def test_pins_get_wider(self):
        try:
            pins = [tuning for tuning in TUNINGS if isinstance(tuning, Pin)]
            self.boot_and_tune()
            with self.client() as client:
                texts = {}
                for cpus in ('0', '0-1', '0'):
                    for pin in pins:
                        pin.change(client, self.guest, cpus, LIVE)
                    texts[cpus] = self.text()
            self.restart(texts['0'], texts['0-1'])
            self.look(texts['0-1'])
        finally:
            stop_guests(self.vireod, self.ground)

    def test_is_taken_back(self):
        """The kernel gives nobody five microseconds."""
        try:
            before, after = self.boot_and_tune()
            self.restart(before, after)
            self.look(after)
            self.restart(before, re.sub(r'<quota>\d+</quota>', '<quota>5</quota>', after))
            self.look(before)
            self.assertIn('a change that was cut off is taken back', self.vireod.words())
        finally:
            stop_guests(self.vireod, self.ground)


if __name__ == '__main__':
    support.main()
