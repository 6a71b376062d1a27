import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closed, inapplicable, judge, open, unknown } from '../../../../../src/lib/features/escape/attempts.ts';
import { mendsOf, summarizeEscape, type EscapeReport } from '../../../../../src/lib/features/escape/index.ts';

describe('judge()', () => {
  test('is open where one attempt gets through, and says what closes it', () => {
    const result = judge('E1', 'x', [closed('a', 'role'), open('b', 'nobody looks', 'look'), unknown('c', 'dark')]);
    assert.deepEqual([result.verdict, result.guard, result.mend], ['open', 'nobody looks', 'look']);
  });

  test('is not closed where one attempt could not be judged', () =>
    assert.equal(judge('E1', 'x', [closed('a', 'role'), unknown('c', 'dark')]).verdict, 'unknown'));

  test('names one guard, and how many others there are', () => {
    const result = judge(
      'E1',
      'x',
      ['role', 'role', 'flag', 'policy', 'wall'].map((guard) => closed('a', guard)),
    );
    assert.equal(result.guard, 'role (and 3 more)');
  });

  test('is not applicable where there is nothing to attack', () => {
    assert.equal(judge('E1', 'x', [inapplicable('a', 'none')]).verdict, 'not applicable');
    assert.equal(judge('E1', 'x', []).verdict, 'not applicable');
  });
});

const REPORT: EscapeReport = {
  tenant: 'team',
  namespaces: ['apps'],
  mode: 'live',
  vectors: [
    judge('E1', 'x', [closed('a', 'role')]),
    judge('E11', 'y', [open('a', 'admin', 'lock it')]),
    judge('E13', 'z', [open('a', 'admin', '--narrow')]),
    judge('E20', 'u', [open('a', 'all', '--narrow --signed')]),
    judge('E10', 'v', [unknown('a', 'dark')]),
    judge('E18', 'w', [inapplicable('a', 'none')]),
  ],
  counts: { closed: 1, open: 3, unknown: 1, 'not applicable': 1 },
  assumptions: [],
};

test('summarizeEscape() counts, and names what is not closed', () =>
  assert.equal(summarizeEscape(REPORT), '1 closed, 3 open: E11, E13, E20, 1 unknown: E10, 1 not applicable'));

test('mendsOf() says once what closes several', () =>
  assert.deepEqual(mendsOf(REPORT), [
    'E11: lock it',
    'E13, E20: flux-ts create tenant team --with-namespace=apps --narrow --signed',
  ]));
