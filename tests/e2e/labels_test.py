#!/usr/bin/env python3
"""The programs beside a guest: under which label of SELinux, as whom and in which control group they run, and whose their
files are. The kernel's SELinux is a double (selinux_double.c) that keeps nobody in and writes down what it was asked."""
import json
import os
import re
import shutil
import signal
import subprocess
import unittest

import support
from know_test import python_on
from nbdkit_test import Kits
from support import needs_root, wait_until

DOUBLE = os.path.join(support.BUILD, 'tests', 'e2e', 'selinux_double.so')
NOBODY = 65534
DAEMON = 'sys:r:virtd_t:s0-s0:c0.c1023'
SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"
PROGRAMS = {'/usr/bin/passt': 'sys:o:passt_exec_t:s0', '/usr/bin/swtpm': 'sys:o:swtpm_exec_t:s0',
            '/usr/bin/dbus-daemon': 'sys:o:dbusd_exec_t:s0'}


@needs_root
@unittest.skipUnless(os.path.exists(DOUBLE), 'this build has no selinux_double.so')
class Labels(Kits):
    def start_daemon(self):
        os.chmod(self.ground.folder.folder, 0o755)
        self.policy = self.ground.path('selinux')
        self.put('etc/selinux/config', 'SELINUXTYPE=double\n')
        contexts = 'etc/selinux/double/contexts/virtual_'
        self.put(contexts + 'domain_context', 'sys:r:svirt_t:s0\nsys:r:svirt_tcg_t:s0\n')
        self.put(contexts + 'image_context', 'sys:o:svirt_image_t:s0\nsys:o:virt_content_t:s0\n')
        self.put('sys/fs/selinux/enforce', '1')
        self.put('sys/fs/selinux/create', '')
        self.put('sys/fs/selinux/class/process/index', '2\n')
        self.put('proc/self/attr/current', DAEMON)
        for program, label in PROGRAMS.items():
            self.put('files' + program, label)
        for name in ('started', 'sockets'):
            self.put(name, '')
            os.chmod(os.path.join(self.policy, name), 0o666)
        os.chmod(self.policy, 0o777)
        for name in ('vmlinuz', 'initrd.gz'):
            shutil.copy(os.path.join(support.GUEST, name), self.ground.path(name))
        os.makedirs(self.ground.path('etc', 'libvirt'))
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('user = "nobody"\ngroup = "nogroup"\nsecurity_driver = "selinux"\nstorage_use_nbdkit = 1\n'
                       'swtpm_user = "root"\nswtpm_group = "root"\n')
        self.env = support.our_environment(LD_PRELOAD=DOUBLE, VIREO_SELINUX=self.policy)
        return self.daemon(env=self.env)

    def put(self, name, text):
        path = os.path.join(self.policy, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)

    def define(self, name='web', **keywords):
        xml = support.guest_xml(name, **keywords).replace(support.GUEST, self.ground.root)
        return self.ok(self.virsh('define', self.write(f'{name}.xml', xml)))

    def start(self, devices, more='', name='web'):
        self.define(name, devices=devices, more=more)
        self.addCleanup(lambda: self.virsh('destroy', name))
        self.ok(self.virsh('start', name, '--paused'))

    def started(self):
        """{program: (label, uid, pid)}: of several with one name the last."""
        with open(os.path.join(self.policy, 'started'), encoding='ascii') as file:
            lines = [line.split() for line in file]
        return {os.path.basename(program): (label, int(uid), int(pid)) for program, label, uid, pid in lines}

    def guest(self):
        """The label of the guest's process, and that of its files."""
        label, uid, _ = self.started()['qemu-system-x86_64']
        self.assertEqual(uid, NOBODY)
        categories = re.fullmatch(r'sys:r:svirt_tcg_t:(s0:c\d+,c\d+)', label)
        self.assertTrue(categories, label)
        return label, 'sys:o:svirt_image_t:' + categories.group(1)

    def label(self, path):
        return os.getxattr(path, 'security.selinux').decode().rstrip('\0')

    def owner(self, path):
        return os.lstat(path).st_uid

    @staticmethod
    def groups(pid):
        with open(f'/proc/{pid}/cgroup', encoding='ascii') as file:
            return file.read()

    def assert_place(self, pid):
        """In the guest's control group, where there is one."""
        self.assertEqual(self.groups(pid), self.groups(self.qemu_pid('web')))

    def pid_in(self, *path):
        with open(self.ground.path(*path), encoding='ascii') as file:
            return int(file.read())

    # Descriptors of a client's

    ASSOCIATE = """
domain = connection.lookupByName('web')
def associate(name, path, flags):
    fd = os.open(path, os.O_RDWR if flags & WRITABLE else os.O_RDONLY)
    domain.FDAssociate(name, [fd], flags)
    os.close(fd)
RESTORE, WRITABLE = libvirt.VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE, libvirt.VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE
def labels():
    print(*[os.getxattr(path, 'security.selinux').decode().rstrip(chr(0)) for path in (TOP, BASE)])
"""
    BEFORE = ('sys:o:top_t:s0', 'sys:o:base_t:s0')

    def chain(self):
        """A qcow2 and the image below it, which only root can open; the first bytes are in the lower one."""
        closed = self.ground.path('closed')
        os.mkdir(closed, 0o700)
        top, base = os.path.join(closed, 'top'), os.path.join(closed, 'base')
        with open(self.ground.path('raw'), 'wb') as file:
            file.write(b'from-below' + b'\0' * (1 << 20))
        for words in (['convert', '-f', 'raw', '-O', 'qcow2', self.ground.path('raw'), base],
                      ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', top]):
            subprocess.run(['qemu-img', *words], check=True)
        for path, label in zip((top, base), self.BEFORE):
            os.setxattr(path, 'security.selinux', label.encode() + b'\0')
        return top, base

    @staticmethod
    def disk_of_groups(target='vda', bus='virtio'):
        return f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
            <source file='/nowhere/top' fdgroup='top'/><backingStore type='file'><format type='qcow2'/>
            <source file='/nowhere/base' fdgroup='base'/><backingStore/></backingStore>
            <target dev='{target}' bus='{bus}'/></disk>"""

    def client(self, paths, program):
        start = f"TOP, BASE = {paths!r}" + self.ASSOCIATE
        return [tuple(line.split()) for line in self.ok(python_on(self.ground, self.uri, start + program)).splitlines()]

    def labels(self, paths):
        return tuple(self.label(path) for path in paths)

    def sets(self):
        """How many sets of descriptors QEMU has."""
        return len(json.loads(self.ok(self.virsh('qemu-monitor-command', 'web', '{"execute":"query-fdsets"}')))['return'])

    def kept(self, paths):
        """Which of the files the daemon has open."""
        folder = f'/proc/{self.vireod.process.pid}/fd'
        found = []
        for name in os.listdir(folder):
            try:
                found.append(os.readlink(os.path.join(folder, name)))
            except FileNotFoundError:
                pass
        return [path for path in paths if os.path.realpath(path) in found]

    def test_groups_cold(self):
        """What a guest writes is labelled so, what it reads as such; of both the one comes back that was to."""
        paths = self.chain()
        self.define(devices=self.disk_of_groups())
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        told = self.client(paths, """
associate('top', TOP, RESTORE | WRITABLE)
associate('base', BASE, 0)
domain.create()
labels()
""")
        files = self.guest()[1]
        self.assertEqual(told, [(files, 'sys:o:virt_content_t:s0')])
        self.in_shell('while [ ! -b /dev/vda ]; do sleep 0.1; done; head -c 10 /dev/vda; echo; '
                      'echo changed | dd of=/dev/vda conv=fsync 2>/dev/null && echo "it is"" written"', 'it is written')
        # The client is gone, its groups serve no other start; what is to be given back is.
        self.assertEqual(self.labels(paths), told[0])
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.labels(paths), (self.BEFORE[0], 'sys:o:virt_content_t:s0'))
        self.assertEqual(self.kept(paths), [])
        self.assertIn('was not associated with the domain', self.virsh('start', 'web').err)
        said = subprocess.run(['qemu-io', '-f', 'qcow2', '-c', 'read -v 0 16', paths[0]], stdout=subprocess.PIPE, check=True)
        self.assertIn(b'changed', said.stdout)
        for path in paths:
            self.assertEqual(self.owner(path), 0)

    def test_groups_hot(self):
        """Plugged in and out again while the client is there; nothing stays of a plug that fails."""
        paths = self.chain()
        self.start("<controller type='scsi' model='virtio-scsi'/>")
        # QEMU lets go of descriptors only while its guest runs.
        self.ok(self.virsh('resume', 'web'))
        self.write('disk.xml', self.disk_of_groups('sda', 'scsi'))
        told = self.client(paths, f"""
xml = open('{self.ground.path('disk.xml')}').read()
associate('top', TOP, WRITABLE | RESTORE)
try:
    domain.attachDevice(xml)
except libvirt.libvirtError as error:
    print('refused' if "group 'base' was not associated" in str(error) else str(error))
labels()
associate('base', BASE, RESTORE)
domain.attachDevice(xml)
labels()
domain.detachDevice(xml)
""")
        files = self.guest()[1]
        self.assertEqual(told, [('refused',), self.BEFORE, (files, 'sys:o:virt_content_t:s0')])
        self.assertNotIn('sda', self.ok(self.virsh('domblklist', 'web')))
        self.assertEqual((self.labels(paths), self.sets(), self.kept(paths)), (self.BEFORE, 0, []))

    def start_with_groups(self, paths):
        self.define(devices=self.disk_of_groups())
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        told, = self.client(paths, """
associate('top', TOP, RESTORE | WRITABLE)
associate('base', BASE, RESTORE)
domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
labels()
""")
        self.assertNotEqual(told, self.BEFORE)
        return told

    def another_daemon(self, *killed, state='paused'):
        self.vireod.stop(signal.SIGKILL)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        self.vireod = self.daemon(env=self.env)
        wait_until(lambda: self.state('web') == state, 'the guest is found')

    def test_groups_of_a_killed_daemon(self):
        """The next one gives back what it finds by name, or in the guest's hands when it has another name by then."""
        paths = self.chain()
        told = self.start_with_groups(paths)
        moved = paths[0] + '-moved', paths[1]
        for killing in (1, 2):
            self.another_daemon()
            self.assertEqual(self.labels(paths), told)
            if killing == 1:
                os.rename(paths[0], moved[0])
                paths = moved
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual((self.labels(paths), self.kept(paths)), (self.BEFORE, []))

    def test_groups_of_the_dead(self):
        """The daemon and the guest go at once."""
        paths = self.chain()
        self.start_with_groups(paths)
        self.another_daemon(self.qemu_pid('web'), state='shut off')
        self.assertEqual((self.labels(paths), self.kept(paths)), (self.BEFORE, []))

    def test_groups_unplugged_later(self):
        """A disk that another daemon plugged in."""
        paths = self.chain()
        self.start("<controller type='scsi' model='virtio-scsi'/>")
        self.ok(self.virsh('resume', 'web'))
        disk = self.write('disk.xml', self.disk_of_groups('sda', 'scsi'))
        told, = self.client(paths, f"""
associate('top', TOP, WRITABLE | RESTORE)
associate('base', BASE, RESTORE)
domain.attachDevice(open('{disk}').read())
labels()
""")
        self.another_daemon(state='running')
        self.assertEqual(self.labels(paths), told)
        self.ok(self.virsh('detach-device', 'web', disk))
        self.assertEqual((self.labels(paths), self.sets(), self.kept(paths)), (self.BEFORE, 0, []))
        self.another_daemon(state='running')
        self.assertEqual(self.kept(paths), [])
        self.ok(self.virsh('destroy', 'web'))

    # Programs

    @unittest.skipUnless(shutil.which('swtpm'), 'needs swtpm')
    def test_tpm(self):
        """The guest's label, a user of its own; the state that was made before is the guest's then."""
        self.start("<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>")
        label, files = self.guest()
        self.assertEqual(self.started()['swtpm'][:2], (label, 0))
        self.assertEqual(self.started()['swtpm_setup'][0], '-')
        folder = self.ground.path('run', 'swtpm')
        folder = folder if os.path.isdir(folder) else self.ground.path('run', 'libvirt', 'qemu', 'swtpm')
        socket, = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith('.sock')]
        self.assertEqual((self.label(socket), self.owner(socket)), (files, NOBODY))
        with open(os.path.join(self.policy, 'sockets'), encoding='ascii') as file:
            self.assertIn(label, file.read())
        uuid = self.ok(self.virsh('domuuid', 'web')).strip()
        state = self.ground.path('var', 'lib', 'libvirt', 'swtpm', uuid, 'tpm2')
        for path in (state, os.path.join(state, 'tpm2-00.permall')):
            self.assertEqual((self.label(path), self.owner(path)), (files, 0), path)
        self.assert_place(self.pid_in(socket[:-len('sock')] + 'pid'))
        # Another run has other categories, and the state with it.
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('start', 'web', '--paused'))
        files = self.guest()[1]
        self.assertEqual(self.label(os.path.join(state, 'tpm2-00.permall')), files)

    @unittest.skipUnless(shutil.which('passt'), 'needs passt')
    def test_passt(self):
        """A domain of its own that policy has for it, with the guest's categories; its log is the guest's."""
        log = self.write('passt.log', '')
        self.start(f"<interface type='user'><backend type='passt' logFile='{log}'/><model type='virtio'/></interface>")
        label, files = self.guest()
        self.assertEqual(self.started()['passt'][:2], (label.replace('svirt_tcg_t', 'passt_t'), NOBODY))
        self.assertEqual((self.label(log), self.owner(log)), (files, NOBODY))
        folder = self.ground.path('run', 'libvirt', 'qemu', 'passt')
        pid, = [self.pid_in('run', 'libvirt', 'qemu', 'passt', name) for name in os.listdir(folder) if name.endswith('.pid')]
        self.assert_place(pid)
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.owner(log), 0)

    @unittest.skipUnless(shutil.which('nbdkit'), 'needs nbdkit')
    def test_nbdkit(self):
        """No policy for it: the daemon's domain, in the guest's categories. Cold, plugged in, and started again."""
        cold = self.web('cold.img', self.content('cold'))
        self.start(self.http_disk(cold))
        label, _ = self.guest()
        own = label.replace('svirt_tcg_t', 'virtd_t')
        self.put('files' + shutil.which('nbdkit'), 'sys:o:bin_t:s0')
        self.assertEqual(self.started()['nbdkit'][:2], (label, NOBODY))
        first, = self.living()
        self.assert_place(first)
        warm = self.web('warm.img', self.content('warm'))
        self.ok(self.virsh('attach-device', 'web', self.write('warm.xml', self.http_disk(warm, 'vdb'))))
        self.assertEqual(self.started()['nbdkit'][:2], (own, NOBODY))
        second, = set(self.living()) - {first}
        self.assert_place(second)
        self.put('files' + shutil.which('nbdkit'), 'sys:o:nbdkit_exec_t:s0')
        os.kill(second, 9)
        third = label.replace('svirt_tcg_t', 'nbdkit_t')
        wait_until(lambda: self.started()['nbdkit'][:2] == (third, NOBODY), 'it is started again')
        wait_until(lambda: len(self.living()) == 2, 'it runs')

    @unittest.skipUnless(shutil.which('dbus-daemon'), 'needs dbus-daemon')
    def test_dbus(self):
        """The guest's label, whatever policy has for other programs of the name."""
        self.start("<graphics type='dbus'/>")
        label, files = self.guest()
        self.assertEqual(self.started()['dbus-daemon'][:2], (label, NOBODY))
        folder = self.ground.path('run', 'libvirt', 'qemu', 'dbus')
        names = {os.path.splitext(name)[1]: os.path.join(folder, name) for name in os.listdir(folder)}
        self.assertEqual((self.label(names['.sock']), self.label(names['.conf'])), (files, files))
        self.assert_place(self.pid_in(names['.pid']))

    @unittest.skipUnless(os.access('/usr/lib/qemu/virtiofsd', os.X_OK), 'needs virtiofsd')
    def test_virtiofsd(self):
        """It opens files for guests: no label, root's rights; QEMU may connect to it."""
        shared = self.ground.path('shared')
        os.mkdir(shared)
        self.start(f"<filesystem type='mount'><driver type='virtiofs'/><source dir='{shared}'/><target dir='x'/></filesystem>",
                   more=SHARED)
        label, files = self.guest()
        self.assertEqual(self.started()['virtiofsd'][:2], ('-', 0))
        with open(os.path.join(self.policy, 'sockets'), encoding='ascii') as file:
            self.assertIn(label, file.read())
        folder = self.ground.path('var', 'lib', 'libvirt', 'qemu')
        own, = [name for name in os.listdir(folder) if name.startswith('domain-')]
        socket, = [name for name in os.listdir(os.path.join(folder, own)) if name.endswith('-fs.sock')]
        socket = os.path.join(folder, own, socket)
        self.assertEqual((self.label(socket), self.owner(socket)), (files, NOBODY))
        folder = self.run_folder()
        pid, = [self.pid_in(folder, name) for name in os.listdir(folder) if name.endswith('-fs.pid')]
        self.assert_place(pid)


if __name__ == '__main__':
    support.main()
