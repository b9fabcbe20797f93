#!/usr/bin/env python3
"""Ways of a guest to the host: NICs on taps and macvtaps that carry a ping, and folders that both see."""
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import unittest

import support
from support import GuestTest, clean_environment, needs_root, wait_until

CLONE_NEWNET = 0x40000000


def ip(*words):
    """In the network namespace of this test program."""
    result = subprocess.run(['ip', *words], env=clean_environment(), capture_output=True, text=True)
    if result.returncode != 0:
        raise OSError(f'ip {" ".join(words)}: {result.stderr.strip()}')
    return result.stdout


def new_network():
    """An empty network namespace for this test program."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), 'no network namespace of its own')
    ip('link', 'set', 'lo', 'up')


class NetworkTest(GuestTest):
    """Everything happens in a network namespace of the test's own: daemon, QEMU, bridges and cards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_network()

    def ping_from_guest(self, near, far, nic='eth0'):
        self.in_shell(f'ip link set {nic} up; ip addr add {near}/24 dev {nic}; '
                      f'ping -c 2 -W 5 {far} && echo ping-$((40 + 2))', r'ping-42')

    def live(self, name='web'):
        return self.ok(self.virsh('dumpxml', name))


@needs_root
class Bridged(NetworkTest):
    def bridge(self, name, address):
        ip('link', 'add', name, 'type', 'bridge')
        self.addCleanup(lambda: ip('link', 'del', name))
        ip('addr', 'add', f'{address}/24', 'dev', name)
        ip('link', 'set', name, 'up')

    def test_multiqueue(self):
        """Two queues on a bridge; MTU and isolation arrive at the port; the tap goes with the guest."""
        self.bridge('br-many', '192.0.2.1')
        self.boot(devices="<interface type='bridge'><source bridge='br-many'/><mac address='52:54:00:aa:00:01'/>"
                          "<model type='virtio'/><mtu size='1400'/><port isolated='yes'/>"
                          "<driver queues='2'/></interface>")
        port = ip('-d', 'link', 'show', 'dev', 'vnet0')
        self.assertIn('mtu 1400', port)
        self.assertIn('isolated on', port)
        self.assertIn('fe:54:00:aa:00:01', port)
        self.assertIn(' multi_queue ', port)
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.in_shell('echo mtu-$(cat /sys/class/net/eth0/mtu)-', r'mtu-1400-')
        self.in_shell('echo queues-$(ls -d /sys/class/net/eth0/queues/rx-* | wc -l)-', r'queues-[12]-')
        self.ok(self.virsh('destroy', 'web'))
        self.assertNotIn('vnet0', ip('link', 'show'))

    def test_moved_to_another_bridge(self):
        """The cable is pulled over while the guest runs; one that is not there changes nothing."""
        self.bridge('br-one', '192.0.2.1')
        self.bridge('br-two', '192.0.2.3')
        ip('addr', 'del', '192.0.2.1/24', 'dev', 'br-one')
        card = ("<interface type='bridge'><source bridge='%s'/><mac address='52:54:00:aa:00:01'/><model type='virtio'/>"
                "<port isolated='%s'/></interface>")
        self.boot(devices=card % ('br-one', 'no'))
        before = self.live()
        result = self.virsh('update-device', 'web', self.write('none.xml', card % ('br-none', 'no')))
        self.assertNotEqual(result.status, 0)
        self.assertEqual(self.live(), before)
        self.assertIn('master br-one', ip('link', 'show', 'dev', 'vnet0'))
        self.ok(self.virsh('update-device', 'web', self.write('two.xml', card % ('br-two', 'yes')), '--live', '--config'))
        self.assertIn("<source bridge='br-two'/>", self.live())
        self.assertIn("<source bridge='br-two'/>", self.ok(self.virsh('dumpxml', '--inactive', 'web')))
        port = ip('-d', 'link', 'show', 'dev', 'vnet0')
        self.assertIn('master br-two', port)
        self.assertIn('isolated on', port)
        self.ping_from_guest('192.0.2.2', '192.0.2.3')

    def test_names(self):
        """A tap's name is not soon another's: not after its guest, nor after the daemon."""
        self.bridge('br-names', '192.0.2.1')
        for name in ('one', 'two'):
            self.define(name, devices="<interface type='bridge'><source bridge='br-names'/></interface>")
            self.addCleanup(self.virsh, 'destroy', name)
        self.ok(self.virsh('start', 'one'))
        self.assertIn("<target dev='vnet0'/>", self.live('one'))
        self.ok(self.virsh('destroy', 'one'))
        self.ok(self.virsh('start', 'one'))
        self.assertIn("<target dev='vnet1'/>", self.live('one'))
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.start_daemon()
        self.addCleanup(self.virsh, 'destroy', 'one')
        self.addCleanup(self.virsh, 'destroy', 'two')
        self.ok(self.virsh('start', 'two'))
        self.assertIn("<target dev='vnet2'/>", self.live('two'))

    def test_taken_name(self):
        """What is done at a guest's end spares a tap that somebody made with the name of its own, which had gone."""
        self.bridge('br-taken', '192.0.2.1')
        self.define(devices="<interface type='bridge'><source bridge='br-taken'/>"
                            "<bandwidth><inbound average='100'/></bandwidth></interface>")
        self.ok(self.virsh('start', 'web'))
        limits = ['tc', 'class', 'show', 'dev', 'vnet0']
        self.assertIn('rate 800Kbit', subprocess.run(limits, check=True, capture_output=True, text=True).stdout)
        self.vireod.stop(signal.SIGKILL)
        os.kill(self.qemu_pid('web'), signal.SIGKILL)
        wait_until(lambda: 'vnet0' not in ip('link', 'show'), 'the tap goes with the last that has it open')
        ip('tuntap', 'add', 'dev', 'vnet0', 'mode', 'tap')
        self.addCleanup(lambda: ip('link', 'del', 'vnet0'))
        for words in ('qdisc add dev vnet0 root handle 1: htb default 1', 'class add dev vnet0 parent 1: classid 1:1 htb rate 70kbps'):
            subprocess.run(['tc', *words.split()], check=True)
        self.vireod = self.start_daemon()
        wait_until(lambda: self.state() == 'shut off', 'its end is seen')
        self.assertIn('rate 560Kbit', subprocess.run(limits, check=True, capture_output=True, text=True).stdout)

    def test_route(self):
        """The document of a tap without a bridge says what the host reaches over it."""
        self.boot(devices="<interface type='ethernet'><source><ip address='192.0.2.1' prefix='24'/>"
                          "<route address='198.51.100.0' prefix='24' gateway='192.0.2.2'/></source><model type='virtio'/></interface>")
        self.assertIn('198.51.100.0/24 via 192.0.2.2', ip('route', 'show', 'dev', 'vnet0'))
        self.in_shell('ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0; ip addr add 198.51.100.7/32 dev eth0; echo up-$((40 + 2))', 'up-42')
        subprocess.run(['busybox', 'ping', '-c', '2', '-W', '5', '198.51.100.7'], check=True, capture_output=True)

    def test_pulled_cable(self):
        """link state='down' is so from the first instruction on."""
        self.bridge('br-cut', '192.0.2.1')
        self.boot(devices="<interface type='bridge'><source bridge='br-cut'/><model type='virtio'/>"
                          "<link state='down'/></interface>")
        self.in_shell('ip link set eth0 up; echo carrier-$(cat /sys/class/net/eth0/carrier)-', r'carrier-0-')

    def test_missing_bridge(self):
        """A failed start names the bridge and leaves no tap."""
        self.define('lost', devices="<interface type='bridge'><source bridge='br-none'/></interface>")
        result = self.virsh('start', 'lost')
        self.assertNotEqual(result.status, 0)
        self.assertIn('br-none', result.err)
        self.assertNotIn('vnet', ip('link', 'show'))

    def test_given_tap(self):
        """A tap that somebody made: used as it is, and there when the guest has gone."""
        ip('tuntap', 'add', 'dev', 'mytap0', 'mode', 'tap')
        self.addCleanup(lambda: ip('link', 'del', 'mytap0'))
        ip('addr', 'add', '192.0.2.1/24', 'dev', 'mytap0')
        ip('link', 'set', 'mytap0', 'up')
        self.boot(devices="<interface type='ethernet'><target dev='mytap0' managed='no'/>"
                          "<model type='virtio'/></interface>")
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.ok(self.virsh('destroy', 'web'))
        self.assertIn('mytap0', ip('link', 'show'))


