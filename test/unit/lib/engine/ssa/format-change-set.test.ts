import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatChangeSet } from '../../../../../src/lib/engine/ssa/format-change-set.ts';

it('formatChangeSet() writes one line per change', () => {
  const text = formatChangeSet([
    { ref: { apiVersion: 'v1', kind: 'Namespace', name: 'apps' }, action: 'created' },
    { ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' }, action: 'configured' },
  ]);
  assert.equal(text, 'Namespace/apps created\nDeployment/apps/web configured');
});
