#!/usr/bin/env python3
"""Disks of a real guest: what it writes is there afterwards, by bus and cache mode; images below images,
over the network, in part of a file, limited."""
import os
import subprocess
import time

import support
from support import GuestTest, wait_until

MARK = b'written by the guest'


def disk(source, target, bus, kind='file', driver="name='qemu' type='raw'", more=''):
    """One <disk>; @source: the whole element."""
    return f"""
    <disk type='{kind}' device='disk'>
      <driver {driver}/>
      {source}
      <target dev='{target}' bus='{bus}'/>{more}
    </disk>"""


class Disks(GuestTest):
    def raw(self, name, mib=8):
        path = self.ground.path(name)
        with open(path, 'wb') as file:
            file.truncate(mib << 20)
        return path

    def image(self, name, *words):
        path = self.ground.path(name)
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', *words[:-1], path, *words[-1:]], check=True)
        return path

    def write_in_guest(self, device, block=0):
        self.in_shell(f'echo "{MARK.decode()}" | dd of=/dev/{device} bs=512 seek={block} conv=notrunc,sync 2>&1 | tail -n 1; '
                      f'sync; echo wrote-$((1 + 1))-{device}', f'wrote-2-{device}')

    def content(self, path, offset=0, image_format='raw'):
        """What a program on the host reads there."""
        out = self.ground.path('out.raw')
        subprocess.run(['qemu-img', 'convert', '-q', '-f', image_format, '-O', 'raw', path, out], check=True)
        with open(out, 'rb') as file:
            file.seek(offset)
            return file.read(len(MARK))

    def stop(self):
        self.ok(self.virsh('destroy', 'web'))

    def labelled(self, label, mib=8):
        """An image whose first sector says which it is."""
        path = self.raw(label + '.img', mib) if mib else self.ground.path(label + '.img')
        with open(path, 'r+b' if mib else 'w+b') as file:
            if not mib:
                file.truncate(1440 << 10)
            file.write(label.encode().ljust(512, b'\0'))
        return path

    def test_buses_and_caches(self):
        """Every bus with every cache mode: the guest reads which disk it is and writes that behind it; the host reads it."""
        caches = ['none', 'writethrough', 'writeback', 'directsync', 'unsafe']
        buses = [('virtio', 'vd', caches), ('scsi', 'sd', caches), ('sata', 'sd', caches), ('usb', 'sd', caches),
                 ('ide', 'hd', caches[:4]), ('fdc', 'fd', [caches[2], caches[4]])]
        devices = ("<controller type='scsi' index='0' model='virtio-scsi'/><controller type='usb' model='qemu-xhci'/>"
                   "<controller type='sata' index='0'/>")
        labels, used = {}, {}
        for bus, prefix, modes in buses:
            for cache in modes:
                letter = chr(ord('a') + used.setdefault(prefix, 0))
                used[prefix] += 1
                path = self.labelled(f'{bus}-{cache}', 0 if bus == 'fdc' else 8)
                labels[f'{bus}-{cache}'] = path
                devices += disk(f"<source file='{path}'/>", prefix + letter, bus,
                                driver=f"name='qemu' type='raw' cache='{cache}'"
                                ).replace("device='disk'", f"device='{'floppy' if bus == 'fdc' else 'disk'}'")
        self.boot(devices=devices, guest=support.FULL_GUEST, memory_mib=256)
        # Whatever order it finds them in, by their labels it knows all of them; USB takes a moment.
        self.in_shell('n=0; while [ "$n" -lt ' + f'{len(labels)}' + ' ]; do n=0; for d in /sys/block/[sv]d* /sys/block/fd*; do '
                      'label=$(dd if=/dev/${d##*/} bs=512 count=1 2>/dev/null | tr -d "\\000"); '
                      '[ -z "$label" ] || n=$((n + 1)); done; done; echo found-$n-disks', f'found-{len(labels)}-disks')
        self.in_shell('for d in /sys/block/[sv]d* /sys/block/fd*; do d=/dev/${d##*/}; '
                      'label=$(dd if=$d bs=512 count=1 2>/dev/null | tr -d "\\000"); [ -z "$label" ] || '
                      'echo "written on $label" | dd of=$d bs=512 seek=1 conv=sync,notrunc,fsync 2>/dev/null; done; sync; '
                      'echo all-$((1 + 1))-written', 'all-2-written')
        for label, path in labels.items():
            with open(path, 'rb') as file:
                file.seek(512)
                self.assertEqual(file.read(64).rstrip(b'\0'), f'written on {label}\n'.encode(), label)
        self.stop()

    def test_scsi_controllers(self):
        """A disk behind each kind of SCSI controller that the guest's kernel has a driver for."""
        models = ['virtio-scsi', 'lsilogic', 'vmpvscsi', 'virtio-transitional']
        devices, paths = '', {}
        for index, model in enumerate(models):
            label = f'on-{model}'
            paths[label] = self.labelled(label)
            devices += (f"<controller type='scsi' index='{index}' model='{model}'/>"
                        + disk(f"<source file='{paths[label]}'/>", f'sd{chr(ord("a") + index)}', 'scsi',
                               more=f"<address type='drive' controller='{index}' bus='0' target='0' unit='0'/>"))
        self.boot(devices=devices, guest=support.FULL_GUEST, memory_mib=256)
        self.in_shell(f'while [ "$(ls -d /sys/block/sd? | wc -l)" -lt {len(models)} ]; do sleep 0.2; done; '
                      'for d in /dev/sd?; do label=$(dd if=$d bs=512 count=1 2>/dev/null | tr -d "\\000"); '
                      'echo "written on $label" | dd of=$d bs=512 seek=1 conv=sync,notrunc,fsync 2>/dev/null; done; sync; '
                      'echo all-$((1 + 1))-written', 'all-2-written')
        for label, path in paths.items():
            with open(path, 'rb') as file:
                file.seek(512)
                self.assertEqual(file.read(64).rstrip(b'\0'), f'written on {label}\n'.encode(), label)
        self.stop()

    def test_chain(self):
        """Found by the images alone, told in the live document, written at the top only."""
        base = self.raw('base.img')
        middle = self.image('middle.qcow2', '-b', base, '-F', 'raw', '8M')
        top = self.image('top.qcow2', '-b', middle, '-F', 'qcow2', '8M')
        before = open(middle, 'rb').read()
        self.boot(devices=disk(f"<source file='{top}'/>", 'vda', 'virtio',
                               driver="name='qemu' type='qcow2' copy_on_read='on'"))
        live = self.ok(self.virsh('dumpxml', 'web'))
        self.assertRegex(live, rf"(?s)<backingStore type='file' index='2'>\s*<format type='qcow2'/>\s*<source file='{middle}'/>"
                               rf"\s*<backingStore type='file' index='3'>\s*<format type='raw'/>\s*<source file='{base}'/>")
        self.write_in_guest('vda')
        self.stop()
        self.assertEqual(self.content(top, image_format='qcow2'), MARK)
        self.assertEqual(open(middle, 'rb').read(), before)
        inactive = self.ok(self.virsh('dumpxml', 'web'))
        self.assertNotIn('backingStore', inactive)

    def test_missing_below(self):
        """A chain that breaks is said before anything runs."""
        base = self.raw('gone.img')
        top = self.image('top.qcow2', '-b', base, '-F', 'raw', '8M')
        os.unlink(base)
        self.define(devices=disk(f"<source file='{top}'/>", 'vda', 'virtio', driver="name='qemu' type='qcow2'"))
        started = self.virsh('start', 'web')
        self.assertEqual(started.status, 1)
        self.assertIn(base, started.err)
        self.assertEqual(self.state(), 'shut off')

    def test_slice(self):
        path = self.raw('sliced.img', mib=4)
        self.boot(devices=disk(f"<source file='{path}'><slices><slice type='storage' offset='1048576' size='1048576'/>"
                               "</slices></source>", 'vda', 'virtio'))
        size = self.in_shell('echo size=$(cat /sys/block/vda/size)=', r'size=(\d+)=\r').group(1)
        self.assertEqual(int(size), 2048)
        self.write_in_guest('vda')
        self.stop()
        self.assertEqual(self.content(path, offset=1 << 20), MARK)
        self.assertEqual(self.content(path), bytes(len(MARK)))

    def serve(self, path, socket):
        server = subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', socket, '-x', 'stick', path])
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_until(lambda: os.path.exists(socket), 'the server listens')
        return server

    def test_network(self):
        path, socket = self.raw('served.img'), self.ground.path('nbd.sock')
        server = self.serve(path, socket)
        os.chmod(socket, 0o777)
        self.boot(devices=disk(f"<source protocol='nbd' name='stick'><host transport='unix' socket='{socket}'/></source>",
                               'vda', 'virtio', kind='network'))
        self.write_in_guest('vda')
        self.stop()
        server.terminate()
        server.wait()
        self.assertEqual(self.content(path), MARK)

    def test_limit(self):
        """A megabyte a second: four take about three seconds, with one let through at once."""
        path = self.raw('limited.img', mib=16)
        self.boot(devices=disk(f"<source file='{path}'/>", 'vda', 'virtio', driver="name='qemu' type='raw' cache='none'",
                               more='<iotune><write_bytes_sec>1048576</write_bytes_sec></iotune>'))
        begin = time.monotonic()
        self.in_shell('dd if=/dev/zero of=/dev/vda bs=65536 count=64 conv=fsync 2>&1 | tail -n 1; echo slow-$((2 + 2))',
                      'slow-4')
        self.assertGreater(time.monotonic() - begin, 2)

    def test_volume(self):
        """Of a pool: what its driver says is the answer, also to one who plugs it in."""
        volume = disk("<source pool='images' volume='one.img'/>", 'vda', 'virtio', kind='volume')
        self.define(devices=volume)
        self.boot('other')
        for refused in (self.virsh('start', 'web'),
                        self.virsh('attach-device', 'other', self.write('volume.xml', volume))):
            self.assertEqual(refused.status, 1)
            self.assertIn("storage pool 'images'", refused.err)
        self.assertEqual(self.state(), 'shut off')


if __name__ == '__main__':
    support.main()
