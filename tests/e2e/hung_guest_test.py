#!/usr/bin/env python3
"""A guest whose QEMU is stopped delays nobody, itself included, and is asked again once it goes on."""
import os
import re
import signal
import subprocess
import time

import support
from support import GuestTest


class HungGuest(GuestTest):

    def written(self, name):
        return int(re.search(r'wr_bytes (\d+)', self.ok(self.virsh('domblkstat', name, 'vda'))).group(1))

    def write_mebibyte(self, name):
        self.in_shell('dd if=/dev/urandom of=/dev/vda bs=64k count=16 conv=fsync 2>/dev/null; echo wrote-$((1+1))',
                      'wrote-2', name)

    def test_hung_guest(self):
        disks = {}
        for name in ('sick', 'well'):
            disks[name] = self.ground.path(name + '.qcow2')
            subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disks[name], '16M'], check=True)
            self.boot(name, disk=disks[name])
        pid = self.qemu_pid('sick')
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(lambda: os.path.exists(f'/proc/{pid}') and os.kill(pid, signal.SIGCONT))
        # Nothing here waits for the stopped QEMU: the generous bound is far below any monitor's time limit.
        begin = time.monotonic()
        for _ in range(5):
            self.assertEqual(sorted(self.ok(self.virsh('list', '--name')).split()), ['sick', 'well'])
            for name in ('sick', 'well'):
                self.ok(self.virsh('dominfo', name))
                self.ok(self.virsh('dumpxml', name))
                self.ok(self.virsh('domstats', name))
            self.ok(self.virsh('domstats'))
        self.assertLess(time.monotonic() - begin, 20)
        refused = self.virsh('domblkstat', 'sick', 'vda')
        self.assertEqual(refused.status, 1)
        self.assertIn('Timed out', refused.err)
        before = self.written('well')
        self.write_mebibyte('well')
        self.assertGreaterEqual(self.written('well') - before, 1 << 20)
        os.kill(pid, signal.SIGCONT)
        support.wait_until(lambda: self.virsh('domblkstat', 'sick', 'vda').status == 0, 'the guest answers again')
        before = self.written('sick')
        self.write_mebibyte('sick')
        self.assertGreaterEqual(self.written('sick') - before, 1 << 20)

    def hang(self, name):
        pid = self.qemu_pid(name)
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(lambda: os.path.exists(f'/proc/{pid}') and os.kill(pid, signal.SIGCONT))
        return pid

    def restart(self):
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.start_daemon()
        for name in ('sick', 'well'):
            self.addCleanup(self.virsh, 'destroy', name)  # while this daemon is there

    def refused_at_once(self, *words):
        begin = time.monotonic()
        result = self.virsh(*words)
        self.assertEqual(result.status, 1)
        self.assertIn("the monitor of domain 'sick' has not answered for", result.err)
        return time.monotonic() - begin

    def test_hung_when_the_daemon_comes(self):
        """Nobody waits for it; it is taken up as soon as it answers, however many daemons asked it in vain."""
        for name in ('sick', 'well'):
            disk = self.ground.path(name + '.qcow2')
            subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '16M'], check=True)
            self.boot(name, disk=disk)
        pid = self.hang('sick')
        # So that the queue of its monitor is full of those that have gone.
        for _ in range(4):
            self.restart()
            self.assertEqual(sorted(self.ok(self.virsh('list', '--name')).split()), ['sick', 'well'])
            self.ok(self.virsh('setmem', 'well', '100M', '--live'))
        self.refused_at_once('setmem', 'sick', '100M', '--live')  # behind the daemon's own first question
        self.assertLess(min(self.refused_at_once('setmem', 'sick', '100M', '--live') for _ in range(3)), 5)
        self.assertLess(min(self.refused_at_once('suspend', 'sick') for _ in range(3)), 5)
        self.assertEqual(self.state('sick'), 'running')
        self.assertIn('error: monitor failure', self.ok(self.virsh('domcontrol', 'sick')))
        for words in ('dominfo', 'dumpxml', 'domstats'):
            self.ok(self.virsh(words, 'sick'))
        self.write_mebibyte('well')
        os.kill(pid, signal.SIGCONT)
        support.wait_until(lambda: self.virsh('setmem', 'sick', '100M', '--live').status == 0, 'the guest is taken up')
        self.write_mebibyte('sick')
        self.assertGreaterEqual(self.written('sick'), 1 << 20)
        self.assertIn('ok', self.ok(self.virsh('domcontrol', 'sick')))
        self.hang('sick')
        self.restart()
        self.refused_at_once('setmem', 'sick', '100M', '--live')
        os.kill(pid, signal.SIGKILL)
        support.wait_until(lambda: self.state('sick') == 'shut off', 'its end is heard of')
        self.ok(self.virsh('start', 'sick'))
        self.ok(self.virsh('setmem', 'sick', '100M', '--live'))


if __name__ == '__main__':
    support.main()
