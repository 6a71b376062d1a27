import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

import { formatInteger, formatString, readWire, type WireReader } from './ssh-wire.ts';

/** The NIST curves that SSH knows, by what a JSON Web Key calls them. */
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };

/** Bytes of a coordinate on each curve. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = { nistp256: 32, nistp384: 48, nistp521: 66 };

/** An SSH public key. */
export interface SshPublicKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** The key in wire format. */
  readonly blob: Buffer;
  /** `undefined` for kinds that no signature is verified with: DSA and certificates. */
  readonly key: KeyObject | undefined;
  /** What a key on a security token was made for (`ssh:`); absent for other keys. */
  readonly application?: string;
}

/**
 * Writes a public key, or the public half of a private one, in SSH's wire format.
 *
 * Effects: none
 *
 * @returns `undefined` where SSH has no such keys
 */
export function formatSshPublicKey(key: KeyObject): { readonly type: string; readonly blob: Buffer } | undefined {
  if (!['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) return undefined;
  const jwk = exportJwk(key);
  const field = (value: string | undefined) => Buffer.from(value ?? '', 'base64url');
  const join = (type: string, ...fields: readonly Buffer[]) => ({ type, blob: Buffer.concat([formatString(type), ...fields]) });
  if (jwk?.kty === 'RSA') return join('ssh-rsa', formatInteger(field(jwk.e)), formatInteger(field(jwk.n)));
  if (jwk?.kty === 'OKP') return join('ssh-ed25519', formatString(field(jwk.x)));
  const curve = CURVES[jwk?.crv ?? ''];
  if (jwk === undefined || curve === undefined) return undefined;
  const point = Buffer.concat([Buffer.from([4]), field(jwk.x), field(jwk.y)]);
  return join(`ecdsa-sha2-${curve}`, formatString(curve), formatString(point));
}

/**
 * Reads a public key in SSH's wire format.
 *
 * Effects: none
 * Source: RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, openssh-portable PROTOCOL.u2f
 *
 * @throws {Error} what is wrong with it; the caller says where it came from
 */
export function parseSshPublicKey(blob: Uint8Array): SshPublicKey {
  const reader = readWire(blob);
  const type = reader.text();
  const own = { type, blob: Buffer.from(blob) };
  switch (type) {
    case 'ssh-rsa': {
      const [e, n] = [reader.integer(), reader.integer()];
      return { ...own, key: importJwk({ kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') }) };
    }
    case 'ssh-ed25519':
      return { ...own, key: readEd25519(reader) };
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return { ...own, key: readEcdsa(reader, type.slice('ecdsa-sha2-'.length)) };
    case 'sk-ssh-ed25519@openssh.com':
      return { ...own, key: readEd25519(reader), application: reader.text() };
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { ...own, key: readEcdsa(reader, 'nistp256'), application: reader.text() };
    default:
      if (type === 'ssh-dss' || type.endsWith('-cert-v01@openssh.com')) return { ...own, key: undefined };
      throw new Error(`unknown key algorithm: ${JSON.stringify(type.slice(0, 64))}`);
  }
}

/** The fingerprint of a key, as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function readEd25519(reader: WireReader): KeyObject {
  return importJwk({ kty: 'OKP', crv: 'Ed25519', x: reader.string().toString('base64url') });
}

function readEcdsa(reader: WireReader, curve: string): KeyObject {
  const named = reader.text();
  const point = reader.string();
  const size = COORDINATE_BYTES[curve] ?? 0;
  if (named !== curve) throw new Error(`the key is on the curve ${JSON.stringify(named.slice(0, 64))}, not on ${curve}`);
  if (point[0] !== 4 || point.length !== 1 + 2 * size) throw new Error('the key is no point of its curve');
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  const crv = Object.keys(CURVES).find((name) => CURVES[name] === curve) ?? '';
  return importJwk({ kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') });
}

function importJwk(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

/** Curves that JSON Web Keys don't know are refused by the export. */
function exportJwk(key: KeyObject): JsonWebKey | undefined {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    return undefined;
  }
}
