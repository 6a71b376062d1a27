import { createPrivateKey } from 'node:crypto';
import type { ParsedKey } from 'ssh2';

import { FluxError } from '../../../core/errors.ts';
import { formatOpensshKey } from './format-openssh-key.ts';

/** A private key that the SSH library can sign with. */
export type SshKey = ParsedKey;

/**
 * Reads a private key in any of the usual forms: OpenSSH's own, PKCS#1, SEC 1 and PKCS#8, each with or without passphrase.
 *
 * Effects: loads the SSH library
 *
 * @throws {FluxError} git/passphrase-required: the key is encrypted and no passphrase was given
 * @throws {FluxError} git/passphrase-wrong: the passphrase doesn't open it
 * @throws {FluxError} git/invalid-key: not a private key, or of a kind that SSH doesn't know
 */
export async function readPrivateKey(text: string, passphrase?: string): Promise<SshKey> {
  const { utils } = (await import('ssh2')).default;
  const isOpenssh = text.includes('-----BEGIN OPENSSH PRIVATE KEY-----');
  const parsed = isOpenssh ? utils.parseKey(text.trim(), passphrase) : utils.parseKey(convert(text, passphrase));
  // A file may hold several keys; ssh uses the first too.
  const key: SshKey | Error | undefined = Array.isArray(parsed) ? (parsed as (SshKey | Error)[])[0] : parsed;
  if (key === undefined || key instanceof Error) throw explain(key?.message ?? '', passphrase);
  if (!key.isPrivateKey()) throw invalid();
  return key;
}

function convert(text: string, passphrase: string | undefined): string {
  if (!text.includes('PRIVATE KEY-----')) throw invalid();
  const isEncrypted = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text);
  if (isEncrypted && (passphrase === undefined || passphrase === '')) throw required();
  try {
    return formatOpensshKey(
      createPrivateKey({ key: text, format: 'pem', ...(isEncrypted ? { passphrase: passphrase ?? '' } : {}) }),
    );
  } catch (error) {
    if (error instanceof FluxError) throw error;
    throw isEncrypted ? wrong() : invalid();
  }
}

function explain(message: string, passphrase: string | undefined): FluxError {
  if (/no passphrase/i.test(message)) return required();
  if (passphrase !== undefined && /passphrase|integrity|decrypt/i.test(message)) return wrong();
  return invalid();
}

function required(): FluxError {
  return new FluxError('git/passphrase-required', 'the SSH private key is encrypted and no passphrase was given', {
    hint: "Give the passphrase as 'password' of the Secret or with --password",
  });
}

function wrong(): FluxError {
  return new FluxError('git/passphrase-wrong', 'the passphrase does not open the SSH private key', {
    hint: 'Check it with: ssh-keygen -y -f FILE',
  });
}

function invalid(): FluxError {
  return new FluxError('git/invalid-key', 'the SSH private key cannot be read', {
    hint: 'Give an ecdsa, ed25519 or rsa private key in PEM or OpenSSH format',
  });
}
