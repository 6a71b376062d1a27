import { Buffer } from 'node:buffer';

import { parseSshPublicKey, type SshPublicKey } from './ssh-public-key.ts';

/**
 * Reads the keys of an `authorized_keys` file. Comments are left out; options before a key are not looked at, so that
 * lines of an `allowed_signers` file are read too.
 *
 * Effects: none
 * Source: fluxcd/pkg git/signature/ssh_signature.go ParseAuthorizedKeys
 *
 * @throws {Error} a line that holds no key
 */
export function parseAuthorizedKeys(text: string): SshPublicKey[] {
  const keys: SshPublicKey[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    try {
      keys.push(parseLine(line));
    } catch (error) {
      throw new Error(
        `unable to parse authorized key: line ${index + 1}: ${error instanceof Error ? error.message : 'no key found'}`,
        {
          cause: error,
        },
      );
    }
  }
  return keys;
}

function parseLine(line: string): SshPublicKey {
  const [first = '', second = '', third = ''] = fieldsOf(line);
  const direct = parseField(first, second);
  if (direct !== undefined) return direct;
  const afterOptions = parseField(second, third);
  if (afterOptions !== undefined) return afterOptions;
  throw new Error('no key found');
}

/** Splits at blanks that are not quoted: options may hold blanks. */
function fieldsOf(line: string): string[] {
  return line.match(/(?:"(?:\\"|[^"])*"|[^\s"])+/g) ?? [];
}

/** The type before a key must be that of the key: an option that stands in its place must not be lost. */
function parseField(type: string, base64: string): SshPublicKey | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  if (blob.length < 4 + type.length || blob.subarray(4, 4 + type.length).toString('latin1') !== type) return undefined;
  return parseSshPublicKey(blob);
}
