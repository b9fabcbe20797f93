#!/usr/bin/env python3
"""Vireo installed on a system that has Debian's libvirt: the loader's cache does not know our libraries, Debian's virsh
goes on with its own, ours finds ours. Played in a mount namespace: Debian's packages on top of /usr, our files bound
over them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
import support  # noqa: E402
from support import GroundTest, needs_root, run  # noqa: E402

# In the namespace: $1 our installation, $2 the prefix.
SCRIPT = '''set -e
mkdir -p "$2"
mount --bind "$1$2" "$2"
ldconfig
echo "cache: $(ldconfig -p | sed -n 's/.*=> \\(.*libvirt[^/]*\\.so.*\\)/\\1/p' | sort | tr '\\n' ' ')"
echo "theirs: $(/usr/bin/virsh --version) $(/usr/bin/virsh -c test:///default list --name | head -n 1)"
echo "ours: $("$2/bin/virsh" --version) $("$2/bin/virsh" -c test:///default list --name | head -n 1)"
'''


@needs_root
class Beside(GroundTest):
    def test_beside_debian(self):
        root = self.ground.path('root')
        self.ok(run(['meson', 'install', '-C', support.BUILD, '--no-rebuild', '--destdir', root], deadline=300))
        prefix = next(os.path.dirname(os.path.dirname(os.path.join(folder, 'virsh')))
                      for folder, _, files in os.walk(root) if 'virsh' in files)[len(root):]
        result = run([os.path.join(support.TOP, 'tests/peer/namespace'), support.PEER, self.ground.path('state'),
                      'sh', '-c', SCRIPT, 'sh', root, prefix])
        said = dict(line.split(': ', 1) for line in self.ok(result).splitlines())
        libraries = said['cache'].split()
        self.assertTrue(libraries, 'the cache knows no libvirt at all')
        self.assertEqual([path for path in libraries if path.startswith(prefix)], [])
        self.assertEqual(said['theirs'], '9.0.0 test')
        self.assertRegex(said['ours'], r'^9\.10\.0 .*\btest$')


if __name__ == '__main__':
    support.main()
