#!/usr/bin/env python3
"""Machines of several architectures, with the firmware that Debian has for them, as far as a mark on the console."""
import os
import re
import shutil
import unittest

import support
from support import GuestTest

KERNEL = f"""<kernel>{support.GUEST}/vmlinuz</kernel>
    <initrd>{support.GUEST}/initrd.gz</initrd>
    <cmdline>no_timer_check console=ttyS0 quiet</cmdline>"""


def machine_xml(name, arch, machine, os_more='', firmware='', memory=256, features='', devices='', cpu=''):
    return f"""<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>{memory}</memory>
  <vcpu>1</vcpu>
  <os{firmware}>
    <type arch='{arch}' machine='{machine}'>hvm</type>
    {os_more}
  </os>
  <features>{features}</features>
  {cpu}
  <devices>
    <emulator>/usr/bin/qemu-system-{arch}</emulator>
    <serial type='pty'/>
    <console type='pty'/>{devices}
  </devices>
</domain>
"""


def needs(*paths):
    missing = [path for path in paths if not os.path.exists(path)]
    return unittest.skipUnless(not missing, f'there is no {missing}')


class Machines(GuestTest):
    def boots(self, mark, **machine):
        """Start it paused, be on its console from the first byte on, and wait for what it should say."""
        xml = machine_xml('web', **machine)
        self.ok(self.virsh('define', self.write('web.xml', xml)))
        self.addCleanup(lambda: self.virsh('undefine', 'web', '--nvram'))
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        terminal = self.console()
        self.ok(self.virsh('resume', 'web'))
        seen = terminal.expect(mark, deadline=4 * support.DEADLINE)
        terminal.type('\x1d')
        terminal.close()
        return seen

    def live(self, pattern):
        self.assertRegex(self.ok(self.virsh('dumpxml', 'web')), pattern)

    def test_pc_bios(self):
        self.boots('GUEST-UP', arch='x86_64', machine='pc', os_more=KERNEL, features='<acpi/>')
        self.live(r"machine='pc-i440fx-\d")

    def test_q35_bios(self):
        self.boots('GUEST-UP', arch='x86_64', machine='q35', os_more=KERNEL, features='<acpi/>')
        self.live(r"machine='pc-q35-\d")

    @needs('/usr/share/OVMF/OVMF_CODE_4M.fd')
    def test_q35_uefi(self):
        """The firmware is chosen by its description; the guest's variables are a file of its own that goes with it."""
        self.boots('GUEST-UP', arch='x86_64', machine='q35', firmware=" firmware='efi'", os_more=KERNEL,
                   features='<acpi/>')
        xml = self.ok(self.virsh('dumpxml', 'web'))
        path = re.search(r'<nvram[^>]*>([^<]*)</nvram>', xml).group(1)
        self.assertTrue(path.startswith(self.ground.root) and os.path.getsize(path) > 0, path)
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('undefine', 'web', '--nvram'))
        self.assertFalse(os.path.exists(path))

    @needs('/usr/bin/qemu-system-aarch64', '/usr/share/AAVMF/AAVMF_CODE.fd')
    def test_aarch64_uefi(self):
        self.boots(r'UEFI Interactive Shell|Shell>|BdsDxe', arch='aarch64', machine='virt', firmware=" firmware='efi'",
                   features='<acpi/><gic version="2"/>',
                   cpu="<cpu mode='custom' match='exact'><model fallback='forbid'>cortex-a57</model></cpu>")

    @needs('/usr/bin/qemu-system-ppc64')
    def test_ppc64(self):
        self.boots(r'SLOF', arch='ppc64', machine='pseries')

    @needs('/usr/bin/qemu-system-riscv64', '/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf')
    def test_riscv64(self):
        self.boots(r'U-Boot \d|Hit any key|=> ', arch='riscv64', machine='virt',
                   os_more='<kernel>/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf</kernel>')

    @needs('/usr/bin/qemu-system-s390x')
    def test_s390x(self):
        """Debian has no kernel for this machine here; its firmware says what it looks for."""
        shutil.copy(os.path.join(support.GUEST, 'disk.qcow2'), self.ground.path('s390.qcow2'))
        disk = (f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                f"<source file='{self.ground.path('s390.qcow2')}'/><target dev='vda' bus='virtio'/>"
                f"<boot order='1'/></disk><memballoon model='none'/>")
        self.boots(r'Using virtio-blk', arch='s390x', machine='s390-ccw-virtio', devices=disk)


if __name__ == '__main__':
    support.main()
