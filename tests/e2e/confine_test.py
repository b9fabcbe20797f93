#!/usr/bin/env python3
"""Confinement for real: the guest's own /dev, its user, the owners of its files. The test has a mount namespace and a
/dev of its own, so that nothing it does can reach the host's."""
import ctypes
import json
import os
import shutil
import socket
import stat
import subprocess
import unittest

import support
from nbdkit_test import Kits
from support import GuestTest, needs_root

CLONE_NEWNS = 0x20000
CLONE_NEWNET = 0x40000000
NOBODY = 65534


def own_dev():
    """A /dev that this program and what it starts see alone."""
    def run(*words):
        subprocess.run(words, check=True)

    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    run('mount', '--make-rprivate', '/')
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'own', '/dev')
    run('mount', '--make-shared', '/dev')
    for name, kind, major, minor, mode in (('null', stat.S_IFCHR, 1, 3, 0o666), ('zero', stat.S_IFCHR, 1, 5, 0o666),
                                           ('full', stat.S_IFCHR, 1, 7, 0o666), ('random', stat.S_IFCHR, 1, 8, 0o666),
                                           ('urandom', stat.S_IFCHR, 1, 9, 0o666), ('tty', stat.S_IFCHR, 5, 0, 0o666),
                                           ('loop-control', stat.S_IFCHR, 10, 237, 0o660),
                                           ('loop77', stat.S_IFBLK, 7, 77, 0o660),
                                           ('loop78', stat.S_IFBLK, 7, 78, 0o660)):
        os.mknod('/dev/' + name, kind | mode, os.makedev(major, minor))
        os.chmod('/dev/' + name, mode)
    for name in ('pts', 'shm', 'mqueue', 'disk', 'disk/by-id', 'run'):
        os.mkdir('/dev/' + name)
    run('mount', '-t', 'devpts', '-o', 'newinstance,mode=600,ptmxmode=666', 'devpts', '/dev/pts')
    run('mount', '-t', 'tmpfs', 'shm', '/dev/shm')
    run('mount', '-t', 'mqueue', 'mqueue', '/dev/mqueue')
    os.symlink('pts/ptmx', '/dev/ptmx')
    os.symlink('/proc/self/fd', '/dev/fd')
    os.symlink('../../loop77', '/dev/disk/by-id/one')
    os.symlink('disk/by-id/one', '/dev/chain')


def picture(folder):
    """All there is below a folder, with owners and targets."""
    found = {}
    for top, folders, files in os.walk(folder):
        if top.startswith('/dev/pts') or top.startswith('/dev/mqueue'):
            continue
        for name in folders + files:
            path = os.path.join(top, name)
            info = os.lstat(path)
            found[path] = (info.st_mode, info.st_uid, info.st_gid, info.st_ino, info.st_rdev,
                           os.readlink(path) if stat.S_ISLNK(info.st_mode) else None)
    with open('/proc/self/mounts', encoding='utf-8') as mounts:
        found['mounts'] = mounts.read()
    return found


