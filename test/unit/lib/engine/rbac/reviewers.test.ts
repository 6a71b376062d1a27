import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatAttributes } from '../../../../../src/lib/engine/rbac/reviewers.ts';

it('formatAttributes() writes resources, subresources and paths', () => {
  assert.deepEqual(formatAttributes({ verb: 'get', group: 'apps', resource: 'deployments/scale', namespace: 'a', name: 'b' }), {
    resourceAttributes: { verb: 'get', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'a', name: 'b' },
  });
  assert.deepEqual(formatAttributes({ verb: 'get', group: '', resource: '', path: '/metrics' }), {
    nonResourceAttributes: { path: '/metrics', verb: 'get' },
  });
});
