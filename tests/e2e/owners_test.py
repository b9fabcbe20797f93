#!/usr/bin/env python3
"""Whose the images are: QEMU's user while a guest runs, then again whose they were, however it ended, also when the daemon
is killed meanwhile. What others may be using (images below the first of a chain, shared disks) stays QEMU's, as with
libvirt."""
import os
import shutil
import signal
import subprocess
import unittest

import support
from support import GuestTest, needs_root, wait_until

NOBODY = 65534
FAIL_AT = os.path.join(support.BUILD, 'tests', 'e2e', 'fail_at.so')
# Among the changes that a stop makes to what is remembered; VIREO_LONG=1 takes them all.
STEPS = range(1, 100) if os.environ.get('VIREO_LONG') else (2, 3, 6, 8)


@needs_root
class Owners(GuestTest):
    def start_daemon(self):
        os.chmod(self.ground.folder.folder, 0o755)
        for name in ('vmlinuz', 'initrd.gz'):
            shutil.copy(os.path.join(support.GUEST, name), self.ground.path(name))
        os.makedirs(self.ground.path('etc', 'libvirt'), exist_ok=True)
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('user = "nobody"\ngroup = "nogroup"\n')
        return self.daemon()

    def define(self, name='web', **keywords):
        xml = support.guest_xml(name, **keywords).replace(support.GUEST, self.ground.root)
        return self.ok(self.virsh('define', self.write(f'{name}.xml', xml)))

    def image(self, name, owner, backing=None):
        path = self.ground.path(name)
        options = ['-b', backing, '-F', 'qcow2'] if backing else []
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', *options, path, '16M'], check=True)
        os.chown(path, *owner)
        return path

    def owner(self, path):
        info = os.stat(path)
        return info.st_uid, info.st_gid

    def assert_owners(self, owners):
        for path, owner in owners.items():
            self.assertEqual(self.owner(path), owner, path)
            self.assertEqual([name for name in os.listxattr(path) if name.startswith('trusted.libvirt')], [], path)

    def chain(self):
        """Three images, each somebody else's; and whose they are in the end."""
        owners = {}
        backing = None
        for number, owner in enumerate(((1001, 2001), (1002, 2002), (1003, 2003))):
            backing = self.image(f'layer{number}', owner, backing)
            owners[backing] = (NOBODY, NOBODY)
        owners[backing] = owner
        return backing, owners

    def kill_daemon(self):
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.daemon()

    def start(self, name):
        self.ok(self.virsh('start', name, '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', name))

    def test_chain(self):
        """A chain, and a daemon that is killed: the next one gives the first image back."""
        top, owners = self.chain()
        self.define(disk=top)
        for end in ('destroy', 'kill'):
            self.start('web')
            self.assertEqual(self.owner(top), (NOBODY, NOBODY))
            self.assertEqual(os.getxattr(top, 'trusted.libvirt.security.dac'), b'+1003:+2003')
            self.kill_daemon()
            wait_until(lambda: self.state() == 'paused', 'the guest is found')
            if end == 'destroy':
                self.ok(self.virsh('destroy', 'web'))
            else:
                os.kill(self.qemu_pid('web'), signal.SIGKILL)
                wait_until(lambda: self.state() == 'shut off', 'the end is noticed')
            self.assert_owners(owners)

    def test_shared(self):
        """Two guests share a disk, which is nobody's to give back; their own ones are."""
        shared = self.image('shared', (1234, 4321))
        os.truncate(shared, 1 << 20)  # raw, and whole blocks of whatever holds it
        own = {name: self.image(name + '-own', (1100 + i, 2100 + i)) for i, name in enumerate(('one', 'two'))}
        owners = {shared: (NOBODY, NOBODY), own['one']: (1100, 2100), own['two']: (1101, 2101)}
        for name, path in own.items():
            # Only raw images can be shared.
            self.define(name, disk=path, devices=f"""<disk type='file' device='disk'><driver name='qemu' type='raw'/>
                <source file='{shared}'/><target dev='vdb' bus='virtio'/><shareable/></disk>""")
        for first, last in (('one', 'two'), ('two', 'one')):
            self.start('one')
            self.start('two')
            self.ok(self.virsh('destroy', first))
            self.assertEqual(self.owner(own[first]), owners[own[first]])
            self.assertEqual(self.owner(shared), (NOBODY, NOBODY))
            self.kill_daemon()
            wait_until(lambda: self.state(last) == 'paused', 'the other is found')
            self.ok(self.virsh('destroy', last))
            self.assert_owners(owners)

    @unittest.skipUnless(os.path.exists(FAIL_AT), 'this build has no fail_at.so')
    def test_killed_in_a_stop(self):
        """Two guests have one kernel. The daemon is killed while it takes it back from the first: that one is counted
        once, and the second keeps it until it ends."""
        shared = [self.ground.path(name) for name in ('vmlinuz', 'initrd.gz')]
        own = {name: self.image(name + '-own', (1100 + i, 2100 + i)) for i, name in enumerate(('one', 'two'))}
        owners = {own['one']: (1100, 2100), own['two']: (1101, 2101), **dict.fromkeys(shared, (1234, 4321))}
        for path in shared:
            os.chown(path, 1234, 4321)
        for name, path in own.items():
            self.define(name, disk=path)
        died = 0
        for step in STEPS:
            with self.subTest(step):
                self.start('one')
                self.start('two')
                self.vireod.stop()
                self.vireod = self.daemon(env=support.our_environment(LD_PRELOAD=FAIL_AT, VIREO_DIE_AT_OWNER=str(step)))
                wait_until(lambda: self.state('one') == 'paused', 'the guests are found')
                ended = self.virsh('destroy', 'one').status == 0
                if not ended:
                    self.assertEqual(self.vireod.process.wait(support.DEADLINE), -signal.SIGKILL)
                    died += 1
                self.vireod.stop()
                self.vireod = self.daemon()
                wait_until(lambda: self.state('one') == 'shut off', 'its end is noticed')
                wait_until(lambda: self.state('two') == 'paused', 'the other is found')
                for path in shared:
                    self.assertEqual(self.owner(path), (NOBODY, NOBODY))
                    self.assertEqual(os.getxattr(path, 'trusted.libvirt.security.ref_dac'), b'1')
                self.assertEqual(self.owner(own['one']), owners[own['one']])
                self.ok(self.virsh('destroy', 'two'))
                self.assert_owners(owners)
                if ended:
                    break
        self.assertGreaterEqual(died, min(len(STEPS), 8))

    def test_links_in_the_way(self):
        """QEMU's user can write where the folders of guests are made and removed: what it puts there leads nowhere."""
        self.define()
        victim = self.ground.path('victim')
        os.mkdir(victim)
        self.write('victim/file', 'kept')
        lib = self.ground.path('var', 'lib', 'libvirt', 'qemu')
        own = os.path.join(lib, 'domain-1-web')

        def lead_astray():
            os.symlink(victim, own)
            os.lchown(own, NOBODY, NOBODY)

        lead_astray()
        self.start('web')
        self.assertFalse(os.path.islink(own))
        self.assertEqual(self.owner(own), (NOBODY, NOBODY))
        os.rename(own, self.ground.path('moved'))
        lead_astray()
        self.ok(self.virsh('destroy', 'web'))
        self.assertFalse(os.path.lexists(own))
        # The next daemon makes sure of its folders.
        self.vireod.stop()
        channels = os.path.join(lib, 'channel', 'target')
        shutil.rmtree(channels)
        os.symlink(victim, channels)
        self.vireod = self.daemon()
        self.assertEqual((self.owner(victim), os.listdir(victim)), ((0, 0), ['file']))

    def test_both_killed(self):
        """The daemon and its guests go at the same time: the next daemon puts everything right."""
        top, owners = self.chain()
        hot = self.image('hot', (1300, 2300))
        owners[hot] = (1300, 2300)
        self.define(disk=top)
        self.start('web')
        disk = self.write('hot.xml', f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
            <source file='{hot}'/><target dev='vdb' bus='virtio'/></disk>""")
        self.ok(self.virsh('attach-device', 'web', disk, '--live'))
        self.assertEqual(self.owner(hot), (NOBODY, NOBODY))
        pid = self.qemu_pid('web')
        self.vireod.stop(signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        self.vireod = self.daemon()
        wait_until(lambda: self.state() == 'shut off', 'the end is noticed')
        self.assert_owners(owners)


if __name__ == '__main__':
    support.main()
