#!/usr/bin/env python3
"""A host goes over from Debian's libvirtd to vireod and back while its guests run: they are listed, looked into and
controlled by the new daemon, and never stand still."""
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import GroundTest, needs_root, wait_until  # noqa: E402

DEVICES = """
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='vnc' port='-1'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"""


class Host:
    """One host's folders, in a mount namespace, for one daemon after the other."""

    def __init__(self, ground):
        self.ground = ground
        self.state = ground.path('peer')
        self.socket = os.path.join(self.state, 'run', 'libvirt', 'libvirt-sock')
        self.log = ground.path('daemons.log')
        etc = os.path.join(self.state, 'etc', 'libvirt')
        os.makedirs(etc, exist_ok=True)
        self.write(os.path.join(etc, 'libvirtd.conf'), 'auth_unix_rw = "none"\nauth_unix_ro = "none"\n')
        self.write(os.path.join(etc, 'qemu.conf'),
                   'user = "root"\ngroup = "root"\ncgroup_controllers = [ ]\nnamespaces = [ ]\n'
                   'stdio_handler = "file"\nsecurity_driver = "none"\nremember_owner = 0\n')
        self.holder = subprocess.Popen([os.path.join(support.TOP, 'tests', 'peer', 'namespace'), support.PEER, self.state,
                                        'sh', '-c', 'echo; exec sleep infinity'], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, env=support.clean_environment())
        self.holder.stdout.readline()
        self.process = None

    @staticmethod
    def write(path, text):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)

    def start(self, command, env):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(['nsenter', f'--mount=/proc/{self.holder.pid}/ns/mnt', 'env',
                                             *(f'{k}={v}' for k, v in env.items()), *command],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=support.clean_environment(), start_new_session=True)
        wait_until(self.answers, f'{command[0]} answers')

    def libvirtd(self):
        self.start(['/usr/sbin/libvirtd'], {})

    def vireod(self):
        ours = support.our_environment()
        self.start([os.path.join(support.BUILD, 'src', 'daemon', 'vireod')],
                   {name: ours[name] for name in ('LD_LIBRARY_PATH', 'LIBVIRT_DRIVER_DIR')})

    def answers(self):
        if self.process.poll() is not None:
            with open(self.log, encoding='utf-8', errors='replace') as log:
                raise AssertionError(f'it ended with {self.process.returncode}: {log.read()}')
        return os.path.exists(self.socket) and self.virsh('uri').status == 0

    def uri(self):
        return f'qemu+unix:///system?socket={self.socket}'

    def virsh(self, *words):
        return support.peer_virsh(self.ground, self.uri(), *words)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(support.DEADLINE)

    def close(self):
        self.stop()
        self.holder.terminate()
        self.holder.wait(support.DEADLINE)
        self.holder.stdout.close()

    def status_file(self, name):
        return ET.parse(os.path.join(self.state, 'run', 'libvirt', 'qemu', name + '.xml')).getroot()


@needs_root
class Adoption(GroundTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(support.PEER, 'usr/sbin/libvirtd')):
            self.skipTest("Debian's libvirtd has not been fetched")
        self.host = Host(self.ground)
        self.addCleanup(self.end_guests)
        self.addCleanup(self.host.close)
        self.disk = self.ground.path('disk.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', self.disk, '16M'], check=True)

    def end_guests(self):
        """Whatever a failed test left running."""
        folder = os.path.join(self.host.state, 'run', 'libvirt', 'qemu')
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name == 'web.pid':
                with open(os.path.join(folder, name), encoding='ascii') as file:
                    os.kill(int(file.read()), signal.SIGKILL)

    def virsh(self, *words):
        return self.ok(self.host.virsh(*words))

    def define(self, name='web', **more):
        self.virsh('define', self.write(f'{name}.xml', support.guest_xml(name, disk=self.disk, devices=DEVICES, **more)))

    def lag(self):
        """How far the guest's clock is behind ours, at least and at most; it grows while the guest stands still."""
        terminal = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.host.uri(), 'console', 'web'],
                                    support.peer_environment(self.ground, TERM='dumb'))
        terminal.expect('Escape character')
        terminal.wake('guest# ')
        before = time.monotonic()
        terminal.type('echo up=$(cut -d" " -f1 /proc/uptime)\n')
        uptime = float(terminal.expect(r'up=(\d+\.\d+)').group(1))
        after = time.monotonic()
        terminal.type('\x1d')
        terminal.close()
        return before - uptime, after - uptime

    def pid(self):
        return int(self.host.status_file('web').get('pid'))

    def hand_over(self, first, second):
        getattr(self.host, first)()
        self.define()
        self.virsh('start', 'web')
        lag = self.lag()
        pid = self.pid()
        self.host.stop()
        getattr(self.host, second)()
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'running')
        self.assertEqual(self.pid(), pid, 'the same process')
        self.assertLess(self.lag()[0] - lag[1], 0.5, 'the guest stood still')

    def control(self):
        """What a daemon does with a guest of its own."""
        self.virsh('suspend', 'web')
        self.assertEqual(self.virsh('domstate', 'web', '--reason').strip(), 'paused (user)')
        self.virsh('resume', 'web')
        self.virsh('setmem', 'web', '100M', '--live')
        self.assertIn('vda', self.virsh('domblkstat', 'web', 'vda', '--human'))
        self.assertEqual(self.virsh('vncdisplay', 'web').strip(), '127.0.0.1:0')
        self.virsh('destroy', 'web')
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'shut off')
        run = os.path.join(self.host.state, 'run', 'libvirt', 'qemu')
        self.assertEqual([name for name in os.listdir(run) if name.startswith('web')], [])
        self.virsh('start', 'web')
        self.virsh('destroy', 'web')
        self.virsh('undefine', 'web')

    def test_from_libvirtd(self):
        self.hand_over('libvirtd', 'vireod')
        self.control()

    def test_to_libvirtd(self):
        self.hand_over('vireod', 'libvirtd')
        self.control()

    def test_there_and_back(self):
        """What libvirtd kept of a guest is still there after vireod had it."""
        self.host.libvirtd()
        self.define()
        self.virsh('start', 'web')
        before = self.kept()
        self.host.stop()
        self.host.vireod()
        self.virsh('suspend', 'web')
        self.virsh('resume', 'web')
        self.host.stop()
        self.assertEqual(self.kept(), before)
        self.host.libvirtd()
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'running')
        self.virsh('destroy', 'web')

    def kept(self):
        """The status file but for the definition, what is ours alone, what is written or not when it is "yes", and what
        changes from moment to moment."""
        root = self.host.status_file('web')
        for name in ('domain', 'process', 'allowReboot'):
            for element in root.findall(name):
                root.remove(element)
        devices = root.find('devices')
        devices[:] = sorted(devices, key=lambda device: device.get('alias'))
        flags = root.find('qemuCaps')
        flags[:] = sorted(flags, key=lambda flag: flag.get('name'))
        for element in root.iter():
            element.text = (element.text or '').strip()
            element.tail = None
        root.attrib.pop('reason')
        return ET.tostring(root, encoding='unicode')


if __name__ == '__main__':
    support.main()
