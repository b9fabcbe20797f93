#!/usr/bin/env python3
"""The units for systemd as they are installed: systemd itself reads them, enabling them takes libvirtd's names, and what
they listen on is what the daemons listen on by themselves."""
import configparser
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
import support  # noqa: E402
from support import GroundTest, run  # noqa: E402

# What users of libvirtd call; what it has to be.
NAMES = {'libvirtd.service': 'vireod.service', 'libvirtd.socket': 'vireod.socket',
         'libvirtd-ro.socket': 'vireod-ro.socket', 'libvirtd-admin.socket': 'vireod-admin.socket'}
THEIRS = '/lib/systemd/system'  # sysinit.target and the like


class Unit(configparser.RawConfigParser):
    """One file; of a key that stands there twice the last."""

    def __init__(self, path):
        super().__init__(strict=False, delimiters='=', comment_prefixes='#')
        self.optionxform = str
        self.read(path, encoding='utf-8')


@unittest.skipUnless(shutil.which('systemd-analyze') and os.path.isdir(THEIRS), 'systemd is not installed')
class Units(GroundTest):
    def setUp(self):
        super().setUp()
        self.root = self.ground.path('root')
        self.ok(run(['meson', 'install', '-C', support.BUILD, '--no-rebuild', '--destdir', self.root], deadline=300))
        self.folder = next(folder for folder, _, files in os.walk(self.root) if 'vireod.service' in files)
        # The unit folder has to be one that systemd looks into, whatever the prefix of this build is.
        self.system = os.path.join(self.root, 'usr/lib/systemd/system')
        shutil.copytree(THEIRS, self.system, symlinks=True, dirs_exist_ok=True)
        for unit in os.listdir(self.folder):
            if os.path.realpath(self.folder) != os.path.realpath(self.system):
                shutil.copy(os.path.join(self.folder, unit), self.system)
        os.makedirs(os.path.join(self.root, 'bin'), exist_ok=True)
        shutil.copy('/bin/kill', os.path.join(self.root, 'bin/kill'))
        self.ours = sorted(os.listdir(self.folder))

    def verify(self, *units):
        return run(['systemd-analyze', 'verify', f'--root={self.root}', *units])

    def test_verify(self):
        result = self.verify(*self.ours)
        self.assertEqual((result.status, result.out, result.err), (0, '', ''))

    def test_verify_looks(self):
        """A unit that names a program which is not there is found out."""
        more = os.path.join(self.root, 'etc/systemd/system/vireod.service.d')
        os.makedirs(more)
        with open(os.path.join(more, 'more.conf'), 'w', encoding='utf-8') as file:
            file.write('[Service]\nExecStart=\nExecStart=/no/such/program\n')
        result = self.verify('vireod.service')
        self.assertNotEqual(result.status, 0)
        self.assertIn('/no/such/program', result.err)

    def test_names(self):
        """Once enabled it answers to libvirtd's names, also where libvirt's own units are installed."""
        for name in NAMES:
            with open(os.path.join(self.system, name), 'w', encoding='utf-8') as file:
                file.write('[Unit]\nDescription=Another\'s\n')
        self.ok(run(['systemctl', f'--root={self.root}', 'enable', 'vireod.service']))
        for theirs, ours in NAMES.items():
            link = os.path.join(self.root, 'etc/systemd/system', theirs)
            self.assertEqual(os.path.basename(os.readlink(link)), ours)
        wanted = os.listdir(os.path.join(self.root, 'etc/systemd/system/sockets.target.wants'))
        self.assertEqual(sorted(wanted), ['vireod-admin.socket', 'vireod-ro.socket', 'vireod.socket', 'virtlockd.socket',
                                          'virtlogd.socket'])
        result = self.verify(*NAMES)
        self.assertEqual((result.status, result.out, result.err), (0, '', ''))

    def test_sockets(self):
        """The paths that systemd makes are those that clients know: the daemons' own."""
        made = {}
        for unit in self.ours:
            if unit.endswith('.socket'):
                path = Unit(os.path.join(self.folder, unit))['Socket']['ListenStream']
                made.setdefault(unit.split('.')[0].split('-')[0], set()).add(path)
        made['vireod'].remove('16509')
        for program in ('vireod', 'virtlogd', 'virtlockd'):
            self.assertEqual(made[program], self.listens_on(program), program)

    def listens_on(self, program):
        """Paths of the sockets of the daemon that the unit starts, run by hand."""
        command = Unit(os.path.join(self.folder, program + '.service'))['Service']['ExecStart'].split()[0]
        ground = self.ground.path(program)
        os.mkdir(ground)
        libraries = next(folder for folder, _, files in os.walk(self.root) if 'libvireo-core.so' in files)
        with open(self.ground.path(program + '.log'), 'wb') as log:
            process = subprocess.Popen([self.root + command, '--root', ground], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, env=support.clean_environment(
                                           LD_LIBRARY_PATH=libraries,
                                           LIBVIRT_DRIVER_DIR=os.path.join(libraries, 'drivers')))
        folder = os.path.join(ground, 'run/libvirt')

        def sockets():
            names = os.listdir(folder) if os.path.isdir(folder) else []
            found = {'/run/libvirt/' + name for name in names if '-sock' in name}
            return found if any(name.endswith('-admin-sock') for name in found) else None  # the last
        try:
            return support.wait_until(sockets, program + ' listens')
        finally:
            process.terminate()
            process.wait(support.DEADLINE)


if __name__ == '__main__':
    support.main()
