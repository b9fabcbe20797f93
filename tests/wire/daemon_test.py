#!/usr/bin/env python3
"""vireod as a process: options, configuration, sockets, signals, going into the background, its end."""
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'e2e'))
import support  # noqa: E402
import wire  # noqa: E402
from wire import Connection, string, uint  # noqa: E402

VIREOD = os.path.join(support.BUILD, 'src', 'daemon', 'vireod')


def vireod(*arguments, env=None):
    """Run to its end."""
    return support.run([VIREOD, *arguments], env=env or support.our_environment())


def sanitized():
    with open(VIREOD, 'rb') as file:
        return b'__asan_init' in file.read()


class Options(support.GroundTest):
    def test_version_and_help(self):
        self.assertIn('9.10.0', self.ok(vireod('--version')))
        self.assertEqual(self.ok(vireod('-V')), self.ok(vireod('--version')))
        for word in ('--config', '--daemon', '--pid-file', '--timeout', '--verbose', '--listen', '--root'):
            self.assertIn(word, self.ok(vireod('--help')))

    def test_wrong_option(self):
        result = vireod('--nonsense')
        self.assertEqual(result.status, 1)
        self.assertIn('--nonsense', result.err)

    def test_missing_config(self):
        path = self.ground.path('no', 'such.conf')
        result = vireod('--root', self.ground.root, '--config', path)
        self.assertEqual(result.status, 1)
        self.assertIn(path, result.err)


class Refusals(support.GroundTest):
    """What the configuration asks for and is not there keeps vireod from starting, by file, line and key."""

    def refuse(self, text, words, *options):
        path = self.write('bad.conf', text)
        result = vireod('--root', self.ground.root, '--config', path, *options)
        self.assertEqual(result.status, 1, result)
        self.assertIn(path + words, result.err)
        self.assertFalse(os.path.exists(self.ground.path('run', 'libvirt', 'libvirt-sock')))

    def test_polkit(self):
        self.refuse('# comment\nauth_unix_rw = "polkit"\n', ':2: auth_unix_rw')

    def test_sasl(self):
        self.refuse('auth_unix_ro = "sasl"\n', ':1: auth_unix_ro')

    def test_tls(self):
        self.refuse('listen_tls = 1\n', ':1: listen_tls', '--listen')

    def test_tcp_without_none(self):
        self.refuse('listen_tls = 0\nlisten_tcp = 1\n', ': auth_tcp', '--listen')

    def test_access_drivers(self):
        self.refuse('access_drivers = [ "polkit" ]\n', ':1: access_drivers')

    def test_unknown_key(self):
        self.refuse('max_clinets = 3\n', ':1: ')

    def test_syntax(self):
        self.refuse('max_clients = = 3\n', ':1')

    def test_default_place(self):
        os.makedirs(self.ground.path('etc', 'libvirt'))
        path = self.write('etc/libvirt/libvirtd.conf', 'auth_unix_rw = "polkit"\n')
        result = vireod('--root', self.ground.root)
        self.assertEqual(result.status, 1)
        self.assertIn(path + ':1: auth_unix_rw', result.err)


