"""What the end-to-end tests share: private ground, daemons on it, Debian's clients, and nothing left behind.

Every test gets a Ground: a folder below the build folder that holds all state. The test program runs below a reaper
process that inherits and reaps whatever daemons leave orphaned; leaving the ground ends by pid what is still there and
fails the test for it.
"""
import ctypes
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('VIREO_BUILD', os.path.join(TOP, 'build'))
FETCHED = os.environ.get('VIREO_FETCHED', os.path.join(TOP, 'build', 'fetched'))
PEER = os.path.join(FETCHED, 'peer', 'root')
GUEST = os.path.join(FETCHED, 'guest')
FULL_GUEST = os.path.join(FETCHED, 'guest-full')  # slower to boot, with drivers for all that QEMU emulates
MULTIARCH = 'usr/lib/x86_64-linux-gnu'
DEADLINE = float(os.environ.get('VIREO_TEST_DEADLINE', '60'))
PR_SET_CHILD_SUBREAPER = 36
PR_SET_PDEATHSIG = 1
REAPED = False


def wait_until(condition, what, deadline=DEADLINE, step=0.02):
    """Poll condition() until it is true; its value. For what has no event to wait on."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {deadline:g} s')
        select.select([], [], [], step)


def clean_environment(**more):
    """The caller's environment without what meson devenv or a libvirt user sets."""
    drop = ('LD_LIBRARY_PATH', 'VIREO_', 'LIBVIRT', 'VIRSH_', 'VIRT_', 'XDG_')
    env = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
    env['LC_ALL'] = 'C.UTF-8'
    env.update({k: str(v) for k, v in more.items()})
    return env


def our_environment(ground=None, **more):
    """For programs that load our libraries from the build folder."""
    libraries = os.path.join(BUILD, 'src', 'lib')
    env = clean_environment(LD_LIBRARY_PATH=f'{libraries}:{libraries}/admin',
                            LIBVIRT_DRIVER_DIR=os.path.join(BUILD, 'src', 'drivers'))
    if ground:
        env['VIREO_ROOT'] = ground.root
    env.update(more)
    return env


def children(pid):
    found = []
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open(f'/proc/{entry}/stat', encoding='ascii', errors='replace') as stat:
                    fields = stat.read().rsplit(')', 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != 'Z':
                found.append(int(entry))
    return found


def is_gone(pid):
    """Whether the process has ended; whoever is its parent may not have waited for it yet."""
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii', errors='replace') as stat:
            return stat.read().rsplit(')', 1)[1].split()[0] == 'Z'
    except FileNotFoundError:
        return True


def is_open(folder):
    """Whether everybody may pass through it: guests and helpers are other users."""
    return all(os.stat(path).st_mode & 1 for path in [folder, *map(str, pathlib.Path(folder).parents)])


class Folder:
    """A new folder by a name that is short enough for sockets in it: Debian's clients cannot connect to a path of more
    than 107 bytes, so that a deep folder goes by a link in the folder for temporary files; one below a home that is
    closed to others is made there."""
    LONGEST = len('/peer/run/libvirt/libvirt-admin-sock-ro')

    def __init__(self, name, base):
        os.makedirs(base, exist_ok=True)
        if os.geteuid() == 0 and not is_open(base):
            base = tempfile.gettempdir()
        self.root = self.folder = tempfile.mkdtemp(prefix=name + '-', dir=base)
        self.links = None
        if len(os.fsencode(self.folder)) + self.LONGEST > 107:
            self.links = tempfile.mkdtemp(prefix='vireo-')
            os.chmod(self.links, 0o711)  # other users' daemons pass through
            self.root = os.path.join(self.links, 'ground')
            os.symlink(self.folder, self.root)

    def remove(self):
        shutil.rmtree(self.folder)
        if self.links:
            shutil.rmtree(self.links)


class Ground:
    """A folder for everything, and the end of everything."""

    def __init__(self, name):
        self.folder = Folder(name, os.path.join(BUILD, 'ground'))
        self.root = self.folder.root
        self.left = []

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def orphans(self):
        """Processes that lost their parent: the reaper's children but ourselves."""
        return [pid for pid in children(os.getppid()) if pid != os.getpid()] if REAPED else []

    def tell(self, lines=40):
        """The ends of all logs, for whoever reads of a failure: nothing of the ground is left afterwards."""
        for folder, _, names in os.walk(self.folder.folder):
            for name in sorted(names):
                if name.endswith('.log'):
                    path = os.path.join(folder, name)
                    with open(path, encoding='utf-8', errors='replace') as file:
                        text = ''.join(file.readlines()[-lines:])
                    print(f'--- {os.path.relpath(path, self.folder.folder)}\n{text}', file=sys.stderr)

    def close(self):
        for pid in children(os.getpid()) + self.orphans():
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                self.left.append(file.read().replace(b'\0', b' ').decode(errors='replace'))
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.orphans(), 'orphans end')
        self.folder.remove()


