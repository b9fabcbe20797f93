#!/usr/bin/env python3
"""A hostile peer: mutated messages against a running vireod, which must not fall, leak or keep others waiting.

VIREO_MUTANTS says how many (default 4,000; 200,000 when VIREO_LONG is set), VIREO_SEED which. At least half of the
mutants have a valid frame and header, so that they reach the decoders; the test counts and checks that.
"""
import os
import random
import select
import struct
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'e2e'))
import support  # noqa: E402
import wire  # noqa: E402
from wire import Connection, maybe, packet, string, uint  # noqa: E402

COUNT = int(os.environ.get('VIREO_MUTANTS', '200000' if os.environ.get('VIREO_LONG') else '4000'))
SEED = int(os.environ.get('VIREO_SEED', '20251122'))
REMOTE_LAST, QEMU_LAST, ADMIN_LAST = 446, 7, 19
GROWTH_MAX = 96 * 1024  # KiB of resident memory that all mutants together may cost
BATCH = 50
CALLS = 446 - 52 + 6 + 1 - 3  # procedures less events, of the remote, qemu and lxc programs, less what is left out
EDGES = (0, 1, 2, 3, 4, 7, 16, 255, 256, 4096, 65535, 65536, 4194304, 4194305, 0x7fffffff, 0x80000000, 0xffffffff)

# Opening and closing would only make the rest shorter; the host stays awake even if a driver takes that call.
NODE_SUSPEND = 250
LEFT_OUT = {wire.OPEN, wire.CLOSE, NODE_SUSPEND}


class Mutants:
    def __init__(self, seed, entry):
        self.random = random.Random(seed)
        self.domain = wire.domain(entry)
        self.serial = 0

    def word(self):
        r = self.random
        return uint(r.choice(EDGES) if r.random() < 0.5 else r.getrandbits(32))

    def text(self):
        r = self.random
        choice = r.randrange(6)
        if choice == 0:
            return string('test')
        if choice == 1:
            return string(bytes(r.getrandbits(8) for _ in range(r.randrange(40))))
        if choice == 2:
            return uint(r.choice(EDGES)) + b'abcd'
        if choice == 3:
            return string('<domain type="test"><name>m%d</name><memory>%d</memory></domain>' % (r.randrange(5), r.randrange(9999)))
        return string('x' * r.randrange(300))

    def value(self):
        """Something that one of the procedures may take at this place."""
        r = self.random
        choice = r.randrange(10)
        if choice < 3:
            return self.domain
        if choice < 5:
            return self.text()
        if choice == 5:
            return maybe(r.choice((None, self.text(), self.domain)))
        if choice == 6:
            return bytes(r.getrandbits(8) for _ in range(16))
        if choice == 7:
            return uint(1) + self.text() + uint(r.randrange(9)) + self.word()
        if choice == 8:
            return uint(r.randrange(4)) + b''.join(self.word() for _ in range(r.randrange(4)))
        return self.word()

    def payload(self):
        r = self.random
        data = bytearray(b''.join(self.value() for _ in range(r.randrange(6))))
        for _ in range(r.choice((0, 0, 1, 2, 8))):
            if not data:
                break
            at = r.randrange(len(data))
            how = r.randrange(4)
            if how == 0:
                data[at] ^= 1 << r.randrange(8)
            elif how == 1:
                data[at:at + 4] = self.word()
            elif how == 2:
                del data[at:]
            else:
                data[at:at] = self.value()
        return bytes(data)

    def procedure(self):
        r = self.random
        while True:
            program, last = r.choice(((wire.REMOTE, REMOTE_LAST),) * 8 + ((wire.QEMU, QEMU_LAST), (wire.LXC, 1)))
            number = r.randint(1, last)
            if program != wire.REMOTE or number not in LEFT_OUT:
                return program, number

    def good_header(self):
        """A frame and a header that pass, with a payload that may not."""
        program, number = self.procedure()
        kind = self.random.choice((wire.CALL,) * 16 + (wire.STREAM, wire.STREAM_HOLE, wire.EVENT))
        status = wire.OK if kind == wire.CALL else self.random.randrange(3)
        self.serial += 1
        return packet(program, number, self.payload(), kind=kind, serial=self.serial, status=status)

    def bad_header(self):
        data = bytearray(packet(*self.procedure(), self.payload()))
        for _ in range(self.random.randint(1, 3)):
            at = 4 * self.random.randint(1, 6)
            data[at:at + 4] = self.word()
        if data[12:16] in [uint(n) for n in LEFT_OUT]:
            data[12:16] = uint(wire.GET_TYPE)
        if data[16:20] in (uint(wire.CALL_WITH_FDS), uint(wire.REPLY_WITH_FDS)):
            data[16:20] = uint(wire.REPLY)
        return bytes(data)

    def bad_frame(self):
        """The connection is lost to it."""
        r = self.random
        how = r.randrange(4)
        if how == 0:
            return packet(*self.procedure(), self.payload(), length=r.choice(EDGES))
        if how == 1:
            return packet(*self.procedure(), uint(r.choice(EDGES)), kind=wire.CALL_WITH_FDS) + b'\0' * r.randrange(40)
        if how == 2:
            return bytes(r.getrandbits(8) for _ in range(r.randrange(200)))
        data = packet(*self.procedure(), self.payload())
        return data[:r.randrange(len(data))]


