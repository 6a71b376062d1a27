import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptDocument } from '../../../../../../src/lib/engine/sops/decrypt-document.ts';
import { vaultService } from '../../../../../../src/lib/engine/sops/keys/vault.ts';
import type { HttpPort, MasterKey } from '../../../../../../src/lib/engine/sops/types.ts';
import { readData, rejects } from '../sops-data.ts';

const KEY: MasterKey = {
  type: 'hc_vault',
  name: 'https://vault.test:8200/v1/team/sops/keys/first',
  encrypted: 'vault:v1:c2VhbGVk',
  fields: { vault_address: 'https://vault.test:8200/', engine_path: 'team/sops', key_name: 'first' },
  context: {},
};

// Method, path, headers and body are those that the sops CLI 3.13.2 sent, recorded by a stand-in that gave back what it was
// given. No server of Vault has seen this.
const ANSWER = JSON.stringify({ data: { plaintext: Buffer.alloc(32, 5).toString('base64') } });

test('vaultService() asks the transit engine that the file names', async () => {
  const asked: unknown[] = [];
  const request: HttpPort = (url, init) => {
    asked.push(url, init);
    return Promise.resolve({ status: 200, body: ANSWER });
  };
  assert.deepEqual(Buffer.from(await vaultService('token', request).decrypt(KEY)), Buffer.alloc(32, 5));
  assert.deepEqual(asked, [
    'https://vault.test:8200/v1/team/sops/decrypt/first',
    {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-vault-token': 'token', 'x-vault-request': 'true' },
      body: '{"ciphertext":"vault:v1:c2VhbGVk"}',
    },
  ]);
});

test('vaultService() opens what the sops CLI encrypted by way of the stand-in', async () => {
  const request: HttpPort = (_url, { body }) => {
    const { ciphertext } = JSON.parse(body) as { ciphertext: string };
    return Promise.resolve({ status: 200, body: JSON.stringify({ data: { plaintext: ciphertext.replace('vault:v1:', '') } }) });
  };
  const services = [vaultService('token', request)];
  const plain = await decryptDocument(readData('vault.enc.yaml'), { format: 'yaml', services, file: 'vault.enc.yaml' });
  assert.equal(Buffer.from(plain).toString(), readData('secret.plain.yaml').toString());
});

test('vaultService() says why it got no key, without the token', async () => {
  const answering = (status: number, body: string, key = KEY) =>
    vaultService('hunter2', () => Promise.resolve({ status, body })).decrypt(key);
  const from = "^failed to decrypt sops data key from Vault transit backend 'team/sops/decrypt/first': ";
  await rejects(
    answering(403, '{"errors":["permission denied"]}'),
    'sops/no-data-key',
    new RegExp(`${from}the server answered 403: permission denied$`),
  );
  await rejects(answering(502, '<html>'), 'sops/no-data-key', new RegExp(`${from}the server answered 502$`));
  await rejects(answering(200, '{}'), 'sops/no-data-key', new RegExp(`${from}no decrypted data$`));
  await rejects(answering(200, '{"data":{"plaintext":"*"}}'), 'sops/no-data-key', /cannot decode base64/);
  await rejects(
    answering(200, ANSWER, { ...KEY, fields: { ...KEY.fields, vault_address: 'file:///etc' } }),
    'sops/no-data-key',
    /'file:\/\/\/etc' is no address/,
  );
  const down = vaultService('hunter2', () =>
    Promise.reject(Object.assign(new Error('header hunter2'), { code: 'ECONNREFUSED' })),
  );
  await rejects(down.decrypt(KEY), 'sops/no-data-key', /did not answer \(ECONNREFUSED\)$/);
});

test('vaultService() gives no token away that the Secret does not have', async () => {
  const none = vaultService('', () => Promise.reject(new Error('not asked')));
  await rejects(none.decrypt(KEY), 'sops/no-data-key', /the Secret has no entry sops\.vault-token$/);
});
