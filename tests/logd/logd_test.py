#!/usr/bin/env python3
"""virtlogd, ours and where both have to agree Debian's: its protocol, its files, its life, going on as another program."""
import os
import signal
import subprocess
import threading
import time
import warnings

from manager import ManagerTest, ours
import support
import wire
from wire import string, uint

OPEN, POSITION, READ, APPEND = 1, 2, 3, 4
TRUNCATE = 1
UUID = bytes(range(16))


def uhyper(value):
    return value.to_bytes(8, 'big')


class LogTest(ManagerTest):
    NAME = 'virtlogd'

    def setUp(self):
        super().setUp()
        self.path = self.ground.path('guest.log')
        self.fds = []
        warnings.simplefilter('ignore', ResourceWarning)  # connections end with the test

    def leave(self):
        for fd in self.fds:
            os.close(fd)
        super().leave()

    def open(self, client, path=None, flags=0):
        reader, fd = client.ask_fd(OPEN, string('qemu') + UUID + string('web') + string(path or self.path) + uint(flags))
        self.fds.append(fd)
        return (reader.hyper(), reader.hyper()), fd

    def close(self, fd):
        self.fds.remove(fd)
        os.close(fd)

    def position(self, client, path=None):
        reader = client.ask(POSITION, string(path or self.path) + uint(0))
        return reader.hyper(), reader.hyper()

    def read(self, client, position, most=100, path=None):
        return client.ask(READ, string(path or self.path) + uhyper(position[0]) + uhyper(position[1]) + uhyper(most)
                          + uint(0)).string()

    def append(self, client, text, path=None):
        return client.ask(APPEND, string('qemu') + UUID + string('web') + string(path or self.path) + string(text)
                          + uint(0)).int()

    def content(self, path=None):
        """All files of a log, the oldest first."""
        path = path or self.path
        folder, name = os.path.split(path)
        old = sorted((int(n[len(name) + 1:]) for n in os.listdir(folder) if n.startswith(name + '.')), reverse=True)
        data = b''
        for part in [f'{path}.{n}' for n in old] + [path]:
            with open(part, 'rb') as file:
                data += file.read()
        return data

    def wait_for(self, data, path=None):
        support.wait_until(lambda: os.path.exists(path or self.path) and self.content(path) == data, 'the log is written')


