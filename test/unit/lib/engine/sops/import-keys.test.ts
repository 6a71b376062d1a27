import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { importKeys } from '../../../../../src/lib/engine/sops/import-keys.ts';
import type { MasterKey } from '../../../../../src/lib/engine/sops/types.ts';
import { readData, rejects } from './sops-data.ts';

function secretOf(entries: Readonly<Record<string, string | Uint8Array>>): K8sObject {
  const data = Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, Buffer.from(value as string).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'apps' }, data };
}

const key = (type: MasterKey['type'], fields: Record<string, string>): MasterKey => ({
  type,
  name: 'k',
  encrypted: Buffer.from('sealed').toString('base64'),
  fields,
  context: {},
});

describe('importKeys()', () => {
  it('reads several identities and comments of one entry, and leaves other entries alone', async () => {
    const both = Buffer.concat([readData('keys/other.agekey'), Buffer.from('\r\n# note\n\n'), readData('keys/age.agekey')]);
    const services = await importKeys(secretOf({ 'all.agekey': both, 'README.md': 'text', 'sops.other': 'x' }), 'none', {});
    const encrypted = /enc: \|\n((?: {12}.*\n)+)/.exec(readData('secret.enc.yaml').toString())?.[1]?.replace(/^ +/gm, '') ?? '';
    const dataKey = await services.find(({ type }) => type === 'age')?.decrypt({ ...key('age', {}), encrypted });
    assert.equal(dataKey?.length, 32);
  });

  it('names the entry that it cannot read, and tells nothing of it', async () => {
    const refuses = (name: string, text: string, why: RegExp) =>
      rejects(importKeys(secretOf({ [name]: text }), 'none', {}), 'sops/bad-key', why);
    const from = "^failed to import '";
    await refuses(
      'a.agekey',
      'AGE-SECRET-KEY-1NONSENSE',
      new RegExp(`${from}a\\.agekey' data from sops decryption Secret 'apps/keys': .*malformed secret key$`),
    );
    await refuses('a.agekey', 'hunter2', /unknown identity type$/);
    await refuses('a.asc', 'hunter2', /failed to import armored key data: /);
    await refuses('sops.aws-kms', '- hunter2', /failed to unmarshal AWS credentials file/);
    await refuses('sops.azure-kv', 'password: hunter2', /^failed to import .*invalid data: requires a 'clientId' field/);
    await refuses(
      'sops.gcp-kms',
      '{"type": "external_account"}',
      /GCP credentials of type 'external_account' are not supported here$/,
    );
    await refuses('sops.gcp-kms', 'hunter2', /failed to unmarshal GCP credentials/);
  });

  it('asks clouds in the name of the account that the Kustomization names, where the Secret has no credentials', async () => {
    const account = { namespace: 'apps', name: 'decrypt' };
    const asked: unknown[] = [];
    const ask = (what: string) => Promise.reject(new Error(`${what} of ${account.name}`));
    const cloud = {
      awsCredentials(region: string, login: object) {
        asked.push([region, login]);
        return ask('aws');
      },
      azureCredential: () => ask('azure'),
      gcpClient: () => ask('gcp'),
    };
    const services = await importKeys(secretOf({ 'sops.azure-kv': 'clientId: c' }), account, {
      cloud,
      loadPackage: () => Promise.resolve({ ManagedIdentityCredential: Object, CryptographyClient: Object }),
    });
    const decrypt = (type: MasterKey['type'], fields: Record<string, string>) =>
      Promise.resolve().then(() => services.find((one) => one.type === type)?.decrypt(key(type, fields)));
    await assert.rejects(decrypt('kms', { arn: 'arn:aws:kms:eu-west-1:1:key/k' }), /^Error: aws of decrypt$/);
    assert.deepEqual(asked, [['eu-west-1', { cloud, account }]]);
    await assert.rejects(decrypt('azure_kv', {}), /decrypt is not a function/, 'the credentials of the Secret win');
  });

  it('asks no cloud in the name of the machine where the Kustomization names an account', async () => {
    const services = await importKeys(undefined, 'none', { loadPackage: () => Promise.reject(new Error('not asked')) });
    for (const type of ['kms', 'gcp_kms', 'azure_kv'] as const) {
      const service = services.find((one) => one.type === type);
      await rejects(
        Promise.resolve().then(() => service?.decrypt(key(type, {}))),
        'sops/unsupported-key',
        /serviceAccountName cannot be used here/,
      );
    }
  });
});
