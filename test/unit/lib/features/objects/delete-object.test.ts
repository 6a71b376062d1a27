import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deleteObject } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION } from './flux-objects.ts';
import { keptStory, memoryStore } from './memory-store.ts';

const web = fluxObject(KUSTOMIZATION, 'web');
const TARGET = { namespace: 'apps', name: 'web' };
const answer = (yes: boolean) => ({ progress: keptStory(), confirm: () => Promise.resolve(yes) });

describe('deleteObject()', () => {
  test('deletes after a yes', async () => {
    const store = memoryStore([web]);
    const options = answer(true);
    assert.deepEqual(await deleteObject(KUSTOMIZATION, TARGET, store.kube, options), {
      kind: 'Kustomization',
      ...TARGET,
      terminating: false,
    });
    assert.deepEqual(store.writes, ['delete Kustomization/apps/web']);
    assert.deepEqual(options.progress.told, ['► deleting kustomization web in apps namespace', '✔ kustomization deleted']);
  });

  test('says which finalizer holds the object', async () => {
    const store = memoryStore([{ ...web, metadata: { ...web.metadata, finalizers: ['finalizers.fluxcd.io'] } }]);
    const options = answer(true);
    assert.equal((await deleteObject(KUSTOMIZATION, TARGET, store.kube, options)).terminating, true);
    assert.match(options.progress.told[1] ?? '', /^◎ kustomization web is held by finalizers\.fluxcd\.io until/);
  });

  test('deletes nothing after a no: objects/aborted', async () => {
    const store = memoryStore([web]);
    await assert.rejects(deleteObject(KUSTOMIZATION, TARGET, store.kube, answer(false)), { code: 'objects/aborted' });
    assert.deepEqual(store.writes, []);
  });

  test('does not ask about what is not there: objects/not-found', async () => {
    const options = { ...answer(true), confirm: () => Promise.reject(new Error('asked')) };
    await assert.rejects(deleteObject(KUSTOMIZATION, TARGET, memoryStore().kube, options), { code: 'objects/not-found' });
  });

  test('wants a name: objects/name-missing', async () => {
    await assert.rejects(deleteObject(KUSTOMIZATION, { namespace: 'apps', name: undefined }, memoryStore().kube, answer(true)), {
      code: 'objects/name-missing',
      message: 'kustomization name is required',
    });
  });
});
