import type { OpenPgpSigner, Sign, TrustedKeys, VerifiedSignature, VerifyOptions } from './types.ts';

export { type SignatureType, signatureTypeOf } from './signature-type-of.ts';
export type { OpenPgpSigner, Sign, TrustedKeys, VerifiedSignature, VerifyOptions } from './types.ts';

// Cryptography is loaded when it is called: a command that signs nothing must not pay for it.

/** Makes a signer from an SSH private key; see sign-with-ssh.ts. */
export async function signWithSsh(privateKey: string, passphrase: string): Promise<Sign> {
  return (await import('./sign-with-ssh.ts')).signWithSsh(privateKey, passphrase);
}

/** Makes a signer from an OpenPGP key ring; see sign-with-open-pgp.ts. */
export async function signWithOpenPgp(signer: OpenPgpSigner): Promise<Sign> {
  return (await import('./sign-with-open-pgp.ts')).signWithOpenPgp(signer);
}

/** Verifies the signature of a commit or a tag; see verify-signature.ts. */
export async function verifySignature(
  payload: Uint8Array,
  signature: string,
  keys: TrustedKeys,
  options: VerifyOptions = {},
): Promise<VerifiedSignature> {
  return (await import('./verify-signature.ts')).verifySignature(payload, signature, keys, options);
}
