#!/usr/bin/env python3
"""virtlockd, ours and where both have to agree Debian's: its protocol, its locks, the end of owners, going on as another
program."""
import os
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'logd'))
from manager import Caller, ManagerTest, ours  # noqa: E402
import support  # noqa: E402
import wire  # noqa: E402
from wire import string, uint  # noqa: E402

REGISTER, RESTRICT, NEW, CREATE, DELETE, ACQUIRE, RELEASE, CREATE_SPACE = range(1, 9)
SHARED, AUTOCREATE = 1, 2
BUSY = 87

# A process that is an owner: it registers itself, takes a lock and does as it is told.
OWNER = """
import os, signal, socket, sys
sys.path[:0] = sys.argv[1:4]
import manager
caller = manager.Caller(sys.argv[4], 'virtlockd')
os.environ.get('STUBBORN') and signal.signal(signal.SIGTERM, signal.SIG_IGN)
caller.ask(1, bytes(16) + manager.wire.string('web') + manager.wire.uint(1, os.getpid(), 0))
caller.ask(6, manager.wire.string('') + manager.wire.string(sys.argv[5]) + manager.wire.uint(0))
caller.ask(2, manager.wire.uint(0))
print('ready', flush=True)
sys.stdin.readline() == 'hang up\\n' and caller.sock.shutdown(2)
sys.stdin.readline()
"""


class LockTest(ManagerTest):
    NAME = 'virtlockd'

    def setUp(self):
        super().setUp()
        self.disk = self.write('disk.img', 'data')
        self.callers = []

    def registered(self, manager, pid=None, name='web'):
        client = manager.connect()
        self.callers.append(client)
        client.ask(REGISTER, bytes(16) + string(name) + uint(1, pid or os.getpid() + 1000000, 0))
        return client

    @staticmethod
    def acquire(client, name, space='', flags=0):
        client.ask(ACQUIRE, string(space) + string(name) + uint(flags))

    @staticmethod
    def release(client, name, space='', flags=0):
        client.ask(RELEASE, string(space) + string(name) + uint(flags))

    def locked(self, path=None):
        """Whether the file itself is locked, as another host sees it."""
        code = ('import fcntl, os, sys; f = os.open(sys.argv[1], os.O_RDWR)\n'
                'try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)\n'
                'except OSError: sys.exit(3)')
        status = subprocess.run([sys.executable, '-c', code, path or self.disk], check=False).returncode
        self.assertIn(status, (0, 3))
        return status == 3

    def owner(self, manager, **env):
        process = subprocess.Popen([sys.executable, '-W', 'ignore', '-c', OWNER, *sys.path[:3], manager.socket, self.disk],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **env})
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), 'ready\n')
        return process

    @staticmethod
    def tell(process, words):
        process.stdin.write(words + '\n')
        process.stdin.flush()


