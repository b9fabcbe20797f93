#!/usr/bin/env python3
"""The other way: Debian's bindings, loaded with our libraries and our virsh, against Debian's libvirtd."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'e2e'), os.path.join(HERE, '..', 'bindings')]
import bindings_test  # noqa: E402
import support  # noqa: E402
from support import GroundTest, needs_root, our_virsh  # noqa: E402


@needs_root
class OurLibrary(bindings_test.Rounds, GroundTest):
    PEER_LIBRARY = False
    PEER_DAEMON = True
    test_go = None  # it has no library of ours

    def test_virsh(self):
        """Our virsh shows what Debian's shows of the same guest."""
        uri = self.server.uri()
        self.ok(our_virsh(self.ground, uri, 'define', self.xml))
        for words, status in ((('dumpxml', self.name), 0), (('dominfo', self.name), 0), (('list', '--all'), 0),
                              (('nodeinfo',), 0), (('capabilities',), 0),
                              (('domcapabilities', '--virttype', 'qemu'), 0), (('dominfo', 'nobody'), 1),
                              (('start', 'nobody'), 1), (('suspend', self.name), 1), (('destroy', self.name), 1)):
            ours = our_virsh(self.ground, uri, *words)
            theirs = support.peer_virsh(self.ground, uri, *words)
            self.assertEqual(ours.status, status, (words, ours))
            self.assertEqual((ours.out, ours.err, ours.status), (theirs.out, theirs.err, theirs.status), words)
        self.ok(our_virsh(self.ground, uri, 'undefine', self.name))


if __name__ == '__main__':
    support.main()