@needs_root
class PrivateDev(GuestTest):
    DEVICES = """
    <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/chain'/>
      <target dev='vdb' bus='virtio'/></disk>
    <channel type='unix'><source mode='connect' path='/dev/run/served'/><target type='virtio' name='served'/></channel>"""

    def setUp(self):
        super().setUp()
        os.chmod(self.ground.folder.folder, 0o755)
        self.image = '/dev/my_awesome_disk'
        os.rename(self.disk, self.ground.path('there.qcow2'))
        subprocess.run(['cp', self.ground.path('there.qcow2'), self.image], check=True)
        self.addCleanup(os.unlink, self.image)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind('/dev/run/served')
        self.server.listen()
        self.addCleanup(os.unlink, '/dev/run/served')
        self.addCleanup(self.server.close)
        subprocess.run(['truncate', '-s', '1M', self.ground.path('loop')], check=True)
        subprocess.run(['losetup', '/dev/loop77', self.ground.path('loop')], check=True)
        self.addCleanup(subprocess.run, ['losetup', '-d', '/dev/loop77'], check=True)

    def within(self, name, path):
        return f'/proc/{self.qemu_pid(name)}/root{path}'

    def assert_same(self, name, path):
        here, there = os.lstat(path), os.lstat(self.within(name, path))
        self.assertEqual((here.st_dev, here.st_ino), (there.st_dev, there.st_ino), path)

    def test_cold(self):
        """A file, a socket in a folder, a chain of links to a loop device: what the guest sees, what the host keeps."""
        self.define('dev', disk=self.image, devices=self.DEVICES)
        before = picture('/dev')
        self.ok(self.virsh('start', 'dev', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'dev'))
        self.assert_same('dev', self.image)
        self.assert_same('dev', '/dev/run/served')
        self.assert_same('dev', '/dev/pts/ptmx')
        with open(self.image, 'rb') as here, open(self.within('dev', self.image), 'rb') as there:
            self.assertEqual(here.read(), there.read())
        for link in ('/dev/chain', '/dev/disk/by-id/one', '/dev/ptmx'):
            self.assertEqual(os.readlink(self.within('dev', link)), os.readlink(link))
        node = os.lstat(self.within('dev', '/dev/loop77'))
        self.assertTrue(stat.S_ISBLK(node.st_mode))
        self.assertEqual(node.st_rdev, os.stat('/dev/loop77').st_rdev)
        self.assertNotEqual(node.st_dev, os.stat('/dev/loop77').st_dev)
        self.assertFalse(os.path.exists(self.within('dev', '/dev/loop-control')))
        self.assertEqual(picture('/dev'), before)
        tty = self.ok(self.virsh('ttyconsole', 'dev')).strip()
        self.assert_same('dev', tty)
        self.ok(self.virsh('destroy', 'dev'))
        self.assertEqual(picture('/dev'), before)
        self.ok(self.virsh('undefine', 'dev'))

    def test_hot(self):
        """Disks that come and go while the guest runs; two on one file go with the last."""
        before = picture('/dev')
        self.boot('hot')

        def disk(target, source):
            kind, attribute, driver, share = (('file', 'file', 'qcow2', '') if source == self.image
                                              else ('block', 'dev', 'raw', '<shareable/>'))
            return self.write(f'{target}.xml', f"""<disk type='{kind}' device='disk'><driver name='qemu' type='{driver}'/>
                <source {attribute}='{source}'/><target dev='{target}' bus='virtio'/>{share}</disk>""")

        def gone(path):
            support.wait_until(lambda: not os.path.lexists(self.within('hot', path)), f'{path} goes')

        self.ok(self.virsh('attach-device', 'hot', disk('vdb', '/dev/chain'), '--live'))
        self.ok(self.virsh('attach-device', 'hot', disk('vdc', '/dev/disk/by-id/one'), '--live'))
        for link in ('/dev/chain', '/dev/disk/by-id/one'):
            self.assertEqual(os.readlink(self.within('hot', link)), os.readlink(link))
        self.assertEqual(os.lstat(self.within('hot', '/dev/loop77')).st_rdev, os.stat('/dev/loop77').st_rdev)
        self.assertEqual(picture('/dev'), before)
        self.ok(self.virsh('detach-disk', 'hot', 'vdb', '--live'))
        gone('/dev/chain')
        self.assertTrue(os.path.lexists(self.within('hot', '/dev/loop77')))
        self.ok(self.virsh('detach-disk', 'hot', 'vdc', '--live'))
        gone('/dev/loop77')
        self.assertFalse(os.path.lexists(self.within('hot', '/dev/disk')))
        self.ok(self.virsh('attach-device', 'hot', disk('vdd', self.image), '--live'))
        self.assert_same('hot', self.image)
        self.ok(self.virsh('detach-disk', 'hot', 'vdd', '--live'))
        gone(self.image)
        self.assertTrue(os.path.exists(self.image))
        self.ok(self.virsh('destroy', 'hot'))
        self.assertEqual(picture('/dev'), before)

    def test_hot_chain(self):
        """An overlay elsewhere whose image is below /dev, and a socket there."""
        overlay = self.ground.path('overlay.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', self.image, '-F', 'qcow2', overlay],
                       check=True)
        before = picture('/dev')
        self.boot('hot', devices="<controller type='virtio-serial'/>")
        disk = self.write('disk.xml', f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
            <source file='{overlay}'/><target dev='vdb' bus='virtio'/></disk>""")
        channel = self.write('channel.xml', """<channel type='unix'><source mode='connect' path='/dev/run/served'/>
            <target type='virtio' name='served'/></channel>""")
        for device, path in ((disk, self.image), (channel, '/dev/run/served')):
            self.ok(self.virsh('attach-device', 'hot', device, '--live'))
            self.assert_same('hot', path)
            self.assertEqual(picture('/dev'), before)
        for device, path in ((disk, self.image), (channel, '/dev/run')):
            self.ok(self.virsh('detach-device', 'hot', device, '--live'))
            support.wait_until(lambda path=path: not os.path.lexists(self.within('hot', path)), f'{path} goes')
        self.assertEqual(picture('/dev'), before)

    def test_media(self):
        """A medium that is changed: the new one appears, the old one goes."""
        before = picture('/dev')
        self.define('tray', disk=self.disk_elsewhere(),
                    devices="<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>")
        self.ok(self.virsh('start', 'tray', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'tray'))
        self.ok(self.virsh('change-media', 'tray', 'sda', self.image, '--insert', '--live'))
        self.assert_same('tray', self.image)
        self.ok(self.virsh('change-media', 'tray', 'sda', '/dev/chain', '--update', '--live', '--block'))
        self.assertFalse(os.path.lexists(self.within('tray', self.image)))
        self.assertEqual(os.readlink(self.within('tray', '/dev/chain')), os.readlink('/dev/chain'))
        self.ok(self.virsh('change-media', 'tray', 'sda', '--eject', '--live'))
        for path in ('/dev/chain', '/dev/disk', '/dev/loop77'):
            self.assertFalse(os.path.lexists(self.within('tray', path)))
        self.assertEqual(picture('/dev'), before)

    def disk_elsewhere(self):
        return self.ground.path('there.qcow2')

    def test_failed_start(self):
        """QEMU cannot use what it is given: nothing is left."""
        with open(self.ground.path('no-image'), 'w', encoding='ascii') as file:
            file.write('this is no qcow2')
        self.define('bad', disk=self.ground.path('no-image'), devices=self.DEVICES)
        before = picture('/dev')
        result = self.virsh('start', 'bad')
        self.assertNotEqual(result.status, 0)
        self.assertIn('qcow2', result.err)
        self.assertEqual(picture('/dev'), before)
        self.assertEqual([name for name in os.listdir(self.run_folder()) if name.startswith('bad')], [])


FAIL_AT = os.path.join(support.BUILD, 'tests', 'e2e', 'fail_at.so')


@needs_root
@unittest.skipUnless(os.path.exists(FAIL_AT), 'this build has no fail_at.so')
class EachStep(PrivateDev):
    """Each system call that makes or changes the private /dev fails in turn."""
    test_cold = test_hot = test_hot_chain = test_media = test_failed_start = None
    MOST = 400

    def start_daemon(self):
        self.number = self.ground.path('fail-at')
        env = support.our_environment(LD_PRELOAD=FAIL_AT, VIREO_FAIL_AT=self.number)
        return self.daemon(env=env)

    def fail_at(self, number):
        with open(self.number, 'w', encoding='ascii') as file:
            file.write(str(number))
        if os.path.exists(self.number + '.hit'):
            os.unlink(self.number + '.hit')

    def hit(self):
        """The call that failed."""
        try:
            with open(self.number + '.hit', encoding='ascii') as file:
                return file.read()
        except FileNotFoundError:
            return None

    def rounds(self, attempt, check):
        """Until there is no call left that could fail; the names of those that did."""
        failed = []
        for number in range(1, self.MOST):
            self.fail_at(number)
            result = attempt()
            if self.hit() is None:
                self.ok(result)
                return failed
            failed.append(self.hit())
            self.assertNotEqual(result.status, 0, f'call {number}, {self.hit()}, failed and nobody noticed')
            self.assertIn('/dev', result.err)
            self.assertIn('Input/output error', result.err)
            check(f'after call {number}, {self.hit()}: {result.err}')
        self.fail(f'more than {self.MOST} calls')

    def left(self):
        found = [name for name in os.listdir(self.run_folder()) if name.startswith('each')]
        for folder in ('var/lib/libvirt/qemu', 'var/lib/libvirt/qemu/channel/target'):
            path = self.ground.path(folder)
            found += [name for name in (os.listdir(path) if os.path.isdir(path) else []) if name.startswith('domain-')]
        return found + self.ground.orphans() + os.listxattr(self.image)

    def test_start(self):
        self.define('each', disk=self.image, devices=self.DEVICES)
        before = picture('/dev')

        def check(when):
            self.assertEqual(picture('/dev'), before, when)
            self.assertEqual(self.left(), [], when)
            self.assertEqual(self.state('each'), 'shut off', when)

        failed = self.rounds(lambda: self.virsh('start', 'each', '--paused'), check)
        self.addCleanup(lambda: self.virsh('destroy', 'each'))
        self.assertLessEqual({'unshare', 'mount', 'mkdir', 'mknod', 'symlink', 'open', 'open_tree', 'move_mount',
                              'lchown', 'chmod', 'chdir'}, set(failed))
        self.assert_same('each', self.image)

    def test_attach(self):
        self.boot('each', devices="<controller type='virtio-serial'/>")
        before, inner = picture('/dev'), f'/proc/{self.qemu_pid("each")}/root/dev'
        had = sorted(picture(inner))
        sources = ((f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{self.image}'/>"
                    "<target dev='vdb' bus='virtio'/></disk>", {'setns', 'open', 'move_mount', 'mount'}),
                   ("<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/chain'/>"
                    "<target dev='vdc' bus='virtio'/></disk>", {'setns', 'mkdir', 'mknod', 'symlink', 'lchown'}),
                   ("<channel type='unix'><source mode='connect' path='/dev/run/served'/>"
                    "<target type='virtio' name='served'/></channel>", {'setns', 'mkdir', 'open', 'move_mount'}))

        def check(when):
            self.assertEqual(picture('/dev'), before, when)
            self.assertEqual(sorted(picture(inner)), had, when)
            self.assertEqual(os.listxattr(self.image), [], when)

        for number, (xml, expected) in enumerate(sources):
            path = self.write(f'{number}.xml', xml)
            failed = self.rounds(lambda path=path: self.virsh('attach-device', 'each', path, '--live'), check)
            self.assertLessEqual(expected, set(failed))
            self.ok(self.virsh('detach-device', 'each', path, '--live'))
            support.wait_until(lambda: sorted(picture(inner)) == had, 'the device goes')


@needs_root
class OtherUser(GuestTest):
    """QEMU as nobody."""

    def start_daemon(self):
        os.chmod(self.ground.folder.folder, 0o755)
        # Guests of other users may have those that all tests share.
        for name in ('vmlinuz', 'initrd.gz'):
            shutil.copy(os.path.join(support.GUEST, name), self.ground.path(name))
        os.makedirs(self.ground.path('etc', 'libvirt'))
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('user = "nobody"\ngroup = "nogroup"\nmax_files = 4321\nmax_core = "0"\n')
        return self.daemon()

    def define(self, name='web', **keywords):
        xml = support.guest_xml(name, **keywords).replace(support.GUEST, self.ground.root)
        return self.ok(self.virsh('define', self.write(f'{name}.xml', xml)))

    def owner(self, path):
        info = os.stat(path)
        return info.st_uid, info.st_gid

    def attributes(self, path):
        return sorted(name for name in os.listxattr(path) if name.startswith('trusted.libvirt'))

    def test_owner(self):
        """The image is the guest's while it runs, then again whose it was, also for another daemon."""
        os.chown(self.disk, 1234, 4321)
        self.boot(disk=self.disk)
        pid = self.qemu_pid('web')
        with open(f'/proc/{pid}/status', encoding='ascii') as file:
            status = dict(line.rstrip('\n').split(':', 1) for line in file)
        self.assertEqual(status['Uid'].split(), [str(NOBODY)] * 4)
        self.assertEqual(status['CapEff'].strip(), '0' * 16)
        with open(f'/proc/{pid}/limits', encoding='ascii') as file:
            limits = file.read()
        self.assertRegex(limits, r'Max open files +4321 +4321')
        self.assertRegex(limits, r'Max core file size +0 +0')
        self.assertEqual(self.owner(self.disk), (NOBODY, NOBODY))
        self.assertEqual(os.getxattr(self.disk, 'trusted.libvirt.security.dac'), b'+1234:+4321')
        self.assertEqual(os.getxattr(self.disk, 'trusted.libvirt.security.ref_dac'), b'1')
        self.assertIn(f'<label>+{NOBODY}:+{NOBODY}</label>', self.ok(self.virsh('dumpxml', 'web')))
        # The next daemon gives it back.
        self.vireod.stop()
        self.vireod = self.start_again()
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.owner(self.disk), (1234, 4321))
        self.assertEqual(self.attributes(self.disk), [])

    def test_obstacles(self):
        """All of them at once, before anything is touched."""
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        closed = self.ground.path('closed')
        os.mkdir(closed, 0o700)
        shutil.copy(self.disk, os.path.join(closed, 'image'))
        devices = f"""<disk type='file' device='disk'><source file='{closed}/image'/><target dev='vdb'/></disk>
          <disk type='file' device='disk'><source file='{self.ground.path('none')}'/><target dev='vdc'/></disk>
          <interface type='bridge'><source bridge='no-such-br'/></interface>
          <interface type='direct'><source dev='no-such-card'/></interface>
          <graphics type='vnc' port='{port}'/>"""
        self.define('bad', disk=self.disk, devices=devices)
        result = self.virsh('start', 'bad')
        self.assertIn(f"port {port} of 127.0.0.1, wanted for the display, is taken", result.err)
        self.assertIn("there is no card 'no-such-card'", result.err)
        self.assertIn(f"user 'nobody' may not search folder '{closed}'", result.err)
        self.assertIn(f"Cannot access storage file '{self.ground.path('none')}': No such file", result.err)
        self.assertIn("there is no bridge 'no-such-br'", result.err)
        self.assertEqual(self.attributes(self.disk), [])

    def test_hooks(self):
        """Scripts hear of each step with the document; the one that says no stops the start, and nothing is left."""
        folder = self.ground.path('etc', 'libvirt', 'hooks')
        log = self.ground.path('hooks.log')
        os.makedirs(folder)

        def script(refused):
            with open(os.path.join(folder, 'qemu'), 'w', encoding='ascii') as file:
                file.write(f'#!/bin/sh\ngrep -q "<domain" || exit 9\necho "$@" >>{log}\n'
                           f'[ "$2" != {refused} ] || {{ echo not today >&2; exit 1; }}\n')
            os.chmod(os.path.join(folder, 'qemu'), 0o755)

        def told():
            with open(log, encoding='ascii') as file:
                text = file.read()
            os.unlink(log)
            return [line.split()[1] for line in text.splitlines()]

        os.chown(self.disk, 1234, 4321)
        self.define('hooked', disk=self.disk)
        script('nothing')
        self.ok(self.virsh('start', 'hooked', '--paused'))
        self.assertEqual(told(), ['prepare', 'start', 'started'])
        self.ok(self.virsh('destroy', 'hooked'))
        self.assertEqual(told(), ['stopped', 'release'])
        for refused, before in (('prepare', []), ('start', ['prepare']), ('started', ['prepare', 'start'])):
            script(refused)
            result = self.virsh('start', 'hooked')
            self.assertIn('not today', result.err)
            self.assertEqual(told(), before + [refused] + (['stopped', 'release'] if before else []))
            self.assertEqual(self.owner(self.disk), (1234, 4321))
            self.assertEqual(self.state('hooked'), 'shut off')

    def start_again(self):
        daemon = self.daemon()
        support.wait_until(lambda: self.state() == 'running', 'the guest is found')
        return daemon

    def test_killed_daemon(self):
        """The guest ended while no daemon was there."""
        os.chown(self.disk, 1234, 4321)
        self.boot(disk=self.disk)
        self.vireod.stop(9)
        os.kill(self.qemu_pid('web'), 9)
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state() == 'shut off', 'the end is noticed')
        self.assertEqual(self.owner(self.disk), (1234, 4321))
        self.assertEqual(self.attributes(self.disk), [])

    def test_failed_start(self):
        """QEMU ends before it runs: owners as before."""
        with open(self.disk, 'wb') as file:
            file.write(b'no image')
        os.chown(self.disk, 1234, 4321)
        self.define('bad', disk=self.disk)
        self.assertNotEqual(self.virsh('start', 'bad').status, 0)
        self.assertEqual(self.owner(self.disk), (1234, 4321))
        self.assertEqual(self.attributes(self.disk), [])


