#!/usr/bin/env python3
"""A whole Debian with its guest agent, installed from Debian's packages: each call of the agent through Debian's virsh,
and what it did in the guest."""
import base64
import json
import os
import subprocess
import time

import support
from support import GuestTest, wait_until

DEBIAN = os.path.join(support.FETCHED, 'debian')
BOOT = 300  # seconds: systemd on an emulated processor
CHANNEL = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
NIC = "<interface type='user'><model type='virtio'/><mac address='52:54:00:12:34:56'/></interface>"
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE3Jt5Zr0q3Wz7oGzJ5lOe4n0i2b8vXc7y1m9k6p4r2s someone@somewhere'


class Debian(GuestTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(DEBIAN, 'disk.qcow2')):
            self.skipTest('the Debian guest has not been made (needs root)')

    def document(self):
        disk = self.ground.path('debian.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b',
                        os.path.join(DEBIAN, 'disk.qcow2'), disk], check=True)
        xml = support.guest_xml('web', memory_mib=384, disk=disk, devices=CHANNEL + NIC)
        for old, new in ((f'{support.GUEST}/vmlinuz', f'{DEBIAN}/vmlinuz'),
                         (f'{support.GUEST}/initrd.gz', f'{DEBIAN}/initrd.img'),
                         ('console=ttyS0 quiet', 'root=/dev/vda rw console=ttyS0 quiet'),
                         ("type='qcow2'/>", "type='qcow2' discard='unmap'/>"),
                         ('<vcpu>1</vcpu>', '<vcpu>2</vcpu>')):
            self.assertIn(old, xml)
            xml = xml.replace(old, new)
        return xml

    def connected(self):
        return "state='connected'" in self.ok(self.virsh('dumpxml', 'web'))

    def boot_debian(self):
        self.ok(self.virsh('define', self.write('web.xml', self.document())))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        wait_until(self.connected, 'the agent opens its channel', deadline=BOOT, step=0.5)

    def ask(self, command, **arguments):
        text = json.dumps({'execute': command, 'arguments': arguments} if arguments else {'execute': command})
        return json.loads(self.ok(self.virsh('qemu-agent-command', 'web', text)))['return']

    def inside(self, *command):
        """What a program in the guest prints."""
        pid = self.ask('guest-exec', path=command[0], arg=list(command[1:]), **{'capture-output': True})['pid']

        def ended():
            told = self.ask('guest-exec-status', pid=pid)
            return told if told['exited'] else None

        told = wait_until(ended, 'the program in the guest ends', step=0.2)
        self.assertEqual(told['exitcode'], 0, told)
        return base64.b64decode(told.get('out-data', '')).decode()

    def test_agent(self):
        self.boot_debian()
        self.assertEqual(self.ok(self.virsh('domhostname', 'web', '--source', 'agent')).strip(), 'debian-guest')
        self.clock()
        self.information()
        self.file_systems()
        self.processors()
        self.accounts()
        # Debian's own command for it fails now and then while its services are busy, and it may shut down all the same.
        wait_until(lambda: self.virsh('shutdown', 'web', '--mode', 'agent').status == 0 or self.state() == 'shut off',
                   'the guest is told', step=0.5)
        wait_until(lambda: self.state() == 'shut off', 'Debian shuts down', deadline=BOOT, step=0.5)

    def clock(self):
        self.ok(self.virsh('domtime', 'web', '--time', '1500000000'))
        self.assertLess(int(self.inside('/bin/date', '+%s')) - 1500000000, 600)
        self.ok(self.virsh('domtime', 'web', '--now'))
        self.assertLess(abs(int(self.inside('/bin/date', '+%s')) - time.time()), 120)

    def information(self):
        told = self.ok(self.virsh('guestinfo', 'web'))
        for pattern in (r'os\.id\s*: debian', r'os\.version-id\s*: \d+', r'hostname\s*: debian-guest', r'user\.count\s*: 0',
                        r'fs\.0\.mountpoint\s*: /\n', r'fs\.0\.fstype\s*: ext4', r'fs\.0\.disk\.0\.alias\s*: vda',
                        r'if\.\d\.hwaddr\s*: 52:54:00:12:34:56', r'disk\.\d\.alias\s*: vda'):
            self.assertRegex(told, pattern)
        self.assertRegex(self.ok(self.virsh('domifaddr', 'web', '--source', 'agent', '--full')), r'lo\s+\S+\s+ipv4\s+127\.0\.0\.1/8')

    def file_systems(self):
        self.assertRegex(self.ok(self.virsh('domfsinfo', 'web')), r'/\s+vda\s+ext4\s+vda')
        self.assertIn('Froze 1 filesystem', self.ok(self.virsh('domfsfreeze', 'web')))
        self.assertEqual(self.ask('guest-fsfreeze-status'), 'frozen')
        self.assertIn('Thawed 1 filesystem', self.ok(self.virsh('domfsthaw', 'web')))
        self.assertEqual(self.ask('guest-fsfreeze-status'), 'thawed')
        self.ok(self.virsh('domfstrim', 'web'))

    def processors(self):
        self.ok(self.virsh('guestvcpus', 'web', '1', '--disable'))
        self.assertEqual(self.inside('/bin/cat', '/sys/devices/system/cpu/online').strip(), '0')
        self.ok(self.virsh('setvcpus', 'web', '2', '--guest'))
        self.assertEqual(self.inside('/bin/cat', '/sys/devices/system/cpu/online').strip(), '0-1')

    def accounts(self):
        self.ok(self.virsh('set-user-password', 'web', 'root', 'open-sesame'))
        self.assertRegex(self.inside('/bin/grep', '^root:', '/etc/shadow'), r'^root:\$')
        self.ok(self.virsh('set-user-sshkeys', 'web', 'root', '--file', self.write('keys', KEY + '\n')))
        self.assertIn(KEY, self.ok(self.virsh('get-user-sshkeys', 'web', 'root')))
        self.assertIn(KEY, self.inside('/bin/cat', '/root/.ssh/authorized_keys'))
        self.ok(self.virsh('set-user-sshkeys', 'web', 'root', '--remove', '--file', self.ground.path('keys')))
        self.assertNotIn(KEY, self.virsh('get-user-sshkeys', 'web', 'root').out)


if __name__ == '__main__':
    support.main()
