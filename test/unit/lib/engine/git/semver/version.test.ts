import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compareVersions, parseVersion } from '../../../../../../src/lib/engine/git/semver/version.ts';

test('parseVersion() reads leniently', () => {
  assert.deepEqual(parseVersion('v01.2'), { major: 1n, minor: 2n, patch: 0n, pre: '', metadata: '' });
  assert.deepEqual(parseVersion('1.2.3-rc.1+b.5'), { major: 1n, minor: 2n, patch: 3n, pre: 'rc.1', metadata: 'b.5' });
  for (const text of [
    '',
    'x',
    '1.2.3.4',
    '1.2.3-',
    '1.2.3-01',
    'V1.2.3',
    '1.2.3 ',
    '18446744073709551616.0.0',
    `1.0.0-${'a'.repeat(300)}`,
  ]) {
    assert.equal(parseVersion(text), undefined, text);
  }
});

test('compareVersions() orders by precedence', () => {
  const order = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.1.0',
    '10.0.0',
  ];
  const versions = order.map((text) => parseVersion(text));
  for (const [index, left] of versions.entries()) {
    for (const [other, right] of versions.entries()) {
      assert.ok(left !== undefined && right !== undefined);
      assert.equal(Math.sign(compareVersions(left, right)), Math.sign(index - other), `${order[index]} and ${order[other]}`);
    }
  }
  const [one, two] = [parseVersion('1.0.0+a'), parseVersion('1.0.0+b')];
  assert.ok(one !== undefined && two !== undefined);
  assert.equal(compareVersions(one, two), 0);
});
