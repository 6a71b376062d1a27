import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import type { KubeClient } from '../../../../../src/lib/engine/kube/index.ts';
import { fenceClient } from '../../../../../src/lib/features/reconcile/fence-client.ts';

const object: K8sObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'a' } };
const ref: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace: 'a' };

it('fenceClient() lets nothing be written behind the fence, as whomever, and everything be read', async () => {
  const calls: string[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push(name);
      return name === 'impersonate' ? client : Promise.resolve(args[0]);
    };
  const names = ['get', 'list', 'watch', 'create', 'replace', 'apply', 'patch', 'delete', 'request', 'impersonate'];
  const client = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as KubeClient;
  let isLost = false;
  const fenced = fenceClient(client, () => {
    if (isLost) throw new FluxError('lease/lost', 'gone');
  });
  await fenced.apply(object, { fieldManager: 'x' });
  isLost = true;
  const writes: (() => Promise<unknown>)[] = [
    () => fenced.create(object),
    () => fenced.replace(object),
    () => fenced.apply(object, { fieldManager: 'x' }),
    () => fenced.patch(ref, {}, { type: 'merge' }),
    () => fenced.delete(ref),
    async () => fenced.request({ method: 'POST', path: '/x' }),
    () => fenced.impersonate('tenant').apply(object, { fieldManager: 'x' }),
  ];
  for (const write of writes) await assert.rejects(write, (error) => isFluxError(error, 'lease/lost'));
  await fenced.get(ref);
  await fenced.list(ref);
  await fenced.request({ method: 'GET', path: '/x' });
  assert.deepEqual(calls, ['apply', 'impersonate', 'get', 'list', 'request']);
});
