#!/usr/bin/env python3
"""vireod seen from the wire: handshake, errors, framing, descriptors, keepalive, events, limits, the admin program."""
import array
import os
import resource
import select
import socket
import struct
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'e2e'))
import support  # noqa: E402
import wire  # noqa: E402
from wire import Connection, Refused, maybe, packet, string, uint  # noqa: E402

ERR_INTERNAL, ERR_INVALID_ARG, ERR_DENIED, ERR_RPC, ERR_NO_DOMAIN, ERR_AUTH = 1, 8, 29, 39, 42, 45
FROM_RPC = 7


class WireTest(support.GroundTest):
    config = ''

    def setUp(self):
        super().setUp()
        self.vireod = self.daemon(config=self.config)
        self.admin_socket = os.path.join(self.vireod.run, 'libvirt-admin-sock')

    def connect(self, name='libvirt-sock'):
        connection = Connection(os.path.join(self.vireod.run, name))
        self.addCleanup(connection.close)
        return connection

    def refused(self, code, *call, domain=FROM_RPC, **more):
        connection, *arguments = call
        with self.assertRaises(Refused) as caught:
            connection.call(*arguments, **more)
        self.assertEqual((caught.exception.code, caught.exception.domain), (code, domain), caught.exception)
        return caught.exception.message

    def status(self, field):
        """A number of /proc/PID/status."""
        with open(f'/proc/{self.vireod.process.pid}/status', encoding='ascii') as file:
            for line in file:
                if line.startswith(field + ':'):
                    return int(line.split()[1])
        raise KeyError(field)

    def count_fds(self):
        return len(os.listdir(f'/proc/{self.vireod.process.pid}/fd'))


class Handshake(WireTest):
    def test_open_ask_close(self):
        c = self.connect()
        self.assertEqual(c.call(wire.AUTH_LIST).data, uint(1, 0), 'one type, none')
        self.assertEqual(c.call(wire.SUPPORTS_FEATURE, uint(10)).int(), 1, 'keepalive before open')
        self.assertEqual(c.call(wire.OPEN, maybe(string('test:///default')) + uint(0)).data, b'')
        for feature in (14, 15, 8, 16):
            self.assertEqual(c.call(wire.SUPPORTS_FEATURE, uint(feature)).int(), 1, f'feature {feature}')
        self.assertEqual(c.call(wire.SUPPORTS_FEATURE, uint(4711)).int(), 0)
        self.assertEqual(c.call(wire.GET_TYPE).string().lower(), 'test')
        self.assertEqual(c.call(wire.GET_URI).string(), 'test:///default')
        self.assertEqual(c.lib_version(), 9010000)
        self.assertEqual([name for name, _, _ in c.domains()], ['test'])
        c.call(wire.CLOSE)
        self.assertTrue(c.ended())

    def test_open_twice(self):
        c = self.connect().open()
        self.refused(ERR_INTERNAL, c, wire.OPEN, maybe(string('test:///default')) + uint(0))
        self.assertEqual(c.lib_version(), 9010000)

    def test_open_nobody_takes_it(self):
        c = self.connect()
        with self.assertRaises(Refused) as caught:
            c.open('nosuch:///system')
        self.assertEqual(caught.exception.code, 5, caught.exception)
        self.assertIsNotNone(c.open('test:///default'), 'another try is allowed')

    def test_authentication_is_not_offered(self):
        c = self.connect()
        self.refused(ERR_AUTH, c, wire.AUTH_SASL_INIT)
        self.refused(ERR_AUTH, c, wire.AUTH_POLKIT)

    def test_readonly_socket(self):
        c = self.connect('libvirt-sock-ro').open()
        entry = c.domains()[0]
        with self.assertRaises(Refused) as caught:
            c.call(wire.DOMAIN_SUSPEND, wire.domain(entry))
        self.assertEqual(caught.exception.code, ERR_DENIED, caught.exception)
        self.assertIn('read only access prevents', caught.exception.message)

    def test_readonly_flag(self):
        c = self.connect().open(flags=1)
        with self.assertRaises(Refused) as caught:
            c.call(wire.DOMAIN_SUSPEND, wire.domain(c.domains()[0]))
        self.assertEqual(caught.exception.code, ERR_DENIED)

    def test_sockets_are_private(self):
        self.assertEqual(os.stat(self.vireod.socket).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(self.vireod.socket + '-ro').st_mode & 0o777, 0o777)
        self.assertEqual(os.stat(self.admin_socket).st_mode & 0o777, 0o700)