@needs_root
class Direct(NetworkTest):
    def setUp(self):
        super().setUp()
        ip('link', 'add', 'card0', 'type', 'veth', 'peer', 'name', 'far0')
        self.addCleanup(lambda: ip('link', 'del', 'card0'))
        ip('addr', 'add', '192.0.2.1/24', 'dev', 'far0')
        for name in ('card0', 'far0'):
            ip('link', 'set', name, 'up')

    def test_macvtap(self):
        """A macvtap on a card: speaks to the other end of the cable; gone with the guest."""
        self.boot(devices="<interface type='direct'><source dev='card0' mode='bridge'/>"
                          "<mac address='52:54:00:aa:00:02'/><model type='virtio'/></interface>")
        self.assertIn("<target dev='macvtap0'/>", self.live())
        self.assertIn('52:54:00:aa:00:02', ip('link', 'show', 'dev', 'macvtap0'))
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.ok(self.virsh('destroy', 'web'))
        self.assertNotIn('macvtap', ip('link', 'show'))

    def test_modes(self):
        """Each mode of a macvtap makes one of that mode; the card itself can be the guest's."""
        for mode in ('vepa', 'private', 'passthrough'):
            with self.subTest(mode):
                self.boot(devices=f"<interface type='direct'><source dev='card0' mode='{mode}'/>"
                                  "<mac address='52:54:00:aa:00:03'/><model type='virtio'/></interface>")
                self.assertIn(f'macvtap mode {mode.replace("passthrough", "passthru")}', ip('-d', 'link', 'show', 'dev', 'macvtap0'))
                self.ping_from_guest('192.0.2.2', '192.0.2.1')
                self.ok(self.virsh('destroy', 'web'))
                self.ok(self.virsh('undefine', 'web'))

    def address(self):
        return re.search(r'link/ether (\S+)', ip('link', 'show', 'dev', 'card0')).group(1)

    def test_passthrough(self):
        """The card has the guest's address while a guest has it for itself, whatever becomes of daemons; one guest has it."""
        before = self.address()
        kept = os.path.join(self.run_folder(), 'card0')
        devices = ("<interface type='direct'><source dev='card0' mode='passthrough'/>"
                   "<mac address='52:54:00:aa:00:05'/><model type='virtio'/>{}</interface>")
        self.define('web', devices=devices.format(''))
        self.ok(self.virsh('start', '--paused', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.assertEqual(self.address(), '52:54:00:aa:00:05')
        with open(kept, encoding='utf-8') as file:
            self.assertEqual(json.load(file)['mac'], before)
        self.define('other', devices=devices.format(''))
        self.assertIn('in use by driver QEMU', self.virsh('start', 'other').err)
        self.define('tagged', devices=devices.format("<vlan><tag id='42'/></vlan>"))
        self.assertIn('vlan can only be set for SR-IOV VFs, but card0 is not a VF', self.virsh('start', 'tagged').err)
        self.assertEqual(self.address(), '52:54:00:aa:00:05')
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.start_daemon()
        self.assertEqual(self.state(), 'paused')
        self.assertEqual(self.address(), '52:54:00:aa:00:05')
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.address(), before)
        self.assertFalse(os.path.exists(kept))

    def test_start_that_fails(self):
        """QEMU does not start: the card is as it was."""
        before = self.address()
        self.define('web', devices="<interface type='direct'><source dev='card0' mode='passthrough'/>"
                                   "<mac address='52:54:00:aa:00:06'/><model type='virtio'/></interface>"
                                   "<interface type='bridge'><source bridge='br-none'/></interface>")
        self.assertIn('br-none', self.virsh('start', 'web').err)
        self.assertEqual(self.address(), before)
        self.assertNotIn('macvtap', ip('link', 'show'))

    def test_comes_and_goes(self):
        """Plugged into a running guest and out again: nothing of it is left on the host."""
        self.boot(guest=support.FULL_GUEST, memory_mib=256)
        card = self.write('card.xml', "<interface type='direct'><source dev='card0' mode='bridge'/>"
                          "<mac address='52:54:00:aa:00:04'/><model type='virtio'/></interface>")
        self.ok(self.virsh('attach-device', 'web', card))
        self.in_shell('until [ -e /sys/class/net/eth0 ]; do sleep 0.2; done; echo there-$((40 + 2))', 'there-42')
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.ok(self.virsh('detach-device', 'web', card))
        wait_until(lambda: '<interface' not in self.live(), 'the card leaves')
        self.assertNotIn('macvtap', ip('link', 'show'))
        before = self.address()
        own = self.write('own.xml', "<interface type='direct'><source dev='card0' mode='passthrough'/>"
                         "<mac address='52:54:00:aa:00:07'/><model type='virtio'/></interface>")
        self.ok(self.virsh('attach-device', 'web', own))
        self.assertEqual(self.address(), '52:54:00:aa:00:07')
        self.assertIn("'card0' is the guest's already", self.virsh('attach-device', 'web', own).err)
        self.assertEqual(self.address(), '52:54:00:aa:00:07')
        self.in_shell('until [ -e /sys/class/net/eth0 ]; do sleep 0.2; done; echo back-$((40 + 2))', 'back-42')
        self.ok(self.virsh('detach-device', 'web', own))
        wait_until(lambda: '<interface' not in self.live(), 'the card leaves again')
        self.assertEqual(self.address(), before)

    def test_foreign_name(self):
        """Somebody else's macvtap of that name makes the start fail, and stays."""
        ip('link', 'add', 'link', 'card0', 'name', 'theirs', 'type', 'macvtap', 'mode', 'bridge')
        self.define('late', devices="<interface type='direct'><source dev='card0' mode='bridge'/>"
                                    "<target dev='theirs'/><model type='virtio'/></interface>")
        result = self.virsh('start', 'late')
        self.assertNotEqual(result.status, 0)
        self.assertIn('theirs', ip('link', 'show'))


@needs_root
class Sockets(NetworkTest):
    """Cards whose other end is no device of the host: QEMU's own network, and cables from one guest to another."""

    @staticmethod
    def card(number, kind, source):
        return (f"<interface type='{kind}'><mac address='52:54:00:bb:00:{number:02x}'/>{source}<model type='virtio'/></interface>")

    def ping_over(self, number, near, far, name):
        """By the card with this address."""
        self.in_shell('nic=$(grep -l 52:54:00:bb:00:' + f'{number:02x} /sys/class/net/*/address | cut -d/ -f5); '
                      f'ip link set $nic up; ip addr add {near}/24 dev $nic; '
                      f'ping -c 2 -W 5 {far} && echo ping-$((40 + 2))', r'ping-42', name)

    def test_between_guests(self):
        ip('route', 'add', '230.0.0.0/8', 'dev', 'lo')
        self.addCleanup(lambda: ip('route', 'del', '230.0.0.0/8', 'dev', 'lo'))
        one = [('mcast', "<source address='230.0.0.1' port='5558'/>"), ('server', "<source address='127.0.0.1' port='5559'/>"),
               ('udp', "<source address='127.0.0.1' port='5561'><local address='127.0.0.1' port='5560'/></source>"), ('user', '')]
        other = [one[0], ('client', one[1][1]),
                 ('udp', "<source address='127.0.0.1' port='5560'><local address='127.0.0.1' port='5561'/></source>")]
        self.boot('one', devices=''.join(self.card(i, *what) for i, what in enumerate(one)))
        self.boot('other', devices=''.join(self.card(16 + i, *what) for i, what in enumerate(other)))
        self.in_shell('for i in 0 1 2; do nic=$(grep -l 52:54:00:bb:00:1$i /sys/class/net/*/address | cut -d/ -f5); '
                      'ip link set $nic up; ip addr add 192.0.$((2 + i)).2/24 dev $nic; done; echo up-$((40 + 2))', 'up-42', 'other')
        for number in range(3):
            with self.subTest(one[number][0]):
                self.ping_over(number, f'192.0.{2 + number}.1', f'192.0.{2 + number}.2', 'one')
        self.ping_over(3, '10.0.2.15', '10.0.2.2', 'one')


class VhostUser(GuestTest):
    """A card whose other end is a process that sees the guest's memory."""
    # QEMU 7.2 without KVM ends with a segmentation fault when the driver masks a vector of such a card.
    NAMESPACE = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
    NO_VECTORS = ("<qemu:override><qemu:device alias='net0'><qemu:frontend>"
                  "<qemu:property name='vectors' type='unsigned' value='0'/>"
                  "</qemu:frontend></qemu:device></qemu:override>")
    SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"

    def other_end(self, *words):
        process = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'vhost_user_net.py'), *words],
                                   stdout=subprocess.PIPE, text=True, env=clean_environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_ping(self):
        path = self.ground.path('other-end')
        process = self.other_end(path)
        self.assertEqual(process.stdout.readline(), 'listening\n')
        xml = support.guest_xml('web', more=self.SHARED, devices="<interface type='vhostuser'><mac address='52:54:00:cc:00:01'/>"
                                f"<source type='unix' path='{path}' mode='client'/><model type='virtio'/></interface>")
        self.ok(self.virsh('define', self.write('web.xml', xml.replace('<domain ', f'<domain {self.NAMESPACE} ').replace(
            '</domain>', self.NO_VECTORS + '</domain>'))))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0; '
                      'ping -c 2 -W 5 192.0.2.1 && echo ping-$((40 + 2))', r'ping-42')
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(process.wait(support.DEADLINE), 0)

    def test_not_there(self):
        """A socket that nobody listens on is named; nothing is left."""
        self.define(more=self.SHARED,
                    devices="<interface type='vhostuser'><source type='unix' path='/no/such/other-end' mode='client'/>"
                            "<model type='virtio'/></interface>")
        result = self.virsh('start', 'web')
        self.assertNotEqual(result.status, 0)
        self.assertIn('/no/such/other-end', result.err)
        self.assertEqual(self.state(), 'shut off')