@needs_root
@unittest.skipUnless(os.access('/usr/bin/qemu-pr-helper', os.X_OK), 'needs qemu-pr-helper')
class Reservations(OtherUser):
    """The helper that may reserve disks for a guest that may not."""
    test_owner = test_obstacles = test_hooks = test_killed_daemon = test_failed_start = None

    def test_pr(self):
        folder = self.ground.path('var/lib/libvirt/qemu')
        if len(os.path.join(folder, 'domain-1-pr', 'pr-helper0.sock')) > 107:
            self.skipTest("QEMU connects to no path that is so long")
        subprocess.run(['truncate', '-s', '1M', self.ground.path('loop')], check=True)
        subprocess.run(['losetup', '/dev/loop77', self.ground.path('loop')], check=True)
        self.addCleanup(subprocess.run, ['losetup', '-d', '/dev/loop77'], check=True)
        self.define('pr', devices="""<controller type='scsi' model='virtio-scsi'/>
            <disk type='block' device='lun'><driver name='qemu' type='raw'/><source dev='/dev/loop77'>
            <reservations managed='yes'/></source><target dev='sda' bus='scsi'/></disk>""")
        result = self.virsh('start', 'pr', '--paused')
        # A loop device is no SCSI disk: QEMU talks to the helper, then finds that out.
        self.assertIn('SG_IO', result.err + result.out)
        self.assertNotIn('pr-helper', result.err)
        self.assertEqual(self.ground.orphans(), [])
        self.assertEqual([name for name in os.listdir(folder) if name.startswith('domain-')], [])

    def test_no_helper(self):
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'a', encoding='ascii') as file:
            file.write('pr_helper = "/no/such/helper"\n')
        self.vireod.stop()
        self.vireod = self.daemon()
        self.define('reserving', devices="""<controller type='scsi' model='virtio-scsi'/>
            <disk type='block' device='lun'><driver name='qemu' type='raw'/><source dev='/dev/loop77'>
            <reservations managed='yes'/></source><target dev='sda' bus='scsi'/></disk>""")
        self.assertIn("'/no/such/helper' is not a suitable pr helper", self.virsh('start', 'reserving').err)


