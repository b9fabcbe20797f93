#!/usr/bin/env python3
"""Vireo on a machine that systemd runs, with the real machined: units, names, sockets, reloads; guests are machines and
outlive the daemon. The machine is emulated, its programs are this host's, seen over 9p; guests in it are started paused.
Slow: with VIREO_LONG (./check --long) only."""
import os
import re
import shutil
import subprocess
import unittest

import support
from support import GroundTest, needs_root

PEER = support.PEER
BOOT = 1500  # seconds, for all of it: an emulated machine that emulates another
# Steps are told on the console: "STEP name", then what was printed. Its programs find nothing of the test's environment.
TRIAL = '''#!/bin/bash
exec >/dev/ttyS0 2>&1
export PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
machinectl() {{ {peer}/usr/bin/machinectl --no-pager "$@"; }}
step() {{ echo "STEP $*"; }}
pid() {{ cat /run/libvirt/qemu/web.pid; }}
step enable; systemctl enable --now vireod
step alias; systemctl show -p Id,ActiveState,Type libvirtd.service
step define; virsh define /etc/web.xml && virsh start web --paused
step machines; machinectl list --no-legend
step show; machinectl show qemu-1-web -p Class -p Service -p Leader -p Unit; echo "QEMU=$(pid)"
step groups; cat "/proc/$(pid)/cgroup"
before=$(pid)
step restart; systemctl restart libvirtd; virsh list --name; [ "$before" = "$(pid)" ] && kill -0 "$before" && echo same-process
step machines-after; machinectl list --no-legend
step reload; systemctl reload vireod; systemctl is-active vireod
step keeper; keeper=$(systemctl show -p MainPID virtlogd); systemctl reload virtlogd; systemctl is-active virtlogd
[ "$keeper" = "$(systemctl show -p MainPID virtlogd)" ] && echo same-keeper
step weight; virsh schedinfo web --live --set cpu_shares=700 | grep cpu_shares
systemctl daemon-reload; cat "/sys/fs/cgroup/machine.slice/machine-qemu\\\\x2d1\\\\x2dweb.scope/cpu.weight"
step socket; systemctl stop vireod.service; systemctl is-active vireod.service; virsh list --name; systemctl is-active vireod.service
kill -0 "$before" && echo still-there
step destroy; virsh destroy web; machinectl list --no-legend; ls /sys/fs/cgroup/machine.slice | grep scope
step end; journalctl -b --no-pager -u vireod -u virtlogd | tail -n 40
systemctl poweroff --force
'''
UNIT = '''[Unit]
Description=The trial
Wants=dbus.service
After=dbus.service systemd-journald.service
[Service]
ExecStart=/bin/bash /etc/trial
TimeoutStartSec=infinity
'''
TARGET = '[Unit]\nDescription=The trial and what it needs\nRequires=sysinit.target dbus.socket trial.service\nAllowIsolate=yes\n'


