"""What the tests share that kill things in the middle: clients that change their own guests without a pause and know
what was acknowledged, and a look at a guest from all sides: the daemon, its files, QEMU, the kernel."""
import contextlib
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

LIVE, CONFIG, LIVE_AND_CONFIG, INACTIVE = 1, 2, 3, 2
CGROUPS = '/sys/fs/cgroup'


def disk_xml(path):
    """A disk that goes without the guest's consent."""
    return (f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/>"
            "<target dev='sda' bus='usb'/></disk>")


class Guest:
    """What a client knows of its guest. None: in doubt, because the daemon died before it answered."""

    def __init__(self, name, ground):
        self.name = name
        self.identity = uuid.uuid4()
        self.disk = ground.path(name + '.img')
        with open(self.disk, 'wb') as file:
            file.truncate(1 << 20)
        self.defined = False
        self.running = False
        self.attached = False
        self.shares = 0  # none said
        self.ending = False  # perhaps: a daemon that was killed may have told it to end
        self.lost = False  # its QEMU was killed or is stopped: anything may be refused

    def wire(self):
        return wire.domain(self.name, self.identity.bytes)

    def document(self):
        """A guest that runs firmware only: quick to start."""
        return (f"<domain type='qemu'><name>{self.name}</name><uuid>{self.identity}</uuid><memory unit='MiB'>8</memory>"
                "<vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>"
                "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='qemu-xhci'/>"
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
        elif self.random.random() < 0.4:
            guest.running = None
            client.call(wire.DESTROY, guest.wire())
            guest.forget()
        elif self.random.random() < 0.3:
            self.tune(client, guest)
        else:
            self.plug(client, guest)

    @staticmethod
    def define(client, guest):
        guest.defined = None
        client.call(wire.DEFINE, wire.text(guest.document()))
        guest.defined, guest.attached, guest.shares = True, False, 0

    @staticmethod
    def plug(client, guest):
        procedure = wire.DETACH_DEVICE_FLAGS if guest.attached else wire.ATTACH_DEVICE_FLAGS
        after, guest.attached = not guest.attached, None
        client.call(procedure, guest.wire() + wire.text(disk_xml(guest.disk)) + struct.pack('>I', LIVE_AND_CONFIG))
        guest.attached = after

    def tune(self, client, guest):
        shares, guest.shares = self.random.choice([256, 512, 2048]), None
        parameter = wire.text('cpu_shares') + struct.pack('>iQ', 4, shares)
        client.call(wire.SET_SCHEDULER_FLAGS,
                    guest.wire() + struct.pack('>I', 1) + parameter + struct.pack('>I', LIVE_AND_CONFIG))
        guest.shares = shares


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

    @staticmethod
    def shares(document):
        return int(document.findtext('.//cputune/shares', '0'))

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
        equal(self.shares(file), self.shares(inactive), f'{self.where}: shares in the file and in memory')
        if guest.attached is not None:
            equal(self.plugged(inactive), guest.attached, f'{self.where}: disk as acknowledged')
        if guest.shares is not None:
            equal(self.shares(inactive), guest.shares, f'{self.where}: shares as acknowledged')
        known = guest.attached
        guest.attached, guest.shares = self.plugged(inactive), self.shares(inactive)
        if guest.running:
            self.look_live(guest, known)

    def look_live(self, guest, known):
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
        if known is not None:
            equal(here, known, f'{self.where}: disk in the live document as acknowledged')
        elif here != guest.attached:
            self.even(guest, LIVE if here else CONFIG)
        equal(self.shares(status), self.shares(live), f'{self.where}: shares in the status file and in memory')
        folder = self.cgroups(guest).get('cpu')
        self.test.assertIsNotNone(folder, f'{self.where}: its control group')
        with open(os.path.join(folder, 'cpu.shares'), encoding='ascii') as shares:
            equal(int(shares.read()), self.shares(live) or 1024, f'{self.where}: shares in the kernel and in memory')

    def even(self, guest, side):
        """A change of both that was cut off in between, each side whole: the side that has it gives it back."""
        self.client.call(wire.DETACH_DEVICE_FLAGS, guest.wire() + wire.text(disk_xml(guest.disk)) + struct.pack('>I', side))
        guest.attached = False
        self.look(guest)

    def gone(self, guest):
        """Nothing of a guest that does not run is left."""
        wait_until(lambda: not self.cgroups(guest), f'{self.where}: control groups go')
        run, library = self.ground.path('run', 'libvirt', 'qemu'), self.ground.path('var', 'lib', 'libvirt', 'qemu')
        left = [name for name in os.listdir(run) if name in (guest.name + '.xml', guest.name + '.pid')]
        left += [name for name in os.listdir(library) if re.fullmatch(rf'domain-\d+-{guest.name}', name)]
        with open('/proc/self/mounts', encoding='utf-8') as mounts:
            left += [line for line in mounts if f'-{guest.name} ' in line]
        self.test.assertEqual(left, [], f'{self.where}: files and mounts')
        self.test.assertEqual(self.users_of(guest.disk), 0, f'{self.where}: what was remembered of its disk')

    @staticmethod
    def users_of(path):
        """How many guests have the file, by the kernel's extended attributes; 0: its owner is not remembered."""
        names = [name for name in os.listxattr(path) if 'libvirt.security' in name]
        return int(os.getxattr(path, 'trusted.libvirt.security.ref_dac')) if names else 0


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
