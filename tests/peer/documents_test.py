#!/usr/bin/env python3
"""The same definitions for vireod and for Debian's libvirtd 9.0: both take or refuse them, and what they make of them is
the same: the stored document, and QEMU's command line for it. What may differ is in DIFFERENCES, each with its reason.

documents_test.py FILE...   compares documents from files instead, and shows what differs."""
import json
import os
import re
import shlex
import sys
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
import support  # noqa: E402
from support import GroundTest, needs_root, run  # noqa: E402

BINDING = os.path.join(support.FETCHED, 'bindings', 'root', 'usr/lib/python3/dist-packages')
MACHINES = {
    'pc': ('x86_64', 'x86_64', '<features><acpi/></features>'),
    'q35': ('x86_64', 'x86_64', '<features><acpi/></features>'),
    'virt': ('aarch64', 'aarch64', ''),
    'pseries': ('ppc64', 'ppc64', ''),
    's390-ccw-virtio': ('s390x', 's390x', ''),
}
DOCUMENT = """<domain type='qemu'><name>twin</name><uuid>6a1c37a0-5c8e-4c7e-9d27-5d4f6c1b2a10</uuid>
<memory unit='MiB'>512</memory><vcpu>2</vcpu><os><type arch='{arch}' machine='{machine}'>hvm</type></os>{features}{top}
<devices><emulator>/usr/bin/qemu-system-{target}</emulator>{devices}</devices></domain>"""

DISK = "<disk type='{kind}' device='{device}'><driver name='qemu' type='raw'{driver}/><source {source}>{source_more}" \
       "</source><target dev='{target}' bus='{bus}'/>{more}</disk>"
CARD = "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/>{}</interface>"
LOGIN = "<auth username='me'><secret type='iscsi' usage='mine'/></auth>"


def disk(bus, target, device='disk', kind='block', source="dev='/dev/x'", driver='', more='', source_more=''):
    return DISK.format(kind=kind, device=device, driver=driver, source=source, target=target, bus=bus, more=more,
                       source_more=source_more)


# What stands in <devices>, and for which machines.
EVERYWHERE = {
    'nothing': '',
    'virtio disk': disk('virtio', 'vda'),
    'scsi disk': disk('scsi', 'sda'),
    'ide disk': disk('ide', 'hda'),
    'sata disk': disk('sata', 'sda'),
    'usb disk': disk('usb', 'sda'),
    'virtio cdrom': disk('virtio', 'vda', device='cdrom'),
    'lun on ide': disk('ide', 'hda', device='lun'),
    'world wide name': disk('virtio', 'vda', more='<wwn>5000c50015ea71ad</wwn>'),
    'native io without a cache mode': disk('virtio', 'vda', driver=" io='native'"),
    'iothread that is not there': disk('virtio', 'vda', driver=" iothread='7'"),
    'transient block device': disk('virtio', 'vda', more='<transient/>'),
    'virtio card': "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>",
    'qxl': "<graphics type='spice' autoport='no' port='5900'/><video><model type='qxl'/></video>",
    'virtio video': "<video><model type='virtio' heads='2'/></video>",
    'two vga cards': "<video><model type='vga'/></video><video><model type='vga'/></video>",
    'long password': "<graphics type='vnc' port='5900' passwd='123456789'/>",
    'tablet': "<input type='tablet' bus='usb'/>",
    'ps/2 tablet': "<input type='tablet' bus='ps2'/>",
    'random numbers': "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>",
    'diag288': "<watchdog model='diag288' action='reset'/>",
    'lsi': "<controller type='scsi' index='0' model='lsilogic'/>",
    'queues of lsi': "<controller type='scsi' index='0' model='lsilogic'><driver queues='2'/></controller>",
    'pvscsi': "<controller type='scsi' index='0' model='vmpvscsi'/>",
    'automatic scsi': "<controller type='scsi' index='0' model='auto'/>",
    'xhci with a far port': "<controller type='usb' index='0' model='qemu-xhci'/><input type='tablet' bus='usb'>"
                            "<address type='usb' bus='0' port='9'/></input>",
    'root port with a bus number': "<controller type='pci' index='1' model='pcie-root-port'><target busNr='5'/>"
                                   "</controller>",
    'bridge of another name': "<controller type='pci' index='1' model='pci-bridge'><model name='pxb'/></controller>",
    'numbered later': "<controller type='virtio-serial' index='1'/><channel type='null'><target type='virtio' "
                      "name='a'/></channel>",
    'plain memory with a server': "<shmem name='s'><model type='ivshmem-plain'/><server path='/x'/></shmem>",
    'virtiofs without shared memory': "<filesystem type='mount'><driver type='virtiofs'/><source dir='/x'/>"
                                      "<target dir='y'/></filesystem>",
    'nvram': '<nvram/>',
    'two balloons': "<memballoon model='virtio'/><memballoon model='virtio'/>",
    'size of packets in a private network': CARD.format("<mtu size='1400'/>"),
    'isolated from nobody': CARD.format("<port isolated='yes'/>"),
    'queue of an odd size': CARD.format("<driver rx_queue_size='300'/>"),
    'leaves a pair that nobody named': CARD.format("<teaming type='transient'/>"),
    'firmware switched off and tuned': CARD.format("<rom enabled='no' bar='on'/>"),
    'index zero': CARD.format("<acpi index='0'/>"),
    'two first to boot': CARD.format("<boot order='1'/>") + disk('virtio', 'vda', more="<boot order='1'/>"),
    'serial port of another bus': "<serial type='pty'><target type='pci-serial'/><address type='isa'/></serial>",
    'serial port of a mainframe': "<serial type='pty'><target type='sclp-serial'/></serial>",
    'model of another serial port': "<serial type='pty'><target type='usb-serial'><model name='pci-serial'/></target>"
                                    "</serial>",
    'two ports at one place': ''.join(
        f"<channel type='null'><target type='virtio' name='{name}'/>"
        "<address type='virtio-serial' controller='0' bus='0' port='2'/></channel>" for name in 'ab'),
    'forwarded to IPv6': "<channel type='null'><target type='guestfwd' address='fd00::1' port='80'/></channel>",
    'login at an NBD server': disk('virtio', 'vda', kind='network', source="protocol='nbd'", source_more=LOGIN),
    'TLS name of a cluster': disk('virtio', 'vda', kind='network', source="protocol='rbd' name='a/b' tlsHostname='h'"),
    'controller without a namespace': disk('virtio', 'vda', kind='nvme', source="type='pci' managed='yes'",
                                           source_more="<address domain='0' bus='1' slot='0' function='0'/>"),
    'limits of all and of some': disk('virtio', 'vda', more='<iotune><total_bytes_sec>5</total_bytes_sec>'
                                                            '<read_bytes_sec>5</read_bytes_sec></iotune>'),
    'a group without limits': disk('virtio', 'vda', more='<iotune><group_name>a</group_name></iotune>'),
    'memory that stays nowhere': "<memory model='virtio-pmem'><target><size unit='MiB'>64</size></target></memory>",
}

