#!/usr/bin/env python3
"""A user's own guests, without root: Debian's virsh on qemu:///session. Started by root this program becomes a user
without any rights first, in a network of its own where that user finds a way out and a bridge."""
import ctypes
import glob
import http.server
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import unittest

import support
from support import GroundTest, wait_until

USER = 65534  # of the tests that root runs
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
VIREOD = os.path.join(support.BUILD, 'src', 'daemon', 'vireod')
VIRSH = os.path.join(support.PEER, 'usr/bin/virsh')
XDG = ('XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME')
HELPER = '/usr/lib/qemu/qemu-bridge-helper'
SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def make_network():
    """As root: a network that nobody else is in, with a way out that leads nowhere."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    run('mount', '--make-rprivate', '/')
    run('ip', 'link', 'set', 'lo', 'up')
    run('ip', 'link', 'add', 'out0', 'type', 'veth', 'peer', 'name', 'out1')
    run('ip', 'link', 'set', 'out1', 'up')
    run('ip', 'addr', 'add', '198.51.100.2/24', 'dev', 'out0')
    run('ip', 'link', 'set', 'out0', 'up')
    run('ip', 'route', 'add', 'default', 'via', '198.51.100.1')


def open_way():
    """As root, in this mount namespace: a tree that lies below somebody's closed home is reached by everybody, under its
    name. An empty folder takes the home's place: what lies there, this program's modules too, is gone from sight."""
    places = {support.TOP, support.BUILD, support.FETCHED}
    outermost = sorted(p for p in places if not any(p.startswith(other + '/') for other in places))
    ways = {place: [str(p) for p in reversed(pathlib.Path(place).parents)] for place in outermost}
    closed = {place: next((p for p in ways[place] if not os.stat(p).st_mode & stat.S_IXOTH), None) for place in outermost}
    for home in sorted({p for p in closed.values() if p}):
        below = [place for place in outermost if closed[place] == home]
        kept = {place: tempfile.mkdtemp(prefix='vireo-tree-') for place in below}
        for place, keep in kept.items():
            run('mount', '--rbind', place, keep)
        run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'home', home)
        for place, keep in kept.items():
            os.makedirs(place)
            run('mount', '--move', keep, place)
            os.rmdir(keep)
    os.chdir(support.TOP)


def make_bridge(folder):
    """As root: a bridge that QEMU's helper lets users join; the helper gets the right that packages leave to the
    host's owner."""
    run('ip', 'link', 'add', 'br-users', 'type', 'bridge')
    run('ip', 'addr', 'add', '203.0.113.1/24', 'dev', 'br-users')
    run('ip', 'link', 'set', 'br-users', 'up')
    for name in ('etc', 'work'):
        os.mkdir(os.path.join(folder, name), 0o755)
    run('mount', '-t', 'overlay', '-o', f'lowerdir=/etc,upperdir={folder}/etc,workdir={folder}/work', 'etc', '/etc')
    os.makedirs('/etc/qemu', exist_ok=True)
    with open('/etc/qemu/bridge.conf', 'w', encoding='utf-8') as file:
        file.write('allow br-users\n')
    helper = os.path.join(folder, 'qemu-bridge-helper')
    shutil.copy(HELPER, helper)
    os.chmod(helper, 0o4755)


def become_user():
    """Start again as a user; what only root can make is made."""
    make_network()
    open_way()
    ground = os.path.join(support.BUILD, 'ground')
    os.makedirs(ground, exist_ok=True)
    os.chmod(ground, 0o1777)
    tools = os.path.join(ground, f'tools-{os.getpid()}')
    os.mkdir(tools)
    # Seen in this namespace only, and gone with it.
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tools', tools)
    if os.path.exists(HELPER):
        make_bridge(tools)
    python = sys.executable if not os.path.realpath(sys.executable).startswith('/root/') else '/usr/bin/python3'
    child = subprocess.run(['setpriv', '--reuid', str(USER), '--regid', str(USER), '--clear-groups', '--',
                            python, os.path.abspath(__file__), *sys.argv[1:]],
                           env={**os.environ, 'VIREO_SESSION_TOOLS': tools, 'HOME': '/nonexistent'}, check=False)
    run('umount', '--lazy', tools)
    os.rmdir(tools)
    sys.exit(child.returncode)


