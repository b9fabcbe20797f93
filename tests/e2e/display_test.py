#!/usr/bin/env python3
"""A guest's screen, keyboard, files and TPM for real: a frame over VNC, the same picture as a screenshot, keys that the
guest's keyboard controller counts, a serial port's file and log, and the registers of an emulated TPM."""
import os
import re
import shutil
import socket
import struct
import unittest

import support
from support import GuestTest, our_environment, run, wait_until

# In a process of its own, which loads our library: "PROGRAM URI DOMAIN FLAGS", the protocol's first words come back.
OPEN_GRAPHICS = """
import ctypes, os, socket, sys
lib = ctypes.CDLL('libvirt.so.0')
for name in ('virConnectOpen', 'virDomainLookupByName'):
    getattr(lib, name).restype = ctypes.c_void_p
conn = lib.virConnectOpen(sys.argv[1].encode())
domain = lib.virDomainLookupByName(ctypes.c_void_p(conn), sys.argv[2].encode())
fd = lib.virDomainOpenGraphicsFD(ctypes.c_void_p(domain), 0, int(sys.argv[3]))
if fd < 0:
    sys.exit(1)
vnc = socket.socket(fileno=fd)
version = vnc.recv(12)
vnc.sendall(version)
count = vnc.recv(1)[0]
print(version.decode().strip(), sorted(vnc.recv(count)))
"""


class Vnc:
    """The little of the protocol (RFC 6143) that it takes to look."""

    def __init__(self, connection):
        self.socket = connection
        self.socket.settimeout(support.DEADLINE)
        self.version = self.read(12)
        self.socket.sendall(b'RFB 003.008\n')
        self.security = set(self.read(self.read(1)[0]))

    def read(self, n):
        data = b''
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise AssertionError(f'the server hung up; had {data!r}')
            data += more
        return data

    def enter(self):
        """Without a password; the name of the desktop."""
        self.socket.sendall(b'\x01')
        if struct.unpack('>I', self.read(4)) != (0,):
            raise AssertionError('refused')
        self.socket.sendall(b'\x01')
        self.width, self.height = struct.unpack('>HH', self.read(4))
        self.read(16)
        name = self.read(struct.unpack('>I', self.read(4))[0]).decode()
        # 32 bits, little endian, red at 16, green at 8, blue at 0; raw pixels only.
        self.socket.sendall(struct.pack('>BxxxBBBBHHHBBBxxx', 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0))
        self.socket.sendall(struct.pack('>BxHi', 2, 1, 0))
        return name

    def frame(self):
        """All of the screen: rows of (red, green, blue)."""
        self.socket.sendall(struct.pack('>BBHHHH', 3, 0, 0, 0, self.width, self.height))
        picture = [[(0, 0, 0)] * self.width for _ in range(self.height)]
        kind, count = struct.unpack('>BxH', self.read(4))
        if kind != 0:
            raise AssertionError(f'message {kind} instead of a picture')
        for _ in range(count):
            x, y, width, height, encoding = struct.unpack('>HHHHi', self.read(12))
            if encoding != 0:
                raise AssertionError(f'encoding {encoding}')
            pixels = self.read(width * height * 4)
            for row in range(height):
                for column in range(width):
                    blue, green, red = pixels[(row * width + column) * 4:][:3]
                    picture[y + row][x + column] = (red, green, blue)
        return picture


def colours(picture):
    return {pixel for row in picture for pixel in row}


