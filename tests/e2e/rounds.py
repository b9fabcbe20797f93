"""What the tests share that kill things in the middle: clients that change their own guests without a pause and know
what was acknowledged, and a look at a guest from all sides: the daemon, its files, QEMU, the kernel."""
import contextlib
import ctypes
import json
import os
import random
import re
import struct
import threading
import uuid
import xml.etree.ElementTree

import support
import wire
from support import wait_until
from tunings import CONFIG, LIVE, LIVE_AND_CONFIG, TUNINGS, SecondThread, View

INACTIVE = 2
CGROUPS = '/sys/fs/cgroup'
OWNER = (1234, 4321)  # of a disk that no running guest has


def disk_xml(path):
    """A disk that goes without the guest's consent."""
    return (f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/>"
            "<target dev='sda' bus='usb'/></disk>")


def other_user(ground):
    """QEMU as a user that owns nothing: whose an image is shows who has it."""
    os.chmod(ground.folder.folder, 0o755)
    os.makedirs(ground.path('etc', 'libvirt'), exist_ok=True)
    with open(ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='ascii') as file:
        file.write('user = "nobody"\ngroup = "nogroup"\n')


def own_network():
    """Taps come and go in a network namespace of the test's own."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) < 0:
        raise OSError(ctypes.get_errno(), 'no network namespace of its own')


class Guest:
    """What a client knows of its guest. None: in doubt, because the daemon died before it answered."""

    def __init__(self, name, ground):
        self.name = name
        self.identity = uuid.uuid4()
        self.disk, *self.others = [ground.path(name + suffix + '.img') for suffix in ('', '-a', '-b')]
        for path in (self.disk, *self.others):
            with open(path, 'wb') as file:
                file.truncate(1 << 20)
            os.chown(path, *OWNER)
        self.mac = ':'.join(['52', '54', *(f'{byte:02x}' for byte in self.identity.bytes[:4])])
        self.tuned = {}  # by the tuning: as acknowledged; not there: in doubt
        self.uneven = set()  # tunings of which one side alone came through before a daemon was killed
        self.tap = None
        self.defined = False
        self.running = False
        self.attached = False
        self.ending = False  # perhaps: a daemon that was killed may have told it to end
        self.lost = False  # its QEMU was killed or is stopped: anything may be refused

    def wire(self):
        return wire.domain(self.name, self.identity.bytes)

    def card(self, more=''):
        return (f"<interface type='ethernet'><mac address='{self.mac}'/><model type='virtio'/>{more}</interface>")

    def document(self):
        """A guest that runs firmware only: quick to start."""
        return (f"<domain type='qemu'><name>{self.name}</name><uuid>{self.identity}</uuid><memory unit='MiB'>8</memory>"
                "<vcpu>1</vcpu><iothreads>1</iothreads><os><type arch='x86_64' machine='pc'>hvm</type></os>"
                "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='qemu-xhci'/>" +
                ''.join(f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/>"
                          f"<target dev='{target}' bus='virtio'/></disk>"
                          for path, target in zip(self.others, ('vda', 'vdb'))) + self.card() +
                "<memballoon model='none'/></devices></domain>")

    def forget(self):
        """Nothing of it is left but perhaps its name."""
        self.running = self.ending = False


class Busy(threading.Thread):
    """A client that changes its own guests until the daemon dies, or until it is told to stop."""

    def __init__(self, path, guests, seed):
        super().__init__()
        self.path, self.guests, self.random = path, guests, random.Random(seed)
        self.acknowledged = 0
        self.stop = threading.Event()
        self.trouble = None

    def run(self):
        try:
            with contextlib.closing(wire.Client(self.path)) as client:
                client.open('qemu:///system')
                while not self.stop.is_set():
                    self.step(client, self.random.choice(self.guests))
        except (wire.HungUp, ConnectionError, FileNotFoundError):
            pass
        except Exception as error:  # told by the main thread
            self.trouble = error

    def step(self, client, guest):
        before = (guest.defined, guest.running, guest.attached)
        try:
            self.change(client, guest)
            self.acknowledged += 1
        except wire.Refused as error:
            # A guest that is ending says so.
            if not guest.lost and not (guest.ending and 'is not running' in str(error)):
                raise AssertionError(f'{guest.name}, defined, running, attached {before}: {error}') from error
            if guest.ending and not guest.lost:
                guest.forget()
                guest.attached = before[2]  # nothing was changed

    def change(self, client, guest):
        if not guest.defined:
            self.define(client, guest)
        elif not guest.running and self.random.random() < 0.3:
            guest.defined = None
            client.call(wire.UNDEFINE, guest.wire())
            guest.defined = False
        elif not guest.running:
            guest.running = None
            client.call(wire.CREATE, guest.wire())
            guest.running = True
            guest.uneven.clear()
        elif self.random.random() < 0.25:
            guest.running = None
            client.call(wire.DESTROY, guest.wire())
            guest.forget()
        elif self.random.random() < 0.6:
            self.tune(client, guest)
        else:
            self.plug(client, guest)

    @staticmethod
    def define(client, guest):
        guest.defined, guest.attached, guest.tuned = None, False, dict.fromkeys(TUNINGS)
        client.call(wire.DEFINE, wire.text(guest.document()))
        guest.defined = True

    @staticmethod
    def plug(client, guest):
        procedure = wire.DETACH_DEVICE_FLAGS if guest.attached else wire.ATTACH_DEVICE_FLAGS
        after, guest.attached = not guest.attached, None
        client.call(procedure, guest.wire() + wire.text(disk_xml(guest.disk)) + struct.pack('>I', LIVE_AND_CONFIG))
        guest.attached = after

    def tune(self, client, guest):
        tuning = self.random.choice(TUNINGS)
        value = tuning.choose(self.random, guest)
        for each in TUNINGS:
            if each is tuning or (each.about and each.about == tuning.about):
                guest.tuned.pop(each, None)
        tuning.change(client, guest, value)
        guest.tuned[tuning] = value
        guest.uneven.discard(tuning)


def listed(client):
    """name -> id of all domains"""
    payload = client.call(wire.LIST_ALL_DOMAINS, struct.pack('>iI', 1, 0))
    count, at, found = struct.unpack('>I', payload[:4])[0], 4, {}
    for _ in range(count):
        length = struct.unpack('>I', payload[at:at + 4])[0]
        name = payload[at + 4:at + 4 + length].decode()
        at += 4 + length + (-length % 4) + 16
        found[name] = struct.unpack('>i', payload[at:at + 4])[0]
        at += 4
    return found


class Sides:
    """A guest from all sides; what they say must be the same."""

    def __init__(self, test, ground, client, where):
        self.test, self.ground, self.client, self.where = test, ground, client, where

    def monitor(self, guest, command, **arguments):
        text = json.dumps({'execute': command, 'arguments': arguments})
        payload = self.client.call(wire.MONITOR_COMMAND, guest.wire() + wire.text(text) + struct.pack('>I', 0), wire.QEMU)
        return json.loads(wire.words(payload))['return']

    def document(self, guest, flags):
        payload = self.client.call(wire.GET_XML_DESC, guest.wire() + struct.pack('>I', flags))
        return xml.etree.ElementTree.fromstring(wire.words(payload))

    @staticmethod
    def plugged(document):
        return document.find(".//devices/disk/target[@dev='sda']") is not None

    def kept(self, *parts):
        return xml.etree.ElementTree.parse(self.ground.path(*parts)).getroot()

    def cgroups(self, guest):
        """The control groups of the guest, by the controller."""
        found = {}
        for controller in os.listdir(CGROUPS):
            folder = os.path.join(CGROUPS, controller, 'machine')
            for name in os.listdir(folder) if os.path.isdir(folder) else []:
                if name.endswith(f'-{guest.name}.libvirt-qemu'):
                    found[controller] = os.path.join(folder, name)
        return found

    def look(self, guest):
        """A guest that is defined: memory, disk, QEMU and the kernel say the same. What was in doubt is known then."""
        equal = self.test.assertEqual
        if guest.running:
            self.monitor(guest, 'query-status')
        inactive = self.document(guest, INACTIVE)
        file = self.kept('etc', 'libvirt', 'qemu', guest.name + '.xml')
        equal(self.plugged(file), self.plugged(inactive), f'{self.where}: disk in the file and in memory')
        if guest.attached is not None:
            equal(self.plugged(inactive), guest.attached, f'{self.where}: disk as acknowledged')
        known = guest.attached
        guest.attached = self.plugged(inactive)
        doubtful = self.look_tuned(guest, file, inactive)
        if guest.running:
            side = self.look_live(guest, known)
            self.look_tuned_live(guest, doubtful)
            if side:
                self.even(guest, side)

    def look_tuned(self, guest, file, inactive):
        """Gives those that were in doubt."""
        doubtful = {tuning for tuning in TUNINGS if tuning not in guest.tuned}
        for tuning in TUNINGS:
            where, told = f'{self.where}: {tuning}', tuning.told(inactive)
            self.test.assertEqual(tuning.told(file), told, f'{where} in the file and in memory')
            if tuning not in doubtful:
                self.test.assertEqual(told, guest.tuned[tuning], f'{where} as acknowledged')
            guest.tuned[tuning] = told
        return doubtful

    def look_tuned_live(self, guest, doubtful):
        live = self.document(guest, 0)
        status = self.kept('run', 'libvirt', 'qemu', guest.name + '.xml')
        groups = self.cgroups(guest)
        self.test.assertIn('cpu', groups, f'{self.where}: its control group')
        view = View(self, guest, live, groups)
        guest.tap = live.find('.//devices/interface/target').get('dev')
        for tuning in TUNINGS:
            where, told = f'{self.where}: {tuning}', tuning.told(live)
            self.test.assertEqual(tuning.told(status), told, f'{where} in the status file and in memory')
            self.test.assertEqual(tuning.in_force(view), tuning.wanted(view), f'{where} in force and in memory')
            if told == guest.tuned[tuning]:
                guest.uneven.discard(tuning)
            elif tuning in doubtful:
                guest.uneven.add(tuning)
            else:
                self.test.assertIn(tuning, guest.uneven, f'{where}: {told} and {guest.tuned[tuning]}')
            if isinstance(tuning, SecondThread) and tuning in guest.uneven:
                tuning.change(self.client, guest, None, LIVE if told else CONFIG)
                guest.tuned[tuning] = None
                guest.uneven.discard(tuning)

    def look_live(self, guest, known):
        """The side that has a disk which the other has not, after a change of both that was cut off."""
        equal = self.test.assertEqual
        # QEMU first: readers do not wait until a new daemon has found out what its guests have become; this call does.
        devices = [child['name'] for child in self.monitor(guest, 'qom-list', path='/machine/peripheral')
                   if child['name'].startswith('usb-disk')]
        nodes = [node['node-name'] for node in self.monitor(guest, 'query-named-block-nodes')
                 if node['file'] == guest.disk]
        live = self.document(guest, 0)
        status = self.kept('run', 'libvirt', 'qemu', guest.name + '.xml')
        here = self.plugged(live)
        equal(self.plugged(status), here, f'{self.where}: disk in the status file and in memory')
        equal(bool(devices), here, f'{self.where}: disk in QEMU ({devices}) and in memory')
        equal(bool(nodes), here, f'{self.where}: block nodes ({nodes}) and disk')
        self.look_owner(guest, here)
        if known is not None:
            equal(here, known, f'{self.where}: disk in the live document as acknowledged')
        elif here != guest.attached:
            return LIVE if here else CONFIG
        return None

    def look_owner(self, guest, here):
        """A guest that has the disk counts as its user, and it is QEMU's; else it is as it was."""
        if guest.ending:
            return  # now, or a moment later
        process = os.stat(f'/proc/{self.process(guest)}')
        self.test.assertNotEqual((process.st_uid, process.st_gid), OWNER)
        self.test.assertEqual(self.users_of(guest.disk), int(here), f'{self.where}: who uses the disk')
        self.test.assertEqual(self.owner_of(guest.disk), (process.st_uid, process.st_gid) if here else OWNER,
                              f'{self.where}: whose the disk is')

    def process(self, guest):
        with open(self.ground.path('run/libvirt/qemu', guest.name + '.pid'), encoding='ascii') as file:
            return int(file.read())

    def even(self, guest, side):
        """Each side is whole; the one that has the disk gives it back."""
        self.client.call(wire.DETACH_DEVICE_FLAGS, guest.wire() + wire.text(disk_xml(guest.disk)) + struct.pack('>I', side))
        guest.attached = False
        self.look(guest)

    def gone(self, guest):
        """Nothing of a guest that does not run is left."""
        wait_until(lambda: not self.cgroups(guest), f'{self.where}: control groups go')
        run, library = self.ground.path('run', 'libvirt', 'qemu'), self.ground.path('var', 'lib', 'libvirt', 'qemu')
        left = [name for name in os.listdir(run) if name in (guest.name + '.xml', guest.name + '.pid', guest.name + '.before')]
        left += [name for name in os.listdir(library) if re.fullmatch(rf'domain-\d+-{guest.name}', name)]
        with open('/proc/self/mounts', encoding='utf-8') as mounts:
            left += [line for line in mounts if f'-{guest.name} ' in line]
        self.test.assertEqual(left, [], f'{self.where}: files and mounts')
        self.test.assertEqual(self.users_of(guest.disk), 0, f'{self.where}: what was remembered of its disk')
        self.test.assertEqual(self.owner_of(guest.disk), OWNER, f'{self.where}: whose the disk is')

    @staticmethod
    def owner_of(path):
        info = os.stat(path)
        return info.st_uid, info.st_gid

    @staticmethod
    def users_of(path):
        """How many guests have the file, by the kernel's extended attributes; 0: its owner is not remembered."""
        names = [name for name in os.listxattr(path) if 'libvirt.security' in name]
        return int(os.getxattr(path, 'trusted.libvirt.security.ref_dac')) if names else 0


def taps():
    with open('/proc/self/net/dev', encoding='ascii') as file:
        return set(re.findall(r'^ *(vnet\d+):', file.read(), re.M))


def no_other_taps(guests, where):
    """None but those of the guests that run."""
    wait_until(lambda: not taps() - {guest.tap for guest in guests if guest.running}, f'{where}: taps go')


def stop_guests(daemon, ground):
    """The end of a test: no guest, no daemon."""
    client = wire.Client(daemon.socket)
    client.open('qemu:///system')
    for name, number in listed(client).items():
        if number < 0:
            continue
        try:
            client.call(wire.DESTROY, client.call(wire.LOOKUP_BY_NAME, wire.text(name)))
        except wire.Refused as error:
            # It ended by itself; whether all are gone is looked at next.
            if 'is not running' not in str(error):
                raise
    wait_until(lambda: not ground.orphans() or None, 'the guests end') if support.REAPED else None
    client.close()
    daemon.stop()
