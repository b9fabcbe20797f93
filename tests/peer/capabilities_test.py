#!/usr/bin/env python3
"""What the host and its emulators can do, as vireod tells it and as Debian's libvirtd 9.0 does: <capabilities> and
<domainCapabilities> of every emulator that the machine has. What may differ is in DIFFERENCES, each with its reason."""
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
import support  # noqa: E402
from support import GroundTest, needs_root, peer_virsh  # noqa: E402

# Lines of only one of the two, as lines() writes them: whose, a pattern, and the reason.
DIFFERENCES = [
    ('both', r'/capabilities/host/uuid', 'each daemon makes one where the machine has none'),
    ('ours', r'/capabilities/host/cpu/feature\[name=(stibp-always-on|amd-psfd|lfence-always-serializing)\]',
     '9.0 does not know them'),
    ('theirs', r'/capabilities/host/migration_features', 'we do not migrate yet'),
    ('ours', r'/domainCapabilities/devices/crypto', '9.0 does not speak of it'),
    ('ours', r'/domainCapabilities/features/async-teardown', 'the same'),
    ('theirs', r'/domainCapabilities/features/hyperv', '9.0 made it up for binaries that do not tell'),
    ('both', r'/domainCapabilities/cpu/mode\[name=host-model\]\[supported=yes\]/(model|feature)',
     '9.0 chooses the model that lacks nothing, 9.10 the one that takes the fewest words'),
    ('ours', r'/domainCapabilities/cpu/mode\[name=custom\]\[supported=yes\]/model\[usable=\w+\]\[vendor=IBM\] = '
             r'(z|gen)[0-9A-Za-z.-]+$', 'models of mainframes have a vendor in 9.10'),
    ('theirs', r'/domainCapabilities/cpu/mode\[name=custom\]\[supported=yes\]/model\[usable=\w+\]\[vendor=unknown\] = '
               r'(z|gen)[0-9A-Za-z.-]+$', 'the same'),
]
# 9.0 lists no models of 32-bit POWER, 9.10 does: of its documents these lines are left out.
UNLISTED = {'ppc': r'/domainCapabilities/cpu/mode\[name=custom\]'}
# Machines that come first, where a definition names none: 9.10 has the board for guests.
PREFERRED = {'armv6l': 'virt-7.2', 'armv7l': 'virt-7.2', 'aarch64': 'virt-7.2', 'riscv32': 'virt', 'riscv64': 'virt'}
# Architectures that 9.0 does not know, or whose emulator it does not find.
NEW = {'loongarch64', 'or32', 'parisc'}
# Emulator's target, guest's architecture, machines beside the default.
QUESTIONS = [
    ('x86_64', 'x86_64', ['pc', 'q35', 'microvm', 'isapc', 'pc-i440fx-2.9']),
    ('i386', 'i686', ['pc', 'q35']),
    ('aarch64', 'aarch64', ['virt', 'virt-2.7', 'raspi3b', 'sbsa-ref']),
    ('arm', 'armv7l', ['virt', 'vexpress-a15']),
    ('ppc', 'ppc', ['g3beige', 'ppce500']),
    ('ppc64', 'ppc64', ['pseries', 'powernv', 'g3beige']),
    ('ppc64le', 'ppc64le', ['pseries']),
    ('s390x', 's390x', ['s390-ccw-virtio']),
    ('riscv64', 'riscv64', ['virt', 'spike', 'sifive_u']),
    ('m68k', 'm68k', ['virt', 'q800']),
    ('alpha', 'alpha', []),
    ('sh4', 'sh4', []),
]


def lines(element, path=''):
    """An element as lines, each with the way to it; the order among brothers counts."""
    here = path + '/' + element.tag + ''.join(f'[{k}={v}]' for k, v in sorted(element.attrib.items()))
    text = (element.text or '').strip()
    found = [here + (f' = {text}' if text else '')]
    for child in element:
        found += lines(child, here)
    return found


