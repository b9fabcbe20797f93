#!/usr/bin/env python3
"""Guests with a log and a lock daemon, ours and Debian's; and Debian's libvirtd with ours."""
import contextlib
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'logd'))
from manager import Caller, Manager, ours  # noqa: E402
import support  # noqa: E402
from support import GroundTest, guest_xml, peer_virsh  # noqa: E402
from wire import Refused, string, uint  # noqa: E402


def fds(pid):
    return {n: os.readlink(f'/proc/{pid}/fd/{n}') for n in os.listdir(f'/proc/{pid}/fd')}


@support.needs_root
class ManagersTest(GroundTest):
    """A vireod whose log and lock daemons stand beside it."""
    PEER = False
    QEMU_CONF = ''

    def setUp(self):
        super().setUp()
        self.managers = {}
        os.makedirs(self.ground.path('etc', 'libvirt'))
        os.makedirs(self.ground.path('run', 'libvirt'))
        self.write('etc/libvirt/qemu.conf', 'security_driver = "none"\nuser = "root"\ngroup = "root"\n'
                                            'namespaces = [ ]\ncgroup_controllers = [ ]\n' + self.QEMU_CONF)
        self.disk = self.ground.path('disk.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', self.disk, '16M'], check=True)

    def manage(self, name, **options):
        """A log or lock daemon where vireod looks for it."""
        manager = self.managers[name] = Manager(self.ground, name, peer=self.PEER, **options)
        self.addCleanup(manager.stop)
        here = self.ground.path('run', 'libvirt', name + '-sock')
        if self.PEER and not os.path.islink(here):
            os.symlink(manager.socket, here)
        return manager

    def begin(self):
        self.vireod = self.daemon()
        self.uri = self.vireod.uri()

    def virsh(self, *words, **options):
        return peer_virsh(self.ground, self.uri, *words, **options)

    def define(self, name='web', **keywords):
        keywords.setdefault('memory_mib', 64)
        self.ok(self.virsh('define', self.write(f'{name}.xml', guest_xml(name, **keywords))))

    def pid(self, name='web'):
        with open(self.ground.path('run', 'libvirt', 'qemu', name + '.pid'), encoding='ascii') as file:
            return int(file.read())

    def log(self, name='web'):
        with open(self.ground.path('var', 'log', 'libvirt', 'qemu', name + '.log'), encoding='utf-8',
                  errors='replace') as file:
            return file.read()

    def state(self, name='web'):
        return self.ok(self.virsh('domstate', name)).strip()

    def console(self, name='web'):
        terminal = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'console', name],
                                    support.peer_environment(self.ground, TERM='dumb'))
        terminal.expect('Escape character')
        return terminal

    @staticmethod
    def content(path):
        """All files of a log, the oldest first."""
        folder, name = os.path.split(path)
        old = sorted((int(n[len(name) + 1:]) for n in os.listdir(folder) if n.startswith(name + '.')), reverse=True)
        text = ''
        for part in [f'{path}.{n}' for n in old] + [path]:
            with open(part, encoding='utf-8', errors='replace') as file:
                text += file.read()
        return text


