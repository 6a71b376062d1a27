import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePullSecret } from '../../../../../src/lib/features/install/pull-secret.ts';

describe('makePullSecret()', () => {
  it('holds the login of the registry', () => {
    const options = { namespace: 'ns', registry: 'r.example', registryCreds: 'me:pw', imagePullSecret: 'regcred' };
    const secret = makePullSecret(options);
    assert.deepEqual(secret.metadata, { name: 'regcred', namespace: 'ns' });
    assert.equal(secret['type'], 'kubernetes.io/dockerconfigjson');
    const { '.dockerconfigjson': text = '' } = secret['stringData'] as Record<string, string>;
    assert.deepEqual(JSON.parse(text), { auths: { 'r.example': { username: 'me', password: 'pw', auth: 'bWU6cHc=' } } });
  });
});