class Session(GroundTest):
    """What a user has: folders of the XDG variables, and no daemon before somebody asks for one."""
    session = True
    in_shell = support.GuestTest.in_shell
    define = support.GuestTest.define
    boot = support.GuestTest.boot
    state = support.GuestTest.state

    def setUp(self):
        super().setUp()
        self.places = {name: self.ground.path(name.lower()[4:7]) for name in XDG}
        for folder in self.places.values():
            os.mkdir(folder, 0o700)
        self.places['HOME'] = self.ground.path('home')
        os.mkdir(self.places['HOME'])
        self.config = os.path.join(self.places['XDG_CONFIG_HOME'], 'libvirt')
        self.runtime = os.path.join(self.places['XDG_RUNTIME_DIR'], 'libvirt')
        self.cache = os.path.join(self.places['XDG_CACHE_HOME'], 'libvirt')
        # Where Debian's library looks for a daemon to start; the daemon shall not load that library.
        self.programs = self.ground.path('sbin')
        os.mkdir(self.programs)
        daemon = os.path.join(self.programs, 'libvirtd')
        with open(daemon, 'w', encoding='ascii') as file:
            file.write(f"""#!/bin/sh
unset LD_LIBRARY_PATH
LIBVIRT_DRIVER_DIR={os.path.join(support.BUILD, 'src', 'drivers')} exec {VIREOD} "$@"
""")
        os.chmod(daemon, 0o755)
        self.disk = self.ground.path('disk.qcow2')
        run('qemu-img', 'create', '-q', '-f', 'qcow2', self.disk, '16M')

    on_demand = False

    def peer_env(self, **more):
        return support.clean_environment(LD_LIBRARY_PATH=os.path.join(support.PEER, support.MULTIARCH),
                                         LIBVIRTD_PATH=self.programs, LIBVIRT_AUTOSTART=int(self.on_demand),
                                         **self.places, **more)

    def virsh(self, *words, **options):
        return support.run([VIRSH, '-c', 'qemu:///session', *words], env=self.peer_env(), **options)

    def console(self, name='web'):
        terminal = support.Terminal([VIRSH, '-c', 'qemu:///session', 'console', name], self.peer_env(TERM='dumb'))
        terminal.expect('Escape character')
        return terminal

    def answers(self):
        try:
            support.connect(os.path.join(self.runtime, 'libvirt-sock')).close()
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def serve(self, *options):
        """A daemon by hand."""
        with open(self.ground.path('vireod.log'), 'ab') as log:
            process = subprocess.Popen([VIREOD, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       env=support.our_environment(**self.places), start_new_session=True)
        self.addCleanup(self.end, process)
        wait_until(self.answers, 'vireod listens')
        return process

    def end(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        return process.wait(support.DEADLINE)

    def daemon_pid(self):
        with open(os.path.join(self.runtime, 'libvirtd.pid'), encoding='ascii') as file:
            return int(file.read())

    def qemu_pid(self, name='web'):
        with open(os.path.join(self.runtime, 'qemu', 'run', name + '.pid'), encoding='ascii') as file:
            return int(file.read())

    def live(self, name='web'):
        return self.ok(self.virsh('dumpxml', name))


class Life(Session):
    def test_log_daemon(self):
        """Asked for, the user's own log daemon comes with the first guest, and leaves when nobody writes."""
        os.makedirs(self.config)
        self.write(os.path.join(self.config, 'qemu.conf'), 'stdio_handler = "logd"\n')
        self.serve()
        pid_file, log = os.path.join(self.runtime, 'virtlogd.pid'), os.path.join(self.cache, 'qemu/log/web.log')
        self.assertFalse(os.path.exists(pid_file))
        self.addCleanup(self.end_keeper, pid_file)
        self.define()
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        with open(pid_file, encoding='ascii') as file:
            keeper = int(file.read())
        with open(f'/proc/{keeper}/cmdline', encoding='utf-8') as file:
            words = file.read().split('\0')
        self.assertEqual(os.path.realpath(words[0]), os.path.join(os.path.realpath(support.BUILD), 'src/logd/virtlogd'))
        self.assertIn('--timeout=120', words)
        # QEMU's own words go through it.
        self.assertTrue(os.readlink(f'/proc/{self.qemu_pid()}/fd/2').startswith('pipe:'))
        with open(log, encoding='utf-8') as file:
            self.assertIn('-name guest=web', file.read())
        admin = f'virtlogd:///session?socket={self.runtime}/virtlogd-admin-sock'
        self.ok(support.run([os.path.join(support.PEER, 'usr/bin/virt-admin'), '-c', admin, 'daemon-timeout', '--timeout', '1'],
                            env=self.peer_env()))
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: support.is_gone(keeper), 'the log daemon leaves')
        # The next guest has the next one.
        self.ok(self.virsh('start', 'web', '--paused'))
        with open(pid_file, encoding='ascii') as file:
            self.assertNotEqual(int(file.read()), keeper)
        self.ok(self.virsh('destroy', 'web'))

    def end_keeper(self, pid_file):
        try:
            with open(pid_file, encoding='ascii') as file:
                os.kill(int(file.read()), signal.SIGTERM)
        except FileNotFoundError:
            return
        wait_until(lambda: not os.path.exists(pid_file), 'the log daemon ends')

    def test_on_demand(self):
        """virsh starts the daemon; it leaves when nobody needs it, and not while a guest runs."""
        self.assertFalse(self.answers())
        self.assertNotEqual(self.virsh('list').status, 0)
        self.on_demand = True
        path = self.write('web.xml', support.guest_xml('web'))
        self.ok(self.virsh('define', path))
        pid = self.daemon_pid()
        with open(f'/proc/{pid}/cmdline', encoding='utf-8') as file:
            words = file.read().split('\0')
        self.assertEqual(words[0], VIREOD)
        self.assertIn('--timeout=120', words)
        self.assertIn('web', self.ok(self.virsh('list', '--all', '--name')))
        self.assertEqual(self.daemon_pid(), pid)
        self.end_daemon()
        # Ours does the same.
        result = support.run([os.path.join(support.BUILD, 'src', 'tools', 'virsh'), '-c', 'qemu:///session', 'list',
                              '--all', '--name'], env=support.our_environment(LIBVIRTD_PATH=self.programs, **self.places))
        self.assertEqual(self.ok(result).split(), ['web'])
        self.end_daemon()

    def end_daemon(self):
        pid = self.daemon_pid()
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: support.is_gone(pid), 'the daemon ends')

    def test_timeout(self):
        process = self.serve('--timeout', '1')
        self.define()
        self.ok(self.virsh('start', 'web', '--paused'))
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(4)
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(process.wait(support.DEADLINE), 0)

    def test_places(self):
        """Every file is where libvirt puts it, and the user's alone."""
        process = self.serve()
        self.boot(devices="<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>")
        self.ok(self.virsh('autostart', 'web'))
        for path in (f'{self.config}/qemu/web.xml', f'{self.config}/qemu/autostart/web.xml',
                     f'{self.config}/qemu/lib/domain-1-web/master-key.aes',
                     f'{self.config}/qemu/lib/domain-1-web/monitor.sock', f'{self.runtime}/libvirt-sock',
                     f'{self.runtime}/libvirtd.pid', f'{self.runtime}/qemu/run/web.xml',
                     f'{self.runtime}/qemu/run/web.pid', f'{self.cache}/qemu/log/web.log'):
            self.assertTrue(os.path.lexists(path), path)
            self.assertEqual(os.lstat(path).st_uid, os.getuid(), path)
        self.assertTrue(glob.glob(f'{self.cache}/qemu/cache/capabilities/*.xml'))
        self.assertEqual(stat.S_IMODE(os.stat(f'{self.runtime}/libvirt-sock').st_mode) & 0o077, 0)
        channel = re.search(r"<source mode='bind' path='([^']*org.qemu.guest_agent.0)'", self.live()).group(1)
        self.assertTrue(channel.startswith((self.config, self.runtime)), channel)
        self.assertEqual(os.listdir(self.places['HOME']), [])
        # It runs on without the daemon, and is found again.
        pid = self.qemu_pid()
        self.assertEqual(self.end(process, signal.SIGKILL), -9)
        self.serve()
        wait_until(lambda: self.state() == 'running', 'the guest is found')
        self.in_shell('echo still-$((40 + 2))', r'still-42')
        self.assertEqual(self.qemu_pid(), pid)
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('undefine', 'web'))
        left = [path for folder in (self.config, self.runtime, self.cache)
                for path in glob.glob(folder + '/**', recursive=True) if 'web' in os.path.basename(path)]
        self.assertEqual(left, [f'{self.cache}/qemu/log/web.log'])

    def test_autostart(self):
        process = self.serve()
        self.define()
        self.ok(self.virsh('autostart', 'web'))
        self.end(process)
        os.unlink(f'{self.runtime}/qemu/run/autostarted')
        self.serve()
        wait_until(lambda: self.state() == 'running', 'the guest is started')
        self.ok(self.virsh('destroy', 'web'))

    def test_change(self):
        """Figures and changes of a guest that runs."""
        self.serve()
        self.boot(disk=self.disk, more="<memoryBacking/>")
        stats = self.ok(self.virsh('domstats', 'web'))
        for name in ('state.state=1', 'cpu.time=', 'balloon.current=', 'vcpu.0.state=1', 'block.0.name=vda'):
            self.assertIn(name, stats)
        second = self.ground.path('second.raw')
        run('truncate', '-s', '8M', second)
        self.ok(self.virsh('attach-disk', 'web', second, 'vdb', '--live', '--subdriver', 'raw'))
        self.in_shell('for i in 1 2 3 4 5 6 7 8 9; do [ -e /dev/vdb ] || sleep 1; done; '
                      'echo size-$(cat /sys/block/vdb/size)-', r'size-16384-')
        self.in_shell('echo from the guest >/dev/vdb; sync; echo written-$((40 + 2))', r'written-42')
        self.ok(self.virsh('detach-disk', 'web', 'vdb', '--live'))
        wait_until(lambda: 'vdb' not in self.live(), 'the disk goes')
        with open(second, 'rb') as file:
            self.assertEqual(file.read(15), b'from the guest\n')
        rng = self.write('rng.xml', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>")
        self.ok(self.virsh('attach-device', 'web', rng, '--live'))
        self.ok(self.virsh('setmem', 'web', '96M', '--live'))
        self.ok(self.virsh('suspend', 'web'))
        self.ok(self.virsh('resume', 'web'))
        self.ok(self.virsh('screenshot', 'web', self.ground.path('shot'))) if '<video' in self.live() else None
        self.ok(self.virsh('shutdown', 'web'))
        wait_until(lambda: self.state() == 'shut off', 'the guest shuts down')

    def test_refused(self):
        """What needs root is said by name, before anything is touched."""
        self.serve()
        for device, words in (
                ("<interface type='direct'><source dev='out0' mode='bridge'/></interface>", 'macvtap|direct|permitted'),
                ("<interface type='ethernet'><target dev='mine0'/></interface>", 'tap|permitted|tun')):
            self.define('bad', devices=device)
            result = self.virsh('start', 'bad')
            self.assertNotEqual(result.status, 0)
            self.assertRegex(result.err, words)
            self.assertEqual(glob.glob(f'{self.runtime}/qemu/run/bad*'), [])
            self.ok(self.virsh('undefine', 'bad'))
        more = "<memtune><hard_limit unit='MiB'>512</hard_limit></memtune>"
        self.define('bad', more=more)
        result = self.virsh('start', 'bad')
        self.assertNotEqual(result.status, 0)
        self.assertIn('cgroup', result.err)


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'words of the host\n')

    def log_message(self, *words):
        pass