class Peer:
    """The connection that the mutants go through, and what comes back."""

    MARKER = 0xfffffff0

    def __init__(self, path):
        self.path = path
        self.connection = None
        self.buffer = bytearray()
        self.answers = {}  # error code (0: success) -> how many
        self.reached = set()  # (program, procedure) whose decoder has run
        self.marked = False

    def open(self):
        if not self.connection:
            self.connection = Connection(self.path).open()
            self.buffer.clear()
        return self.connection

    def drop(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def receive(self):
        data = self.connection.sock.recv(1 << 20)
        if not data:
            raise EOFError
        self.buffer += data
        at = 0
        while len(self.buffer) - at >= 4:
            length = struct.unpack_from('>I', self.buffer, at)[0]
            assert 28 <= length <= 4 + wire.MESSAGE_MAX, f'a packet of {length} bytes'
            if len(self.buffer) - at < length:
                break
            self.take(wire.Message(bytes(self.buffer[at + 4:at + length])))
            at += length
        del self.buffer[:at]

    def take(self, message):
        if message.kind == wire.REPLY:
            refused = wire.Refused(message.body) if message.status == wire.ERROR else None
            code = refused.code if refused else 0
            if not refused or not refused.message.startswith(('unknown procedure', 'Cannot find program')):
                self.reached.add((message.program, message.procedure))
            self.answers[code] = self.answers.get(code, 0) + 1
        self.marked = self.marked or message.serial == self.MARKER

    def send(self, data):
        """Writes all, reading meanwhile: a peer that does not read is not read from."""
        sock = self.open().sock
        at = 0
        while at < len(data):
            readable, writable, _ = select.select([sock], [sock], [], support.DEADLINE)
            assert readable or writable, 'the daemon neither reads nor writes'
            if readable:
                self.receive()
            if writable:
                at += sock.send(data[at:at + 65536])

    def finish(self):
        """When this returns the daemon has looked at everything that was sent before."""
        self.marked = False
        self.send(packet(wire.REMOTE, wire.GET_LIB_VERSION, serial=self.MARKER))
        while not self.marked:
            self.receive()


class Mutator(support.GroundTest):
    def resident(self):
        with open(f'/proc/{self.vireod.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS:'))

    def batch(self, mutants, peer):
        """BATCH mutants with good headers and as many bad ones as fit; counts of both."""
        peer.send(b''.join(mutants.good_header() for _ in range(BATCH)))
        peer.send(b''.join(mutants.bad_header() for _ in range(BATCH // 2)))
        peer.finish()
        for _ in range(4):
            try:
                peer.send(mutants.bad_frame())
            except OSError:
                pass
            peer.drop()
        return BATCH, BATCH // 2 + 4

    def test_mutants(self):
        print(f'seed {SEED}, {COUNT} mutants', file=sys.stderr)
        # A sanitizer keeps freed memory for a while, 256 MiB of it unless told otherwise: that is no growth of ours.
        env = support.our_environment(ASAN_OPTIONS='quarantine_size_mb=16')
        self.vireod = self.daemon(config='log_outputs = "4:stderr"\n', env=env)
        other = Connection(self.vireod.socket)
        other.open()
        self.addCleanup(other.close)
        mutants, peer = Mutants(SEED, other.domains()[0]), Peer(self.vireod.socket)
        good = bad = 0
        warm = None
        while good + bad < COUNT:
            try:
                g, b = self.batch(mutants, peer)
            except (EOFError, ConnectionError) as error:
                self.assertIsNone(self.vireod.process.poll(), self.vireod.words())
                raise AssertionError(f'a mutant with a whole frame cost the connection after {good + bad}') from error
            good, bad = good + g, bad + b
            self.assertEqual(other.lib_version(), 9010000, 'another client is served')
            self.assertIsNone(self.vireod.process.poll(), self.vireod.words())
            if warm is None and good + bad >= COUNT // 4:
                warm = self.resident()
        self.assertGreaterEqual(2 * good, good + bad, 'half of the mutants reach the decoders')
        self.assertLess(self.resident() - warm, GROWTH_MAX, 'KiB more than after a quarter of the mutants')
        other.domains()
        if COUNT >= 20000:
            self.assertGreaterEqual(len(peer.reached), CALLS, 'every decoder was reached')
        peer.drop()
        self.assertEqual(self.vireod.stop(), 0, self.vireod.words())
        print(f'{good} with a valid header, {bad} without, {len(peer.reached)} procedures; answers by code: {sorted(peer.answers.items())}', file=sys.stderr)


if __name__ == '__main__':
    support.main()
