"""libvirt-dbus on a private bus: connect, list, define, start, events, errors."""
import os
import subprocess
import sys

import gi
from gi.repository import Gio, GLib

name, xml_path, *command = sys.argv[1:]
bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE, text=True)
address = bus.stdout.readline().strip()
server = subprocess.Popen(command, env={**os.environ, 'DBUS_SESSION_BUS_ADDRESS': address,
                                        'DBUS_SYSTEM_BUS_ADDRESS': address})
try:
    conn = Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
        None, None)
    loop = GLib.MainContext.default()
    seen, late = [], []
    GLib.timeout_add_seconds(60, lambda: late.append(1))
    owner = []
    Gio.bus_watch_name_on_connection(conn, 'org.libvirt', Gio.BusNameWatcherFlags.NONE,
                                     lambda *_: owner.append(1), None)
    while not owner:
        loop.iteration(True)
        assert not late, 'libvirt-dbus did not come'

    def call(path, interface, method, *arguments):
        signature = '(' + ''.join(t for t, _ in arguments) + ')'
        return conn.call_sync('org.libvirt', path, interface, method,
                              GLib.Variant(signature, tuple(v for _, v in arguments)), None, 0, 30000, None).unpack()

    def signal(_c, _s, _p, _i, member, parameters):
        seen.append((member, parameters.unpack()))

    conn.signal_subscribe('org.libvirt', 'org.libvirt.Connect', 'DomainEvent', None, None, 0, signal)

    def expect(event):
        while not any(p[1] == event for m, p in seen if m == 'DomainEvent'):
            loop.iteration(True)
            assert not late, (event, seen)

    qemu, connect, domain_interface = '/org/libvirt/QEMU', 'org.libvirt.Connect', 'org.libvirt.Domain'
    assert call(qemu, connect, 'ListDomains', ('u', 0)) == ([],)
    try:
        call(qemu, connect, 'DomainLookupByName', ('s', name))
        sys.exit('a domain that is not there was found')
    except GLib.Error as error:
        assert 'Domain not found' in error.message, error.message
    with open(xml_path, encoding='utf-8') as file:
        domain, = call(qemu, connect, 'DomainDefineXML', ('s', file.read()))
    expect(0)
    call(domain, domain_interface, 'Create', ('u', 0))
    expect(2)
    assert call(domain, domain_interface, 'GetState', ('u', 0))[0][0] == 1
    call(domain, domain_interface, 'Destroy', ('u', 0))
    expect(5)
    call(domain, domain_interface, 'Undefine', ('u', 0))
    expect(1)
    print('round complete')
finally:
    server.terminate()
    server.wait()
    bus.terminate()
    bus.wait()
