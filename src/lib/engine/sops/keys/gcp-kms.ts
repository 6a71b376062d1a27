import { FluxError, messageOf } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { decodeBase64 } from '../decode-base64.ts';
import type { KeyService, PackagePort } from '../types.ts';
import { readCredentials, textOf } from './credentials.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';

/** What is used of `@google-cloud/kms`. */
interface GcpSdk {
  readonly KeyManagementServiceClient: new (
    config: object,
  ) => {
    decrypt(request: object): Promise<readonly { plaintext?: Uint8Array | string | null }[]>;
    close(): Promise<void>;
  };
}

/** Credentials that hold all that they need. Others name files, addresses or programs to get a token from. */
const SELF_CONTAINED: ReadonlySet<string> = new Set(['service_account', 'authorized_user']);

/**
 * Reads the entry `sops.gcp-kms` of a Secret: the JSON that Google gives out for an account.
 *
 * Differs: only accounts and users; other kinds would let whoever writes the Secret name files of this machine
 *
 * @throws {FluxError} sops/bad-key: it is no such JSON
 */
export function readGcpCredentials(text: string): JsonObject {
  const entry = readCredentials(text, 'GCP credentials');
  const type = textOf(entry, 'type');
  if (SELF_CONTAINED.has(type)) return entry;
  throw new FluxError('sops/bad-key', `GCP credentials of type '${type}' are not supported here`, {
    hint: 'use the key of a service account',
  });
}

/**
 * Decrypts with Google Cloud KMS, by the official SDK.
 *
 * Effects: loads the SDK; asks Google
 * Source: sops gcpkms/keysource.go
 *
 * @param given credentials, or where to get a client that is logged in; absent means those of the machine
 */
export function gcpService(given: JsonObject | (() => Promise<object>) | undefined, load: PackagePort): KeyService {
  return {
    type: 'gcp_kms',
    async decrypt({ encrypted, fields }) {
      const ciphertext = decodeBase64(encrypted);
      if (ciphertext === undefined) throw failed('error base64-decoding encrypted data key');
      const { KeyManagementServiceClient } = await loadPackage<GcpSdk>(CLOUD_PACKAGES.gcpKms, load);
      const client = new KeyManagementServiceClient(
        typeof given === 'function' ? { authClient: await given() } : given === undefined ? {} : { credentials: given },
      );
      try {
        const [answer] = await client.decrypt({ name: fields['resource_id'] ?? '', ciphertext });
        const plaintext = answer?.plaintext ?? undefined;
        if (plaintext === undefined) throw new Error('the answer has no plaintext');
        return typeof plaintext === 'string' ? Buffer.from(plaintext, 'base64') : plaintext;
      } catch (error) {
        throw failed(messageOf(error));
      } finally {
        await client.close();
      }
    },
  };
}

function failed(why: string): FluxError {
  return new FluxError('sops/no-data-key', `failed to decrypt sops data key with GCP KMS key: ${why}`);
}
