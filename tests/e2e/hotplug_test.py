#!/usr/bin/env python3
"""Devices come to a running guest, work there, and go: the guest's kernel says so. By Debian's virsh."""
import os
import subprocess

import support
from support import GuestTest, Vireod, wait_until


class Hotplug(GuestTest):
    def image(self, name, size='8M', kind='raw'):
        path = self.ground.path(name)
        subprocess.run(['qemu-img', 'create', '-q', '-f', kind, path, size], check=True)
        return path

    def document(self, name, text):
        return self.write(name + '.xml', text)

    def disk_document(self, target='vdb', bus='virtio', name='extra.img', more=''):
        path = self.ground.path(name)
        if not os.path.exists(path):
            self.image(name)
        return self.document(target, f"<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
                             f"<source file='{path}'/><target dev='{target}' bus='{bus}'/>{more}</disk>")

    def live(self, name='web'):
        return self.ok(self.virsh('dumpxml', name))

    def config(self, name='web'):
        return self.ok(self.virsh('dumpxml', '--inactive', name))

    def devices(self, name='web'):
        return self.ok(self.virsh('qemu-monitor-command', name, '--hmp', 'info qtree'))

    def has(self, text, name='web'):
        return text in self.live(name)

    def test_disk_comes_and_goes(self):
        """The guest writes on it; the host reads; it goes when the guest lets go."""
        self.boot()
        document = self.disk_document()
        self.ok(self.virsh('attach-device', 'web', document, '--live', '--config'))
        self.assertIn("<target dev='vdb' bus='virtio'/>", self.live())
        self.assertIn("<alias name='virtio-disk1'/>", self.live())
        self.assertIn("<target dev='vdb' bus='virtio'/>", self.config())
        self.in_shell('while [ ! -b /dev/vda ]; do sleep 0.1; done; printf written >/dev/vda && sync && echo did-$((1+1))',
                      'did-2')
        with open(self.ground.path('extra.img'), 'rb') as file:
            self.assertEqual(file.read(7), b'written')
        result = self.virsh('attach-device', 'web', document, '--live')
        self.assertNotEqual(result.status, 0)
        self.assertIn('target vdb already exists', result.err)
        self.ok(self.virsh('detach-device', 'web', document, '--live', '--config'))
        wait_until(lambda: not self.has('vdb'), 'the disk leaves the definition')
        self.assertNotIn('vdb', self.config())
        self.assertNotIn('virtio-disk1', self.devices())
        self.assertNotIn('libvirt-', self.ok(self.virsh('qemu-monitor-command', 'web', '{"execute":"query-named-block-nodes"}')))
        self.in_shell('while [ -b /dev/vda ]; do sleep 0.1; done; echo gone-$((1+2))', 'gone-3')

    def test_scsi_disk_brings_its_controller(self):
        self.boot()
        document = self.disk_document('sda', 'scsi')
        self.ok(self.virsh('attach-device', 'web', document))
        self.assertIn("<controller type='scsi' index='0'", self.live())
        self.assertIn('scsi-hd', self.devices())
        self.ok(self.virsh('detach-disk', 'web', 'sda'))
        wait_until(lambda: not self.has("<target dev='sda'"), 'the disk leaves')

    def test_other_devices(self):
        """A card, an entropy source and a channel, by alias as well."""
        self.boot(devices="<controller type='virtio-serial' index='0'/>")
        card = self.document('card', "<interface type='user'><mac address='52:54:00:01:02:03'/><model type='virtio'/>"
                             "</interface>")
        self.ok(self.virsh('attach-device', 'web', card))
        self.in_shell('while [ ! -e /sys/class/net/eth0 ]; do sleep 0.1; done; cat /sys/class/net/eth0/address',
                      '52:54:00:01:02:03')
        self.ok(self.virsh('domif-setlink', 'web', '52:54:00:01:02:03', 'down'))
        self.assertIn("<link state='down'/>", self.live())
        rng = self.document('rng', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>")
        self.ok(self.virsh('attach-device', 'web', rng))
        self.in_shell('while ! grep -q virtio /sys/class/misc/hw_random/rng_available; do sleep 0.1; done; '
                      'echo rng-$((1+3))', 'rng-4')
        self.ok(self.virsh('detach-device-alias', 'web', 'rng0'))
        wait_until(lambda: not self.has('<rng'), 'the entropy source leaves')
        self.ok(self.virsh('detach-interface', 'web', 'user', '--mac', '52:54:00:01:02:03'))
        wait_until(lambda: not self.has('<interface'), 'the card leaves')
        self.in_shell('while [ -e /sys/class/net/eth0 ]; do sleep 0.1; done; echo gone-$((1+2))', 'gone-3')

    def test_refused_by_name(self):
        """What cannot come to a running guest, or is not on this host, is said; nothing changes."""
        self.boot()
        before = self.live(), self.config(), self.devices()
        for xml, words in [
                ("<serial type='pty'><target type='isa-serial' port='1'/></serial>", 'Unsupported address type for character device'),
                ("<parallel type='pty'><target port='1'/></parallel>", "'parallel'"),
                ("<disk type='file' device='disk'><source file='/dev/null'/><target dev='sdx' bus='sata'/></disk>", "'sata'"),
                ("<disk type='file' device='disk'><source file='/dev/null'/><target dev='hdc' bus='ide'/></disk>", "'ide'"),
                ("<disk type='file' device='floppy'><source file='/dev/null'/><target dev='fda' bus='fdc'/></disk>", 'floppy'),
                ("<controller type='usb' model='qemu-xhci' index='4'/>", "'usb' controller cannot be hot plugged"),
                ("<controller type='pci' model='pci-bridge' index='4'/>", "'pci' controller cannot be hot plugged"),
                ("<input type='mouse' bus='ps2'/>", "'ps2'"),
                ("<sound model='ich6'/>", "'sound'"),
                ("<video><model type='cirrus'/></video>", "'video'"),
                ("<graphics type='vnc'/>", "'graphics'"),
                ("<memballoon model='virtio'/>", 'memballoon'),
                ("<panic model='isa'/>", "'panic'"),
                ("<tpm model='tpm-tis'><backend type='emulator'/></tpm>", "'tpm'"),
                ("<filesystem type='mount'><source dir='/tmp'/><target dir='x'/></filesystem>", 'only virtiofs filesystems'),
                ("<lease><lockspace>one</lockspace><key>two</key><target path='/tmp/x'/></lease>", "'lease'"),
                ("<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>",
                 '1234:beef'),
                ("<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0xaa' slot='3' function='0'/>"
                 "</source></hostdev>", '0000:aa:03.0'),
                ("<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host77'/><address bus='0' target='0' unit='0'/>"
                 "</source></hostdev>", 'scsi_host77'),
                ("<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='11111111-2222-3333-4444-555555555555'/>"
                 "</source></hostdev>", '11111111-2222-3333-4444-555555555555'),
                ("<memory model='dimm'><target><size unit='M'>64</size><node>0</node></target></memory>", 'memory'),
        ]:
            with self.subTest(words):
                result = self.virsh('attach-device', 'web', self.document('no', xml), '--live')
                self.assertNotEqual(result.status, 0)
                self.assertIn(words, result.err)
                self.assertEqual((self.live(), self.config(), self.devices()), before)

    def test_refused_leaves_nothing(self):
        """QEMU refuses the last command: what came before is taken back, and neither definition changes."""
        self.boot()
        path = self.image('small.qcow2')  # a raw file: no qcow2
        document = self.document('vdb', f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                                 f"<source file='{path}'/><target dev='vdb' bus='virtio'/></disk>")
        before = self.live(), self.config()
        result = self.virsh('attach-device', 'web', document, '--live', '--config')
        self.assertNotEqual(result.status, 0)
        self.assertEqual((self.live(), self.config()), before)
        nodes = self.ok(self.virsh('qemu-monitor-command', 'web', '{"execute":"query-named-block-nodes"}'))
        self.assertNotIn('small.qcow2', nodes)

    def test_medium(self):
        """Out, another one in; the guest sees what is in the drive."""
        first, second = self.image('first.iso', '1M'), self.image('second.iso', '2M')
        drive = (f"<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='{first}'/>"
                 "<target dev='hda' bus='ide'/><readonly/></disk>")
        self.boot(devices=drive)
        self.assertEqual(self.ok(self.virsh('domblklist', 'web')).count('first.iso'), 1)
        self.ok(self.virsh('change-media', 'web', 'hda', '--eject', '--force'))
        self.assertNotIn('first.iso', self.live())
        self.ok(self.virsh('change-media', 'web', 'hda', second, '--insert'))
        self.assertIn('second.iso', self.live())
        nodes = self.ok(self.virsh('qemu-monitor-command', 'web', '{"execute":"query-named-block-nodes"}'))
        self.assertIn('second.iso', nodes)
        self.assertNotIn('first.iso', nodes)
        result = self.virsh('change-media', 'web', 'vda', second, '--update')
        self.assertNotEqual(result.status, 0)

    def test_processors_memory_and_size(self):
        """More processors; less memory; a disk that grows: the guest sees each."""
        image = self.image('grows.qcow2', '8M', 'qcow2')
        xml = support.guest_xml('web', disk=image).replace('<vcpu>1</vcpu>', "<vcpu current='1'>3</vcpu>")
        self.ok(self.virsh('define', self.write('web.xml', xml)))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('echo up-$((40 + 2))', 'up-42')
        self.ok(self.virsh('setvcpus', 'web', '3', '--live'))
        self.assertIn("<vcpu placement='static'>3</vcpu>", self.live())
        self.assertIn("<vcpu placement='static' current='1'>3</vcpu>", self.config())
        self.in_shell('while [ ! -d /sys/devices/system/cpu/cpu2 ]; do sleep 0.1; done; '
                      'ls -d /sys/devices/system/cpu/cpu? | wc -l', '3')
        result = self.virsh('setvcpus', 'web', '4', '--live')
        self.assertIn('requested vcpus is greater than max allowable vcpus for the live domain', result.err)
        result = self.virsh('setvcpu', 'web', '1,2', '--disable', '--live')
        self.assertIn('only one hotpluggable entity can be selected', result.err)
        self.ok(self.virsh('setmem', 'web', '100M', '--live'))
        wait_until(lambda: "<currentMemory unit='KiB'>102400</currentMemory>" in self.live(), 'the balloon is there')
        self.ok(self.virsh('blockresize', 'web', 'vda', '12M'))
        self.in_shell('cat /sys/block/vda/size', '24576')

    def start_with_processors(self, vcpus):
        xml = support.guest_xml('web').replace('<vcpu>1</vcpu>', vcpus)
        self.ok(self.virsh('define', self.write('web.xml', xml)))
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('echo up-$((40 + 2))', 'up-42')

    def processors_of_guest(self, present):
        self.in_shell('while [ "$(ls -d /sys/devices/system/cpu/cpu[0-9] | tr -dc 0-9)" != ' + f'{present} ]; '
                      f'do sleep 0.1; done; echo has-$((40 + 2))', 'has-42')

    def processors_of_qemu(self):
        return self.ok(self.virsh('qemu-monitor-command', 'web', '{"execute":"query-cpus-fast"}')).count('"cpu-index"')

    def test_processors_come_and_go(self):
        """By number and one by one; what the guest's kernel let go of is gone."""
        self.start_with_processors("<vcpu current='1'>4</vcpu>")
        self.ok(self.virsh('setvcpus', 'web', '3', '--live'))
        self.processors_of_guest('012')
        self.ok(self.virsh('setvcpus', 'web', '2', '--live'))
        self.processors_of_guest('01')
        self.assertEqual(self.processors_of_qemu(), 2)
        self.assertIn("current='2'>4</vcpu>", self.live())
        self.ok(self.virsh('setvcpu', 'web', '3', '--enable', '--live', '--config'))
        self.assertRegex(self.live(), r"<vcpu id='3' enabled='yes' hotpluggable='yes' order='[0-9]+'/>")
        self.assertIn("<vcpu id='3' enabled='yes' hotpluggable='yes'/>", self.config())
        self.assertEqual(len(self.ok(self.virsh('vcpuinfo', 'web')).split('VCPU:')), 4)
        self.ok(self.virsh('setvcpu', 'web', '1', '--disable', '--live'))
        self.assertIn("<vcpu id='1' enabled='no' hotpluggable='yes'/>", self.live())
        self.assertEqual(self.processors_of_qemu(), 2)
        result = self.virsh('setvcpu', 'web', '0', '--disable', '--live')
        self.assertIn("vcpu '0' can't be hotunplugged", result.err)
        result = self.virsh('setvcpu', 'web', '1', '--disable', '--live')
        self.assertIn('already in requested state', result.err)

    def test_processors_one_by_one_from_the_start(self):
        """Those that can be plugged are there when the guest boots, in their order, and can go."""
        # A hole in the middle would do as well for QEMU, but Linux hangs on one under emulation.
        self.start_with_processors("<vcpu current='3'>4</vcpu><vcpus><vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>"
                                   "<vcpu id='1' enabled='yes' hotpluggable='yes' order='3'/>"
                                   "<vcpu id='2' enabled='yes' hotpluggable='yes' order='2'/>"
                                   "<vcpu id='3' enabled='no' hotpluggable='yes'/></vcpus>")
        self.assertEqual(self.processors_of_qemu(), 3)
        live = self.live()
        self.assertIn("<vcpu id='1' enabled='yes' hotpluggable='yes' order='3'/>", live)
        self.assertIn("<vcpu id='2' enabled='yes' hotpluggable='yes' order='2'/>", live)
        self.assertIn("<vcpu id='3' enabled='no' hotpluggable='yes'/>", live)
        self.in_shell('grep -c ^processor /proc/cpuinfo', '3')
        self.ok(self.virsh('setvcpu', 'web', '2', '--disable', '--live'))
        self.assertEqual(self.processors_of_qemu(), 2)
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('define', self.write('bad.xml', support.guest_xml('bad').replace(
            '<vcpu>1</vcpu>', "<vcpu current='2'>2</vcpu><vcpus><vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>"
            "<vcpu id='1' enabled='yes' hotpluggable='yes' order='1'/></vcpus>"))))
        result = self.virsh('start', 'bad')
        self.assertIn('duplicate vcpu order', result.err)

    def test_events(self):
        self.boot()
        listener = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'event', '--all',
                                     '--loop', '--timeout', '60'], support.peer_environment(self.ground, TERM='dumb'))
        self.addCleanup(listener.close)
        rng = self.document('rng', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>")
        self.ok(self.virsh('domid', 'web'))
        self.ok(self.virsh('attach-device', 'web', rng))
        listener.expect(r"event 'device-added' for domain '?web'?: rng0")
        self.in_shell('while ! grep -q virtio /sys/class/misc/hw_random/rng_available; do sleep 0.1; done; '
                      'echo rng-$((1+3))', 'rng-4')
        self.ok(self.virsh('detach-device', 'web', rng))
        listener.expect(r"event 'device-removed' for domain '?web'?: rng0")
        listener.type('\x03')

    def test_killed_meanwhile(self):
        """A daemon that is killed while devices come and go: the next one's guest is the one that QEMU has."""
        self.boot()
        pid = self.qemu_pid('web')
        document = self.disk_document()
        for round_number in range(6):
            words = ['attach-device' if not self.has('vdb') else 'detach-device', 'web', document, '--live']
            command = [os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, *words]
            client = subprocess.Popen(command, env=support.peer_environment(self.ground), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            try:
                client.wait(0.01 + 0.03 * round_number)
            except subprocess.TimeoutExpired:
                pass
            self.vireod.stop(support.signal.SIGKILL)
            client.wait()
            self.vireod = Vireod(self.ground, session=self.session)
            self.addCleanup(self.vireod.stop)
            wait_until(lambda: self.virsh('qemu-monitor-command', 'web', '--hmp', 'info status').status == 0,
                       'the monitor is taken up')
            self.assertEqual(self.qemu_pid('web'), pid)
            wait_until(lambda: self.has('virtio-disk1') == ('"virtio-disk1"' in self.devices()),
                       'definition and QEMU agree')
        self.ok(self.virsh('destroy', 'web'))


if __name__ == '__main__':
    support.main()
