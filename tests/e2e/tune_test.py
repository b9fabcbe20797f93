#!/usr/bin/env python3
"""A running guest is tuned: threads, processors, limits of disks and cards. QEMU, the kernel and the guest say so."""
import ctypes
import os
import re
import socket
import subprocess
import time

import support
from support import GuestTest, clean_environment, needs_root, wait_until


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


LEAST_SECONDS = 2.5  # for 7 MiB at 1 MiB a second, the last request of which is as large as the guest likes


class Disks(TuneTest):
    """The guest writes 7 MiB; the host's clock says how long it takes."""

    def seconds(self, target='vda'):
        start = time.monotonic()
        self.in_shell(f'dd if=/dev/zero of=/dev/{target} bs=64k count=112 conv=fsync 2>/dev/null && echo did-$((1+1))',
                      'did-2')
        return time.monotonic() - start

    def limits(self, *flags, target='vda'):
        told = self.ok(self.virsh('blkdeviotune', 'web', target, *flags))
        return dict(re.findall(r'^(\w+) *: *(\S*)$', told, re.M))

    def boot_with(self, targets, iotune=''):
        devices = ''
        for target in targets:
            image = self.ground.path(target + '.img')
            subprocess.run(['qemu-img', 'create', '-q', '-f', 'raw', image, '8M'], check=True)
            devices += (f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{image}'/>"
                        f"<target dev='{target}' bus='virtio'/>{iotune}</disk>")
        self.boot(devices=devices)

    def test_limit_holds(self):
        """Set, raised, taken away: the guest's writes are as slow as the limit says, and no slower."""
        self.boot_with(['vda'])
        events = self.listen()
        free = self.seconds()
        self.ok(self.virsh('blkdeviotune', 'web', 'vda', '--write-bytes-sec', str(1024 * 1024)))
        events.expect(r'blkdeviotune.disk: vda\s+blkdeviotune.write_bytes_sec: 1048576')
        slow = self.seconds()
        # The last request goes as soon as those before it are paid for; the guest's kernel makes large ones.
        self.assertGreater(slow, LEAST_SECONDS)
        self.assertGreater(slow, free)
        self.assertEqual(self.limits()['write_bytes_sec'], '1048576')
        self.assertIn('<write_bytes_sec>1048576</write_bytes_sec>', self.live())
        self.assertNotIn('iotune', self.config())
        self.ok(self.virsh('blkdeviotune', 'web', 'vda', '--write-bytes-sec', '0'))
        self.assertLess(self.seconds(), slow)
        self.assertNotIn('iotune', self.live())

    def test_from_the_start(self):
        """What the document says holds from the first write on."""
        self.boot_with(['vda'], '<iotune><total_bytes_sec>1048576</total_bytes_sec></iotune>')
        self.assertGreater(self.seconds(), LEAST_SECONDS)

    def test_all_parameters(self):
        self.boot_with(['vda'])
        wanted = {}
        for i, what in enumerate(['read_bytes_sec', 'write_bytes_sec', 'read_iops_sec', 'write_iops_sec']):
            wanted |= {what: str(1000000 + i), what + '_max': str(2000000 + i), what + '_max_length': str(3 + i)}
        wanted |= {'size_iops_sec': '4096', 'group_name': 'drives'}
        self.ok(self.virsh('blkdeviotune', 'web', 'vda', '--live', '--config',
                           *[word for name, value in wanted.items() for word in ('--' + name.replace('_', '-'), value)]))
        for flag in '--live', '--config':
            told = self.limits(flag)
            self.assertEqual({name: told[name] for name in wanted}, wanted)
            self.assertEqual([v for name, v in told.items() if name not in wanted], ['0'] * (20 - len(wanted)))
        for definition in self.live(), self.config():
            for name, value in wanted.items():
                self.assertIn(f'<{name}>{value}</{name}>', definition)
        query = self.monitor('info block')
        for figure in ('bps_rd=1000000', 'bps_wr=1000001', 'iops_rd_max=2000002', 'iops_size=4096', 'group=drives'):
            self.assertIn(figure, query)

    def test_groups(self):
        """Who joins has the group's limits; a change is everybody's; together they are as slow as one."""
        self.boot_with(['vda', 'vdb'])
        self.ok(self.virsh('blkdeviotune', 'web', 'vda', '--total-bytes-sec', str(2048 * 1024), '--group-name', 'both'))
        self.ok(self.virsh('blkdeviotune', 'web', 'vdb', '--group-name', 'both'))
        self.assertEqual(self.limits(target='vdb')['total_bytes_sec'], str(2048 * 1024))
        self.ok(self.virsh('blkdeviotune', 'web', 'vdb', '--total-bytes-sec', str(1024 * 1024)))
        self.assertEqual(self.limits(target='vda')['total_bytes_sec'], str(1024 * 1024))
        self.assertEqual(self.live().count('<total_bytes_sec>1048576</total_bytes_sec>'), 2)
        start = time.monotonic()
        self.in_shell('for d in vda vdb; do dd if=/dev/zero of=/dev/$d bs=64k count=24 conv=fsync 2>/dev/null & done; '
                      'wait; echo did-$((1+1))', 'did-2')
        self.assertGreater(time.monotonic() - start, LEAST_SECONDS)

    def plug(self, target, more, flag='--live'):
        image = self.ground.path(target + '.img')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'raw', image, '8M'], check=True)
        document = (f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{image}'/>"
                    f"<target dev='{target}' bus='virtio'/>{more}</disk>")
        self.ok(self.virsh('attach-device', 'web', self.write(target + '.xml', document), flag))
        return document

    def test_plugged(self):
        """A disk that comes while the guest runs is limited before the guest reads its first sector."""
        self.boot_with([])
        document = self.plug('vda', '<iotune><total_bytes_sec>1048576</total_bytes_sec></iotune>')
        self.assertEqual(self.limits()['total_bytes_sec'], '1048576')
        self.assertGreater(self.seconds(), LEAST_SECONDS)
        self.ok(self.virsh('update-device', 'web', self.write('vda.xml', document.replace('1048576', '2097152')),
                           '--live'))
        self.assertEqual(self.limits()['total_bytes_sec'], '2097152')
        self.assertIn('<total_bytes_sec>2097152</total_bytes_sec>', self.live())
        # Whatever a document says of nothing but the medium leaves the limits alone.
        self.ok(self.virsh('update-device', 'web', self.write('vda.xml', re.sub('<iotune.*iotune>', '', document)),
                           '--live'))
        self.assertEqual(self.limits()['total_bytes_sec'], '2097152')

    def test_plugged_from_the_first_request(self):
        """The guest reads as soon as it sees the disk: QEMU counts what it lets through at once."""
        self.boot_with([])
        self.plug('vda', '<iotune><total_iops_sec>1</total_iops_sec></iotune>')
        start = time.monotonic()
        # Far enough from each other that none is read ahead.
        self.in_shell('until [ -b /dev/vda ]; do :; done; for i in 1 2 3 4 5 6; do dd if=/dev/vda of=/dev/null bs=4k '
                      'count=1 skip=$((i*300)) 2>/dev/null || echo no; done; echo did-$((1+1))', 'did-2')
        self.assertGreater(time.monotonic() - start, 4, 'six requests at one a second')

    def test_plugged_into_a_group(self):
        """It has the group's limits; other limits, or none, are no definition."""
        self.boot_with(['vda'])
        self.ok(self.virsh('blkdeviotune', 'web', 'vda', '--total-bytes-sec', '1048576', '--group-name', 'both'))
        nameless = self.write('vdx.xml', "<disk type='file'><source file='/no/such'/><target dev='vdx' bus='virtio'/>"
                              '<iotune><group_name>both</group_name></iotune></disk>')
        self.assertIn('group_name can be configured only together with settings',
                      self.refused('attach-device', 'web', nameless, '--live'))
        other = self.write('vdy.xml', "<disk type='file'><source file='/no/such/'/><target dev='vdy' bus='virtio'/>"
                           '<iotune><total_bytes_sec>7</total_bytes_sec><group_name>both</group_name></iotune></disk>')
        self.assertIn('different iotunes for disks', self.refused('attach-device', 'web', other, '--live'))
        self.plug('vdb', '<iotune><total_bytes_sec>1048576</total_bytes_sec><group_name>both</group_name></iotune>')
        self.assertEqual(self.limits(target='vdb')['group_name'], 'both')
        self.ok(self.virsh('blkdeviotune', 'web', 'vdb', '--total-bytes-sec', '3145728'))
        for target in 'vda', 'vdb':
            self.assertEqual(self.limits(target=target)['total_bytes_sec'], '3145728')
        self.assertEqual(self.live().count('<total_bytes_sec>3145728</total_bytes_sec>'), 2)

    def test_medium_that_comes(self):
        """An empty drive can have no limits; what comes into it is limited."""
        image = self.ground.path('cd.img')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'raw', image, '8M'], check=True)
        self.boot(devices="<disk type='file' device='cdrom'><target dev='sda' bus='scsi'/>"
                          "<iotune><total_bytes_sec>1048576</total_bytes_sec></iotune></disk>")
        self.ok(self.virsh('change-media', 'web', 'sda', image, '--live'))
        self.assertEqual(self.limits(target='sda')['total_bytes_sec'], '1048576')

    def test_refused(self):
        self.boot_with(['vda'])
        for words, why in ((['vdz', '--total-bytes-sec', '1'], "disk 'vdz' was not found"),
                           (['vda', '--total-bytes-sec', '1', '--read-bytes-sec', '1'],
                            'total and read/write of bytes_sec cannot be set at the same time'),
                           (['vda', '--write-iops-sec-max', '5'],
                            "cannot reset 'write_iops_sec' when 'write_iops_sec_max' is set"),
                           (['vda', '--total-bytes-sec', '9000000000000000000'], 'must be no more than'),
                           (['vda', '--total-bytes-sec-max-length', '5'], 'burst length set without burst rate')):
            self.assertIn(why, self.refused('blkdeviotune', 'web', *words, '--live', '--config'))


