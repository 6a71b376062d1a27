import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gcpService, readGcpCredentials } from '../../../../../../src/lib/engine/sops/keys/gcp-kms.ts';
import type { MasterKey } from '../../../../../../src/lib/engine/sops/types.ts';
import { rejects } from '../sops-data.ts';

const KEY: MasterKey = {
  type: 'gcp_kms',
  name: 'projects/p',
  encrypted: 'c2VhbGVk',
  fields: { resource_id: 'projects/p' },
  context: {},
};

// Stands where the SDK would: what is tested is what it is asked, not what Google answers.
function recordingSdk(asked: unknown[], answer: () => Promise<readonly object[]>) {
  class KeyManagementServiceClient {
    constructor(config: object) {
      asked.push(config);
    }
    decrypt(request: object) {
      asked.push(request);
      return answer();
    }
    close() {
      asked.push('closed');
      return Promise.resolve();
    }
  }
  return (name: string): Promise<unknown> => {
    asked.push(name);
    return Promise.resolve({ KeyManagementServiceClient });
  };
}

test('gcpService() asks for the key of the file with the credentials', async () => {
  const asked: unknown[] = [];
  const credentials = readGcpCredentials('{"type": "service_account", "client_email": "a@b"}\n');
  const service = gcpService(
    credentials,
    recordingSdk(asked, () => Promise.resolve([{ plaintext: new Uint8Array([1]) }])),
  );
  assert.deepEqual(await service.decrypt(KEY), new Uint8Array([1]));
  assert.deepEqual(asked, [
    '@google-cloud/kms',
    { credentials: { type: 'service_account', client_email: 'a@b' } },
    { name: 'projects/p', ciphertext: Buffer.from('sealed') },
    'closed',
  ]);
});

test('gcpService() says what is missing', async () => {
  const denied = gcpService(
    undefined,
    recordingSdk([], () => Promise.reject(new Error('7 PERMISSION_DENIED'))),
  );
  await rejects(denied.decrypt(KEY), 'sops/no-data-key', /with GCP KMS key: 7 PERMISSION_DENIED$/);
  const missing = gcpService(undefined, () => Promise.reject(new Error('not found')));
  await rejects(missing.decrypt(KEY), 'sops/package-missing', /@google-cloud\/kms is needed/);
  await rejects(missing.decrypt({ ...KEY, encrypted: '*' }), 'sops/no-data-key', /base64-decoding/);
});
