import { FluxError, messageOf } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { KeyService, PackagePort } from '../types.ts';
import { readCredentials, textOf } from './credentials.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';

/** What is used of `@azure/identity` and `@azure/keyvault-keys`. */
interface AzureSdk {
  readonly ClientSecretCredential: new (tenant: string, client: string, secret: string, options: object) => object;
  readonly ClientCertificateCredential: new (tenant: string, client: string, certificate: object, options: object) => object;
  readonly ManagedIdentityCredential: new (options: object) => object;
  readonly DefaultAzureCredential: new () => object;
  readonly CryptographyClient: new (
    keyId: string,
    credential: object,
  ) => {
    decrypt(request: object): Promise<{ readonly result: Uint8Array }>;
  };
}

/**
 * Reads the entry `sops.azure-kv` of a Secret, as UTF-8 or UTF-16.
 *
 * Effects: none
 * Source: kustomize-controller internal/sops/azkv/config.go
 *
 * @throws {FluxError} sops/bad-key: it is neither YAML nor JSON, or lacks the fields of any kind of credential
 */
export function readAzureCredentials(content: Uint8Array): JsonObject {
  const fields = readCredentials(decodeText(content), 'Azure authentication file');
  const has = (...names: readonly string[]): boolean => names.every((name) => textOf(fields, name) !== '');
  if (has('clientId') || has('tenant', 'appId', 'password')) return fields;
  throw new FluxError(
    'sops/bad-key',
    "invalid data: requires a 'clientId' field, a combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', " +
      "'clientId' and 'clientCertificate'",
  );
}

function decodeText(content: Uint8Array): string {
  const encoding =
    content[0] === 0xff && content[1] === 0xfe ? 'utf-16le' : content[0] === 0xfe && content[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(content);
}

/**
 * Decrypts with Azure Key Vault, by the official SDK.
 *
 * Effects: loads the SDK; asks Azure
 * Source: sops azkv/keysource.go
 *
 * @param given what a Secret has, or where to get a credential; absent means the identity of the machine
 */
export function azureService(given: JsonObject | (() => Promise<object>) | undefined, load: PackagePort): KeyService {
  return {
    type: 'azure_kv',
    async decrypt(key) {
      const identity = await loadPackage<AzureSdk>(CLOUD_PACKAGES.azureIdentity, load);
      const { CryptographyClient } = await loadPackage<AzureSdk>(CLOUD_PACKAGES.azureKeys, load);
      const { vault_url: vault = '', name = '', version = '' } = key.fields;
      try {
        const credential = await credentialFor(given, identity);
        const keyId = [vault.replace(/\/+$/, ''), 'keys', name, ...(version === '' ? [] : [version])].join('/');
        const ciphertext = Buffer.from(key.encrypted, 'base64url');
        return (await new CryptographyClient(keyId, credential).decrypt({ algorithm: 'RSA-OAEP-256', ciphertext })).result;
      } catch (error) {
        throw new FluxError(
          'sops/no-data-key',
          `failed to decrypt sops data key with Azure Key Vault key '${key.name}': ${messageOf(error)}`,
        );
      }
    },
  };
}

async function credentialFor(given: JsonObject | (() => Promise<object>) | undefined, sdk: AzureSdk): Promise<object> {
  if (given === undefined) return new sdk.DefaultAzureCredential();
  return typeof given === 'function' ? await given() : credentialOf(given, sdk);
}

function credentialOf(fields: JsonObject, sdk: AzureSdk): object {
  const text = (name: string): string => textOf(fields, name);
  const host = text('authorityHost');
  const options = host === '' ? {} : { authorityHost: host };
  if (text('tenantId') !== '' && text('clientId') !== '') {
    if (text('clientSecret') !== '') {
      return new sdk.ClientSecretCredential(text('tenantId'), text('clientId'), text('clientSecret'), options);
    }
    if (text('clientCertificate') !== '') {
      const password = text('clientCertificatePassword');
      const certificate = {
        certificate: text('clientCertificate'),
        ...(password === '' ? {} : { certificatePassword: password }),
      };
      const sendCertificateChain = fields['clientCertificateSendChain'] === true;
      return new sdk.ClientCertificateCredential(text('tenantId'), text('clientId'), certificate, {
        ...options,
        sendCertificateChain,
      });
    }
  }
  if (text('tenant') !== '' && text('appId') !== '' && text('password') !== '') {
    return new sdk.ClientSecretCredential(text('tenant'), text('appId'), text('password'), options);
  }
  return new sdk.ManagedIdentityCredential({ clientId: text('clientId') });
}