SCSI = os.path.join(support.BUILD, 'tests', 'e2e', 'scsi_double.so')


@needs_root
@unittest.skipUnless(os.access('/usr/bin/qemu-pr-helper', os.X_OK), 'needs qemu-pr-helper')
@unittest.skipUnless(os.path.exists(SCSI), 'this build has no scsi_double.so')
class HotReservations(OtherUser):
    """Disks that want the helper come and go; to QEMU every block device is a SCSI disk (scsi_double.c)."""
    DEVICES = {'sda': '/dev/loop77', 'sdb': '/dev/loop78'}
    test_owner = test_obstacles = test_hooks = test_killed_daemon = test_failed_start = None

    def setUp(self):
        super().setUp()
        self.lib = self.ground.path('var/lib/libvirt/qemu')
        if len(os.path.join(self.lib, 'domain-1-pr', 'pr-helper0.sock')) > 107:
            self.skipTest("QEMU connects to no path that is so long")
        self.double = shutil.copy(SCSI, self.ground.path('scsi_double.so'))  # the build may lie below a closed home
        for target, device in self.DEVICES.items():
            path = self.ground.path('loop-' + target)
            subprocess.run(['truncate', '-s', '1M', path], check=True)
            subprocess.run(['losetup', device, path], check=True)
            self.addCleanup(subprocess.run, ['losetup', '-d', device], check=True)

    def start(self, double, disks=''):
        emulator = self.write('emulator', f"""#!/bin/sh
{f'export LD_PRELOAD={self.double}' if double else ''}
exec /usr/bin/qemu-system-x86_64 "$@"
""")
        os.chmod(emulator, 0o755)
        xml = support.guest_xml('pr', devices="<controller type='scsi' model='virtio-scsi'/>" + disks)
        xml = xml.replace(support.GUEST, self.ground.root).replace('/usr/bin/qemu-system-x86_64', emulator)
        self.ok(self.virsh('define', self.write('pr.xml', xml)))
        self.addCleanup(lambda: self.virsh('destroy', 'pr'))
        self.ok(self.virsh('start', 'pr', '--paused'))

    def lun(self, target):
        return f"""<disk type='block' device='lun'><driver name='qemu' type='raw'/><source dev='{self.DEVICES[target]}'>
            <reservations managed='yes'/></source><target dev='{target}' bus='scsi'/></disk>"""

    def attach(self, target):
        return self.virsh('attach-device', 'pr', self.write(target + '.xml', self.lun(target)), '--live')

    def detach(self, target):
        self.ok(self.virsh('detach-disk', 'pr', target, '--live'))

    def managers(self):
        """What QEMU knows of, and whether it is connected."""
        reply = json.loads(self.ok(self.virsh('qemu-monitor-command', 'pr', '{"execute":"query-pr-managers"}')))
        return [(one['id'], one['connected']) for one in reply['return']]

    def folder(self):
        own, = [name for name in os.listdir(self.lib) if name.startswith('domain-')]
        return os.path.join(self.lib, own)

    def helper(self):
        """The process that runs; 0: none, and nothing of one is left."""
        path = os.path.join(self.folder(), 'pr-helper0.pid')
        if not os.path.exists(path):
            self.assertNotIn('pr-helper0.sock', os.listdir(self.folder()))
            return 0
        with open(path, encoding='ascii') as file:
            pid = int(file.read())
        self.assertEqual(os.readlink(f'/proc/{pid}/exe'), '/usr/bin/qemu-pr-helper')
        return pid

    def restart(self, how):
        self.vireod.stop(how)
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state('pr') == 'paused', 'the guest is found')

    def status_says(self):
        with open(os.path.join(self.run_folder(), 'pr.xml'), encoding='utf-8') as file:
            return '<prDaemon/>' in file.read()

    def test_hot(self):
        """It comes with the first disk, serves the second, outlives the daemon and goes with the last."""
        self.start(True)
        self.assertEqual((self.managers(), self.helper(), self.status_says()), ([], 0, False))
        self.ok(self.attach('sda'))
        pid = self.helper()
        self.assertEqual((self.managers(), self.status_says()), ([('pr-helper0', True)], True))
        socket = os.stat(os.path.join(self.folder(), 'pr-helper0.sock'))
        self.assertEqual((socket.st_uid, os.stat(f'/proc/{pid}').st_uid), (NOBODY, 0))
        with open(f'/proc/{pid}/cgroup', encoding='ascii') as file, \
             open(f'/proc/{self.qemu_pid("pr")}/cgroup', encoding='ascii') as qemu:
            self.assertEqual(file.read(), qemu.read())
        self.ok(self.attach('sdb'))
        self.assertEqual((self.managers(), self.helper()), ([('pr-helper0', True)], pid))
        self.detach('sda')
        self.assertEqual((self.managers(), self.helper()), ([('pr-helper0', True)], pid))
        self.restart(9)
        self.assertEqual(self.helper(), pid)
        self.detach('sdb')
        self.assertEqual((self.managers(), self.helper(), self.status_says()), ([], 0, False))
        self.assertTrue(support.is_gone(pid))
        self.ok(self.attach('sda'))
        self.assertNotEqual(self.helper(), 0)
        self.ok(self.virsh('destroy', 'pr'))
        self.assertEqual(self.ground.orphans(), [])

    def test_given(self):
        """A socket that the guest finds in its /dev, at its start and when a disk comes later."""
        path = f'/dev/vireo-{os.getpid()}.sock'
        helper = subprocess.Popen(['/usr/bin/qemu-pr-helper', '-k', path], stdin=subprocess.DEVNULL)
        self.addCleanup(lambda: os.path.exists(path) and os.unlink(path))
        self.addCleanup(helper.wait)
        self.addCleanup(helper.kill)
        support.wait_until(lambda: os.path.exists(path), 'the helper listens')
        os.chown(path, NOBODY, NOBODY)
        disk = self.lun('sda').replace("<reservations managed='yes'/>", "<reservations managed='no'>"
                                       f"<source type='unix' path='{path}' mode='client'/></reservations>")
        self.start(True, disk)
        (_, connected), = self.managers()
        self.assertTrue(connected)
        self.detach('sda')
        self.assertEqual(self.managers(), [])
        self.ok(self.virsh('attach-device', 'pr', self.write('other.xml', disk), '--live'))
        (_, connected), = self.managers()
        self.assertTrue(connected)
        self.assertEqual(os.stat(path).st_uid, NOBODY)
        self.ok(self.virsh('destroy', 'pr'))

    def test_comes_again(self):
        """One that ended while no daemon was there: the next daemon starts another."""
        self.start(True, self.lun('sda'))
        pid = self.helper()
        self.vireod.stop(9)
        os.kill(pid, 9)
        support.wait_until(lambda: support.is_gone(pid), 'it is gone')
        self.vireod = self.daemon()
        support.wait_until(lambda: not support.is_gone(self.number()) and self.number() != pid, 'another one runs')
        self.detach('sda')
        self.assertEqual((self.managers(), self.helper()), ([], 0))
        self.ok(self.virsh('destroy', 'pr'))

    def number(self):
        try:
            with open(os.path.join(self.folder(), 'pr-helper0.pid'), encoding='ascii') as file:
                return int(file.read() or 0)
        except FileNotFoundError:
            return 0

    def test_refused(self):
        """QEMU finds out that the disk is none of SCSI: nothing of the helper is left."""
        self.start(False)
        for _ in range(2):
            result = self.attach('sda')
            self.assertIn('SG_IO', result.err)
            self.assertEqual((self.managers(), self.helper(), self.status_says()), ([], 0, False))


