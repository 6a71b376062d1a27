import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { refOf } from '../../core/objects.ts';
import { decodeBase64 } from './decode-base64.ts';
import type {
  AccountRef,
  AwsCredentials,
  CloudLoginPort,
  HttpPort,
  KeyService,
  KeyType,
  PackagePort,
  VaultLoginPort,
} from './types.ts';

/** What key services need of the world. */
export interface KeyPorts {
  /** Default: the packages that are installed. */
  readonly loadPackage?: PackagePort;
  /** Absent refuses keys of Vault. */
  readonly request?: HttpPort;
  /** Absent refuses to ask clouds in the name of an account. */
  readonly cloud?: CloudLoginPort;
  /** Absent leaves Vault with the token of the Secret. */
  readonly vault?: VaultLoginPort;
}

/** Whose identity is used where the Secret has no credentials for a cloud: this machine's, nobody's, or an account's. */
export type AmbientIdentity = 'machine' | 'none' | AccountRef;

interface Imported {
  readonly age: string[];
  readonly pgp: import('openpgp').PrivateKey[];
  token: string;
  aws: AwsCredentials | undefined;
  azure: import('../../core/json.ts').JsonObject | undefined;
  gcp: import('../../core/json.ts').JsonObject | undefined;
}

/**
 * Reads the keys and credentials of a decryption Secret: `*.agekey`, `*.asc`, `sops.vault-token`, `sops.aws-kms`,
 * `sops.azure-kv` and `sops.gcp-kms`. Other entries are left alone.
 *
 * Effects: loads the libraries of what the Secret has
 * Source: kustomize-controller internal/decryptor ImportKeys
 *
 * @param secret absent means no keys at all
 * @param ambient `none` lets clouds be asked with credentials of the Secret only; so does an account without `ports.cloud`
 * @throws {FluxError} sops/bad-key: an entry cannot be read; names the entry, tells nothing of it
 */
export async function importKeys(
  secret: K8sObject | undefined,
  ambient: AmbientIdentity,
  ports: KeyPorts,
): Promise<readonly KeyService[]> {
  const keys: Imported = { age: [], pgp: [], token: '', aws: undefined, azure: undefined, gcp: undefined };
  const data = secret?.['data'];
  for (const [name, value] of Object.entries(isJsonObject(data) ? data : {})) {
    const content = typeof value === 'string' ? decodeBase64(value) : undefined;
    if (content === undefined) continue;
    try {
      await importEntry(name, content, keys);
    } catch (error) {
      if (!isFluxError(error) || secret === undefined) throw error;
      const { namespace = '', name: secretName } = secret.metadata;
      throw new FluxError(
        error.code,
        `failed to import '${name}' data from sops decryption Secret '${namespace}/${secretName}': ${error.message}`,
        { subject: refOf(secret), ...(error.hint === undefined ? {} : { hint: error.hint }) },
      );
    }
  }
  return await makeServices(keys, ambient, ports);
}

async function importEntry(name: string, content: Uint8Array, keys: Imported): Promise<void> {
  const text = (): string => new TextDecoder('utf-8').decode(content);
  if (name.endsWith('.agekey')) {
    const { readAgeIdentities } = await import('./keys/age.ts');
    keys.age.push(...(await readAgeIdentities(text())));
  } else if (name.endsWith('.asc')) {
    const { readPgpKeys } = await import('./keys/open-pgp.ts');
    keys.pgp.push(...(await readPgpKeys(content)));
  } else if (name === 'sops.vault-token') {
    keys.token = text().trim();
  } else if (name === 'sops.aws-kms') {
    const { readAwsCredentials } = await import('./keys/aws-kms.ts');
    keys.aws = readAwsCredentials(text());
  } else if (name === 'sops.azure-kv') {
    const { readAzureCredentials } = await import('./keys/azure-key-vault.ts');
    keys.azure = readAzureCredentials(content);
  } else if (name === 'sops.gcp-kms') {
    const { readGcpCredentials } = await import('./keys/gcp-kms.ts');
    keys.gcp = readGcpCredentials(text());
  }
}

async function makeServices(keys: Imported, ambient: AmbientIdentity, ports: KeyPorts): Promise<KeyService[]> {
  const [{ ageService }, { pgpService }, { vaultService }, { awsService }, { gcpService }, { azureService }, packages] =
    await Promise.all([
      import('./keys/age.ts'),
      import('./keys/open-pgp.ts'),
      import('./keys/vault.ts'),
      import('./keys/aws-kms.ts'),
      import('./keys/gcp-kms.ts'),
      import('./keys/azure-key-vault.ts'),
      import('./keys/load-package.ts'),
    ]);
  const load = ports.loadPackage ?? packages.importPackage;
  const login = typeof ambient === 'object' && ports.cloud !== undefined ? { cloud: ports.cloud, account: ambient } : undefined;
  const service = <T>(type: KeyType, credentials: T | undefined, make: (given: T | undefined) => KeyService): KeyService =>
    credentials === undefined && ambient !== 'machine' ? refusing(type) : make(credentials);
  return [
    ageService(keys.age),
    pgpService(keys.pgp),
    ...(ports.request === undefined ? [] : [vaultService(await vaultTokenOf(keys, ambient, ports), ports.request)]),
    service('kms', keys.aws ?? (login && ((region: string) => login.cloud.awsCredentials(region, login))), (given) =>
      awsService(given, load),
    ),
    service('gcp_kms', keys.gcp ?? (login && (() => login.cloud.gcpClient(login))), (given) => gcpService(given, load)),
    service('azure_kv', keys.azure ?? (login && (() => login.cloud.azureCredential(login))), (given) =>
      azureService(given, load),
    ),
  ];
}

/** The token of the Secret, or where an account gets one. */
async function vaultTokenOf(
  { token }: Imported,
  ambient: AmbientIdentity,
  { vault, request }: KeyPorts,
): Promise<string | ((address: string) => Promise<string>)> {
  if (token !== '' || vault === undefined || request === undefined || typeof ambient !== 'object') return token;
  const { createVaultLogin } = await import('./keys/vault-login.ts');
  return createVaultLogin(ambient, vault, request);
}

/** The account that the Kustomization names cannot be used from here, and no other identity may stand in for it. */
function refusing(type: KeyType): KeyService {
  return {
    type,
    decrypt() {
      throw new FluxError('sops/unsupported-key', 'spec.decryption.serviceAccountName cannot be used here', {
        hint: 'put credentials into the Secret, or let kustomize-controller reconcile it',
      });
    },
  };
}
