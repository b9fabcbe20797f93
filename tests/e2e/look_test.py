#!/usr/bin/env python3
"""A look into a running guest's memory and disks, and at its errors, through Debian's Python bindings' virsh."""
import os

import support
from support import GuestTest


class Look(GuestTest):
    def test_block_peek_and_errors(self):
        raw = self.ground.path('raw.img')
        with open(raw, 'wb') as file:
            file.write(b'\0' * 4096 + b'vireo-was-here' + b'\0' * (1 << 20))
        disk = (f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{raw}'/>"
                "<target dev='vda' bus='virtio'/></disk>")
        self.boot(devices=disk)
        self.assertIn('No errors found', self.ok(self.virsh('domblkerror', 'web')))
        told = self.python("""
data = domain.blockPeek('vda', 4096, 14)
assert data == b'vireo-was-here', data
data = domain.memoryPeek(0x7c00, 512, libvirt.VIR_MEMORY_PHYSICAL)
assert len(data) == 512
try:
    domain.blockPeek('vdz', 0, 1)
except libvirt.libvirtError as error:
    assert error.get_error_code() == libvirt.VIR_ERR_INVALID_ARG, error
else:
    raise AssertionError('there is no vdz')
try:
    domain.blockPeek('vda', 1 << 40, 1)
except libvirt.libvirtError as error:
    print(error)
""")
        self.assertIn('bytes are at that offset', told)
        left = [name for name in os.listdir(self.guest_folder()) if name.startswith('memory.')]
        self.assertEqual(left, [])

    def test_core_dump(self):
        """In each format that QEMU has, the guest stopped meanwhile, going on or ended as asked."""
        self.boot()
        core = self.ground.path('core')
        self.ok(self.virsh('dump', 'web', core, '--memory-only'))
        with open(core, 'rb') as file:
            self.assertEqual(file.read(4), b'\x7fELF')
        self.assertGreater(os.path.getsize(core), 100 << 20)
        self.assertEqual(self.state(), 'running')
        self.in_shell('echo on-$((40 + 2))', 'on-42')
        self.ok(self.virsh('dump', 'web', core, '--memory-only', '--format', 'kdump-zlib', '--live'))
        with open(core, 'rb') as file:
            self.assertTrue(file.read(12) == b'makedumpfile', 'the flattened form, as a pipe can carry it')
        result = self.virsh('dump', 'web', core, '--memory-only', '--format', 'win-dmp')
        self.assertEqual(result.status, 1)
        self.assertFalse(os.path.exists(core), 'half a dump is none')
        self.assertIn('not supported yet', self.virsh('dump', 'web', core).err)
        self.ok(self.virsh('dump', 'web', core, '--memory-only', '--crash'))
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'shut off (crashed)')

    def test_failed_start(self):
        """An image that another process holds: QEMU's words, and whose they are."""
        self.define('first', disk=self.disk)
        self.define('second', disk=self.disk)
        self.ok(self.virsh('start', 'first', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'first'))
        result = self.virsh('start', 'second')
        self.assertEqual(result.status, 1)
        self.assertIn('lock', result.err)
        self.assertRegex(result.err, r"this is about <disk type='file' device='disk'>, line \d+ of 'virsh dumpxml second'")

    def guest_folder(self):
        lib = self.ground.path('var', 'lib', 'libvirt', 'qemu')
        return os.path.join(lib, next(name for name in os.listdir(lib) if name.startswith('domain-')))

    def python(self, program):
        bindings = os.path.join(support.FETCHED, 'bindings', 'root')
        start = f"import libvirt\nconnection = libvirt.open('{self.uri}')\ndomain = connection.lookupByName('web')\n"
        environment = support.peer_environment(self.ground)
        environment['PYTHONPATH'] = os.path.join(bindings, 'usr/lib/python3/dist-packages')
        return self.ok(support.run(['/usr/bin/python3', '-c', start + program], env=environment))


if __name__ == '__main__':
    support.main()
