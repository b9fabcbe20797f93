#!/usr/bin/env python3
"""Disks over http and ssh through nbdkit: a real web server and a real sshd on the loopback, read and written by a guest;
nbdkit is the guest's own, comes again when it dies, goes with its disk or its guest, and with a daemon that is killed."""
import http.server
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import unittest

import support
from support import GuestTest, needs_root, wait_until

MARK = b'written by the guest'
# QEMU and nbdkit meet at a path, which must not be long.
support.Folder.LONGEST = len('/session/config/libvirt/qemu/lib/domain-1-web/nbdkit-libvirt-1-storage.socket')


class Ranges(http.server.BaseHTTPRequestHandler):
    """One file in parts, for those who show the cookie."""
    protocol_version = 'HTTP/1.1'

    def log_message(self, *words):
        pass

    def answer(self, body):
        server = self.server
        if self.path != '/' + server.name or server.cookie not in self.headers.get('Cookie', ''):
            self.send_error(404 if self.path != '/' + server.name else 403)
            return
        server.asked += 1
        wanted = re.match(r'bytes=(\d+)-(\d*)$', self.headers.get('Range', ''))
        first = int(wanted.group(1)) if wanted else 0
        last = min(int(wanted.group(2) or len(server.content) - 1), len(server.content) - 1) if wanted else len(server.content) - 1
        part = server.content[first:last + 1]
        self.send_response(206 if wanted else 200)
        self.send_header('Accept-Ranges', 'bytes')
        self.send_header('Content-Length', str(len(part)))
        if wanted:
            self.send_header('Content-Range', f'bytes {first}-{last}/{len(server.content)}')
        self.end_headers()
        if body:
            self.wfile.write(part)

    def do_GET(self):
        self.answer(True)

    def do_HEAD(self):
        self.answer(False)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Kits(GuestTest):
    def start_daemon(self):
        folder = self.ground.path('session', 'config', 'libvirt') if self.session else self.ground.path('etc', 'libvirt')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('storage_use_nbdkit = 1\n')
        return self.daemon(session=self.session)

    def web(self, name, content, cookie=''):
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Ranges)
        server.name, server.content, server.cookie, server.asked = name, content, cookie, 0
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def http_disk(self, server, target='vda', device='disk', more='', bus='virtio'):
        return f"""<disk type='network' device='{device}'><driver name='qemu' type='raw'/>
          <source protocol='http' name='{server.name}'><host name='127.0.0.1' port='{server.server_port}'/>{more}</source>
          <target dev='{target}' bus='{bus}'/><readonly/></disk>"""

    def kits(self):
        """The nbdkit processes whose pid files stand in the run's folder."""
        found = {}
        for name in os.listdir(self.run_folder()):
            if '-nbdkit-' in name and name.endswith('.pid'):
                with open(os.path.join(self.run_folder(), name), encoding='ascii') as file:
                    found[name] = int(file.read())
        return found

    def living(self):
        return [pid for pid in self.kits().values() if not support.is_gone(pid)]

    def read_label(self, device, label, name='web'):
        self.in_shell(f'while ! [ -b /dev/{device} ]; do sleep 0.1; done; echo 3 > /proc/sys/vm/drop_caches; '
                      f'echo "label: $(dd if=/dev/{device} bs=512 count=1 2>/dev/null | tr -d "\\000") :"',
                      f'label: {label} :', name)

    def content(self, label, mib=4):
        return label.encode().ljust(mib << 20, b'\0')

    def leftovers(self, pids):
        for pid in pids:
            self.assertTrue(support.is_gone(pid), pid)
        self.assertEqual(self.kits(), {})


