#!/usr/bin/env python3
"""Add up meson's testlog.json: programs that count their own tests say "N passed, N failed" in their output or speak
TAP; others count as one. Prints a line for every failure, with what failed in it, and for every skip, then
"total PASSED FAILED SKIPPED"."""
import json
import re
import sys

PLAIN = re.compile(r'^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$', re.M)
FAILED = re.compile(r'^(?:FAIL|ERROR): (\S+)|^not ok \d+ -? ?(\S+)|^(\S*Error: .*)$', re.M)
SKIP = re.compile(r"^(\S+ \(\S+\))[^\n]*\.\.\. skipped '([^']*)'", re.M)


def counted(test):
    """passed, failed, skipped of one program."""
    out = test.get('stdout', '') + '\n' + test.get('stderr', '')
    bad = test['result'] not in ('OK', 'SKIP', 'EXPECTEDFAIL')
    plain = PLAIN.findall(out)
    if plain:
        passed, failed, skipped = (int(x or 0) for x in plain[-1])
        return passed, max(failed, int(bad)), skipped
    lines = re.findall(r'^(not ok|ok)\b(.*)$', out, re.M)
    if lines:
        skipped = sum('# SKIP' in rest for word, rest in lines)
        failed = sum(word == 'not ok' for word, _ in lines)
        return len(lines) - failed - skipped, max(failed, int(bad)), skipped
    if test['result'] == 'SKIP':
        return 0, 0, 1
    return int(not bad), int(bad), 0


def main():
    total = [0, 0, 0]
    with open(sys.argv[1], encoding='utf-8') as file:
        tests = [json.loads(line) for line in file if line.strip()]
    if not tests:
        sys.exit('no test ran')
    for test in tests:
        result = counted(test)
        total = [a + b for a, b in zip(total, result)]
        if result[1]:
            found = FAILED.findall(test.get('stdout', '') + '\n' + test.get('stderr', ''))
            words = '; '.join(''.join(match)[:300] for match in found[:20])
            print(f'FAILED: {test["name"]} ({result[1]}): {words}')
        if result[2]:
            names = SKIP.findall(test.get('stderr', '') + test.get('stdout', ''))
            print(f'skipped in {test["name"]}: ' + ('; '.join(f'{n}: {why}' for n, why in names) or str(result[2])))
    print('total', *total)


if __name__ == '__main__':
    main()