@needs_root
@unittest.skipUnless(os.environ.get('VIREO_LONG'), 'takes many minutes: set VIREO_LONG')
class Systemd(GroundTest):
    def setUp(self):
        if not os.path.exists(os.path.join(PEER, 'usr/lib/systemd/systemd-machined')):
            self.skipTest('no systemd-machined among the peers')
        if not os.path.exists('/lib/systemd/systemd'):
            self.skipTest('systemd is not installed')
        super().setUp()

    def put(self, name, text):
        path = self.ground.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)

    def prepare(self):
        """etc/ and local/ of the machine."""
        root = self.ground.path('root')
        self.ok(support.run(['meson', 'install', '-C', support.BUILD, '--no-rebuild', '--destdir', root], deadline=300))
        self.assertTrue(os.path.isdir(os.path.join(root, 'usr/local/lib/systemd/system')), 'the prefix is not /usr/local')
        os.rename(os.path.join(root, 'usr/local'), self.ground.path('local'))
        with open(os.path.join(PEER, 'usr/lib/systemd/system/systemd-machined.service'), encoding='utf-8') as file:
            unit = file.read().replace('ExecStart=', f'ExecStart={PEER}/usr')
        self.put('etc/systemd/system/systemd-machined.service', unit)
        self.put('etc/systemd/system/trial.service', UNIT)
        self.put('etc/systemd/system/trial.target', TARGET)
        self.put('etc/trial', TRIAL.format(peer=PEER))
        self.put('etc/web.xml', support.guest_xml('web', memory_mib=64))
        self.put('etc/machine-id', 32 * 'a' + '\n')
        for name in ('dbus-1/system.d/org.freedesktop.machine1.conf',):
            self.put('etc/' + name, '')
            shutil.copy(os.path.join(PEER, 'usr/share', name), self.ground.path('etc', name))

    def initrd(self):
        """The full guest's, with a first program of ours."""
        folder = self.ground.path('initramfs')
        os.makedirs(folder)
        shutil.copy(os.path.join(support.TOP, 'tests/guest/systemd-init'), os.path.join(folder, 'systemd-init'))
        os.chmod(os.path.join(folder, 'systemd-init'), 0o755)
        more = subprocess.run(['cpio', '-o', '-H', 'newc', '--quiet'], input=b'systemd-init\n', cwd=folder, check=True,
                              stdout=subprocess.PIPE).stdout
        with open(os.path.join(support.FULL_GUEST, 'initrd.gz'), 'rb') as file:
            first = file.read()
        path = self.ground.path('initrd')
        with open(path, 'wb') as file:
            file.write(first + b'\0' * (-len(first) % 4) + more)
        return path

    def boot(self):
        """What the machine said, by step."""
        console = self.ground.path('console.log')
        command = ['qemu-system-x86_64', '-machine', 'q35', '-accel', 'tcg', '-cpu', 'max', '-smp', '2', '-m', '1536',
                   '-nodefaults', '-display', 'none', '-no-reboot', '-serial', f'file:{console}',
                   '-fsdev', 'local,id=r,path=/,security_model=none,readonly=on,multidevs=remap',
                   '-device', 'virtio-9p-pci,fsdev=r,mount_tag=root',
                   '-kernel', os.path.join(support.FULL_GUEST, 'vmlinuz'), '-initrd', self.initrd(), '-append',
                   'console=ttyS0 no_timer_check quiet panic=-1 mitigations=off rdinit=/systemd-init systemd.unit=trial.target '
                   f'systemd.show_status=no ground={os.path.realpath(self.ground.root)}']
        self.ok(support.run(command, deadline=BOOT))
        with open(console, encoding='utf-8', errors='replace', newline='') as file:
            said = file.read().replace('\r', '')
        steps = re.split(r'^STEP (\S+)\n', said, flags=re.M)
        return dict(zip(steps[1::2], steps[2::2]))

    def test_machine(self):
        self.prepare()
        steps = self.boot()
        self.assertIn('end', steps, 'the trial did not come to its end')
        self.assertIn('Id=vireod.service', steps['alias'])
        self.assertIn('ActiveState=active', steps['alias'])
        self.assertNotIn('error:', steps['define'])
        self.assertRegex(steps['machines'], r'(?m)^qemu-1-web\s+vm\s+libvirt-qemu')
        shown = dict(line.split('=', 1) for line in steps['show'].splitlines() if '=' in line)
        self.assertEqual((shown['Class'], shown['Service']), ('vm', 'libvirt-qemu'))
        self.assertEqual(shown['Leader'], shown['QEMU'])
        self.assertEqual(shown['Unit'], 'machine-qemu\\x2d1\\x2dweb.scope')
        self.assertIn('0::/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt', steps['groups'])
        self.assertRegex(steps['restart'], r'(?m)^web$')
        self.assertIn('same-process', steps['restart'])
        self.assertRegex(steps['machines-after'], r'(?m)^qemu-1-web\s')
        self.assertRegex(steps['reload'], r'(?m)^active$')
        self.assertRegex(steps['keeper'], r'(?m)^active$')
        self.assertIn('same-keeper', steps['keeper'])
        self.assertRegex(steps['weight'], r'(?m)^700$')
        self.assertRegex(steps['socket'], r'inactive\n(.*\n)*web\n(.*\n)*active\nstill-there')
        self.assertNotIn('qemu-1-web', steps['destroy'])
        self.assertNotIn('.scope', steps['destroy'])


if __name__ == '__main__':
    support.main()
