"""What a running guest can be tuned in, each with its call, with what the documents say of it, and with what is in force
in QEMU and in the kernel. For the tests that kill things in the middle."""
import os
import re
import struct
import subprocess

import wire
from support import clean_environment

LIVE, CONFIG, LIVE_AND_CONFIG = 1, 2, 3
UINT, LLONG, ULLONG, BOOLEAN, STRING = 2, 3, 4, 6, 7
FORMATS = {UINT: 'I', LLONG: 'q', ULLONG: 'Q', BOOLEAN: 'i'}


def typed(name, kind, value):
    data = wire.text(value) if kind == STRING else struct.pack('>' + FORMATS[kind], value)
    return wire.text(name) + struct.pack('>i', kind) + data


def typed_list(*parameters):
    return struct.pack('>I', len(parameters)) + b''.join(typed(*each) for each in parameters)


def cpumap(cpus):
    """The map of a list such as '0-1'."""
    first, last = (cpus.split('-') * 2)[:2]
    return struct.pack('>I', 1) + bytes([sum(1 << cpu for cpu in range(int(first), int(last) + 1)), 0, 0, 0])


def cpu_lists():
    return ['0', '1', '0-1'] if os.cpu_count() > 1 else ['0']


def affinity(pid, tid):
    with open(f'/proc/{pid}/task/{tid}/status', encoding='ascii', errors='replace') as file:
        return re.search(r'Cpus_allowed_list:\t(.*)', file.read())[1]


def first_block_device():
    """Limits of a group are for devices of the host; which one is all the same."""
    return next((f'/dev/{name}' for name in sorted(os.listdir('/sys/block')) if os.path.exists(f'/dev/{name}')), None)


class Tuning:
    """One thing that can be tuned."""
    procedure = None
    about = None  # the same for those that change the same thing

    def __repr__(self):
        return ' '.join([type(self).__name__, *(str(value) for value in vars(self).values())])

    def choose(self, random, guest):
        raise NotImplementedError

    def payload(self, guest, value):
        raise NotImplementedError

    def told(self, document):
        """None: nothing is said."""
        raise NotImplementedError

    def wanted(self, view):
        """What is to be in force, by the document of the running guest."""
        return self.told(view.live)

    def in_force(self, view):
        raise NotImplementedError

    def change(self, client, guest, value, flags=LIVE_AND_CONFIG):
        client.call(self.procedure, guest.wire() + self.payload(guest, value) + struct.pack('>I', flags))


class GroupFile(Tuning):
    """A limit that a file of a control group holds."""

    def __init__(self, procedure, parameter, kind, values, path, controller, file, usual, scale=1):
        self.procedure, self.parameter, self.kind, self.values, self.path = procedure, parameter, kind, values, path
        self.controller, self.file, self.usual, self.scale = controller, file, usual, scale

    def choose(self, random, guest):
        return random.choice(self.values)

    def payload(self, guest, value):
        return typed_list((self.parameter, self.kind, value))

    def told(self, document):
        text = document.findtext(self.path)
        return None if text is None else int(text)

    def wanted(self, view):
        told = self.told(view.live)
        return self.usual if told is None else told

    def in_force(self, view):
        with open(os.path.join(view.groups[self.controller], self.file), encoding='ascii') as file:
            return int(file.read()) // self.scale


class Throttle(GroupFile):
    """How fast the guest's group may read from a device of the host."""

    def __init__(self, device):
        super().__init__(wire.SET_BLKIO_PARAMETERS, 'device_read_bytes_sec', STRING, [1 << 20, 1 << 21],
                         './/blkiotune/device/read_bytes_sec', 'blkio', 'blkio.throttle.read_bps_device', None)
        self.device = device

    def payload(self, guest, value):
        return typed_list((self.parameter, STRING, f'{self.device},{value}'))

    def in_force(self, view):
        with open(os.path.join(view.groups[self.controller], self.file), encoding='ascii') as file:
            words = file.read().split()
        return int(words[1]) if words else None


class Pin(Tuning):
    """Where threads may run. Without a word: anywhere."""

    def __init__(self, procedure, number, path):
        self.procedure, self.number, self.path = procedure, number, path

    def choose(self, random, guest):
        return random.choice(cpu_lists())

    def payload(self, guest, value):
        return (b'' if self.number is None else struct.pack('>I', self.number)) + cpumap(value)

    def told(self, document):
        pin = document.find(self.path)
        return None if pin is None else pin.get('cpuset')

    def thread(self, view):
        return view.pid

    def in_force(self, view):
        return affinity(view.pid, self.thread(view))

    def wanted(self, view):
        return self.told(view.live) or view.everywhere


class VcpuPin(Pin):
    def thread(self, view):
        return view.monitor('query-cpus-fast')[0]['thread-id']


class IothreadPin(Pin):
    def thread(self, view):
        return next(each['thread-id'] for each in view.iothreads() if each['id'] == 'iothread1')


class Polling(Tuning):
    """How long the first I/O thread looks before it sleeps."""
    procedure, usual = wire.SET_IOTHREAD_PARAMS, 32768

    def choose(self, random, guest):
        return random.choice([1000, 5000, 70000])

    def payload(self, guest, value):
        return struct.pack('>I', 1) + typed_list(('poll_max_ns', ULLONG, value))

    def told(self, document):
        poll = document.find(".//iothreadids/iothread[@id='1']/poll")
        return None if poll is None else int(poll.get('max'))

    def in_force(self, view):
        return next(each['poll-max-ns'] for each in view.iothreads() if each['id'] == 'iothread1')

    def wanted(self, view):
        return self.told(view.live) or self.usual


