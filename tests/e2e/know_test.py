#!/usr/bin/env python3
"""What is known of a guest, and the calls that few ask: another name, what happens on its end, limits of images that are
told of, descriptors for disks, launch security. By Debian's virsh and Python bindings."""
import os
import subprocess

import support
from support import GuestTest


def python_on(ground, uri, program):
    """A program with Debian's bindings; `connection` is open."""
    bindings = os.path.join(support.FETCHED, 'bindings', 'root')
    environment = support.peer_environment(ground)
    environment['PYTHONPATH'] = os.path.join(bindings, 'usr/lib/python3/dist-packages')
    start = f"import libvirt, os, sys\nconnection = libvirt.open('{uri}')\n"
    return support.run(['/usr/bin/python3', '-c', start + program], env=environment)


class Know(GuestTest):
    def refused(self, code, *words):
        result = self.virsh(*words)
        self.assertEqual(result.status, 1, result)
        self.assertIn(code, result.err)

    def python(self, program):
        return self.ok(python_on(self.ground, self.uri, program))

    def config_folder(self):
        return self.ground.path('session', 'config', 'libvirt', 'qemu') if self.session else \
            self.ground.path('etc', 'libvirt', 'qemu')

    # Another name

    def test_rename(self):
        self.define('first')
        self.define('other')
        self.ok(self.virsh('autostart', 'first'))
        uuid = self.ok(self.virsh('domuuid', 'first'))
        self.refused("Can't rename domain to itself", 'domrename', 'first', 'first')
        self.refused("cannot contain '/'", 'domrename', 'first', 'a/b')
        self.refused("domain with name 'other' already exists", 'domrename', 'first', 'other')
        self.assertEqual(sorted(os.listdir(self.config_folder())), ['autostart', 'first.xml', 'other.xml'])
        listener = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'event', '--all',
                                     '--loop', '--timeout', '60'],
                                    support.peer_environment(self.ground, TERM='dumb'))
        support.wait_until(lambda: self.listens(listener), 'virsh event listens')
        self.ok(self.virsh('domrename', 'first', 'second'))
        listener.expect("event 'lifecycle' for domain '?second'?: Defined Renamed")
        listener.type('\x03')
        listener.close()
        self.assertEqual(sorted(os.listdir(self.config_folder())), ['autostart', 'other.xml', 'second.xml'])
        self.assertEqual(os.listdir(os.path.join(self.config_folder(), 'autostart')), ['second.xml'])
        self.refused("failed to get domain 'first'", 'dominfo', 'first')
        self.restart()
        self.assertEqual(self.ok(self.virsh('domuuid', 'second')), uuid)
        self.assertRegex(self.ok(self.virsh('dominfo', 'second')), r'Autostart: +enable')
        self.ok(self.virsh('start', 'second', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'second'))
        self.refused('cannot rename active domain', 'domrename', 'second', 'third')

    def listens(self, terminal):
        """Until something of our own making comes."""
        self.ok(self.virsh('metadata', 'other', 'urn:x', '--key', 'x', '--set', '<x/>', '--config'))
        try:
            return terminal.expect("event 'metadata-change'", deadline=0.2)
        except AssertionError:
            return None

    def restart(self):
        self.vireod.stop()
        self.vireod = self.start_daemon()

    def test_rename_cut_short(self):
        """A daemon that is killed between two files: the next one finds the domain whole, under one of its names."""
        self.define('first')
        self.vireod.stop()
        folder = self.config_folder()
        with open(os.path.join(folder, 'first.xml'), encoding='utf-8') as file:
            document = file.read()
        # Before the new definition is there: back. With it: on.
        self.write_note('first', 'second')
        self.vireod = self.start_daemon()
        self.ok(self.virsh('dominfo', 'first'))
        self.assertEqual(sorted(os.listdir(folder)), ['autostart', 'first.xml'])
        self.vireod.stop()
        self.write_note('first', 'second')
        with open(os.path.join(folder, 'second.xml'), 'w', encoding='utf-8') as file:
            file.write(document.replace('<name>first<', '<name>second<'))
        os.symlink(os.path.join(folder, 'first.xml'), os.path.join(folder, 'autostart', 'first.xml'))
        self.vireod = self.start_daemon()
        self.assertRegex(self.ok(self.virsh('dominfo', 'second')), r'Autostart: +enable')
        self.assertEqual(sorted(os.listdir(folder)), ['autostart', 'second.xml'])
        self.assertEqual(os.listdir(os.path.join(folder, 'autostart')), ['second.xml'])

    def write_note(self, was, now):
        with open(os.path.join(self.config_folder(), was + '.renaming'), 'w', encoding='utf-8') as file:
            file.write(f'{was}\n{now}\n\n\n')

    # On its end

    def test_lifecycle_action(self):
        self.boot()
        for event, action, words in (('poweroff', 'rename-restart', "support the 'rename-restart' action"),
                                     ('reboot', 'preserve', "support the 'preserve' action"),
                                     ('poweroff', 'coredump-destroy', "Lifecycle event 'poweroff' doesn't support")):
            self.refused(words, 'set-lifecycle-action', 'web', event, action, '--live')
        self.ok(self.virsh('set-lifecycle-action', 'web', 'reboot', 'destroy', '--live', '--config'))
        self.refused("'onPoweroff' set to 'reboot'", 'set-lifecycle-action', 'web', 'poweroff', 'restart', '--live')
        for form in ([], ['--inactive']):
            self.assertIn('<on_reboot>destroy</on_reboot>', self.ok(self.virsh('dumpxml', 'web', *form)))
        terminal = self.console()
        terminal.wake('guest# ')
        terminal.type('reboot -f\n')
        terminal.close()
        support.wait_until(lambda: self.state() == 'shut off', 'a reboot ends the guest')
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'shut off (shutdown)')

    # Descriptors

    @support.needs_root
    def test_descriptors(self):
        """A disk that only its client can open: the guest reads it through the client's descriptor."""
        image = self.ground.path('hidden')
        with open(image, 'wb') as file:
            file.write(b'vireo-by-descriptor' + b'\0' * (1 << 20))
        disk = ("<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
                "<source file='/nowhere/at-all' fdgroup='mine'/><target dev='vda' bus='virtio'/></disk>")
        self.define('web', devices=disk)
        self.refused("file descriptor group 'mine' was not associated with the domain", 'start', 'web')
        told = self.python(f"""
domain = connection.lookupByName('web')
fd = os.open('{image}', os.O_RDWR)
domain.FDAssociate('mine', [fd])
os.close(fd)
os.unlink('{image}')
domain.create()
print('started')
""")
        self.assertIn('started', told)
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('while [ ! -b /dev/vda ]; do sleep 0.1; done; head -c 19 /dev/vda; echo', 'vireo-by-descriptor')
        self.ok(self.virsh('destroy', 'web'))
        # The connection is gone, and the group with it.
        self.refused('was not associated with the domain', 'start', 'web')

    def test_command_with_files(self):
        self.define('web')
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        path = self.write('given', 'x')
        told = self.python(f"""
import libvirt_qemu
domain = connection.lookupByName('web')
fd = os.open('{path}', os.O_RDONLY)
answer = libvirt_qemu.qemuMonitorCommandWithFiles(domain, '{{"execute":"add-fd","arguments":{{"fdset-id":7}}}}', [fd])
print(answer)
print(libvirt_qemu.qemuMonitorCommand(domain, '{{"execute":"query-fdsets"}}', 0))
""")
        self.assertIn('"fdset-id":7', told.replace(' ', ''))

    # Launch security

    def test_launch_security(self):
        self.define('web')
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        header = self.write('header', 'x')
        self.refused('only supported in SEV-enabled domains', 'domsetlaunchsecstate', 'web', '--secrethdr', header,
                     '--secret', header)
        self.assertEqual(self.ok(self.virsh('domlaunchsecinfo', 'web')).strip(), '')
        self.refused('QEMU does not support SEV guest', 'nodesevinfo')