class Network(Session):
    def host_server(self):
        server = http.server.HTTPServer(('127.0.0.1', 0), Web)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        return server.server_port

    def test_user(self):
        """QEMU's own user network."""
        port = self.host_server()
        self.serve()
        self.boot(devices="<interface type='user'><model type='virtio'/></interface>")
        self.in_shell(f'ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; wget -q -O - http://10.0.2.2:{port}/',
                      r'words of the host')

    @unittest.skipUnless(shutil.which('passt'), 'needs passt')
    def test_passt(self):
        """passt: out to the host, in by a forwarded port; it ends with the guest."""
        port = self.host_server()
        with http.server.HTTPServer(('127.0.0.1', 0), Web) as free:
            forwarded = free.server_port
        self.serve()
        self.boot(devices=f"""<interface type='user'><backend type='passt'/><model type='virtio'/>
            <portForward proto='tcp' address='127.0.0.1'><range start='{forwarded}' to='80'/></portForward>
            </interface>""")
        pids = glob.glob(f'{self.runtime}/qemu/run/passt/*.pid')
        self.assertEqual(len(pids), 1)
        with open(pids[0], encoding='ascii') as file:
            passt = int(file.read())
        way = subprocess.run(['ip', 'route', 'show', 'default'], capture_output=True, text=True, check=True).stdout
        gate, device = re.search(r'via (\S+) dev (\S+)', way).groups()
        address = re.search(r'inet (\S+)', subprocess.run(['ip', '-4', 'addr', 'show', 'dev', device], check=True,
                                                          capture_output=True, text=True).stdout).group(1)
        self.in_shell(f'ip link set eth0 up; ip addr add {address} dev eth0; ip route add default via {gate}; '
                      f'wget -q -O - http://{gate}:{port}/', r'words of the host')
        terminal = self.console()
        terminal.wake('guest# ')
        terminal.type('echo words of the guest | nc -l -p 80\n')

        def heard():
            result = subprocess.run(['busybox', 'nc', '-w', '3', '127.0.0.1', str(forwarded)], stdin=subprocess.DEVNULL,
                                    capture_output=True, text=True, check=False)
            return result.stdout == 'words of the guest\n'
        wait_until(heard, 'the guest answers', step=0.5)
        terminal.type('\x1d')
        terminal.close()
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: not os.path.exists(f'/proc/{passt}/stat'), 'passt ends')
        self.assertEqual(glob.glob(f'{self.runtime}/qemu/run/passt/*'), [])

    def test_no_bridge_helper(self):
        """A bridge that QEMU's helper may not join for us: whose words the error holds."""
        self.serve()
        self.define('bad', devices="<interface type='bridge'><source bridge='br-none'/></interface>")
        result = self.virsh('start', 'bad')
        self.assertNotEqual(result.status, 0)
        self.assertIn('br-none', result.err)
        self.assertEqual(glob.glob(f'{self.runtime}/qemu/run/bad*'), [])

    def test_bridge_helper(self):
        """QEMU's setuid helper opens the tap."""
        helper = os.path.join(os.environ.get('VIREO_SESSION_TOOLS', ''), 'qemu-bridge-helper')
        if not os.path.exists(helper):
            self.skipTest('root has to make a bridge and the helper setuid')
        os.makedirs(self.config)
        with open(os.path.join(self.config, 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write(f'bridge_helper = "{helper}"\n')
        self.serve()
        self.boot(devices="<interface type='bridge'><source bridge='br-users'/><model type='virtio'/></interface>")
        self.in_shell('ip link set eth0 up; ip addr add 203.0.113.2/24 dev eth0; '
                      'ping -c 2 -W 5 203.0.113.1 && echo ping-$((40 + 2))', r'ping-42')
        tap = re.search(r"<target dev='([^']*)'", self.live()).group(1)
        self.assertIn('br-users', subprocess.run(['ip', 'link', 'show', 'dev', tap], check=True, capture_output=True,
                                                 text=True).stdout)


class Helpers(Session):
    @unittest.skipUnless(shutil.which('swtpm') and shutil.which('swtpm_setup'), 'needs swtpm')
    def test_tpm(self):
        """An emulated TPM with a certificate authority of the user's own."""
        self.serve()
        self.boot(devices="<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>")
        match = self.in_shell('echo pcr=$(cat /sys/class/tpm/tpm0/pcr-sha256/0)=', r'pcr=([0-9A-Fa-f]{64})=')
        self.assertNotEqual(int(match.group(1), 16), 0, 'the firmware has measured itself')
        uuid = self.ok(self.virsh('domuuid', 'web')).strip()
        state = f'{self.config}/qemu/swtpm/{uuid}/tpm2/tpm2-00.permall'
        self.assertTrue(os.path.exists(state))
        self.assertTrue(os.path.exists(f'{self.cache}/qemu/log/web-swtpm.log'))
        self.ok(self.virsh('destroy', 'web'))
        self.assertTrue(os.path.exists(state))
        self.ok(self.virsh('undefine', 'web'))
        self.assertFalse(os.path.exists(state))

    @unittest.skipUnless(glob.glob('/usr/lib*/qemu/virtiofsd') + glob.glob('/usr/lib*/virtiofsd'), 'needs virtiofsd')
    def test_virtiofs(self):
        """virtiofsd in a user namespace: the guest's root is the user."""
        folder = self.ground.path('shared')
        os.mkdir(folder)
        with open(os.path.join(folder, 'from-host'), 'w', encoding='utf-8') as file:
            file.write('words of the host\n')
        self.serve()
        self.boot(more=SHARED, devices=f"<filesystem type='mount'><driver type='virtiofs'/><source dir='{folder}'/>"
                                       "<target dir='there'/></filesystem>")
        self.in_shell('mkdir -p /mnt; mount -t virtiofs there /mnt && cat /mnt/from-host', r'words of the host')
        self.in_shell('echo words of the guest >/mnt/from-guest; stat -c owner-%u /mnt/from-guest; sync', r'owner-0')
        path = os.path.join(folder, 'from-guest')
        with open(path, encoding='utf-8') as file:
            self.assertEqual(file.read(), 'words of the guest\n')
        self.assertEqual(os.stat(path).st_uid, os.getuid())
        with open(f'{self.runtime}/qemu/run/1-web-fs0-fs.pid', encoding='ascii') as file:
            pid = int(file.read())
        self.assertNotEqual(os.readlink(f'/proc/{pid}/ns/user'), os.readlink('/proc/self/ns/user'))
        self.ok(self.virsh('destroy', 'web'))
        self.assertFalse(os.path.exists(f'/proc/{pid}/stat'))


    @unittest.skipUnless(shutil.which('dbus-daemon') and shutil.which('dbus-send') and
                         glob.glob('/usr/lib/*/qemu/ui-dbus.so'), 'needs D-Bus and a QEMU that speaks it')
    def test_dbus(self):
        """A display on a message bus of the guest's own, and one that two ends share directly."""
        self.serve()
        self.define(devices="<graphics type='dbus'/><video><model type='vga'/></video>")
        self.ok(self.virsh('start', 'web', '--paused'))
        folder = f'{self.runtime}/qemu/run/dbus'
        with open(f'{folder}/1-web-dbus.pid', encoding='ascii') as file:
            pid = int(file.read())
        address = re.search(r"<graphics type='dbus' address='([^']*)'", self.live()).group(1)
        name = support.run(['dbus-send', f'--bus={address}', '--print-reply', '--dest=org.qemu',
                            '/org/qemu/Display1/VM', 'org.freedesktop.DBus.Properties.Get',
                            'string:org.qemu.Display1.VM', 'string:Name'])
        self.assertIn('"web"', self.ok(name))
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: not os.path.exists(f'/proc/{pid}/stat'), 'the bus ends')
        self.assertEqual(os.listdir(folder), [])
        self.define(devices="<graphics type='dbus' p2p='yes'/><video><model type='vga'/></video>",
                    uuid=self.ok(self.virsh('domuuid', 'web')).strip())
        self.ok(self.virsh('start', 'web', '--paused'))
        self.assertEqual(os.listdir(folder), [])
        self.ok(self.virsh('destroy', 'web'))


if __name__ == '__main__':
    if os.geteuid() == 0:
        become_user()
    support.main()
