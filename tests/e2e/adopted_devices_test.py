#!/usr/bin/env python3
"""Devices of a guest that goes from one daemon to the other and back: what the one plugged the other takes out, by
document and by alias, and goes on numbering where the one stopped. The guest's kernel says what is there."""
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from handover import HandOver  # noqa: E402
from support import needs_root, wait_until  # noqa: E402

# Name, document, what the guest's kernel shows while it is there. # ~ and %: what no other device of its kind
# has.
DEVICES = [
    ('disk', "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='@/virtio#'/>"
     "<target dev='vd~' bus='virtio'/><serial>virtio#</serial></disk>", 'grep -q virtio# /sys/block/vd*/serial'),
    ('scsi', "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='@/scsi#'/>"
     "<target dev='sd~' bus='scsi'/><vendor>maker#</vendor></disk>",
     'grep -q maker# /sys/block/sd*/device/vendor'),
    ('card', "<interface type='user'><mac address='52:54:00:01:02:#0'/><model type='virtio'/></interface>",
     'grep -q 52:54:00:01:02:#0 /sys/class/net/*/address'),
    ('serial', "<serial type='file'><source path='@/serial#'/><target type='pci-serial' port='#'/><address type='pci' domain='0' "
     "bus='0' slot='0x1%' function='0'/></serial>", '[ -e /sys/bus/pci/devices/0000:00:1%.0/tty ]'),
    ('channel', "<channel type='unix'><target type='virtio' name='org.example.#'/></channel>",
     'grep -q org.example.# /sys/class/virtio-ports/*/name'),
    ('rng', "<rng model='virtio'><rate bytes='100#'/><backend model='random'>/dev/urandom</backend><address type='pci' domain='0' "
     "bus='0' slot='0x1~' function='0'/></rng>", '[ -e /sys/bus/pci/devices/0000:00:1~.0/virtio* ]'),
]


def filled(text, number):
    return text.replace('#', number).replace('~', chr(ord(number) + 48)).replace('%', chr(ord(number) + 5))


@needs_root
class AdoptedDevices(HandOver):
    def document(self, text, number):
        return filled(text, number).replace('@', self.ground.root)

    def plug(self, number):
        """One of each kind, by the daemon that runs; the aliases that it gave."""
        aliases = {}
        for name, text, shown in DEVICES:
            before = set(self.aliases())
            self.virsh('attach-device', 'web', self.write(f'{name}{number}.xml', self.document(text, number)), '--live')
            self.wait_in_guest(filled(shown, number))
            aliases[name] = [alias for alias in self.aliases() if alias not in before][0]
        return aliases

    def definition(self):
        """Without whether a channel is open, which libvirtd does not look at when it plugs one."""
        return re.sub(" state='(dis)?connected'", '', self.live()).splitlines()

    def aliases(self):
        return re.findall("<alias name='([^']+)'/>", self.live())

    def full_document(self, name, number, alias):
        """What was plugged; libvirtd knows a channel only with the path that was given to it."""
        if name != 'channel':
            return self.ground.path(f'{name}{number}.xml')
        device = ET.fromstring(self.live()).find(f"devices/channel/alias[@name='{alias}']/..")
        return self.write('full.xml', ET.tostring(device, encoding='unicode'))

    def unplug(self, number, aliases, by_alias):
        """All of them, every other one by its alias."""
        for name, _, shown in reversed(DEVICES):
            self.assertIn(f"<alias name='{aliases[name]}'/>", self.live())
            if by_alias:
                self.virsh('detach-device-alias', 'web', aliases[name], '--live')
            else:
                self.virsh('detach-device', 'web', self.full_document(name, number, aliases[name]), '--live')
            by_alias = not by_alias
            wait_until(lambda: f"<alias name='{aliases[name]}'/>" not in self.live(), f'{name} leaves the definition')
            self.wait_in_guest(filled(shown, number), wanted=False)

    def numbers(self):
        """Of nodes and of sets of descriptors, as QEMU has them."""
        nodes = json.loads(self.monitor('{"execute":"query-named-block-nodes"}'))['return']
        sets = json.loads(self.monitor('{"execute":"query-fdsets"}'))['return']
        return ({int(re.match(r'libvirt-(\d+)-', node['node-name']).group(1)) for node in nodes},
                {one['fdset-id'] for one in sets}, [len(one['fds']) for one in sets])

    def counters(self):
        root = self.host.status_file('web')
        return int(root.find('nodename').get('index')), int(root.find('fdset').get('index'))

    def check_numbers(self):
        nodes, sets, filled = self.numbers()
        last, next_set = self.counters()
        self.assertGreaterEqual(last, max(nodes))
        self.assertGreater(next_set, max(sets, default=-1))
        self.assertEqual(filled, [1] * len(filled), 'a set got a second descriptor')
        return last, next_set

    def there_and_back(self, first, second):
        for number in '234':
            self.image('virtio' + number, '1M', 'raw')
            self.image('scsi' + number, '2M')
        getattr(self.host, first)()
        self.virsh('define', self.write('web.xml', support.guest_xml(
            'web', guest=support.FULL_GUEST, memory_mib=256, disk=self.disk,
            devices="<controller type='virtio-serial' index='0'/>")))
        self.virsh('start', 'web')
        controller = self.write('controller.xml', "<controller type='scsi' index='0' model='virtio-scsi'/>")
        self.virsh('attach-device', 'web', controller, '--live')
        self.wait_in_guest('ls -d /sys/class/scsi_host/*')
        firsts = self.plug('2')
        counted = self.check_numbers()
        before = self.definition()
        self.hand_over(second)
        self.assertEqual(self.definition(), before)
        seconds = self.plug('3')
        self.assertFalse(set(firsts.values()) & set(seconds.values()))
        more = self.check_numbers()
        self.assertGreater(more, counted)
        self.unplug('2', firsts, by_alias=False)
        self.assertEqual(self.check_numbers(), more)
        before = self.definition()
        self.hand_over(first)
        self.assertEqual(self.definition(), before)
        thirds = self.plug('4')
        self.assertGreater(self.check_numbers(), more)
        self.unplug('3', seconds, by_alias=True)
        self.hand_over(second)
        self.unplug('4', thirds, by_alias=True)
        self.virsh('detach-device', 'web', controller, '--live')
        wait_until(lambda: "<controller type='scsi'" not in self.live(), 'the controller leaves')
        self.virsh('destroy', 'web')
        self.virsh('undefine', 'web')
        self.assertEqual(os.listdir(os.path.join(self.host.state, 'var', 'lib', 'libvirt', 'qemu', 'channel', 'target')), [])

    def test_from_libvirtd(self):
        self.there_and_back('libvirtd', 'vireod')

    def test_from_vireod(self):
        self.there_and_back('vireod', 'libvirtd')


if __name__ == '__main__':
    support.main()