@needs_root
class Groups(TuneTest):
    """What the kernel's control groups hold a guest to."""

    def group(self, controller):
        with open(f'/proc/{self.pid()}/cgroup', encoding='ascii') as file:
            found = re.search(rf'^\d+:(?:\S+,)?{controller}(?:,\S+)?:(/\S+?)(?:/libvirt)?/emulator$', file.read(), re.M)
        if not found:
            self.skipTest(f'no control group of version 1 with {controller} here')
        return f'/sys/fs/cgroup/{controller}{found[1]}'

    def value(self, controller, name):
        with open(f'{self.group(controller)}/{name}', encoding='ascii') as file:
            return file.read().strip()

    def test_scheduler(self):
        """Shares and quotas of each kind of thread; each told; one that is refused changes none of the others."""
        self.boot(more='<iothreads>1</iothreads>')
        self.group('cpu')
        events = self.listen()
        for parameter, part, value in (('vcpu', 'vcpu0/', 50000), ('emulator', 'emulator/', 60000),
                                       ('iothread', 'iothread1/', 70000), ('global', '', 80000)):
            self.ok(self.virsh('schedinfo', 'web', '--live', '--set', f'{parameter}_quota={value}'))
            self.assertEqual(self.value('cpu', part + 'cpu.cfs_quota_us'), str(value))
            events.expect(f'cputune.{parameter}_quota: {value}')
        self.ok(self.virsh('schedinfo', 'web', '--live', '--config', '--set', 'cpu_shares=512'))
        self.assertEqual(self.value('cpu', 'cpu.shares'), '512')
        events.expect('cputune.cpu_shares: 512')
        self.assertIn('<shares>512</shares>', self.config())
        self.assertIn('value of \'emulator_quota\' is out of range [1000, 17592186044415]',
                      self.refused('schedinfo', 'web', '--set', 'emulator_quota=1'))
        # A part may not have more than the whole: the kernel refuses, after the shares were changed.
        self.assertIn('Invalid argument', self.refused('schedinfo', 'web', '--live', '--set', 'cpu_shares=300',
                                                       '--set', 'global_quota=1000'))
        self.assertEqual(self.value('cpu', 'cpu.shares'), '512')
        self.ok(self.virsh('schedinfo', 'web', '--live', '--set', 'vcpu_quota=-1'))
        self.assertEqual(self.value('cpu', 'vcpu0/cpu.cfs_quota_us'), '-1')

    def test_processor_time(self):
        """In all and on each processor, and never more on the guest's processors than in all."""
        self.boot()
        self.group('cpuacct')
        told = self.ok(self.virsh('cpu-stats', 'web'))
        each = [(float(a), float(b)) for a, b in
                re.findall(r'CPU\d+:\n\tcpu_time +([\d.]+) seconds\n\tvcpu_time +([\d.]+)', told)]
        self.assertEqual(len(each), os.cpu_count())
        for whole, vcpus in each:
            self.assertLessEqual(vcpus, whole)
        total = float(re.search(r'Total:\n\tcpu_time +([\d.]+)', told)[1])
        self.assertGreater(total, 0)
        self.assertAlmostEqual(sum(whole for whole, _ in each), total, delta=1)
        self.assertIn('out of range', self.virsh('cpu-stats', 'web', '--start', '4096').err)

    def test_nodes(self):
        """Where memory may come from changes while the guest runs only if nothing else was promised."""
        self.boot(more="<numatune><memory mode='restrictive' nodeset='0'/></numatune>")
        self.group('cpuset')
        self.assertEqual(self.value('cpuset', 'vcpu0/cpuset.mems'), '0')
        self.ok(self.virsh('numatune', 'web', '--nodeset', '0', '--live'))
        self.assertIn("Invalid argument", self.refused('numatune', 'web', '--nodeset', '9', '--live', '--config'))
        self.assertEqual(self.value('cpuset', 'cpuset.mems'), '0')
        self.assertIn("can't change numatune mode", self.refused('numatune', 'web', '--mode', 'strict', '--live'))
        self.ok(self.virsh('numatune', 'web', '--mode', 'preferred', '--nodeset', '3', '--config'))
        self.assertIn("<memory mode='preferred' nodeset='3'/>", self.config())
        told = self.ok(self.virsh('numatune', 'web', '--config'))
        self.assertRegex(told, r'numa_mode +: preferred\nnuma_nodeset +: 3')
        self.assertRegex(self.ok(self.virsh('numatune', 'web')), r'numa_mode +: restrictive\nnuma_nodeset +: 0')


