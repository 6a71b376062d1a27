import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsService, readAwsCredentials } from '../../../../../../src/lib/engine/sops/keys/aws-kms.ts';
import type { MasterKey } from '../../../../../../src/lib/engine/sops/types.ts';
import { rejects } from '../sops-data.ts';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/abc';
const KEY: MasterKey = { type: 'kms', name: ARN, encrypted: 'c2VhbGVk', fields: { arn: ARN }, context: { app: 'web' } };

// Stands where the SDK would: what is tested is what it is asked, not what AWS answers.
function recordingSdk(asked: unknown[]) {
  class Client {
    constructor(config: object) {
      asked.push(config);
    }
    send({ input }: { input: object }) {
      asked.push(input);
      const Credentials = { AccessKeyId: 'A2', SecretAccessKey: 'S2', SessionToken: 'T2' };
      return Promise.resolve({ Plaintext: new Uint8Array([1]), Credentials });
    }
  }
  class Command {
    readonly input: object;
    constructor(input: object) {
      this.input = input;
    }
  }
  const load = (name: string): Promise<unknown> => {
    asked.push(name);
    return Promise.resolve({ KMSClient: Client, DecryptCommand: Command, STSClient: Client, AssumeRoleCommand: Command });
  };
  return load;
}

test('awsService() asks the region of the key with the credentials and the context', async () => {
  const asked: unknown[] = [];
  const credentials = readAwsCredentials('aws_access_key_id: A\naws_secret_access_key: S\naws_session_token: T\n');
  assert.deepEqual(await awsService(credentials, recordingSdk(asked)).decrypt(KEY), new Uint8Array([1]));
  assert.deepEqual(asked, [
    '@aws-sdk/client-kms',
    { region: 'eu-west-1', credentials: { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T' } },
    { KeyId: ARN, CiphertextBlob: Buffer.from('sealed'), EncryptionContext: { app: 'web' } },
  ]);
});

test('awsService() takes a role on, where the file names one', async () => {
  const asked: unknown[] = [];
  await awsService(undefined, recordingSdk(asked)).decrypt({ ...KEY, fields: { arn: ARN, role: 'arn:aws:iam::1:role/r' } });
  assert.deepEqual(asked.slice(0, 5), [
    '@aws-sdk/client-sts',
    { region: 'eu-west-1' },
    { RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 'sops@flux-ts' },
    '@aws-sdk/client-kms',
    { region: 'eu-west-1', credentials: { accessKeyId: 'A2', secretAccessKey: 'S2', sessionToken: 'T2' } },
  ]);
});

test('awsService() says what is missing', async () => {
  const missing = awsService(undefined, () => Promise.reject(new Error('not found')));
  await rejects(missing.decrypt(KEY), 'sops/package-missing', /@aws-sdk\/client-kms is needed for this key/);
  await rejects(missing.decrypt({ ...KEY, fields: { arn: 'x' } }), 'sops/no-data-key', /no valid ARN found in 'x'$/);
  await rejects(missing.decrypt({ ...KEY, encrypted: '*' }), 'sops/no-data-key', /base64-decoding/);
});