@unittest.skipUnless(shutil.which('nbdkit'), 'needs nbdkit')
class Nbdkit(Kits):
    def test_http(self):
        """Cold and plugged in, with a cookie that no command line shows, below an image of the host's."""
        server = self.web('cold.img', self.content('from the web'), 'session=s3cret')
        cookie = "<cookies><cookie name='session'>s3cret</cookie></cookies>"
        self.boot(devices=self.http_disk(server, more=cookie))
        self.read_label('vda', 'from the web')
        self.assertGreater(server.asked, 0)
        pid, = self.living()
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            words = file.read()
        self.assertIn(b'url=http://127.0.0.1', words)
        self.assertNotIn(b's3cret', words)
        with open(f'/proc/{self.qemu_pid("web")}/cmdline', 'rb') as file:
            self.assertNotRegex(file.read(), b'http:|"http"')
        warm = self.web('warm.img', self.content('plugged in'))
        self.ok(self.virsh('attach-device', 'web', self.write('warm.xml', self.http_disk(warm, 'vdb'))))
        self.read_label('vdb', 'plugged in')
        self.assertEqual(len(self.living()), 2)
        self.ok(self.virsh('detach-disk', 'web', 'vdb'))
        wait_until(lambda: self.living() == [pid], 'the disk takes its nbdkit along')
        self.ok(self.virsh('destroy', 'web'))
        self.leftovers([pid])

    def test_medium(self):
        """A drive gets another medium from the web."""
        first, second = self.web('first.iso', self.content('first')), self.web('second.iso', self.content('second'))
        self.boot(devices=self.http_disk(first, 'sda', 'cdrom', bus='scsi') + "<controller type='scsi' model='virtio-scsi'/>",
                  guest=support.FULL_GUEST, memory_mib=256)
        before = self.living()
        self.ok(self.virsh('update-device', 'web', '--force',
                           self.write('second.xml', self.http_disk(second, 'sda', 'cdrom', bus='scsi'))))
        after = self.living()
        self.assertEqual(len(after), 1)
        self.assertNotEqual(before, after)
        self.ok(self.virsh('destroy', 'web'))
        self.leftovers(before + after)

    def test_dies(self):
        """It is started again, also by a daemon that finds a guest whose nbdkit has gone meanwhile."""
        server = self.web('disk.img', self.content('from the web'))
        self.boot(devices=self.http_disk(server))
        self.read_label('vda', 'from the web')
        for how in ('watched', 'alone'):
            pid, = self.living()
            if how == 'alone':
                self.vireod.stop(signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: support.is_gone(pid), 'it is gone')
            if how == 'alone':
                self.vireod = self.daemon(session=self.session)
            wait_until(lambda: self.living() and self.living() != [pid], 'another has come')
            self.in_shell('dd if=/dev/vda of=/dev/null bs=512 count=1 iflag=direct 2>/dev/null; echo woken-$((1 + 1))', 'woken-2')
            self.read_label('vda', 'from the web')
        pid, = self.living()
        self.vireod.stop(signal.SIGKILL)
        self.vireod = self.daemon(session=self.session)
        self.assertEqual(self.living(), [pid])
        self.ok(self.virsh('destroy', 'web'))
        self.leftovers([pid])

    def test_refused(self):
        """A server that is not there fails the start, which leaves nothing."""
        server = self.web('disk.img', self.content('x'))
        gone = self.http_disk(server).replace(str(server.server_port), str(free_port()))
        self.define(devices=gone)
        self.assertEqual(self.virsh('start', 'web').status, 1)
        self.assertEqual(self.state(), 'shut off')
        self.leftovers([])

    def sshd(self):
        folder = self.ground.path('ssh')
        os.makedirs(folder, mode=0o700)
        for name in ('host', 'user'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', os.path.join(folder, name)], check=True)
        port = free_port()
        shutil.copy(os.path.join(folder, 'user.pub'), os.path.join(folder, 'authorized'))
        with open(os.path.join(folder, 'config'), 'w', encoding='utf-8') as file:
            file.write(f'Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n'
                       f'PidFile {folder}/pid\nUsePAM no\nStrictModes no\nPasswordAuthentication no\n'
                       'Subsystem sftp internal-sftp\n')
        os.makedirs('/run/sshd', exist_ok=True)
        with open(os.path.join(folder, 'sshd.log'), 'wb') as log:
            server = subprocess.Popen(['/usr/sbin/sshd', '-D', '-e', '-f', os.path.join(folder, 'config')],
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_until(lambda: self.listens(port), 'sshd listens')
        with open(os.path.join(folder, 'host.pub'), encoding='ascii') as key:
            kind, blob = key.read().split()[:2]
        with open(os.path.join(folder, 'known'), 'w', encoding='ascii') as known:
            known.write(f'[127.0.0.1]:{port} {kind} {blob}\n')
        return folder, port

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', port)) == 0

    @needs_root
    @unittest.skipUnless(os.path.exists('/usr/sbin/sshd'), 'needs sshd')
    def test_ssh(self):
        """Over ssh, with a key and a known host; what the guest writes is in the file."""
        folder, port = self.sshd()
        image = self.ground.path('remote.img')
        with open(image, 'wb') as file:
            file.write(self.content('over ssh'))
        self.boot(devices=f"""<disk type='network' device='disk'><driver name='qemu' type='raw'/>
          <source protocol='ssh' name='{image}'><host name='127.0.0.1' port='{port}'/>
            <identity username='root' keyfile='{folder}/user'/><knownHosts path='{folder}/known'/></source>
          <target dev='vda' bus='virtio'/></disk>""")
        self.read_label('vda', 'over ssh')
        self.in_shell(f'echo "{MARK.decode()}" | dd of=/dev/vda bs=512 seek=1 conv=notrunc,fsync 2>/dev/null; '
                      'echo wrote-$((1 + 1))', 'wrote-2')
        pids = self.living()
        self.ok(self.virsh('destroy', 'web'))
        with open(image, 'rb') as file:
            self.assertEqual(file.read()[512:512 + len(MARK)], MARK)
        self.leftovers(pids)


@unittest.skipUnless(shutil.which('nbdkit'), 'needs nbdkit')
@needs_root
class Confined(Kits):
    """The same as another user, with groups: it runs as QEMU does."""

    def start_daemon(self):
        os.chmod(self.ground.folder.folder, 0o755)
        os.makedirs(self.ground.path('etc', 'libvirt'), exist_ok=True)
        with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
            file.write('storage_use_nbdkit = 1\nuser = "nobody"\ngroup = "nogroup"\n')
        return self.daemon()

    def test_who(self):
        for name in ('vmlinuz', 'initrd.gz'):
            shutil.copy(os.path.join(support.GUEST, name), self.ground.path(name))
        server = self.web('disk.img', self.content('x'))
        self.define(devices=self.http_disk(server), guest=self.ground.root)
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        pid, = self.living()
        with open(f'/proc/{pid}/status', encoding='ascii') as file:
            status = dict(line.split(':', 1) for line in file.read().splitlines())
        self.assertEqual(status['Uid'].split(), ['65534'] * 4)
        self.assertEqual(int(status['CapEff'], 16), 0)
        self.assertEqual(int(status['CapBnd'], 16), 0)
        with open(f'/proc/{pid}/cgroup', encoding='ascii') as file:
            groups = file.read()
        with open(f'/proc/{self.qemu_pid("web")}/cgroup', encoding='ascii') as file:
            of_qemu = [line for line in file.read().splitlines() if 'qemu-' in line]
        for line in of_qemu:
            self.assertIn(re.sub(r'/(libvirt/)?(emulator|vcpu\d+)$', '', line.split(':', 2)[2]), groups)
        self.ok(self.virsh('destroy', 'web'))
        self.leftovers([pid])


if __name__ == '__main__':
    support.main()