class Counters(TuneTest):
    def policies(self):
        with open(f'/proc/{self.pid()}/numa_maps', encoding='ascii') as file:
            return {line.split()[1] for line in file}

    def test_memory_policy(self):
        """The whole process runs under the policy of the document."""
        for mode, policy in (('interleave', 'interleave:0'), ('strict', 'bind:0')):
            self.define(more=f"<numatune><memory mode='{mode}' nodeset='0'/></numatune>")
            self.ok(self.virsh('start', 'web', '--paused'))
            self.assertIn(policy, self.policies())
            self.ok(self.virsh('destroy', 'web'))
            self.ok(self.virsh('undefine', 'web'))
        self.define(more="<numatune><memory mode='interleave' nodeset='77'/></numatune>")
        self.assertIn('NUMA node 77 is unavailable', self.virsh('start', 'web').err)

    @needs_root
    def test_events(self):
        """On, counting, off; what the kernel has no counter for is refused by name and changes nothing."""
        self.boot(more="<perf><event name='page_faults' enabled='yes'/></perf>")

        def states(*flags):
            return dict(re.findall(r'^(\w+) *: (\w+)$', self.ok(self.virsh('perf', 'web', *flags)), re.M))

        self.assertEqual([name for name, state in states().items() if state == 'enabled'], ['page_faults'])
        self.assertEqual(len(states()), 22)
        self.assertGreater(int(re.search(r'perf.page_faults=(\d+)', self.ok(self.virsh('domstats', 'web', '--perf')))[1]),
                           0)
        self.ok(self.virsh('perf', 'web', '--enable', 'context_switches,cpu_clock', '--live', '--config'))
        self.assertEqual(states('--config')['cpu_clock'], 'enabled')
        self.assertIn("<event name='cpu_clock' enabled='yes'/>", self.config())
        self.ok(self.virsh('perf', 'web', '--disable', 'cpu_clock', '--live'))
        self.assertEqual(states()['cpu_clock'], 'disabled')
        self.assertEqual(states()['context_switches'], 'enabled')
        self.assertIn('unable to enable host cpu perf event for cmt',
                      self.refused('perf', 'web', '--enable', 'cpu_migrations,cmt', '--live', '--config'))
        self.assertEqual(states()['cpu_migrations'], 'disabled')

    def test_dirty_rate(self):
        self.boot()
        self.assertIn('please choose value within [1, 60]', self.refused('domdirtyrate-calc', 'web', '--seconds', '61'))
        self.assertIn('dirty-ring feature', self.refused('domdirtyrate-calc', 'web', '--mode', 'dirty-ring'))
        self.ok(self.virsh('domdirtyrate-calc', 'web', '--seconds', '1'))
        query = '{"execute":"query-dirty-rate"}'
        wait_until(lambda: '"measured"' in self.ok(self.virsh('qemu-monitor-command', 'web', query)), 'it is measured')
        self.assertIn('"calc-time":1', self.ok(self.virsh('qemu-monitor-command', 'web', query)))
        self.ok(self.virsh('destroy', 'web'))
        self.assertIn('domain is not running', self.virsh('domdirtyrate-calc', 'web').err)


