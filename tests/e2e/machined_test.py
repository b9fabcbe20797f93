#!/usr/bin/env python3
"""Guests as machines of systemd-machined, as a double of it on a bus of its own sees them; its calls are documented, the
control groups are the kernel's. What a real one says is in systemd_test.py."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
import xml.etree.ElementTree as ET

import support
from support import GuestTest, needs_root, wait_until

DOUBLE = os.path.join(support.TOP, 'src/drivers/qemu/guest/machine_double.py')
VIRTIOFSD = '/usr/lib/qemu/virtiofsd'
PYTHON = '/usr/bin/python3'  # which has Debian's python3-gi
BUS = '''<busconfig><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
  <policy context='default'><allow own='*'/><allow send_destination='*'/><allow receive_sender='*'/></policy></busconfig>'''


def has_gi():
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, '-c', 'import gi'], check=False,
                                                     stderr=subprocess.DEVNULL).returncode == 0


def groups_of(pid):
    """Path by controller; "" is version 2's."""
    with open(f'/proc/{pid}/cgroup', encoding='ascii') as file:
        rows = [line.rstrip('\n').split(':', 2) for line in file]
    return {name: path for _, names, path in rows for name in names.split(',')}


def scopes(word):
    """Folders of control groups with word in their name."""
    return [os.path.join(top, name) for top, folders, _ in os.walk('/sys/fs/cgroup') for name in folders if word in name]


