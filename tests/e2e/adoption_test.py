#!/usr/bin/env python3
"""A host goes over from Debian's libvirtd to vireod and back while its guests run: they are listed, looked into and
controlled by the new daemon, and never stand still."""
import os
import re
import shutil
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ET

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from handover import HandOver, Host  # noqa: E402
from support import GroundTest, needs_root  # noqa: E402

DEVICES = """
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='vnc' port='-1'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"""


def small(devices='', more='', arch='x86_64', machine='pc', memory=64, vcpu='1', end='', disk='disk.qcow2', loader='',
          features='<acpi/>'):
    """A guest that need not boot: its status file is all that is looked at."""
    drive = f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='@/{disk}'/>
                <target dev='vda' bus='virtio'/></disk>"""
    vcpus = vcpu if vcpu.startswith('<') else f'<vcpu>{vcpu}</vcpu>'
    return f"""<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
      <name>NAME</name><uuid>UUID</uuid><memory unit='MiB'>{memory}</memory>{vcpus}
      <os><type arch='{arch}' machine='{machine}'>hvm</type>{loader}</os><features>{features}</features>{more}
      <devices><emulator>/usr/bin/qemu-system-{arch}</emulator>{drive if disk else ''}
        <serial type='pty'><target port='0'/></serial>{devices}</devices>{end}</domain>"""


def second(bus, target, more=''):
    return f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='@/second.qcow2'/>
               <target dev='{target}' bus='{bus}'/>{more}</disk>"""


def card(kind, source='', more="<model type='virtio'/>"):
    return f"<interface type='{kind}'><mac address='52:54:00:01:02:03'/>{source}{more}</interface>"


def model(name, check='none', features=''):
    return f"<cpu mode='custom' match='exact' check='{check}'><model>{name}</model>{features}</cpu>"


SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"
AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
SPICE = "<graphics type='spice' autoport='yes'/>"
CELL = "<numa><cell id='0' cpus='0' memory='64' unit='MiB'/></numa>"

# Guests that use nothing newer than libvirt 9.0; @ is the test's folder.
SAME = {
    'plain': small(),
    'chain': small(disk='top.qcow2'),
    'agent': small(AGENT + "<channel type='pty'><target type='virtio' name='a.b'/></channel>"),
    'screens': small("<graphics type='vnc' autoport='yes' websocket='-1'/><graphics type='spice' autoport='yes' "
                     "listen='0.0.0.0'/><video><model type='qxl'/></video>"),
    'vnc': small("<graphics type='vnc' port='-1' passwd='secret' sharePolicy='force-shared'/>"),
    'vnc-socket': small("<graphics type='vnc'><listen type='socket'/></graphics>"),
    'spice-none': small("<graphics type='spice'><listen type='none'/></graphics>"),
    'serials': small("""<serial type='file'><source path='@/serial.log'/><target port='1'/></serial>
        <serial type='null'><target port='2'/></serial>
        <serial type='tcp'><source mode='bind' host='127.0.0.1' service='0'/><target port='3'/></serial>
        <parallel type='file'><source path='@/parallel.log'/><target port='0'/></parallel>
        <console type='pty'><target type='serial' port='0'/></console>
        <console type='pty'><target type='virtio' port='1'/></console>"""),
    'log': small("<serial type='pty'><log file='@/console.log' append='on'/><target port='1'/></serial>"),
    'ide': small(second('ide', 'hda') + "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk>"),
    'scsi': small("<controller type='scsi' model='virtio-scsi'/>" + second('scsi', 'sda')),
    'sata': small(second('sata', 'sda'), machine='q35'),
    'usb': small("<controller type='usb' model='qemu-xhci'/><hub type='usb'/><input type='tablet' bus='usb'/>" +
                 second('usb', 'sda')),
    'redirected': small(SPICE + "<redirdev bus='usb' type='spicevmc'/><channel type='spicevmc'>"
                        "<target type='virtio' name='com.redhat.spice.0'/></channel>"),
    'user': small(card('user')),
    'udp': small(card('udp', "<source address='127.0.0.1' port='11115'><local address='127.0.0.1' port='11116'/></source>")),
    'bridge': small(card('bridge', "<source bridge='@BRIDGE'/>")),
    'ethernet': small(card('ethernet', "<target dev='@TAP'/>")),
    'threads': small(more='<iothreads>2</iothreads>'),
    'threads-named': small(more="<iothreads>2</iothreads><iothreadids><iothread id='3'/><iothread id='7'/></iothreadids>"),
    'clock': small(more="<clock offset='variable' adjustment='3600'><timer name='rtc' tickpolicy='catchup'/></clock>"),
    'balloon': small("<memballoon model='virtio' autodeflate='on'><stats period='3'/></memballoon>"),
    'memory': small("<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>",
                    more="<maxMemory slots='4' unit='MiB'>1024</maxMemory>" + model('qemu64', features=CELL)),
    'vcpus': small(vcpu="""<vcpu current='2'>3</vcpu><vcpus><vcpu id='0' enabled='yes' hotpluggable='no'/>
        <vcpu id='1' enabled='no' hotpluggable='yes'/><vcpu id='2' enabled='yes' hotpluggable='yes'/></vcpus>"""),
    'random': small("""<rng model='virtio'><rate period='2000' bytes='1234'/><backend model='builtin'/></rng>
        <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng><panic model='isa'/>
        <watchdog model='i6300esb' action='reset'/><sound model='ich6'/>"""),
    'memory-file': small("<shmem name='vireo-same'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>", more=SHARED),
    'nine': small("<filesystem type='mount'><source dir='@'/><target dir='share'/><readonly/></filesystem>"),
    'virtiofs': small("<filesystem type='mount'><driver type='virtiofs'/><source dir='@'/><target dir='share'/></filesystem>",
                      more=SHARED),
    'tpm': small("<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>"),
    'tpm-transient': small("<tpm model='tpm-crb'><backend type='emulator' version='2.0' persistent_state='yes'/></tpm>",
                           machine='q35'),
    'bus': small("<graphics type='dbus'/>"),
    'arguments': small(end="<qemu:commandline><qemu:arg value='-boot'/><qemu:arg value='menu=on'/></qemu:commandline>"),
    'label': small(end="<seclabel type='none' model='dac'/>"),
    'metadata': small(more="<metadata><a:b xmlns:a='http://a.example'>c</a:b></metadata><title>T</title>"),
    'uefi': small(machine='q35', loader="<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>"
                  "<nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>@/nvram.fd</nvram>"),
    'cpu-none': small(more=model('Skylake-Client')),
    'cpu-partial': small(more=model('Nehalem', 'partial')),
    'cpu-denied': small(more=model('EPYC', features="<feature policy='optional' name='avx512f'/>")),
    'cpu-full': small(more=model('Nehalem', 'full', "<feature policy='require' name='hypervisor'/>")),
    'cpu-nodes': small(more=model('Westmere', features=CELL)),
    'cpu-minimum': small(more="<cpu match='minimum'><model>Westmere</model></cpu>"),
    'host-model': small(more="<cpu mode='host-model'><feature policy='disable' name='sse4.2'/></cpu>"),
    'maximum': small(more="<cpu mode='maximum'/>"),
    'aarch64': small(arch='aarch64', machine='virt', more=model('cortex-a57'), features="<gic version='2'/>"),
    'ppc64': small(arch='ppc64', machine='pseries', memory=256, features=''),
    'riscv64': small(arch='riscv64', machine='virt', features=''),
    's390x': small(arch='s390x', machine='s390-ccw-virtio', memory=256, features=''),
}


