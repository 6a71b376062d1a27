import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchObjects } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { memoryStore } from './memory-store.ts';

const object = (name: string, status: string) => fluxObject(KUSTOMIZATION, name, { status: readyStatus(status) });

test('watchObjects() shows what is there, then each change, until the signal ends it', async () => {
  const store = memoryStore([object('web', 'Unknown')]);
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { name, ready } of watchObjects(KUSTOMIZATION, { namespace: 'apps' }, store.kube, stop.signal)) {
    seen.push(`${name} ${ready}`);
    if (seen.length === 1) store.put(object('web', 'True'));
    if (seen.length === 2) {
      store.remove('Kustomization/apps/web');
      store.put(object('api', 'False'));
    }
    if (seen.length === 3) stop.abort();
  }
  assert.deepEqual(seen, ['web Unknown', 'web True', 'api False']);
});

test('watchObjects() shows only what fits the selector', async () => {
  const store = memoryStore([object('web', 'True'), object('api', 'False')]);
  const stop = new AbortController();
  for await (const row of watchObjects(KUSTOMIZATION, { statusSelector: 'ready=false' }, store.kube, stop.signal)) {
    assert.equal(row.name, 'api');
    stop.abort();
  }
});