class Statistics(support.GroundTest):
    """Bulk statistics of the same guest, from us and from Debian's libvirtd: the same fields, with figures that fit."""

    def setUp(self):
        super().setUp()
        for kind, words in (('qcow2', ['base.qcow2', '16M']), ('qcow2', ['-b', 'base.qcow2', '-F', 'qcow2', 'top.qcow2']),
                            ('raw', ['raw.img', '8M'])):
            subprocess.run(['qemu-img', 'create', '-q', '-f', kind, *words], check=True, cwd=self.ground.root)

    def guest(self):
        top, raw = self.ground.path('top.qcow2'), self.ground.path('raw.img')
        devices = f"""
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{top}'/>
      <target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='raw' iothread='1'/><source file='{raw}'/>
      <target dev='vdb' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/></disk>
    <interface type='ethernet'><model type='virtio'/><target dev='vireoknow0'/></interface>
    <memballoon model='virtio'><stats period='1'/></memballoon>"""
        xml = support.guest_xml('web', more='<iothreads>2</iothreads>', devices=devices)
        return self.write('web.xml', xml.replace('<vcpu>1<', "<vcpu current='1'>2<"))

    def ask(self, uri, *words):
        text = self.ok(support.peer_virsh(self.ground, uri, 'domstats', 'web', *words))
        return dict(line.strip().split('=', 1) for line in text.splitlines() if '=' in line)

    def told(self, uri, *words):
        """Everything, and as new as it gets."""
        def whole():
            fields = self.ask(uri, *words)
            fresh = 'vireo.age' not in fields and (words or fields.get('balloon.last-update', '0') != '0')
            return fields if fresh else None
        return support.wait_until(whole, 'the guest tells everything', deadline=120)

    def life(self, daemon):
        uri = daemon.uri()

        def virsh(*words):
            return self.ok(support.peer_virsh(self.ground, uri, *words))
        virsh('define', self.guest())
        told = {'off': self.ask(uri)}
        virsh('start', 'web')
        self.addCleanup(lambda: support.peer_virsh(self.ground, uri, 'destroy', 'web'))
        virsh('domblkthreshold', 'web', 'vda', '1000000')
        told['on'] = self.told(uri)
        told['chains'] = self.told(uri, '--block', '--backing')
        virsh('destroy', 'web')
        virsh('undefine', 'web')
        return told

    @support.needs_root
    def test_fields(self):
        ours = self.life(self.daemon())
        libvirtd = support.Libvirtd(self.ground)
        self.addCleanup(libvirtd.stop)
        theirs = self.life(libvirtd)
        for fields in theirs.values():
            self.assertGreater(len(fields), 10)
        # Of a guest that does not run libvirtd 9.0 tells its own processor time.
        for name in [name for name in theirs['off'] if name.startswith('cpu.')]:
            del theirs['off'][name]
        for when, fields in theirs.items():
            self.assertEqual(sorted(ours[when]), sorted(fields), when)
        for when, name in (('on', 'balloon.maximum'), ('on', 'vcpu.maximum'), ('on', 'net.0.name'), ('on', 'block.0.capacity'),
                           ('on', 'block.0.path'), ('on', 'block.0.threshold'), ('on', 'iothread.count'),
                           ('on', 'iothread.1.poll-max-ns'), ('on', 'dirtyrate.calc_mode'), ('on', 'state.reason'),
                           ('chains', 'block.count'), ('chains', 'block.1.path'), ('chains', 'block.1.backingIndex'),
                           ('chains', 'block.1.capacity'), ('off', 'block.1.physical'), ('off', 'block.0.capacity')):
            self.assertEqual(ours[when][name], theirs[when][name], name)


if __name__ == '__main__':
    support.main()
