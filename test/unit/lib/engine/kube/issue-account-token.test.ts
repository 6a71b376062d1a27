import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { issueAccountToken } from '../../../../../src/lib/engine/kube/issue-account-token.ts';
import type { RawRequest } from '../../../../../src/lib/engine/kube/types.ts';

test('issueAccountToken() asks for the audiences, and reads how long the token lasts', async () => {
  const asked: RawRequest[] = [];
  const clientWith = (status: JsonValue) => ({
    request(request: RawRequest): Promise<JsonValue> {
      asked.push(request);
      return Promise.resolve({ status });
    },
  });
  const options = { namespace: 'apps', name: 'web', audiences: ['one', 'two'] };
  const lasting = clientWith({ token: 't', expirationTimestamp: '2026-08-01T10:59:09Z' });
  assert.deepEqual(await issueAccountToken(lasting, options), { token: 't', expiresAtMs: Date.UTC(2026, 7, 1, 10, 59, 9) });
  assert.equal(asked[0]?.path, '/api/v1/namespaces/apps/serviceaccounts/web/token');
  assert.deepEqual(asked[0]?.body, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: ['one', 'two'] },
  });
  assert.deepEqual(await issueAccountToken(clientWith({}), options), { token: '' });
});
