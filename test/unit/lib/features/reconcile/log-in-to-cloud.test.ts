import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import type { CloudPort } from '../../../../../src/lib/features/reconcile/ports.ts';
import { readSourceRemote } from '../../../../../src/lib/features/reconcile/read-source-remote.ts';
import { readSourceShape } from '../../../../../src/lib/features/reconcile/source-shape.ts';

const URL_OF = 'https://dev.azure.com/org/project/_git/fleet';

/** Logs a source in; tells what it came to. */
async function logIn(spec: JsonObject, cloud?: CloudPort, data: Readonly<Record<string, string>> = {}) {
  const repository: K8sObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: 'apps', name: 'fleet' },
    spec: { interval: '5m', url: URL_OF, ...spec },
  };
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const secret: K8sObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: Object.fromEntries(encoded) };
  const { auth } = await readSourceRemote(repository, readSourceShape(repository), undefined, {
    secrets: { get: () => Promise.resolve(secret) },
    git: { fetchInstallationToken: () => Promise.reject(new Error('not asked')) },
    world: { now: () => 0 },
    ...(cloud === undefined ? {} : { cloud }),
  });
  return auth;
}

function cloudGiving(answer: () => ReturnType<CloudPort['logInToGit']>, asked: unknown[] = []): CloudPort {
  return {
    logInToCluster: () => Promise.reject(new Error('not asked')),
    logInToGit(...given) {
      asked.push(given);
      return answer();
    },
  };
}

describe('readSourceRemote() of a source with spec.provider azure or aws', () => {
  it('takes what the cloud gives in the place of the login of a Secret, and keeps its authority', async () => {
    const asked: unknown[] = [];
    const cloud = cloudGiving(() => Promise.resolve({ kind: 'bearer', token: 'entra' }), asked);
    const data = { username: 'user', password: 'word', 'ca.crt': 'PEM' };
    const auth = await logIn({ provider: 'azure', secretRef: { name: 'login' } }, cloud, data);
    assert.deepEqual(auth, { kind: 'bearer', token: 'entra', caFile: 'PEM' });
    await logIn({ provider: 'azure', serviceAccountName: 'git' }, cloud);
    assert.deepEqual(asked, [
      ['azure', URL_OF, {}],
      ['azure', URL_OF, { account: { namespace: 'apps', name: 'git' } }],
    ]);
  });

  it('cloud/gate-disabled: stalls as upstream does while the gate is shut', async () => {
    const shut = cloudGiving(() => Promise.reject(new FluxError('cloud/gate-disabled', 'x', { hint: 'open it' })));
    for (const cloud of [shut, undefined]) {
      await assert.rejects(logIn({ provider: 'aws', serviceAccountName: 'git' }, cloud), (error) => {
        assert.ok(isFluxError(error, 'cloud/gate-disabled'));
        assert.match(error.message, /^to use spec\.serviceAccountName for provider authentication please enable the Object/);
        assert.equal(error.terminal, true);
        assert.equal(error.details?.['reason'], 'FeatureGateDisabled');
        assert.notEqual(error.hint, '');
        return true;
      });
    }
  });

  it('hands on what the cloud says, and says so where there is none: reconcile/unsupported', async () => {
    const refusing = cloudGiving(() => Promise.reject(new FluxError('cloud/refused', 'no')));
    await assert.rejects(logIn({ provider: 'aws' }, refusing), (error) => isFluxError(error, 'cloud/refused'));
    await assert.rejects(logIn({ provider: 'aws' }), (error) => isFluxError(error, 'reconcile/unsupported'));
  });
});
