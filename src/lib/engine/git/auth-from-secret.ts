import { FluxError } from '../../core/errors.ts';
import { DEFAULT_SSH_USER } from './constants.ts';
import { parseRemoteUrl } from './parse-remote-url.ts';
import type { GitAuth, TlsMaterial } from './types.ts';

/**
 * Reads the login of a remote from the decoded data of a Secret.
 *
 * For ssh: `identity` and `known_hosts`, both required, and `password` as the key's passphrase. For HTTP(S): `bearerToken`
 * wins by its mere presence; else `username` and `password`, each falling back to the URL's; `tls.crt` and `tls.key`;
 * `ca.crt`, else `caFile`.
 *
 * Effects: none
 * Source: fluxcd/pkg git/options.go NewAuthOptions, Validate; the messages are upstream's.
 *
 * @param data empty where there is no Secret
 * @throws {FluxError} git/invalid-auth: a key that the transport needs is missing
 * @throws {FluxError} git/invalid-url: as `parseRemoteUrl`
 */
export function authFromSecret(data: Readonly<Record<string, Uint8Array | string>>, url: string): GitAuth {
  const remote = parseRemoteUrl(url);
  const text = (key: string): string => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (value === undefined) return '';
    return typeof value === 'string' ? value : new TextDecoder().decode(value);
  };
  const invalid = (what: string) =>
    new FluxError('git/invalid-auth', `invalid '${remote.scheme}' auth option: ${what}`, {
      hint: 'Make the Secret again with: flux-ts create secret git',
    });
  if (remote.scheme === 'ssh') {
    const identity = text('identity');
    const knownHosts = text('known_hosts');
    const passphrase = text('password');
    if (identity === '') throw invalid("'identity' is required");
    if (knownHosts === '') throw invalid("'known_hosts' is required");
    const username = remote.username === '' ? DEFAULT_SSH_USER : remote.username;
    return { kind: 'ssh', identity, knownHosts, username, ...(passphrase === '' ? {} : { passphrase }) };
  }
  const caFile = text('ca.crt') || text('caFile');
  const clientCert = text('tls.crt');
  const clientKey = text('tls.key');
  const tls: TlsMaterial = {
    ...(caFile === '' ? {} : { caFile }),
    ...(clientCert === '' ? {} : { clientCert }),
    ...(clientKey === '' ? {} : { clientKey }),
  };
  if (Object.hasOwn(data, 'bearerToken')) return { kind: 'bearer', token: text('bearerToken').trim(), ...tls };
  const username = text('username') || remote.username;
  const password = text('password') || remote.password;
  if (username === '' && password !== '') throw invalid("'password' requires 'username' to be set");
  if (username === '') return { kind: 'none', ...tls };
  return { kind: 'basic', username, password, ...tls };
}
