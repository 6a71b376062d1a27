/** What made a signature, as its armor says. */
export type SignatureType = 'openpgp' | 'ssh' | 'x509' | 'empty' | 'unknown';

const BEGINNINGS: readonly (readonly [string, SignatureType])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

/**
 * Tells from its first line what made a signature.
 *
 * Effects: none
 * Source: fluxcd/pkg git/signature/signature.go GetSignatureType
 *
 * @example signatureTypeOf('-----BEGIN SSH SIGNATURE-----\n…') // 'ssh'
 */
export function signatureTypeOf(signature: string): SignatureType {
  if (signature === '') return 'empty';
  const text = signature.trimStart();
  return BEGINNINGS.find(([beginning]) => text.startsWith(beginning))?.[1] ?? 'unknown';
}