PAGES = '/proc/sys/vm/nr_hugepages'


@needs_root
class Memory(OtherUser):
    """Memory of guests in folders: of huge pages, of files."""
    test_owner = test_obstacles = test_hooks = test_killed_daemon = test_failed_start = None

    def folder_of(self, pid, kind):
        """Where QEMU was told to make its memory."""
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            words = file.read().split(b'\0')
        [path] = [json.loads(word)['mem-path'] for word in words if word.startswith(b'{') and kind in word]
        return path

    def assert_own(self, path):
        info = os.stat(path)
        self.assertEqual((info.st_uid, info.st_gid), (NOBODY, NOBODY))

    def test_files(self):
        more = "<memoryBacking><source type='file'/><access mode='shared'/></memoryBacking>"
        self.define('filed', more=more)
        self.ok(self.virsh('start', 'filed', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'filed'))
        path = self.folder_of(self.qemu_pid('filed'), b'memory-backend-file')
        self.assertEqual(os.path.dirname(os.path.dirname(path)), self.ground.path('var/lib/libvirt/qemu/ram'))
        self.assert_own(os.path.dirname(path))
        self.ok(self.virsh('destroy', 'filed'))
        self.assertFalse(os.path.exists(os.path.dirname(path)))

    def take_pages(self, wanted):
        """So many pages, if the machine has them to spare."""
        with open(PAGES, encoding='ascii') as file:
            had = int(file.read())

        def put(number):
            with open(PAGES, 'w', encoding='ascii') as file:
                file.write(str(number))

        try:
            put(had + wanted)
        except OSError:
            self.skipTest('may not set huge pages aside')
        self.addCleanup(put, had)
        with open(PAGES, encoding='ascii') as file:
            if int(file.read()) < had + wanted:
                self.skipTest('this machine has not enough huge pages')

    def test_huge_pages(self):
        self.take_pages(64)
        mount = self.ground.path('pages')
        os.mkdir(mount)
        subprocess.run(['mount', '-t', 'hugetlbfs', '-o', 'mode=1777', 'own', mount], check=True)
        self.addCleanup(subprocess.run, ['umount', mount], check=True)
        self.define('huge', more='<memoryBacking><hugepages/></memoryBacking>')
        self.ok(self.virsh('start', 'huge', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'huge'))
        path = self.folder_of(self.qemu_pid('huge'), b'memory-backend-file')
        self.assertRegex(path, r'/libvirt/qemu/\d+-huge$')
        self.assert_own(path)
        self.ok(self.virsh('destroy', 'huge'))
        self.assertFalse(os.path.exists(path))

    def test_no_pages(self):
        """A size that nobody mounted: refused, and nothing is left."""
        self.define('none', more="<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>",
                    memory_mib=1024)
        result = self.virsh('start', 'none')
        self.assertNotEqual(result.status, 0)
        self.assertRegex(result.err, r'1048576|hugetlbfs')
        self.assertEqual(self.state('none'), 'shut off')