class Identity(WireTest):
    def test_set(self):
        c = self.connect().open()
        c.call(wire.SET_IDENTITY, uint(2) + string('user-name') + uint(7) + string('joe') +
               string('unix-user-id') + uint(4) + uint(0, 1000) + uint(0))
        self.assertEqual(c.lib_version(), 9010000)

    def test_refused(self):
        c = self.connect().open()
        for params in (uint(1) + string('nonsense') + uint(7) + string('joe'),
                       uint(1) + string('user-name') + uint(1, 5),
                       uint(2) + 2 * (string('user-name') + uint(7) + string('joe')),
                       uint(1) + string('unix-user-id') + uint(4) + uint(1, 0)):
            with self.assertRaises(Refused) as caught:
                c.call(wire.SET_IDENTITY, params + uint(0))
            self.assertEqual(caught.exception.code, ERR_INVALID_ARG, caught.exception)

    def test_readonly(self):
        c = self.connect('libvirt-sock-ro').open()
        with self.assertRaises(Refused) as caught:
            c.call(wire.SET_IDENTITY, uint(0, 0))
        self.assertEqual(caught.exception.code, ERR_DENIED)


class Errors(WireTest):
    def test_program_version_procedure_status(self):
        c = self.connect().open()
        for kind, more in (('program', {'program': 0x12345678}), ('version', {'version': 2}),
                           ('status', {'status': wire.ERROR}), ('status', {'status': wire.CONTINUE}),
                           ('admin program', {'program': wire.ADMIN})):
            with self.subTest(kind=kind):
                self.refused(ERR_RPC, c, wire.GET_LIB_VERSION, **more)
        for procedure in (0, -1, 9999, wire.EVENT_LIFECYCLE, wire.EVENT_CALLBACK_LIFECYCLE):
            with self.subTest(procedure=procedure):
                self.refused(ERR_RPC, c, procedure)
        self.assertEqual(c.lib_version(), 9010000)

    def test_payload(self):
        c = self.connect().open()
        for what, payload in (('none', b''), ('short', uint(10) + b'abc'), ('too long', uint(0xffffffff)),
                              ('over the limit', uint(4194305) + b'x' * 8)):
            with self.subTest(what=what):
                self.refused(ERR_RPC, c, wire.DOMAIN_LOOKUP_BY_NAME, payload)
        self.assertEqual(c.lib_version(), 9010000)

    def test_extra_bytes_are_ignored(self):
        c = self.connect().open()
        self.assertEqual(c.call(wire.GET_LIB_VERSION, b'more than enough').hyper(), 9010000)
        self.assertEqual(c.call(wire.DOMAIN_LOOKUP_BY_NAME, string('test') + b'xyz1').domain()[0], 'test')

    def test_before_open(self):
        c = self.connect()
        for procedure in (wire.GET_LIB_VERSION, wire.GET_TYPE, wire.GET_URI):
            self.refused(ERR_INTERNAL, c, procedure)
        self.refused(ERR_INTERNAL, c, wire.EVENT_CALLBACK_REGISTER_ANY, uint(0) + maybe(None))
        c.open()
        self.assertEqual(c.lib_version(), 9010000)

    def test_what_is_no_call_gets_no_answer(self):
        c = self.connect().open()
        for kind in (wire.REPLY, wire.EVENT, 7, 99, -1):
            c.send(packet(wire.REMOTE, wire.GET_LIB_VERSION, kind=kind, serial=77))
        c.send(packet(wire.REMOTE, 201, b'late data', kind=wire.STREAM, status=wire.CONTINUE, serial=78))
        c.send(packet(wire.REMOTE, 201, uint(0, 5, 0), kind=wire.STREAM_HOLE, status=wire.CONTINUE, serial=79))
        serial = c.start(wire.GET_LIB_VERSION)
        self.assertEqual(c.receive().serial, serial)
        self.assertEqual(c.events, [])

    def test_error_of_a_driver(self):
        c = self.connect().open()
        with self.assertRaises(Refused) as caught:
            c.call(wire.DOMAIN_LOOKUP_BY_NAME, string('nope'))
        self.assertEqual((caught.exception.code, caught.exception.level), (ERR_NO_DOMAIN, 2))
        self.assertTrue(caught.exception.message.startswith('Domain not found'), caught.exception.message)


