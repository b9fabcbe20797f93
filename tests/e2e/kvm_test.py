#!/usr/bin/env python3
"""Guests that the processor itself runs. Where /dev/kvm opens but hangs guests nothing can find that out in time, so
VIREO_TEST_KVM=1 says that it works."""
import os
import re
import unittest
import xml.etree.ElementTree as ET

import support
from support import GuestTest, wait_until


def cpu(mode, more=''):
    return f"<cpu mode='{mode}'>{more}</cpu>"


@unittest.skipUnless(os.environ.get('VIREO_TEST_KVM'), 'starts guests with KVM: VIREO_TEST_KVM=1 allows it')
class Kvm(GuestTest):
    def document(self, *words):
        return ET.fromstring(self.ok(self.virsh(*words)))

    def domain_capabilities(self):
        return self.document('domcapabilities', '--virttype', 'kvm', '--arch', 'x86_64', '--machine', 'pc')

    def live_cpu(self):
        return self.document('dumpxml', 'web').find('cpu')

    def end(self):
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('undefine', 'web'))

    def test_capabilities(self):
        """The host offers it, and says what processors it can give guests."""
        host = self.document('capabilities')
        self.assertIsNotNone(host.find("guest/arch[@name='x86_64']/domain[@type='kvm']"))
        told = self.domain_capabilities()
        self.assertEqual(told.findtext('domain'), 'kvm')
        modes = {mode.get('name'): mode.get('supported') for mode in told.findall('cpu/mode')}
        self.assertEqual(modes, {'host-passthrough': 'yes', 'maximum': 'yes', 'host-model': 'yes', 'custom': 'yes'})
        self.assertTrue(told.findtext("cpu/mode[@name='host-model']/model"))
        usable = {model.text for model in told.findall("cpu/mode[@name='custom']/model[@usable='yes']")}
        self.assertIn('qemu64', usable)

    def test_of_the_host(self):
        """The host's own processor, in each way there is to ask for it, runs the guest; what a model of it means is
        written down for its whole life."""
        with open('/proc/cpuinfo', encoding='ascii') as file:
            host = re.search(r'^vendor_id\s*: (\S+)', file.read(), re.M)[1]
        for mode in ('host-passthrough', 'host-model', 'maximum'):
            with self.subTest(mode):
                self.boot(kind='kvm', more=cpu(mode))
                self.in_shell('grep vendor_id /proc/cpuinfo', host)
                live = self.live_cpu()
                if mode == 'host-model':
                    self.assertEqual((live.get('mode'), live.get('check')), ('custom', 'full'))
                    self.assertTrue(live.findtext('model'))
                else:
                    self.assertEqual(live.get('mode'), mode)
                self.end()

    def test_models(self):
        """A model by its name; one that the host has not is refused at the start, with what is missing."""
        told = self.domain_capabilities()
        models = {model.text: model.get('usable') for model in told.findall("cpu/mode[@name='custom']/model")}
        self.boot(kind='kvm', more=cpu('custom', '<model>qemu64</model>'))
        self.assertEqual(self.live_cpu().findtext('model'), 'qemu64')
        self.end()
        lacking = next(name for name, usable in models.items() if usable == 'no')
        self.define('web', kind='kvm', more=f"<cpu mode='custom' match='exact' check='full'><model>{lacking}</model></cpu>")
        result = self.virsh('start', 'web')
        self.assertEqual(result.status, 1)
        self.assertRegex(result.err, 'guest CPU doesn\'t match specification|unsupported|incompatible|not compatible')
        self.assertEqual(self.state(), 'shut off')

    def test_comes_and_goes(self):
        """What is changed while it runs is there for the guest."""
        self.define('web', kind='kvm', more=cpu('host-passthrough'), disk=self.disk)
        text = self.ok(self.virsh('dumpxml', 'web')).replace("<vcpu placement='static'>1</vcpu>",
                                                             "<vcpu placement='static' current='1'>2</vcpu>")
        self.ok(self.virsh('define', self.write('two.xml', text)))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('echo up-$((40 + 2))', r'up-42', 'web', 3 * support.DEADLINE)
        self.ok(self.virsh('setvcpus', 'web', '2', '--live'))
        self.assertEqual(self.ok(self.virsh('vcpucount', 'web', '--current', '--live')).strip(), '2')
        self.ok(self.virsh('suspend', 'web'))
        self.ok(self.virsh('resume', 'web'))
        stats = self.ok(self.virsh('domstats', 'web', '--vcpu'))
        self.assertIn('vcpu.current=2', stats)
        self.vireod.stop()
        self.vireod = self.start_daemon()
        wait_until(lambda: self.state() == 'running', 'the next daemon has it')
        self.in_shell('echo alive-$((3 * 7))', r'alive-21')
        self.end()


if __name__ == '__main__':
    support.main()
