#!/usr/bin/env python3
"""QEMU is killed, or stopped so that its monitor hangs, at random moments while clients change their guests: nobody else
waits, and in the end the daemon, its files, QEMU and the kernel agree and nothing is left. VIREO_LONG=1 runs all rounds:
200 with QEMU killed, 100 with a hung monitor and vireod killed on top."""
import contextlib
import os
import random
import signal
import threading

import support
import wire
from rounds import Busy, Guest, Sides, listed, no_other_taps, other_user, own_network, stop_guests
from tunings import TUNINGS
from support import GroundTest, needs_root, wait_until

CLIENTS = 3
LONG = bool(os.environ.get('VIREO_LONG'))


@needs_root
class KillQemu(GroundTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own_network()

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get('VIREO_SEED', random.randrange(1 << 30)))
        self.chance = random.Random(self.seed)
        other_user(self.ground)
        self.daemon = support.Vireod(self.ground)
        self.acknowledged = 0
        self.guests = [[Guest(f'q{self.seed % 10000}-{c}-{i}', self.ground) for i in range(3)] for c in range(CLIENTS)]

    def everybody(self):
        return [guest for own in self.guests for guest in own]

    def client(self):
        client = wire.Client(self.daemon.socket)
        client.open('qemu:///system')
        return contextlib.closing(client)

    def pid_of(self, guest):
        try:
            with open(self.ground.path('run/libvirt/qemu', guest.name + '.pid'), encoding='ascii') as file:
                pid = int(file.read())
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                return pid if f'guest={guest.name}'.encode() in file.read() else None
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None

    def start_clients(self):
        clients = [Busy(self.daemon.socket, own, self.chance.random()) for own in self.guests]
        for client in clients:
            client.start()
        return clients

    def end_clients(self, clients, number):
        for client in clients:
            client.stop.set()
        for client in clients:
            client.join()
            if client.trouble:
                raise AssertionError(f'round {number}: {client.trouble}\n{self.daemon.words()}')
            self.acknowledged += client.acknowledged

    def settle(self, number):
        """What was in doubt is asked for; then every guest is looked at from all sides."""
        try:
            self.look(number)
        except AssertionError as error:
            raise AssertionError(f'{error}\n{self.daemon.words()}') from error

    def look(self, number):
        with self.client() as client:
            for guest in self.everybody():
                where = f'round {number}, {guest.name}'
                told_to_end = guest.lost and guest.running is None
                if guest.lost:
                    self.find_out(client, guest, where)
                found = listed(client)
                self.assertEqual(found.get(guest.name, -1) >= 0, bool(guest.running), where)
                self.assertEqual(guest.name in found, bool(guest.defined), where)
                sides = Sides(self, self.ground, client, where)
                try:
                    if guest.defined:
                        sides.look(guest)
                except wire.Refused:
                    # What stood still when it was told to end does so now.
                    self.assertTrue(told_to_end, where)
                    wait_until(lambda name=guest.name: listed(client).get(name, -1) < 0, f'{where}: ends')
                    guest.forget()
                    sides.look(guest)
                if not guest.running:
                    sides.gone(guest)
            no_other_taps(self.everybody(), f'round {number}')

    def find_out(self, client, guest, where):
        guest.lost = False
        guest.attached = None
        guest.tuned = {}
        guest.defined = guest.name in listed(client)
        if self.pid_of(guest) is None:
            wait_until(lambda: listed(client).get(guest.name, -1) < 0, f'{where}: the daemon sees that it ended')
        guest.running = listed(client).get(guest.name, -1) >= 0

    def test_qemu_is_killed(self):
        rounds, killed = 200 if LONG else 8, 0
        print(f'seed {self.seed}, {rounds} rounds')
        try:
            for number in range(rounds):
                clients = self.start_clients()
                threading.Event().wait(self.chance.uniform(0.3, 1.2))
                for guest in self.chance.sample(self.everybody(), 4):
                    pid = self.pid_of(guest)
                    if pid:
                        guest.lost = True
                        killed += 1
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                threading.Event().wait(self.chance.uniform(0, 0.3))
                self.end_clients(clients, number)
                self.settle(number)
            self.assertGreater(killed, rounds // 2, 'hardly any QEMU was there to be killed')
            self.assertGreater(self.acknowledged, rounds)
        finally:
            stop_guests(self.daemon, self.ground)

    def hang(self):
        """Stop one QEMU; None when none runs."""
        for guest in self.chance.sample(self.everybody(), len(self.everybody())):
            pid = self.pid_of(guest)
            if pid:
                guest.lost = True
                os.kill(pid, signal.SIGSTOP)
                return pid
        return None

    def test_monitor_hangs(self):
        rounds = 100 if LONG else 5
        print(f'seed {self.seed}, {rounds} rounds')
        try:
            for number in range(rounds):
                clients = self.start_clients()
                threading.Event().wait(self.chance.uniform(0.3, 1.0))
                pid = wait_until(self.hang, f'round {number}: a guest runs')
                before = [client.acknowledged for client in clients]
                # The owner of the hung guest may have to wait for it; the others go on.
                wait_until(lambda: sum(c.acknowledged > b for c, b in zip(clients, before)) >= CLIENTS - 1,
                           f'round {number}: the other clients go on')
                self.daemon.stop(signal.SIGKILL)
                self.end_clients(clients, number)
                self.mark_doubt()
                self.daemon = support.Vireod(self.ground)
                with self.client() as client:
                    self.assertEqual({guest.name for guest in self.everybody() if guest.defined} - set(listed(client)),
                                     set(), f'round {number}: the list does not wait for a hung guest')
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                self.settle(number)
        finally:
            stop_guests(self.daemon, self.ground)

    def mark_doubt(self):
        """What the killed daemon did not answer is in doubt, as is the guest that hangs."""
        for guest in self.everybody():
            if None in (guest.defined, guest.running, guest.attached) or len(guest.tuned) < len(TUNINGS):
                guest.lost = True


if __name__ == '__main__':
    support.main()
