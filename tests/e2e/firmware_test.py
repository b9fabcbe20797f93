#!/usr/bin/env python3
"""Firmware by descriptors: a user's own count in the user's instance and in no other, hide what packages have, and
qemu.conf knows firmware that has none."""
import json
import os
import sys
import xml.etree.ElementTree as ET

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import GroundTest, needs_root, peer_virsh  # noqa: E402

PACKAGED = '/usr/share/qemu/firmware'


def descriptor(code, template, features=(), machines=('pc-q35-*',)):
    return json.dumps({'description': 'of a user', 'interface-types': ['uefi'],
                       'mapping': {'device': 'flash', 'executable': {'filename': code, 'format': 'raw'},
                                   'nvram-template': {'filename': template, 'format': 'raw'}},
                       'targets': [{'architecture': 'x86_64', 'machines': list(machines)}],
                       'features': list(features), 'tags': []})


class Firmware(GroundTest):
    def setUp(self):
        super().setUp()
        self.code = self.write('MINE_CODE.fd', 'code')
        self.template = self.write('MINE_VARS.fd', 'variables')

    def own(self, name, text):
        os.makedirs(self.ground.path('config', 'qemu', 'firmware'), exist_ok=True)
        return self.write(os.path.join('config', 'qemu', 'firmware', name), text)

    def start(self, session):
        env = support.our_environment(XDG_CONFIG_HOME=self.ground.path('config'))
        return self.daemon(session=session, env=env).uri(path='/session' if session else '/system')

    def chosen(self, uri, os_xml="<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>"):
        """The loader and the variables' template of a new guest; None where it is refused."""
        xml = self.write('guest.xml', "<domain type='qemu'><name>web</name><memory>65536</memory>" + os_xml +
                         '<features><acpi/></features></domain>')
        defined = peer_virsh(self.ground, uri, 'define', xml)
        if defined.status != 0:
            self.assertIn("Unable to find 'efi' firmware", defined.err)
            return None
        os_of = ET.fromstring(self.ok(peer_virsh(self.ground, uri, 'dumpxml', 'web'))).find('os')
        self.ok(peer_virsh(self.ground, uri, 'undefine', '--nvram', 'web'))
        nvram = os_of.find('nvram')
        return os_of.findtext('loader'), nvram.get('template') if nvram is not None else None

    def offered(self, uri):
        text = self.ok(peer_virsh(self.ground, uri, 'domcapabilities', '--machine', 'q35', '--virttype', 'qemu'))
        return [value.text for value in ET.fromstring(text).findall('os/loader/value')]

    def test_user(self):
        """Changed while the daemon runs: the next guest gets what is there then."""
        uri = self.start(True)
        before = self.chosen(uri)
        self.own('10-mine.json', descriptor(self.code, self.template))
        self.assertEqual(self.chosen(uri), (self.code, self.template))
        self.assertEqual(self.offered(uri)[0], self.code)
        os.rename(self.ground.path('config/qemu/firmware/10-mine.json'),
                  self.ground.path('config/qemu/firmware/99-mine.json'))
        self.assertEqual(self.chosen(uri), before or (self.code, self.template))
        self.own('98-broken.json', '{')
        self.assertEqual(self.offered(uri)[-1], self.code)
        for name in os.listdir(PACKAGED) if os.path.isdir(PACKAGED) else []:
            self.own(name, '')
        self.assertEqual(self.chosen(uri), (self.code, self.template))
        self.own('99-mine.json', '')
        self.assertIsNone(self.chosen(uri))
        self.assertIn('98-broken.json', self.words())

    def words(self):
        with open(self.ground.path('vireod.log'), encoding='utf-8') as log:
            return log.read()

    def test_secure_boot(self):
        self.own('10-plain.json', descriptor(self.code, self.template))
        secure = self.write('SECURE_CODE.fd', 'code')
        self.own('11-secure.json', descriptor(secure, self.template, ['secure-boot', 'requires-smm']))
        uri = self.start(True)
        guest = "<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>{}</os>"
        feature = "<firmware><feature enabled='{}' name='{}'/></firmware>"
        for inside, code in (('', self.code), ("<loader secure='yes'/>", secure),
                             (feature.format('yes', 'secure-boot'), secure),
                             (feature.format('no', 'secure-boot'), self.code)):
            self.assertEqual(self.chosen(uri, guest.format(inside)), (code, self.template), inside)

    @needs_root
    def test_system(self):
        """The system's instance has no user's; qemu.conf's pairs are for loaders that no descriptor knows."""
        self.own('10-mine.json', descriptor(self.code, self.template))
        os.makedirs(self.ground.path('etc', 'libvirt'))
        self.write('etc/libvirt/qemu.conf', f'nvram = [ "{self.code}:{self.template}" ]\n')
        uri = self.start(False)
        self.assertNotIn(self.code, self.offered(uri))
        named = f"<loader readonly='yes' type='pflash'>{self.code}</loader>"
        guest = f"<os><type arch='x86_64' machine='q35'>hvm</type>{named}</os>"
        self.assertEqual(self.chosen(uri, guest), (self.code, self.template))
        other = guest.replace(self.code, self.template)
        self.assertEqual(self.chosen(uri, other), (self.template, None))
        # Where no descriptor is for the machine its images are offered.
        text = self.ok(peer_virsh(self.ground, uri, 'domcapabilities', '--machine', 'isapc', '--virttype', 'qemu'))
        values = [value.text for value in ET.fromstring(text).findall('os/loader/value')]
        self.assertEqual(values, [self.code])


if __name__ == '__main__':
    support.main()