@needs_root
class Machined(GuestTest):
    def setUp(self):
        if not has_gi() or not shutil.which('dbus-daemon'):
            self.skipTest('needs dbus-daemon and python3-gi')
        if not os.path.isdir('/sys/fs/cgroup/cpu') and not os.path.exists('/sys/fs/cgroup/cgroup.controllers'):
            self.skipTest('needs control groups')
        super().setUp()

    def start_daemon(self):
        """With the system bus of the test, where nobody is yet."""
        self.bus_path = self.ground.path('bus')
        os.makedirs(self.ground.path('etc', 'libvirt'))
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='ascii') as file:
            file.write('swtpm_user = "root"\nswtpm_group = "root"\n')
        self.env = support.our_environment(DBUS_SYSTEM_BUS_ADDRESS=f'unix:path={self.bus_path}')
        return self.daemon(env=self.env)

    def bus(self):
        conf = self.write('bus.conf', BUS.format(path=self.bus_path))
        process = subprocess.Popen(['dbus-daemon', f'--config-file={conf}', '--nofork', '--print-address'],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertIn(self.bus_path, process.stdout.readline())

    def double(self, *options):
        self.calls_path = self.ground.path('calls')
        with open(self.calls_path, 'wb') as out:
            process = subprocess.Popen([PYTHON, DOUBLE, *options], stdin=subprocess.DEVNULL, stdout=out, env=self.env)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        wait_until(lambda: 'ready' in self.calls(), 'the double is on the bus')

    def calls(self, method=None):
        with open(self.calls_path, encoding='utf-8') as file:
            rows = [json.loads(line) for line in file]
        return [row[1:] for row in rows if row[0] == method] if method else rows

    def machines(self):
        out = self.ok(support.run(['gdbus', 'call', '--address', f'unix:path={self.bus_path}', '--dest',
                                   'org.freedesktop.machine1', '--object-path', '/org/freedesktop/machine1', '--method',
                                   'org.freedesktop.machine1.Manager.ListMachines']))
        return out

    def start(self, more='', name='web'):
        self.define(name, more=more)
        self.ok(self.virsh('start', name, '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', name))

    def assert_no_groups(self):
        """Neither as a machine nor made by the daemon itself."""
        name = self.calls('CreateMachineWithNetwork')[0][0]
        self.assertEqual(scopes(name) + scopes(name.replace('-', '\\x2d')), [])

    def test_machine(self):
        """What is registered, where the guest's threads are, its weights, its end."""
        self.bus()
        self.double()
        self.start('<cputune><shares>3000</shares></cputune>')
        (name, identity, service, kind, leader, root, cards, properties), = self.calls('CreateMachineWithNetwork')
        self.assertRegex(name, r'^qemu-embed-[0-9a-f]{8}-1-web$')
        self.assertEqual((service, kind, root, cards), ('libvirt-qemu', 'vm', '', []))
        live = ET.fromstring(self.ok(self.virsh('dumpxml', 'web')))
        self.assertEqual(bytes(identity), uuid.UUID(live.findtext('uuid')).bytes)
        self.assertEqual(leader, self.qemu_pid('web'))
        properties = dict(properties)
        self.assertEqual(properties['Slice'], 'machine.slice')
        self.assertIn('vireod.service', properties['After'])
        self.assertIn('virt-guest-shutdown.target', properties['Before'])
        self.assertIn(name, self.machines())
        unit = 'machine-' + name.replace('-', '\\x2d') + '.scope'
        groups = groups_of(leader)
        controller = 'cpu' if 'cpu' in groups else ''
        self.assertEqual(groups[controller], f'/machine.slice/{unit}/libvirt/emulator')
        if 'cpuset' in groups:  # which the other side knows nothing of
            self.assertEqual(groups['cpuset'], f'/machine.slice/{unit}/libvirt/emulator')
        self.assertTrue(groups[controller].startswith(groups.get('name=systemd', groups.get(''))))
        self.weights(unit)
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: name not in self.machines(), 'the machine goes')
        self.assert_no_groups()

    def weights(self, unit):
        """Systemd is told, or it would put its own back; limits are below, where it does not look."""
        self.assertEqual([row[0] for row in self.calls('SetUnitProperties')], [unit])
        self.ok(self.virsh('schedinfo', 'web', '--live', '--set', 'cpu_shares=2048', '--set', 'global_period=50000'))
        (same, runtime, ((name, value),)) = self.calls('SetUnitProperties')[-1]
        self.assertEqual((same, runtime, value), (unit, True, 2048))
        self.assertIn(name, ('CPUShares', 'CPUWeight'))
        self.assertRegex(self.ok(self.virsh('schedinfo', 'web', '--live')), r'cpu_shares\s*: 2048')
        self.assertEqual(len(self.calls('SetUnitProperties')), 2)
        self.ok(self.virsh('schedinfo', 'web', '--live', '--set', 'global_period=60000'))
        self.assertEqual(len(self.calls('SetUnitProperties')), 2)
        self.assertRegex(self.ok(self.virsh('schedinfo', 'web', '--live')), r'global_period\s*: 60000')

    HELPERS = {
        'passt': "<interface type='user'><backend type='passt'/><model type='virtio'/></interface>",
        'swtpm': "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>",
        'dbus-daemon': "<graphics type='dbus'/>",
        VIRTIOFSD: "<filesystem type='mount'><driver type='virtiofs'/><binary path='{0}/virtiofsd'/><source dir='{0}'/>"
                   "<target dir='x'/></filesystem>",
    }
    SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"

    def helpers(self, guest):
        """{name: pids}: all that was started for the guest, whoever started it."""
        found = {}
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    words = file.read()
                name = os.path.basename(words.split(b'\0')[0].decode())
            except (FileNotFoundError, ProcessLookupError):
                continue
            ours = self.ground.root.encode() in words and b'/bus.conf' not in words
            if ours and name in map(os.path.basename, guest):
                found.setdefault(name, []).append(int(pid))
        return found

    @staticmethod
    def limits_of(pid):
        """The groups that limit a process; of version 1's other trees, systemd has the leader's alone."""
        groups = groups_of(pid)
        known = ('cpu', 'cpuacct', 'cpuset', 'memory', 'blkio', 'devices') if 'cpu' in groups else ('',)
        return {name: path for name, path in groups.items() if name in known}

    def test_helpers(self):
        """They are there before the machine is, with processes of their own; then they are in it, and go with it."""
        self.bus()
        self.double()
        there = [name for name in self.HELPERS if shutil.which(name)]
        if not there:
            self.skipTest('needs ' + ', '.join(self.HELPERS))
        os.chmod(self.ground.folder.folder, 0o755)  # for passt, which is never root
        shared = self.ground.path('shared')
        os.mkdir(shared)
        # One that has started others before QEMU is there.
        program = self.write('shared/virtiofsd', f'#!/bin/sh\nsleep 3600 & echo $! >{shared}/child\nexec {VIRTIOFSD} "$@"\n')
        os.chmod(program, 0o755)
        self.define('web', more=self.SHARED, devices=''.join(self.HELPERS[name] for name in there).format(shared))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.ok(self.virsh('start', 'web', '--paused'))
        helpers = self.helpers(there)
        self.assertEqual(sorted(helpers), sorted(map(os.path.basename, there)))
        place = self.limits_of(self.qemu_pid('web'))
        self.assertTrue(all(path.startswith('/machine.slice/') for path in place.values()), place)
        if VIRTIOFSD in there:
            with open(os.path.join(shared, 'child'), encoding='ascii') as file:
                helpers['child'] = [int(file.read())]
        for name, pids in helpers.items():
            self.assertEqual([self.limits_of(pid) for pid in pids], [place] * len(pids), name)
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: 'web' not in self.machines(), 'the machine goes')
        self.assertEqual(self.helpers(there), {})
        for pid in helpers.get('child', []):
            wait_until(lambda pid=pid: support.is_gone(pid), 'what a helper started goes')
        self.assert_no_groups()

    def test_partition(self):
        self.bus()
        self.double()
        self.start('<resource><partition>/machine/eng-dept</partition></resource>')
        properties = dict(self.calls('CreateMachineWithNetwork')[0][7])
        self.assertEqual(properties['Slice'], 'machine-eng\\x2ddept.slice')
        groups = groups_of(self.qemu_pid('web'))
        path = groups.get('cpu', groups.get(''))
        self.assertTrue(path.startswith('/machine.slice/machine-eng\\x2ddept.slice/machine-qemu'), path)
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: 'web' not in self.machines(), 'the machine goes')
        self.assert_no_groups()

    def test_found_again(self):
        """A daemon that was killed: the machine is there, the next one controls the guest and ends it."""
        self.bus()
        self.double()
        self.start()
        pid = self.qemu_pid('web')
        before = groups_of(pid), self.machines()
        self.vireod.stop(signal.SIGKILL)
        self.assertEqual((groups_of(pid), self.machines()), before)
        self.vireod = self.daemon(env=self.env)
        wait_until(lambda: self.state() == 'paused', 'the guest is found again')
        self.assertEqual((groups_of(pid), self.machines()), before)
        self.ok(self.virsh('schedinfo', 'web', '--live', '--set', 'vcpu_quota=20000'))
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual([row[0] for row in self.calls('TerminateMachine')], [self.calls('CreateMachineWithNetwork')[0][0]])
        wait_until(lambda: 'web' not in self.machines(), 'the machine goes')
        self.assert_no_groups()

    def test_refused(self):
        """The start fails by name; nothing is left, and the next one may do better."""
        self.bus()
        self.double('--refuse', 'CreateMachineWithNetwork')
        self.define()
        result = self.virsh('start', 'web')
        self.assertIn('the double was told to', result.err)
        self.assertEqual(self.state(), 'shut off')
        self.assert_no_groups()
        self.assertFalse(os.path.exists(os.path.join(self.run_folder(), 'web.pid')))

    def test_hangs(self):
        """One that does not answer costs this start its deadline, and nobody else anything."""
        self.bus()
        self.double('--hang', 'CreateMachineWithNetwork')
        self.define()
        self.define('other')
        starting = subprocess.Popen([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'start', 'web'],
                                    env=support.peer_environment(self.ground), stderr=subprocess.PIPE,
                                    stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        wait_until(lambda: self.calls('CreateMachineWithNetwork'), 'the machine is asked for')
        self.ok(self.virsh('list', '--all'))
        self.ok(self.virsh('setmem', 'other', '64M', '--config'))
        self.assertIsNone(starting.poll(), 'others waited for it')
        _, err = starting.communicate(timeout=support.DEADLINE)
        self.assertNotEqual(starting.returncode, 0)
        self.assertRegex(err, "cannot register machine 'qemu-embed-.*-1-web': .*no answer on the system bus")
        self.assertEqual(self.state(), 'shut off')
        self.assert_no_groups()
        leader = self.calls('CreateMachineWithNetwork')[0][4]
        self.assertFalse(os.path.exists(f'/proc/{leader}'))

    def test_killed_meanwhile(self):
        """Who waits for a daemon that was killed never becomes a guest."""
        self.bus()
        self.double('--hang', 'CreateMachineWithNetwork')
        self.define()
        starting = subprocess.Popen([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'start', 'web'],
                                    env=support.peer_environment(self.ground), stderr=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self.addCleanup(starting.wait)
        wait_until(lambda: self.calls('CreateMachineWithNetwork'), 'the machine is asked for')
        leader = self.calls('CreateMachineWithNetwork')[0][4]
        self.vireod.stop(signal.SIGKILL)
        wait_until(lambda: support.is_gone(leader), 'the child goes')
        self.vireod = self.daemon(env=self.env)
        wait_until(lambda: self.state() == 'shut off', 'the next daemon has cleaned up')
        self.assert_no_groups()

    def test_bus_hangs(self):
        """A bus that lets nobody in: guests start without it, and the log says so."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.bus_path)
            listener.listen()
            begun = time.monotonic()
            self.start()
            self.assertLess(time.monotonic() - begun, support.DEADLINE)
        self.assertRegex(self.vireod.words(), 'guests start without systemd-machined')
        groups = groups_of(self.qemu_pid('web'))
        self.assertIn('libvirt-qemu', groups.get('cpu', groups.get('')))

    def test_nobody_there(self):
        """A bus without machined, and none at all."""
        self.start()
        self.ok(self.virsh('destroy', 'web'))
        self.bus()
        self.ok(self.virsh('start', 'web', '--paused'))
        groups = groups_of(self.qemu_pid('web'))
        self.assertIn('libvirt-qemu', groups.get('cpu', groups.get('')))


if __name__ == '__main__':
    support.main()