def connect(path):
    """A connected unix socket; the folder is reached through a descriptor, because socket addresses hold short paths."""
    folder = os.open(os.path.dirname(path) or '.', os.O_PATH | os.O_DIRECTORY)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(f'/proc/self/fd/{folder}/{os.path.basename(path)}')
    except OSError:
        connection.close()
        raise
    finally:
        os.close(folder)
    return connection


class Vireod:
    """vireod on a ground. The system instance unless session is asked for."""

    def __init__(self, ground, *options, session=False, config='', wait=True, env=None):
        self.ground = ground
        # Only root has a system's daemon.
        self.session = session = session or os.geteuid() != 0
        self.config = ground.path('vireod.conf')
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write(config)
        self.run = ground.path('session', 'run', 'libvirt') if session else ground.path('run', 'libvirt')
        self.socket = os.path.join(self.run, 'libvirt-sock')
        self.log = ground.path('vireod.log')
        command = [os.path.join(BUILD, 'src', 'daemon', 'vireod'), '--root', ground.root, '--config', self.config]
        command += (['--session'] if session else []) + list(options)
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=env or our_environment(), start_new_session=True)
        if wait:
            wait_until(self.answers, 'vireod listens')

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f'vireod ended with {self.process.returncode}: {self.words()}')
        # The file of a daemon that was killed stays: only a connection shows that somebody listens.
        try:
            connect(self.socket).close()
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def words(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(DEADLINE)

    def uri(self, driver='qemu', path=None):
        path = path or ('/session' if self.session else '/system')
        return f'{driver}+unix://{path}?socket={self.socket}'


class Result:
    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def __repr__(self):
        return f'status {self.status}\nstdout: {self.out}\nstderr: {self.err}'


def run(command, env=None, deadline=DEADLINE, text=None, cwd=None):
    process = subprocess.run(command, env=env or clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             input=text, stdin=None if text is not None else subprocess.DEVNULL, timeout=deadline,
                             text=True, errors='replace', cwd=cwd)
    return Result(process)


def peer_environment(ground=None, **more):
    """For Debian's own programs: their libraries, and a home of their own."""
    env = clean_environment(LD_LIBRARY_PATH=os.path.join(PEER, MULTIARCH), **more)
    if ground:
        for name in ('HOME', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'):
            env[name] = ground.path('home')
        os.makedirs(ground.path('home'), exist_ok=True)
    return env


def peer_virsh(ground, uri, *arguments, **options):
    return run([os.path.join(PEER, 'usr/bin/virsh'), '-c', uri, *arguments], env=peer_environment(ground), **options)


def peer_virt_admin(ground, uri, *arguments, **options):
    return run([os.path.join(PEER, 'usr/bin/virt-admin'), '-c', uri, *arguments], env=peer_environment(ground), **options)


def our_virsh(ground, uri, *arguments, **options):
    return run([os.path.join(BUILD, 'src', 'tools', 'virsh'), '-c', uri, *arguments], env=our_environment(ground), **options)


class Libvirtd:
    """Debian's libvirtd in a mount namespace of its own; needs root."""

    def __init__(self, ground, *options, wait=True, stdio_handler='file', qemu_conf=''):
        self.ground = ground
        self.state = ground.path('peer')
        self.socket = os.path.join(self.state, 'run', 'libvirt', 'libvirt-sock')
        self.log = ground.path('libvirtd.log')
        os.makedirs(os.path.join(self.state, 'etc', 'libvirt'), exist_ok=True)
        with open(os.path.join(self.state, 'etc', 'libvirt', 'libvirtd.conf'), 'w', encoding='utf-8') as file:
            file.write('auth_unix_rw = "none"\nauth_unix_ro = "none"\nlog_outputs = "3:stderr"\n')
        with open(os.path.join(self.state, 'etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('user = "root"\ngroup = "root"\ncgroup_controllers = [ ]\nnamespaces = [ ]\n'
                       f'stdio_handler = "{stdio_handler}"\nsecurity_driver = "none"\nremember_owner = 0\n' + qemu_conf)
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([os.path.join(TOP, 'tests', 'peer', 'namespace'), PEER, self.state,
                                             '/usr/sbin/libvirtd', *options], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=clean_environment(), start_new_session=True)
        if wait:
            wait_until(self.answers, 'libvirtd listens')

    def answers(self):
        if self.process.poll() is not None:
            with open(self.log, encoding='utf-8', errors='replace') as log:
                raise AssertionError(f'libvirtd ended with {self.process.returncode}: {log.read()}')
        # The socket is there before the drivers are: wait for the first answered call.
        return os.path.exists(self.socket) and peer_virsh(self.ground, self.uri(), 'uri').status == 0

    def uri(self, driver='qemu', path='/system'):
        return f'{driver}+unix://{path}?socket={self.socket}'

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(DEADLINE)


class Terminal:
    """A program on a terminal: type, and wait for what it prints."""

    def __init__(self, command, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)
        self.seen = ''
        self.ended = False

    def read(self, deadline):
        ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b''
        self.seen += data.decode('utf-8', 'replace')
        self.ended = not data
        return bool(data)

    def expect(self, pattern, deadline=DEADLINE):
        """Wait until pattern shows; what was seen before is consumed up to its end."""
        end = time.monotonic() + deadline
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if not self.read(end):
                raise AssertionError(f'{pattern!r} did not show; seen: {self.seen[-2000:]!r}')

    def type(self, text):
        os.write(self.fd, text.encode())

    def wake(self, prompt, deadline=DEADLINE):
        """Press Enter until the prompt shows: a terminal program that just switches to raw mode drops what was typed."""
        end = time.monotonic() + deadline
        while True:
            self.type('\n')
            try:
                return self.expect(prompt, deadline=2)
            except AssertionError:
                if self.ended or time.monotonic() > end:
                    raise

    def close(self, deadline=DEADLINE):
        """Wait for the program's end; its exit status."""
        end = time.monotonic() + deadline
        while self.read(end):
            pass
        if time.monotonic() > end:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def guest_xml(name, memory_mib=128, kind='qemu', more='', uuid=None, disk=None, devices='', guest=GUEST, machine='pc',
              memory=''):
    """A small Linux guest with its shell on the serial console."""
    identity = f'<uuid>{uuid}</uuid>' if uuid else ''
    drive = '' if not disk else f"""
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='{disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>"""
    return f"""<domain type='{kind}'>
  <name>{name}</name>{identity}
  {memory or f"<memory unit='MiB'>{memory_mib}</memory>"}
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='{machine}'>hvm</type>
    <kernel>{guest}/vmlinuz</kernel>
    <initrd>{guest}/initrd.gz</initrd>
    <cmdline>no_timer_check console=ttyS0 quiet</cmdline>
  </os>
  <features><acpi/></features>{more}
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>{drive}
    <serial type='pty'><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>{devices}
  </devices>
</domain>
"""


class GroundTest(unittest.TestCase):
    """A test case with a ground of its own that must be clean in the end."""

    def setUp(self):
        self.ground = Ground(self.id().split('.')[-1])
        self.addCleanup(self.leave)

    def leave(self):
        result = self._outcome.result
        if any(test is self for test, _ in result.failures + result.errors):
            self.ground.tell()
        self.ground.close()
        self.assertEqual(self.ground.left, [], 'processes were left behind')

    def daemon(self, *options, **keywords):
        daemon = Vireod(self.ground, *options, **keywords)
        self.addCleanup(daemon.stop)
        return daemon

    def ok(self, result):
        self.assertEqual(result.status, 0, result)
        return result.out

    def write(self, name, text):
        path = self.ground.path(name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path


class GuestTest(GroundTest):
    """A vireod with Debian's virsh on it, and the steps of a guest's life."""
    session = os.geteuid() != 0

    def start_daemon(self):
        return self.daemon(session=self.session)

    def setUp(self):
        super().setUp()
        self.vireod = self.start_daemon()
        self.uri = self.vireod.uri(path='/session' if self.session else '/system')
        self.disk = self.ground.path('disk.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', self.disk, '16M'], check=True)

    def virsh(self, *words, **options):
        return peer_virsh(self.ground, self.uri, *words, **options)

    def define(self, name='web', **keywords):
        xml = self.write(f'{name}.xml', guest_xml(name, **keywords))
        return self.ok(self.virsh('define', xml))

    def state(self, name='web'):
        return self.ok(self.virsh('domstate', name)).strip()

    def console(self, name='web'):
        terminal = Terminal(
            [os.path.join(PEER, 'usr/bin/virsh'), '-c', self.uri, 'console', name],
            peer_environment(self.ground, TERM='dumb'))
        terminal.expect('Escape character')
        return terminal

    def in_shell(self, command, pattern, name='web', deadline=DEADLINE):
        """Type a command into the guest's shell, once there is one; what matched in its answer."""
        terminal = self.console(name)
        try:
            terminal.wake('guest# ', deadline)
            terminal.type(command + '\n')
            return terminal.expect(pattern)
        finally:
            terminal.type('\x1d')
            terminal.close()

    def boot(self, name='web', **keywords):
        self.define(name, **keywords)
        self.ok(self.virsh('start', name))
        self.addCleanup(lambda: self.virsh('destroy', name))
        self.in_shell('echo up-$((40 + 2))', r'up-42', name, 3 * DEADLINE)

    def admin(self):
        return f'libvirtd:///{"session" if self.session else "system"}?socket={self.vireod.run}/libvirt-admin-sock'

    def run_folder(self):
        """Where the QEMU driver keeps what lives as long as the host is up."""
        return os.path.join(self.vireod.run, 'qemu', 'run') if self.session else os.path.join(self.vireod.run, 'qemu')

    def qemu_pid(self, name):
        with open(os.path.join(self.run_folder(), name + '.pid'), encoding='ascii') as file:
            return int(file.read())


def needs_root(test):
    return unittest.skipUnless(os.geteuid() == 0, 'needs root')(test)


def below_reaper():
    """Fork: the parent becomes the reaper of all orphans and ends with the child's status; the child goes on."""
    global REAPED
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        REAPED = True
        return
    status = None
    while True:
        try:
            pid, ended = os.waitpid(-1, 0)
        except ChildProcessError:
            break
        if pid == child:
            status = os.waitstatus_to_exitcode(ended)
            for orphan in children(os.getpid()):
                os.kill(orphan, signal.SIGKILL)
    os._exit(status if status is not None and status >= 0 else 1)


def main():
    """Run the module's tests; the last line says how many, for whoever counts."""
    below_reaper()
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    failed = len({test.id() for test, _ in result.failures + result.errors})
    print(f'{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped')
    sys.exit(1 if failed else 0)
