#!/usr/bin/env python3
"""Every public function of libvirt.so.0, called with nothing but zeros, in Debian's library and in ours.

Both must give the same result and the same error: code, domain, message, texts and numbers. The known differences stand
below, each with its reason. Needs the fetched peer; without it the test is skipped.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(SOURCE, 'gen'), os.path.join(SOURCE, 'tests', 'e2e')]

PEER_LEVEL = (9, 0, 0)
# They take no arguments that could be zero, run for ever, or are this program's own means.
LEFT_OUT = {'virConnectOpen', 'virConnectOpenAuth', 'virConnectOpenReadOnly', 'virEventRunDefaultImpl',
            'virEventRegisterImpl', 'virSetErrorFunc', 'virDefaultErrorFunc'}
DIFFERENCES = {
    'virDomainCreateLinux': "the peer's is a macro-like alias that reports under the name of virDomainCreateXML",
    'virGetVersion': 'the peer fails with "the cause is unknown"; ours names the argument',
}
CRASHED = 'crashed'


class PublicError(ctypes.Structure):
    _fields_ = [('code', ctypes.c_int), ('domain', ctypes.c_int), ('message', ctypes.c_char_p),
                ('level', ctypes.c_int), ('conn', ctypes.c_void_p), ('dom', ctypes.c_void_p),
                ('str1', ctypes.c_char_p), ('str2', ctypes.c_char_p), ('str3', ctypes.c_char_p),
                ('int1', ctypes.c_int), ('int2', ctypes.c_int), ('net', ctypes.c_void_p)]


def functions():
    """(name, what it returns: 'void', 'pointer', 'number') of what the peer has too."""
    from api_model import api_files, load
    model = load(api_files(os.path.join(SOURCE, 'api')))
    for call in model.calls:
        since = tuple(int(part) for part in (call.since or '0').split('.'))
        if call.public and call.library == 'libvirt' and since <= PEER_LEVEL and call.name not in LEFT_OUT:
            pointer = call.ret.endswith('*') or call.ret.endswith('Ptr')
            yield call.name, 'void' if call.ret == 'void' else 'pointer' if pointer else 'number'


def call_once(library, name, returns):
    """What the function did, as a list that JSON can carry."""
    function = getattr(library, name)
    function.restype = ctypes.c_long
    library.virResetLastError()
    result = function(*[ctypes.c_void_p(0)] * 10)
    library.virGetLastError.restype = ctypes.POINTER(PublicError)
    error = library.virGetLastError()
    told = None
    if error:
        e = error.contents
        texts = [text.decode() if text else None for text in (e.message, e.str1, e.str2, e.str3)]
        told = [e.code, e.domain, e.level, *texts, e.int1, e.int2]
    if returns == 'pointer':
        return [bool(result), told]
    # An int stands in the lower half of the register.
    return [ctypes.c_int(result).value if returns == 'number' else None, told]


def sweep(listed):
    """In the library that LD_LIBRARY_PATH finds; every call in a process of its own."""
    library = ctypes.CDLL('libvirt.so.0')
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(lambda data, error: None)
    library.virInitialize()
    library.virSetErrorFunc(None, quiet)
    done = {}
    for name, returns in listed:
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            signal.alarm(20)
            os.write(writer, json.dumps(call_once(library, name, returns)).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, 'rb') as file:
            text = file.read()
        os.waitpid(child, 0)
        done[name] = json.loads(text) if text else CRASHED
    return done


def run_in(library_path, listed):
    result = subprocess.run(['/usr/bin/python3', os.path.abspath(__file__), '--sweep'], input=json.dumps(listed),
                            env={**os.environ, 'LD_LIBRARY_PATH': library_path}, capture_output=True, text=True,
                            check=False)
    if result.returncode:
        sys.exit(f'{library_path}: {result.stderr}')
    return json.loads(result.stdout)


def main():
    if sys.argv[1:] == ['--sweep']:
        json.dump(sweep(json.load(sys.stdin)), sys.stdout)
        return 0
    import support
    peer_path = os.path.join(support.PEER, support.MULTIARCH)
    if not os.path.exists(os.path.join(peer_path, 'libvirt.so.0')):
        print('skipped: the peer is not fetched')
        return 77
    listed = list(functions())
    peer, ours = run_in(peer_path, listed), run_in(os.path.join(support.BUILD, 'src', 'lib'), listed)
    problems = 0
    for name, _ in listed:
        if ours[name] == CRASHED:
            problems += 1
            print(f'{name}: ours crashed')
        elif peer[name] not in (ours[name], CRASHED) and name not in DIFFERENCES:
            problems += 1
            print(f'{name}:\n  peer {peer[name]}\n  ours {ours[name]}')
    crashed = sum(1 for name, _ in listed if peer[name] == CRASHED)
    print(f'{len(listed)} functions, {problems} differ; {crashed} crash the peer')
    return 1 if problems or len(listed) < 450 else 0


if __name__ == '__main__':
    sys.exit(main())