APPARMOR = '/sys/kernel/security/apparmor'


def has_apparmor():
    try:
        with open('/sys/module/apparmor/parameters/enabled', encoding='ascii') as file:
            return file.read().startswith('Y') and os.path.exists(APPARMOR + '/.replace')
    except OSError:
        return False


@needs_root
@unittest.skipUnless(has_apparmor(), "needs a kernel with AppArmor and its securityfs")
@unittest.skipUnless(shutil.which('apparmor_parser', path='/usr/sbin:/sbin'), 'needs apparmor_parser')
class AppArmor(GuestTest):
    """A profile for each guest."""
    UUID = 'c7a5fdbd-cdaf-9455-926a-d65c16db1809'
    PROFILE = 'libvirt-' + UUID

    def start(self, *flags, **keywords):
        xml = self.write('armed.xml', support.guest_xml('armed', uuid=self.UUID, disk=self.disk, **keywords))
        self.ok(self.virsh('define', xml))
        self.addCleanup(lambda: self.virsh('destroy', 'armed'))
        return self.virsh('start', 'armed', '--paused', *flags)

    def loaded(self):
        with open(APPARMOR + '/profiles', encoding='ascii') as file:
            return [line for line in file if line.startswith(self.PROFILE)]

    def kept(self):
        folder = self.ground.path('etc', 'apparmor.d', 'libvirt')
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def rules(self):
        with open(self.ground.path('etc', 'apparmor.d', 'libvirt', self.PROFILE + '.files'), encoding='utf-8') as file:
            return file.read()

    def nothing_left(self):
        self.assertEqual(self.loaded(), [])
        self.assertEqual([name for name in self.kept() if name != 'TEMPLATE.qemu'], [])

    def write_memory(self, path):
        """QEMU itself writes there; what it says when it cannot."""
        return self.ok(self.virsh('qemu-monitor-command', 'armed', '--hmp', f'pmemsave 0 4096 "{path}"'))

    def test_confined(self):
        """The process has the profile; what is not the guest's is closed to it, though it runs as root."""
        self.ok(self.start())
        with open(f'/proc/{self.qemu_pid("armed")}/attr/current', encoding='ascii') as file:
            self.assertEqual(file.read().strip(), self.PROFILE + ' (enforce)')
        self.assertEqual(self.loaded(), [self.PROFILE + ' (enforce)\n'])
        self.assertEqual(self.kept(), [self.PROFILE, self.PROFILE + '.files'])
        self.assertIn(f'"{os.path.realpath(self.disk)}" rwk,', self.rules())
        xml = self.ok(self.virsh('dumpxml', 'armed'))
        self.assertRegex(xml, "<seclabel type='dynamic' model='apparmor' relabel='yes'>\n *"
                         f'<label>{self.PROFILE}</label>\n *<imagelabel>{self.PROFILE}</imagelabel>')
        self.assertNotIn(self.PROFILE, self.ok(self.virsh('dumpxml', 'armed', '--inactive')))
        self.assertIn(f'{self.PROFILE} (enforcing)', self.ok(self.virsh('dominfo', 'armed')))
        self.assertIn('<model>apparmor</model>', self.ok(self.virsh('capabilities')))
        self.assertIn('Permission denied', self.write_memory(self.ground.path('forbidden')))
        self.assertFalse(os.path.exists(self.ground.path('forbidden')))
        own = os.path.join(self.ground.path('var/lib/libvirt/qemu'), 'domain-1-armed', 'allowed')
        self.assertEqual(self.write_memory(own).strip(), '')
        self.assertEqual(os.path.getsize(own), 4096)
        self.ok(self.virsh('destroy', 'armed'))
        self.nothing_left()

    def test_change(self):
        """What comes is opened to it, what goes is closed."""
        media = self.ground.path('media.img')
        subprocess.run(['truncate', '-s', '1M', media], check=True)
        self.ok(self.start(devices="<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>",
                           more=''))
        rule = f'"{os.path.realpath(media)}" rk,'
        self.assertNotIn(rule, self.rules())
        self.ok(self.virsh('change-media', 'armed', 'sda', media, '--insert', '--live'))
        self.assertIn(rule, self.rules())
        self.ok(self.virsh('change-media', 'armed', 'sda', '--eject', '--live'))
        self.assertNotIn(rule, self.rules())
        self.assertIn('Permission denied', self.write_memory(media))
        more = self.write('more.xml', f"""<disk type='file' device='disk'><driver name='qemu' type='raw'/>
            <source file='{media}'/><target dev='vdb' bus='virtio'/></disk>""")
        self.ok(self.virsh('attach-device', 'armed', more, '--live'))
        self.assertIn(f'"{os.path.realpath(media)}" rwk,', self.rules())
        # The next daemon finds it all, and takes it away.
        self.vireod.stop()
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state('armed') == 'paused', 'the guest is found')
        self.assertIn(f'{self.PROFILE} (enforcing)', self.ok(self.virsh('dominfo', 'armed')))
        self.ok(self.virsh('destroy', 'armed'))
        self.nothing_left()

    def test_unconfined(self):
        self.ok(self.start(more="<seclabel type='none' model='apparmor'/>"))
        with open(f'/proc/{self.qemu_pid("armed")}/attr/current', encoding='ascii') as file:
            self.assertEqual(file.read().strip(), 'unconfined')
        self.nothing_left()

    def test_template(self):
        """The administrator's own; one that AppArmor does not take lets no guest start, and nothing is left."""
        folder = self.ground.path('etc', 'apparmor.d', 'libvirt')
        os.makedirs(folder)
        with open(os.path.join(folder, 'TEMPLATE.qemu'), 'w', encoding='ascii') as file:
            file.write('profile LIBVIRT_TEMPLATE {\n  this is no rule\n}\n')
        os.chown(self.disk, 1234, 4321)
        result = self.start()
        self.assertNotEqual(result.status, 0)
        self.assertIn(f"cannot load AppArmor profile '{self.PROFILE}'", result.err)
        self.nothing_left()
        info = os.stat(self.disk)
        self.assertEqual((info.st_uid, info.st_gid), (1234, 4321))
        with open(os.path.join(folder, 'TEMPLATE.qemu'), 'w', encoding='ascii') as file:
            file.write('profile LIBVIRT_TEMPLATE flags=(attach_disconnected) {\n  file,\n  network,\n  unix,\n'
                       '  capability,\n  signal,\n  ptrace,\n}\n')
        self.ok(self.virsh('start', 'armed', '--paused'))
        self.assertEqual(self.loaded(), [self.PROFILE + ' (enforce)\n'])


