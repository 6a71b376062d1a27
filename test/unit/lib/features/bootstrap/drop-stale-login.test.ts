import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { dropStaleLogin } from '../../../../../src/lib/features/bootstrap/drop-stale-login.ts';
import { scriptPorts } from '../install/scripted-ports.ts';

const sourceWith = (spec: JsonObject): K8sObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { namespace: 'flux-system', name: 'flux-system' },
  spec: { url: 'https://h/r', ...spec },
});
const OPTIONS = { namespace: 'flux-system' };

test('dropStaleLogin() takes off what belongs to another login, and nothing else', async () => {
  const patchFor = async (live: JsonObject | undefined, wanted: JsonObject): Promise<unknown> => {
    const { ports, writes } = scriptPorts({ objects: live === undefined ? [] : [sourceWith(live)] });
    let patch: unknown;
    const kube = {
      ...ports.kube,
      patch: async (...given: Parameters<typeof ports.kube.patch>) => {
        patch = given[1];
        return await ports.kube.patch(...given);
      },
    };
    await dropStaleLogin([sourceWith(wanted)], OPTIONS, { ...ports, kube });
    assert.equal(writes.length, patch === undefined ? 0 : 1);
    return patch;
  };
  const secretRef = { name: 'flux-system' };
  assert.equal(await patchFor(undefined, { secretRef }), undefined);
  assert.equal(await patchFor({ secretRef, interval: '1m' }, { secretRef, provider: 'github' }), undefined);
  assert.deepEqual(await patchFor({ secretRef, provider: 'github' }, { secretRef }), { spec: { provider: null } });
  assert.deepEqual(await patchFor({ secretRef }, { provider: 'azure' }), { spec: { secretRef: null } });
  assert.deepEqual(await patchFor({ provider: 'aws', serviceAccountName: 'a' }, { provider: 'github', secretRef }), {
    spec: { serviceAccountName: null },
  });
});

test('dropStaleLogin() leaves a cluster alone whose folder has no source', async () => {
  const { ports, writes } = scriptPorts({ objects: [sourceWith({ provider: 'github' })] });
  await dropStaleLogin([], OPTIONS, ports);
  assert.deepEqual(writes, []);
});
