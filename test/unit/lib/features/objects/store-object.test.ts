import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { storeObject } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { memoryStore } from './memory-store.ts';

const MANAGER = { fieldManager: 'flux' };
const wanted = fluxObject(KUSTOMIZATION, 'web', { spec: { path: './apps' } });

describe('storeObject()', () => {
  test('creates what is not there', async () => {
    const store = memoryStore();
    assert.equal((await storeObject(wanted, store.kube, MANAGER)).action, 'created');
    assert.deepEqual([store.writes, store.managers], [['create Kustomization/apps/web'], ['flux']]);
  });

  test('writes nothing where nothing changes', async () => {
    const live = { ...wanted, metadata: { ...wanted.metadata, labels: { theirs: 'x' }, uid: 'u' }, status: readyStatus('True') };
    const store = memoryStore([live]);
    assert.equal((await storeObject(wanted, store.kube, MANAGER)).action, 'unchanged');
    assert.deepEqual(store.writes, []);
  });

  test('replaces the spec whole, keeps what the cluster and others wrote, and adds labels', async () => {
    const live = {
      ...wanted,
      metadata: { ...wanted.metadata, labels: { theirs: 'x' }, annotations: { a: 'b' }, resourceVersion: '7' },
      spec: { path: './old', prune: true },
      status: readyStatus('True'),
    };
    const store = memoryStore([live]);
    const { object, action } = await storeObject(
      { ...wanted, metadata: { ...wanted.metadata, labels: { ours: 'y' } } },
      store.kube,
      MANAGER,
    );
    assert.equal(action, 'updated');
    assert.deepEqual(object, {
      ...live,
      metadata: { ...live.metadata, labels: { theirs: 'x', ours: 'y' } },
      spec: { path: './apps' },
    });
  });

  describe('of a Secret', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'auth', namespace: 'apps' } };
    const live = { ...secret, data: { password: 'cMOkc3M=', other: 'eA==' } };

    test('writes nothing where it holds the texts already', async () => {
      const store = memoryStore([live]);
      assert.equal(
        (await storeObject({ ...secret, stringData: { password: 'p\u00e4ss' } }, store.kube, MANAGER)).action,
        'unchanged',
      );
      assert.deepEqual(store.writes, []);
    });

    test('sets texts that changed, and keeps the keys of others', async () => {
      const store = memoryStore([live]);
      const { object, action } = await storeObject({ ...secret, stringData: { password: 'new' } }, store.kube, MANAGER);
      assert.equal(action, 'updated');
      assert.deepEqual([object['stringData'], object['data']], [{ password: 'new' }, live.data]);
    });
  });
});