@needs_root
@unittest.skipUnless(has_apparmor(), "needs a kernel with AppArmor and its securityfs")
@unittest.skipUnless(shutil.which('apparmor_parser', path='/usr/sbin:/sbin'), 'needs apparmor_parser')
class ArmedHelpers(Kits):
    """What programs beside QEMU write, at the guest's start and when a device comes."""

    def arm(self, devices=''):
        os.chmod(self.ground.folder.folder, 0o755)
        self.define('web', devices=devices)
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.ok(self.virsh('start', 'web', '--paused'))

    def attach(self, xml):
        return self.ok(self.virsh('attach-device', 'web', self.write('device.xml', xml), '--live'))

    def profile(self, pid):
        with open(f'/proc/{pid}/attr/current', encoding='ascii') as file:
            return file.read().strip()

    @unittest.skipUnless(shutil.which('nbdkit'), 'needs nbdkit')
    def test_nbdkit(self):
        cold, warm = (self.web(name, self.content(name)) for name in ('cold.img', 'warm.img'))
        self.arm(self.http_disk(cold))
        self.attach(self.http_disk(warm, 'vdb'))
        pids = self.living()
        self.assertEqual([self.profile(pid) for pid in pids], [self.profile(self.qemu_pid('web'))] * 2)
        for pid in pids:
            # The kernel takes away what a profile does not let through.
            self.assertRegex(os.readlink(f'/proc/{pid}/fd/2'), r'-nbdkit-libvirt-.*\.log$')


