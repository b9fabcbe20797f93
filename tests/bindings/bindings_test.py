#!/usr/bin/env python3
"""Unmodified bindings from Debian, loaded with our libraries, against vireod; go-libvirt on the bare wire.

VIREO_BINDINGS_PEER=1 runs the same rounds with Debian's own library against Debian's libvirtd, to test the rounds."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
import support  # noqa: E402
from support import GroundTest, run  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(support.FETCHED, 'bindings', 'root')
LIB = os.path.join(ROOT, support.MULTIARCH)
PEER = bool(os.environ.get('VIREO_BINDINGS_PEER'))
SYSTEM_PYTHON = '/usr/bin/python3'


class Rounds:
    """One round for each binding. Whose library it loads, and whose daemon it meets, says the class."""
    PEER_LIBRARY = PEER_DAEMON = PEER

    def setUp(self):
        super().setUp()
        if self.PEER_DAEMON:
            self.server = support.Libvirtd(self.ground)
            self.addCleanup(self.server.stop)
        else:
            self.server = self.daemon()
        self.name = self.id().split('_')[-1]
        self.xml = self.write('guest.xml', f"""<domain type='qemu'><name>{self.name}</name>
            <memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
            <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>""")

    def environment(self, *folders, **more):
        """Our libraries first, then what the binding brings besides libvirt."""
        env = support.peer_environment(self.ground) if self.PEER_LIBRARY else support.our_environment(self.ground)
        env['LD_LIBRARY_PATH'] = ':'.join([env['LD_LIBRARY_PATH'], *folders])
        env['HOME'] = self.ground.path('home')
        os.makedirs(env['HOME'], exist_ok=True)
        env.update(more)
        return env

    def complete(self, command, env):
        result = run(command, env=env, deadline=120)
        self.assertEqual(result.status, 0, result)
        self.assertIn('round complete', result.out)

    def round(self, program, script, env):
        self.complete([*program, os.path.join(HERE, script), self.server.uri(), self.xml, self.name], env)

    def test_python(self):
        self.round([SYSTEM_PYTHON], 'round.py',
                   self.environment(PYTHONPATH=os.path.join(ROOT, 'usr/lib/python3/dist-packages')))

    def test_perl(self):
        self.round(['perl', '-I', os.path.join(LIB, 'perl5/5.36')], 'round.pl', self.environment())

    def test_ruby(self):
        self.round(['ruby', '-I', os.path.join(LIB, 'ruby/vendor_ruby/3.1.0'), '-I',
                    os.path.join(ROOT, 'usr/lib/ruby/vendor_ruby')], 'round.rb', self.environment())

    def test_php(self):
        extension = os.path.join(ROOT, 'usr/lib/php/20220829/libvirt-php.so')
        self.round(['php', '-d', f'extension={extension}'], 'round.php', self.environment())

    def only(self, *names):
        """A folder with just these shared libraries: the fetched folder has Debian's libvirt too."""
        folder = self.ground.path('only')
        os.makedirs(folder)
        for name in os.listdir(LIB):
            if name.startswith(names):
                os.symlink(os.path.join(LIB, name), os.path.join(folder, name))
        return folder

    def test_introspection(self):
        self.round([SYSTEM_PYTHON], 'round_gi.py', self.environment(
            self.only('libvirt-glib', 'libvirt-gobject', 'libvirt-gconfig'),
            GI_TYPELIB_PATH=os.path.join(LIB, 'girepository-1.0')))

    def test_dbus(self):
        """Root has the system's daemon, everybody else one of their own, started by the library on demand."""
        env = self.environment(self.only('libvirt-glib', 'libvirt-gobject', 'libvirt-gconfig'),
                               VIRT_DBUS_INTERFACES_DIR=os.path.join(ROOT, 'usr/share/dbus-1/interfaces'),
                               LIBVIRTD_PATH=os.path.join(support.BUILD, 'src/daemon/vireod'))
        command = [os.path.join(ROOT, 'usr/sbin/libvirt-dbus'), '--system' if os.geteuid() == 0 else '--session']
        if self.PEER_DAEMON:
            # The library looks for the socket in the folder that only the daemon's mount namespace shows.
            env.pop('VIREO_ROOT', None)
            command = ['nsenter', f'--mount=/proc/{self.server.process.pid}/ns/mnt', *command]
        self.complete([SYSTEM_PYTHON, os.path.join(HERE, 'round_dbus.py'), self.name, self.xml, *command], env)

    def test_go(self):
        env = self.environment(GO111MODULE='off', GOFLAGS='', GOCACHE=os.path.join(support.FETCHED, 'go-cache'),
                               GOPATH=os.path.join(ROOT, 'usr/share/gocode'))
        program = self.ground.path('round-go')
        built = run(['go', 'build', '-o', program, os.path.join(HERE, 'round.go')], env=env, deadline=300)
        self.assertEqual(built.status, 0, built)
        self.complete([program, self.server.socket, self.xml, self.name], env)


class Bindings(Rounds, GroundTest):
    pass


if __name__ == '__main__':
    support.main()
