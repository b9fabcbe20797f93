#!/usr/bin/env python3
"""Our library as a client: of vireod, and of Debian's libvirtd."""
import os
import shutil
import signal
import socket
import subprocess
import unittest

import support
from support import GroundTest, Libvirtd, needs_root, our_environment

ROUND = os.path.join(support.BUILD, 'tests', 'e2e', 'remote_round')

ADMIN_ROUND = os.path.join(support.BUILD, 'tests', 'e2e', 'admin_round')


class Round(GroundTest):
    def round(self, path):
        uri = f'test+unix:///default?socket={path}'
        self.environment = our_environment(self.ground, VIREO_TEST_URI=uri)
        result = support.run([ROUND], env=self.environment)
        self.assertEqual(result.status, 0, result)
        admin_socket = os.path.join(os.path.dirname(path), 'libvirt-admin-sock')
        admin = our_environment(self.ground, VIREO_TEST_URI=f'libvirtd:///system?socket={admin_socket}',
                                VIREO_TEST_SOCKET=path)
        result = support.run([ADMIN_ROUND], env=admin)
        self.assertEqual(result.status, 0, result)

    def breaks(self, daemon):
        """The daemon is killed: the program hears of it in its event loop."""
        program = subprocess.Popen([ROUND], env=dict(self.environment, VIREO_TEST_CLOSED='1'), text=True,
                                   stdout=subprocess.PIPE)
        self.assertEqual(program.stdout.readline(), 'watching\n')
        daemon.stop(signal.SIGKILL)
        self.assertIn('closed', program.stdout.readline())
        self.assertEqual(program.wait(support.DEADLINE), 0)
        program.stdout.close()

    def test_vireod(self):
        daemon = self.daemon()
        self.round(daemon.socket)
        self.breaks(daemon)

    def test_tcp(self):
        """The same in the clear over TCP; nothing there is secure, descriptors do not travel."""
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        self.daemon('--listen', config=f'listen_tcp = 1\nlisten_tls = 0\nauth_tcp = "none"\n'
                    f'listen_addr = "127.0.0.1"\ntcp_port = "{port}"\n')
        environment = our_environment(self.ground, VIREO_TEST_URI=f'test+tcp://127.0.0.1:{port}/default',
                                      VIREO_TEST_INSECURE='1')
        result = support.run([ROUND], env=environment)
        self.assertEqual(result.status, 0, result)

    @needs_root
    def test_libvirtd(self):
        daemon = Libvirtd(self.ground)
        self.addCleanup(daemon.stop)
        self.round(daemon.socket)
        self.breaks(daemon)

    def as_user(self, command):
        """The command of a user who is not root, with the ground as that user's."""
        if os.geteuid() != 0:
            return command
        nobody = 65534
        os.chown(self.ground.root, nobody, nobody)
        command = ['setpriv', f'--reuid={nobody}', f'--regid={nobody}', '--clear-groups'] + command
        if not shutil.which('setpriv') or subprocess.run(command[:4] + ['test', '-x', ROUND], check=False).returncode:
            raise unittest.SkipTest('another user cannot reach the build folder')
        return command

    def test_session_daemon_on_demand(self):
        """Several programs of a user at once: one daemon is started, and serves them all."""
        env = our_environment(self.ground, VIREO_TEST_URI='test+unix:///default', VIREO_TEST_NO_RO='1')
        command = self.as_user([ROUND, '-p', '/remote/open'])
        programs = [subprocess.Popen(command, env=env) for _ in range(4)]
        self.assertEqual([program.wait(support.DEADLINE) for program in programs], [0] * 4)
        daemons = self.ground.orphans()
        self.assertEqual(len(daemons), 1)
        os.kill(daemons[0], signal.SIGTERM)
        support.wait_until(lambda: not self.ground.orphans(), 'the daemon ends')

    def test_no_daemon_on_demand(self):
        """Nothing is started when the user forbids it."""
        env = our_environment(self.ground, VIREO_TEST_URI='test+unix:///default', LIBVIRT_AUTOSTART='0')
        result = support.run(self.as_user([ROUND, '-p', '/remote/open']), env=env)
        self.assertNotEqual(result.status, 0)
        self.assertEqual(self.ground.orphans(), [])


if __name__ == '__main__':
    support.main()
