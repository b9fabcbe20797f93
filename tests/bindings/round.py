"""python3-libvirt: connect, list, define, start, events, errors."""
import sys
import threading

import libvirt

uri, xml_path, name = sys.argv[1:]
seen, changed = [], threading.Condition()


def lifecycle(_conn, domain, event, detail, _opaque):
    with changed:
        seen.append((domain.name(), event, detail))
        changed.notify()


def expect(event):
    with changed:
        assert changed.wait_for(lambda: any(e[:2] == (name, event) for e in seen), 30), (event, seen)


libvirt.registerErrorHandler(lambda _context, _error: None, None)
libvirt.virEventRegisterDefaultImpl()


def run_events():
    while True:
        libvirt.virEventRunDefaultImpl()


threading.Thread(target=run_events, daemon=True).start()
conn = libvirt.open(uri)
assert conn.getType() == 'QEMU'
assert name not in [d.name() for d in conn.listAllDomains()]
try:
    conn.lookupByName(name)
    sys.exit('a domain that is not there was found')
except libvirt.libvirtError as error:
    assert error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN, error.get_error_code()
    assert error.get_error_domain() == libvirt.VIR_FROM_QEMU, error.get_error_domain()
    assert str(error).startswith('Domain not found'), error
conn.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, lifecycle, None)
with open(xml_path, encoding='utf-8') as file:
    domain = conn.defineXML(file.read())
expect(libvirt.VIR_DOMAIN_EVENT_DEFINED)
assert domain.isPersistent() and not domain.isActive()
domain.create()
expect(libvirt.VIR_DOMAIN_EVENT_STARTED)
assert domain.info()[0] == libvirt.VIR_DOMAIN_RUNNING
assert domain.ID() > 0 and conn.lookupByID(domain.ID()).name() == name
assert f'<name>{name}</name>' in domain.XMLDesc()
domain.destroy()
expect(libvirt.VIR_DOMAIN_EVENT_STOPPED)
domain.undefine()
expect(libvirt.VIR_DOMAIN_EVENT_UNDEFINED)
print('round complete')