class SecondThread(Tuning):
    """An I/O thread that comes and goes."""

    def choose(self, random, guest):
        return None if guest.tuned.get(self) else 7

    def change(self, client, guest, value, flags=LIVE_AND_CONFIG):
        client.call(wire.ADD_IOTHREAD if value else wire.DEL_IOTHREAD,
                    guest.wire() + struct.pack('>II', 7, flags))

    def told(self, document):
        return 7 if document.find(".//iothreadids/iothread[@id='7']") is not None else None

    def in_force(self, view):
        return 7 if any(each['id'] == 'iothread7' for each in view.iothreads()) else None


class DiskLimit(Tuning):
    """Bytes a second of a disk, which it shares with the other: what changes for one changes for all of the group."""
    procedure, about = wire.SET_BLOCK_IO_TUNE, 'disks'

    def __init__(self, disk):
        self.disk = disk

    def choose(self, random, guest):
        return random.choice([1 << 20, 1 << 21, 1 << 22]), 'both'

    def payload(self, guest, value):
        return wire.text(self.disk) + typed_list(('total_bytes_sec', ULLONG, value[0]), ('group_name', STRING, value[1]))

    def find(self, document):
        return document.find(f".//devices/disk/target[@dev='{self.disk}']/..")

    def told(self, document):
        tune = self.find(document).find('iotune')
        return None if tune is None else (int(tune.findtext('total_bytes_sec')), tune.findtext('group_name'))

    def wanted(self, view):
        return self.told(view.live) or (0, None)

    def in_force(self, view):
        device = f"/machine/peripheral/{self.find(view.live).find('alias').get('name')}/virtio-backend"
        inserted = next(each['inserted'] for each in view.monitor('query-block') if each.get('qdev') == device)
        return inserted['bps'], inserted.get('group')


class Bandwidth(Tuning):
    """KiB a second to the guest; by a call of its own, or by the document of the card."""
    about = 'bandwidth'

    def __init__(self, by_document):
        self.by_document = by_document

    def choose(self, random, guest):
        return random.choice([100, 200, 400])

    def change(self, client, guest, value, flags=LIVE_AND_CONFIG):
        if self.by_document:
            card = guest.card(f"<bandwidth><inbound average='{value}'/></bandwidth>")
            client.call(wire.UPDATE_DEVICE_FLAGS, guest.wire() + wire.text(card) + struct.pack('>I', flags))
            return
        client.call(wire.SET_INTERFACE_PARAMETERS, guest.wire() + wire.text(guest.mac) +
                    typed_list(('inbound.average', UINT, value)) + struct.pack('>I', flags))

    def told(self, document):
        inbound = document.find('.//devices/interface/bandwidth/inbound')
        return None if inbound is None else int(inbound.get('average'))

    def in_force(self, view):
        device = view.live.find('.//devices/interface/target').get('dev')
        text = subprocess.run(['tc', 'class', 'show', 'dev', device], check=True, env=clean_environment(),
                              capture_output=True, text=True).stdout
        rate = re.search(r' rate (\d+)Kbit', text)
        return int(rate[1]) // 8 if rate else None


class PageFaults(Tuning):
    """A counter of the kernel's that the daemon has open."""
    procedure = wire.SET_PERF_EVENTS

    def choose(self, random, guest):
        return random.choice(['yes', None])

    def payload(self, guest, value):
        return typed_list(('page_faults', BOOLEAN, value == 'yes'))

    def told(self, document):
        event = document.find(".//perf/event[@name='page_faults']")
        return None if event is None or event.get('enabled') == 'no' else 'yes'

    def in_force(self, view):
        payload = view.client.call(wire.GET_PERF_EVENTS, view.guest.wire() + struct.pack('>I', LIVE))
        return 'yes' if typed('page_faults', BOOLEAN, 1) in payload else None


def all_tunings():
    device = first_block_device()
    return [
        GroupFile(wire.SET_SCHEDULER_FLAGS, 'cpu_shares', ULLONG, [256, 512, 2048], './/cputune/shares', 'cpu',
                  'cpu.shares', 1024),
        GroupFile(wire.SET_SCHEDULER_FLAGS, 'vcpu_quota', LLONG, [20000, 50000], './/cputune/quota', 'cpu',
                  'vcpu0/cpu.cfs_quota_us', -1),
        GroupFile(wire.SET_MEMORY_PARAMETERS, 'soft_limit', ULLONG, [300 << 10, 400 << 10], './/memtune/soft_limit',
                  'memory', 'memory.soft_limit_in_bytes', (1 << 63) // 1024 - 4, 1024),
        VcpuPin(wire.PIN_VCPU_FLAGS, 0, './/cputune/vcpupin'),
        Pin(wire.PIN_EMULATOR, None, './/cputune/emulatorpin'),
        IothreadPin(wire.PIN_IOTHREAD, 1, './/cputune/iothreadpin'),
        Polling(), SecondThread(), DiskLimit('vda'), DiskLimit('vdb'), Bandwidth(False), Bandwidth(True), PageFaults(),
    ] + ([Throttle(device)] if device else [])


TUNINGS = all_tunings()


class View:
    """A running guest as its tunings look at it."""

    def __init__(self, sides, guest, live, groups):
        self.sides, self.guest, self.live, self.groups, self.client = sides, guest, live, groups, sides.client
        self.pid = sides.process(guest)
        with open('/proc/self/status', encoding='ascii', errors='replace') as file:
            self.everywhere = re.search(r'Cpus_allowed_list:\t(.*)', file.read())[1]

    def monitor(self, command):
        return self.sides.monitor(self.guest, command)

    def iothreads(self):
        return self.monitor('query-iothreads')