# Devices that a guest talks to itself: what QEMU's disks have and they do not.
LUNS = {
    'lun that is shared': disk('scsi', 'sda', device='lun', more='<shareable/>'),
    'lun without a cache': disk('scsi', 'sda', device='lun', driver=" cache='none'"),
    'virtio lun that writes through': disk('virtio', 'vda', device='lun', driver=" cache='writethrough'"),
    'lun with its errors': disk('scsi', 'sda', device='lun', driver=" error_policy='stop' rerror_policy='report'"),
    'lun with a serial number': disk('scsi', 'sda', device='lun', more='<serial>one</serial>'),
    'lun of a vendor': disk('scsi', 'sda', device='lun', more='<vendor>me</vendor>'),
    'lun with a product': disk('scsi', 'sda', device='lun', more='<product>it</product>'),
    'lun that is copied': disk('virtio', 'vda', device='lun', driver=" copy_on_read='on'"),
    'lun of a format': disk('scsi', 'sda', device='lun').replace("type='raw'", "type='qcow2'"),
}
# What stands beside <devices>.
BESIDE = {
    'few shares': '<cputune><shares>1</shares></cputune>',
    'pit that catches up': "<clock offset='utc'><timer name='pit' tickpolicy='catchup'/></clock>",
    'clock by a word': "<clock offset='utc' adjustment='soon'/>",
    'no threads in a core': "<cpu><topology sockets='2' cores='1' threads='0'/></cpu>",
    'near and far at once': "<cpu><numa><cell id='0' cpus='0-1' memory='524288'><distances><sibling id='0' value='20'/>"
                            "</distances></cell></numa></cpu>",
    'huge pages of anonymous memory': "<memoryBacking><hugepages/><source type='anonymous'/></memoryBacking>",
    'memory bound to nothing': "<numatune><memory mode='strict'/></numatune>",
    'processor gone for good': "<vcpus><vcpu id='0' enabled='yes' hotpluggable='no'/>"
                               "<vcpu id='1' enabled='no' hotpluggable='no'/></vcpus>",
}
# Texts in our answer or in the peer's that are no difference, with the reason.
DIFFERENCES = [
    (r"<watchdog model='itco' action='reset'/>", 'part of q35: shown since 9.1'),
    (r'-global ICH9-LPC\.noreboot=off', 'the same, on the command line'),
    (r'-watchdog-action reset', 'the same'),
    (r'-m \S+', 'a size in KiB since 9.1, MiB before'),
    (r'-netdev .*', 'libvirt shows a tap for every card; ours shows what a start makes'),
    (r'-object {"qom-type": "secret", "id": "masterKey0"[^}]*}', 'we make a key when there is something to keep secret'),
]
# Documents that only one of the two takes.
OTHERWISE = {}


