import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { readText } from '../../../../../src/lib/core/read-object.ts';
import { readConditions, setCondition } from '../../../../../src/lib/engine/conditions/index.ts';
import { memoryStatusStore, type StatusChange } from '../../../../../src/lib/features/reconcile/status-store.ts';

const OBJECT: K8sObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'app', namespace: 'apps', generation: 2 },
};

const ready = (status: 'True' | 'Unknown', now: number): StatusChange => ({
  conditions: (conditions, { metadata: { generation = 0 } }) =>
    setCondition(conditions, { type: 'Ready', status, reason: 'Any', message: '' }, { generation, now }),
});

it('memoryStatusStore() shows what was noted at once and stores it with what is written next', async () => {
  const saved: K8sObject[] = [];
  const store = memoryStatusStore(OBJECT, (object) => Promise.resolve(void saved.push(object)));
  store.note(ready('Unknown', 1_000));
  assert.equal(readConditions(store.current())[0]?.status, 'Unknown');
  assert.equal(saved.length, 0);
  await store.update({ fields: { lastAppliedRevision: 'main@sha1:1' } });
  assert.equal(saved.length, 1);
  assert.equal(readConditions(saved[0] ?? OBJECT)[0]?.status, 'Unknown');
  assert.equal(readText(saved[0], 'status', 'lastAppliedRevision'), 'main@sha1:1');
});

it('memoryStatusStore() flushes only what is not stored yet', async () => {
  let saves = 0;
  const store = memoryStatusStore(OBJECT, () => Promise.resolve(void saves++));
  await store.flush();
  assert.equal(saves, 0);
  store.note(ready('Unknown', 1_000));
  await store.flush();
  await store.flush();
  assert.equal(saves, 1);
});

it('memoryStatusStore() takes fields away that are null', async () => {
  const store = memoryStatusStore({ ...OBJECT, status: { inventory: { entries: [] } } }, () => Promise.resolve());
  await store.update({ fields: { inventory: null } });
  assert.deepEqual(store.current()['status'], {});
});
