#!/usr/bin/env python3
"""virt-host-validate on machines that are folders: each thing there and not there."""
import os
import platform
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ['VIRT_HOST_VALIDATE']
INTEL = 'vendor_id\t: GenuineIntel\nflags\t\t: fpu vmx sse\n'
AMD = 'vendor_id\t: AuthenticAMD\nflags\t\t: fpu svm sse sev\n'
PLAIN = 'vendor_id\t: GenuineIntel\nflags\t\t: fpu vmxoff\n'
CONTROLLERS = ('cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'blkio')
V1 = {'proc/self/mounts': ''.join(f'cgroup /cg/{c} cgroup rw,{c} 0 0\n' for c in CONTROLLERS),
      **{f'cg/{c}/tasks': '' for c in CONTROLLERS},
      'proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\nfreezer\t6\t2\t1\n'}
DEVICES = {'dev/kvm': '', 'dev/vhost-net': '', 'dev/net/tun': ''}


@unittest.skipUnless(platform.machine() == 'x86_64', 'knows what processors of x86 say')
class HostValidate(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix='vireo-host-')
        self.addCleanup(shutil.rmtree, self.root)

    def put(self, files):
        for path, text in files.items():
            full = os.path.join(self.root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as file:
                file.write(text)

    def drop(self, path):
        os.remove(os.path.join(self.root, path))

    def run_tool(self, *words):
        done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def ask(self, *words):
        """The exit status, and the verdict of each check by its title."""
        status, out, _ = self.run_tool('--root', self.root, *words)
        lines = [re.fullmatch(r' *([A-Z]+): Checking (.*?) *: (PASS|NOTE|WARN|FAIL)( \(.+\))?', line)
                 for line in out.splitlines()]
        self.assertNotIn(None, lines, out)
        for line in lines:
            self.assertEqual(line.group(4) is None, line.group(3) == 'PASS', line.group(0))
        return status, {f'{line.group(1)} {line.group(2)}': line.group(3) for line in lines}

    def test_good(self):
        self.put({'proc/cpuinfo': INTEL, **DEVICES, **V1, 'sys/firmware/acpi/tables/DMAR': 'x',
                  'sys/kernel/iommu_groups/0/type': 'DMA', 'sys/module/kvm_intel/parameters/tdx': 'Y\n'})
        status, found = self.ask('qemu')
        self.assertEqual((status, set(found.values())), (0, {'PASS'}))
        for title in ('for hardware virtualization', 'if device /dev/kvm exists', 'if device /dev/kvm is accessible',
                      'if device /dev/vhost-net exists', 'if device /dev/net/tun exists',
                      *(f"for cgroup '{c}' controller support" for c in CONTROLLERS),
                      'for device assignment IOMMU support', 'if IOMMU is enabled by kernel', 'for secure guest support'):
            self.assertIn(f'QEMU {title}', found)

    def test_processor(self):
        self.put({'proc/cpuinfo': PLAIN, **DEVICES, **V1})
        status, found = self.ask('qemu')
        self.assertEqual((status, found['QEMU for hardware virtualization']), (1, 'FAIL'))
        self.assertNotIn('QEMU if device /dev/kvm exists', found)
        self.put({'proc/cpuinfo': AMD})
        self.assertEqual(self.ask('qemu')[0], 0)
        self.drop('dev/kvm')
        status, found = self.ask('ch')
        self.assertEqual((status, found['CH if device /dev/kvm exists']), (1, 'FAIL'))

    @unittest.skipIf(os.geteuid() == 0, 'root may open everything')
    def test_no_permission(self):
        self.put({'proc/cpuinfo': AMD, **DEVICES, **V1})
        os.chmod(os.path.join(self.root, 'dev/kvm'), 0o400)
        status, found = self.ask('qemu')
        self.assertEqual((status, found['QEMU if device /dev/kvm is accessible']), (1, 'FAIL'))

    def test_devices(self):
        self.put({'proc/cpuinfo': AMD, **DEVICES, **V1})
        self.drop('dev/vhost-net')
        status, found = self.ask('qemu')
        self.assertEqual((status, found['QEMU if device /dev/vhost-net exists']), (0, 'WARN'))
        self.drop('dev/net/tun')
        status, found = self.ask('qemu')
        self.assertEqual((status, found['QEMU if device /dev/net/tun exists']), (1, 'FAIL'))

    def test_controllers(self):
        """Without one QEMU's guests have no limits, containers do not start."""
        self.put({'proc/cpuinfo': AMD, **DEVICES, **V1, 'sys/fs/fuse/connections/x': '',
                  **{f'proc/self/ns/{n}': '' for n in ('ipc', 'mnt', 'pid', 'uts', 'net', 'user')}})
        self.assertEqual(self.ask('lxc')[0], 0)
        self.put({'proc/self/mounts': V1['proc/self/mounts'].replace('cgroup /cg/memory cgroup rw,memory 0 0\n', '')})
        status, found = self.ask('qemu')
        self.assertEqual((status, found["QEMU for cgroup 'memory' controller support"]), (0, 'WARN'))
        self.assertEqual(found["QEMU for cgroup 'cpu' controller support"], 'PASS')
        status, found = self.ask('lxc')
        self.assertEqual((status, found["LXC for cgroup 'memory' controller support"]), (1, 'FAIL'))
        self.put(V1)
        self.drop('proc/self/ns/user')
        status, found = self.ask('lxc')
        self.assertEqual((status, found['LXC for namespace user'], found['LXC for namespace pid']), (1, 'FAIL', 'PASS'))

    def test_unified(self):
        self.put({'proc/cpuinfo': AMD, **DEVICES, 'proc/self/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
                  'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids\n'})
        status, found = self.ask('qemu')
        self.assertEqual(status, 0)
        for controller in CONTROLLERS:
            # The kernel that runs is asked for devices, no file.
            self.assertEqual(found[f"QEMU for cgroup '{controller}' controller support"],
                             'WARN' if controller == 'devices' else 'PASS', controller)

    def test_iommu(self):
        self.put({'proc/cpuinfo': AMD, **DEVICES, **V1})
        self.assertEqual(self.ask('qemu')[1]['QEMU for device assignment IOMMU support'], 'WARN')
        self.put({'sys/firmware/acpi/tables/DMAR': 'x'})  # another maker's
        self.assertEqual(self.ask('qemu')[1]['QEMU for device assignment IOMMU support'], 'WARN')
        self.put({'sys/firmware/acpi/tables/IVRS': 'x'})
        found = self.ask('qemu')[1]
        self.assertEqual(found['QEMU for device assignment IOMMU support'], 'PASS')
        self.assertEqual(found['QEMU if IOMMU is enabled by kernel'], 'WARN')
        self.put({'sys/kernel/iommu_groups/0/type': 'DMA'})
        self.assertEqual(self.ask('qemu')[1]['QEMU if IOMMU is enabled by kernel'], 'PASS')

    def test_secure(self):
        self.put({'proc/cpuinfo': AMD, **DEVICES, **V1, 'sys/module/kvm_amd/parameters/sev': 'N\n'})
        self.assertEqual(self.ask('qemu')[1]['QEMU for secure guest support'], 'WARN')
        for text in ('Y\n', '1\n'):
            self.put({'sys/module/kvm_amd/parameters/sev': text})
            self.assertEqual(self.ask('qemu')[1]['QEMU for secure guest support'], 'PASS')

    def test_words(self):
        self.put({'proc/cpuinfo': PLAIN})
        self.assertEqual({title.split()[0] for title in self.ask()[1]}, {'QEMU', 'LXC'})
        self.assertEqual(self.ask('bhyve'), (1, {'BHYVE for FreeBSD': 'FAIL'}))
        self.assertEqual(self.run_tool('--root', self.root, '-q', 'qemu'), (1, '', ''))
        status, out, err = self.run_tool('nonsense')
        self.assertEqual((status, out), (1, ''))
        self.assertIn('unsupported hypervisor name nonsense', err)
        self.assertEqual(self.run_tool('qemu', 'lxc')[0], 1)
        self.assertEqual(self.run_tool('--frobnicate')[0], 1)
        self.assertIn('9.10.0', self.run_tool('--version')[1])
        status, out, _ = self.run_tool('--help')
        self.assertEqual(status, 0)
        for word in ('qemu', 'lxc', 'bhyve', 'ch', '--quiet', '--version'):
            self.assertIn(word, out)


if __name__ == '__main__':
    unittest.main()