class Protocol:
    """The same of both daemons."""

    def test_lock_and_release(self):
        manager = self.manager()
        web, mail = self.registered(manager), self.registered(manager, os.getpid() + 2000000, 'mail')
        self.acquire(web, self.disk)
        self.assertTrue(self.locked())
        self.refused(lambda: self.acquire(mail, self.disk), f"Lockspace resource '{self.disk}' is locked", BUSY)
        self.refused(lambda: self.release(mail, self.disk), 'does not hold the resource lock', 1)
        self.release(web, self.disk)
        self.assertFalse(self.locked())
        self.refused(lambda: self.release(web, self.disk), f"Lockspace resource '{self.disk}' is not locked", BUSY)
        self.acquire(mail, self.disk)

    def test_shared(self):
        manager = self.manager()
        web, mail = self.registered(manager), self.registered(manager, os.getpid() + 2000000, 'mail')
        self.acquire(web, self.disk, flags=SHARED)
        self.acquire(mail, self.disk, flags=SHARED)
        self.refused(lambda: self.acquire(mail, self.disk), 'is locked', BUSY)
        self.release(web, self.disk)
        self.assertTrue(self.locked())
        self.release(mail, self.disk)
        self.assertFalse(self.locked())

    def test_held_by_another_host(self):
        """Another process holds the file's lock, as another host's daemon would."""
        client = self.registered(self.manager())
        holder = subprocess.Popen([sys.executable, '-c', 'import fcntl, sys; f = open(sys.argv[1], "r+"); '
                                   'fcntl.lockf(f, fcntl.LOCK_EX, 1); print(1, flush=True); sys.stdin.read()',
                                   self.disk], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holder.stdout.readline()
        self.refused(lambda: self.acquire(client, self.disk), 'is locked', BUSY)
        holder.communicate()
        self.acquire(client, self.disk)

    def test_lockspace(self):
        client = self.registered(self.manager())
        space = self.ground.path('leases')
        self.refused(lambda: self.acquire(client, 'x', space), f'Lockspace for path {space} does not exist', 1)
        client.ask(NEW, string(space) + uint(0))
        self.assertTrue(os.path.isdir(space))
        self.refused(lambda: client.ask(NEW, string(space) + uint(0)), f'Lockspace for path {space} already exists', 1)
        client.ask(CREATE_SPACE, string(space))
        client.ask(CREATE, string(space) + string('disk') + uint(0))
        self.acquire(client, 'disk', space)
        self.assertTrue(self.locked(os.path.join(space, 'disk')))
        self.refused(lambda: client.ask(DELETE, string(space) + string('disk') + uint(0)), 'is locked', BUSY)
        self.release(client, 'disk', space)
        client.ask(DELETE, string(space) + string('disk') + uint(0))
        client.ask(DELETE, string(space) + string('disk') + uint(0))
        self.acquire(client, 'hash', space, AUTOCREATE)
        self.assertEqual(os.listdir(space), ['hash'])
        self.release(client, 'hash', space)
        self.assertEqual(os.listdir(space), [])

    def test_refusals(self):
        manager = self.manager()
        client = manager.connect()
        self.refused(lambda: self.acquire(client, self.disk), 'lock owner details have not been registered', 55)
        self.refused(lambda: client.ask(RESTRICT, uint(0)), 'lock owner details have not been registered', 55)
        client = self.registered(manager)
        self.refused(lambda: self.acquire(client, self.disk, flags=4), 'unsupported flags (0x4)', 8)
        self.refused(lambda: self.acquire(client, self.disk + '2'),
                     f'Unable to open resource {self.disk}2: No such file or directory', 38)
        client.ask(RESTRICT, uint(0))
        for what in (lambda: self.acquire(client, self.disk), lambda: client.ask(RESTRICT, uint(0)),
                     lambda: client.ask(NEW, string('/x') + uint(0))):
            self.refused(what, 'operation forbidden: lock manager connection has been restricted', 29)

    def test_others_connections_say_nothing_of_the_owner(self):
        manager = self.manager()
        owner = subprocess.Popen(['sleep', '600'])
        self.addCleanup(owner.wait)
        self.addCleanup(owner.kill)
        client = self.registered(manager, owner.pid)
        self.acquire(client, self.disk)
        client.close()
        mail = self.registered(manager, os.getpid() + 2000000, 'mail')
        self.refused(lambda: self.acquire(mail, self.disk), 'is locked', BUSY)
        self.assertIsNone(owner.poll())
        self.release(self.registered(manager, owner.pid), self.disk)
        self.acquire(mail, self.disk)

    def test_owner_ends(self):
        manager = self.manager()
        owner = self.owner(manager)
        self.assertTrue(self.locked())
        owner.kill()
        support.wait_until(lambda: not self.locked(), 'the lock is free')

    def test_owner_hangs_up(self):
        """Who lets go of its connection is ended: its locks would not keep others away any more."""
        manager = self.manager()
        owner = self.owner(manager)
        self.tell(owner, 'hang up')
        self.assertEqual(owner.wait(support.DEADLINE), -signal.SIGTERM)
        support.wait_until(lambda: not self.locked(), 'the lock is free')

    def test_stubborn_owner(self):
        manager = self.manager()
        owner = self.owner(manager, STUBBORN='1')
        self.tell(owner, 'hang up')
        self.assertEqual(owner.wait(support.DEADLINE), -signal.SIGKILL)
        support.wait_until(lambda: not self.locked(), 'the lock is free')

    def test_administration(self):
        manager = self.manager()
        self.registered(manager)
        uri = f'virtlockd:///system?socket={manager.admin}'
        self.assertIn('virtlockd', self.ok(support.peer_virt_admin(self.ground, uri, 'server-list')))
        self.assertIn('unix', self.ok(support.peer_virt_admin(self.ground, uri, 'client-list', 'virtlockd')))


class Ours(Protocol, LockTest):
    def test_help(self):
        text = self.ok(support.run([ours('virtlockd'), '--help']))
        for word in ('--help', '--verbose', '--daemon', '--timeout', '--config', '--version', '--pid-file'):
            self.assertIn(word, text)
        self.assertIn('9.10.0', self.ok(support.run([ours('virtlockd'), '-V'])))

    def test_activation(self):
        self.activated()

    def test_clean_end(self):
        def everything(manager):
            owner = self.owner(manager)
            client = self.registered(manager)
            space = self.ground.path('leases')
            client.ask(NEW, string(space) + uint(0))
            self.acquire(client, 'mine', space, AUTOCREATE)
            self.refused(lambda: self.acquire(client, self.disk), 'is locked by')
            manager.restart_and_wait()
            self.refused(lambda: self.acquire(client, self.disk), 'is locked by')
            self.release(client, 'mine', space)
            self.acquire(client, 'mine', space, AUTOCREATE)
            owner.kill()
            support.wait_until(lambda: not self.locked(), 'the lock is free')
        self.watched(everything)

    def test_holder_is_named(self):
        manager = self.manager()
        owner = self.owner(manager)
        mail = self.registered(manager, os.getpid() + 2000000, 'mail')
        self.refused(lambda: self.acquire(mail, self.disk), f"is locked by 'web', process {owner.pid}", BUSY)

    def test_another_name_of_the_file(self):
        """A link is the same disk; letting go of one name does not unlock the other."""
        manager = self.manager()
        os.link(self.disk, self.ground.path('hard'))
        os.symlink(self.disk, self.ground.path('soft'))
        web, mail = self.registered(manager), self.registered(manager, os.getpid() + 2000000, 'mail')
        self.acquire(web, self.disk)
        for name in ('hard', 'soft'):
            self.refused(lambda at=name: self.acquire(mail, self.ground.path(at)), 'is locked', BUSY)
        self.acquire(web, self.write('other.img', ''))
        self.release(web, self.ground.path('other.img'))
        self.assertTrue(self.locked())

    def test_names_stay_in_their_folder(self):
        client = self.registered(self.manager())
        space = self.ground.path('leases')
        client.ask(NEW, string(space) + uint(0))
        for name in ('../x', '/etc/x', '..', '.', ''):
            self.refused(lambda at=name: self.acquire(client, at, space, AUTOCREATE), 'no lock can be called', 8)
        self.refused(lambda: self.acquire(client, 'relative', '', AUTOCREATE), 'no lock can be called', 8)

    def test_end_of_the_daemon_ends_no_guest(self):
        manager = self.manager()
        owner = self.owner(manager)
        self.assertEqual(manager.stop(), 0)
        self.assertIsNone(owner.poll())
        self.assertFalse(self.locked())

    def test_killed_daemon_ends_no_guest(self):
        manager = self.manager()
        owner = self.owner(manager)
        manager.stop(signal.SIGKILL)
        self.assertIsNone(owner.poll())

    def test_race_for_one_lock(self):
        """Many that want the same at the same time, with a file that comes and goes: never two."""
        manager = self.manager()
        space = self.ground.path('leases')
        self.registered(manager).ask(NEW, string(space) + uint(0))
        holders, most, taken = [], [0], [0]
        lock = threading.Lock()

        def run(number):
            client = self.registered(manager, 3000000 + number)
            for _ in range(200):
                try:
                    self.acquire(client, 'one', space, AUTOCREATE)
                except wire.Refused:
                    continue
                with lock:
                    holders.append(number)
                    most[0] = max(most[0], len(holders))
                    taken[0] += 1
                    holders.remove(number)
                self.release(client, 'one', space)
        threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(most[0], 1)
        self.assertGreater(taken[0], 100)
        self.assertEqual(os.listdir(space), [])

    def test_hostile_packets(self):
        manager = self.manager()
        for data in (wire.packet(0x0ea7beef, REGISTER, b'\xff' * 40), wire.packet(0x0ea7beef, ACQUIRE, b''),
                     wire.packet(0x0ea7beef, NEW, uint(70000) + b'x' * 70000), wire.packet(wire.REMOTE, 1),
                     wire.packet(0x0ea7beef, 0), wire.packet(0x0ea7beef, 9)):
            client = manager.connect()
            client.send(data)
            self.assertEqual(client.reply(1).status, wire.ERROR)
        client = manager.connect()
        self.refused(lambda: client.ask(REGISTER, bytes(16) + string('x') + uint(1, 0, 0)), 'no process has the number', 8)
        self.assertTrue(manager.answers())

    def test_timeout(self):
        manager = self.manager('-t', '1')
        client = self.registered(manager)
        self.acquire(client, self.disk)
        client.close()
        with self.assertRaises(subprocess.TimeoutExpired):
            manager.process.wait(2.5)
        client = self.registered(manager)
        self.release(client, self.disk)
        client.close()
        self.assertEqual(manager.process.wait(support.DEADLINE), 0)


class Reexec(LockTest):
    def test_locks_are_never_let_go(self):
        manager = self.manager()
        owner = self.owner(manager)
        space = self.ground.path('leases')
        client = self.registered(manager, owner.pid)
        client.ask(NEW, string(space) + uint(0))
        self.acquire(client, 'mine', space, AUTOCREATE)
        mail = self.registered(manager, os.getpid() + 2000000, 'mail')
        free, stop = [], threading.Event()

        def watch():
            while not stop.is_set():
                if not self.locked():
                    free.append(1)
        thread = threading.Thread(target=watch)
        thread.start()
        for _ in range(15):
            manager.restart()
            self.refused(lambda: self.acquire(mail, self.disk), f"is locked by 'web', process {owner.pid}", BUSY)
            self.refused(lambda: self.acquire(mail, 'mine', space, AUTOCREATE), 'is locked by', BUSY)
        stop.set()
        thread.join()
        self.assertEqual(free, [])
        self.assertIsNone(owner.poll())
        self.assertIsNone(manager.process.poll())
        self.release(client, 'mine', space)
        self.assertEqual(os.listdir(space), [])
        owner.kill()
        support.wait_until(lambda: not self.locked(), 'the lock is free')
        self.acquire(mail, self.disk)


@support.needs_root
class Theirs(Protocol, LockTest):
    """The tests themselves, held against Debian's daemon."""
    PEER = True


@support.needs_root
class Between(LockTest):
    def test_theirs_becomes_ours(self):
        link = self.ground.path('virtlockd')
        os.symlink(os.path.join(support.PEER, 'usr/sbin/virtlockd'), link)
        manager = self.manager(peer=True, program=link)
        owner = self.owner(manager)
        space = self.ground.path('leases')
        client = self.registered(manager, owner.pid)
        client.ask(NEW, string(space) + uint(0))
        self.acquire(client, 'mine', space, AUTOCREATE)
        os.symlink(ours('virtlockd'), link + '.new')
        os.rename(link + '.new', link)
        manager.restart()
        support.wait_until(lambda: os.path.realpath(f'/proc/{manager.pid}/exe') == os.path.realpath(ours('virtlockd')),
                           'the program is the other one')
        self.assertTrue(self.locked())
        mail = self.registered(manager, os.getpid() + 2000000, 'mail')
        self.refused(lambda: self.acquire(mail, self.disk), f"is locked by 'web', process {owner.pid}", BUSY)
        self.release(client, 'mine', space)
        self.assertEqual(os.listdir(space), [])
        self.assertIsNone(owner.poll())
        owner.kill()
        support.wait_until(lambda: not self.locked(), 'the lock is free')


if __name__ == '__main__':
    support.main()
