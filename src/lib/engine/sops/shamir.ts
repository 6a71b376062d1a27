import { FluxError } from '../../core/errors.ts';

/**
 * Puts a secret together from shares, by Shamir's scheme over GF(2^8). Too few shares give another secret, which nobody can tell
 * from the right one but by using it.
 *
 * Effects: none
 * Source: sops shamir/shamir.go Combine; https://en.wikipedia.org/wiki/Shamir%27s_secret_sharing
 *
 * @param shares each has a byte for each byte of the secret, and the place where it was taken as its last byte
 * @throws {FluxError} sops/no-data-key: fewer than two shares, shares of different lengths, or one of them twice
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  const refuse = (why: string): FluxError =>
    new FluxError('sops/no-data-key', `could not get data key from shamir parts: ${why}`);
  const length = shares[0]?.length ?? 0;
  if (shares.length < 2) throw refuse('less than two parts cannot be used to reconstruct the secret');
  if (length < 2) throw refuse('parts must be at least two bytes');
  if (shares.some((share) => share.length !== length)) throw refuse('all parts must be the same length');
  const places = shares.map((share) => share[length - 1] ?? 0);
  if (new Set(places).size !== places.length) throw refuse('duplicate part detected');
  const weights = places.map((place, at) =>
    places.reduce((weight, other, index) => (index === at ? weight : multiply(weight, divide(other, place ^ other))), 1),
  );
  const secret = new Uint8Array(length - 1);
  for (let at = 0; at < secret.length; at++) {
    secret[at] = shares.reduce((sum, share, index) => sum ^ multiply(share[at] ?? 0, weights[index] ?? 0), 0);
  }
  return secret;
}

/** The product in the field of AES: polynomials modulo x^8 + x^4 + x^3 + x + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let left = a, right = b; right > 0; right >>= 1) {
    if ((right & 1) === 1) product ^= left;
    left = (left << 1) ^ ((left & 0x80) === 0 ? 0 : 0x11b);
  }
  return product;
}

/** In a field of 256 elements the inverse is the 254th power. */
function divide(a: number, b: number): number {
  let inverse = 1;
  for (let power = 0; power < 254; power++) inverse = multiply(inverse, b);
  return multiply(a, inverse);
}
