#!/usr/bin/env python3
"""What is wrong is said: libvirt's code and first words, then file, line, field or path; exit status 1."""
import os

import support
from support import GuestTest, guest_xml


class BadInput(GuestTest):
    def refused(self, words, *parts):
        result = self.virsh(*words)
        self.assertEqual(result.status, 1, result)
        for part in parts:
            self.assertIn(part, result.err)

    def defined_badly(self, old, new, *parts, validate=False):
        text = guest_xml('bad')
        self.assertIn(old, text)
        path = self.write('bad.xml', text.replace(old, new, 1))
        self.refused(['define', path] + (['--validate'] if validate else []), *parts)
        self.assertEqual(self.ok(self.virsh('list', '--all', '--name')).split(), [])

    def test_broken_xml(self):
        self.defined_badly('</name>', '<name>', '(domain_definition):')

    def test_wrong_root(self):
        path = self.write('net.xml', '<network><name>x</name></network>')
        self.refused(['define', path], 'XML error', 'network', 'domain')

    def test_unknown_element(self):
        self.defined_badly('<memory unit', '<memroy>1</memroy><memory unit', 'memroy', 'memory', ':3:', validate=True)

    def test_wrong_number(self):
        self.defined_badly('<vcpu>1</vcpu>', '<vcpu>many</vcpu>', 'vcpu', 'many', ':4:')

    def test_wrong_choice(self):
        self.defined_badly("<serial type='pty'>", "<serial type='ptty'>", 'ptty', "'pty'")

    def test_wrong_type(self):
        self.defined_badly("<domain type='qemu'>", "<domain type='qemo'>", 'qemo', 'qemu')

    def test_missing_emulator(self):
        path = self.write('gone.xml', guest_xml('gone').replace('/usr/bin/qemu-system-x86_64', '/usr/bin/qemu-gone'))
        self.refused(['create', path], '/usr/bin/qemu-gone')

    def test_missing_image(self):
        image = self.ground.path('not-there.qcow2')
        self.define('noimage', disk=image)
        self.refused(['start', 'noimage'], image)
        self.assertEqual(self.state('noimage'), 'shut off')

    def test_taken_socket(self):
        taken = self.vireod.socket
        second = support.Vireod(self.ground, wait=False)
        self.assertNotEqual(second.process.wait(support.DEADLINE), 0)
        self.assertIn('pid', second.words())
        self.assertTrue(os.path.exists(taken))
        self.ok(self.virsh('uri'))

    def test_settings_without_effect(self):
        """What an administrator says and nothing follows from is told, with its place and why."""
        self.vireod.stop()
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'a', encoding='utf-8') as file:
            file.write('\nmac_filter = 1\nmax_files = 1000\n')
        self.vireod = self.daemon()
        support.wait_until(lambda: "qemu.conf:2: 'mac_filter' has no effect: " in self.vireod.words(), 'it is told')
        self.assertNotIn('max_files', self.vireod.words())

    def test_no_daemon(self):
        path = self.ground.path('nobody-sock')
        result = support.peer_virsh(self.ground, f'qemu+unix:///system?socket={path}', 'list')
        self.assertEqual(result.status, 1)
        ours = support.our_virsh(self.ground, f'qemu+unix:///system?socket={path}', 'list')
        self.assertEqual(ours.status, 1)
        self.assertIn(f"Failed to connect socket to '{path}': No such file or directory", ours.err)


if __name__ == '__main__':
    support.main()
