#!/usr/bin/env python3
"""A running guest is tuned: threads, processors, limits of disks and cards. QEMU, the kernel and the guest say so."""
import os
import re
import subprocess
import time

import support
from support import GuestTest


class TuneTest(GuestTest):
    def live(self, path=None):
        return self.ok(self.virsh('dumpxml', 'web', *(['--xpath', path] if path else [])))

    def config(self):
        return self.ok(self.virsh('dumpxml', 'web', '--inactive'))

    def refused(self, *words):
        """What virsh says when the call fails; neither definition changes."""
        before = self.live(), self.config()
        result = self.virsh(*words)
        self.assertNotEqual(result.status, 0, words)
        self.assertEqual((self.live(), self.config()), before)
        return result.err

    def listen(self):
        listener = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'event', '--event',
                                     'tunable', '--loop', '--timeout', '120'],
                                    support.peer_environment(self.ground, TERM='dumb'))
        # Typed keys end nothing, and it says nothing when it is ready: an event that repeats shows that it listens.
        for _ in range(200):
            self.ok(self.virsh('emulatorpin', 'web', '0-1' if os.cpu_count() > 1 else '0'))
            if re.search('emulatorpin', listener.seen) or (listener.read(time.monotonic() + 0.05) and
                                                           'emulatorpin' in listener.seen):
                break
        self.addCleanup(listener.close)
        self.addCleanup(lambda: listener.type('\x03'))
        listener.expect('emulatorpin')
        return listener

    def pid(self):
        return self.qemu_pid('web')

    def monitor(self, command):
        return self.ok(self.virsh('qemu-monitor-command', 'web', '--hmp', command))


class Threads(TuneTest):
    def affinity(self):
        """Where each thread of QEMU may run, by the thread's name and number."""
        found = {}
        for tid in os.listdir(f'/proc/{self.pid()}/task'):
            with open(f'/proc/{self.pid()}/task/{tid}/status', encoding='ascii', errors='replace') as file:
                status = file.read()
            name = re.search(r'^Name:\t(.*)', status)[1]
            found[name, int(tid)] = re.search(r'Cpus_allowed_list:\t(.*)', status)[1]
        return found

    def tid_of(self, name):
        return int(re.search(rf'{name}:\n\s+thread_id=(\d+)', self.monitor('info iothreads').replace('\r', ''))[1])

    def test_iothreads(self):
        """They come and go, live and for the next start; those in use stay."""
        image = self.ground.path('busy.img')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'raw', image, '8M'], check=True)
        disk = (f"<disk type='file' device='disk'><driver name='qemu' type='raw' iothread='1'/><source file='{image}'/>"
                "<target dev='vdb' bus='virtio'/></disk>")
        self.boot(more='<iothreads>2</iothreads>', devices=disk)
        self.ok(self.virsh('iothreadadd', 'web', '5', '--live'))
        self.assertIn('iothread5', self.monitor('info iothreads'))
        self.assertIn("<iothread id='5'/>", self.live())
        self.assertNotIn("<iothread id='5'/>", self.config())
        self.assertIn("an IOThread is already using iothread_id '5'", self.refused('iothreadadd', 'web', '5'))
        # The running guest cannot have it: then the definition does not get it either.
        self.assertIn("iothread_id '5'", self.refused('iothreadadd', 'web', '5', '--live', '--config'))
        self.ok(self.virsh('iothreadadd', 'web', '6', '--live', '--config'))
        self.assertIn("<iothread id='6'/>", self.config())
        self.assertIn("used by disk 'vdb'", self.refused('iothreaddel', 'web', '1'))
        self.assertIn("used by disk 'vdb'", self.refused('iothreaddel', 'web', '1', '--config'))
        self.assertIn("cannot find IOThread '9'", self.refused('iothreaddel', 'web', '9'))
        self.ok(self.virsh('iothreaddel', 'web', '6', '--live', '--config'))
        self.ok(self.virsh('iothreaddel', 'web', '2'))
        self.assertNotIn('iothread6', self.monitor('info iothreads'))
        self.assertNotIn('iothread2', self.monitor('info iothreads'))
        self.assertEqual(re.findall(r'^ +(\d+) ', self.ok(self.virsh('iothreadinfo', 'web', '--config')), re.M),
                         ['1', '2'])
        self.assertEqual(sorted(re.findall(r'^ +(\d+) ', self.ok(self.virsh('iothreadinfo', 'web')), re.M)), ['1', '5'])

    def test_iothread_parameters(self):
        self.boot(more='<iothreads>1</iothreads>')
        self.ok(self.virsh('iothreadset', 'web', '1', '--poll-max-ns', '5000', '--poll-grow', '3', '--poll-shrink', '2'))
        told = self.monitor('info iothreads')
        for figure in ('poll-max-ns=5000', 'poll-grow=3', 'poll-shrink=2'):
            self.assertIn(figure, told)
        self.assertIn("<poll max='5000' grow='3' shrink='2'/>", self.live())
        for low, high in (('4', '8'), ('1', '2'), ('100', '200')):
            self.ok(self.virsh('iothreadset', 'web', '1', '--thread-pool-min', low, '--thread-pool-max', high))
            self.assertIn(f"thread_pool_min='{low}' thread_pool_max='{high}'", self.live())
            for what, value in (('min', low), ('max', high)):
                self.assertEqual(self.monitor(f'qom-get /objects/iothread1 thread-pool-{what}').strip(), value)
        self.assertIn("thread_pool_min (9) can't be greater than thread_pool_max (4)",
                      self.refused('iothreadset', 'web', '1', '--thread-pool-min', '9', '--thread-pool-max', '4'))
        self.assertIn("cannot find IOThread '7'", self.refused('iothreadset', 'web', '7', '--poll-max-ns', '1'))
        self.ok(self.virsh('iothreadset', 'web', '1', '--poll-max-ns', '777', '--config'))
        self.assertIn("<poll max='777'/>", self.config())

    def test_pins(self):
        """Each thread of QEMU runs where it was told to, and nobody else moves."""
        self.boot(more='<iothreads>1</iothreads>')
        events = self.listen()
        iothread = self.tid_of('iothread1')
        before = self.affinity()
        self.ok(self.virsh('iothreadpin', 'web', '1', '0', '--live'))
        events.expect(r'cputune.iothreadpin1: 0')
        now = self.affinity()
        moved = [tid for (name, tid), cpus in now.items() if cpus != before.get((name, tid), cpus)]
        self.assertEqual([cpus for (name, tid), cpus in now.items() if tid == iothread], ['0'])
        self.assertTrue(set(moved) <= {iothread}, moved)
        self.ok(self.virsh('emulatorpin', 'web', '0', '--live', '--config'))
        events.expect(r'cputune.emulatorpin: 0')
        self.assertEqual([cpus for (_, tid), cpus in self.affinity().items() if tid == self.pid()], ['0'])
        self.assertIn("<emulatorpin cpuset='0'/>", self.config())
        self.assertIn('*: 0', self.ok(self.virsh('emulatorpin', 'web')))
        self.ok(self.virsh('vcpupin', 'web', '0', '0'))
        events.expect(r'cputune.vcpupin0: 0')
        self.assertIn("<vcpupin vcpu='0' cpuset='0'/>", self.live())
        self.assertNotIn('vcpupin', self.config())
        self.assertIn('iothread 4 not found', self.refused('iothreadpin', 'web', '4', '0'))


if __name__ == '__main__':
    support.main()
