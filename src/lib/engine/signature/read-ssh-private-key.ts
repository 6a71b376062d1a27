import { createPrivateKey, type KeyObject } from 'node:crypto';

import { FluxError } from '../../core/errors.ts';

/**
 * Reads a private key in any of the usual forms: OpenSSH's own, PKCS#1, SEC 1 and PKCS#8, each with or without passphrase.
 * A passphrase that is not needed is not looked at.
 *
 * Effects: none; loads the SSH library for OpenSSH's form
 *
 * @param passphrase empty means that there is none
 * @throws {FluxError} signature/passphrase-required: the key is locked and no passphrase was given
 * @throws {FluxError} signature/passphrase-wrong: the passphrase doesn't open it
 * @throws {FluxError} signature/invalid-key: no private key in a form that is known
 */
export async function readSshPrivateKey(text: string, passphrase: string): Promise<KeyObject> {
  if (!text.includes('PRIVATE KEY-----')) throw invalid('no private key found');
  return text.includes('-----BEGIN OPENSSH PRIVATE KEY-----') ? await readOpenssh(text, passphrase) : readPem(text, passphrase);
}

async function readOpenssh(text: string, passphrase: string): Promise<KeyObject> {
  const { utils } = (await import('ssh2')).default;
  const parsed = utils.parseKey(text.trim(), passphrase === '' ? undefined : passphrase);
  // A file may hold several keys; ssh uses the first too.
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error) {
    const message = key?.message ?? '';
    if (/no passphrase/i.test(message)) throw required();
    if (passphrase !== '' && /passphrase|integrity|decrypt/i.test(message)) throw wrong();
    throw invalid(/^(Unsupported|Malformed) OpenSSH/.test(message) ? message : 'no private key found');
  }
  try {
    return createPrivateKey(key.getPrivatePEM());
  } catch {
    throw invalid('it holds no private key that can be read');
  }
}

function readPem(text: string, passphrase: string): KeyObject {
  const isLocked = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text);
  if (isLocked && passphrase === '') throw required();
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(isLocked ? { passphrase } : {}) });
  } catch {
    // What OpenSSL says of a wrong passphrase depends on chance: it takes garbage for a key.
    throw isLocked ? wrong() : invalid('the PEM block holds no private key that can be read');
  }
}

function required(): FluxError {
  return new FluxError(
    'signature/passphrase-required',
    'invalid SSH signing key: SSH signing key is encrypted; passphrase required',
    {
      hint: 'Give the passphrase with --ssh-signing-password',
      terminal: true,
    },
  );
}

function wrong(): FluxError {
  return new FluxError(
    'signature/passphrase-wrong',
    'invalid SSH signing key: could not parse SSH signing key: the passphrase does not open it',
    { hint: 'Check it with: ssh-keygen -y -f FILE', terminal: true },
  );
}

function invalid(reason: string): FluxError {
  return new FluxError('signature/invalid-key', `invalid SSH signing key: could not parse SSH signing key: ${reason}`, {
    hint: 'Give an ed25519, ecdsa or rsa private key in PEM or OpenSSH format',
    terminal: true,
  });
}
