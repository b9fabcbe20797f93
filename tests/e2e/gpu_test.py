#!/usr/bin/env python3
"""A graphics card in a process of its own: found by a descriptor, connected to QEMU, gone with it; refused by name where
there is no program for it. VIREO_VHOST_USER_GPU: QEMU's program, where it is not where packages have it."""
import json
import os
import unittest

import support
from support import GuestTest, wait_until

PROGRAM = os.environ.get('VIREO_VHOST_USER_GPU', '/usr/lib/qemu/vhost-user-gpu')
CARD = """<graphics type='vnc' autoport='yes'/>
    <video><driver name='vhostuser'/><model type='virtio' heads='1' primary='yes'/></video>"""
SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"


class Gpu(GuestTest):
    session = True

    def start_daemon(self):
        env = support.our_environment(XDG_CONFIG_HOME=self.ground.path('xdg'))
        return self.daemon(session=True, env=env)

    def describe(self, program):
        folder = self.ground.path('xdg', 'qemu', 'vhost-user')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, '50-gpu.json'), 'w', encoding='utf-8') as file:
            json.dump({'description': 'a card', 'type': 'gpu', 'binary': program}, file)

    def helpers(self):
        found = []
        for name in os.listdir(self.run_folder()):
            if name.endswith('-vhost-user-gpu.pid'):
                with open(os.path.join(self.run_folder(), name), encoding='ascii') as file:
                    found.append(int(file.read()))
        return found

    @unittest.skipIf(os.path.exists('/usr/share/qemu/vhost-user/50-qemu-gpu.json'), 'this host has a program for it')
    def test_none(self):
        self.define(devices=CARD, more=SHARED)
        started = self.virsh('start', 'web')
        self.assertEqual(started.status, 1)
        self.assertIn('Unable to find a satisfying vhost-user-gpu', started.err)

    def text(self, name):
        try:
            with open(self.ground.path(name), encoding='utf-8') as file:
                return file.read()
        except FileNotFoundError:
            return ''

    def refused_by_qemu(self):
        """QEMU takes such cards with KVM only, which no guest of these tests has: the start gets as far as that."""
        self.define(devices=CARD.replace("primary='yes'/>", "primary='yes'><acceleration accel3d='yes'/></model>"), more=SHARED)
        started = self.virsh('start', 'web')
        self.assertEqual(started.status, 1)
        self.assertIn('requires kvm', started.err)
        self.assertIn('<video>', started.err)
        self.assertEqual(self.state(), 'shut off')
        self.assertEqual(self.helpers(), [])

    @unittest.skipUnless(os.access(PROGRAM, os.X_OK), 'needs vhost-user-gpu')
    def test_program(self):
        """QEMU's own, which is there when QEMU asks for it and goes when QEMU does."""
        self.describe(PROGRAM)
        self.refused_by_qemu()
        wait_until(lambda: not self.ground.orphans() or all('vhost-user-gpu' not in self.command(pid)
                                                            for pid in self.ground.orphans()), 'it is gone')

    @staticmethod
    def command(pid):
        try:
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                return file.read().decode(errors='replace')
        except FileNotFoundError:
            return ''

    def test_words(self):
        """What a program is given: one end of a connection, and what the card wants; its log is beside the guest's."""
        double = self.write('double', """#!/bin/sh
[ "$1" = --print-capabilities ] && echo '{ "type": "gpu", "features": [ "virgl" ] }' && exit
fd=${1#--fd=}
echo "words: $*; end: $(readlink /proc/$$/fd/$fd)" > """ + self.ground.path('words') + """
eval "exec cat <&$fd"
""")
        os.chmod(double, 0o755)
        self.describe(double)
        self.refused_by_qemu()
        words = wait_until(lambda: self.text('words'), 'it was started')
        self.assertRegex(words, r'^words: --fd=\d+ --virgl; end: socket:')
        wait_until(lambda: not any('cat' in self.command(pid) for pid in self.ground.orphans()), 'it goes')

    def test_wish(self):
        """A program that cannot do what the card wants."""
        less = self.write('less', '#!/bin/sh\necho \'{ "type": "gpu", "features": [] }\'\n')
        os.chmod(less, 0o755)
        self.describe(less)
        self.define(devices=CARD.replace("primary='yes'/>", "primary='yes'><acceleration accel3d='yes'/></model>"), more=SHARED)
        self.assertIn("does not support 'virgl'", self.virsh('start', 'web').err)


if __name__ == '__main__':
    support.main()
