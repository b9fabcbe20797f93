#!/usr/bin/env python3
"""Guests with all that belongs to them beside QEMU (a TPM's, a folder's process, the agent in the guest) go from one daemon
to the other: nothing of it is lost, and with the guest it ends, whoever started it."""
import os
import shutil
import subprocess
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import agent_test  # noqa: E402
import support  # noqa: E402
from handover import HandOver  # noqa: E402
from support import GroundTest, needs_root, wait_until  # noqa: E402

TPM = "<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>"
FOLDER = "<filesystem type='mount'><driver type='virtiofs'/><source dir='@/shared'/><target dir='there'/></filesystem>"
MODULE = "<memory model='dimm'><target><size unit='M'>128</size><node>0</node></target></memory>"
SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>"
SWTPM_CONF = 'swtpm_user = "root"\nswtpm_group = "root"\n'
needs_swtpm = unittest.skipUnless(shutil.which('swtpm') and shutil.which('swtpm_setup'), 'needs swtpm')


def pid_in(path):
    with open(path, encoding='ascii') as file:
        return int(file.read())


@needs_root
@needs_swtpm
class AdoptedHelpers(HandOver):
    QEMU_CONF = SWTPM_CONF

    def run_files(self):
        """Of the guest, below the daemons' folder."""
        run = os.path.join(self.host.state, 'run', 'libvirt', 'qemu')
        return sorted(os.path.relpath(os.path.join(top, name), run) for top, _, names in os.walk(run) for name in names
                      if 'web' in name)

    def run_pid(self, *parts):
        return pid_in(os.path.join(self.host.state, 'run', 'libvirt', 'qemu', *parts))

    def state_files(self):
        return [name for _, _, names in os.walk(os.path.join(self.host.state, 'var', 'lib', 'libvirt', 'swtpm'))
                for name in names if name == 'tpm2-00.permall']

    def document(self):
        self.share()
        text = support.guest_xml(
            'web', disk=self.disk, guest=self.guest_with_agent(),
            memory="<maxMemory slots='2' unit='MiB'>1024</maxMemory><memory unit='MiB'>384</memory>",
            more=SHARED + "<iothreads>2</iothreads><cpu><numa><cell id='0' cpus='0-1' memory='256' unit='MiB'/></numa></cpu>",
            devices=TPM + FOLDER.replace('@', self.ground.root) + MODULE + agent_test.CHANNEL + "<graphics type='vnc' port='-1'/>")
        return self.write('web.xml', text.replace('<vcpu>1</vcpu>', "<vcpu current='1'>2</vcpu>"))

    def share(self):
        os.mkdir(self.ground.path('shared'))

    def guest_with_agent(self):
        os.mkdir(self.ground.path('guest'))
        agent_test.initramfs_with_agent(self.ground.path('guest'))
        os.symlink(os.path.join(support.GUEST, 'vmlinuz'), self.ground.path('guest', 'vmlinuz'))
        return self.ground.path('guest')

    def registers(self):
        return self.in_shell('echo pcr=$(cat /sys/class/tpm/tpm0/pcr-sha256/0)=', r'pcr=([0-9A-Fa-f]{64})=').group(1)

    def read_through(self, words):
        """What the host writes into the folder the guest reads."""
        self.write('shared/words', words + '\n')
        self.in_shell('cat /mnt/words', words)

    def look(self):
        """What clients see of it that must not change."""
        return (self.virsh('vcpucount', 'web', '--live', '--active'), self.virsh('iothreadinfo', 'web').splitlines()[2:],
                self.virsh('vncdisplay', 'web'), self.virsh('domstats', 'web', '--balloon').splitlines()[1:3],
                self.virsh('dumpxml', 'web').splitlines(), self.run_files())

    def there(self, first, second):
        if not os.path.exists(os.path.join(agent_test.AGENT, 'usr', 'sbin', 'qemu-ga')):
            self.skipTest("Debian's guest agent has not been fetched")
        getattr(self.host, first)()
        self.virsh('define', self.document())
        self.virsh('start', 'web')
        self.in_shell(agent_test.START, 'agent-42')
        wait_until(lambda: "state='connected'" in self.live(), 'the channel opens')
        self.virsh('domhostname', 'web')
        self.in_shell('mkdir -p /mnt; mount -t virtiofs there /mnt && echo mounted-$((40 + 2))', 'mounted-42')
        self.virsh('setvcpus', 'web', '2', '--live')
        self.wait_in_guest('echo 1 >/sys/devices/system/cpu/cpu1/online; [ $(nproc) = 2 ]')
        self.read_through('of the first')
        registers, seen = self.registers(), self.look()
        helpers = [self.run_pid('swtpm', '1-web-swtpm.pid'), self.run_pid('1-web-fs0-fs.pid')]
        self.hand_over(second)
        self.assertEqual(self.look(), seen)
        self.assertEqual(self.registers(), registers)
        self.read_through('of the second')
        wait_until(lambda: self.host.virsh('domhostname', 'web').status == 0, 'the agent is connected')
        self.assertIn('"return":{}', self.virsh('qemu-agent-command', 'web', '{"execute":"guest-ping"}'))
        self.assertEqual(helpers, [self.run_pid('swtpm', '1-web-swtpm.pid'), self.run_pid('1-web-fs0-fs.pid')])
        self.hand_over(first)
        self.assertEqual(self.look(), seen)
        wait_until(lambda: self.host.virsh('domhostname', 'web').status == 0, 'the agent is connected')
        self.hand_over(second)
        for pid in helpers:
            self.assertFalse(support.is_gone(pid))
        self.virsh('destroy', 'web')
        for pid in helpers:
            wait_until(lambda pid=pid: support.is_gone(pid), 'the helper ends with the guest')
        self.assertEqual(self.run_files(), [])
        self.assertEqual(len(self.state_files()), 1)
        self.virsh('undefine', 'web')
        self.assertEqual(self.state_files(), [])

    def test_from_libvirtd(self):
        self.there('libvirtd', 'vireod')

    def test_from_vireod(self):
        self.there('vireod', 'libvirtd')

    def paused_and_transient(self, first, second):
        """Two of them: one stands still, one is nobody's definition; both go on to be that."""
        getattr(self.host, first)()
        other = support.guest_xml('still', disk=self.image('still.qcow2'), devices=TPM)
        self.virsh('define', self.write('still.xml', other))
        self.virsh('start', 'still', '--paused')
        self.virsh('create', self.write('web.xml', support.guest_xml('web', disk=self.disk, devices=TPM)))
        self.assertEqual(len(self.state_files()), 2)
        seen = [self.virsh(*words) for words in (('domstate', 'still', '--reason'), ('dumpxml', 'still'), ('dumpxml', 'web'))]
        self.hand_over(second)
        self.assertEqual(seen, [self.virsh(*words) for words in (('domstate', 'still', '--reason'), ('dumpxml', 'still'),
                                                                 ('dumpxml', 'web'))])
        self.assertEqual(sorted(self.virsh('list', '--transient', '--name').split()), ['web'])
        self.assertEqual(sorted(self.virsh('list', '--persistent', '--name').split()), ['still'])
        self.virsh('resume', 'still')
        self.assertEqual(self.virsh('domstate', 'still').strip(), 'running')
        self.virsh('destroy', 'web')
        self.virsh('destroy', 'still')
        self.assertEqual(self.virsh('list', '--all', '--name').split(), ['still'])
        self.assertEqual(len(self.state_files()), 1)

    def test_states_from_libvirtd(self):
        self.paused_and_transient('libvirtd', 'vireod')

    def test_states_from_vireod(self):
        self.paused_and_transient('vireod', 'libvirtd')


