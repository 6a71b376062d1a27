import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { flagOf } from '../../../../../src/lib/features/escape/read-controllers.ts';

describe('flagOf()', () => {
  const cases: readonly (readonly [readonly string[], string | undefined])[] = [
    [[], undefined],
    [['--flag'], 'true'],
    [['--flag=false'], 'false'],
    [['--flag', 'value'], 'value'],
    [['--flag', '--other'], 'true'],
    [['--flag=a', '--flag=b'], 'b'],
    [['--flagged=a'], undefined],
    [['--flag='], ''],
  ];
  for (const [args, value] of cases) test(`[${args.join(' ')}] gives ${value}`, () => assert.equal(flagOf(args, 'flag'), value));
});
