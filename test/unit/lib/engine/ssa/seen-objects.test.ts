import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { openLiveReader } from '../../../../../src/lib/engine/ssa/read-live.ts';
import { createSeenObjects } from '../../../../../src/lib/engine/ssa/seen-objects.ts';

const map = (name: string, resourceVersion = '1'): K8sObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'apps', resourceVersion },
});
const ref = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name });

it('createSeenObjects() keeps the newest, and no more than it may', () => {
  const seen = createSeenObjects(2);
  seen.set(map('a'));
  seen.set(map('b'));
  seen.set(map('a', '2'));
  seen.set(map('c'));
  assert.equal(seen.get(ref('b')), undefined);
  assert.equal(seen.get(ref('a'))?.metadata.resourceVersion, '2');
});

it('openLiveReader() lists a kind when one of many has to be read, over several sets, and believes only the version it asks for', async () => {
  const requests: string[] = [];
  const cluster = {
    get: ({ name }: ObjectRef) => {
      requests.push(`get ${name}`);
      return Promise.resolve(map(name, '9'));
    },
    list: () => {
      requests.push('list');
      return Promise.resolve({ items: [map('x-0'), map('x-1')] });
    },
  };
  const seen = createSeenObjects();
  const wanted = (from: number, to: number): K8sObject[] =>
    Array.from({ length: to - from }, (_, index) => map(`x-${from + index}`));
  const few = openLiveReader(wanted(0, 10), cluster, seen, undefined);
  assert.equal((await few.readVersion(ref('x-9'), '9'))?.metadata.resourceVersion, '9');
  assert.deepEqual(requests, ['get x-9']);
  const reader = openLiveReader(wanted(10, 20), cluster, seen, undefined);
  const both = await Promise.all(['x-0', 'x-1'].map((name) => reader.readVersion(ref(name), '1')));
  assert.deepEqual(
    both.map((object) => object?.metadata.name),
    ['x-0', 'x-1'],
  );
  assert.deepEqual(requests, ['get x-9', 'list']);
  assert.equal((await reader.readVersion(ref('x-1'), '2'))?.metadata.resourceVersion, '9');
  assert.deepEqual(requests, ['get x-9', 'list', 'get x-1']);
  assert.equal(seen.get(ref('x-1'))?.metadata.resourceVersion, '9');
});