class Sockets(support.GroundTest):
    def test_permissions_as_configured(self):
        daemon = self.daemon(config='unix_sock_rw_perms = "0770"\nunix_sock_ro_perms = "0750"\n'
                                    'unix_sock_admin_perms = "0600"\n')
        sockets = [os.path.join(daemon.run, name) for name in ('libvirt-sock', 'libvirt-sock-ro', 'libvirt-admin-sock')]
        support.wait_until(lambda: all(os.path.exists(path) for path in sockets), 'all sockets are there')
        modes = [stat.S_IMODE(os.stat(path).st_mode) for path in sockets]
        self.assertEqual(modes, [0o770, 0o750, 0o600])

    @support.needs_root
    def test_group(self):
        daemon = self.daemon(config='unix_sock_group = "daemon"\nunix_sock_rw_perms = "0770"\n')
        self.assertEqual(os.stat(daemon.socket).st_gid, 1)

    def test_folder_as_configured(self):
        folder = self.ground.path('elsewhere')
        self.daemon(config=f'unix_sock_dir = "{folder}"\n', wait=False)
        support.wait_until(lambda: os.path.exists(os.path.join(folder, 'libvirt-sock')), 'the socket is there')

    def test_session_has_no_readonly_socket(self):
        daemon = self.daemon(session=True)
        support.wait_until(lambda: os.path.exists(os.path.join(daemon.run, 'libvirt-admin-sock')), 'sockets')
        self.assertEqual(sorted(n for n in os.listdir(daemon.run) if n.endswith(('-sock', '-ro'))),
                         ['libvirt-admin-sock', 'libvirt-sock'])
        self.assertEqual(Connection(daemon.socket).open('test:///default').lib_version(), 9010000)

    def test_long_path(self):
        self.ground.root = os.path.join(self.ground.root, 'a' * 100, 'b' * 60)
        os.makedirs(self.ground.root)
        daemon = self.daemon()
        self.assertGreater(len(daemon.socket), 180)
        c = Connection(daemon.socket).open()
        self.addCleanup(c.close)
        self.assertEqual(c.lib_version(), 9010000)

    def test_taken_socket(self):
        path = self.ground.path('run', 'libvirt', 'libvirt-sock')
        os.makedirs(os.path.dirname(path))
        taken = socket.socket(socket.AF_UNIX)
        self.addCleanup(taken.close)
        here = os.open(os.path.dirname(path), os.O_PATH)
        taken.bind(f'/proc/self/fd/{here}/libvirt-sock')
        os.close(here)
        taken.listen()
        result = vireod('--root', self.ground.root)
        self.assertEqual(result.status, 1)
        self.assertIn(path, result.err)

    def test_stale_socket(self):
        daemon = self.daemon()
        self.assertEqual(daemon.stop(signal.SIGKILL), -signal.SIGKILL)
        self.assertTrue(os.path.exists(daemon.socket))
        self.assertEqual(Connection(self.started().socket).open().lib_version(), 9010000)

    def started(self):
        """Wait for the answer, not for the file that is still there."""
        daemon = self.daemon(wait=False)

        def answers():
            daemon.answers()
            try:
                return Connection(daemon.socket)
            except ConnectionRefusedError:
                return None
        support.wait_until(answers, 'vireod answers').close()
        return daemon

    def test_activation(self):
        """Sockets from a service manager: the daemon serves them and leaves them in place."""
        listeners = {}
        for name in ('libvirt-sock', 'libvirt-sock-ro', 'libvirt-admin-sock'):
            path = self.ground.path(name)
            listeners[name] = socket.socket(socket.AF_UNIX)
            here = os.open(self.ground.root, os.O_PATH)
            listeners[name].bind(f'/proc/self/fd/{here}/{name}')
            os.close(here)
            listeners[name].listen()
            self.assertTrue(os.path.exists(path))
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind('\0vireo-test-%d' % os.getpid())
        notify.settimeout(support.DEADLINE)
        env = support.our_environment(self.ground, LISTEN_FDS='3', NOTIFY_SOCKET='@vireo-test-%d' % os.getpid(),
                                      LISTEN_FDNAMES='libvirtd.socket:libvirtd-ro.socket:libvirtd-admin.socket')
        process = subprocess.Popen(['/bin/sh', '-c', 'exec env LISTEN_PID=$$ "$0"', VIREOD], env=env,
                                   stdin=subprocess.DEVNULL, preexec_fn=lambda: self.hand_over(listeners.values()),
                                   pass_fds=(3, 4, 5), stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(notify.recv(100), b'READY=1')
        self.assertEqual(Connection(self.ground.path('libvirt-sock')).open().lib_version(), 9010000)
        with self.assertRaises(wire.Refused):
            c = Connection(self.ground.path('libvirt-sock-ro')).open()
            c.call(wire.DOMAIN_SUSPEND, wire.domain(c.domains()[0]))
        admin = Connection(self.ground.path('libvirt-admin-sock'))
        admin.call(1, uint(0), wire.ADMIN)
        self.assertFalse(os.path.exists(self.ground.path('run', 'libvirt', 'libvirt-sock')))
        begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        process.send_signal(signal.SIGHUP)
        reloading = dict(line.split('=') for line in notify.recv(100).decode().splitlines())
        self.assertEqual(reloading['RELOADING'], '1')
        self.assertGreaterEqual(int(reloading['MONOTONIC_USEC']), begun)
        self.assertEqual(notify.recv(100), b'READY=1')
        process.terminate()
        self.assertEqual(notify.recv(100), b'STOPPING=1')
        self.assertEqual(process.wait(support.DEADLINE), 0)
        self.assertTrue(os.path.exists(self.ground.path('libvirt-sock')))

    @staticmethod
    def hand_over(listeners):
        high = [os.dup2(listener.fileno(), 100 + i) for i, listener in enumerate(listeners)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i)


class Life(support.GroundTest):
    def pid_file(self):
        return self.ground.path('run', 'libvirtd.pid')

    def test_pid_file_and_end(self):
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            daemon = self.daemon()
            with open(self.pid_file(), encoding='ascii') as file:
                self.assertEqual(int(file.read()), daemon.process.pid)
            c = Connection(daemon.socket).open()
            self.assertEqual(daemon.stop(how), 0)
            self.assertTrue(c.ended())
            self.assertFalse(os.path.exists(self.pid_file()))
            self.assertFalse(os.path.exists(daemon.socket))

    def test_second_one(self):
        daemon = self.daemon()
        result = vireod('--root', self.ground.root)
        self.assertEqual(result.status, 1)
        self.assertIn(f"Failed to acquire pid file '{self.pid_file()}': Resource temporarily unavailable", result.err)
        self.assertIn(str(daemon.process.pid), result.err)
        self.assertEqual(Connection(daemon.socket).open().lib_version(), 9010000)

    def test_timeout(self):
        daemon = self.daemon('--timeout', '1')
        c = Connection(daemon.socket).open()
        with self.assertRaises(subprocess.TimeoutExpired):
            daemon.process.wait(2)
        self.assertEqual(c.lib_version(), 9010000, 'a client keeps it')
        c.close()
        self.assertEqual(daemon.process.wait(support.DEADLINE), 0)

    def test_background(self):
        pid_file = self.ground.path('my.pid')
        result = vireod('--root', self.ground.root, '--daemon', '--pid-file', pid_file)
        self.ok(result)
        with open(pid_file, encoding='ascii') as file:
            pid = int(file.read())
        self.addCleanup(support.wait_until, lambda: not os.path.exists(f'/proc/{pid}'), 'the daemon ends')
        self.addCleanup(os.kill, pid, signal.SIGTERM)
        path = self.ground.path('run', 'libvirt', 'libvirt-sock')
        self.assertEqual(Connection(path).open().lib_version(), 9010000)
        self.assertEqual(os.getsid(pid), pid)

    def test_background_tells_of_failure(self):
        self.daemon()
        result = vireod('--root', self.ground.root, '--daemon')
        self.assertEqual(result.status, 1)
        self.assertIn('Failed to acquire pid file', result.err)

    def test_reload(self):
        daemon = self.daemon()
        c = Connection(daemon.socket).open()
        daemon.process.send_signal(signal.SIGHUP)
        for _ in range(20):
            self.assertEqual(c.lib_version(), 9010000)
        self.assertEqual(daemon.stop(), 0)

    def test_many_clients_at_the_end(self):
        daemon = self.daemon()
        clients = [Connection(daemon.socket).open() for _ in range(50)]
        for c in clients:
            c.start(wire.LIST_ALL_DOMAINS, uint(1, 0))
        self.assertEqual(daemon.stop(), 0)

    def test_without_capabilities(self):
        """Limits that cannot be raised are no reason to die."""
        env = support.our_environment(self.ground)
        command = ['setpriv', '--bounding-set=-sys_resource', '--inh-caps=-sys_resource', VIREOD]
        if os.geteuid() != 0 or not shutil.which('setpriv'):
            self.skipTest('needs root and setpriv')
        process = subprocess.Popen(['prlimit', '--nofile=256:256', *command], env=env, stdin=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        path = self.ground.path('run', 'libvirt', 'libvirt-sock')
        support.wait_until(lambda: os.path.exists(path), 'the socket is there')
        self.assertEqual(Connection(path).open().lib_version(), 9010000)
        process.terminate()
        self.assertEqual(process.wait(support.DEADLINE), 0)


class Logging(support.GroundTest):
    def test_file(self):
        path = self.ground.path('v.log')
        daemon = self.daemon(config=f'log_level = 1\nlog_outputs = "1:file:{path}"\n')
        c = Connection(daemon.socket)
        c.send(b'\xff' * 8)
        self.assertTrue(c.ended())
        daemon.stop()
        with open(path, encoding='utf-8') as log:
            self.assertIn('a packet of 4294967295 bytes', log.read())

    def test_bad_outputs(self):
        path = self.write('bad.conf', 'log_outputs = "1:nowhere"\n')
        result = vireod('--root', self.ground.root, '--config', path)
        self.assertEqual(result.status, 1)
        self.assertIn('log_outputs', result.err)


class Valgrind(support.GroundTest):
    @unittest.skipUnless(shutil.which('valgrind'), 'needs valgrind')
    @unittest.skipIf(sanitized(), 'a sanitizer looks already')
    def test_clean_shutdown(self):
        """Nothing is read or written that is not ours, and nothing is lost, over a round of everything."""
        log = self.ground.path('valgrind.log')
        env = support.our_environment(self.ground, G_SLICE='always-malloc')
        process = subprocess.Popen(['valgrind', '--leak-check=full', '--show-leak-kinds=definite',
                                    '--errors-for-leak-kinds=definite', '--error-exitcode=99', f'--log-file={log}',
                                    VIREOD], env=env, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        path = self.ground.path('run', 'libvirt', 'libvirt-sock')
        support.wait_until(lambda: os.path.exists(path), 'the socket is there', deadline=300)
        c = Connection(path, deadline=300).open()
        c.call(wire.EVENT_CALLBACK_REGISTER_ANY, uint(0) + wire.maybe(None))
        entry = wire.domain(c.domains()[0])
        for procedure in (wire.DOMAIN_SUSPEND, wire.DOMAIN_RESUME):
            c.call(procedure, entry)
            c.event(wire.EVENT_CALLBACK_LIFECYCLE)
        with self.assertRaises(wire.Refused):
            c.call(wire.DOMAIN_LOOKUP_BY_NAME, string('nope'))
        admin = Connection(self.ground.path('run', 'libvirt', 'libvirt-admin-sock'), deadline=300)
        admin.call(1, uint(0), wire.ADMIN)
        admin.call(8, string('libvirtd') + uint(1, 0), wire.ADMIN)
        left = Connection(path, deadline=300).open()
        left.send(b'\0\0\0\x30half')
        process.terminate()
        self.assertEqual(process.wait(300), 0, open(log, encoding='utf-8').read())


class VirtAdmin(support.GroundTest):
    """Debian's unmodified virt-admin."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(support.PEER, 'usr/bin/virt-admin')):
            self.skipTest("Debian's virt-admin has not been fetched")
        self.vireod = self.daemon()
        self.uri = 'libvirtd:///system?socket=' + os.path.join(self.vireod.run, 'libvirt-admin-sock')

    def admin(self, *arguments):
        return self.ok(support.peer_virt_admin(self.ground, self.uri, *arguments))

    def table(self, text):
        return [line.split() for line in text.splitlines()[2:] if line.strip()]

    def fields(self, text):
        return dict((part.strip() for part in line.split(':', 1)) for line in text.splitlines() if ':' in line)

    def test_servers(self):
        self.assertEqual(self.table(self.admin('srv-list')), [['0', 'libvirtd'], ['1', 'admin']])

    def test_clients(self):
        user = Connection(self.vireod.socket).open()
        rows = self.table(self.admin('client-list', 'libvirtd'))
        self.assertEqual([row[1] for row in rows], ['unix'])
        info = self.fields(self.admin('client-info', 'libvirtd', rows[0][0]))
        self.assertEqual((info['readonly'], info['unix_process_id']), ('no', str(os.getpid())))
        self.admin('client-disconnect', 'libvirtd', rows[0][0])
        self.assertTrue(user.ended())

    def test_workers_and_limits(self):
        self.assertEqual(self.fields(self.admin('srv-threadpool-info', 'libvirtd'))['maxWorkers'], '20')
        self.admin('srv-threadpool-set', 'libvirtd', '--max-workers', '30')
        self.assertEqual(self.fields(self.admin('srv-threadpool-info', 'libvirtd'))['maxWorkers'], '30')
        self.assertEqual(self.fields(self.admin('srv-clients-info', 'libvirtd'))['nclients_max'], '5000')
        self.admin('srv-clients-set', 'libvirtd', '--max-clients', '50')
        self.assertEqual(self.fields(self.admin('srv-clients-info', 'libvirtd'))['nclients_max'], '50')

    def test_logging_and_timeout(self):
        self.admin('daemon-log-filters', '1:daemon')
        self.assertIn('1:daemon', self.admin('daemon-log-filters'))
        self.assertIn('stderr', self.admin('daemon-log-outputs'))
        self.admin('daemon-timeout', '--timeout', '1')
        self.assertEqual(self.vireod.process.wait(support.DEADLINE), 0)


if __name__ == '__main__':
    support.main()