@needs_root
@unittest.skipUnless(shutil.which('passt'), 'there is no passt')
class Passt(NetworkTest):
    """A network without privileges: the guest reaches the host's loopback by the gateway's address."""
    PORT = 8701

    def setUp(self):
        super().setUp()
        os.chmod(self.ground.folder.folder, 0o711)  # passt is another user
        ip('link', 'add', 'card1', 'type', 'veth', 'peer', 'name', 'far1')
        self.addCleanup(lambda: ip('link', 'del', 'card1'))
        ip('addr', 'add', '198.51.100.2/24', 'dev', 'card1')
        for name in ('card1', 'far1'):
            ip('link', 'set', name, 'up')
        ip('route', 'add', 'default', 'via', '198.51.100.1', 'dev', 'card1')

    def passt_pid(self):
        with open(self.ground.path('run', 'libvirt', 'qemu', 'passt', '1-web-net0-passt.pid'), encoding='ascii') as file:
            return int(file.read())

    def test_out_and_in(self):
        server = socket.create_server(('127.0.0.1', self.PORT))
        self.addCleanup(server.close)
        self.boot(devices="<interface type='user'><backend type='passt'/><model type='virtio'/>"
                          f"<portForward proto='tcp'><range start='{self.PORT + 1}' to='99'/></portForward></interface>")
        pid = self.passt_pid()
        self.in_shell('ip link set eth0 up; ip addr add 198.51.100.2/24 dev eth0; '
                      'ip route add default via 198.51.100.1; '
                      f'until echo hello-from-guest | nc -w 20 198.51.100.1 {self.PORT}; do ip neigh; sleep 1; done; '
                      'echo sent-$((40 + 2))', r'sent-42')
        server.settimeout(support.DEADLINE)
        connection, _ = server.accept()
        with connection:
            self.assertEqual(connection.recv(100), b'hello-from-guest\n')
        self.ok(self.virsh('destroy', 'web'))
        self.assertFalse(os.path.exists(f'/proc/{pid}/exe'))
        self.assertEqual(os.listdir(self.ground.path('run', 'libvirt', 'qemu', 'passt')), [])