class Logs:
    def logged_serial(self, path):
        return f"<serial type='file'><source path='{path}' append='on'/><target port='1'/></serial>"

    def test_log_of_a_guest(self):
        self.manage('virtlogd')
        self.begin()
        serial = self.ground.path('serial.log')
        self.define(devices=self.logged_serial(serial))
        self.ok(self.virsh('start', 'web'))
        pid = self.pid()
        self.assertTrue(fds(pid)['1'].startswith('pipe:'), fds(pid))
        self.assertEqual(fds(pid)['1'], fds(pid)['2'])
        self.assertNotIn(serial, fds(pid).values())
        self.assertTrue(os.path.exists(serial))
        with open(self.ground.path('run', 'libvirt', 'qemu', 'web.xml'), encoding='utf-8') as file:
            self.assertIn('<chardevStdioLogd/>', file.read())
        self.assertRegex(self.log(), r'starting up vireo [^\n]*\n(?:[^\n]* \\\n)*[^\n]*-name guest=web')
        self.ok(self.virsh('destroy', 'web'))
        support.wait_until(lambda: 'shutting down, reason=destroyed' in self.log(), 'the end is in the log')

    def test_last_words(self):
        self.manage('virtlogd')
        self.begin()
        xml = guest_xml('web').replace("<domain type='qemu'>",
                                       "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
        xml = xml.replace('</domain>', "<qemu:commandline><qemu:arg value='-nonsense'/></qemu:commandline></domain>")
        result = self.virsh('create', self.write('bad.xml', xml))
        self.assertEqual(result.status, 1)
        self.assertIn('-nonsense: invalid option', result.err)

    def test_counter_without_a_gap(self):
        """The log daemon starts anew again and again while a guest counts."""
        manager = self.manage('virtlogd', config='max_size = 10000\nmax_backups = 100\n')
        self.begin()
        path = self.ground.path('console.log')
        xml = guest_xml('web').replace("<serial type='pty'>", f"<serial type='pty'><log file='{path}' append='off'/>")
        self.ok(self.virsh('create', self.write('web.xml', xml)))
        console = self.console()
        console.wake('# ', deadline=180)
        console.type('i=0; while [ $i -lt 4000 ]; do echo n$i; i=$((i+1)); done; echo o''ver\n')
        for _ in range(10):
            manager.restart()
            console.expect(r'n\d+\r', deadline=60)
        console.expect('over', deadline=180)
        wanted = [str(i) for i in range(4000)]
        support.wait_until(lambda: re.findall(r'^n(\d+)\r?$', self.content(path), re.M)[-1:] == ['3999'], 'all is written')
        self.assertEqual(re.findall(r'^n(\d+)\r?$', self.content(path), re.M), wanted)
        self.assertTrue(os.path.exists(path + '.0'))
        self.ok(self.virsh('destroy', 'web'))
        console.close()

    def test_end_of_the_log_daemon(self):
        """A guest lives on without it; the next one starts, with it or without."""
        manager = self.manage('virtlogd')
        self.begin()
        self.define()
        self.ok(self.virsh('start', 'web'))
        pid = self.pid()
        manager.stop(signal.SIGKILL)
        self.assertEqual(self.state(), 'running')
        self.ok(self.virsh('suspend', 'web'))
        self.ok(self.virsh('resume', 'web'))
        self.assertEqual(self.pid(), pid)
        self.define('mail')
        self.ok(self.virsh('start', 'mail'))
        self.ok(self.virsh('destroy', 'mail'))
        self.manage('virtlogd')
        self.ok(self.virsh('start', 'mail'))
        self.assertTrue(fds(self.pid('mail'))['1'].startswith('pipe:'))
        for name in ('web', 'mail'):
            self.ok(self.virsh('destroy', name))

    def test_hung_log_daemon(self):
        """Costs the one start its deadline, and nobody else anything."""
        manager = self.manage('virtlogd')
        self.begin()
        self.define()
        self.define('mail')
        self.ok(self.virsh('start', 'web'))
        daemon = [pid for pid in [manager.pid] + support.children(manager.pid)][0]
        os.kill(daemon, signal.SIGSTOP)
        try:
            start = subprocess.Popen([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'start', 'mail'],
                                     env=support.peer_environment(self.ground), stderr=subprocess.PIPE, text=True)
            begun = time.monotonic()
            self.assertEqual(self.state(), 'running')
            self.ok(self.virsh('suspend', 'web'))
            self.ok(self.virsh('list'))
            self.assertIsNone(start.poll())
            self.assertLess(time.monotonic() - begun, 8)
            _out, words = start.communicate(timeout=60)
            self.assertEqual(start.returncode, 1)
            self.assertIn('virtlogd-sock\' does not answer', words)
        finally:
            os.kill(daemon, signal.SIGCONT)
        self.ok(self.virsh('start', 'mail'))
        for name in ('web', 'mail'):
            self.ok(self.virsh('destroy', name))


class Locks:
    QEMU_CONF = 'lock_manager = "lockd"\n'

    def locked(self, path=None):
        """Whether the lock daemon's lock, of the first byte, is on the file."""
        code = ('import fcntl, os, sys; f = os.open(sys.argv[1], os.O_RDWR)\n'
                'try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)\n'
                'except OSError: sys.exit(3)')
        return subprocess.run([sys.executable, '-c', code, path or self.disk], check=False).returncode == 3

    @contextlib.contextmanager
    def another_host(self):
        """Somebody else holds the disk's lock."""
        holder = subprocess.Popen([sys.executable, '-c', 'import fcntl, sys; f = open(sys.argv[1], "r+"); '
                                   'fcntl.lockf(f, fcntl.LOCK_EX, 1); print(1, flush=True); sys.stdin.read()',
                                   self.disk], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holder.stdout.readline()
        yield
        holder.communicate()

    def refused(self, *words, says=('resource busy', "domain 'web' uses")):
        result = self.virsh(*words)
        self.assertEqual(result.status, 1, result)
        for part in says:
            self.assertIn(part, result.err)

    def test_one_disk_for_one_guest(self):
        manager = self.manage('virtlockd')
        self.begin()
        self.define(disk=self.disk)
        self.define('mail', disk=self.disk)
        self.ok(self.virsh('start', 'web'))
        self.assertTrue(self.locked())
        self.refused('start', 'mail')
        self.assertEqual(self.state('mail'), 'shut off')
        # It is held while the guest runs: not by vireod, and through another program of the lock daemon.
        self.vireod.stop(signal.SIGKILL)
        self.assertTrue(self.locked())
        self.begin()
        support.wait_until(lambda: self.virsh('list').status == 0, 'vireod answers')
        manager.restart()
        self.refused('start', 'mail')
        # Who stands still does not need it.
        self.ok(self.virsh('suspend', 'web'))
        self.assertFalse(self.locked())
        with self.another_host():
            self.refused('resume', 'web', says=('resource busy', 'is locked'))
        self.assertEqual(self.state(), 'paused')
        self.ok(self.virsh('resume', 'web'))
        self.assertTrue(self.locked())
        os.kill(self.pid(), signal.SIGKILL)
        support.wait_until(lambda: not self.locked(), 'the lock is free')
        support.wait_until(lambda: self.state() == 'shut off', 'the end is noticed')

    def test_a_disk_that_comes(self):
        self.manage('virtlockd')
        self.begin()
        self.define(disk=self.disk)
        self.define('mail')
        self.ok(self.virsh('start', 'web'))
        self.ok(self.virsh('start', 'mail'))
        xml = self.write('disk.xml', f"<disk type='file'><driver name='qemu' type='qcow2'/><source file='{self.disk}'/>"
                                     "<target dev='vdb' bus='virtio'/></disk>")
        self.refused('attach-device', 'mail', xml)
        other = self.ground.path('other.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', other, '16M'], check=True)
        with open(xml, encoding='utf-8') as file:
            more = self.write('other.xml', file.read().replace(self.disk, other))
        self.ok(self.virsh('attach-device', 'mail', more))
        self.assertTrue(self.locked(other))
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('destroy', 'mail'))
        support.wait_until(lambda: not self.locked(other) and not self.locked(), 'the locks are free')

    def test_shared_and_readonly(self):
        self.manage('virtlockd')
        self.begin()
        raw = self.write('shared.img', 'x' * 65536)
        disk = (f"<disk type='file'><driver name='qemu' type='raw' cache='none'/><source file='{raw}'/>"
                "<target dev='vdb' bus='virtio'/><shareable/></disk>"
                f"<disk type='file'><driver name='qemu' type='qcow2'/><source file='{self.disk}'/>"
                "<target dev='vdc' bus='virtio'/><readonly/></disk>")
        for name in ('web', 'mail'):
            self.define(name, devices=disk)
            self.ok(self.virsh('start', name))
        self.assertTrue(self.locked(raw))
        self.assertFalse(self.locked())
        self.ok(self.virsh('destroy', 'web'))
        self.assertTrue(self.locked(raw))
        self.ok(self.virsh('destroy', 'mail'))
        support.wait_until(lambda: not self.locked(raw), 'the lock is free')

    def test_lockspace(self):
        self.manage('virtlockd')
        space = self.ground.path('space')
        self.write('etc/libvirt/qemu-lockd.conf', f'file_lockspace_dir = "{space}"\n')
        self.begin()
        self.define(disk=self.disk)
        self.define('mail', disk=self.disk)
        self.ok(self.virsh('start', 'web'))
        self.assertFalse(self.locked())
        name, = os.listdir(space)
        self.assertRegex(name, '^[0-9a-f]{64}$')
        self.assertTrue(self.locked(os.path.join(space, name)))
        self.refused('start', 'mail')
        self.ok(self.virsh('destroy', 'web'))
        support.wait_until(lambda: not os.listdir(space), 'the lock is gone')

    def test_lease(self):
        self.manage('virtlockd')
        self.write('etc/libvirt/qemu-lockd.conf', 'auto_disk_leases = 0\n')
        self.begin()
        self.define(disk=self.disk)
        self.refused('start', 'web', says=('<lease>',))
        self.ok(self.virsh('undefine', 'web'))
        os.makedirs(self.ground.path('leases', 'room'))
        self.write('leases/room/key', '')
        lease = (f"<lease><lockspace>room</lockspace><key>key</key><target path='{self.ground.path('leases')}'/></lease>")
        self.define(disk=self.disk, devices=lease)
        self.define('mail', devices=lease)
        self.ok(self.virsh('start', 'web'))
        self.assertTrue(self.locked(self.ground.path('leases', 'room', 'key')))
        self.refused('start', 'mail', says=('is locked',))
        self.ok(self.virsh('destroy', 'web'))

    def test_no_lock_daemon(self):
        self.begin()
        self.define(disk=self.disk)
        self.refused('start', 'web', says=('virtlockd-sock',))
        self.assertEqual(self.state(), 'shut off')
        self.manage('virtlockd')
        self.ok(self.virsh('start', 'web'))
        self.ok(self.virsh('destroy', 'web'))

    def test_end_of_the_lock_daemon(self):
        """It ends no guest; a guest that goes on later gets its locks from the next one."""
        manager = self.manage('virtlockd')
        self.begin()
        self.define(disk=self.disk)
        self.ok(self.virsh('start', 'web'))
        manager.stop(signal.SIGKILL)
        self.assertEqual(self.state(), 'running')
        self.ok(self.virsh('suspend', 'web'))
        self.manage('virtlockd')
        self.ok(self.virsh('resume', 'web'))
        self.assertTrue(self.locked())
        self.ok(self.virsh('destroy', 'web'))


