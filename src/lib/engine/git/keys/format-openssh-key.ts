import { Buffer } from 'node:buffer';
import type { JsonWebKey, KeyObject } from 'node:crypto';

import { FluxError } from '../../../core/errors.ts';
import { formatInteger, formatString } from './ssh-wire.ts';

const CURVES: Readonly<Record<string, string>> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };
const BLOCK_BYTES = 8;

/**
 * Writes a private key in OpenSSH's own format, without passphrase: the form that the SSH library reads, which doesn't
 * know PKCS#8.
 *
 * Effects: none
 * Source: openssh-portable PROTOCOL.key
 *
 * @throws {FluxError} git/invalid-key: neither RSA, ECDSA on a NIST curve, nor Ed25519
 */
export function formatOpensshKey(key: KeyObject): string {
  const { type, publicBlob, privateFields } = splitKey(key.export({ format: 'jwk' }));
  // Equal check numbers only matter for passphrases; any value will do.
  const check = Buffer.alloc(8);
  const secret = [check, formatString(type), ...privateFields, formatString('')];
  const length = secret.reduce((sum, piece) => sum + piece.length, 0);
  const padding = Buffer.from(
    Array.from({ length: (BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES }, (_, index) => index + 1),
  );
  const count = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    formatString('none'),
    formatString('none'),
    formatString(''),
    count,
    formatString(publicBlob),
    formatString(Buffer.concat([...secret, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/**
 * Writes the public half of a key as SSH's wire format has it.
 *
 * Effects: none
 */
export function formatPublicBlob(key: KeyObject): Buffer {
  return splitKey(key.export({ format: 'jwk' })).publicBlob;
}

/** Of a public key the private fields are empty and not to be used. */
interface KeyParts {
  readonly type: string;
  readonly publicBlob: Buffer;
  readonly privateFields: readonly Buffer[];
}

function splitKey(jwk: JsonWebKey): KeyParts {
  const field = (value: string | undefined) => Buffer.from(value ?? '', 'base64url');
  if (jwk.kty === 'RSA') {
    const integer = (value: string | undefined) => formatInteger(field(value));
    const [n, e] = [integer(jwk.n), integer(jwk.e)];
    return {
      type: 'ssh-rsa',
      publicBlob: Buffer.concat([formatString('ssh-rsa'), e, n]),
      privateFields: [n, e, integer(jwk.d), integer(jwk.qi), integer(jwk.p), integer(jwk.q)],
    };
  }
  const curve = jwk.kty === 'EC' ? CURVES[jwk.crv ?? ''] : undefined;
  if (curve !== undefined) {
    const point = Buffer.concat([Buffer.from([4]), field(jwk.x), field(jwk.y)]);
    const type = `ecdsa-sha2-${curve}`;
    const shared = [formatString(curve), formatString(point)];
    return {
      type,
      publicBlob: Buffer.concat([formatString(type), ...shared]),
      privateFields: [...shared, formatInteger(field(jwk.d))],
    };
  }
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') {
    const publicKey = field(jwk.x);
    return {
      type: 'ssh-ed25519',
      publicBlob: Buffer.concat([formatString('ssh-ed25519'), formatString(publicKey)]),
      privateFields: [formatString(publicKey), formatString(Buffer.concat([field(jwk.d), publicKey]))],
    };
  }
  throw new FluxError('git/invalid-key', `SSH has no keys of the kind '${jwk.crv ?? jwk.kty ?? 'unknown'}'`, {
    hint: 'Use an ecdsa, ed25519 or rsa key',
    terminal: true,
  });
}
