#!/usr/bin/env python3
"""The show behind ./demo: a guest boots under vireod, Debian's unmodified virsh types a sum into its shell."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'e2e'))
import support  # noqa: E402

VIRSH = os.path.join(support.FETCHED, 'clients', 'root', 'usr/bin/virsh')
LIBRARIES = os.path.join(support.FETCHED, 'clients', 'root', support.MULTIARCH)


class Stage(support.Folder):
    """A ground that stays when asked to."""

    def __init__(self):
        super().__init__('demo', os.path.join(support.TOP, 'build'))

    def path(self, *parts):
        return os.path.join(self.root, *parts)


def say(text):
    print(text, flush=True)


def sum_in_guest(virsh, env, name):
    """Type a sum of two random numbers on the guest's console; what the guest answered."""
    a, b = random.randrange(1000, 100000), random.randrange(1000, 100000)
    console = support.Terminal(virsh + ['console', name], env)
    console.expect('Escape character')
    console.wake('guest# ', deadline=120)
    console.type(f'echo "the sum is $(({a} + {b}))"\n')
    answer = int(console.expect(r'the sum is (\d+)\r').group(1))
    say(f'typed in the guest:  echo $(({a} + {b}))\nthe guest answered:  {answer}')
    console.type('\x1d')
    console.close()
    if answer != a + b:
        raise SystemExit('the guest is wrong')


def show(stage, keep):
    daemon = support.Vireod(stage, session=True)
    virsh = [VIRSH, '-c', daemon.uri(path='/session')]
    env = support.clean_environment(LD_LIBRARY_PATH=LIBRARIES, HOME=stage.path('home'), TERM='dumb',
                                    XDG_RUNTIME_DIR=stage.path('home'), XDG_CACHE_HOME=stage.path('home'))
    os.makedirs(stage.path('home'))
    xml = stage.path('demo.xml')
    with open(xml, 'w', encoding='utf-8') as file:
        file.write(support.guest_xml('demo'))

    def call(*words):
        result = support.run(virsh + list(words), env=env)
        if result.status:
            raise SystemExit(f'virsh {" ".join(words)}: {result.err}{daemon.words()}')
        say('$ virsh ' + ' '.join(words) + '\n' + result.out.strip('\n'))

    try:
        say(f'vireod runs (pid {daemon.process.pid}), all its folders below {stage.root}')
        call('define', xml)
        call('start', 'demo')
        sum_in_guest(virsh, env, 'demo')
        call('list', '--all')
        if keep:
            say('\nLeft running. Go on with:\n'
                f'  LD_LIBRARY_PATH={LIBRARIES} {VIRSH} -c "{daemon.uri(path="/session")}"\n'
                f'and stop with:  virsh destroy demo; kill {daemon.process.pid}; rm -r {stage.links or ""} {stage.folder}')
            return
        call('shutdown', 'demo')
        support.wait_until(lambda: 'demo' not in support.run(virsh + ['list', '--name'], env=env).out.split(),
                           'the guest shuts down')
        say('the guest has shut down')
        call('undefine', 'demo')
    except BaseException:
        support.run(virsh + ['destroy', 'demo'], env=env)
        keep = False
        raise
    finally:
        if not keep:
            daemon.stop()


def main():
    keep = '--keep' in sys.argv[1:]
    if not keep:
        support.below_reaper()
    stage = Stage()
    try:
        show(stage, keep)
    finally:
        if not keep:
            stage.remove()
    say('Done.' if keep else 'Done; nothing is left behind.')


if __name__ == '__main__':
    main()
