import { FluxError } from '../../../core/errors.ts';
import { parseJson, isJsonObject, type JsonValue } from '../../../core/json.ts';
import { decodeBase64 } from '../decode-base64.ts';
import type { HttpPort, KeyService, MasterKey } from '../types.ts';

/**
 * Decrypts with the transit engine of HashiCorp Vault or OpenBao.
 *
 * Only a token of the decryption Secret is used, or one that an account of the cluster gets from a server that is trusted, never
 * the caller's: the address stands in the encrypted file, and whoever wrote that would get the token.
 *
 * Effects: asks the server that the file names
 * Source: sops hcvault/keysource.go; https://developer.hashicorp.com/vault/api-docs/secret/transit#decrypt-data
 *
 * @param given a token, or where to get one for an address; empty where the Secret has none
 */
export function vaultService(given: string | ((address: string) => Promise<string>), request: HttpPort): KeyService {
  return {
    type: 'hc_vault',
    async decrypt(key) {
      const path = `${key.fields['engine_path'] ?? ''}/decrypt/${key.fields['key_name'] ?? ''}`.replace(/^\/+|(?<=\/)\/+/g, '');
      const failed = (why: string): FluxError =>
        new FluxError('sops/no-data-key', `failed to decrypt sops data key from Vault transit backend '${path}': ${why}`);
      const token = typeof given === 'string' ? given : await given(key.fields['vault_address'] ?? '');
      if (token === '') throw failed('the Secret has no entry sops.vault-token');
      const { status, body } = await ask(key, path, token, request, failed);
      if (status !== 200) throw failed(`the server answered ${status}${errorsIn(body)}`);
      const plaintext = textIn(body, 'data', 'plaintext');
      if (plaintext === undefined) throw failed('no decrypted data');
      const dataKey = decodeBase64(plaintext);
      if (dataKey === undefined) throw failed('cannot decode base64 plaintext into data key bytes');
      return dataKey;
    },
  };
}

async function ask(
  key: MasterKey,
  path: string,
  token: string,
  request: HttpPort,
  failed: (why: string) => FluxError,
): Promise<{ status: number; body: string }> {
  const address = key.fields['vault_address'] ?? '';
  if (!/^https?:\/\/[^/?#@\s]+/.test(address)) throw failed(`'${address}' is no address`);
  const url = `${address.replace(/\/+$/, '')}/v1/${path.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { 'content-type': 'application/json', 'x-vault-token': token, 'x-vault-request': 'true' };
  try {
    return await request(url, { method: 'PUT', headers, body: JSON.stringify({ ciphertext: key.encrypted }) });
  } catch (cause) {
    throw failed(`the server at ${address} did not answer${reasonOf(cause)}`);
  }
}

/** The code of the system, if it has one; the sentence may have headers in it. */
function reasonOf(error: unknown): string {
  const nested = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (nested as { code?: unknown }).code;
  return typeof code === 'string' ? ` (${code})` : '';
}

function errorsIn(body: string): string {
  const errors = memberOf(readBody(body), 'errors');
  const texts = Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : [];
  return texts.length === 0 ? '' : `: ${texts.join('; ').slice(0, 300)}`;
}

function textIn(body: string, ...path: readonly string[]): string | undefined {
  let value: JsonValue | undefined = readBody(body);
  for (const name of path) value = memberOf(value, name);
  return typeof value === 'string' ? value : undefined;
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function readBody(body: string): JsonValue | undefined {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
