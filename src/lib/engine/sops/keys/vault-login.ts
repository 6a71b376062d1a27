import { FluxError } from '../../../core/errors.ts';
import { parseJson } from '../../../core/json.ts';
import type { K8sObject } from '../../../core/objects.ts';
import { readList, readText } from '../../../core/read-object.ts';
import { parseYaml } from '../../../core/yaml/index.ts';
import type { AccountRef, HttpPort, VaultLoginPort } from '../types.ts';

/** The entry of the ConfigMap. */
const CONFIG_KEY = 'config.yaml';

/**
 * Reads which servers of Vault are trusted, and at which path each takes tokens of accounts.
 *
 * Effects: none
 * Source: kustomize-controller internal/decryptor loadVaultLoginPaths
 *
 * @throws {FluxError} sops/bad-vault-config
 */
export function readVaultConfig(map: K8sObject): ReadonlyMap<string, string> {
  const where = `${map.metadata.namespace ?? ''}/${map.metadata.name}`;
  const text = readText(map, 'data', CONFIG_KEY);
  if (text === '') throw badConfig(`Vault ConfigMap '${where}' is missing the '${CONFIG_KEY}' key`);
  let config: ReturnType<typeof parseYaml>;
  try {
    config = parseYaml(text);
  } catch {
    throw badConfig(`failed to parse '${CONFIG_KEY}' in Vault ConfigMap '${where}'`);
  }
  const instances = readList(config, 'instances');
  return new Map(instances.map((instance) => [readText(instance, 'address'), readText(instance, 'loginPath')]));
}

function badConfig(message: string): FluxError {
  return new FluxError('sops/bad-vault-config', message, {
    hint: 'write instances: [{address: https://…, loginPath: auth/kubernetes/login}] into it',
  });
}

/**
 * Logs in to Vault in the name of an account: its token, good for that server only, is exchanged there for one of Vault's. A
 * server that the ConfigMap does not list is not asked, and each is logged in to once.
 *
 * Effects: none by itself; the function asks the API server and Vault
 * Source: kustomize-controller internal/decryptor SetAuthOptions, vaultLogin
 *
 * @returns gives the token for an address; it throws sops/bad-vault-config, sops/vault-login
 */
export function createVaultLogin(
  account: AccountRef,
  port: VaultLoginPort,
  request: HttpPort,
): (address: string) => Promise<string> {
  const tokens = new Map<string, Promise<string>>();
  return (address) => {
    const known = tokens.get(address) ?? logIn(address, account, port, request);
    tokens.set(address, known);
    return known;
  };
}

async function logIn(address: string, account: AccountRef, port: VaultLoginPort, request: HttpPort): Promise<string> {
  const map = await port.readConfig();
  if (map === undefined) throw badConfig('the ConfigMap that --sops-vault-configmap names is not there');
  const path = readVaultConfig(map).get(address) ?? '';
  if (path === '') {
    const where = `${map.metadata.namespace ?? ''}/${map.metadata.name}`;
    throw badConfig(`no Vault login path configured for address '${address}' in ConfigMap '${where}'`);
  }
  const role = `${account.namespace}_${account.name}`;
  const jwt = await port.issueToken(account, [address]);
  const { status, body } = await request(`${address.replace(/\/+$/, '')}/v1/${path.replace(/^\/+/, '')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-vault-request': 'true' },
    body: JSON.stringify({ role, jwt }),
  }).catch(() => ({ status: 0, body: '' }));
  const token = status === 200 ? tokenIn(body) : '';
  if (token !== '') return token;
  const why = status === 0 ? 'it did not answer' : status === 200 ? 'it gave no token' : `it answered ${status}`;
  throw new FluxError(
    'sops/vault-login',
    `failed to authenticate with Vault '${address}' at login path '${path}' as role '${role}': ${why}`,
    { hint: `bind the service account to the role ${role} in Vault` },
  );
}

function tokenIn(body: string): string {
  try {
    return readText(parseJson(body), 'auth', 'client_token');
  } catch {
    return '';
  }
}
