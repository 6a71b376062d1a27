import assert from 'node:assert/strict';
import { test } from 'node:test';
import { azureService, readAzureCredentials } from '../../../../../../src/lib/engine/sops/keys/azure-key-vault.ts';
import type { MasterKey } from '../../../../../../src/lib/engine/sops/types.ts';
import { rejects } from '../sops-data.ts';

const KEY: MasterKey = {
  type: 'azure_kv',
  name: 'https://v.test/keys/k/1',
  encrypted: 'c2VhbGVk',
  fields: { vault_url: 'https://v.test/', name: 'k', version: '1' },
  context: {},
};

// Stands where the SDK would: what is tested is what it is asked, not what Azure answers.
function recordingSdk(asked: unknown[]) {
  const credential = (kind: string) =>
    class Credential {
      readonly kind = kind;
      constructor(...args: readonly unknown[]) {
        asked.push([kind, ...args]);
      }
    };
  class CryptographyClient {
    constructor(id: string) {
      asked.push(id);
    }
    decrypt(request: object) {
      asked.push(request);
      return Promise.resolve({ result: new Uint8Array([1]) });
    }
  }
  const sdk = {
    ClientSecretCredential: credential('secret'),
    ClientCertificateCredential: credential('certificate'),
    ManagedIdentityCredential: credential('managed'),
    DefaultAzureCredential: credential('default'),
    CryptographyClient,
  };
  return (): Promise<unknown> => Promise.resolve(sdk);
}

test('azureService() asks for the key of the file', async () => {
  const asked: unknown[] = [];
  assert.deepEqual(await azureService(undefined, recordingSdk(asked)).decrypt(KEY), new Uint8Array([1]));
  assert.deepEqual(asked, [
    ['default'],
    'https://v.test/keys/k/1',
    { algorithm: 'RSA-OAEP-256', ciphertext: Buffer.from('sealed') },
  ]);
});

test('azureService() takes each kind of credential that a Secret may have', async () => {
  for (const [text, wanted] of [
    [
      '{"tenantId":"t","clientId":"c","clientSecret":"s","authorityHost":"https://h"}',
      ['secret', 't', 'c', 's', { authorityHost: 'https://h' }],
    ],
    [
      'tenantId: t\nclientId: c\nclientCertificate: PEM\n',
      ['certificate', 't', 'c', { certificate: 'PEM' }, { sendCertificateChain: false }],
    ],
    ['tenant: t\nappId: a\npassword: p\n', ['secret', 't', 'a', 'p', {}]],
    ['clientId: c\n', ['managed', { clientId: 'c' }]],
  ] as const) {
    for (const content of [Buffer.from(text), Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])]) {
      const asked: unknown[] = [];
      await azureService(readAzureCredentials(content), recordingSdk(asked)).decrypt(KEY);
      assert.deepEqual(asked[0], wanted);
    }
  }
});

test('azureService() says what is missing', async () => {
  const missing = azureService(undefined, () => Promise.reject(new Error('not found')));
  await rejects(missing.decrypt(KEY), 'sops/package-missing', /@azure\/identity is needed/);
});