def document(machine, devices, top=''):
    arch, target, features = MACHINES[machine]
    return DOCUMENT.format(arch=arch, machine=machine, target=target, features=features, top=top, devices=devices)


def word(text):
    """A word of a command line: JSON in one order, the parts of others in one order behind the first."""
    if text.startswith('{'):
        return json.dumps(dict(sorted(json.loads(text).items())))
    parts = re.split(r'(?<!,),(?!,)', text)
    return ','.join(parts[:1] + sorted(parts[1:]))


def plain(text):
    text = re.sub(r'/[^ ,"\']*/(peer/)?(?=(run|var|etc)/)', '/', text)
    for pattern, _ in DIFFERENCES:
        text = re.sub(pattern, '', text)
    return text


def lines_of(text):
    """A command line as its options, without the environment."""
    words = [w for w in shlex.split(text) if not re.match(r'[A-Z_]+=', w)]
    out = []
    for i, w in enumerate(words):
        if w.startswith('-') or i == 0:
            out.append(w)
        elif out[-1] == '-object' and json.loads(w if w[0] == '{' else '{}').get('id') == 'masterKey0':
            out.pop()
        else:
            out[-1] += ' ' + word(w)
    return [line for line in (plain(line).strip() for line in out) if line]


def elements(text):
    """A document as lines, white space aside."""
    root = ElementTree.fromstring(plain(text))
    return [(e.tag, sorted(e.attrib.items()), (e.text or '').strip()) for e in root.iter()]


def differ(ours, theirs):
    """In what two answers differ; '': in nothing."""
    if ('refused' in ours) != ('refused' in theirs):
        return f'refused by one: ours {ours.get("refused")}, theirs {theirs.get("refused")}'
    if 'refused' in ours:
        return ''
    if elements(ours['xml']) != elements(theirs['xml']):
        return f'documents: ours\n{ours["xml"]}\ntheirs\n{theirs["xml"]}'
    if 'native' in ours and 'native' in theirs:
        mine, other = lines_of(ours['native']), lines_of(theirs['native'])
        if mine != other:
            return f'lines: only ours {[l for l in mine if l not in other]}, ' \
                   f'only theirs {[l for l in other if l not in mine]}'
    return ''


@needs_root
class Documents(GroundTest):
    def setUp(self):
        super().setUp()
        self.vireod = self.daemon()
        self.libvirtd = support.Libvirtd(self.ground)
        self.addCleanup(self.libvirtd.stop)

    def ask(self, uri, documents):
        env = support.peer_environment(self.ground, PYTHONPATH=BINDING)
        result = run(['/usr/bin/python3', os.path.join(HERE, 'documents_worker.py'), uri], env=env, deadline=600,
                     text=''.join(json.dumps(d) + '\n' for d in documents))
        answers = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual((result.status, len(answers)), (0, len(documents)), result)
        return answers

    def compare(self, named):
        texts = list(named.values())
        ours, theirs = self.ask(self.vireod.uri(), texts), self.ask(self.libvirtd.uri(), texts)
        found = {name: differ(a, b) for name, a, b in zip(named, ours, theirs)}
        refused = sum('refused' in answer for answer in theirs)
        return {name: what for name, what in found.items() if what and name not in OTHERWISE}, refused

    def test_twins(self):
        named = {f'{machine}: {name}': document(machine, devices)
                 for machine in MACHINES for name, devices in EVERYWHERE.items()}
        named |= {f'{machine}: {name}': document(machine, '', top)
                  for machine in MACHINES for name, top in BESIDE.items()}
        found, refused = self.compare(named)
        self.assertEqual(found, {}, '\n'.join(f'{name}: {what}' for name, what in found.items()))
        # Some of each, or nothing was compared.
        self.assertGreater(refused, 20)
        self.assertLess(refused, len(named) - 50)

    def test_luns(self):
        found, refused = self.compare({name: document('q35', devices) for name, devices in LUNS.items()})
        self.assertEqual(found, {}, '\n'.join(f'{name}: {what}' for name, what in found.items()))
        self.assertEqual(refused, 5)

    def test_files(self):
        named = {}
        for path in FILES:
            with open(path, encoding='utf-8') as file:
                named[path] = file.read()
        found, _ = self.compare(named)
        self.assertEqual(found, {}, '\n'.join(f'{name}: {what}' for name, what in found.items()))


FILES = [argument for argument in sys.argv[1:] if argument.endswith('.xml')]
sys.argv[1:] = [argument for argument in sys.argv[1:] if argument not in FILES]

if __name__ == '__main__':
    support.main()
