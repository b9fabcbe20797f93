"""What the tests of virtlogd and virtlockd share: the daemon as a process, ours or Debian's, and talking to it."""
import array
import os
import shutil
import signal
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'wire'), os.path.join(HERE, '..', 'e2e')]
import support  # noqa: E402
import wire  # noqa: E402

FOLDERS = {'virtlogd': 'logd', 'virtlockd': 'lockd'}


def ours(name):
    return os.path.join(support.BUILD, 'src', FOLDERS[name], name)


class Manager:
    """virtlogd or virtlockd on a ground; `peer`: Debian's, in a mount namespace of its own."""

    def __init__(self, ground, name, *options, peer=False, config='', wait=True, program=None, prefix=(), env=None):
        self.ground, self.name, self.peer = ground, name, peer
        self.config = ground.path(name + '.conf')
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write(config)
        self.root = ground.path('peer') if peer else ground.root
        self.run = os.path.join(self.root, 'run', 'libvirt')
        self.socket = os.path.join(self.run, name + '-sock')
        self.admin = os.path.join(self.run, name + '-admin-sock')
        self.log = ground.path(name + '.err')
        if peer:
            command = [os.path.join(support.TOP, 'tests', 'peer', 'namespace'), support.PEER, self.root,
                       program or '/usr/sbin/' + name, '-f', self.config, *options]
        else:
            command = [*prefix, program or ours(name), '--root', ground.root, '-f', self.config, *options]
        os.makedirs(self.run, exist_ok=True)
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=env or support.clean_environment(), start_new_session=True)
        if wait:
            support.wait_until(self.answers, name + ' listens')

    def answers(self):
        if self.process.poll() is not None:
            with open(self.log, encoding='utf-8', errors='replace') as log:
                raise AssertionError(f'{self.name} ended with {self.process.returncode}: {log.read()}')
        try:
            self.connect().close()
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def connect(self):
        return Caller(self.socket, self.name)

    @property
    def pid(self):
        return self.process.pid

    def restart(self):
        """Become another program under the same number, and answer again."""
        self.process.send_signal(signal.SIGUSR1)

    def restart_and_wait(self):
        """Until the next program has written its pid file: valgrind loses what signals come in between."""
        path = os.path.join(self.root, 'run', self.name + '.pid')
        before = os.stat(path).st_mtime_ns
        self.restart()
        support.wait_until(lambda: os.path.exists(path) and os.stat(path).st_mtime_ns != before, 'the next program runs',
                           deadline=300)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(support.DEADLINE)


class Caller(wire.Connection):
    """A client of one of the two programs."""
    PROGRAMS = {'virtlogd': 0x87539319, 'virtlockd': 0x0ea7beef}

    def __init__(self, path, name):
        super().__init__(path)
        self.program = self.PROGRAMS[name]

    def ask(self, procedure, payload=b''):
        return self.call(procedure, payload, self.program)

    def ask_fd(self, procedure, payload=b''):
        """A call whose answer brings a descriptor: the rest of the answer, and it."""
        serial = self.start(procedure, payload, self.program)
        message = self.reply(serial)
        if message.status == wire.ERROR:
            raise wire.Refused(message.body)
        assert message.kind == wire.REPLY_WITH_FDS, message
        reader = message.reader()
        assert reader.uint() == 1
        return reader, self.receive_fd()

    def receive_fd(self):
        data, ancillary, _flags, _address = self.sock.recvmsg(1, socket.CMSG_SPACE(4))
        assert data == b'\0', data
        (level, kind, content), = ancillary
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        return array.array('i', content[:4])[0]


def sanitized(name):
    with open(ours(name), 'rb') as file:
        return b'__asan_init' in file.read()


class ManagerTest(support.GroundTest):
    NAME = None
    PEER = False

    def manager(self, *options, **keywords):
        manager = Manager(self.ground, self.NAME, *options, peer=keywords.pop('peer', self.PEER), **keywords)
        self.addCleanup(manager.stop)
        return manager

    def watched(self, round_of_everything):
        """Run it against a daemon that valgrind watches: nothing foreign is read or written, nothing is lost."""
        if not shutil.which('valgrind'):
            self.skipTest('needs valgrind')
        if sanitized(self.NAME):
            self.skipTest('a sanitizer looks already')
        log = self.ground.path('valgrind.log')
        manager = self.manager(wait=False, prefix=['valgrind', '--leak-check=full', '--show-leak-kinds=definite',
                                                   '--errors-for-leak-kinds=definite', '--error-exitcode=99',
                                                   '--trace-children=yes', f'--log-file={log}'],
                               env=support.clean_environment(G_SLICE='always-malloc'))
        support.wait_until(manager.answers, 'the daemon listens', deadline=300)
        round_of_everything(manager)
        manager.process.terminate()
        with open(log, encoding='utf-8') as file:
            self.assertEqual(manager.process.wait(300), 0, file.read())

    def activated(self):
        """Sockets from a service manager: served, and left in place."""
        listeners = []
        for name in (self.NAME + '-sock', self.NAME + '-admin-sock'):
            listener = socket.socket(socket.AF_UNIX)
            here = os.open(self.ground.root, os.O_PATH)
            listener.bind(f'/proc/self/fd/{here}/{name}')
            os.close(here)
            listener.listen()
            listeners.append(listener)
        env = support.clean_environment(LISTEN_FDS='2', LISTEN_FDNAMES=f'{self.NAME}.socket:{self.NAME}-admin.socket')

        def hand_over():
            high = [os.dup2(listener.fileno(), 100 + i) for i, listener in enumerate(listeners)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
        with open(self.ground.path('activated.err'), 'ab') as log:
            process = subprocess.Popen(['/bin/sh', '-c', 'exec env LISTEN_PID=$$ "$@"', 'sh', ours(self.NAME), '--root',
                                        self.ground.root], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       preexec_fn=hand_over, pass_fds=(3, 4))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        path = self.ground.path(self.NAME + '-sock')
        before = Caller(path, self.NAME)
        with self.assertRaises(wire.Refused):
            before.ask(99)
        process.send_signal(signal.SIGUSR1)
        with self.assertRaises(wire.Refused):
            before.ask(99)
        with self.assertRaises(wire.Refused):
            Caller(path, self.NAME).ask(99)
        process.terminate()
        self.assertEqual(process.wait(support.DEADLINE), 0)
        self.assertTrue(os.path.exists(path))

    def refused(self, what, words, code=None):
        with self.assertRaises(wire.Refused) as caught:
            what()
        self.assertIn(words, caught.exception.message)
        if code:
            self.assertEqual(caught.exception.code, code)