class Framing(WireTest):
    def test_bad_lengths_cost_the_connection(self):
        other = self.connect().open()
        for length in (0, 3, 4, 27, wire.MESSAGE_MAX + 5, 0x7fffffff, 0x80000000, 0xffffffff):
            with self.subTest(length=length):
                c = self.connect().open()
                c.send(packet(wire.REMOTE, wire.GET_LIB_VERSION, length=length))
                self.assertTrue(c.ended())
                self.assertEqual(other.lib_version(), 9010000)

    def test_who_is_not_in_yet_gets_less_room(self):
        c = self.connect()
        c.send(uint(1 << 20))
        self.assertTrue(c.ended())

    def test_promised_bytes_cost_no_memory(self):
        before = self.status('VmRSS')
        for _ in range(50):
            c = self.connect().open()
            c.send(uint(wire.MESSAGE_MAX + 4) + b'x' * 1000)
        self.assertLess(self.status('VmRSS') - before, 50 * 1024, 'KiB for 50 promises of 32 MiB')

    def test_byte_by_byte(self):
        c = self.connect()
        for data in (packet(wire.REMOTE, wire.AUTH_LIST, serial=1),
                     packet(wire.REMOTE, wire.OPEN, maybe(string('test:///default')) + uint(0), serial=2),
                     packet(wire.REMOTE, wire.DOMAIN_LOOKUP_BY_NAME, string('test'), serial=3)):
            for i in range(len(data)):
                c.send(data[i:i + 1])
            self.assertEqual(c.receive().status, wire.OK)

    def test_many_at_once(self):
        c = self.connect().open()
        c.send(b''.join(packet(wire.REMOTE, wire.GET_LIB_VERSION, serial=i) for i in range(1000, 1200)))
        self.assertEqual(sorted(c.receive().serial for _ in range(200)), list(range(1000, 1200)))

    def test_a_large_packet(self):
        c = self.connect().open()
        c.serial += 1
        c.send(packet(wire.REMOTE, wire.DOMAIN_LOOKUP_BY_NAME, string('x' * 4194304), serial=c.serial))
        self.assertEqual(c.reply(c.serial).status, wire.ERROR)
        self.assertEqual(c.lib_version(), 9010000)

    def test_gone_in_the_middle(self):
        other = self.connect().open()
        for n in (1, 4, 20, 28, 30):
            c = self.connect().open()
            c.send(packet(wire.REMOTE, wire.DOMAIN_LOOKUP_BY_NAME, string('test'))[:n])
            c.close()
        self.assertEqual(other.lib_version(), 9010000)


