import { FluxError, isFluxError } from '../../core/errors.ts';
import { signatureTypeOf } from './signature-type-of.ts';
import type { TrustedKeys, VerifiedSignature, VerifyOptions } from './types.ts';

/**
 * Verifies the signature of a commit or a tag. The signature's own kind decides which keys are asked.
 *
 * Effects: none; loads the OpenPGP library for OpenPGP signatures
 * Source: fluxcd/source-controller internal/controller/gitrepository_controller.go verifyGitObject; fluxcd/pkg git/git.go,
 * git/signature; the messages are upstream's
 *
 * @param payload the commit or tag without its signature
 * @param signature armored, as the commit or tag has it
 * @throws {FluxError} signature/unsupported-type: none, or neither OpenPGP nor SSH
 * @throws {FluxError} signature/no-trusted-keys: no keys for signatures of its kind
 * @throws {FluxError} signature/malformed, signature/invalid-trusted-keys, signature/not-verified
 */
export async function verifySignature(
  payload: Uint8Array,
  signature: string,
  keys: TrustedKeys,
  options: VerifyOptions = {},
): Promise<VerifiedSignature> {
  const type = signatureTypeOf(signature);
  if (type === 'ssh') {
    if (keys.ssh.length === 0) throw noKeys('SSH', '.sshpub');
    const { verifySsh } = await import('./verify-ssh.ts');
    return await saying(`unable to verify Git ${options.what} SSH signature: `, options, async () =>
      verifySsh(payload, signature, keys.ssh),
    );
  }
  if (type === 'openpgp') {
    if (keys.pgp.length === 0) throw noKeys('PGP', '.asc');
    const { verifyOpenPgp } = await import('./verify-open-pgp.ts');
    return await saying(`unable to verify Git ${options.what}: `, options, () =>
      verifyOpenPgp(payload, signature, keys.pgp, options.now),
    );
  }
  throw new FluxError('signature/unsupported-type', `unsupported signature type: ${type}`, {
    details: { type },
    ...(type === 'empty' ? { hint: 'It is not signed: sign it with git commit -S' } : {}),
  });
}

function noKeys(kind: string, suffix: string): FluxError {
  return new FluxError(
    'signature/no-trusted-keys',
    `${kind} signature detected but no ${kind} public keys found in secret (keys with ${suffix} suffix)`,
  );
}

/** Begins the message of a failure with what was verified. */
async function saying<T>(beginning: string, { what }: VerifyOptions, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (what === undefined || !isFluxError(error)) throw error;
    const { code, message, hint, details } = error;
    throw new FluxError(code, `${beginning}${message}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
    });
  }
}