@needs_root
@needs_swtpm
class Orphans(GroundTest):
    """QEMU ended while no daemon ran: what belonged to it ends when one comes."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.ground.path('etc', 'libvirt'))
        self.write('etc/libvirt/qemu.conf', SWTPM_CONF + 'user = "root"\ngroup = "root"\n')
        os.mkdir(self.ground.path('shared'))
        os.chmod(self.ground.folder.folder, 0o711)  # passt is another user
        self.vireod = self.daemon()

    def virsh(self, *words):
        return self.ok(support.peer_virsh(self.ground, self.vireod.uri(), *words))

    def files(self, *parts):
        return sorted(os.path.join(top, name) for top, _, names in os.walk(self.ground.path(*parts)) for name in names)

    def pids(self):
        """By the name of the guest's file of each."""
        found = {os.path.basename(path): pid_in(path) for folder in (('run',), ('var', 'lib')) for path in self.files(*folder)
                 if path.endswith('.pid') and os.path.basename(path) not in ('driver.pid', 'libvirtd.pid', 'vireod.pid')}
        return found

    def start(self, name, command):
        passt = "<interface type='user'><backend type='passt'/><model type='virtio'/></interface>" if shutil.which('passt') else ''
        text = support.guest_xml(name, more=SHARED, devices=TPM + FOLDER.replace('@', self.ground.root) + passt +
                                 "<graphics type='dbus'/>")
        self.virsh(command, self.write(name + '.xml', text))
        if command == 'define':
            self.virsh('start', name)

    def states(self):
        return [path for path in self.files('var', 'lib', 'libvirt', 'swtpm') if path.endswith('tpm2-00.permall')]

    def test_end(self):
        self.start('kept', 'define')
        self.start('lost', 'create')
        pids = self.pids()
        self.assertGreaterEqual(len(pids), 8, pids)
        self.assertEqual(len(self.states()), 2)
        guests = {name: pids.pop(name + '.pid') for name in ('kept', 'lost')}
        self.vireod.stop(support.signal.SIGKILL)
        # Those that would end by themselves do not hear of it.
        for pid in pids.values():
            os.kill(pid, support.signal.SIGSTOP)
        for pid in guests.values():
            os.kill(pid, support.signal.SIGKILL)
            wait_until(lambda pid=pid: support.is_gone(pid), 'QEMU ends')
        kept = self.virsh_of_next('domuuid', 'kept').strip()
        wait_until(lambda: self.virsh('list', '--all', '--name').split() == ['kept'], 'the other one is forgotten')
        wait_until(lambda: self.virsh('domstate', 'kept').strip() == 'shut off', 'the end is seen')
        for name, pid in pids.items():
            self.assertTrue(support.is_gone(pid), name)
        self.assertEqual([path for path in self.files('run') + self.files('var', 'lib', 'libvirt', 'qemu')
                          if 'kept' in os.path.relpath(path, self.ground.root) or 'lost' in path], [])
        self.assertEqual([path for path in self.states() if kept in path], self.states())
        self.assertEqual(len(self.states()), 1)
        self.virsh('start', 'kept')
        self.virsh('destroy', 'kept')

    def virsh_of_next(self, *words):
        self.vireod = self.daemon()
        return self.virsh(*words)

    def test_unread(self):
        """A definition that cannot be read now is one all the same: its TPM keeps its secrets."""
        self.start('kept', 'define')
        pid = self.pids()['kept.pid']
        self.vireod.stop(support.signal.SIGKILL)
        path = self.ground.path('etc', 'libvirt', 'qemu', 'kept.xml')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.write(path, text[:len(text) // 2])
        os.kill(pid, support.signal.SIGKILL)
        wait_until(lambda: support.is_gone(pid), 'QEMU ends')
        self.virsh_of_next('uri')
        wait_until(lambda: not self.virsh('list', '--all', '--name').split(), 'the guest that has gone is forgotten')
        self.assertEqual(len(self.states()), 1)


if __name__ == '__main__':
    support.main()
