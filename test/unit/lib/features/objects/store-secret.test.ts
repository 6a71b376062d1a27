import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { storeSecret } from '../../../../../src/lib/features/objects/index.ts';
import { memoryStore } from './memory-store.ts';

const MANAGER = { fieldManager: 'flux' };
const ref = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'auth', namespace: 'apps' } };
const wanted = { ...ref, type: 'kubernetes.io/basic-auth', stringData: { username: 'robot', password: 'pass' } };

describe('storeSecret()', () => {
  test('creates what is not there, with its type', async () => {
    const store = memoryStore();
    const { action, otherKeys, keptType } = await storeSecret(wanted, store.kube, MANAGER);
    assert.deepEqual([action, otherKeys, keptType], ['created', [], undefined]);
    assert.equal(store.get('Secret/apps/auth')?.['type'], 'kubernetes.io/basic-auth');
  });

  test('keeps the type that there is, and tells it with the keys that stay', async () => {
    const store = memoryStore([{ ...ref, type: 'Opaque', data: { bearerToken: 'eA==', username: 'eA==' } }]);
    const { action, otherKeys, keptType } = await storeSecret(wanted, store.kube, MANAGER);
    assert.deepEqual([action, otherKeys, keptType], ['updated', ['bearerToken'], 'Opaque']);
    assert.equal(store.get('Secret/apps/auth')?.['type'], 'Opaque');
  });

  test('takes a Secret without a type for an Opaque one', async () => {
    const store = memoryStore([{ ...ref, type: 'Opaque', data: { token: 'eA==' } }]);
    const { keptType, action } = await storeSecret({ ...ref, stringData: { token: 'x' } }, store.kube, MANAGER);
    assert.deepEqual([keptType, action], [undefined, 'unchanged']);
  });
});