class Protocol:
    """The same of both daemons."""

    def test_write_and_read(self):
        client = self.manager().connect()
        start, fd = self.open(client)
        self.assertEqual(start[1], 0)
        os.write(fd, b'first\n')
        self.wait_for(b'first\n')
        self.assertEqual(self.position(client), (start[0], 6))
        self.assertEqual(self.append(client, 'second\n'), 0)
        self.assertEqual(self.read(client, start), 'first\nsecond\n')
        self.assertEqual(self.read(client, (start[0], 2), 3), 'rst')
        self.assertEqual(self.read(client, (start[0], 100)), '')
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_append_to_closed_log(self):
        client = self.manager().connect()
        self.append(client, 'one\n')
        self.append(client, 'two\n')
        self.assertEqual(self.content(), b'one\ntwo\n')
        self.assertEqual(self.read(client, (os.stat(self.path).st_ino, 4)), 'two\n')

    def test_refusals(self):
        client = self.manager().connect()
        start, _fd = self.open(client)
        self.refused(lambda: self.open(client), f"Cannot open log file: '{self.path}': Device or resource busy", 38)
        self.refused(lambda: self.position(client, '/nowhere.log'), 'No open log file /nowhere.log', 1)
        self.refused(lambda: self.read(client, (5, 2)), 'Unable to seek to inode 5 offset 2: Bad file descriptor', 38)
        self.refused(lambda: self.read(client, start, 4194305),
                     'Requested data len 4194305 is larger than maximum 4194304', 1)
        missing = self.ground.path('no', 'where.log')
        self.refused(lambda: self.open(client, missing), f'Unable to open file: {missing}: No such file or directory', 38)
        self.refused(lambda: client.ask(POSITION, string(self.path) + uint(1)), 'unsupported flags (0x1)', 8)
        self.refused(lambda: client.ask(99), 'unknown procedure: 99', 39)
        self.assertEqual(self.position(client), start)

    def test_closed_by_its_end(self):
        client = self.manager().connect()
        start, fd = self.open(client)
        os.write(fd, b'words')
        self.close(fd)
        support.wait_until(lambda: self.is_closed(client), 'the log is closed')
        self.assertEqual(self.content(), b'words')
        again, _fd = self.open(client)
        self.assertEqual(again, (start[0], 5))

    def is_closed(self, client):
        try:
            self.position(client)
        except wire.Refused:
            return True
        return False

    def test_truncate(self):
        client = self.manager().connect()
        for name in ('', '.0', '.1'):
            with open(self.path + name, 'w', encoding='ascii') as file:
                file.write('old')
        start, fd = self.open(client, flags=TRUNCATE)
        self.assertEqual(start[1], 0)
        os.write(fd, b'new')
        self.wait_for(b'new')

    def test_log_outlives_the_client(self):
        manager = self.manager()
        client = manager.connect()
        _start, fd = self.open(client)
        client.close()
        os.write(fd, b'still here')
        self.wait_for(b'still here')

    def test_rolling(self):
        client = self.manager(config='max_size = 100000\nmax_backups = 2\n').connect()
        _start, fd = self.open(client)
        lines = [b'%06d\n' % i for i in range(50000)]
        for i in range(0, len(lines), 100):
            os.write(fd, b''.join(lines[i:i + 100]))
        support.wait_until(lambda: self.content().endswith(lines[-1]), 'all is written')
        data = self.content()
        self.assertTrue(b''.join(lines).endswith(data))
        self.assertGreater(len(data), 200000)
        sizes = [os.stat(self.path + name).st_size for name in ('.0', '.1')]
        self.assertEqual(sorted(n for n in os.listdir(self.ground.root) if n.startswith('guest.log')),
                         ['guest.log', 'guest.log.0', 'guest.log.1'])
        self.assertTrue(all(99000 < size <= 100000 for size in sizes), sizes)
        # What moved is found under its new name.
        middle = os.stat(self.path + '.1')
        self.assertEqual(self.read(client, (middle.st_ino, middle.st_size - 7), 14).encode()[7:],
                         data[middle.st_size:middle.st_size + 7])

    def test_many_writers(self):
        client = self.manager(config='max_size = 0\n').connect()
        fds = [self.open(client, self.ground.path(f'guest-{i}.log'))[1] for i in range(40)]
        text = b'0123456789abcdef' * 64

        def write(fd):
            for _ in range(200):
                os.write(fd, text)
        threads = [threading.Thread(target=write, args=(fd,)) for fd in fds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for i in range(len(fds)):
            self.wait_for(text * 200, self.ground.path(f'guest-{i}.log'))

    def test_administration(self):
        manager = self.manager()
        _client = manager.connect()
        uri = f'virtlogd:///system?socket={manager.admin}'
        out = self.ok(support.peer_virt_admin(self.ground, uri, 'server-list'))
        self.assertIn('virtlogd', out)
        self.assertIn('admin', out)
        out = self.ok(support.peer_virt_admin(self.ground, uri, 'client-list', 'virtlogd'))
        self.assertIn('unix', out)
        out = self.ok(support.peer_virt_admin(self.ground, uri, 'server-clients-info', 'virtlogd'))
        self.assertRegex(out, r'nclients_max\s*: 1024')

    def test_end(self):
        manager = self.manager()
        client = manager.connect()
        _start, fd = self.open(client)
        os.write(fd, b'last words')
        self.wait_for(b'last words')
        self.assertEqual(manager.stop(), 0)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        with self.assertRaises(BrokenPipeError):
            os.write(fd, b'too late')


class Ours(Protocol, LogTest):
    def test_help(self):
        text = self.ok(support.run([ours('virtlogd'), '--help']))
        for words in ('-h, --help', '-v, --verbose', '-d, --daemon', '-t, --timeout', '-f, --config', '-V, --version',
                      '-p, --pid-file'):
            self.assertIn(words.split(', ')[1], text)
        self.assertIn('9.10.0', self.ok(support.run([ours('virtlogd'), '-V'])))
        self.assertEqual(support.run([ours('virtlogd'), '--listen']).status, 1)

    def test_activation(self):
        self.activated()

    def test_clean_end(self):
        def everything(manager):
            client = manager.connect()
            start, fd = self.open(client)
            os.write(fd, b'words')
            self.assertEqual(self.position(client), (start[0], 5))
            self.append(client, 'more')
            self.append(client, 'more', self.ground.path('other.log'))
            self.refused(lambda: self.open(client), 'busy')
            manager.restart_and_wait()
            self.assertEqual(self.read(client, start), 'wordsmore')
            self.close(fd)
            left = manager.connect()
            left.send(b'\0\0\0\x30half')
            manager.restart_and_wait()
            self.append(client, 'more')
            _start, _fd = self.open(client)
        self.watched(everything)

    def test_wrong_config(self):
        path = self.write('bad.conf', 'max_sise = 3\n')
        result = support.run([ours('virtlogd'), '--root', self.ground.root, '-f', path])
        self.assertEqual(result.status, 1)
        self.assertIn(path + ':1', result.err)

    def test_lines_stay_whole(self):
        client = self.manager(config='max_size = 1000\nmax_backups = 9\n').connect()
        _start, fd = self.open(client)
        lines = b''.join(b'a line of the guest, number %d\n' % i for i in range(100))
        os.write(fd, lines)
        self.wait_for(lines)
        for name in os.listdir(self.ground.root):
            if name.startswith('guest.log'):
                with open(self.ground.path(name), 'rb') as file:
                    self.assertTrue(file.read().endswith(b'\n'), name)

    def test_zero_bytes_do_not_hide_what_follows(self):
        client = self.manager().connect()
        start, fd = self.open(client)
        os.write(fd, b'a\0b\n')
        self.wait_for(b'a\0b\n')
        self.assertEqual(self.read(client, start), 'a b\n')

    def test_relative_path(self):
        client = self.manager().connect()
        self.refused(lambda: self.open(client, 'guest.log'), 'absolute', 8)

    def test_removed_when_old(self):
        folder = self.ground.path('var', 'log', 'libvirt', 'qemu')
        os.makedirs(folder)
        week = time.time() - 7 * 86400
        for name, old in (('gone.log', True), ('gone.log.0', True), ('busy.log', False), ('busy.log.0', True),
                          ('notes.txt', True)):
            path = os.path.join(folder, name)
            with open(path, 'w', encoding='ascii') as file:
                file.write('x')
            if old:
                os.utime(path, (week, week))
        self.manager(config='max_age_days = 3\n')
        support.wait_until(lambda: len(os.listdir(folder)) == 3, 'old logs are removed')
        self.assertEqual(sorted(os.listdir(folder)), ['busy.log', 'busy.log.0', 'notes.txt'])

    def test_timeout(self):
        manager = self.manager('-t', '1')
        client = manager.connect()
        _start, fd = self.open(client)
        client.close()
        with self.assertRaises(subprocess.TimeoutExpired):
            manager.process.wait(2.5)
        self.close(fd)
        self.assertEqual(manager.process.wait(support.DEADLINE), 0)
        self.assertFalse(os.path.exists(manager.socket))

    def test_disk_full(self):
        """A guest does not stand still because its log cannot grow."""
        client = self.manager().connect()
        _start, fd = self.open(client, '/dev/full')
        for _ in range(100):
            os.write(fd, b'x' * 4096)
        _start, other = self.open(client)
        os.write(other, b'fine')
        self.wait_for(b'fine')

    def test_hostile_packets(self):
        manager = self.manager()
        for data in (wire.packet(0x87539319, OPEN, b'\xff' * 40), wire.packet(0x87539319, OPEN, b''),
                     wire.packet(0x87539319, APPEND, uint(0x7fffffff)), wire.packet(wire.REMOTE, 1, b''),
                     wire.packet(0x87539319, 0), wire.packet(0x87539319, -1)):
            client = manager.connect()
            client.send(data)
            self.assertEqual(client.reply(1).status, wire.ERROR)
            client.close()
        for data in (uint(3), uint(0xffffffff) + b'x' * 100):
            client = manager.connect()
            client.send(data)
            self.assertTrue(client.ended())
        self.assertTrue(manager.answers())

    def test_killed(self):
        """Nothing but what was in the pipe is lost, and the next daemon serves the next guest."""
        manager = self.manager()
        _start, fd = self.open(manager.connect())
        os.write(fd, b'before')
        self.wait_for(b'before')
        manager.stop(signal.SIGKILL)
        manager = self.manager()
        _start, fd = self.open(manager.connect())
        os.write(fd, b' and after')
        self.wait_for(b'before and after')

    @support.needs_root
    def test_others_are_not_served(self):
        manager = self.manager()
        os.chmod(manager.socket, 0o666)
        for folder in (manager.run, os.path.dirname(manager.run), self.ground.root):
            os.chmod(folder, 0o755)
        code = ('import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX); '
                's.connect("/proc/self/fd/3/virtlogd-sock"); s.settimeout(60); sys.exit(len(s.recv(1)))')
        folder = os.open(manager.run, os.O_PATH)
        try:
            os.dup2(folder, 3) if folder != 3 else None
            result = subprocess.run(['/usr/bin/python3', '-c', code], pass_fds=(3,), check=False)
        finally:
            os.close(folder)
        self.assertEqual(result.returncode, 0)


class Reexec(LogTest):
    """SIGUSR1: the same process, another program, nothing lost."""

    def test_nothing_is_lost_under_load(self):
        manager = self.manager(config='max_size = 500000\nmax_backups = 1000\n')
        client = manager.connect()
        logs = [self.ground.path(f'guest-{i}.log') for i in range(6)]
        fds = [self.open(client, path)[1] for path in logs]
        stop = threading.Event()
        counts = [0] * len(fds)

        def write(i):
            while not stop.is_set():
                os.write(fds[i], b'%d\n' % counts[i])
                counts[i] += 1
        threads = [threading.Thread(target=write, args=(i,)) for i in range(len(fds))]
        for thread in threads:
            thread.start()
        for _ in range(20):
            manager.restart()
            self.position(client, logs[0])  # the same connection, and behind all that was written so far
            manager.restart()
            self.append(manager.connect(), 'and\n', self.ground.path('other.log'))
        stop.set()
        for thread in threads:
            thread.join()
        for path, count in zip(logs, counts):
            self.assertGreater(count, 1000)
            self.wait_for(b''.join(b'%d\n' % i for i in range(count)), path)
        self.assertEqual(self.content(self.ground.path('other.log')), b'and\n' * 20)
        self.assertIsNone(manager.process.poll())

    def test_signals_that_come_together(self):
        """An end that is asked for while it becomes another program is not forgotten."""
        for _ in range(10):
            manager = self.manager()
            manager.restart()
            manager.restart()
            self.assertEqual(manager.stop(), 0)

    def test_packets_under_way(self):
        manager = self.manager()
        client = manager.connect()
        start, _fd = self.open(client)
        packet = wire.packet(0x87539319, POSITION, string(self.path) + uint(0), serial=7)
        client.send(packet[:33])
        for _ in range(3):
            manager.restart()
            self.assertEqual(self.position(manager.connect()), start)
        client.send(packet[33:])
        reader = client.reply(7).reader()
        self.assertEqual((reader.hyper(), reader.hyper()), start)

    def test_answers_not_taken_yet(self):
        """A client that reads nothing while answers of megabytes and descriptors wait for it."""
        manager = self.manager(config='max_size = 0\n')
        client = manager.connect()
        text = 'x' * 3000000
        self.append(client, text)
        inode = os.stat(self.path).st_ino
        paths = [self.ground.path(f'late-{i}.log') for i in range(3)]
        first, serials = 50, [51, 52, 53]
        calls = [wire.packet(client.program, READ, string(self.path) + uhyper(inode) + uhyper(0) + uhyper(4000000)
                             + uint(0), serial=first)]
        calls += [wire.packet(client.program, OPEN, string('qemu') + UUID + string('web') + string(path) + uint(0),
                              serial=serial) for serial, path in zip(serials, paths)]
        client.send(b''.join(calls))
        other = manager.connect()
        support.wait_until(lambda: all(os.path.exists(path) for path in paths), 'the calls are answered')
        for _ in range(2):
            manager.restart()
            self.position(other, paths[0])
        answers = {}
        while len(answers) < 4:
            message = client.receive()
            answers[message.serial] = message.reader().string() if message.serial == first else client.receive_fd()
        self.assertEqual(sorted(answers), [first] + serials)
        self.assertEqual(answers[first], text)
        for serial, path in zip(serials, paths):
            self.fds.append(answers[serial])
            os.write(answers[serial], path.encode())
            self.wait_for(path.encode(), path)

    def test_administration_goes_on(self):
        manager = self.manager()
        client = manager.connect()
        before = manager.pid
        manager.restart()
        self.append(client, 'x')
        uri = f'virtlogd:///system?socket={manager.admin}'
        self.assertIn('unix', self.ok(support.peer_virt_admin(self.ground, uri, 'client-list', 'virtlogd')))
        with open(self.ground.path('run', 'virtlogd.pid'), encoding='ascii') as file:
            self.assertEqual(int(file.read()), before)
        self.assertFalse(os.path.exists(self.ground.path('run', 'virtlogd-restart-exec.json')))
        self.assertEqual(manager.stop(), 0)
        self.assertFalse(os.path.exists(manager.socket))

    def test_broken_configuration(self):
        """What the next program could not read must not cost what this one has open."""
        manager = self.manager()
        client = manager.connect()
        _start, fd = self.open(client)
        self.write('virtlogd.conf', 'nonsense = 1\n')
        manager.restart()
        support.wait_until(lambda: self.said(manager, 'nonsense'), 'the daemon complains')
        self.write('virtlogd.conf', '')
        os.write(fd, b'goes on')
        self.wait_for(b'goes on')
        self.assertEqual(self.position(client)[1], 7)

    @staticmethod
    def said(manager, words):
        with open(manager.log, encoding='utf-8') as file:
            return words in file.read()

    def test_state_of_another_process(self):
        path = self.ground.path('run', 'virtlogd-restart-exec.json')
        os.makedirs(os.path.dirname(path))
        with open(path, 'w', encoding='ascii') as file:
            file.write('{"magic": "1", "daemon": {"servers": {"virtlogd": {"services": [{"socks": [{"fd": 0}]}]}}}}')
        self.append(self.manager().connect(), 'fine')
        self.assertFalse(os.path.exists(path))

    def test_in_the_background(self):
        pid_file = self.ground.path('here.pid')
        config = self.write('virtlogd.conf', '')
        env = support.clean_environment()
        self.ok(support.run([ours('virtlogd'), '-d', '--root', self.ground.root, '-f', config, '-p', pid_file], env=env))
        with open(pid_file, encoding='ascii') as file:
            pid = int(file.read())
        from manager import Caller
        client = Caller(self.ground.path('run', 'libvirt', 'virtlogd-sock'), 'virtlogd')
        os.kill(pid, signal.SIGUSR1)
        self.append(client, 'x')
        with open(pid_file, encoding='ascii') as file:
            self.assertEqual(int(file.read()), pid)
        os.kill(pid, signal.SIGTERM)
        support.wait_until(lambda: not os.path.exists(pid_file), 'it ends')


@support.needs_root
class Theirs(Protocol, LogTest):
    """The tests themselves, held against Debian's daemon."""
    PEER = True

    test_truncate = None  # theirs leaves what is in old backups


@support.needs_root
class Between(LogTest):
    """Debian's daemon becomes ours under a running guest, and ours Debian's."""

    def switch(self, first, second):
        link = self.ground.path('virtlogd')
        programs = {'ours': ours('virtlogd'), 'theirs': os.path.join(support.PEER, 'usr/sbin/virtlogd')}
        os.symlink(programs[first], link)
        manager = self.manager(peer=True, program=link)
        client = manager.connect()
        start, fd = self.open(client)
        os.write(fd, b'one ')
        self.wait_for(b'one ')
        os.symlink(programs[second], link + '.new')
        os.rename(link + '.new', link)
        manager.restart()
        support.wait_until(lambda: os.path.realpath(f'/proc/{manager.pid}/exe') == os.path.realpath(programs[second]),
                           'the program is the other one')
        os.write(fd, b'two')
        self.wait_for(b'one two')
        self.assertEqual(self.position(client), (start[0], 7))
        self.assertEqual(self.read(manager.connect(), start), 'one two')

    def test_theirs_becomes_ours(self):
        self.switch('theirs', 'ours')

    def test_ours_stays_ours(self):
        self.switch('ours', 'ours')


if __name__ == '__main__':
    support.main()
