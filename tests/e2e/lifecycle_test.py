#!/usr/bin/env python3
"""Debian's unmodified virsh drives a real guest through vireod, on the system and on the session socket."""
import os
import re
import threading

import support
from support import GuestTest, needs_root, peer_virt_admin, wait_until

UUID = '8c9ad6a8-2a35-4b67-9dbb-6d1f3c2a7e11'


class Lifecycle:
    """The same round for both instances."""

    def test_01_define_and_look(self):
        self.assertEqual(self.define(uuid=UUID), f'Domain \'web\' defined from {self.ground.path("web.xml")}\n\n')
        self.assertEqual(self.ok(self.virsh('domuuid', 'web')).strip(), UUID)
        self.assertEqual(self.ok(self.virsh('list', '--all', '--name')).split(), ['web'])
        self.assertEqual(self.state(), 'shut off')
        info = self.ok(self.virsh('dominfo', 'web'))
        for line in ('Name:           web', f'UUID:           {UUID}', 'OS Type:        hvm', 'State:          shut off',
                     'CPU(s):         1', 'Max memory:     131072 KiB', 'Used memory:    131072 KiB',
                     'Persistent:     yes', 'Autostart:      disable', 'Managed save:   no'):
            self.assertIn(line, info)
        xml = self.ok(self.virsh('dumpxml', 'web'))
        self.assertIn("<domain type='qemu'>", xml)
        self.assertIn(f'<uuid>{UUID}</uuid>', xml)
        again = self.write('again.xml', xml)
        self.ok(self.virsh('define', again))
        self.assertEqual(self.ok(self.virsh('dumpxml', 'web')), xml, 'what we print must define the same')
        self.ok(self.virsh('undefine', 'web'))
        self.assertEqual(self.ok(self.virsh('list', '--all', '--name')).split(), [])

    def test_02_boot_and_console(self):
        self.boot(disk=self.disk)
        self.assertEqual(self.state(), 'running')
        answer = self.in_shell('echo the sum is $((1234 + 4321))', r'the sum is (\d+)\r')
        self.assertEqual(answer.group(1), '5555')
        live = self.ok(self.virsh('dumpxml', 'web'))
        self.assertRegex(live, r"<domain type='qemu' id='\d+'>")
        self.assertRegex(live, r"<console type='pty' tty='/dev/pts/\d+'>")
        self.assertRegex(self.ok(self.virsh('ttyconsole', 'web')), r'^/dev/pts/\d+\n')

    def test_03_suspend_and_resume(self):
        self.boot()
        self.ok(self.virsh('suspend', 'web'))
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'paused (user)')
        self.ok(self.virsh('resume', 'web'))
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'running (unpaused)')
        self.in_shell('echo alive-$((3 * 7))', r'alive-21')

    def test_04_reset_and_reboot(self):
        self.boot()
        terminal = self.console()
        self.ok(self.virsh('reset', 'web'))
        terminal.expect('GUEST-UP')
        terminal.expect('guest# ')
        terminal.type('\x1d')
        terminal.close()
        self.assertEqual(self.state(), 'running')

    def test_05_shutdown(self):
        self.boot()
        self.ok(self.virsh('shutdown', 'web'))
        wait_until(lambda: self.state() == 'shut off', 'the guest shuts down')
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'shut off (shutdown)')
        self.ok(self.virsh('undefine', 'web'))

    def test_06_destroy(self):
        self.boot()
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'shut off (destroyed)')
        again = self.virsh('destroy', 'web')
        self.assertEqual(again.status, 1)
        self.assertIn('Requested operation is not valid: domain is not running', again.err)

    def test_06_with_its_connection(self):
        """Asked to, a guest goes with the connection that started it, however that ends; others stay."""
        self.define('stays')
        self.ok(self.virsh('start', 'stays', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'stays'))
        self.define()
        fleeting = self.write('fleeting.xml', support.guest_xml('fleeting'))
        client = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri],
                                  support.peer_environment(self.ground, TERM='dumb'))
        client.wake('virsh # ')
        for command, answer in (('start web --paused --autodestroy', "Domain 'web' started"),
                                (f'create {fleeting} --paused --autodestroy', "Domain 'fleeting' created")):
            client.type(command + '\n')
            client.expect(answer)
        self.assertEqual(self.ok(self.virsh('list', '--name')).split(), ['stays', 'web', 'fleeting'])
        os.kill(client.pid, support.signal.SIGKILL)
        client.close()
        wait_until(lambda: self.ok(self.virsh('list', '--all', '--name')).split() == ['stays', 'web'] and
                   self.state() == 'shut off', 'the guests go with their connection')
        self.assertEqual(self.ok(self.virsh('domstate', 'web', '--reason')).strip(), 'shut off (destroyed)')
        self.assertEqual(self.state('stays'), 'paused')
        # A run that somebody else started is not meant.
        self.ok(self.virsh('start', 'web', '--autodestroy'))
        wait_until(lambda: self.state() == 'shut off', 'the guest goes with its connection')
        self.ok(self.virsh('start', 'web', '--paused'))
        self.ok(self.virsh('domid', 'web'))
        self.assertEqual(self.state(), 'paused')
        self.ok(self.virsh('destroy', 'web'))

    def test_07_events(self):
        self.define()
        seen = []
        watcher = threading.Thread(target=lambda: seen.append(
            self.virsh('event', '--event', 'lifecycle', '--loop', '--timeout', '15')))
        watcher.start()
        client = r'^ +\d+ '
        wait_until(lambda: re.search(client, self.ok(peer_virt_admin(self.ground, self.admin(), 'client-list',
                                                                     'libvirtd')), re.M), 'the watcher connects')
        self.ok(self.virsh('start', 'web'))
        self.ok(self.virsh('suspend', 'web'))
        self.ok(self.virsh('resume', 'web'))
        self.ok(self.virsh('destroy', 'web'))
        watcher.join()
        lines = [line for line in seen[0].out.splitlines() if line.startswith("event 'lifecycle'")]
        self.assertEqual(lines, ["event 'lifecycle' for domain 'web': Resumed Unpaused",
                                 "event 'lifecycle' for domain 'web': Started Booted",
                                 "event 'lifecycle' for domain 'web': Suspended Paused",
                                 "event 'lifecycle' for domain 'web': Resumed Unpaused",
                                 "event 'lifecycle' for domain 'web': Stopped Destroyed"])

    def test_08_statistics(self):
        self.boot(disk=self.disk)
        before = self.ok(self.virsh('domblkstat', 'web', 'vda'))
        self.in_shell('dd if=/dev/zero of=/dev/vda bs=64k count=16 conv=fsync 2>/dev/null; echo wrote-$((1+1))',
                      r'wrote-2')
        after = self.ok(self.virsh('domblkstat', 'web', 'vda'))
        written = [int(re.search(r'wr_bytes (\d+)', text).group(1)) for text in (before, after)]
        self.assertGreaterEqual(written[1] - written[0], 1 << 20)
        stats = self.ok(self.virsh('domstats', 'web'))
        for field in ('state.state=1', 'cpu.time=', 'balloon.current=131072', 'balloon.maximum=131072', 'vcpu.current=1',
                      'vcpu.maximum=1', 'vcpu.0.state=1', 'block.count=1', 'block.0.name=vda', 'block.0.wr.bytes=',
                      f'block.0.path={self.disk}'):
            self.assertIn(field, stats)
        self.assertRegex(self.ok(self.virsh('vcpuinfo', 'web')), r'State: +running')
        self.assertRegex(self.ok(self.virsh('dommemstat', 'web')), r'actual 131072')
        blocks = self.ok(self.virsh('domblklist', 'web'))
        self.assertRegex(blocks, rf' vda +{re.escape(self.disk)}')

    def test_09_display(self):
        self.define(devices="<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>"
                            "<video><model type='vga'/></video>")
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.assertRegex(self.ok(self.virsh('domdisplay', 'web')), r'^vnc://127\.0\.0\.1:\d+\n')
        self.assertRegex(self.ok(self.virsh('vncdisplay', 'web')), r'^127\.0\.0\.1:\d+\n')

    def test_10_autostart(self):
        self.define()
        self.ok(self.virsh('autostart', 'web'))
        self.assertIn('Autostart:      enable', self.ok(self.virsh('dominfo', 'web')))
        self.vireod.stop()
        # Autostart happens once for each boot of the host: the mark is what a boot takes away.
        os.unlink(os.path.join(self.run_folder(), 'autostarted'))
        self.vireod = self.start_daemon()
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        wait_until(lambda: self.state() == 'running', 'the guest starts by itself')
        self.ok(self.virsh('autostart', '--disable', 'web'))

    def test_11_host(self):
        nodeinfo = self.ok(self.virsh('nodeinfo'))
        for field in ('CPU model:', 'CPU(s):', 'Memory size:', 'NUMA cell(s):'):
            self.assertIn(field, nodeinfo)
        self.assertRegex(self.ok(self.virsh('hostname')), r'\S+\n')
        self.assertEqual(self.ok(self.virsh('uri')).strip(), self.uri)
        self.assertIn('Running hypervisor: QEMU', self.ok(self.virsh('version')))

    @staticmethod
    def as_of_9_0(text):
        """Without what Debian's schema has no word for: features with a dot in their names (its own daemon writes them
        all the same), guests of architectures that came later or go by another name there, what domain capabilities gained."""
        schema = os.path.join(support.PEER, 'usr/share/libvirt/schemas', 'basictypes.rng')
        with open(schema, encoding='utf-8') as file:
            names = file.read().split('<define name="archnames">')[1].split('</define>')[0]
        known = re.findall('<value>([^<]*)</value>', names)
        text = re.sub(r"\s*<feature name='[^']*\.[^']*'/>", '', text)
        text = re.sub(r"(?s)\s*<crypto .*?</crypto>|\s*<async-teardown [^>]*/>", '', text)
        guest = r"(?s)\s*<guest>(?:(?!</guest>).)*<arch name='([^']*)'>.*?</guest>"
        return re.sub(guest, lambda match: match.group(0) if match.group(1) in known else '', text)

    def valid(self, schema, text):
        path = self.write(schema + '.xml', text)
        rng = os.path.join(support.PEER, 'usr/share/libvirt/schemas', schema + '.rng')
        result = support.run(['xmllint', '--noout', '--relaxng', rng, path])
        self.assertEqual(result.status, 0, result)

    def test_12_capabilities(self):
        text = self.ok(self.virsh('capabilities'))
        self.valid('capability', self.as_of_9_0(text))
        for emulator in sorted(os.listdir('/usr/bin')):
            if re.fullmatch(r'qemu-system-(x86_64|i386|aarch64|ppc64|s390x)', emulator):
                self.assertIn(f'<emulator>/usr/bin/{emulator}</emulator>', text)
        self.assertIn('>pc-i440fx-7.2</machine>', text)
        domcaps = self.ok(self.virsh('domcapabilities', '--virttype', 'qemu'))
        self.valid('domaincaps', self.as_of_9_0(domcaps))
        self.assertIn('<domain>qemu</domain>', domcaps)

    def test_13_admin(self):
        servers = self.ok(peer_virt_admin(self.ground, self.admin(), 'srv-list'))
        self.assertRegex(servers, r'(?m)^ \d+ +libvirtd$')
        self.assertRegex(servers, r'(?m)^ \d+ +admin$')
        watcher = support.Terminal([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri],
                                   support.peer_environment(self.ground, TERM='dumb'))
        watcher.expect('virsh # ')
        clients = self.ok(peer_virt_admin(self.ground, self.admin(), 'client-list', 'libvirtd'))
        self.assertRegex(clients, r'(?m)^ \d+ +unix +\d{4}-\d\d-\d\d ')
        watcher.type('quit\n')
        watcher.close()


@needs_root
class System(Lifecycle, GuestTest):
    session = False


class Session(Lifecycle, GuestTest):
    session = True


if __name__ == '__main__':
    support.main()
