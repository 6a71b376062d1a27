import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { parseConstraint } from '../../../../../../src/lib/engine/git/semver/constraint.ts';
import { satisfies } from '../../../../../../src/lib/engine/git/semver/satisfies.ts';
import { parseVersion } from '../../../../../../src/lib/engine/git/semver/version.ts';

const holds = (constraint: string, text: string): boolean => {
  const version = parseVersion(text);
  assert.ok(version);
  return satisfies(version, parseConstraint(constraint));
};

test('satisfies() bounds wildcards as upstream', () => {
  const cases: [string, string, boolean][] = [
    ['>1', '1.9.0', false],
    ['>1', '2.0.0', true],
    ['>1.2', '1.2.9', false],
    ['<=1.2', '1.2.9', true],
    ['<=1.2', '1.3.0', false],
    ['!=1.2.x', '1.2.7', false],
    ['!=1.x', '1.2.7', false],
    ['!=1.x', '2.0.0', true],
    ['^0.2.3', '0.2.9', true],
    ['^0.2.3', '0.3.0', false],
    ['^0.0.3', '0.0.4', false],
    ['^0.0', '0.0.9', true],
    ['^0', '0.9.9', true],
    ['~0.0.0', '9.0.0', true],
    ['1.2 - 1.4, !=1.3.0', '1.3.0', false],
    ['1.2 - 1.4, !=1.3.0', '1.3.1', true],
    ['  >=1  ,  <2  ', '1.5.0', true],
  ];
  for (const [constraint, version, want] of cases) assert.equal(holds(constraint, version), want, `${constraint} on ${version}`);
});

test('parseConstraint() refuses what upstream refuses', () => {
  const texts = ['', 'latest', '>=', '1 &&', `1${' || 1'.repeat(32)}`, `>=${'1'.repeat(600)}`, '1|2', '>=1.0.0-01'];
  for (const text of texts)
    assert.throws(
      () => parseConstraint(text),
      (error) => isFluxError(error, 'git/invalid-semver'),
      text,
    );
});

test('parseConstraint() stays quick on hostile texts', () => {
  assert.throws(
    () => parseConstraint(`${'1    '.repeat(100)}!`),
    (error) => isFluxError(error, 'git/invalid-semver'),
  );
  assert.throws(
    () => parseConstraint(`${'1 , '.repeat(120)}!`),
    (error) => isFluxError(error, 'git/invalid-semver'),
  );
});
