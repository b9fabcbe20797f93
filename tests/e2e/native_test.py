#!/usr/bin/env python3
"""Command lines for definitions and definitions for command lines, through Debian's virsh and ours; nothing is opened or
made for a line that is only shown."""
import os
import shlex

import support
from support import GuestTest, guest_xml

DEVICES = """
<channel type='unix'><source mode='bind' path='{socket}'/><target type='virtio' name='org.x'/></channel>
<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br7'/><model type='virtio'/></interface>
<graphics type='vnc' port='-1' autoport='yes'/>
"""


class Native(GuestTest):
    def to_native(self, xml, virsh=None):
        path = self.write('shown.xml', xml)
        return (virsh or self.virsh)('domxml-to-native', 'qemu-argv', '--xml', path)

    def test_there_and_back(self):
        socket = self.ground.path('x.sock')
        disk = self.ground.path('none, such.img')
        xml = guest_xml('shown', disk=disk, uuid='4a802f00-4cba-5df6-9679-a08c4c5b577f',
                        devices=DEVICES.format(socket=socket))
        text = self.ok(self.to_native(xml))
        words = shlex.split(text)
        self.assertIn('/usr/bin/qemu-system-x86_64', words)
        self.assertIn('guest=shown,debug-threads=on', words)
        self.assertTrue([w for w in words if w.startswith('socket,') and f'path={socket}' in w and 'server=on' in w], text)
        self.assertTrue([w for w in words if '"type":"tap"' in w or w.startswith('tap,')], text)
        self.assertNotIn('fd=', text)
        self.assertFalse(os.path.exists(socket))
        self.assertEqual(self.ok(self.virsh('list', '--all', '--name')).split(), [])
        self.assertEqual(self.ok(self.to_native(xml, self.our)), text)
        back = self.ok(self.virsh('domxml-from-native', 'qemu-argv', self.write('shown.args', text)))
        self.assertIn('<name>shown</name>', back)
        self.assertIn(f"<source file='{disk}'/>", back)
        self.assertIn("<mac address='52:54:00:00:00:01'/>", back)

    def our(self, *words):
        return support.our_virsh(self.ground, self.vireod.uri(), *words)

    def refused(self, result, words):
        self.assertEqual(result.status, 1, result)
        self.assertIn(words, result.err)

    def test_refusals(self):
        path = self.write('x.xml', guest_xml('x'))
        self.refused(self.virsh('domxml-to-native', 'xen-xl', '--xml', path), 'unsupported config type xen-xl')
        self.refused(self.virsh('domxml-from-native', 'xen-xl', path), 'unsupported config type xen-xl')
        self.refused(self.virsh('domxml-from-native', 'qemu-argv', self.write('bad', 'qemu-system-x86_64 -m many')), '-m')
        vsock = guest_xml('x', devices="<vsock model='virtio'><cid auto='yes'/></vsock>")
        self.refused(self.to_native(vsock), 'vsock')


if __name__ == '__main__':
    support.main()
