"""What the tests of virtlogd and virtlockd share: the daemon as a process, ours or Debian's, and talking to it."""
import array
import os
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


class ManagerTest(support.GroundTest):
    NAME = None
    PEER = False

    def manager(self, *options, **keywords):
        manager = Manager(self.ground, self.NAME, *options, peer=keywords.pop('peer', self.PEER), **keywords)
        self.addCleanup(manager.stop)
        return manager

    def refused(self, what, words, code=None):
        with self.assertRaises(wire.Refused) as caught:
            what()
        self.assertIn(words, caught.exception.message)
        if code:
            self.assertEqual(caught.exception.code, code)
