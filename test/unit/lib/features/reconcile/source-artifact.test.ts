import assert from 'node:assert/strict';
import { it } from 'node:test';
import { storageHostOf } from '../../../../../src/lib/features/reconcile/source-artifact.ts';

it('storageHostOf() is the host that served before, else that of a default installation', () => {
  const before = { url: 'http://source-controller.flux.svc.example.org./gitrepository/apps/app/1.tar.gz' };
  assert.equal(storageHostOf(before, 'flux-system'), 'source-controller.flux.svc.example.org.');
  assert.equal(
    storageHostOf({ url: 'flux-ts://gitrepository/apps/app/1.tar.gz' }, 'gitops'),
    'source-controller.gitops.svc.cluster.local.',
  );
  assert.equal(storageHostOf(undefined, 'flux-system'), 'source-controller.flux-system.svc.cluster.local.');
});
