#!/usr/bin/env python3
"""Each of the 27 events of domains: a real guest, or what is done to it, makes it come, and Debian's `virsh event --all`
prints it. Ids that nothing here can make come yet are in LATER with the part of the product that will."""
import base64
import ctypes
import os
import re
import socket
import struct
import subprocess

import support
from support import GuestTest, Terminal, needs_root

# By id, as virsh calls them.
NAMES = ['lifecycle', 'reboot', 'rtc-change', 'watchdog', 'io-error', 'graphics', 'io-error-reason', 'control-error',
         'block-job', 'disk-change', 'tray-change', 'pm-wakeup', 'pm-suspend', 'balloon-change', 'pm-suspend-disk',
         'device-removed', 'block-job-2', 'tunable', 'agent-lifecycle', 'device-added', 'migration-iteration',
         'job-completed', 'device-removal-failed', 'metadata-change', 'block-threshold', 'memory-failure',
         'memory-device-size-change']
LATER = {
    'block-job': 'block jobs: pull, commit, copy',
    'block-job-2': 'block jobs: pull, commit, copy',
    'migration-iteration': 'migration',
    'job-completed': 'save, migration and backup jobs',
}
MADE = {}  # event: tests that make it come

PM_CONTROL, SLEEP, TO_MEMORY, TO_DISK = 0x604, 0x2001, 1 << 10, 2 << 10  # the PC's ACPI register for sleeping
WATCHDOG, PANIC, MEMORY_HOTPLUG = 0x443, 0x505, 0xa00


def makes(*events):
    def mark(test):
        for event in events:
            MADE.setdefault(event, []).append(test.__name__)
        test.events = events
        return test
    return mark


def poke(*writes):
    """What a guest's shell types to write to ports, bytes or words: a program of a few instructions, as its kernel has no
    /dev/port: iopl(3), each write, exit(0)."""
    code = b'\xbf\x03\0\0\0\xb8\xac\0\0\0\x0f\x05'
    for port, value in writes:
        wide = b'\x66\xb8' + struct.pack('<H', value) + b'\x66\xef'
        code += b'\xba' + struct.pack('<I', port) + (wide if value > 0xff else b'\xb0' + bytes([value]) + b'\xee')
    code += b'\x31\xff\xb8\x3c\0\0\0\x0f\x05'
    base, headers = 0x400000, 64 + 56
    elf = struct.pack('<16sHHIQQQIHHHHHH', b'\x7fELF\x02\x01\x01', 2, 62, 1, base + headers, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    load = struct.pack('<IIQQQQQQ', 1, 5, 0, base, base, headers + len(code), headers + len(code), 4096)
    text = base64.b64encode(elf + load + code).decode()
    return f'echo {text} | base64 -d >/tmp/poke; chmod +x /tmp/poke; /tmp/poke'


class Listener:
    """Debian's virsh, which prints what comes."""

    def __init__(self, test):
        self.terminal = Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', test.uri, 'event', '--all', '--loop',
                                  '--timeout', '1000'], support.peer_environment(test.ground, TERM='dumb'))
        self.seen = []
        support.wait_until(lambda: self.hears(test), 'virsh event listens')

    def hears(self, test):
        test.ok(test.virsh('metadata', 'web', 'urn:x', '--key', 'x', '--set', '<x/>', '--config'))
        try:
            return self.terminal.expect("event 'metadata-change'", deadline=0.5)
        except AssertionError:
            return None

    def wait(self, event, details='', deadline=support.DEADLINE):
        match = self.terminal.expect(rf"event '{event}' for domain '?web'?{details}", deadline)
        self.seen.append(event)
        return match

    def close(self):
        self.terminal.type('\x03')
        self.terminal.close()