class Display(GuestTest):
    VNC = """<graphics type='vnc' port='-1' autoport='yes' websocket='-1' listen='127.0.0.1'/>
    <video><model type='vga' vram='16384'/></video>"""

    def graphics(self, name='web'):
        xml = self.ok(self.virsh('dumpxml', name))
        return dict(re.findall(r"(\w+)='([^']*)'", re.search(r'<graphics type=.vnc.[^>]*>', xml).group(0)))

    def look(self, name='web'):
        vnc = Vnc(socket.create_connection(('127.0.0.1', int(self.graphics(name)['port'])), support.DEADLINE))
        self.addCleanup(vnc.socket.close)
        return vnc

    def test_frame_and_screenshot(self):
        """What a client sees is what a screenshot shows: text, so more than one colour."""
        self.boot(devices=self.VNC)
        vnc = self.look()
        self.assertEqual(vnc.security, {1})
        self.assertEqual(vnc.enter(), 'QEMU (web)')
        picture = vnc.frame()
        self.assertGreater(len(colours(picture)), 1)
        self.ok(self.virsh('suspend', 'web'))  # no blinking
        picture = vnc.frame()
        path = self.ground.path('screen.png')
        self.assertIn('image/', self.ok(self.virsh('screenshot', 'web', path)))
        with open(path, 'rb') as file:
            data = file.read()
        if data.startswith(b'\x89PNG'):
            size = struct.unpack('>II', data[16:24])
        else:
            size = tuple(int(word) for word in data.split(None, 3)[1:3])
        self.assertEqual(size, (vnc.width, vnc.height))
        self.assertNotEqual(self.virsh('screenshot', 'web', path, '--screen', '7').status, 0)
        # The websocket listens beside it.
        socket.create_connection(('127.0.0.1', int(self.graphics()['websocket'])), support.DEADLINE).close()

    def test_keys(self):
        """Each key pressed and released is two interrupts of the guest's keyboard, or more."""
        self.boot(devices=self.VNC)

        def count():
            line = self.in_shell("echo keys=$(awk '/i8042/ {print $2; exit}' /proc/interrupts)=", r'keys=(\d+)=')
            return int(line.group(1))

        before = count()
        self.ok(self.virsh('send-key', 'web', 'KEY_LEFTCTRL', 'KEY_B'))
        self.ok(self.virsh('send-key', 'web', '--codeset', 'usb', '4'))
        wait_until(lambda: count() >= before + 6, 'the guest sees the keys')
        wrong = self.virsh('send-key', 'web', '--codeset', 'usb', '60000')
        self.assertIn('cannot translate keycode 60000', wrong.err)

    def test_password(self):
        """A display with a password asks for it, from the first moment on; who comes by the API may skip it."""
        guarded = self.VNC.replace("autoport='yes'", "autoport='yes' passwd='secret'")
        self.define(devices=guarded)
        self.ok(self.virsh('start', 'web', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.assertEqual(self.look().security, {2})
        program = self.write('open.py', OPEN_GRAPHICS)
        for flags, security in (('0', '[2]'), ('1', '[1]')):
            result = run(['python3', program, self.vireod.uri(path='/session' if self.session else '/system'), 'web',
                          flags], env=our_environment(self.ground))
            self.assertEqual(self.ok(result).strip(), 'RFB 003.008 ' + security)

    def test_files_and_logs(self):
        """A serial port's file begins anew, its log goes on; QEMU is given both open."""
        shown, log = self.ground.path('shown'), self.ground.path('log')
        for path in shown, log:
            with open(path, 'w', encoding='utf-8') as file:
                file.write('what was before\n')
        self.define(devices=f"""<serial type='file'><source path='{shown}'/><log file='{log}' append='on'/>
            <target port='1'/></serial>""")
        self.ok(self.virsh('start', 'web'))
        self.addCleanup(lambda: self.virsh('destroy', 'web'))
        self.in_shell('echo to-the-file-$((40 + 2)) > /dev/ttyS1; echo done-$((1 + 1))', 'done-2')

        def text(path):
            with open(path, encoding='utf-8', errors='replace') as file:
                return file.read()

        wait_until(lambda: 'to-the-file-42' in text(shown) and 'to-the-file-42' in text(log), 'both have the line')
        self.assertNotIn('what was before', text(shown))
        self.assertIn('what was before', text(log))


@unittest.skipUnless(shutil.which('swtpm') and shutil.which('swtpm_setup'), 'needs swtpm')
class EmulatedTpm(GuestTest):
    TPM = "<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>"

    def start_daemon(self):
        if not self.session:
            os.makedirs(self.ground.path('etc', 'libvirt'), exist_ok=True)
            with open(self.ground.path('etc', 'libvirt', 'qemu.conf'), 'w', encoding='utf-8') as file:
                file.write('swtpm_user = "root"\nswtpm_group = "root"\n')
        return super().start_daemon()

    def swtpm(self):
        found = []
        for entry in os.listdir('/proc'):
            if entry.isdigit():
                try:
                    with open(f'/proc/{entry}/cmdline', 'rb') as file:
                        words = file.read().split(b'\0')
                except OSError:
                    continue
                if words[0].endswith(b'swtpm') and self.ground.folder.folder.encode() in b' '.join(
                        os.path.realpath(word.split(b'=', 1)[-1].split(b',')[0]) for word in words):
                    found.append(int(entry))
        return found

    def test_registers(self):
        """The guest's kernel reads the registers; the state outlives the run and goes with the definition."""
        self.boot(devices=self.TPM)
        self.assertEqual(len(self.swtpm()), 1)
        match = self.in_shell('echo pcr=$(cat /sys/class/tpm/tpm0/pcr-sha256/0)=', r'pcr=([0-9A-Fa-f]{64})=')
        self.assertNotEqual(int(match.group(1), 16), 0, 'the firmware has measured itself')
        uuid = self.ok(self.virsh('domuuid', 'web')).strip()
        states = [os.path.join(top, name) for top, _, names in os.walk(self.ground.folder.folder) for name in names
                  if name == 'tpm2-00.permall']
        self.assertEqual(len(states), 1)
        self.assertIn(f'/swtpm/{uuid}/tpm2/', states[0])
        self.ok(self.virsh('destroy', 'web'))
        wait_until(lambda: not self.swtpm(), 'swtpm ends with the guest')
        self.assertTrue(os.path.exists(states[0]))
        self.ok(self.virsh('start', 'web'))
        self.ok(self.virsh('destroy', 'web'))
        self.ok(self.virsh('undefine', 'web'))
        self.assertFalse(os.path.exists(states[0]))


if __name__ == '__main__':
    support.main()