class Descriptors(WireTest):
    def setUp(self):
        super().setUp()
        self.null = os.open('/dev/null', os.O_RDWR)
        self.addCleanup(os.close, self.null)

    def with_fds(self, connection, n, promised=None, procedure=wire.GET_LIB_VERSION):
        connection.serial += 1
        data = packet(wire.REMOTE, procedure, uint(n if promised is None else promised), kind=wire.CALL_WITH_FDS,
                      serial=connection.serial)
        connection.send_fds(data, [self.null] * n)
        return connection.serial

    def test_unwanted_ones_are_closed(self):
        c = self.connect().open()
        before = self.count_fds()
        for n in (0, 1, 2, 32):
            message = c.reply(self.with_fds(c, n))
            self.assertEqual((message.kind, message.status), (wire.REPLY, wire.OK))
        self.assertEqual(c.lib_version(), 9010000)
        self.assertLessEqual(self.count_fds(), before)

    def test_more_calls_behind(self):
        c = self.connect().open()
        first = self.with_fds(c, 2)
        second = c.start(wire.GET_LIB_VERSION)
        third = self.with_fds(c, 1)
        self.assertEqual({c.receive().serial for _ in range(3)}, {first, second, third})

    def test_too_many(self):
        c = self.connect().open()
        self.with_fds(c, 0, promised=33)
        self.assertTrue(c.ended())

    def test_bytes_without_descriptors(self):
        c = self.connect().open()
        self.with_fds(c, 0, promised=2)
        c.send(b'\0\0')
        self.assertTrue(c.ended())

    def test_no_count(self):
        c = self.connect().open()
        c.send(packet(wire.REMOTE, wire.GET_LIB_VERSION, kind=wire.CALL_WITH_FDS))
        self.assertTrue(c.ended())

    def test_inside_a_packet(self):
        c = self.connect().open()
        before = self.count_fds()
        data = packet(wire.REMOTE, wire.DOMAIN_LOOKUP_BY_NAME, string('test'))
        c.sock.sendmsg([data[:20]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [self.null]))])
        c.send(data[20:])
        self.assertTrue(c.ended())
        support.wait_until(lambda: self.count_fds() < before, 'descriptors are closed')

    def test_several_on_one_byte(self):
        c = self.connect().open()
        c.send(packet(wire.REMOTE, wire.GET_LIB_VERSION, uint(2), kind=wire.CALL_WITH_FDS))
        c.sock.sendmsg([b'\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [self.null] * 2))])
        self.assertTrue(c.ended())

    def test_gone_before_they_came(self):
        self.connect().open()
        before = self.count_fds()
        c = self.connect().open()
        c.send_fds(packet(wire.REMOTE, wire.GET_LIB_VERSION, uint(5), kind=wire.CALL_WITH_FDS), [self.null] * 3)
        c.close()
        support.wait_until(lambda: self.count_fds() <= before, 'descriptors are closed')


class Keepalive(WireTest):
    config = 'keepalive_interval = 1\nkeepalive_count = 2\n'

    def test_ping_is_answered(self):
        c = self.connect()
        c.send(packet(wire.KEEPALIVE, 1, kind=wire.EVENT, serial=0))
        pong = c.receive()
        self.assertEqual((pong.program, pong.version, pong.procedure, pong.kind, pong.serial, pong.status, pong.body),
                         (wire.KEEPALIVE, 1, 2, wire.EVENT, 0, wire.OK, b''))

    def test_who_answers_stays(self):
        c = self.connect()
        c.call(wire.SUPPORTS_FEATURE, uint(10))
        c.open()
        for _ in range(4):
            ping = c.receive()
            self.assertEqual((ping.program, ping.procedure, ping.kind, ping.body), (wire.KEEPALIVE, 1, wire.EVENT, b''))
            c.send(packet(wire.KEEPALIVE, 2, kind=wire.EVENT, serial=0))
        self.assertEqual(c.lib_version(), 9010000)

    def test_who_is_silent_goes(self):
        silent, unasked = self.connect().open(), self.connect().open()
        silent.call(wire.SUPPORTS_FEATURE, uint(10))
        pings = []
        with self.assertRaises(EOFError):
            while True:
                pings.append(silent.receive())
        self.assertEqual([p.procedure for p in pings], [1, 1], 'two pings, then the end')
        self.assertEqual(unasked.lib_version(), 9010000)
        self.assertEqual(unasked.events, [], 'nobody pings who did not ask')


class Events(WireTest):
    def lifecycle(self, message, with_id=None):
        r = message.reader()
        if with_id is not None:
            self.assertEqual(r.int(), with_id)
        self.assertEqual(r.domain()[0], 'test')
        return r.int(), r.int()

    def test_callback_form(self):
        listener, actor = self.connect().open(), self.connect().open()
        entry = actor.domains()[0]
        number = listener.call(wire.EVENT_CALLBACK_REGISTER_ANY, uint(0) + maybe(None)).int()
        only = listener.call(wire.EVENT_CALLBACK_REGISTER_ANY, uint(0) + maybe(wire.domain(entry))).int()
        self.assertNotEqual(number, only)
        listener.call(wire.DOMAIN_SUSPEND, wire.domain(entry))
        got = [listener.event(wire.EVENT_CALLBACK_LIFECYCLE) for _ in range(2)]
        self.assertEqual({struct.unpack('>i', m.body[:4])[0] for m in got}, {number, only})
        self.assertEqual(self.lifecycle(got[0], struct.unpack('>i', got[0].body[:4])[0])[0], 3, 'suspended')
        listener.call(wire.EVENT_CALLBACK_DEREGISTER_ANY, uint(only))
        listener.call(wire.DOMAIN_RESUME, wire.domain(entry))
        self.assertEqual(self.lifecycle(listener.event(wire.EVENT_CALLBACK_LIFECYCLE), number)[0], 4, 'resumed')
        listener.call(wire.EVENT_CALLBACK_DEREGISTER_ANY, uint(number))
        with self.assertRaises(Refused):
            listener.call(wire.EVENT_CALLBACK_DEREGISTER_ANY, uint(number))
        listener.call(wire.DOMAIN_SUSPEND, wire.domain(entry))
        listener.lib_version()
        self.assertEqual(listener.events, [])

    def test_oldest_form(self):
        c = self.connect().open()
        self.assertEqual(c.call(wire.EVENT_REGISTER).int(), 0)
        with self.assertRaises(Refused):
            c.call(wire.EVENT_REGISTER)
        c.call(wire.DOMAIN_SUSPEND, wire.domain(c.domains()[0]))
        self.assertEqual(self.lifecycle(c.event(wire.EVENT_LIFECYCLE))[0], 3)
        self.assertEqual(c.call(wire.EVENT_DEREGISTER).int(), 0)
        with self.assertRaises(Refused):
            c.call(wire.EVENT_DEREGISTER)

    def test_old_form(self):
        c = self.connect().open()
        self.assertEqual(c.call(wire.EVENT_REGISTER_ANY, uint(0)).data, b'')
        with self.assertRaises(Refused):
            c.call(wire.EVENT_REGISTER_ANY, uint(0))
        c.call(wire.DOMAIN_SUSPEND, wire.domain(c.domains()[0]))
        self.assertEqual(self.lifecycle(c.event(wire.EVENT_LIFECYCLE))[0], 3)
        c.call(wire.EVENT_DEREGISTER_ANY, uint(0))
        with self.assertRaises(Refused):
            c.call(wire.EVENT_DEREGISTER_ANY, uint(0))

    def test_every_kind_of_object(self):
        c = self.connect().open()
        for register, deregister, some in ((wire.NETWORK_REGISTER, 314, string('default') + bytes(16)),
                                           (wire.POOL_REGISTER, 369, string('default-pool') + bytes(16)),
                                           (wire.NODE_DEVICE_REGISTER, 375, string('computer')),
                                           (wire.SECRET_REGISTER, 381, bytes(16) + uint(0) + string(''))):
            for target in (maybe(None), maybe(some)):
                with self.subTest(register=register, target=target):
                    try:
                        number = c.call(register, uint(0) + target).int()
                    except Refused as refused:
                        self.assertEqual(refused.code, 3, refused)  # the driver has no such objects
                        continue
                    c.call(deregister, uint(number))
                    with self.assertRaises(Refused):
                        c.call(deregister, uint(number))

    def test_connection_lost_callback(self):
        c = self.connect().open()
        c.call(wire.CLOSE_CALLBACK_REGISTER)
        with self.assertRaises(Refused):
            c.call(wire.CLOSE_CALLBACK_REGISTER)
        c.call(wire.CLOSE_CALLBACK_UNREGISTER)
        with self.assertRaises(Refused):
            c.call(wire.CLOSE_CALLBACK_UNREGISTER)
        c.call(wire.CLOSE_CALLBACK_REGISTER)
        c.close()

    def test_unknown_event(self):
        c = self.connect().open()
        for number in (-1, 4711, 0x7fffffff):
            with self.assertRaises(Refused):
                c.call(wire.EVENT_CALLBACK_REGISTER_ANY, uint(number) + maybe(None))

    def test_who_does_not_read_delays_nobody_and_goes(self):
        deaf, actor = self.connect().open(), self.connect().open()
        deaf.call(wire.EVENT_CALLBACK_REGISTER_ANY, uint(0) + maybe(None))
        entry = wire.domain(actor.domains()[0])
        gone = select.poll()
        gone.register(deaf.sock, select.POLLRDHUP)
        end = time.monotonic() + support.DEADLINE
        while not gone.poll(0):
            self.assertLess(time.monotonic(), end, 'the deaf client is still there')
            for _ in range(100):
                actor.start(wire.DOMAIN_SUSPEND, entry)
                actor.start(wire.DOMAIN_RESUME, entry)
                actor.reply(actor.serial - 1)
                actor.reply(actor.serial)
        self.assertTrue(deaf.ended())
        self.assertEqual(self.connect().open().lib_version(), 9010000)


class Limits(WireTest):
    config = 'max_clients = 3\nmax_anonymous_clients = 3\nmax_client_requests = 2\n'

    def test_max_clients(self):
        clients = [self.connect().open() for _ in range(3)]
        late = self.connect()
        serial = late.start(wire.AUTH_LIST)
        self.assertEqual(select.select([late.sock], [], [], 0.2)[0], [], 'the fourth waits')
        self.assertEqual([c.lib_version() for c in clients], [9010000] * 3)
        clients[1].close()
        self.assertEqual(late.reply(serial).status, wire.OK)

    def test_max_client_requests(self):
        """More calls than are taken at a time are all answered in the end."""
        c = self.connect().open()
        entry = wire.domain(c.domains()[0])
        serials = [c.start(*call) for _ in range(100) for call in ((wire.DOMAIN_SUSPEND, entry),
                                                                    (wire.DOMAIN_RESUME, entry))]
        self.assertEqual({c.receive().serial for _ in serials}, set(serials))

    def test_who_does_not_read_answers(self):
        """A client that asks and asks is not read from any more; nobody else waits, no memory is lost."""
        other = self.connect().open()
        c = self.connect().open()
        data = b''.join(packet(wire.REMOTE, wire.GET_CAPABILITIES, serial=i) for i in range(1, 1001))
        before = self.status('VmRSS')
        sent = 0
        c.sock.setblocking(False)
        end = time.monotonic() + support.DEADLINE
        while select.select([], [c.sock], [], 1)[1]:
            self.assertLess(time.monotonic(), end, 'it is still read from')
            sent += c.sock.send(data[sent % len(data):])
        self.assertEqual(other.lib_version(), 9010000)
        self.assertLess(self.status('VmRSS') - before, 64 * 1024)
        c.sock.settimeout(support.DEADLINE)
        for _ in range(sent // 28):
            self.assertEqual(c.receive().status, wire.OK)


class Crowd(WireTest):
    CLIENTS = 1000

    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * self.CLIENTS)), hard))
        super().setUp()

    def test_a_thousand_clients_list(self):
        clients = [self.connect() for _ in range(self.CLIENTS)]
        for c in clients:
            c.start(wire.OPEN, maybe(string('test:///default')) + uint(0))
        for c in clients:
            self.assertEqual(c.reply(c.serial).status, wire.OK)
        for c in clients:
            c.start(wire.LIST_ALL_DOMAINS, uint(1, 0))
        for c in clients:
            message = c.reply(c.serial)
            self.assertEqual(message.status, wire.OK)
            self.assertEqual(message.reader().uint(), 1)


