import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../src/lib/core/json.ts';
import { kindNamed } from '../../../src/lib/core/kinds.ts';
import type { K8sObject } from '../../../src/lib/core/objects.ts';
import { readText } from '../../../src/lib/core/read-object.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from '../lib/features/objects/flux-objects.ts';
import { keptStory, memoryStore } from '../lib/features/objects/memory-store.ts';
import { runCommand } from './run-command.ts';

/** Reconciles with the source first, with controllers that answer each request. */
async function reconcile(line: string, objects: readonly K8sObject[]) {
  const store = memoryStore(objects);
  store.onWrite = (object) => {
    const requested = object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? '';
    store.put({ ...object, status: { ...readyStatus('True'), lastHandledReconcileAt: requested } });
  };
  const output = await runCommand(line.split(' '), { kube: store.kube, progress: keptStory() });
  return { writes: store.writes, data: output?.data as JsonObject | undefined };
}

describe('reconcile --with-source', () => {
  test('asks for the source first', async () => {
    const source = fluxObject(kindNamed('GitRepository'), 'fleet');
    const web = fluxObject(KUSTOMIZATION, 'web', { spec: { sourceRef: { kind: 'GitRepository', name: 'fleet' } } });
    const { writes, data } = await reconcile('reconcile ks web -n apps --with-source', [source, web]);
    assert.deepEqual(writes, ['patch GitRepository/apps/fleet', 'patch Kustomization/apps/web']);
    assert.equal(readText(data, 'source', 'name'), 'fleet');
  });

  test('asks for the chart of a HelmRelease', async () => {
    const release = kindNamed('HelmRelease');
    const spec = { chart: { spec: { chart: 'db', sourceRef: { kind: 'HelmRepository', name: 'repo' } } } };
    const objects = [fluxObject(kindNamed('HelmChart'), 'apps-db'), fluxObject(release, 'db', { spec })];
    assert.deepEqual((await reconcile('reconcile hr db -n apps --with-source', objects)).writes, [
      'patch HelmChart/apps/apps-db',
      'patch HelmRelease/apps/db',
    ]);
  });

  test('says so where nobody reconciles the source: objects/no-source', async () => {
    const web = fluxObject(KUSTOMIZATION, 'web', { spec: { sourceRef: { kind: 'ExternalArtifact', name: 'x' } } });
    await assert.rejects(reconcile('reconcile ks web -n apps --with-source', [web]), {
      code: 'objects/no-source',
      message: 'cannot reconcile source of kind ExternalArtifact',
    });
  });

  test('names what is not there: objects/not-found', async () => {
    await assert.rejects(reconcile('reconcile ks web -n apps --with-source', []), { code: 'objects/not-found' });
  });
});

test('reconcile drives only what can be driven: usage/bad-value', async () => {
  await assert.rejects(reconcile('reconcile hr db --drive', []), { code: 'usage/bad-value', hint: 'leave out --drive' });
});

test('reconcile wants a name: objects/name-missing', async () => {
  await assert.rejects(reconcile('reconcile ks', []), { code: 'objects/name-missing' });
});
