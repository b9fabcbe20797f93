#!/usr/bin/env python3
"""Control groups of guests, of both versions: where they are, what they limit, what of them is left."""
import os
import re
import subprocess
import unittest

import support
from confine_test import own_dev
from support import GuestTest, needs_root


def controllers(pid):
    """Where a process is: {controller: folder}, for version 1."""
    found = {}
    with open(f'/proc/{pid}/cgroup', encoding='ascii') as file:
        for line in file:
            _, names, path = line.rstrip('\n').split(':', 2)
            for name in filter(None, names.split(',')):
                found[name] = f'/sys/fs/cgroup/{name}{path}'
    return found


class GroupsTest(GuestTest):
    """A guest with limits."""
    def setUp(self):
        super().setUp()
        self.addCleanup(self.nothing_left)

    def read(self, *parts):
        with open(os.path.join(*parts), encoding='ascii') as file:
            return file.read().strip()

    def start(self, more=None):
        path = self.write('grouped.xml', support.guest_xml('grouped', more=self.TUNE if more is None else more))
        self.ok(self.virsh('define', path))
        self.ok(self.virsh('start', 'grouped', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'grouped'))
        return self.qemu_pid('grouped')

    def figures(self, *words):
        """{name: value} of what virsh prints."""
        lines = self.ok(self.virsh(*words)).splitlines()
        parts = [line.partition('=' if '=' in line else ':') for line in lines]
        return {name.strip(): value.strip() for name, mark, value in parts if mark}


@needs_root
@unittest.skipUnless(os.path.exists('/sys/fs/cgroup/cpu/tasks'), 'needs version 1 of cgroups')
class Groups(GroupsTest):
    """Control groups of version 1."""
    TUNE = """
  <memtune><hard_limit unit='KiB'>2097152</hard_limit></memtune>
  <blkiotune><weight>321</weight></blkiotune>
  <cputune><shares>777</shares><period>50000</period><quota>40000</quota><vcpupin vcpu='0' cpuset='0'/>
    <emulatorpin cpuset='1'/></cputune>"""

    def nothing_left(self):
        for name in ('cpu', 'cpuset', 'memory', 'blkio', 'devices'):
            folder = f'/sys/fs/cgroup/{name}/machine'
            left = os.listdir(folder) if os.path.isdir(folder) else []
            self.assertEqual([entry for entry in left if 'grouped' in entry], [])

    def test_limits(self):
        """What the document says is in force, for the guest and for each of its threads."""
        place = controllers(self.start())
        self.assertRegex(place['memory'], r'/machine/qemu-embed-[0-9a-f]{8}-\d+-grouped\.libvirt-qemu$')
        self.assertEqual(self.read(place['memory'], 'memory.limit_in_bytes'), str(2 << 30))
        top = place['cpu'].removesuffix('/emulator')
        self.assertNotEqual(top, place['cpu'])
        self.assertEqual(self.read(top, 'cpu.shares'), '777')
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.cfs_quota_us'), '40000')
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.cfs_period_us'), '50000')
        self.assertEqual(self.read(place['blkio'], 'blkio.bfq.weight'), '321')
        vcpu = self.read(top, 'vcpu0', 'tasks')
        self.assertEqual(os.sched_getaffinity(int(vcpu)), {0})
        self.assertEqual(os.sched_getaffinity(self.qemu_pid('grouped')), {1})
        self.assertIn('c 1:3 rw', self.read(place['devices'], 'devices.list'))
        self.assertNotIn('a *:* rwm', self.read(place['devices'], 'devices.list'))
        self.ok(self.virsh('destroy', 'grouped'))
        self.nothing_left()

    def test_change(self):
        """Limits are read and changed while the guest runs, and in its definition."""
        place = controllers(self.start())
        top = place['cpu'].removesuffix('/emulator')
        self.assertEqual(self.figures('schedinfo', 'grouped')['vcpu_quota'], '40000')
        self.ok(self.virsh('schedinfo', 'grouped', '--live', '--config', 'cpu_shares=512', 'vcpu_quota=20000',
                           'emulator_quota=30000'))
        self.assertEqual(self.read(top, 'cpu.shares'), '512')
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.cfs_quota_us'), '20000')
        self.assertEqual(self.read(top, 'emulator', 'cpu.cfs_quota_us'), '30000')
        self.assertIn('<shares>512</shares>', self.ok(self.virsh('dumpxml', 'grouped', '--inactive')))
        self.ok(self.virsh('memtune', 'grouped', '--hard-limit', '1048576', '--live'))
        self.assertEqual(self.read(place['memory'], 'memory.limit_in_bytes'), str(1 << 30))
        self.assertEqual(self.figures('memtune', 'grouped')['hard_limit'], '1048576')
        self.assertEqual(self.figures('memtune', 'grouped', '--config')['hard_limit'], '2097152')
        self.ok(self.virsh('memtune', 'grouped', '--hard-limit', '-1', '--live'))
        self.assertEqual(self.figures('memtune', 'grouped')['hard_limit'], 'unlimited')
        self.ok(self.virsh('blkiotune', 'grouped', '--weight', '456', '--live'))
        self.assertEqual(self.read(place['blkio'], 'blkio.bfq.weight'), '456')
        self.assertEqual(self.figures('blkiotune', 'grouped')['weight'], '456')
        refused = self.virsh('schedinfo', 'grouped', '--live', 'vcpu_quota=5')
        self.assertIn('out of range', refused.err)
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.cfs_quota_us'), '20000')
        self.ok(self.virsh('vcpupin', 'grouped', '0', '1', '--live'))
        self.assertEqual(os.sched_getaffinity(int(self.read(top, 'vcpu0', 'tasks'))), {1})

    def test_failed_start(self):
        """A limit that cannot be had: no group is left."""
        more = "<blkiotune><device><path>/dev/null</path><read_bytes_sec>10</read_bytes_sec></device></blkiotune>"
        path = self.write('grouped.xml', support.guest_xml('grouped', more=more))
        self.ok(self.virsh('define', path))
        result = self.virsh('start', 'grouped')
        self.assertIn("Path '/dev/null' must be a block device", result.err)
        self.nothing_left()