@needs_root
class Filesystems(NetworkTest):
    SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"

    def shared_folder(self):
        folder = self.ground.path('shared')
        os.mkdir(folder)
        self.write(os.path.join('shared', 'from-host'), 'words of the host\n')
        return folder

    def test_virtiofs(self):
        """virtiofsd serves a folder: both write, both read; it ends with the guest."""
        folder = self.shared_folder()
        self.boot(more=self.SHARED,
                  devices=f"<filesystem type='mount'><driver type='virtiofs'/><source dir='{folder}'/>"
                          "<target dir='there'/></filesystem>")
        self.in_shell('mkdir -p /mnt; mount -t virtiofs there /mnt && cat /mnt/from-host', r'words of the host')
        self.in_shell('echo words of the guest >/mnt/from-guest; sync; echo written-$((40 + 2))', r'written-42')
        with open(os.path.join(folder, 'from-guest'), encoding='utf-8') as file:
            self.assertEqual(file.read(), 'words of the guest\n')
        pid_file = self.ground.path('run', 'libvirt', 'qemu', '1-web-fs0-fs.pid')
        with open(pid_file, encoding='utf-8') as file:
            pid = int(file.read())
        self.ok(self.virsh('destroy', 'web'))
        self.assertFalse(os.path.exists(pid_file))
        self.assertFalse(os.path.exists(f'/proc/{pid}/exe'))

    def test_helper_outlives_the_daemon(self):
        """Killed and started again, the daemon finds the helper and ends it with the guest."""
        folder = self.shared_folder()
        self.boot(more=self.SHARED,
                  devices=f"<filesystem type='mount'><driver type='virtiofs'/><source dir='{folder}'/>"
                          "<target dir='there'/></filesystem>")
        pid_file = self.ground.path('run', 'libvirt', 'qemu', '1-web-fs0-fs.pid')
        with open(pid_file, encoding='utf-8') as file:
            pid = int(file.read())
        self.vireod.stop(9)
        self.vireod = self.start_daemon()
        self.in_shell('mkdir -p /mnt; mount -t virtiofs there /mnt && cat /mnt/from-host', r'words of the host')
        self.ok(self.virsh('destroy', 'web'))
        self.assertFalse(os.path.exists(pid_file))
        self.assertFalse(os.path.exists(f'/proc/{pid}/exe'))

    def test_missing_folder(self):
        """A folder that is not there is named before QEMU is started."""
        self.define('lost', more=self.SHARED,
                    devices="<filesystem type='mount'><driver type='virtiofs'/><source dir='/no/such/folder'/>"
                            "<target dir='there'/></filesystem>")
        result = self.virsh('start', 'lost')
        self.assertNotEqual(result.status, 0)
        self.assertIn('/no/such/folder', result.err)

    def test_9p(self):
        """QEMU serves the folder itself: both write, both read."""
        folder = self.shared_folder()
        self.boot(guest=support.FULL_GUEST,
                  devices=f"<filesystem type='mount' accessmode='mapped'><source dir='{folder}'/>"
                          "<target dir='there'/></filesystem>")
        self.in_shell('mkdir -p /mnt; mount -t 9p -o trans=virtio there /mnt && cat /mnt/from-host', r'words of the host')
        self.in_shell('echo words of the guest >/mnt/from-guest; sync; echo written-$((40 + 2))', r'written-42')
        with open(os.path.join(folder, 'from-guest'), encoding='utf-8') as file:
            self.assertEqual(file.read(), 'words of the guest\n')


@needs_root
@unittest.skipUnless(os.path.exists('/dev/vhost-vsock'), 'this kernel has no vhost-vsock')
class VirtualSockets(NetworkTest):
    def test_number(self):
        """An automatic number is the guest's own."""
        self.boot(devices="<vsock model='virtio'><cid auto='yes'/></vsock>")
        number = re.search(r"<cid auto='yes' address='([0-9]+)'/>", self.live())
        self.assertTrue(number, self.live())
        self.in_shell('ls -d /sys/class/misc/vsock && echo there-$((40 + 2))', r'there-42')
        # Nobody listens in the guest: it is its kernel that says so, where none would answer from a number of no guest.
        with socket.socket(socket.AF_VSOCK) as connection, self.assertRaises(ConnectionResetError):
            connection.settimeout(support.DEADLINE)
            connection.connect((int(number.group(1)), 7001))


if __name__ == '__main__':
    support.main()
