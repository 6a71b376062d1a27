import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeLimitRange, makeQuota } from '../../../../../src/lib/features/tenant/limits.ts';

const PLACE = { namespace: 'apps', labels: { 'toolkit.fluxcd.io/tenant': 'dev-team' } };

describe('makeQuota()', () => {
  test('bounds what it is told, by the names that are typed', () => {
    const quota = makeQuota('dev-team', PLACE, { cpu: '8', 'limits.memory': '16Gi', 'count/jobs.batch': '5' });
    assert.deepEqual(quota['spec'], { hard: { cpu: '8', 'limits.memory': '16Gi', 'count/jobs.batch': '5' } });
    assert.deepEqual(quota.metadata, { name: 'dev-team', ...PLACE });
  });

  for (const quantity of ['', 'much', '-1', '8 Gi', '1ki', '1.2.3', '5GiB'])
    test(`refuses ${JSON.stringify(quantity)}: tenant/bad-quantity`, () =>
      assert.throws(() => makeQuota('a', PLACE, { cpu: quantity }), { code: 'tenant/bad-quantity' }));

  for (const quantity of ['8', '0.5', '.5', '500m', '16Gi', '1e3', '+2', '5k'])
    test(`takes ${quantity}`, () => void makeQuota('a', PLACE, { cpu: quantity }));
});

describe('makeLimitRange()', () => {
  test('gives a container that says nothing both a request and a limit', () => {
    assert.deepEqual(makeLimitRange('dev-team', PLACE, { cpu: '100m' })['spec'], {
      limits: [{ type: 'Container', default: { cpu: '100m' }, defaultRequest: { cpu: '100m' } }],
    });
  });
});