def allowed(whose, line):
    return any(side in (whose, 'both') and re.match(pattern, line) for side, pattern, _ in DIFFERENCES)


def differ(ours, theirs, arch=None):
    """Lines that only one has, and lines that both have in another order."""
    unlisted = UNLISTED.get(arch, r'(?!)')
    one, other = ([line for line in lines(ElementTree.fromstring(text))
                   if not allowed(whose, line) and not re.match(unlisted, line)]
                  for whose, text in (('ours', ours), ('theirs', theirs)))
    found = [f'only ours: {line}' for line in one if line not in other]
    found += [f'only theirs: {line}' for line in other if line not in one]
    if not found and one != other:
        found = [f'order: ours {a}, theirs {b}' for a, b in zip(one, other) if a != b][:1]
    return found


def without_guests(text):
    """<capabilities> without its guests; these by architecture."""
    root = ElementTree.fromstring(text)
    guests = {guest.find('arch').get('name'): guest for guest in root.findall('guest')}
    for guest in guests.values():
        root.remove(guest)
    return ElementTree.tostring(root, encoding='unicode'), guests


@needs_root
class Capabilities(GroundTest):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.ours = self.daemon().uri(path='/system')
        libvirtd = support.Libvirtd(self.ground)
        self.addCleanup(libvirtd.stop)
        self.theirs = libvirtd.uri()

    def both(self, *words):
        """What the two answer, errors included."""
        return [peer_virsh(self.ground, uri, *words, deadline=4 * support.DEADLINE) for uri in (self.ours, self.theirs)]

    def test_host_and_guests(self):
        ours, theirs = (without_guests(self.ok(result)) for result in self.both('capabilities'))
        self.assertEqual(differ(ours[0], theirs[0]), [])
        self.assertEqual(list(theirs[1]), [arch for arch in ours[1] if arch not in NEW])
        for arch, guest in theirs[1].items():
            mine = ours[1][arch]
            machines = [[m.text for m in g.find('arch').findall('machine')] for g in (mine, guest)]
            self.assertEqual(machines[0][0], PREFERRED.get(arch, machines[1][0]), arch)
            if arch in PREFERRED:
                self.assertEqual(sorted(machines[0]), sorted(machines[1]), arch)
                for g in (mine, guest):
                    for machine in g.find('arch').findall('machine'):
                        g.find('arch').remove(machine)
            self.assertEqual(differ(*(ElementTree.tostring(g, encoding='unicode') for g in (mine, guest))), [], arch)

    def test_domains(self):
        found = {}
        for target, arch, machines in QUESTIONS:
            for machine in [None, *machines]:
                words = ['domcapabilities', '--emulatorbin', f'/usr/bin/qemu-system-{target}', '--arch', arch,
                         '--virttype', 'qemu']
                if machine is None and arch in PREFERRED:
                    mine, _ = self.both(*words)
                    self.assertIn(f'<machine>{PREFERRED[arch]}</machine>', self.ok(mine))
                    continue
                mine, other = self.both(*words, *(['--machine', machine] if machine else []))
                different = differ(self.ok(mine), self.ok(other), arch)
                if different:
                    found[arch, machine] = different
        self.assertEqual('\n'.join(f'{k}: {line}' for k, v in found.items() for line in v), '')

    def test_refused(self):
        """Questions that have no answer: the same code and the same first words."""
        for words in (['--virttype', 'xen'], ['--virttype', 'nonsense'], ['--arch', 'nowhere'],
                      ['--arch', 'sparc', '--virttype', 'qemu'], ['--machine', 'toaster', '--virttype', 'qemu'],
                      ['--emulatorbin', '/nowhere/qemu'],
                      ['--emulatorbin', '/usr/bin/qemu-system-ppc', '--arch', 'x86_64']):
            mine, other = self.both('domcapabilities', *words)
            self.assertEqual((mine.status, other.status), (1, 1), words)
            codes = [re.search(r'error: ([a-z ]+):', result.err.splitlines()[-1]) for result in (mine, other)]
            self.assertEqual(*(code and code.group(1) for code in codes), (words, mine.err, other.err))

    def test_modes(self):
        """Processors of definitions that name a mode, for guests that only emulation can run: taken or refused, when
        defined and when a command line is made."""
        for arch in ('aarch64', 's390x', 'ppc64le', 'riscv64', 'x86_64'):
            for mode in ('host-model', 'host-passthrough', 'maximum'):
                xml = self.write('guest.xml', f"<domain type='qemu'><name>twin</name><memory>65536</memory><os>"
                                 f"<type arch='{arch}'>hvm</type></os><cpu mode='{mode}'/></domain>")
                defined = self.both('define', xml)
                self.assertEqual(*(result.status for result in defined), (arch, mode, defined))
                if defined[0].status != 0:
                    continue
                line = self.both('domxml-to-native', 'qemu-argv', '--domain', 'twin')
                self.both('undefine', 'twin')
                self.assertEqual(*(result.status for result in line), (arch, mode, line))

    def firmware_of(self, uri, state, xml):
        """What the status file of a guest, started with xml, says of its firmware; the refusal if there is one."""
        self.ok(peer_virsh(self.ground, uri, 'define', xml))
        try:
            started = peer_virsh(self.ground, uri, 'start', '--paused', 'twin')
            if started.status != 0:
                return started.err.splitlines()[-1][:24]
            with open(self.ground.path(state, 'run/libvirt/qemu/twin.xml'), encoding='utf-8') as file:
                domain = ElementTree.parse(file).getroot().find('domain')
            self.ok(peer_virsh(self.ground, uri, 'destroy', 'twin'))
            found = [lines(e) for e in domain.iter() if e.tag in ('loader', 'nvram', 'smm')]
            return [line.replace(self.ground.path(state).rstrip('/'), '') for e in found for line in e]
        finally:
            peer_virsh(self.ground, uri, 'undefine', '--nvram', 'twin')

    def test_firmware(self):
        """Firmware that is chosen by what it can: the same files, in the same words, in the document of the run."""
        for arch, machine, attribute, inside in (
                ('x86_64', 'q35', 'efi', ''), ('x86_64', 'pc', 'efi', ''), ('aarch64', 'virt', 'efi', ''),
                ('x86_64', 'q35', 'efi', "<firmware><feature enabled='no' name='secure-boot'/></firmware>"),
                ('x86_64', 'q35', 'efi', "<firmware><feature enabled='no' name='enrolled-keys'/></firmware>"),
                ('x86_64', 'q35', 'efi', "<loader secure='yes'/>")):
            xml = self.write('guest.xml', f"<domain type='qemu'><name>twin</name><memory>65536</memory>"
                             f"<os firmware='{attribute}'><type arch='{arch}' machine='{machine}'>hvm</type>{inside}</os>"
                             "<features><acpi/></features></domain>")
            ours = self.firmware_of(self.ours, '', xml)
            self.assertIn('loader', ''.join(ours))
            self.assertEqual(ours, self.firmware_of(self.theirs, 'peer', xml), (arch, machine, inside))


class HostValidate(GroundTest):
    """virt-host-validate asks nobody: the same checks with the same outcome on this machine."""

    def test_same(self):
        path = os.path.join(support.PEER, 'usr/bin/virt-host-validate')
        ours = os.path.join(support.BUILD, 'src/tools/host_validate/virt-host-validate')
        for words in ([], ['qemu'], ['lxc'], ['-q', 'qemu'], ['nonsense']):
            theirs = support.run([path, *words], env=support.peer_environment(self.ground))
            mine = support.run([ours, *words])
            lines = [re.findall(r'^ *([A-Z]+: Checking .*?) *: (PASS|WARN|FAIL)', result.out, re.MULTILINE)
                     for result in (mine, theirs)]
            self.assertEqual(*lines, words)
            self.assertEqual(mine.status, theirs.status, words)


if __name__ == '__main__':
    support.main()
