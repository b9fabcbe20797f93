#!/usr/bin/env python3
"""The QEMU driver inside the program that uses it: qemu:///embed?root=DIR through Debian's Python binding on our
library, and virt-qemu-run. Real guests, no daemon."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import unittest

import support
from support import GroundTest, wait_until

BINDINGS = os.path.join(support.FETCHED, 'bindings', 'root', 'usr/lib/python3/dist-packages')
RUN = os.path.join(support.BUILD, 'src', 'tools', 'qemu_run', 'virt-qemu-run')

# What the program does: every line of its input is run, and answered by a line.
PROGRAM = r"""
import json, sys, threading
import libvirt
libvirt.registerErrorHandler(lambda opaque, error: None, None)
events = []
callbacks = []
def loop():
    while True:
        libvirt.virEventRunDefaultImpl()
if '--no-loop' not in sys.argv:
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=loop, daemon=True).start()
def listen(conn):
    callbacks.append(conn.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                lambda c, d, event, detail, opaque: events.append((d.name(), event, detail)), None))
def leave():
    global conn, d
    d = None
    for callback in callbacks:
        conn.domainEventDeregisterAny(callback)
    callbacks.clear()
    left = conn.close()
    conn = None
    return left
for line in sys.stdin:
    try:
        try:
            value = eval(line, globals())
        except SyntaxError:
            exec(line, globals())
            value = None
        reply = {'value': value}
    except libvirt.libvirtError as error:
        reply = {'code': error.get_error_code(), 'message': error.get_error_message()}
    print(json.dumps(reply, default=str), flush=True)
