"""One host that goes over from Debian's libvirtd to vireod and back while its guests run: what the tests of that share."""
import os
import signal
import struct
import subprocess
import time
import xml.etree.ElementTree as ET

import support
from support import GroundTest, wait_until


class Host:
    """One host's folders, in a mount namespace, for one daemon after the other."""

    def __init__(self, ground, qemu_conf=''):
        self.ground = ground
        self.state = ground.path('peer')
        self.socket = os.path.join(self.state, 'run', 'libvirt', 'libvirt-sock')
        self.log = ground.path('daemons.log')
        etc = os.path.join(self.state, 'etc', 'libvirt')
        os.makedirs(etc, exist_ok=True)
        self.write(os.path.join(etc, 'libvirtd.conf'), 'auth_unix_rw = "none"\nauth_unix_ro = "none"\n')
        self.write(os.path.join(etc, 'qemu.conf'),
                   'user = "root"\ngroup = "root"\ncgroup_controllers = [ ]\nnamespaces = [ ]\n'
                   'stdio_handler = "file"\nsecurity_driver = "none"\nremember_owner = 0\n' + qemu_conf)
        self.write_boot_time()
        self.holder = subprocess.Popen([os.path.join(support.TOP, 'tests', 'peer', 'namespace'), support.PEER, self.state,
                                        'sh', '-c', 'echo; exec sleep infinity'], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, env=support.clean_environment())
        self.holder.stdout.readline()
        self.process = None

    def write_boot_time(self):
        """When the host was started, as it writes that down: a clock that is set afterwards is why the kernel thinks
        otherwise. Without it libvirtd counts back from now, and may be a second off after a restart."""
        path = os.path.join(self.state, 'run', 'utmp')
        os.makedirs(os.path.dirname(path), exist_ok=True)
        record = struct.pack('=h2xi32s4s32s256shhiii16x20x', 2, 0, b'~', b'~~', b'reboot', b'', 0, 0, 0,
                             int(time.time()) - 86400, 0)
        with open(path, 'wb') as file:
            file.write(record)

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
        # It lists its guests before it has taken them up, and a change in the midst of that ends them: wait for a turn.
        for name in self.virsh('list', '--name').out.split():
            wait_until(lambda: self.virsh('qemu-monitor-command', name, '{"execute":"query-name"}').status == 0,
                       f'libvirtd has taken up {name}')

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


class HandOver(GroundTest):
    """A host and, on it, a guest called web."""

    # More for qemu.conf.
    QEMU_CONF = ''

    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(support.PEER, 'usr/sbin/libvirtd')):
            self.skipTest("Debian's libvirtd has not been fetched")
        self.host = Host(self.ground, self.QEMU_CONF)
        self.addCleanup(self.end_guests)
        self.addCleanup(self.host.close)
        self.disk = self.image('disk.qcow2')

    def image(self, name, size='16M', kind='qcow2'):
        path = self.ground.path(name)
        subprocess.run(['qemu-img', 'create', '-q', '-f', kind, path, size], check=True)
        return path

    def end_guests(self):
        """Whatever a failed test left running."""
        for top, _, names in os.walk(os.path.join(self.host.state, 'run', 'libvirt', 'qemu')):
            for name in names:
                if name.endswith('.pid') and name != 'driver.pid':
                    with open(os.path.join(top, name), encoding='ascii') as file:
                        self.end_process(int(file.read()))

    def end_process(self, pid):
        try:
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                if self.ground.folder.folder.encode() in file.read() or pid in support.children(os.getppid()):
                    os.kill(pid, signal.SIGKILL)
                    wait_until(lambda: support.is_gone(pid), f'the end of process {pid}')
        except (FileNotFoundError, ProcessLookupError):
            pass

    def virsh(self, *words):
        return self.ok(self.host.virsh(*words))

    def live(self):
        return self.virsh('dumpxml', 'web')

    def monitor(self, command):
        return self.virsh('qemu-monitor-command', 'web', command)

    def terminal(self):
        terminal = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.host.uri(), 'console', 'web'],
                                    support.peer_environment(self.ground, TERM='dumb'))
        terminal.expect('Escape character')
        terminal.wake('guest# ', 3 * support.DEADLINE)
        return terminal

    def in_shell(self, command, pattern):
        """Type a command into the guest's shell; what matched in its answer."""
        terminal = self.terminal()
        terminal.type(command + '\n')
        match = terminal.expect(pattern)
        terminal.type('\x1d')
        terminal.close()
        return match

    def wait_in_guest(self, condition, wanted=True):
        """Until its shell says so; it gives up before we do, so that the shell is free again."""
        seen = self.in_shell(f'n=0; {"until" if wanted else "while"} {condition} 2>/dev/null; do n=$((n + 1)); '
                             '[ $n -gt 100 ] && break; sleep 0.2; done; echo tries-$n-', r'tries-([0-9]+)-').group(1)
        self.assertLess(int(seen), 100, f'{"never" if wanted else "always"}: {condition}')

    def lag(self):
        """How far the guest's clock is behind ours, at least and at most; it grows while the guest stands still."""
        terminal = self.terminal()
        before = time.monotonic()
        terminal.type('echo up=$(cut -d" " -f1 /proc/uptime)\n')
        uptime = float(terminal.expect(r'up=(\d+\.\d+)').group(1))
        after = time.monotonic()
        terminal.type('\x1d')
        terminal.close()
        return before - uptime, after - uptime

    def pid(self):
        return int(self.host.status_file('web').get('pid'))

    def hand_over(self, second):
        """The daemon goes, @second comes: the same process, and it never stood still."""
        lag = self.lag()
        pid = self.pid()
        self.host.stop()
        getattr(self.host, second)()
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'running')
        self.assertEqual(self.pid(), pid, 'the same process')
        self.assertLess(self.lag()[0] - lag[1], 0.5, 'the guest stood still')
