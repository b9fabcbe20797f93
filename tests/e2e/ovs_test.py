#!/usr/bin/env python3
"""Guests on a switch of Open vSwitch: a real one, whose paths for packets are in user space."""
import os
import signal
import subprocess
import unittest

import support
from network_test import NetworkTest, ip, new_network
from support import clean_environment, needs_root, our_environment, wait_until

ROOT = os.path.join(support.FETCHED, 'ovs', 'root')
LIBRARIES = os.path.join(ROOT, support.MULTIARCH)
ID = '09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'


@needs_root
@unittest.skipUnless(os.path.isdir(ROOT), 'Open vSwitch was not fetched')
class OvsTest(NetworkTest):
    def start_daemon(self):
        self.switch()
        bin_folder = self.ground.path('bin')
        os.mkdir(bin_folder)
        program = os.path.join(bin_folder, 'ovs-vsctl')
        with open(program, 'w', encoding='ascii') as file:
            file.write(f'#!/bin/sh\nexport LD_LIBRARY_PATH={LIBRARIES} OVS_RUNDIR={self.folder}\n'
                       f'exec {ROOT}/usr/bin/ovs-vsctl "$@"\n')
        os.chmod(program, 0o755)
        self.path = f'{bin_folder}:{os.environ["PATH"]}'
        self.before_start()
        return self.restart()

    def before_start(self):
        """What is to be there when vireod comes up."""

    def restart(self):
        return self.daemon(env=our_environment(PATH=self.path))

    def environment(self):
        return clean_environment(LD_LIBRARY_PATH=LIBRARIES, OVS_RUNDIR=self.folder, OVS_LOGDIR=self.folder,
                                 OVS_DBDIR=self.folder, OVS_SYSCONFDIR=self.folder)

    def program(self, *words):
        process = subprocess.Popen([os.path.join(ROOT, words[0]), *words[1:]], env=self.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def vsctl(self, *words):
        return subprocess.run([f'{ROOT}/usr/bin/ovs-vsctl', '--timeout=60', *words], env=self.environment(), check=True,
                              capture_output=True, text=True).stdout.strip()

    def switch(self):
        new_network()  # the switch makes taps that outlive it
        self.folder = self.ground.path('ovs')
        os.mkdir(self.folder)
        database = os.path.join(self.folder, 'conf.db')
        subprocess.run([f'{ROOT}/usr/bin/ovsdb-tool', 'create', database, f'{ROOT}/usr/share/openvswitch/vswitch.ovsschema'],
                       env=self.environment(), check=True)
        address = os.path.join(self.folder, 'db.sock')
        self.database = self.program('usr/sbin/ovsdb-server', database, f'--remote=punix:{address}')
        wait_until(lambda: os.path.exists(address), 'the switch has a database')
        self.vsctl('--no-wait', 'init')
        self.program('usr/lib/openvswitch-switch/ovs-vswitchd', f'unix:{address}')
        self.vsctl('add-br', 'ovs0', '--', 'set', 'Bridge', 'ovs0', 'datapath_type=netdev')
        self.vsctl('add-port', 'ovs0', 'ours', 'tag=42', '--', 'set', 'Interface', 'ours', 'type=internal')
        ip('addr', 'add', '192.0.2.1/24', 'dev', 'ours')
        ip('link', 'set', 'ours', 'up')

    def ports(self):
        return self.vsctl('list-ports', 'ovs0').split()


class Switched(OvsTest):
    @staticmethod
    def card(tags, bridge='ovs0', more=''):
        return (f"<interface type='bridge'><source bridge='{bridge}'/><mac address='52:54:00:aa:00:01'/>"
                f"<virtualport type='openvswitch'><parameters interfaceid='{ID}' profileid='web front'/></virtualport>"
                f"<vlan{tags}</vlan><model type='virtio'/>{more}</interface>")

    def column(self, name):
        return self.vsctl('get', 'Port', 'vnet0', name)

    def test_tagged(self):
        """The port says whose it is and has the guest's tag, which can change; it goes with the guest."""
        self.boot(devices=self.card("><tag id='42'/>", more="<port isolated='no'/>"))
        ids = self.vsctl('get', 'Interface', 'vnet0', 'external_ids')
        uuid = self.ok(self.virsh('domuuid', 'web')).strip()
        for wanted in ('attached-mac="52:54:00:aa:00:01"', f'iface-id="{ID}"', f'vm-id="{uuid}"', 'iface-status=active',
                       'port-profile="web front"'):
            self.assertIn(wanted, ids)
        self.assertEqual(self.column('tag'), '42')
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        since = self.vsctl('get', 'Port', 'vnet0', '_uuid')
        self.ok(self.virsh('update-device', 'web', '--live', '--config', self.write('card.xml', self.card("><tag id='43'/>"))))
        self.assertEqual(self.column('tag'), '43')
        self.assertEqual(self.vsctl('get', 'Port', 'vnet0', '_uuid'), since)
        self.assertIn("<tag id='43'/>", self.live())
        self.in_shell('ping -c 1 -W 2 192.0.2.1 || echo lost-$((40 + 2))', 'lost-42')
        self.ok(self.virsh('destroy', 'web'))
        self.assertEqual(self.ports(), ['ours'])

    def test_trunk(self):
        self.boot(devices=self.card(" trunk='yes'><tag id='42' nativeMode='untagged'/><tag id='7'/>"))
        self.assertEqual(self.column('trunks'), '[7, 42]')
        self.assertEqual(self.column('vlan_mode'), 'native-untagged')
        self.assertEqual(self.column('tag'), '42')
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.ok(self.virsh('update-device', 'web', self.write('card.xml', self.card(" trunk='yes'><tag id='9'/>"))))
        self.assertEqual([self.column(name) for name in ('trunks', 'vlan_mode', 'tag')], ['[9]', '[]', '[]'])

    def test_comes_and_goes(self):
        """Plugged in, kept by the next daemon, and unplugged."""
        self.boot(guest=support.FULL_GUEST, memory_mib=256)
        card = self.write('card.xml', self.card("><tag id='42'/>"))
        self.ok(self.virsh('attach-device', 'web', card))
        self.in_shell('until [ -e /sys/class/net/eth0 ]; do sleep 0.2; done; echo there-$((40 + 2))', 'there-42')
        self.ping_from_guest('192.0.2.2', '192.0.2.1')
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.restart()
        self.addCleanup(self.virsh, 'destroy', 'web')
        self.assertEqual(sorted(self.ports()), ['ours', 'vnet0'])
        self.ok(self.virsh('detach-device', 'web', card))
        wait_until(lambda: '<interface' not in self.live(), 'the card leaves')
        self.assertEqual(self.ports(), ['ours'])

    def test_no_bridge(self):
        """A start that fails names the bridge; no port is left."""
        self.define(devices=self.card("><tag id='42'/>") + self.card("><tag id='42'/>", 'ovs9').replace(':01', ':02'))
        result = self.virsh('start', 'web')
        self.assertNotEqual(result.status, 0)
        self.assertIn('ovs9', result.err)
        self.assertEqual(self.ports(), ['ours'])

    def test_hung(self):
        """A database that does not answer makes the start fail; nobody else waits for it."""
        self.define(devices=self.card("><tag id='42'/>"))
        self.define('other')
        self.database.send_signal(signal.SIGSTOP)
        self.addCleanup(self.database.send_signal, signal.SIGCONT)
        start = subprocess.Popen([os.path.join(support.PEER, 'usr/bin/virsh'), '-c', self.uri, 'start', 'web'],
                                 env=support.peer_environment(self.ground), stderr=subprocess.PIPE, text=True)
        self.ok(self.virsh('start', 'other'))
        self.ok(self.virsh('destroy', 'other'))
        self.assertIsNone(start.poll(), 'the other one was faster')
        _, words = start.communicate(timeout=support.DEADLINE)
        self.assertNotEqual(start.returncode, 0)
        self.assertIn('ovs0', words)


class Swept(OvsTest):
    """A daemon that was killed in the middle of a start left a port; the next one removes it, and no other."""
    def before_start(self):
        records = self.ground.path('run', 'libvirt', 'qemu', 'openvswitch')
        os.makedirs(records)
        for name, recorded, real in (('vnet7', '52:54:00:aa:00:07', '52:54:00:aa:00:07'),
                                     ('vnet8', '52:54:00:aa:00:08', '52:54:00:aa:00:99')):
            with open(os.path.join(records, name), 'w', encoding='ascii') as file:
                file.write(recorded + '\n')
            self.vsctl('--no-wait', 'add-port', 'ovs0', name, '--', 'set', 'Interface', name, f'external_ids:attached-mac="{real}"')

    def test_swept(self):
        self.virsh('list')  # the driver comes up with the first that asks for it
        wait_until(lambda: 'vnet7' not in self.ports(), 'what was left is removed')
        wait_until(lambda: os.listdir(self.ground.path('run', 'libvirt', 'qemu', 'openvswitch')) == [], 'nothing is written down')
        self.assertEqual(sorted(self.ports()), ['ours', 'vnet8'])


if __name__ == '__main__':
    support.main()
