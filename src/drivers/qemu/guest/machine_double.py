#!/usr/bin/python3
"""A double of systemd and systemd-machined on a bus of its own, written from org.freedesktop.machine1(5) and
org.freedesktop.systemd1(5): enough to register machines with.

    dbus-daemon --session --print-address --nofork &
    DBUS_SYSTEM_BUS_ADDRESS=... src/drivers/qemu/guest/machine_double.py [--hang METHOD] [--refuse METHOD]
    DBUS_SYSTEM_BUS_ADDRESS=... vireod

A machine's leader is moved into a scope in the kernel's real control groups (root is needed), all trees but cpuset, as
systemd does it on hosts with version 1. A scope without processes goes, and its machine with it. Each call is a line of
JSON on standard output, "ready" is the first line. --hang: METHOD gets no answer; --refuse: an error.
"""
import argparse
import json
import os
import re
import signal
import sys

from gi.repository import Gio, GLib

MACHINED = '''<node><interface name='org.freedesktop.machine1.Manager'>
  <method name='CreateMachineWithNetwork'>
    <arg type='s' direction='in'/><arg type='ay' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
    <arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='ai' direction='in'/>
    <arg type='a(sv)' direction='in'/><arg type='o' direction='out'/></method>
  <method name='TerminateMachine'><arg type='s' direction='in'/></method>
  <method name='ListMachines'><arg type='a(ssso)' direction='out'/></method>
</interface></node>'''
SYSTEMD = '''<node><interface name='org.freedesktop.systemd1.Manager'>
  <method name='SetUnitProperties'><arg type='s' direction='in'/><arg type='b' direction='in'/>
    <arg type='a(sv)' direction='in'/></method>
</interface></node>'''
ERROR = 'org.freedesktop.machine1.'


class Refused(Exception):
    """An answer that is an error: its name, its text."""


def trees():
    """Where systemd has its units: every tree but that of cpuset."""
    with open('/proc/self/mounts', encoding='ascii', errors='replace') as mounts:
        for line in mounts:
            _, folder, kind, options = line.split()[:4]
            if kind == 'cgroup2' or (kind == 'cgroup' and 'cpuset' not in options.split(',')):
                yield folder


def escaped(name):
    """Part of a unit's name."""
    return ''.join(c if re.match(r'[A-Za-z0-9:_]', c) or (c == '.' and i) else f'\\x{ord(c):02x}' for i, c in enumerate(name))


def slice_path(name):
    parts = name[:-len('.slice')].split('-')
    return '/'.join('-'.join(parts[:i + 1]) + '.slice' for i in range(len(parts)))


class Machine:
    def __init__(self, name, service, kind, leader, properties):
        self.name, self.service, self.kind = name, service, kind
        self.unit = f'machine-{escaped(name)}.scope'
        self.path = os.path.join(slice_path(properties.get('Slice', 'machine.slice')), self.unit)
        for tree in trees():
            os.makedirs(os.path.join(tree, self.path), exist_ok=True)
            with open(os.path.join(tree, self.path, 'cgroup.procs'), 'w', encoding='ascii') as procs:
                procs.write(str(leader))

    def folders(self):
        """Deepest first."""
        for tree in trees():
            for folder, _, _ in os.walk(os.path.join(tree, self.path), topdown=False):
                yield folder

    def processes(self):
        found = set()
        for folder in self.folders():
            # In version 2 a folder for threads tells of none.
            try:
                with open(os.path.join(folder, 'cgroup.procs'), encoding='ascii') as procs:
                    found.update(map(int, procs.read().split()))
            except OSError:
                pass
        return found

    def remove(self):
        """With its slices, when they have nothing else."""
        for folder in list(self.folders()):
            try:
                os.rmdir(folder)
            except OSError:
                pass
        for tree in trees():
            folder = os.path.dirname(os.path.join(tree, self.path))
            while folder != tree:
                try:
                    os.rmdir(folder)
                except OSError:
                    pass
                folder = os.path.dirname(folder)


class Double:
    def __init__(self, options, bus):
        self.options = options
        self.machines = {}
        for path, text in (('/org/freedesktop/machine1', MACHINED), ('/org/freedesktop/systemd1', SYSTEMD)):
            interface = Gio.DBusNodeInfo.new_for_xml(text).interfaces[0]
            bus.register_object(path, interface, self.called, None, None)
        GLib.timeout_add(50, self.look)

    def look(self):
        for machine in list(self.machines.values()):
            if not machine.processes():
                machine.remove()
                del self.machines[machine.name]
        return True

    def called(self, bus, sender, path, interface, method, parameters, invocation):
        arguments = parameters.unpack()
        print(json.dumps([method, *arguments]), flush=True)
        if method in self.options.hang:
            return
        try:
            if method in self.options.refuse:
                raise Refused(ERROR + 'Refused', 'the double was told to')
            answer = getattr(self, method)(*arguments)
            invocation.return_value(answer)
        except Refused as refused:
            invocation.return_dbus_error(*refused.args)

    def CreateMachineWithNetwork(self, name, uuid, service, kind, leader, root, cards, properties):
        if not re.fullmatch(r'[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?|[A-Za-z0-9_.-]{1,64}', name):
            raise Refused('org.freedesktop.DBus.Error.InvalidArgs', 'Invalid machine name')
        if len(uuid) not in (0, 16) or kind not in ('container', 'vm') or leader <= 1 or (root and root[0] != '/'):
            raise Refused('org.freedesktop.DBus.Error.InvalidArgs', 'Invalid parameters')
        if name in self.machines:
            raise Refused(ERROR + 'MachineExists', f"Machine '{name}' already exists")
        self.machines[name] = Machine(name, service, kind, leader, dict(properties))
        return GLib.Variant('(o)', ('/org/freedesktop/machine1/machine/one',))

    def TerminateMachine(self, name):
        if name not in self.machines:
            raise Refused(ERROR + 'NoSuchMachine', f"No machine '{name}' known")
        for pid in self.machines[name].processes():
            os.kill(pid, signal.SIGTERM)
        return None

    def ListMachines(self):
        rows = [(m.name, m.kind, m.service, '/org/freedesktop/machine1/machine/one') for m in self.machines.values()]
        return GLib.Variant('(a(ssso))', (rows,))

    def SetUnitProperties(self, unit, runtime, properties):
        if unit not in (machine.unit for machine in self.machines.values()):
            raise Refused('org.freedesktop.systemd1.NoSuchUnit', f'Unit {unit} not loaded.')
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--hang', action='append', default=[])
    parser.add_argument('--refuse', action='append', default=[])
    options = parser.parse_args()
    bus = Gio.DBusConnection.new_for_address_sync(
        os.environ['DBUS_SYSTEM_BUS_ADDRESS'], Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
        Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    double = Double(options, bus)
    for name in ('org.freedesktop.systemd1', 'org.freedesktop.machine1'):
        bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                      GLib.Variant('(su)', (name, 4)), None, Gio.DBusCallFlags.NONE, -1, None)
    print('"ready"', flush=True)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, loop.quit)
    bus.connect('closed', lambda *_: loop.quit())
    loop.run()
    return double


if __name__ == '__main__':
    sys.exit(0 if main() else 1)