def unified():
    """Whether version 2 controls processors, memory and devices here."""
    try:
        with open('/sys/fs/cgroup/cgroup.controllers', encoding='ascii') as file:
            return {'cpu', 'cpuset', 'io', 'memory'} <= set(file.read().split())
    except OSError:
        return False


@needs_root
@unittest.skipUnless(unified(), 'needs version 2 of cgroups with its controllers')
class UnifiedGroups(GroupsTest):
    """Control groups of version 2: one tree, devices by a program."""
    TUNE = """
  <memtune><hard_limit unit='KiB'>2097152</hard_limit><soft_limit unit='KiB'>1048576</soft_limit></memtune>
  <cputune><shares>777</shares><period>50000</period><quota>40000</quota><vcpupin vcpu='0' cpuset='0'/>
    <emulatorpin cpuset='1'/></cputune>"""

    def nothing_left(self):
        folder = '/sys/fs/cgroup/machine'
        left = os.listdir(folder) if os.path.isdir(folder) else []
        self.assertEqual([entry for entry in left if 'grouped' in entry], [])

    def place(self):
        with open(f'/proc/{self.qemu_pid("grouped")}/cgroup', encoding='ascii') as file:
            inner = '/sys/fs/cgroup' + file.read().strip().split('::')[1]
        self.assertTrue(inner.endswith('/emulator'), inner)
        return inner.removesuffix('/emulator')

    def test_limits(self):
        self.start()
        top = self.place()
        self.assertRegex(top, r'/machine/qemu-embed-[0-9a-f]{8}-\d+-grouped\.libvirt-qemu$')
        self.assertEqual(self.read(top, 'memory.max'), str(2 << 30))
        self.assertEqual(self.read(top, 'memory.high'), str(1 << 30))
        self.assertEqual(self.read(top, 'cpu.weight'), '777')
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.max'), '40000 50000')
        vcpu = self.read(top, 'vcpu0', 'cgroup.threads')
        self.assertEqual(os.sched_getaffinity(int(vcpu)), {0})
        self.assertEqual(os.sched_getaffinity(self.qemu_pid('grouped')), {1})
        self.assertGreater(int(self.figures('domstats', 'grouped', '--cpu-total')['cpu.time']), 0)
        self.ok(self.virsh('destroy', 'grouped'))
        self.nothing_left()

    def test_change(self):
        self.start()
        top = self.place()
        self.assertEqual(self.figures('schedinfo', 'grouped')['vcpu_quota'], '40000')
        self.ok(self.virsh('schedinfo', 'grouped', '--live', 'cpu_shares=512', 'vcpu_quota=20000',
                           'emulator_quota=30000'))
        self.assertEqual(self.read(top, 'cpu.weight'), '512')
        self.assertEqual(self.read(top, 'vcpu0', 'cpu.max'), '20000 50000')
        self.assertEqual(self.read(top, 'emulator', 'cpu.max').split()[0], '30000')
        self.ok(self.virsh('memtune', 'grouped', '--hard-limit', '1048576', '--live'))
        self.assertEqual(self.read(top, 'memory.max'), str(1 << 30))
        self.assertEqual(self.figures('memtune', 'grouped')['hard_limit'], '1048576')
        self.ok(self.virsh('memtune', 'grouped', '--hard-limit', '-1', '--live'))
        self.assertEqual(self.read(top, 'memory.max'), 'max')
        self.assertEqual(self.figures('memtune', 'grouped')['hard_limit'], 'unlimited')
        self.ok(self.virsh('vcpupin', 'grouped', '0', '1', '--live'))
        self.assertEqual(os.sched_getaffinity(int(self.read(top, 'vcpu0', 'cgroup.threads'))), {1})

    def test_processors_and_nodes(self):
        """Each part of the guest has its processors; its memory comes from the nodes it may use, and moves with them."""
        self.start()
        top = self.place()
        self.assertEqual(self.read(top, 'vcpu0', 'cpuset.cpus'), '0')
        self.assertEqual(self.read(top, 'emulator', 'cpuset.cpus'), '1')
        self.ok(self.virsh('destroy', 'grouped'))
        self.ok(self.virsh('undefine', 'grouped'))
        self.start("<numatune><memory mode='restrictive' nodeset='0'/></numatune>")
        top = self.place()
        for part in 'vcpu0', 'emulator':
            self.assertEqual(self.read(top, part, 'cpuset.mems.effective'), '0')
        last = str(max(int(name[4:]) for name in os.listdir('/sys/devices/system/node') if re.fullmatch(r'node\d+', name)))
        self.ok(self.virsh('numatune', 'grouped', '--nodeset', last, '--live'))
        for part in 'vcpu0', 'emulator':
            self.assertEqual(self.read(top, part, 'cpuset.mems.effective'), last)
        self.assertIn(f"nodeset='{last}'", self.ok(self.virsh('dumpxml', 'grouped')))
        self.assertNotEqual(self.virsh('numatune', 'grouped', '--nodeset', '9', '--live').status, 0)
        self.assertEqual(self.read(top, 'vcpu0', 'cpuset.mems.effective'), last)
        with open(f'/proc/{self.qemu_pid("grouped")}/numa_maps', encoding='ascii') as file:
            used = set(re.findall(r' N(\d+)=', ' '.join(line for line in file if 'anon=' in line)))
        self.assertEqual(used, {last})

    def may_open(self, path, flags):
        """Whether a process in the guest's group may, as root."""
        words = ('import os, sys\n'
                 'with open(sys.argv[1] + "/cgroup.procs", "w") as file: file.write(str(os.getpid()))\n'
                 'try: os.close(os.open(sys.argv[2], int(sys.argv[3])))\n'
                 'except PermissionError: sys.exit(7)\n')
        status = subprocess.run(['python3', '-c', words, self.place() + '/emulator', path, str(flags)],
                                check=False).returncode
        self.assertIn(status, (0, 7))
        return status == 0

    def test_devices(self):
        """What is not the guest's is closed by the kernel; what comes is opened, what goes is closed again."""
        subprocess.run(['truncate', '-s', '1M', self.ground.path('loop')], check=True)
        subprocess.run(['losetup', '/dev/loop77', self.ground.path('loop')], check=True)
        self.addCleanup(subprocess.run, ['losetup', '-d', '/dev/loop77'], check=True)
        path = self.write('grouped.xml', support.guest_xml(
            'grouped', devices="<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"))
        self.ok(self.virsh('define', path))
        self.ok(self.virsh('start', 'grouped', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'grouped'))
        self.assertTrue(self.may_open('/dev/null', os.O_RDWR))
        self.assertFalse(self.may_open('/dev/loop77', os.O_RDONLY))
        self.assertFalse(self.may_open('/dev/loop-control', os.O_RDWR))
        self.ok(self.virsh('change-media', 'grouped', 'sda', '/dev/loop77', '--insert', '--live', '--block'))
        self.assertTrue(self.may_open('/dev/loop77', os.O_RDONLY))
        self.assertFalse(self.may_open('/dev/loop77', os.O_RDWR))
        self.ok(self.virsh('change-media', 'grouped', 'sda', '--eject', '--live'))
        self.assertFalse(self.may_open('/dev/loop77', os.O_RDONLY))
        self.assertTrue(self.may_open('/dev/null', os.O_RDWR))
        # The next daemon changes the list as well.
        self.vireod.stop()
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state('grouped') == 'paused', 'the guest is found')
        self.ok(self.virsh('change-media', 'grouped', 'sda', '/dev/loop77', '--insert', '--live', '--block'))
        self.assertTrue(self.may_open('/dev/loop77', os.O_RDONLY))
        self.ok(self.virsh('destroy', 'grouped'))
        self.nothing_left()


if __name__ == '__main__':
    if os.geteuid() == 0:
        own_dev()
    support.main()
