#!/usr/bin/env python3
"""Our library as a client: of vireod, and of Debian's libvirtd."""
import os
import signal
import subprocess

import support
from support import GroundTest, Libvirtd, needs_root, our_environment

ROUND = os.path.join(support.BUILD, 'tests', 'e2e', 'remote_round')


class Round(GroundTest):
    def round(self, socket):
        uri = f'test+unix:///default?socket={socket}'
        self.environment = our_environment(self.ground, VIREO_TEST_URI=uri)
        result = support.run([ROUND], env=self.environment)
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

    @needs_root
    def test_libvirtd(self):
        daemon = Libvirtd(self.ground)
        self.addCleanup(daemon.stop)
        self.round(daemon.socket)
        self.breaks(daemon)


if __name__ == '__main__':
    support.main()
