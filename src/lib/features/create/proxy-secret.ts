import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import { problemOfUrl } from './git-url.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret, withoutEmpty } from './secret.ts';

/** A proxy and the login to it. Texts that are empty leave their key out. */
export interface ProxyOptions {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Makes the Secret that a source names in `proxySecretRef`.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/secrets
 *
 * @throws {FluxError} create/flag-missing, create/bad-url
 */
export function makeProxySecret(base: ObjectBase, { address, username, password }: ProxyOptions): K8sObject {
  if (address === '') throw missingFlag('address', 'address is required');
  const problem = problemOfUrl(address);
  if (problem !== undefined) {
    throw new FluxError('create/bad-url', `invalid proxy address: parse ${JSON.stringify(address)}: ${problem}`, {
      hint: 'for example: --address=http://proxy.example.com:3128',
    });
  }
  return makeSecret(base, { type: 'Opaque', data: withoutEmpty({ address, username, password }) });
}