"""


class LibvirtError(Exception):
    def __init__(self, code, message):
        super().__init__(f'{code}: {message}')
        self.code = code
        self.message = message


class Program:
    """A program of somebody else on our library."""

    def __init__(self, test, *options):
        env = support.our_environment(PYTHONPATH=BINDINGS, HOME=test.home, XDG_RUNTIME_DIR=test.home)
        self.process = subprocess.Popen(['/usr/bin/python3', '-c', PROGRAM, *options], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        test.addCleanup(self.end)

    def __call__(self, line):
        self.process.stdin.write(line.strip() + '\n')
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        if 'code' in reply:
            raise LibvirtError(**reply)
        return reply['value']

    def open(self, root, name='conn'):
        self(f"{name} = libvirt.open('qemu:///embed?root={root}')")

    def end(self, how=None):
        if self.process.poll() is None and how:
            self.process.send_signal(how)
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(support.DEADLINE)


class EmbedTest(GroundTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.ground.folder.folder, 0o755)
        self.home = self.ground.path('home')
        os.mkdir(self.home)
        self.root = self.ground.path('root')
        # Where nobody made a user for QEMU root's guests are root's, which is said: that is not what is tested here.
        os.makedirs(os.path.join(self.root, 'etc'))
        with open(os.path.join(self.root, 'etc', 'qemu.conf'), 'w', encoding='ascii') as file:
            file.write('user = "root"\ngroup = "root"\n')

    def guest(self, name='inside', log=None, **keywords):
        """A guest whose console goes to a file, for a program to define."""
        xml = support.guest_xml(name, **keywords)
        if log:
            serial = f"<serial type='file'><source path='{log}'/><target port='0'/></serial>"
            xml = re.sub(r"<serial type='pty'>.*</console>", serial, xml, flags=re.S)
        return self.write(f'{name}.xml', xml)

    def refused(self, program, line):
        with self.assertRaises(LibvirtError) as caught:
            program(line)
        return caught.exception

    def up(self, log):
        def is_up():
            if not os.path.exists(log):
                return False
            with open(log, encoding='utf-8', errors='replace') as file:
                return 'GUEST-UP' in file.read()
        wait_until(is_up, 'the guest is up', deadline=120)

    def pid_of(self, name):
        with open(os.path.join(self.root, 'run', 'qemu', name + '.pid'), encoding='ascii') as file:
            return int(file.read())


class Embedded(EmbedTest):
    def test_life(self):
        """Define, start, talk on the console, change, events, stop: all in the program; files where they belong."""
        program = Program(self)
        path = self.guest(devices="<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>")
        program.open(self.root)
        self.assertEqual(program('conn.getType()'), 'QEMU')
        self.assertIn('<capabilities>', program('conn.getCapabilities()'))
        program('listen(conn)')
        program(f"d = conn.defineXML(open('{path}').read())")
        self.assertEqual(program('d.isActive()'), 0)
        program('d.create()')
        self.assertEqual(program('[d.name() for d in conn.listAllDomains(1)]'), ['inside'])
        for place in ('etc/qemu/inside.xml', 'run/qemu/inside.xml', 'run/qemu/inside.pid', 'run/qemu/driver.pid',
                      'log/qemu/inside.log', 'lib/qemu/domain-1-inside/monitor.sock',
                      'lib/qemu/channel/target/domain-1-inside/org.qemu.guest_agent.0'):
            self.assertTrue(os.path.exists(os.path.join(self.root, place)), place)
        self.assertTrue(glob.glob(os.path.join(self.root, 'cache/qemu/capabilities/*.xml')))
        terminal = os.open(program("d.XMLDesc()").split("<console type='pty' tty='")[1].split("'")[0],
                           os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.addCleanup(os.close, terminal)
        seen = bytearray()

        def answered():
            try:
                os.write(terminal, b'echo up-$((40 + 2))\n')
                seen.extend(os.read(terminal, 65536))
            except BlockingIOError:
                pass
            return b'up-42' in seen
        wait_until(answered, 'the shell answers', deadline=120, step=0.5)
        program('d.suspend()')
        self.assertEqual(program('d.state()[0]'), 3)
        program('d.resume()')
        self.assertGreater(program('d.memoryStats()["rss"]'), 1000)
        program("d.attachDevice('<rng model=\"virtio\"><backend model=\"random\">/dev/urandom</backend></rng>')")
        self.assertIn('<rng', program('d.XMLDesc()'))
        self.assertEqual(program("conn.getAllDomainStats()[0][1]['state.state']"), 1)
        program('d.destroy()')
        wait_until(lambda: ['inside', 5, 1] in program('events'), 'the end is told')
        self.assertIn(['inside', 2, 0], program('events'))
        program('d.undefine()')
        self.assertFalse(os.path.exists(os.path.join(self.root, 'etc/qemu/inside.xml')))
        self.assertEqual(sorted(os.listdir(os.path.join(self.root, 'run/qemu'))), ['autostarted', 'driver.pid'])
        self.assertEqual(os.listdir(os.path.join(self.root, 'lib/qemu/channel/target')), [])

    def test_outlives(self):
        """The program ends, by itself or not: the guest runs on and the next one finds it. One program for a root."""
        path = self.guest(log=self.ground.path('console'))
        first = Program(self)
        first.open(self.root)
        first(f"d = conn.createXML(open('{path}').read())")
        pid = self.pid_of('inside')
        second = Program(self)
        error = self.refused(second, f"libvirt.open('qemu:///embed?root={self.root}')")
        self.assertIn(f'process {first.process.pid}', error.message)
        first.end(signal.SIGKILL)
        second.open(self.root)
        second('listen(conn)')
        second("d = conn.lookupByName('inside')")
        wait_until(lambda: second('d.state()[0]') == 1, 'the guest is found')
        wait_until(lambda: second('d.info()[1]') > 0, 'its monitor answers')
        self.assertEqual(self.pid_of('inside'), pid)
        # Closed properly this time; and a program that stays may come back.
        self.assertEqual(second('leave()'), 0)
        os.kill(pid, 0)
        third = Program(self)
        third.open(self.root)
        third('listen(conn)')
        third("d = conn.lookupByName('inside')")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: ['inside', 5, 5] in third('events'), 'the end is told')
        self.assertEqual(third('conn.listAllDomains()'), [])
        self.assertEqual(third('leave()'), 0)
        second.open(self.root)
        self.assertEqual(second('conn.listAllDomains()'), [])

    def test_autostart(self):
        """Guests that are marked start when their root is opened first."""
        path = self.guest(log=self.ground.path('console'))
        first = Program(self)
        first.open(self.root)
        first(f"d = conn.defineXML(open('{path}').read()); d.setAutostart(1)")
        self.assertEqual(first('leave()'), 0)
        os.unlink(os.path.join(self.root, 'run/qemu/autostarted'))
        first.open(self.root)
        wait_until(lambda: first("conn.lookupByName('inside').isActive()") == 1, 'the guest is started')
        first("conn.lookupByName('inside').destroy()")

    def test_roots(self):
        """Several roots, several names of one, another driver beside them."""
        program = Program(self)
        other = self.ground.path('other')
        program.open(self.root, 'a')
        program.open(self.root + '/', 'b')
        program.open(other, 'c')
        program("t = libvirt.open('test:///default')")
        program(f"""a.defineXML(open('{self.guest()}').read())""")
        self.assertEqual(program('[d.name() for d in b.listAllDomains()]'), ['inside'])
        self.assertEqual(program('c.listAllDomains()'), [])
        self.assertEqual(program('[d.name() for d in t.listAllDomains()]'), ['test'])
        self.assertEqual(program(f"libvirt.openReadOnly('qemu:///embed?root={self.root}').listDefinedDomains()"),
                         ['inside'])
        program("a.close(); a = None")
        self.assertEqual(program("b.lookupByName('inside').name()"), 'inside')

    def test_refused(self):
        """What cannot be, by name and with libvirt's codes."""
        program = Program(self)
        for line, code, words in (
                ("libvirt.open('qemu:///embed')", 8, "Missing URI parameter 'root'"),
                ("libvirt.open('qemu:///embed?root=some/where')", 67, 'root path must be absolute'),
                (f"libvirt.open('qemu+unix:///embed?root={self.root}')", 5, "'qemu+unix' for embedded driver"),
                (f"libvirt.open('qemu://host/embed?root={self.root}')", 5, 'no connection driver available'),
                (f"libvirt.open('network:///embed?root={self.root}')", 5, 'no connection driver available')):
            error = self.refused(program, line)
            self.assertEqual(error.code, code, error)
            self.assertIn(words, error.message)
        self.assertEqual(os.listdir(self.root), ['etc'])
        error = self.refused(Program(self, '--no-loop'), f"libvirt.open('qemu:///embed?root={self.root}')")
        self.assertEqual(error.code, 67)
        self.assertIn('event loop', error.message)
        program.open(self.root)
        for call in ('listAllNetworks', 'listAllStoragePools', 'listAllSecrets', 'listAllDevices', 'listAllNWFilters'):
            error = self.refused(program, f'conn.{call}()')
            self.assertEqual(error.code, 3)
            self.assertIn('not supported by the connection driver', error.message)

    @unittest.skipUnless(shutil.which('swtpm') and shutil.which('swtpm_setup'), 'needs swtpm')
    def test_tpm(self):
        """The TPM's state, socket and log are below the root too; a guest that nobody defined takes the state along."""
        with open(os.path.join(self.root, 'etc', 'qemu.conf'), 'a', encoding='ascii') as file:
            file.write('swtpm_user = "root"\nswtpm_group = "root"\n')
        path = self.guest(devices="<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>")
        program = Program(self)
        program.open(self.root)
        program(f"d = conn.createXML(open('{path}').read(), 1)")
        state = os.path.join(self.root, 'lib/swtpm', program('d.UUIDString()'), 'tpm2/tpm2-00.permall')
        self.assertTrue(os.path.exists(state))
        self.assertTrue(os.path.exists(os.path.join(self.root, 'run/swtpm/1-inside-swtpm.sock')))
        self.assertTrue(os.path.exists(os.path.join(self.root, 'log/swtpm/inside-swtpm.log')))
        program('d.destroy()')
        self.assertFalse(os.path.exists(state))
        self.assertEqual(os.listdir(os.path.join(self.root, 'run/swtpm')), [])

    def test_failed_start(self):
        """An image that is none: QEMU's words, and nothing is left below the root but its log."""
        broken = self.write('broken', 'no image')
        program = Program(self)
        program.open(self.root)
        error = self.refused(program, f"conn.createXML(open('{self.guest(disk=broken)}').read())")
        self.assertIn('qcow2', error.message)
        self.assertEqual(program('conn.listAllDomains()'), [])
        self.assertEqual(glob.glob(os.path.join(self.root, 'run/qemu/inside*')), [])
        self.assertEqual(glob.glob(os.path.join(self.root, 'lib/qemu/domain-*')), [])


