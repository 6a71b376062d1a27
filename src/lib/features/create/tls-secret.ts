import type { K8sObject } from '../../core/objects.ts';
import { checkKeyPair } from './check-key-pair.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret, withoutEmpty } from './secret.ts';

/** PEM of each; empty where there is none. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/**
 * Makes a Secret of an authority, of a client certificate with its key, or of both.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/secrets
 *
 * @throws {FluxError} create/flag-missing, create/bad-key-pair
 */
export function makeTlsSecret(base: ObjectBase, tls: TlsMaterial): K8sObject {
  const { certificate, key, authority } = tls;
  if (certificate !== '' && key === '') throw missingFlag('tls-key-file', 'found certificate but missing private key');
  if (certificate === '' && key !== '') throw missingFlag('tls-crt-file', 'found private key but missing certificate');
  if (certificate === '' && authority === '') {
    throw missingFlag('ca-crt-file', 'no CA certificate or client certificate pair found');
  }
  if (certificate !== '') checkKeyPair(certificate, key);
  return makeSecret(base, {
    type: certificate === '' ? 'Opaque' : 'kubernetes.io/tls',
    data: withoutEmpty({ 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority }),
  });
}
