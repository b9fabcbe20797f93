#!/usr/bin/env python3
"""Emulators are asked what they can when somebody needs to know, all at the same time, and nobody else waits for that;
what they said is kept until they change."""
import os
import shutil
import sys
import threading

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import GroundTest, peer_virsh, wait_until  # noqa: E402

# It is asked, says so, and answers nothing before the gate opens.
SLOW = '#!/bin/sh\necho "${{0##*/}}" >> {runs}\nread line < {gate}\nexit 1\n'
# It says that it was asked, and is QEMU.
COUNTED = '#!/bin/sh\necho "$@" >> {runs}\nexec {qemu} "$@"\n'


class Probe(GroundTest):
    def setUp(self):
        super().setUp()
        self.runs, self.gate = self.ground.path('runs'), self.ground.path('gate')
        self.bin = self.ground.path('bin')
        os.mkdir(self.bin)

    def program(self, name, text):
        path = os.path.join(self.bin, name)
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def start(self):
        path = self.bin + ':' + os.environ['PATH']
        self.vireod = self.daemon(session=True, env=support.our_environment(PATH=path))
        self.uri = self.vireod.uri()

    def virsh(self, *words):
        return peer_virsh(self.ground, self.uri, *words)

    def asked(self):
        if not os.path.exists(self.runs):
            return []
        with open(self.runs, encoding='utf-8') as file:
            return file.read().splitlines()

    def open_gate(self):
        """Whoever waits at the gate goes on, and whoever comes later."""
        while True:
            try:
                os.close(os.open(self.gate, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:  # nobody waits
                return

    def test_nobody_waits(self):
        names = sorted(name for name in os.listdir('/usr/bin')
                       if name in {'qemu-system-' + t for t in ('x86_64', 'i386', 'aarch64', 'arm', 'ppc64', 's390x')})
        for name in names:
            self.program(name, SLOW.format(runs=self.runs, gate=self.gate))
        os.mkfifo(self.gate)
        self.addCleanup(self.open_gate)
        self.start()
        self.ok(self.virsh('list', '--all'))
        self.assertEqual(self.asked(), [], 'emulators were asked though nobody needs to know')
        answers = []
        caller = threading.Thread(target=lambda: answers.append(self.virsh('capabilities')))
        caller.start()
        try:
            # All at once: none has answered.
            wait_until(lambda: set(names) <= set(self.asked()), 'all emulators are asked')
            for words in (['list', '--all'], ['nodeinfo'], ['uri'], ['dominfo', 'nobody'], ['connect', 'test:///default']):
                self.virsh(*words)
            self.ok(peer_virsh(self.ground, self.vireod.uri('test', '/default'), 'list', '--all'))
            self.assertEqual(answers, [])
        finally:
            while caller.is_alive():
                self.open_gate()
                caller.join(0.05)
        text = self.ok(answers[0])
        for name in names:
            self.assertNotIn(os.path.join(self.bin, name), text)
            self.assertIn(f'Failed to probe capabilities of {os.path.join(self.bin, name)}', self.vireod.words())

    def test_kept(self):
        """One question for each emulator as it is: another daemon reads what this one learnt."""
        qemu = shutil.which('qemu-system-x86_64')
        text = COUNTED.format(runs=self.runs, qemu=qemu)
        path = self.program('qemu-system-x86_64', text)
        self.start()
        question = ['domcapabilities', '--virttype', 'qemu', '--emulatorbin', path]
        first = self.ok(self.virsh(*question))
        learnt = len(self.asked())
        self.assertGreater(learnt, 0)
        for _ in range(2):
            self.assertEqual(self.ok(self.virsh(*question)), first)
            self.vireod.stop()
            self.start()
        self.assertEqual(len(self.asked()), learnt)
        # The same program, written again: its time of change tells.
        before = os.stat(path).st_ctime_ns
        wait_until(lambda: self.program('qemu-system-x86_64', text) and os.stat(path).st_ctime_ns != before, 'it changes')
        self.assertEqual(self.ok(self.virsh(*question)), first)
        self.assertEqual(len(self.asked()), 2 * learnt)


if __name__ == '__main__':
    support.main()
