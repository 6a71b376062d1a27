import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readConditions } from '../../../../../src/lib/engine/conditions/read-conditions.ts';

it('readConditions() leaves out what is no condition', () => {
  const good = { type: 'Ready', status: 'True', reason: 'r', message: 'm', lastTransitionTime: 't' };
  const object = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, status: { conditions: [good, { type: 'Y' }, 'z'] } };
  assert.deepEqual(readConditions(object), [good]);
  assert.deepEqual(readConditions({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } }), []);
});
