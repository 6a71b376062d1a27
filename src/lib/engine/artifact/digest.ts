import { createHash } from 'node:crypto';

import { FluxError } from '../../core/errors.ts';

const HEX_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * The digest of an artifact as `status.artifact.digest` has it.
 *
 * Effects: none
 *
 * @example computeDigest(bytes) // 'sha256:…'
 */
export function computeDigest(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/**
 * Checks bytes against a digest. A digest without algorithm is taken for sha256.
 *
 * Effects: none
 * Source: fluxcd/pkg http/fetch; the message starts as upstream's.
 * Differs: blake3, which source-controller can be told to use, is not known here
 *
 * @throws {FluxError} artifact/digest-mismatch: other bytes
 * @throws {FluxError} artifact/invalid-digest: not a digest, or of an unknown algorithm
 */
export function checkDigest(bytes: Uint8Array, wanted: string): void {
  const [algorithm = '', hex = ''] = wanted.includes(':') ? wanted.split(':', 2) : ['sha256', wanted];
  const digits = Object.hasOwn(HEX_DIGITS, algorithm) ? HEX_DIGITS[algorithm] : undefined;
  if (digits === undefined || hex.length !== digits || !/^[0-9a-f]+$/.test(hex)) {
    throw new FluxError('artifact/invalid-digest', `'${wanted}' is not a digest that can be checked`, {
      hint: `Known are ${Object.keys(HEX_DIGITS).join(', ')}, written as algorithm:hex`,
    });
  }
  const computed = computeDigest(bytes, algorithm);
  if (computed === `${algorithm}:${hex}`) return;
  throw new FluxError(
    'artifact/digest-mismatch',
    `failed to verify archive: computed digest '${computed}' doesn't match '${algorithm}:${hex}'`,
    {
      hint: 'The artifact was changed or cut on its way; fetch it again',
      details: { computed, wanted: `${algorithm}:${hex}` },
    },
  );
}
