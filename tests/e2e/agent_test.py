#!/usr/bin/env python3
"""Debian's guest agent in a real guest, asked through Debian's virsh; and one that does not answer."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time

import support
from support import GuestTest, wait_until

AGENT = os.path.join(support.FETCHED, 'agent', 'root')
CHANNEL = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
DEVICES = CHANNEL + "<interface type='user'><model type='virtio'/><mac address='52:54:00:12:34:56'/></interface>"
START = ('mkdir -p /var/run /var/lib/qemu-ga; '
         'qemu-ga -m virtio-serial -p /dev/$(basename $(dirname $(grep -l guest_agent /sys/class/virtio-ports/*/name))) '
         '-t /run -d && echo agent-$((40 + 2))')


def initramfs_with_agent(folder):
    """The test guest's initramfs with the agent and the libraries it loads: archives may follow each other."""
    libraries = os.path.join(AGENT, support.MULTIARCH)
    program = os.path.join(AGENT, 'usr', 'sbin', 'qemu-ga')
    listing = subprocess.run(['ldd', program], env=support.clean_environment(LD_LIBRARY_PATH=libraries), check=True,
                             capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory(dir=folder) as root:
        files = {'/bin/qemu-ga': program}
        for path in re.findall(r'(?:=> )?(/\S+) \(0x', listing):
            files['/lib64/ld-linux-x86-64.so.2' if 'ld-linux' in path else '/lib/' + os.path.basename(path)] = path
        for name, path in files.items():
            os.makedirs(root + os.path.dirname(name), exist_ok=True)
            shutil.copy(path, root + name)
        # What the agent runs for the clock and for the end.
        os.makedirs(root + '/sbin')
        os.symlink('/bin/busybox', root + '/sbin/hwclock')
        with open(root + '/sbin/shutdown', 'w', encoding='ascii') as file:
            file.write('#!/bin/sh\npoweroff -f\n')
        os.chmod(root + '/sbin/shutdown', 0o755)
        os.makedirs(root + '/etc')
        with open(root + '/etc/passwd', 'w', encoding='ascii') as file:
            file.write('root:x:0:0:root:/root:/bin/sh\n')
        target = os.path.join(folder, 'initrd.gz')
        names = subprocess.run(['find', '.'], cwd=root, check=True, capture_output=True).stdout
        archive = subprocess.run(['cpio', '-o', '-H', 'newc', '--quiet'], cwd=root, input=names, check=True,
                                 capture_output=True).stdout
        packed = subprocess.run(['gzip', '-1'], input=archive, check=True, capture_output=True).stdout
    with open(os.path.join(support.GUEST, 'initrd.gz'), 'rb') as first, open(target, 'wb') as out:
        out.write(first.read() + packed)
    return target


class Agent(GuestTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(AGENT, 'usr', 'sbin', 'qemu-ga')):
            self.skipTest("Debian's guest agent has not been fetched")

    def boot_with_agent(self):
        xml = support.guest_xml('web', memory_mib=192, disk=self.disk, devices=DEVICES)
        xml = xml.replace(f'{support.GUEST}/initrd.gz', initramfs_with_agent(self.ground.root))
        xml = xml.replace('<vcpu>1</vcpu>', '<vcpu>2</vcpu>')
        self.ok(self.virsh('define', self.write('web.xml', xml)))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))

    def start_agent(self):
        self.in_shell(START, 'agent-42')
        wait_until(lambda: "state='connected'" in self.ok(self.virsh('dumpxml', 'web')), 'the channel opens')

    def ask(self, command, **arguments):
        text = json.dumps({'execute': command, 'arguments': arguments} if arguments else {'execute': command})
        return json.loads(self.ok(self.virsh('qemu-agent-command', 'web', text)))['return']

    def test_calls(self):
        self.boot_with_agent()
        result = self.virsh('domhostname', 'web')
        self.assertIn('QEMU guest agent is not connected', result.err)
        self.start_agent()
        self.assertEqual(self.ask('guest-ping'), {})
        self.assertEqual(self.ok(self.virsh('domhostname', 'web', '--source', 'agent')).strip(), 'guest')
        self.addresses()
        self.clock()
        self.information()
        self.file_systems()
        self.processors()
        self.refusals()
        self.after_restart()
        self.ok(self.virsh('shutdown', 'web', '--mode', 'agent'))
        wait_until(lambda: self.state() == 'shut off', 'the guest powers off')
        self.assertIn('is not running', self.virsh('domhostname', 'web').err)

    def addresses(self):
        self.in_shell('ifconfig lo 127.0.0.1 up; ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up; echo up-$?', 'up-0')
        listed = self.ok(self.virsh('domifaddr', 'web', '--source', 'agent', '--full'))
        self.assertRegex(listed, r'lo\s+00:00:00:00:00:00\s+ipv4\s+127\.0\.0\.1/8')
        self.assertRegex(listed, r'eth0\s+52:54:00:12:34:56\s+ipv4\s+10\.0\.2\.15/24')

    def clock(self):
        told = self.ok(self.virsh('domtime', 'web'))
        self.assertLess(abs(int(told.split()[-1]) - time.time()), 3600)
        self.ok(self.virsh('domtime', 'web', '--time', '1500000000'))
        told = self.ok(self.virsh('domtime', 'web'))
        self.assertLess(int(told.split()[-1]) - 1500000000, 600)

    def information(self):
        told = self.ok(self.virsh('guestinfo', 'web'))
        for pattern in (r'os\.kernel-release\s*: \S+', r'os\.machine\s*: x86_64', r'hostname\s*: guest',
                        r'timezone\.offset\s*: 0', r'user\.count\s*: 0', r'if\.count\s*: \d',
                        r'disk\.count\s*: \d'):
            self.assertRegex(told, pattern)
        self.assertRegex(told, r'disk\.\d\.alias\s*: vda', 'the agent\'s disk is found among ours')

    def file_systems(self):
        self.in_shell('mkfs.ext2 -q /dev/vda 2>/dev/null || mke2fs /dev/vda; mkdir -p /mnt; mount -t ext2 /dev/vda /mnt; '
                      'echo mounted-$?', r'mounted-\d')
        self.ok(self.virsh('domfsinfo', 'web'))
        frozen = self.virsh('domfsfreeze', 'web')
        self.assertIn('Froze', frozen.out, frozen)
        self.assertEqual(self.ask('guest-fsfreeze-status'), 'frozen')
        self.assertIn('Thawed', self.ok(self.virsh('domfsthaw', 'web')))
        self.assertEqual(self.ask('guest-fsfreeze-status'), 'thawed')
        self.assertIn('Specifying mount point', self.virsh('domfstrim', 'web', '--mountpoint', '/mnt').err)

    def processors(self):
        listed = self.ok(self.virsh('guestvcpus', 'web'))
        self.assertRegex(listed, r'vcpus\s*: 0-1\n')
        self.ok(self.virsh('guestvcpus', 'web', '1', '--disable'))
        self.assertRegex(self.ok(self.virsh('guestvcpus', 'web')), r'online\s*: 0\n')
        self.assertEqual(self.ok(self.virsh('vcpucount', 'web', '--guest')).strip(), '1')
        self.assertEqual(self.ok(self.virsh('vcpucount', 'web', '--guest', '--maximum')).strip(), '2')
        self.ok(self.virsh('setvcpus', 'web', '2', '--guest'))
        self.assertRegex(self.ok(self.virsh('guestvcpus', 'web')), r'online\s*: 0-1\n')

    def refusals(self):
        result = self.virsh('qemu-agent-command', 'web', '{"execute":"guest-no-such-thing"}')
        self.assertRegex(result.out + result.err, 'guest-no-such-thing')
        result = self.virsh('set-user-password', 'web', 'nobody-here', 'secret')
        self.assertEqual(result.status, 1)
        self.assertIn("unable to execute QEMU agent command 'guest-set-user-password'", result.err)

    def after_restart(self):
        """The next daemon finds the agent again."""
        self.vireod.stop()
        self.vireod = self.start_daemon()
        self.assertEqual(self.ok(self.virsh('domhostname', 'web', '--source', 'agent')).strip(), 'guest')

    def test_silent(self):
        """A program that has the channel open and says nothing costs its callers a deadline, and holds up nothing else."""
        self.boot_with_agent()
        self.in_shell('cat /dev/$(basename $(dirname $(grep -l guest_agent /sys/class/virtio-ports/*/name))) >/dev/null & '
                      'echo cat-$((40 + 2))', 'cat-42')
        wait_until(lambda: "state='connected'" in self.ok(self.virsh('dumpxml', 'web')), 'the channel opens')
        results = []

        def ask_beside():
            """Reads and changes go on meanwhile; whether the question came before the guest stood still."""
            thread = threading.Thread(target=lambda: results.insert(0, self.virsh('domtime', 'web')))
            thread.start()
            self.ok(self.virsh('suspend', 'web'))
            self.ok(self.virsh('resume', 'web'))
            self.ok(self.virsh('dominfo', 'web'))
            thread.join()
            return 'domain is not running' not in results[0].err
        wait_until(ask_beside, 'a question reaches the agent')
        self.assertIn('Guest agent is not responding', results[0].err)
        self.assertIn('Guest agent is not responding', self.virsh('shutdown', 'web', '--mode', 'agent').err)
        self.assertEqual(self.state(), 'running')

    def test_none(self):
        self.define()
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.assertIn('QEMU guest agent is not configured', self.virsh('domtime', 'web').err)


if __name__ == '__main__':
    support.main()
