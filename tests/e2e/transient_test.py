#!/usr/bin/env python3
"""Transient disks of real guests: what they write goes into an overlay beside the image, which goes with the guest, however
it ends; images are shared by guests that do not see what the others write."""
import os
import signal
import subprocess

import support
from support import GuestTest, needs_root, wait_until

MARK = b'written by the guest'
SHARED = " shareBacking='yes'"


def disk(path, target, share='', kind='qcow2', bus='virtio'):
    return f"""<disk type='file' device='disk'><driver name='qemu' type='{kind}'/><source file='{path}'/>
               <target dev='{target}' bus='{bus}'/><transient{share}/></disk>"""


class Transient(GuestTest):
    def raw(self, name):
        path = self.ground.path(name)
        with open(path, 'wb') as file:
            file.write(f'this is {name}'.encode().ljust(8 << 20, b'\0'))
        return path

    def qcow2(self, name):
        path = self.ground.path(name)
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', path, '8M'], check=True)
        return path

    def overlays(self):
        return sorted(name for name in os.listdir(self.ground.root) if '.TRANSIENT-' in name)

    def bytes_of(self, *paths):
        found = []
        for path in paths:
            with open(path, 'rb') as file:
                found.append(file.read())
        return found

    def use(self, device, name='web'):
        """The guest writes to the disk and reads that back, past its memory."""
        self.in_shell(f'echo "{MARK.decode()}" | dd of=/dev/{device} bs=4096 seek=1 conv=notrunc,sync 2>/dev/null; sync; '
                      f'echo 3 > /proc/sys/vm/drop_caches; '
                      f'echo "read: $(dd if=/dev/{device} bs=4096 skip=1 count=1 2>/dev/null | head -c {len(MARK)}) :{device}"',
                      f'read: {MARK.decode()} :{device}', name)

    def attach(self, xml, *words):
        return self.virsh('attach-device', 'web', self.write('device.xml', xml), *words)

    def test_run(self):
        """Both kinds, above an image without a format and one with; what the host sees, and that nothing stays."""
        plain, shared = self.raw('plain.img'), self.qcow2('shared.qcow2')
        before = self.bytes_of(plain, shared)
        self.boot(devices=disk(plain, 'vda', kind='raw') + disk(shared, 'vdb', SHARED))
        live = self.ok(self.virsh('dumpxml', 'web'))
        for path, kind in ((plain, 'raw'), (shared, 'qcow2')):
            self.assertRegex(live, rf"(?s)<driver name='qemu' type='qcow2'/>\s*<source file='{path}.TRANSIENT-web' "
                                   rf"index='\d+'/>\s*<backingStore type='file' index='\d+'>\s*<format type='{kind}'/>\s*"
                                   rf"<source file='{path}'/>")
        self.assertNotIn('TRANSIENT', self.ok(self.virsh('dumpxml', 'web', '--inactive')))
        self.assertEqual(self.overlays(), ['plain.img.TRANSIENT-web', 'shared.qcow2.TRANSIENT-web'])
        self.in_shell('echo "label: $(dd if=/dev/vda bs=17 count=1 2>/dev/null) :"', 'label: this is plain.img :')
        for device in ('vda', 'vdb'):
            self.use(device)
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.overlays(), [])
        self.assertEqual(self.bytes_of(plain, shared), before)
        # The next run finds nothing of the last one.
        self.ok(self.virsh('start', 'web'))
        self.in_shell('echo "again: $(dd if=/dev/vda bs=4096 skip=1 count=1 2>/dev/null | tr -d "\\000") :"', 'again:  :',
                      deadline=3 * support.DEADLINE)

    def test_shared(self):
        """Two guests on one image at the same time; a third, that would have it for itself, does not come in."""
        image = self.raw('one.img')
        for name in ('web', 'db'):
            self.boot(name, devices=disk(image, 'vda', SHARED, 'raw'))
        self.use('vda', 'web')
        self.in_shell('echo "here: $(dd if=/dev/vda bs=4096 skip=1 count=1 2>/dev/null | tr -d "\\000") :"', 'here:  :', 'db')
        self.define('alone', devices=disk(image, 'vda', '', 'raw'))
        refused = self.virsh('start', 'alone')
        self.assertEqual(refused.status, 1)
        self.assertIn('lock', refused.err)
        self.assertEqual(self.overlays(), ['one.img.TRANSIENT-db', 'one.img.TRANSIENT-web'])
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.overlays(), ['one.img.TRANSIENT-db'])

    def test_hotplug(self):
        """They come to a running guest and leave it; what cannot be made is refused and leaves nothing."""
        plain, shared = self.raw('plain.img'), self.raw('shared.img')
        before = self.bytes_of(plain, shared)
        self.boot()
        self.ok(self.attach(disk(plain, 'vda', kind='raw')))
        self.ok(self.attach(disk(shared, 'vdb', SHARED, 'raw')))
        for device in ('vda', 'vdb'):
            self.in_shell(f'while ! [ -b /dev/{device} ]; do sleep 0.1; done; echo there-$((1 + 1))-{device}', f'there-2-{device}')
            self.use(device)
        self.assertEqual(self.overlays(), ['plain.img.TRANSIENT-web', 'shared.img.TRANSIENT-web'])
        twice = self.attach(disk(shared, 'vdc', SHARED, 'raw'))
        self.assertEqual(twice.status, 1)
        self.assertIn(f"Overlay file '{shared}.TRANSIENT-web' for transient disk 'vdc' already exists", twice.err)
        self.use('vdb')
        for device in ('vda', 'vdb'):
            self.ok(self.virsh('detach-disk', 'web', device))
        wait_until(lambda: not self.overlays(), 'the overlays are gone')
        self.assertEqual(self.bytes_of(plain, shared), before)
        broken = self.attach(disk(self.disk + '.none', 'vda'))
        self.assertEqual(broken.status, 1)
        self.assertEqual(self.overlays(), [])

    def test_refused(self):
        """What stands where the overlay is to be is somebody's."""
        image = self.raw('image.img')
        overlay = self.write('image.img.TRANSIENT-web', 'mine')
        self.define(devices=disk(image, 'vda', kind='raw'))
        started = self.virsh('start', 'web')
        self.assertEqual(started.status, 1)
        self.assertIn(f"Overlay file '{overlay}' for transient disk 'vda' already exists", started.err)
        self.assertEqual(self.bytes_of(overlay), [b'mine'])
        os.unlink(overlay)
        self.ok(self.virsh('undefine', 'web'))
        two = disk(image, 'vda', SHARED, 'raw') + disk(image, 'vdb', SHARED, 'raw')
        self.define(devices=two)
        self.assertIn('already exists', self.virsh('start', 'web').err)
        self.assertEqual(self.overlays(), [])
        for bus, target in (('ide', 'hda'), ('sata', 'sda')):
            defined = self.virsh('define', self.write('bus.xml', support.guest_xml('bus', devices=disk(
                image, target, SHARED, 'raw', bus), machine='q35' if bus == 'sata' else 'pc')))
            self.assertIn(f"disk bus '{bus}' doesn't support transient disk backing image sharing", defined.err)

    def test_daemon_killed(self):
        """The next daemon knows the overlays, of a guest that runs and of one that ended meanwhile."""
        image, shared = self.raw('image.img'), self.raw('shared.img')
        self.define(devices=disk(image, 'vda', kind='raw') + disk(shared, 'vdb', SHARED, 'raw'))
        for how in ('destroy', 'gone'):
            self.ok(self.virsh('start', 'web', '--paused'))
            pid = self.qemu_pid('web')
            self.assertEqual(len(self.overlays()), 2)
            self.vireod.stop(signal.SIGKILL)
            if how == 'gone':
                os.kill(pid, signal.SIGKILL)
            self.vireod = self.daemon(session=self.session)
            if how == 'destroy':
                wait_until(lambda: self.state() == 'paused', 'the guest is found')
                self.ok(self.virsh('destroy', 'web'))
            wait_until(lambda: self.state() == 'shut off', 'the end is noticed')
            self.assertEqual(self.overlays(), [])

    @needs_root
    def test_killed_on_the_way(self):
        """A daemon that is killed between the steps of a start: the next one leaves nothing."""
        image, shared = self.raw('image.img'), self.raw('shared.img')
        before = self.bytes_of(image, shared)
        self.define(devices=disk(image, 'vda', kind='raw') + disk(shared, 'vdb', SHARED, 'raw'))
        for event in ('made', 'listening', 'created', 'complete'):
            watch = Watch(self, event)
            start = subprocess.Popen([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'start', 'web'],
                                     env=support.peer_environment(self.ground), stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_until(watch.has_come, f'overlays are {event}', step=0.0002)
            self.vireod.stop(signal.SIGKILL)
            start.wait(support.DEADLINE)
            self.vireod = self.daemon(session=self.session)
            if self.state() != 'shut off':
                self.ok(self.virsh('destroy', 'web'))
            wait_until(lambda: self.state() == 'shut off', 'nothing runs')
            self.assertEqual(self.overlays(), [], event)
            self.assertEqual(self.bytes_of(image, shared), before)


class Watch:
    """How far a start has come, by what is on the disk."""

    def __init__(self, test, event):
        self.test = test
        self.event = event

    def sizes(self):
        found = []
        for name in self.test.overlays():
            try:
                found.append(os.stat(self.test.ground.path(name)).st_size)
            except FileNotFoundError:
                pass
        return found

    def has_come(self):
        sizes = self.sizes()
        if self.event == 'made':
            return len(sizes) > 0
        if self.event == 'listening':
            return any('monitor.sock' in names for _, _, names in os.walk(self.test.ground.path('lib')))  or \
                any('monitor.sock' in names for _, _, names in os.walk(self.test.ground.path('var')))
        return sum(size > 0 for size in sizes) >= (1 if self.event == 'created' else 2)


if __name__ == '__main__':
    support.main()