class Events(GuestTest):
    def listen(self, **guest):
        self.define('web', **guest)
        self.listener = Listener(self)
        self.addCleanup(self.check_seen)
        self.addCleanup(self.listener.close)

    def check_seen(self):
        promised = getattr(getattr(self, self._testMethodName), 'events', ())
        self.assertEqual(set(promised) - set(self.listener.seen), set(), 'the test did not see what it says it makes')

    def start(self, **guest):
        self.listen(**guest)
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        for change in ('Resumed Unpaused', 'Started Booted'):
            self.wait('lifecycle', f': {change}')

    def wait(self, event, details='', **options):
        return self.listener.wait(event, details, **options)

    def shell(self, command):
        """Typed, and not waited for: what it does may stop the guest."""
        terminal = self.console()
        terminal.wake('guest# ')
        terminal.type('echo typed-$((40 + 2)); ' + command + '\n')
        terminal.expect('typed-42')
        terminal.type('\x1d')
        terminal.close()

    def port(self, port, value):
        self.shell(poke((port, value)))

    def reason(self):
        return self.ok(self.virsh('domstate', 'web', '--reason')).strip()

    # Life

    @makes('lifecycle', 'reboot', 'metadata-change', 'tunable')
    def test_calls(self):
        self.start()
        self.ok(self.virsh('suspend', 'web'))
        self.wait('lifecycle', ': Suspended Paused')
        self.ok(self.virsh('resume', 'web'))
        self.wait('lifecycle', ': Resumed Unpaused')
        self.ok(self.virsh('reset', 'web'))
        self.wait('reboot')
        self.ok(self.virsh('metadata', 'web', 'urn:y', '--key', 'y', '--set', '<y/>', '--live'))
        self.wait('metadata-change', ': type element, uri urn:y')
        self.ok(self.virsh('emulatorpin', 'web', '0', '--live'))
        self.wait('tunable', r'[^\n]*\n[^\n]*cputune.emulatorpin: 0')
        self.ok(self.virsh('destroy', 'web'))
        self.wait('lifecycle', ': Stopped Destroyed')
        self.ok(self.virsh('undefine', 'web'))
        self.wait('lifecycle', ': Undefined Removed')

    @makes('lifecycle')
    def test_ends(self):
        """How a guest may end, and what is said of it."""
        self.start(more='<on_crash>destroy</on_crash>', devices="<panic model='isa'/>")
        self.shell('poweroff -f')
        self.wait('lifecycle', ': Shutdown Finished after guest request')
        self.wait('lifecycle', ': Stopped Shutdown')
        self.assertEqual(self.reason(), 'shut off (shutdown)')
        self.ok(self.virsh('start', 'web'))
        os.kill(self.qemu_pid('web'), 9)
        self.wait('lifecycle', ': Stopped Failed')
        self.assertEqual(self.reason(), 'shut off (crashed)')
        self.ok(self.virsh('start', 'web'))
        self.port(PANIC, 1)
        self.wait('lifecycle', ': Crashed Panicked')
        self.wait('lifecycle', ': Stopped Crashed')
        self.assertEqual(self.reason(), 'shut off (crashed)')

    @makes('lifecycle')
    def test_panic_is_dumped(self):
        """on_crash coredump-restart: the memory is a file, and the guest begins again."""
        self.start(more='<on_crash>coredump-restart</on_crash>', devices="<panic model='isa'/>")
        self.port(PANIC, 1)
        self.wait('lifecycle', ': Crashed Panicked')
        self.wait('lifecycle', ': Resumed Unpaused')
        self.assertEqual(self.reason(), 'running (crashed)')
        folder = self.ground.path('session', 'config', 'libvirt', 'qemu', 'dump') if self.session else \
            self.ground.path('var', 'lib', 'libvirt', 'qemu', 'dump')
        dumps = os.listdir(folder)
        self.assertEqual(len(dumps), 1)
        with open(os.path.join(folder, dumps[0]), 'rb') as file:
            self.assertEqual(file.read(4), b'\x7fELF')

    @makes('pm-suspend', 'pm-wakeup', 'pm-suspend-disk', 'lifecycle')
    def test_sleep(self):
        """The guest writes what its kernel would into the register for sleeping."""
        self.start(more="<pm><suspend-to-mem enabled='yes'/><suspend-to-disk enabled='yes'/></pm>")
        self.port(PM_CONTROL, SLEEP | TO_MEMORY)
        self.wait('lifecycle', ': PMSuspended Memory')
        self.wait('pm-suspend')
        self.assertEqual(self.state(), 'pmsuspended')
        self.ok(self.virsh('dompmwakeup', 'web'))
        self.wait('lifecycle', ': Started Event wakeup')
        self.wait('pm-wakeup')
        self.assertEqual(self.reason(), 'running (event wakeup)')
        self.port(PM_CONTROL, SLEEP | TO_DISK)
        self.wait('lifecycle', ': PMSuspended Disk')
        self.wait('pm-suspend-disk')

    # What the guest does to its devices

    @makes('rtc-change', 'watchdog', 'balloon-change', 'lifecycle', 'block-threshold', 'memory-failure')
    def test_guest(self):
        self.start(disk=self.disk, devices="<watchdog model='ib700' action='pause'/>")
        self.ok(self.virsh('domblkthreshold', 'web', 'vda', '1000000'))
        self.shell('dd if=/dev/urandom of=/dev/vda bs=64k count=64 conv=fsync 2>/dev/null')
        self.wait('block-threshold', r': dev: vda\([^)]*disk.qcow2\) 1000000 \d+')
        self.shell('date -s 2031-05-06; hwclock -w -u')
        self.wait('rtc-change', r': 1[0-9]{8}')
        self.ok(self.virsh('setmem', 'web', '100M', '--live'))
        self.wait('balloon-change', ': [0-9]{6}KiB')
        self.port(WATCHDOG, 0x0f)
        self.wait('watchdog', ': pause')
        self.wait('lifecycle', ': Suspended Watchdog')
        self.assertEqual(self.reason(), 'paused (watchdog)')
        self.ok(self.virsh('resume', 'web'))
        self.wait('lifecycle', ': Resumed Unpaused')
        # A broken bank of memory, as the processor reports it.
        self.ok(self.virsh('qemu-monitor-command', 'web', '--hmp', 'mce 0 9 0xbd000000000000c0 0xd 0x62000000 0x8c'))
        self.wait('memory-failure', r':\s+recipient: guest\s+action: (inject|reset)\s+flags:\s+action required: 0\s+recursive: 0')

    @makes('io-error', 'io-error-reason', 'lifecycle')
    @needs_root
    def test_full_disk(self):
        """The host's file system is full before the disk is."""
        folder = self.ground.path('small')
        os.mkdir(folder)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'small', folder], check=True)
        self.addCleanup(lambda: subprocess.run(['umount', folder], check=True))
        path = os.path.join(folder, 'disk.img')
        with open(path, 'wb') as file:
            file.truncate(8 << 20)
        self.start(devices=f"<disk type='file' device='disk'><driver name='qemu' type='raw' error_policy='enospace'/>"
                   f"<source file='{path}'/><target dev='vda' bus='virtio'/></disk>")
        self.shell('dd if=/dev/urandom of=/dev/vda bs=64k count=64 conv=fsync')
        self.wait('io-error', rf': {re.escape(path)} \(virtio-disk0\) pause')
        self.wait('io-error-reason', rf': {re.escape(path)} \(virtio-disk0\) pause due to enospc')
        self.wait('lifecycle', ': Suspended I/O Error')
        self.assertEqual(self.reason(), 'paused (I/O error)')
        self.assertIn('no space', self.ok(self.virsh('domblkerror', 'web')))

    @makes('agent-lifecycle', 'tray-change', 'device-added', 'device-removed', 'disk-change')
    def test_devices(self):
        medium = self.ground.path('medium.iso')
        with open(medium, 'wb') as file:
            file.truncate(1 << 20)
        drives = ''.join(f"<disk type='file' device='{kind}'><driver name='qemu' type='raw'/><source file='{path}' "
                         f"startupPolicy='optional'/><target dev='{target}' bus='{bus}'/></disk>"
                         for kind, path, target, bus in (('cdrom', medium, 'hda', 'ide'), ('cdrom', '/no/such', 'hdb', 'ide'),
                                                         ('disk', '/no/disk', 'vdb', 'virtio')))
        self.listen(devices=drives + "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>")
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.wait('disk-change', ' disk virtio-disk1: /no/disk -> (: )?.*(dropped|drop)')
        self.wait('disk-change', ' disk ide0-0-1: /no/such -> ')
        self.wait('agent-lifecycle', ": state: '?disconnected'? reason: '?domain started'?")
        live = self.ok(self.virsh('dumpxml', 'web'))
        self.assertNotIn('/no/', live)
        self.assertIn("dev='hdb'", live)
        self.assertNotIn("dev='vdb'", live)
        self.in_shell('echo up-$((40 + 2))', r'up-42')
        self.ok(self.virsh('change-media', 'web', 'hda', '--eject', '--live'))
        self.wait('tray-change', ' disk ide0-0-0: opened')
        rng = self.write('rng.xml', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>")
        self.ok(self.virsh('attach-device', 'web', rng))
        self.wait('device-added', ': rng0')
        self.ok(self.virsh('detach-device-alias', 'web', 'rng0'))
        self.wait('device-removed', ': rng0')

    @makes('device-removal-failed', 'memory-device-size-change')
    def test_memory_devices(self):
        """The guest refuses to let go of memory, as firmware would, and takes what it is offered."""
        self.start(guest=support.FULL_GUEST, memory_mib=896,
                   more="<maxMemory slots='4' unit='MiB'>2048</maxMemory><cpu><numa><cell id='0' cpus='0' memory='512' "
                   "unit='MiB'/></numa></cpu>",
                   devices="<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>"
                   "<memory model='virtio-mem'><target><size unit='MiB'>256</size><node>0</node><block unit='MiB'>2</block>"
                   "<requested unit='MiB'>0</requested></target></memory>")
        terminal = self.console()
        terminal.wake('guest# ', deadline=180)  # a whole kernel, with all its drivers
        terminal.type('\x1d')
        terminal.close()
        self.ok(self.virsh('update-memory-device', 'web', '--alias', 'virtiomem0', '--requested-size', '128MiB'))
        self.wait('memory-device-size-change', r':\s+alias: virtiomem0\s+size: \d+')
        support.wait_until(lambda: "<current unit='KiB'>0</current>" not in self.ok(self.virsh('dumpxml', 'web')),
                           'the definition tells the size')
        self.shell(poke(*((MEMORY_HOTPLUG + register, value) for register, value in ((0, 0), (4, 3), (8, 1)))))
        self.wait('device-removal-failed', ': dimm0')

    # From outside

    @makes('graphics')
    def test_graphics(self):
        self.start(devices="<graphics type='vnc' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/></video>")
        port = int(re.search(r"type='vnc' port='(\d+)'", self.ok(self.virsh('dumpxml', 'web'))).group(1))
        with socket.create_connection(('127.0.0.1', port)) as viewer:
            ours = viewer.getsockname()[1]
            self.wait('graphics', rf': connect local\[IPv4 127.0.0.1 {port}\] remote\[IPv4 127.0.0.1 {ours}\] none')
            viewer.recv(12)
            viewer.sendall(b'RFB 003.008\n')
            viewer.recv(16)
            viewer.sendall(b'\x01')  # nobody asks who we are
            viewer.recv(4)
            viewer.sendall(b'\x01')  # others may look as well
            self.wait('graphics', ': initialize')
        self.wait('graphics', ': disconnect')

    @makes('control-error')
    @needs_root
    def test_lost_monitor(self):
        """Both ends of the monitor are cut while QEMU lives on: it can be destroyed all the same."""
        self.start()
        self.cut(self.qemu_pid('web'), 'monitor.sock')
        self.wait('control-error')
        self.assertEqual(self.state(), 'running')
        self.assertIn('error', self.ok(self.virsh('domcontrol', 'web')))
        self.ok(self.virsh('destroy', 'web'))
        self.wait('lifecycle', ': Stopped Destroyed')

    def cut(self, pid, name):
        """A process' connections of the unix socket that is called so."""
        pidfd_getfd, shut = 438, 0
        process = os.pidfd_open(pid)
        for number in os.listdir(f'/proc/{pid}/fd'):
            copy = ctypes.CDLL(None, use_errno=True).syscall(pidfd_getfd, process, int(number), 0)
            if copy < 0:
                continue
            try:
                end = socket.socket(fileno=copy)
            except OSError:
                os.close(copy)
                continue
            with end:
                if end.family == socket.AF_UNIX and name in str(end.getsockname()) and not \
                        end.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    end.shutdown(socket.SHUT_RDWR)
                    shut += 1
        os.close(process)
        self.assertGreater(shut, 0, 'QEMU has a monitor')

    def test_table(self):
        """Every id has a test or a reason."""
        names = [line.strip() for line in self.ok(self.virsh('event', '--list')).splitlines() if line.strip()]
        self.assertEqual(names, NAMES, "virsh's list, by id")
        self.assertEqual(set(MADE) | set(LATER), set(NAMES))
        self.assertEqual(set(MADE) & set(LATER), set())
        for event, tests in MADE.items():
            for test in tests:
                self.assertTrue(hasattr(self, test), event)


if __name__ == '__main__':
    support.main()