def ip(*words):
    """In the network namespace of this test program."""
    return subprocess.run(['ip', *words], check=True, env=clean_environment(), capture_output=True, text=True).stdout


def tc(*words):
    return subprocess.run(['tc', *words], check=True, env=clean_environment(), capture_output=True, text=True).stdout


@needs_root
class Cards(TuneTest):
    """In a network namespace of the test's own. The host knows the guest's address; nobody needs to answer."""
    MAC = '52:54:00:aa:00:01'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) < 0:
            raise OSError(ctypes.get_errno(), 'no network namespace of its own')
        ip('link', 'set', 'lo', 'up')
        ip('link', 'add', 'br-tune', 'type', 'bridge')
        ip('addr', 'add', '192.0.2.1/24', 'dev', 'br-tune')
        ip('link', 'set', 'br-tune', 'up')

    def boot_with(self, bandwidth=''):
        self.boot(devices=f"<interface type='bridge'><source bridge='br-tune'/><mac address='{self.MAC}'/>"
                          f"<model type='virtio'/>{bandwidth}</interface>")
        self.in_shell('ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0; echo up-$((40+3))', 'up-43')
        # The bridge took the address of its first port, and forgot its neighbours then.
        ip('neigh', 'replace', '192.0.2.2', 'lladdr', self.MAC, 'dev', 'br-tune')

    def received(self):
        """Bytes that have arrived at the guest."""
        return int(self.ok(self.virsh('domifstat', 'web', self.MAC)).split('rx_bytes ')[1].split()[0])

    def seconds_to_guest(self, kilobytes):
        before = self.received()
        start = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(kilobytes):
                sender.sendto(bytes(1000), ('192.0.2.2', 9))
        wait_until(lambda: self.received() - before >= kilobytes * 1000, 'all has arrived')
        return time.monotonic() - start

    def test_to_the_guest(self):
        self.boot_with()
        free = self.seconds_to_guest(100)
        self.ok(self.virsh('domiftune', 'web', 'vnet0', '--inbound', '25,25,5'))
        limited = self.seconds_to_guest(100)
        self.assertGreater(limited, 2.5)
        self.assertGreater(limited, free)
        self.assertIn('rate 200Kbit ceil 200Kbit burst 5Kb', tc('class', 'show', 'dev', 'vnet0'))
        told = self.ok(self.virsh('domiftune', 'web', self.MAC))
        self.assertRegex(told, r'inbound.average: 25\ninbound.peak +: 25\ninbound.burst +: 5\n')
        self.assertIn("<inbound average='25' peak='25' burst='5'/>", self.live())
        self.assertNotIn('bandwidth', self.config())
        self.ok(self.virsh('domiftune', 'web', 'vnet0', '--inbound', '0'))
        self.assertLess(self.seconds_to_guest(100), limited)
        self.assertNotIn('htb', tc('qdisc', 'show', 'dev', 'vnet0'))
        self.assertNotIn('bandwidth', self.live())

    def arrived(self):
        with open('/proc/self/net/dev', encoding='ascii') as file:
            return int(re.search(r'br-tune: *(\d+)', file.read())[1])

    def test_from_the_guest(self):
        """From the document on; the limits and what was made for them go with the guest."""
        before = ip('-o', 'link').count('\n')
        self.boot_with("<bandwidth><outbound average='20' burst='10'/></bandwidth>")
        start, there = time.monotonic(), self.arrived()
        self.in_shell('for i in $(seq 30); do ping -c 1 -W 1 -s 6000 192.0.2.1 >/dev/null & done; wait; '
                      'echo sent-$(($(cat /sys/class/net/eth0/statistics/tx_bytes) > 150000))', 'sent-1')
        passed = self.arrived() - there
        self.assertLess(passed, (20 * (time.monotonic() - start) + 10) * 1024 + 5000)
        self.assertGreater(passed, 0)
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(ip('-o', 'link').count('\n'), before)

    def test_by_document(self):
        """Both ways at once by an update of the card, live and for the next start."""
        self.boot_with("<bandwidth><inbound average='100'/></bandwidth>")
        self.assertIn('rate 800Kbit', tc('class', 'show', 'dev', 'vnet0'))
        card = (f"<interface type='bridge'><source bridge='br-tune'/><mac address='{self.MAC}'/><model type='virtio'/>"
                "%s</interface>")
        document = self.write('card.xml', card % "<bandwidth><inbound average='200'/><outbound average='300'/></bandwidth>")
        self.ok(self.virsh('update-device', 'web', document, '--live', '--config'))
        self.assertIn('rate 1600Kbit', tc('class', 'show', 'dev', 'vnet0'))
        for definition in self.live(), self.config():
            self.assertIn("<inbound average='200'/>", definition)
            self.assertIn("<outbound average='300'/>", definition)
        self.ok(self.virsh('update-device', 'web', self.write('card.xml', card % ''), '--live'))
        self.assertNotIn('htb', tc('qdisc', 'show', 'dev', 'vnet0'))
        self.assertNotIn('ingress', tc('qdisc', 'show', 'dev', 'vnet0'))
        self.assertIn("is only supported for interface type 'network'",
                      self.refused('domiftune', 'web', 'vnet0', '--inbound', '10,10,10,5'))
        self.assertIn("'vnet9' is not a known interface", self.refused('domiftune', 'web', 'vnet9', '--inbound', '10'))


if __name__ == '__main__':
    support.main()
