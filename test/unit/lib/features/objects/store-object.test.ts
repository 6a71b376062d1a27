import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
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

  test('writes nothing where the API server would only fill in its defaults again', async () => {
    const live = { ...wanted, spec: { path: './apps', force: false } };
    const store = memoryStore([live]);
    const kube = {
      ...store.kube,
      replace: async (object: K8sObject, options?: { dryRun?: boolean }) =>
        options?.dryRun === true ? live : await store.kube.replace(object, options),
    };
    assert.equal((await storeObject(wanted, kube, MANAGER)).action, 'unchanged');
    assert.deepEqual(store.writes, []);
  });

  test('writes where the dry run fails, so that the write tells why', async () => {
    const store = memoryStore([{ ...wanted, spec: { path: './old' } }]);
    const kube = {
      ...store.kube,
      replace: async (object: K8sObject, options?: { dryRun?: boolean }) => {
        if (options?.dryRun === true) throw new Error('a webhook does not support dry runs');
        return await store.kube.replace(object, options);
      },
    };
    assert.equal((await storeObject(wanted, kube, MANAGER)).action, 'updated');
  });

  test('adds annotations, and keeps those of others', async () => {
    const live = { ...wanted, metadata: { ...wanted.metadata, annotations: { theirs: 'x' } } };
    const store = memoryStore([live]);
    const marked = { ...wanted, metadata: { ...wanted.metadata, annotations: { ours: 'y' } } };
    assert.equal((await storeObject(marked, store.kube, MANAGER)).action, 'updated');
    assert.deepEqual(store.get('Kustomization/apps/web')?.metadata.annotations, { theirs: 'x', ours: 'y' });
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