class Run(EmbedTest):
    """virt-qemu-run."""

    def start(self, *arguments):
        self.temporary = self.ground.path('tmp')
        os.makedirs(self.temporary, exist_ok=True)
        env = support.our_environment(HOME=self.home, XDG_RUNTIME_DIR=self.home, TMPDIR=self.temporary)
        process = subprocess.Popen([RUN, *arguments], env=env, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(process.wait, support.DEADLINE)
        return process

    def ended(self, process):
        out, err = process.communicate(timeout=support.DEADLINE)
        return process.returncode, out, err

    def qemu(self, root):
        with open(os.path.join(root, 'run/qemu/inside.pid'), encoding='ascii') as file:
            return int(file.read())

    def test_interrupt(self):
        """Ctrl-C ends the guest at once; the temporary root goes with it."""
        log = self.ground.path('console')
        process = self.start('--verbose', self.guest(log=log))
        self.up(log)
        root = os.path.join(self.temporary, os.listdir(self.temporary)[0])
        self.assertEqual(os.stat(root).st_mode & 0o777, 0o755)
        pid = self.qemu(root)
        process.send_signal(signal.SIGINT)
        status, _, err = self.ended(process)
        self.assertEqual(status, 0, err)
        self.assertIn('the guest runs', err)
        self.assertFalse(os.path.exists(f'/proc/{pid}'))
        self.assertEqual(os.listdir(self.temporary), [])

    def test_end(self):
        """The guest switches itself off: so does the program. Its root stays, and takes the next run."""
        log = self.ground.path('console')
        path = self.guest(log=log)
        with open(path, encoding='utf-8') as file:
            xml = file.read()
        xml = xml.replace('console=ttyS0 quiet', 'console=ttyS0 quiet rdinit=/bin/busybox -- poweroff -f')
        for _ in range(2):
            process = self.start('--root', self.root, self.write('off.xml', xml))
            status, _, err = self.ended(process)
            self.assertEqual((status, err), (0, ''))
            with open(os.path.join(self.root, 'log/qemu/inside.log'), encoding='utf-8') as words:
                self.assertIn('shutting down, reason=shutdown', words.read())
        self.assertEqual(glob.glob(os.path.join(self.root, 'run/qemu/inside*')), [])

    def test_crash(self):
        """QEMU is killed: a failure."""
        log = self.ground.path('console')
        process = self.start('-r', self.root, self.guest(log=log))
        self.up(log)
        os.kill(self.pid_of('inside'), signal.SIGKILL)
        status, _, err = self.ended(process)
        self.assertEqual(status, 1)
        self.assertIn('the guest has crashed', err)

    def test_usage(self):
        path = self.guest()
        status, out, _ = self.ended(self.start('--help'))
        self.assertEqual(status, 0)
        for option in ('--root=DIR', '--secret=', '--debug', '--verbose'):
            self.assertIn(option, out)
        status, _, err = self.ended(self.start())
        self.assertEqual(status, 1)
        self.assertIn('GUEST-XML-FILE', err)
        status, _, err = self.ended(self.start('--nonsense', path))
        self.assertEqual(status, 1)
        self.assertIn('--nonsense', err)
        status, _, err = self.ended(self.start(self.ground.path('none.xml')))
        self.assertEqual(status, 1)
        self.assertIn("none.xml", err)
        status, _, err = self.ended(self.start(self.write('bad.xml', '<domain type="qemu"/>')))
        self.assertEqual(status, 1)
        self.assertIn('cannot start the guest: ', err)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_secret(self):
        """There is no secret driver to embed yet: said by name, and nothing is started."""
        status, _, err = self.ended(self.start('-s', f"{self.write('s.xml', '<secret/>')},{self.write('s', 'x')}",
                                               self.guest()))
        self.assertEqual(status, 1)
        self.assertIn('cannot open secret:///embed', err)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_debug(self):
        """The library's own words."""
        status, _, err = self.ended(self.start('--debug', self.write('bad.xml', '<domain type="qemu"/>')))
        self.assertEqual(status, 1)
        self.assertRegex(err, r': info : ')


if __name__ == '__main__':
    support.main()
