import type { JsonObject } from '../../core/json.ts';
import { missingFlag } from './check-flags.ts';
import { fieldsOf, nameRef } from './spec-fields.ts';

/** How the signature of a source is verified. */
export interface VerificationOptions {
  readonly verifyProvider: string;
  readonly verifySecretRef: string;
  /** Regular expressions of the identity that signed without a key. */
  readonly verifySubject: string;
  readonly verifyIssuer: string;
}

/**
 * Makes the `verify` of a source; none where nothing asks for it.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_oci.go
 *
 * @throws {FluxError} create/flag-missing: what only makes sense with a provider
 */
export function makeVerification(options: VerificationOptions): JsonObject | undefined {
  const { verifyProvider, verifySecretRef, verifySubject, verifyIssuer } = options;
  const hasIdentity = verifyIssuer !== '' || verifySubject !== '';
  if (verifyProvider === '') {
    const needs = 'a verification provider must be specified when';
    if (verifySecretRef !== '') throw missingFlag('verify-provider', `${needs} a secret is specified`);
    if (hasIdentity) throw missingFlag('verify-provider', `${needs} OIDC issuer/subject is specified`);
    return undefined;
  }
  return fieldsOf({
    provider: verifyProvider,
    secretRef: nameRef(verifySecretRef),
    matchOIDCIdentity: hasIdentity ? [{ issuer: verifyIssuer, subject: verifySubject }] : undefined,
  });
}
