#!/usr/bin/env python3
"""vireod and libvirtd refuse to start over each other, both ways: on one set of folders, in a mount namespace."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'e2e'))
import support  # noqa: E402

VIREOD = os.path.join(support.BUILD, 'src', 'daemon', 'vireod')


@support.needs_root
class Exclusion(support.GroundTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(support.PEER, 'usr/sbin/libvirtd')):
            self.skipTest("Debian's libvirtd has not been fetched")
        self.state = self.ground.path('peer')

    def test_vireod_over_libvirtd(self):
        libvirtd = support.Libvirtd(self.ground)
        self.addCleanup(libvirtd.stop)
        result = support.run([VIREOD, '--root', self.state], env=support.our_environment())
        self.assertEqual(result.status, 1)
        self.assertIn(f"Failed to acquire pid file '{self.state}/run/libvirtd.pid': Resource temporarily unavailable",
                      result.err)
        self.assertIn(f'process {libvirtd.process.pid}', result.err)
        self.assertEqual(self.ok(support.peer_virsh(self.ground, libvirtd.uri(), 'uri')).strip()[:4], 'qemu')

    def test_libvirtd_over_vireod(self):
        here = self.ground.root
        self.ground.root = self.state
        os.makedirs(self.state)
        vireod = self.daemon()
        self.ground.root = here
        os.makedirs(os.path.join(self.state, 'etc', 'libvirt'), exist_ok=True)
        self.write('peer/etc/libvirt/libvirtd.conf', 'auth_unix_rw = "none"\nlog_outputs = "3:stderr"\n')
        result = support.run([os.path.join(support.TOP, 'tests', 'peer', 'namespace'), support.PEER, self.state,
                              '/usr/sbin/libvirtd'])
        self.assertNotEqual(result.status, 0, 'libvirtd gave up')
        self.assertIn("Failed to acquire pid file '/run/libvirtd.pid': Resource temporarily unavailable", result.err)
        self.assertEqual(vireod.stop(), 0, 'it was not disturbed')


if __name__ == '__main__':
    support.main()
