#!/usr/bin/env python3
"""A real guest with our own virsh and library: life, console, events; on vireod, and on Debian's libvirtd."""
import os

import support
from support import GuestTest, Libvirtd, Terminal, needs_root, our_environment, our_virsh

VIRSH = os.path.join(support.BUILD, 'src', 'tools', 'virsh')


class OurGuest(GuestTest):
    def virsh(self, *words, **options):
        return our_virsh(self.ground, self.uri, *words, **options)

    def console(self, name='web'):
        terminal = Terminal([VIRSH, '-c', self.uri, 'console', name], our_environment(self.ground, TERM='dumb'))
        terminal.expect('Escape character')
        return terminal

    def test_life(self):
        """Every step with our virsh; another one hears of it."""
        listener = Terminal([VIRSH, '-c', self.uri, 'event', '--event', 'lifecycle', '--loop', '--timeout', '60'],
                            our_environment(self.ground, TERM='dumb'))
        self.addCleanup(listener.close)
        self.boot()
        listener.expect(r"event 'lifecycle' for domain '?web'?: Started")
        self.ok(self.virsh('suspend', 'web'))
        listener.expect('Suspended')
        self.assertEqual(self.state(), 'paused')
        self.ok(self.virsh('resume', 'web'))
        listener.expect('Resumed')
        self.in_shell('echo sum-$((17 + 25))', 'sum-42')
        self.ok(self.virsh('destroy', 'web'))
        listener.expect('Stopped')
        self.ok(self.virsh('undefine', 'web'))
        listener.type('\x03')


@needs_root
class OurGuestOnLibvirtd(OurGuest):
    """The same on Debian's daemon."""

    def start_daemon(self):
        daemon = Libvirtd(self.ground)
        self.addCleanup(daemon.stop)
        return daemon

    def test_graphics(self):
        """A display's descriptor comes with a reply, and one of ours goes with a call."""
        self.define('seen', devices="<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>")
        self.ok(self.virsh('start', 'seen', '--paused'))
        self.addCleanup(lambda: self.virsh('destroy', 'seen'))
        environment = our_environment(self.ground, VIREO_TEST_URI=self.uri, VIREO_TEST_GRAPHICS='seen')
        result = support.run([os.path.join(support.BUILD, 'tests', 'e2e', 'remote_round')], env=environment)
        self.assertEqual(self.ok(result), 'given greets\ntaken greets\n')


if __name__ == '__main__':
    support.main()
