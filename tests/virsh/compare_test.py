#!/usr/bin/env python3
"""Our virsh and Debian's, the same commands on the same daemon: the same output, complaints and exit status."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))
import support  # noqa: E402
from support import GroundTest, Libvirtd, needs_root  # noqa: E402

TEST_CASES = ['shell', 'show', 'change', 'tuning', 'devices', 'snapshots']


class Compare(GroundTest):
    def compare(self, daemon, names, differences):
        environment = support.our_environment(self.ground)
        libraries = environment.pop('LD_LIBRARY_PATH')
        command = [sys.executable, os.path.join(HERE, 'compare.py'),
                   '--ours', os.path.join(support.BUILD, 'src', 'tools', 'virsh'), '--ours-libs', libraries,
                   '--theirs', os.path.join(support.PEER, 'usr/bin/virsh'),
                   '--theirs-libs', os.path.join(support.PEER, support.MULTIARCH),
                   '--uri', daemon.uri(), '--test-uri', daemon.uri('test', '/default')]
        for name in differences:
            command += ['--differences', os.path.join(HERE, name)]
        command += [os.path.join(HERE, 'cases', name + '.cases') for name in names]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        print(result.stdout.strip().split('\n')[-1], file=sys.stderr)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_vireod(self):
        daemon = self.daemon()
        self.compare(daemon, TEST_CASES, ['differences.tsv', 'differences-daemon.tsv'])

    def test_vireod_with_qemu(self):
        daemon = self.daemon()
        self.compare(daemon, ['qemu'], ['differences.tsv', 'differences-daemon.tsv'])

    @needs_root
    def test_libvirtd(self):
        daemon = Libvirtd(self.ground)
        self.addCleanup(daemon.stop)
        self.compare(daemon, TEST_CASES, ['differences.tsv', 'differences-daemon.tsv', 'differences-libvirtd.tsv'])

    @needs_root
    def test_libvirtd_with_qemu(self):
        daemon = Libvirtd(self.ground)
        self.addCleanup(daemon.stop)
        self.compare(daemon, ['qemu'], ['differences.tsv', 'differences-daemon.tsv'])


if __name__ == '__main__':
    support.main()
