import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { ownerLabelsOf, prepareObjects } from '../../../../../src/lib/engine/ssa/prepare-objects.ts';

const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', labels: { a: 'b' } } };
const owner = ownerLabelsOf({ name: 'web', namespace: 'apps' });

it('prepareObjects() sets owner labels, then common metadata, which may overwrite them', async () => {
  const [object] = await prepareObjects([CONFIG], {
    owner,
    commonMetadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'mine' }, annotations: { c: 'd' } },
  });
  assert.deepEqual(object?.metadata.labels, {
    a: 'b',
    'kustomize.toolkit.fluxcd.io/name': 'mine',
    'kustomize.toolkit.fluxcd.io/namespace': 'apps',
  });
  assert.deepEqual(object?.metadata.annotations, { c: 'd' });
  assert.deepEqual(CONFIG.metadata.labels, { a: 'b' });
});

it('prepareObjects() refuses encrypted Secrets as ssa/still-encrypted, unless they say that they are meant to be', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, sops: { mac: 'x' } };
  await assert.rejects(prepareObjects([secret], { owner }), (error) => isFluxError(error, 'ssa/still-encrypted'));
  const meant = { ...secret, metadata: { name: 'x', annotations: { 'kustomize.toolkit.fluxcd.io/decrypt': 'Disabled' } } };
  assert.equal((await prepareObjects([meant], { owner })).length, 1);
});
