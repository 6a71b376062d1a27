import { FluxError, messageOf } from '../../../core/errors.ts';
import { decodeBase64 } from '../decode-base64.ts';
import type { AwsCredentials, KeyService, PackagePort } from '../types.ts';
import { readCredentials, textOf } from './credentials.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';

/** What is used of `@aws-sdk/client-kms` and `@aws-sdk/client-sts`. */
interface AwsSdk {
  readonly KMSClient: new (config: object) => { send(command: object): Promise<{ Plaintext?: Uint8Array }> };
  readonly DecryptCommand: new (input: object) => object;
  readonly STSClient: new (config: object) => { send(command: object): Promise<{ Credentials?: StsCredentials }> };
  readonly AssumeRoleCommand: new (input: object) => object;
}

interface StsCredentials {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
}

const ARN = /^arn:aws[\w-]*:kms:(.+):[0-9]+:(?:key|alias)\/.+$/;

/**
 * Reads the entry `sops.aws-kms` of a Secret: YAML with `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token`.
 *
 * @throws {FluxError} sops/bad-key: it is no such YAML
 */
export function readAwsCredentials(text: string): AwsCredentials {
  const entry = readCredentials(text, 'AWS credentials file');
  const sessionToken = textOf(entry, 'aws_session_token');
  return {
    accessKeyId: textOf(entry, 'aws_access_key_id'),
    secretAccessKey: textOf(entry, 'aws_secret_access_key'),
    ...(sessionToken === '' ? {} : { sessionToken }),
  };
}

/**
 * Decrypts with AWS KMS, by the official SDK.
 *
 * Effects: loads the SDK; asks AWS
 * Source: sops kms/keysource.go
 *
 * @param given credentials, or where to get them for a region; absent means those of the machine
 */
export function awsService(
  given: AwsCredentials | ((region: string) => Promise<AwsCredentials>) | undefined,
  load: PackagePort,
): KeyService {
  return {
    type: 'kms',
    async decrypt({ encrypted, fields, context }) {
      const arn = fields['arn'] ?? '';
      const role = fields['role'] ?? '';
      const region = ARN.exec(arn)?.[1];
      if (region === undefined) throw failed(`no valid ARN found in '${arn}'`);
      const blob = decodeBase64(encrypted);
      if (blob === undefined) throw failed('error base64-decoding encrypted data key');
      const credentials = typeof given === 'function' ? await given(region) : given;
      const config = { region, ...(credentials === undefined ? {} : { credentials }) };
      const assumed = role === '' ? config : { region, credentials: await assumeRole(role, config, load) };
      const { KMSClient, DecryptCommand } = await loadPackage<AwsSdk>(CLOUD_PACKAGES.awsKms, load);
      try {
        const command = new DecryptCommand({ KeyId: arn, CiphertextBlob: blob, EncryptionContext: context });
        const { Plaintext } = await new KMSClient(assumed).send(command);
        if (Plaintext === undefined) throw new Error('the answer has no plaintext');
        return Plaintext;
      } catch (error) {
        throw failed(messageOf(error));
      }
    },
  };
}

async function assumeRole(role: string, config: object, load: PackagePort): Promise<AwsCredentials> {
  const { STSClient, AssumeRoleCommand } = await loadPackage<AwsSdk>(CLOUD_PACKAGES.awsSts, load);
  try {
    const { Credentials } = await new STSClient(config).send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'sops@flux-ts' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    };
  } catch (error) {
    throw failed(`failed to assume role '${role}': ${messageOf(error)}`);
  }
}

function failed(why: string): FluxError {
  return new FluxError('sops/no-data-key', `failed to decrypt sops data key with AWS KMS: ${why}`);
}