@needs_root
class SameFile(GroundTest):
    """Of one guest, as libvirtd stored it, both daemons write the same status file."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(os.path.join(support.PEER, 'usr/sbin/libvirtd')):
            self.skipTest("Debian's libvirtd has not been fetched")
        self.host = Host(self.ground, 'swtpm_user = "root"\nswtpm_group = "root"\n')
        self.addCleanup(self.host.close)
        for name, below in (('disk', None), ('second', None), ('base', None), ('top', 'base')):
            backing = ['-b', self.ground.path(below + '.qcow2'), '-F', 'qcow2'] if below else []
            subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', *backing, self.ground.path(name + '.qcow2'), '16M'],
                           check=True)
        self.bridge = f'vb{os.getpid()}'
        subprocess.run(['ip', 'link', 'add', self.bridge, 'type', 'bridge'], check=True)
        self.addCleanup(subprocess.run, ['ip', 'link', 'del', self.bridge], check=True)

    def document(self, name):
        text = SAME[name].replace('@BRIDGE', self.bridge).replace('@TAP', f'vt{os.getpid()}').replace('@', self.ground.root)
        return text.replace('NAME', name).replace('UUID', str(uuid.uuid5(uuid.NAMESPACE_DNS, name)))

    def written(self, name):
        """What the daemon that runs writes; without what is another one at each start, or ours alone."""
        result = self.host.virsh('start', name, '--paused')
        if result.status:
            return result.err
        path = os.path.join(self.host.state, 'run', 'libvirt', 'qemu', name + '.xml')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.ok(self.host.virsh('destroy', name))
        text = re.sub(r"<process start='\d+'/>\s*", '', text[text.index('<domstatus'):])
        root = ET.fromstring(text)
        flags = root.find('qemuCaps')
        flags[:] = sorted(flags, key=lambda flag: flag.get('name'))
        for element in root.iter():
            element.text, element.tail = (element.text or '').strip(), '\n'
        text = ET.tostring(root, encoding='unicode')
        masks = ((r'pid="\d+"', 'pid'), (r'domain-\d+-', 'domain-N-'), (r'/dev/pts/\d+', 'pts'), (r' id="\d+"', ' id'),
                 (r'([pP]ort|websocket)="\d{4}"', r'\1'), (r'vnet\d+', 'vnet'))
        for pattern, mask in masks:
            text = re.sub(pattern, mask, text)
        return text

    def test_same_file(self):
        self.host.libvirtd()
        for name in SAME:
            self.ok(self.host.virsh('define', self.write('guest.xml', self.document(name))))
        theirs = {name: self.written(name) for name in SAME}
        self.host.stop()
        self.host.vireod()
        self.maxDiff = None
        for name, text in theirs.items():
            with self.subTest(name):
                self.assertTrue(text.startswith('<domstatus'), text)
                self.assertEqual(text.splitlines(), self.written(name).splitlines())


@needs_root
class Adoption(HandOver):
    def define(self, name='web', **more):
        self.virsh('define', self.write(f'{name}.xml', support.guest_xml(name, disk=self.disk, devices=DEVICES, **more)))

    def start(self, first):
        getattr(self.host, first)()
        self.define()
        self.virsh('start', 'web')
        self.display = self.virsh('vncdisplay', 'web')

    def control(self):
        """What a daemon does with a guest of its own."""
        self.virsh('suspend', 'web')
        self.assertEqual(self.virsh('domstate', 'web', '--reason').strip(), 'paused (user)')
        self.virsh('resume', 'web')
        self.virsh('setmem', 'web', '100M', '--live')
        self.assertIn('vda', self.virsh('domblkstat', 'web', 'vda', '--human'))
        self.assertEqual(self.virsh('vncdisplay', 'web'), self.display)
        self.virsh('destroy', 'web')
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'shut off')
        run = os.path.join(self.host.state, 'run', 'libvirt', 'qemu')
        self.assertEqual([name for name in os.listdir(run) if name.startswith('web')], [])
        self.virsh('start', 'web')
        self.virsh('destroy', 'web')
        self.virsh('undefine', 'web')

    def test_from_libvirtd(self):
        self.start('libvirtd')
        self.hand_over('vireod')
        self.control()

    def test_to_libvirtd(self):
        self.start('vireod')
        self.hand_over('libvirtd')
        self.control()

    def test_there_and_back(self):
        """What libvirtd kept of a guest is still there after vireod had it."""
        self.start('libvirtd')
        before = self.kept()
        self.host.stop()
        self.host.vireod()
        self.virsh('suspend', 'web')
        self.virsh('resume', 'web')
        self.host.stop()
        self.assertEqual(self.kept(), before)
        self.host.libvirtd()
        self.assertEqual(self.virsh('domstate', 'web').strip(), 'running')
        self.virsh('destroy', 'web')

    LATER = """<later than='9.0'><deep a="b">text</deep></later>"""

    def test_what_we_do_not_know(self):
        """What a daemon of another version wrote into a status file goes through us as it was."""
        self.start('libvirtd')
        self.host.stop()
        path = os.path.join(self.host.state, 'run', 'libvirt', 'qemu', 'web.xml')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        changes = (('<qemuCaps>', "<qemuCaps><flag name='not-yet-known'/><tally of='flags'/>"),
                   ('<libDir ', self.LATER + "<libDir shade='blue' "),
                   ('<domstatus ', "<domstatus era='7' "),
                   ('  <domain ', '  <deprecation>machine of old</deprecation>\n  <domain '))
        for before, after in changes:
            self.assertEqual(text.count(before), 1, before)
            text = text.replace(before, after)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        self.host.vireod()
        self.virsh('suspend', 'web')
        self.virsh('resume', 'web')
        self.host.stop()
        root = self.host.status_file('web')
        self.assertEqual(root.get('era'), '7')
        self.assertEqual(root.find('libDir').get('shade'), 'blue')
        self.assertEqual(len(root.findall('libDir')), 1)
        self.assertEqual(ET.canonicalize(ET.tostring(root.find('later')), strip_text=True), ET.canonicalize(self.LATER))
        self.assertEqual(len(root.findall("qemuCaps/flag[@name='not-yet-known']")), 1)
        self.assertEqual(root.find('qemuCaps/tally').get('of'), 'flags')
        self.assertEqual([item.text for item in root.findall('deprecation')], ['machine of old'])
        # libvirtd 9.0 refuses flags that it does not know; the rest is nothing to it.
        self.host.vireod()
        self.virsh('destroy', 'web')

    def test_owners(self):
        """Two guests of libvirtd's have one kernel, which is counted for both. Each daemon lets go of it for one, and it
        belongs again to whom it did."""
        kernel = self.ground.path('kernel')
        shutil.copy(os.path.join(support.GUEST, 'vmlinuz'), kernel)
        os.chown(kernel, 1234, 4321)
        self.host.write(os.path.join(self.host.state, 'etc', 'libvirt', 'qemu.conf'),
                        'user = "root"\ngroup = "root"\ncgroup_controllers = [ ]\nnamespaces = [ ]\n'
                        'stdio_handler = "file"\nsecurity_driver = "none"\nremember_owner = 1\n')
        counted = [('libvirtd', 'vireod', 'libvirtd'), ('libvirtd', 'libvirtd', 'vireod'), ('vireod', 'libvirtd', 'vireod')]
        for daemons in counted:
            with self.subTest(daemons):
                getattr(self.host, daemons[0])()
                for name in ('one', 'two'):
                    text = small(disk=None, loader=f'<kernel>{kernel}</kernel>').replace('NAME', name)
                    self.virsh('define', self.write(name + '.xml', text.replace('UUID', str(uuid.uuid4()))))
                    self.virsh('start', name, '--paused')
                for daemon, name, left in ((daemons[1], 'one', b'1'), (daemons[2], 'two', None)):
                    self.host.stop()
                    getattr(self.host, daemon)()
                    self.assertEqual(self.virsh('domstate', name).strip(), 'paused')
                    self.virsh('destroy', name)
                    self.virsh('undefine', name)
                    names = [item for item in os.listxattr(kernel) if item.startswith('trusted.libvirt.')]
                    if left:
                        self.assertEqual(os.getxattr(kernel, 'trusted.libvirt.security.ref_dac').rstrip(b'\0'), left)
                    else:
                        self.assertEqual(names, [])
                    info = os.stat(kernel)
                    self.assertEqual((info.st_uid, info.st_gid), (0, 0) if left else (1234, 4321))
                self.host.stop()

    def pool_source(self, *options):
        disk = ET.fromstring(self.virsh('dumpxml', 'web', *options)).find("devices/disk[@type='volume']")
        self.assertIsNotNone(disk, options)
        return {name: value for name, value in disk.find('source').attrib.items() if name != 'index'}

    def test_volume(self):
        """A disk that is a volume of a pool is shown as one by either daemon. What it was found to be is in the status
        file for the next vireod; libvirtd does not write it, and reads past it."""
        pool = self.ground.path('pool')
        image = os.path.join(pool, 'v.qcow2')
        os.mkdir(pool)
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', image, '16M'], check=True)
        wanted = {'pool': 'p', 'volume': 'v.qcow2'}
        self.host.libvirtd()
        self.virsh('pool-create', self.write(
            'pool.xml', f"<pool type='dir'><name>p</name><target><path>{pool}</path></target></pool>"))
        disk = "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/><source pool='p' volume='v.qcow2'/>"
        document = small(disk + "<target dev='vda' bus='virtio'/></disk>", disk=None)
        document = document.replace('NAME', 'web').replace('UUID', str(uuid.uuid4()))
        self.virsh('define', self.write('web.xml', document))
        self.virsh('start', 'web', '--paused')
        self.host.stop()
        # No storage driver yet: it stays what it is.
        self.host.vireod()
        for options in ((), ('--inactive',), ('--migratable',)):
            self.assertEqual(self.pool_source(*options), wanted)
        self.virsh('domstats', 'web', '--block')
        self.host.stop()
        path = os.path.join(self.host.state, 'run', 'libvirt', 'qemu', 'web.xml')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.assertEqual(text.count("<disk type='volume'"), 1)
        begin = text.index('<privateData>', text.index("<source pool='p'")) + len('<privateData>')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text[:begin] + f"<found type='file' file='{image}'/>" + text[begin:])
        for _ in range(2):
            self.host.vireod()
            for options in ((), ('--inactive',), ('--migratable',)):
                self.assertEqual(self.pool_source(*options), wanted)
            self.assertIn(f'path={image}\n', self.virsh('domstats', 'web', '--block'))
            self.virsh('suspend', 'web')
            self.host.stop()
        self.host.libvirtd()
        self.assertEqual(self.pool_source(), wanted)
        self.virsh('destroy', 'web')

    def kept(self):
        """The status file but for the definition, what is ours alone, what is written or not when it is "yes", and what
        changes from moment to moment."""
        root = self.host.status_file('web')
        for name in ('domain', 'process', 'allowReboot'):
            for element in root.findall(name):
                root.remove(element)
        devices = root.find('devices')
        devices[:] = sorted(devices, key=lambda device: device.get('alias'))
        flags = root.find('qemuCaps')
        flags[:] = sorted(flags, key=lambda flag: flag.get('name'))
        for element in root.iter():
            element.text = (element.text or '').strip()
            element.tail = None
        root.attrib.pop('reason')
        return ET.tostring(root, encoding='unicode')


if __name__ == '__main__':
    support.main()
