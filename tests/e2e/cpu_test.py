#!/usr/bin/env python3
"""Processors of guests: what QEMU gives is what the live document says, and a guest that must have more is not started.
Under emulation, which lacks much of what models promise."""
import os
import sys
import xml.etree.ElementTree as ET

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import GuestTest  # noqa: E402


UUID = 'c7a5fdbd-edaf-9455-926a-d65c16db1809'  # so that a definition replaces the one before


def cpu(model, check='none', features=(), match='exact'):
    listed = ''.join(f"<feature policy='{policy}' name='{name}'/>" for policy, name in features)
    return f"<cpu mode='custom' match='{match}' check='{check}'><model>{model}</model>{listed}</cpu>"


class Processors(GuestTest):
    def start(self, xml):
        """The <cpu> of a guest that was started with xml."""
        self.define(more=xml, uuid=UUID)
        self.ok(self.virsh('start', '--paused', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        return ET.fromstring(self.ok(self.virsh('dumpxml', 'web'))).find('cpu')

    def refused(self, xml):
        self.define(more=xml, uuid=UUID)
        result = self.virsh('start', '--paused', 'web')
        self.assertNotEqual(result.status, 0)
        self.assertEqual(self.state(), 'shut off')
        return result.err

    @staticmethod
    def features(element):
        return {feature.get('name'): feature.get('policy') for feature in element.findall('feature')}

    def test_live(self):
        live = self.start(cpu('Skylake-Client'))
        self.assertEqual(live.get('check'), 'full')
        features = self.features(live)
        # TCG of QEMU 7.2 has none of these, and says so in the guest's log.
        for name in ('pcid', 'x2apic', 'rtm', 'rdseed'):
            self.assertEqual(features[name], 'disable')
        self.assertEqual(features['hypervisor'], 'require')
        self.assertNotIn('avx2', features)
        with open(os.path.join(self.run_folder(), 'web.xml'), encoding='utf-8') as file:
            asked = ET.parse(file).getroot().find('cpu')
        self.assertEqual((asked.get('check'), asked.findtext('model'), len(asked.findall('feature'))),
                         ('none', 'Skylake-Client', 0))
        stored = ET.fromstring(self.ok(self.virsh('dumpxml', '--inactive', 'web'))).find('cpu')
        self.assertEqual((stored.get('check'), self.features(stored)), ('none', {}))

    def test_migratable(self):
        """Another host is told which processor was asked for, and where its memory is."""
        asked = cpu('Nehalem', features=[('disable', 'ssse3')]).replace(
            '</cpu>', "<numa><cell id='0' cpus='0' memory='131072' unit='KiB'/></numa></cpu>")
        self.assertEqual(self.start(asked).get('check'), 'full')
        for words in (['--migratable'], ['--migratable', '--security-info']):
            other = ET.fromstring(self.ok(self.virsh('dumpxml', 'web', *words))).find('cpu')
            self.assertEqual((other.get('check'), other.findtext('model'), self.features(other)),
                             ('none', 'Nehalem', {'ssse3': 'disable'}))
            self.assertEqual(len(other.findall('numa/cell')), 1)

    def test_live_again(self):
        """What a guest was found to have is enough to start the same guest: nothing is missing then."""
        features = self.features(self.start(cpu('Skylake-Client')))
        self.ok(self.virsh('destroy', 'web'))
        exact = cpu('Skylake-Client', 'full', [(policy, name) for name, policy in features.items()])
        self.assertEqual(self.features(self.start(exact)), features)

    def test_full(self):
        said = self.refused(cpu('Nehalem', 'full', [('require', 'avx512f'), ('require', 'hypervisor')]))
        self.assertIn("guest CPU doesn't match specification: missing features: avx512f", said)
        said = self.refused(cpu('Nehalem', 'full'))
        self.assertIn("guest CPU doesn't match specification: extra features: hypervisor", said)

    def test_partial(self):
        said = self.refused(cpu('Skylake-Client', 'partial'))
        self.assertIn('the CPU is incompatible with host CPU: Host CPU does not provide required features: ', said)
        self.assertIn('pcid', said)
        live = self.start(cpu('Nehalem', 'partial'))
        self.assertEqual(live.get('check'), 'full')

    def test_forbidden(self):
        self.assertIn('Host CPU provides forbidden features: aes',
                      self.refused(cpu('Nehalem', 'partial', [('forbid', 'aes')])))

    def test_commands(self):
        """Our virsh says of processors what Debian's says."""
        files = {'same': "<cpu match='exact'><model>Nehalem</model></cpu>",
                 'unknown': '<cpu><model>nobody</model></cpu>',
                 'nothing': '<a/>',
                 'several': "<?xml version='1.0'?>\n<cpu><arch>x86_64</arch><model>Nehalem</model><feature name='aes'/></cpu>"
                            '<cpu><arch>x86_64</arch><model>Westmere</model></cpu>',
                 'domain': "<domain><cpu><model>core2duo</model><feature name='avx512f'/></cpu></domain>",
                 'host': self.ok(self.virsh('capabilities')), 'offer': self.ok(self.virsh('domcapabilities'))}
        commands = [['cpu-models', 'x86_64'], ['cpu-models', 'nowhere']]
        for name, text in files.items():
            path = self.write(name + '.xml', text)
            for kind in ('', 'hypervisor-'):
                commands += [[f'{kind}cpu-compare', path, *more] for more in ([], ['--error'])]
                commands += [[f'{kind}cpu-baseline', path, *more] for more in ([], ['--features'], ['--migratable'])]
        for command in commands:
            theirs, ours = self.virsh(*command), support.our_virsh(self.ground, self.uri, *command)
            self.assertEqual((ours.status, ours.out, ours.err), (theirs.status, theirs.out, theirs.err), command)

    def test_whole(self):
        """QEMU alone decides about its own maximum."""
        live = self.start("<cpu mode='maximum'/>")
        self.assertEqual((live.get('mode'), live.get('check')), ('maximum', 'none'))


if __name__ == '__main__':
    support.main()