@needs_root
@unittest.skipUnless(os.path.exists(FAIL_AT), 'this build has no fail_at.so')
class Macvtap(GuestTest):
    """In a network namespace of the test's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outer = os.open('/proc/self/ns/net', os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), 'unshare')
        # Interfaces are found there by whose namespace mounted it.
        subprocess.run(['mount', '-t', 'sysfs', 'own', '/sys'], check=True)
        subprocess.run(['ip', 'link', 'add', 'card0', 'type', 'veth', 'peer', 'far0'], check=True)

    @classmethod
    def tearDownClass(cls):
        subprocess.run(['umount', '/sys'], check=True)
        ctypes.CDLL(None).setns(cls.outer, CLONE_NEWNET)
        os.close(cls.outer)
        super().tearDownClass()

    def start_daemon(self):
        # The new /sys hides where the groups are mounted.
        os.makedirs(self.ground.path('etc', 'libvirt'))
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='ascii') as file:
            file.write('cgroup_controllers = [ ]\n')
        return self.daemon(env=support.our_environment(LD_PRELOAD=FAIL_AT, VIREO_DIE_AT_TAP='1'))

    def links(self):
        return subprocess.run(['ip', 'link'], check=True, capture_output=True, text=True).stdout

    def test_killed(self):
        """The daemon is killed when it has made one and told nobody: the next one removes it, and no other's."""
        subprocess.run(['ip', 'link', 'add', 'link', 'card0', 'name', 'macvtap0', 'type', 'macvtap'], check=True)
        self.addCleanup(subprocess.run, ['ip', 'link', 'del', 'macvtap0'], check=True)
        self.define('killed', devices="<interface type='direct'><source dev='card0' mode='bridge'/>"
                    "<model type='virtio'/></interface>")
        result = self.virsh('start', 'killed')
        self.assertIn('End of file', result.err)
        self.vireod.process.wait(support.DEADLINE)
        self.assertIn('macvtap1@card0', self.links())
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state('killed') == 'shut off', 'the start is ended')
        self.assertNotIn('macvtap1', self.links())
        self.assertIn('macvtap0@card0', self.links())
        self.ok(self.virsh('start', 'killed', '--paused'))
        self.assertIn('macvtap1@card0', self.links())
        self.ok(self.virsh('destroy', 'killed'))
        self.assertNotIn('macvtap1', self.links())


def spare_card():
    """A network card behind an IOMMU, whose group the host does not use otherwise; its address."""
    folder = '/sys/bus/pci/devices'
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name, 'class'), encoding='ascii') as file:
            if not file.read().startswith('0x0200'):
                continue
        group = os.path.join(folder, name, 'iommu_group', 'devices')
        if os.path.isdir(group) and os.listdir(group) == [name]:
            return name
    return None


@needs_root
@unittest.skipUnless(os.environ.get('VIREO_TEST_PCI'), 'takes a network card from this host: VIREO_TEST_PCI=1 allows it')
@unittest.skipUnless(spare_card(), 'needs a network card in an IOMMU group of its own')
class HostDevice(GuestTest):
    """A card of this machine for a guest: taken from its driver, given back to it."""

    def setUp(self):
        super().setUp()
        self.card = spare_card()
        # The test's /dev is its own; the kernel's has the nodes of groups that come.
        own = self.ground.path('devices')
        os.mkdir(own)
        subprocess.run(['mount', '-t', 'devtmpfs', 'own', own], check=True)
        self.addCleanup(subprocess.run, ['umount', own], check=True)
        if not os.path.exists('/dev/vfio'):
            os.symlink(os.path.join(own, 'vfio'), '/dev/vfio')
            self.addCleanup(os.unlink, '/dev/vfio')

    def driver(self):
        path = f'/sys/bus/pci/devices/{self.card}/driver'
        return os.path.basename(os.readlink(path)) if os.path.islink(path) else None

    def test_managed(self):
        domain, bus, rest = self.card.split(':')
        slot, function = rest.split('.')
        before = self.driver()
        devices = f"""<hostdev mode='subsystem' type='pci' managed='yes'><source>
            <address domain='0x{domain}' bus='0x{bus}' slot='0x{slot}' function='0x{function}'/></source></hostdev>"""
        self.define('taken', devices=devices)
        self.ok(self.virsh('start', 'taken', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'taken'))
        self.assertEqual(self.driver(), 'vfio-pci')
        self.define('second', devices=devices)
        result = self.virsh('start', 'second')
        self.assertIn('in use by driver QEMU, domain taken', result.err)
        self.assertEqual(self.driver(), 'vfio-pci')
        self.vireod.stop()
        self.vireod = self.daemon()
        support.wait_until(lambda: self.state('taken') == 'paused', 'the guest is found')
        self.ok(self.virsh('destroy', 'taken'))
        self.assertEqual(self.driver(), before)


if __name__ == '__main__':
    if os.geteuid() == 0:
        own_dev()
    support.main()