class Tcp(WireTest):
    def setUp(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        support.GroundTest.setUp(self)
        self.vireod = self.daemon('--listen', config=f'listen_tls = 0\nlisten_tcp = 1\nauth_tcp = "none"\n'
                                                     f'listen_addr = "127.0.0.1"\ntcp_port = "{self.port}"\n')

    def test_open(self):
        c = Connection(sock=socket.create_connection(('127.0.0.1', self.port)))
        self.addCleanup(c.close)
        c.open()
        self.assertEqual(c.lib_version(), 9010000)
        self.assertEqual(c.call(wire.SUPPORTS_FEATURE, uint(8)).int(), 0, 'no descriptors over TCP')


class Admin(WireTest):
    def admin(self):
        c = Connection(self.admin_socket)
        self.addCleanup(c.close)
        c.call(1, uint(0), wire.ADMIN)
        return c

    def test_before_open(self):
        c = Connection(self.admin_socket)
        self.addCleanup(c.close)
        self.refused(ERR_INTERNAL, c, 4, uint(1, 0), program=wire.ADMIN)
        self.refused(ERR_RPC, c, wire.AUTH_LIST, program=wire.REMOTE)

    def test_servers_and_clients(self):
        user = self.connect().open()
        c = self.admin()
        r = c.call(4, uint(1, 0), wire.ADMIN)
        self.assertEqual(([r.string() for _ in range(r.uint())], r.uint()), (['libvirtd', 'admin'], 2))
        r = c.call(8, string('libvirtd') + uint(1, 0), wire.ADMIN)
        self.assertEqual(r.uint(), 1)
        server, number, connected, transport = r.string(), r.hyper(), r.hyper(), r.uint()
        self.assertEqual((server, transport), ('libvirtd', 0))
        self.assertLess(abs(connected - time.time()), 60)
        client = string(server) + struct.pack('>QqI', number, connected, transport)
        info = c.call(10, client + uint(0), wire.ADMIN).params()
        self.assertEqual((info['readonly'], info['unix_user_id'], info['unix_process_id']), (0, os.getuid(), os.getpid()))
        c.call(11, client + uint(0), wire.ADMIN)
        self.assertTrue(user.ended())
        with self.assertRaises(Refused) as caught:
            c.call(10, client + uint(0), wire.ADMIN)
        self.assertEqual(caught.exception.code, 96, 'VIR_ERR_NO_CLIENT')

    def test_workers(self):
        c = self.admin()
        workers = c.call(6, string('libvirtd') + uint(0), wire.ADMIN).params()
        self.assertEqual((workers['minWorkers'], workers['maxWorkers'], workers['prioWorkers']), (5, 20, 5))
        c.call(7, string('libvirtd') + uint(1) + string('maxWorkers') + uint(2, 7) + uint(0), wire.ADMIN)
        self.assertEqual(c.call(6, string('libvirtd') + uint(0), wire.ADMIN).params()['maxWorkers'], 7)
        with self.assertRaises(Refused):
            c.call(7, string('libvirtd') + uint(1) + string('maxWorkers') + uint(2, 1) + uint(0), wire.ADMIN)
        with self.assertRaises(Refused):
            c.call(7, string('libvirtd') + uint(1) + string('nWorkers') + uint(2, 1) + uint(0), wire.ADMIN)

    def test_client_limits(self):
        c = self.admin()
        limits = c.call(12, string('libvirtd') + uint(0), wire.ADMIN).params()
        self.assertEqual((limits['nclients_max'], limits['nclients']), (5000, 0))
        c.call(13, string('libvirtd') + uint(1) + string('nclients_max') + uint(2, 100) + uint(0), wire.ADMIN)
        self.assertEqual(c.call(12, string('libvirtd') + uint(0), wire.ADMIN).params()['nclients_max'], 100)

    def test_logging(self):
        c = self.admin()
        c.call(17, maybe(string('1:daemon 3:rpc')) + uint(0), wire.ADMIN)
        r = c.call(15, uint(0), wire.ADMIN)
        self.assertEqual((r.maybe(r.string), r.uint()), ('1:daemon 3:rpc', 2))
        c.call(17, maybe(None) + uint(0), wire.ADMIN)
        r = c.call(15, uint(0), wire.ADMIN)
        self.assertEqual((r.maybe(r.string), r.uint()), (None, 0))
        path = self.ground.path('more.log')
        c.call(16, maybe(string(f'1:file:{path}')) + uint(0), wire.ADMIN)
        r = c.call(14, uint(0), wire.ADMIN)
        self.assertEqual((r.string(), r.uint()), (f'1:file:{path}', 1))
        with self.assertRaises(Refused):
            c.call(16, maybe(string('9:nonsense')) + uint(0), wire.ADMIN)

    def test_unknown_server(self):
        with self.assertRaises(Refused) as caught:
            self.admin().call(6, string('nobody') + uint(0), wire.ADMIN)
        self.assertEqual(caught.exception.code, 95, 'VIR_ERR_NO_SERVER')

    def test_timeout(self):
        c = self.admin()
        c.call(19, uint(1, 0), wire.ADMIN)
        c.close()
        self.assertEqual(self.vireod.process.wait(support.DEADLINE), 0)


if __name__ == '__main__':
    support.main()