class OurLogs(Logs, ManagersTest):
    pass


class OurLocks(Locks, ManagersTest):
    def test_lease_without_lock_manager(self):
        self.write('etc/libvirt/qemu.conf', 'lock_manager = "nop"\nsecurity_driver = "none"\n')
        self.begin()
        self.define(devices="<lease><lockspace>a</lockspace><key>b</key><target path='/c'/></lease>")
        self.refused('start', 'web', says=('<lease> needs a lock manager',))


class TheirLogs(Logs, ManagersTest):
    PEER = True
    test_hung_log_daemon = None  # the same, whoever hangs
    test_counter_without_a_gap = None  # theirs forgets what is within a packet


class TheirLocks(Locks, ManagersTest):
    PEER = True


@support.needs_root
class TheirLibvirtd(GroundTest):
    """Debian's libvirtd with our log and lock daemons."""

    def test_guest(self):
        logs = Manager(self.ground, 'virtlogd', peer=True, program=ours('virtlogd'))
        self.addCleanup(logs.stop)
        locks = Manager(self.ground, 'virtlockd', peer=True, program=ours('virtlockd'))
        self.addCleanup(locks.stop)
        disk = self.ground.path('disk.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '16M'], check=True)
        server = support.Libvirtd(self.ground, qemu_conf='lock_manager = "lockd"\n', stdio_handler='logd')
        self.addCleanup(server.stop)
        self.ok(peer_virsh(self.ground, server.uri(), 'define',
                           self.write('web.xml', guest_xml('web', memory_mib=64, disk=disk))))
        self.ok(peer_virsh(self.ground, server.uri(), 'start', 'web'))
        path = os.path.join(server.state, 'var', 'log', 'libvirt', 'qemu', 'web.log')
        with open(path, encoding='utf-8') as file:
            self.assertIn('-name guest=web', file.read())
        for manager in (logs, locks):
            manager.restart()
        holder = Caller(locks.socket, 'virtlockd')
        holder.ask(1, bytes(16) + string('mail') + uint(1, os.getpid() + 1000000, 0))
        lock = string('') + string(disk) + uint(0)
        with self.assertRaises(Refused) as caught:
            holder.ask(6, lock)
        self.assertRegex(caught.exception.message, "is locked by 'web', process [0-9]+")
        self.ok(peer_virsh(self.ground, server.uri(), 'suspend', 'web'))
        holder.ask(6, lock)
        result = peer_virsh(self.ground, server.uri(), 'resume', 'web')
        self.assertEqual(result.status, 1)
        self.assertRegex(result.err, "is locked by 'mail', process [0-9]+")
        holder.ask(7, lock)
        self.ok(peer_virsh(self.ground, server.uri(), 'resume', 'web'))
        self.ok(peer_virsh(self.ground, server.uri(), 'destroy', 'web'))
        support.wait_until(lambda: 'shutting down, reason=destroyed' in open(path, encoding='utf-8').read(),
                           'the end is in the log')
        holder.ask(6, lock)


if __name__ == '__main__':
    support.main()
