"""libvirt-glib by introspection: connect, list, define, start, events, errors."""
import sys

import gi

gi.require_version('LibvirtGLib', '1.0')
gi.require_version('LibvirtGObject', '1.0')
gi.require_version('LibvirtGConfig', '1.0')
from gi.repository import GLib, LibvirtGConfig, LibvirtGLib, LibvirtGObject  # noqa: E402

uri, xml_path, name = sys.argv[1:]
seen = []
LibvirtGLib.event_register()
conn = LibvirtGObject.Connection.new(uri)
conn.open(None)
conn.fetch_domains(None)
assert name not in [d.get_name() for d in conn.get_domains()]
conn.connect('domain-added', lambda _c, domain: seen.append(('added', domain.get_name())))
with open(xml_path, encoding='utf-8') as file:
    config = LibvirtGConfig.Domain.new_from_xml(file.read())
domain = conn.create_domain(config)
domain.connect('started', lambda d: seen.append(('started', d.get_name())))
domain.connect('stopped', lambda d: seen.append(('stopped', d.get_name())))


def expect(signal):
    loop = GLib.MainContext.default()
    late = []
    GLib.timeout_add_seconds(30, lambda: late.append(1))
    while (signal, name) not in seen:
        loop.iteration(True)
        assert not late, (signal, seen)


expect('added')
domain.start(0)
expect('started')
assert domain.get_info().state == LibvirtGObject.DomainState.RUNNING
assert f'<name>{name}</name>' in domain.get_config(0).to_xml()
domain.stop(0)
expect('stopped')
try:
    domain.stop(0)
    sys.exit('a stopped domain was stopped')
except GLib.Error as error:
    assert 'domain is not running' in error.message, error.message
domain.delete(0)
print('round complete')
