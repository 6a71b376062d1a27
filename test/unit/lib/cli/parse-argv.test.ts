import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boolean, duration, type Flags, string, stringArray, strings } from '../../../../src/lib/cli/flags.ts';
import { parseArgv } from '../../../../src/lib/cli/parse-argv.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

const FLAGS: Flags = {
  namespace: string({ short: 'n', description: 'x', default: 'flux-system' }),
  silent: boolean({ short: 's', description: 'x' }),
  'all-namespaces': boolean({ short: 'A', description: 'x' }),
  prune: boolean({ description: 'x', default: true }),
  label: strings({ description: 'x' }),
  group: stringArray({ description: 'x' }),
  interval: duration({ defaultText: '1m0s', description: 'x' }),
  secret: string({ description: 'x', hidden: true }),
};

/** Arguments, and the flags that were given. */
function read(...argv: string[]): { args: readonly string[]; given: Record<string, unknown> } {
  const { args, flags, given } = parseArgv(argv, FLAGS);
  return { args, given: Object.fromEntries([...given].map((name) => [name, flags[name]])) };
}

describe('parseArgv()', () => {
  const cases: readonly (readonly [string, string[], string[], Record<string, unknown>])[] = [
    ['reads a value behind the flag', ['web', '--namespace', 'apps'], ['web'], { namespace: 'apps' }],
    ['reads a value behind the equals sign', ['--namespace=apps', 'web'], ['web'], { namespace: 'apps' }],
    ['keeps equals signs in a value', ['--namespace=a=b'], [], { namespace: 'a=b' }],
    ['takes an empty value', ['--namespace='], [], { namespace: '' }],
    ['takes the next word even where it looks like a flag', ['--namespace', '--silent'], [], { namespace: '--silent' }],
    ['reads a short flag with its value apart', ['-n', 'apps'], [], { namespace: 'apps' }],
    ['reads a short flag with its value attached', ['-napps'], [], { namespace: 'apps' }],
    ['reads a short flag with an equals sign', ['-n=apps'], [], { namespace: 'apps' }],
    ['reads joined switches', ['-sA'], [], { silent: true, 'all-namespaces': true }],
    [
      'reads joined switches that end in a value',
      ['-sAn', 'apps'],
      [],
      { silent: true, 'all-namespaces': true, namespace: 'apps' },
    ],
    ['reads joined switches with a value attached', ['-snapps'], [], { silent: true, namespace: 'apps' }],
    ['turns a switch off', ['--prune=false'], [], { prune: false }],
    ['never takes the next word for a switch', ['--prune', 'false'], ['false'], { prune: true }],
    ['lets the last use win', ['-n', 'a', '-n', 'b'], [], { namespace: 'b' }],
    ['adds to a list', ['--label=a=1,b=2', '--label', 'c=3'], [], { label: ['a=1', 'b=2', 'c=3'] }],
    ['keeps commas of a list with one value a use', ['--group=a,b', '--group=c'], [], { group: ['a,b', 'c'] }],
    ['reads durations as milliseconds', ['--interval=1m30s'], [], { interval: 90_000 }],
    ['ends the flags at --', ['-s', '--', '--namespace', '-n'], ['--namespace', '-n'], { silent: true }],
    ['takes a lone dash as an argument', ['-', 'web'], ['-', 'web'], {}],
    ['reads a hidden flag', ['--secret', 'x'], [], { secret: 'x' }],
  ];
  for (const [what, argv, args, given] of cases) {
    test(what, () => assert.deepEqual(read(...argv), { args, given }));
  }

  test('fills in the defaults of what was not given', () => {
    const { flags, given } = parseArgv([], FLAGS);
    assert.equal(flags['namespace'], 'flux-system');
    assert.equal(flags['prune'], true);
    assert.deepEqual(flags['label'], []);
    assert.equal(given.size, 0);
  });

  const failures: readonly (readonly [string, string[], string, RegExp, RegExp?])[] = [
    ['an unknown flag', ['--nonsense'], 'usage/unknown-flag', /^unknown flag: --nonsense$/, /--help/],
    ['a mistyped flag', ['--namespce', 'x'], 'usage/unknown-flag', /^unknown flag: --namespce$/, /^did you mean --namespace\?$/],
    ['a mistyped hidden flag, which it does not name', ['--secrt'], 'usage/unknown-flag', /--secrt/, /--help/],
    ['a flag named as a member of every object', ['--constructor'], 'usage/unknown-flag', /unknown flag: --constructor/],
    ['an unknown short flag', ['-sx'], 'usage/unknown-flag', /^unknown shorthand flag: 'x' in -sx$/],
    ['a flag without its value', ['--namespace'], 'usage/missing-value', /^flag needs an argument: --namespace$/],
    ['a short flag without its value', ['-sn'], 'usage/missing-value', /^flag needs an argument: 'n' in -sn$/],
    [
      'a value that does not fit',
      ['--interval=soon'],
      'usage/bad-value',
      /^invalid argument "soon" for "--interval" flag: time: /,
    ],
    ['a switch that is neither true nor false', ['-s=maybe'], 'usage/bad-value', /for "-s, --silent" flag: strconv\.ParseBool/],
  ];
  for (const [what, argv, code, message, hint] of failures) {
    test(`refuses ${what}: ${code}`, () => {
      assert.throws(
        () => parseArgv(argv, FLAGS),
        (error) => {
          assert.ok(isFluxError(error, code), String(error));
          assert.match(error.message, message);
          if (hint !== undefined) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});
