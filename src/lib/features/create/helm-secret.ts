import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret, withoutEmpty } from './secret.ts';
import { makeTlsSecret, type TlsMaterial } from './tls-secret.ts';

/** The login of a Helm repository. Texts that are empty leave their key out. */
export interface HelmLogin extends TlsMaterial {
  readonly username: string;
  readonly password: string;
}

/**
 * Makes the Secret of a Helm repository: a client certificate where there is one, else user and password, else an authority,
 * else nothing.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/sourcesecret
 *
 * @throws {FluxError} create/flag-missing, create/bad-key-pair
 */
export function makeHelmSecret(base: ObjectBase, login: HelmLogin): K8sObject {
  const { username, password, certificate, key, authority } = login;
  if (certificate !== '' || key !== '') return makeTlsSecret(base, login);
  if (username === '' && password === '') {
    return authority === '' ? makeSecret(base, { data: {} }) : makeTlsSecret(base, login);
  }
  if (username === '') throw missingFlag('username', 'username is required');
  if (password === '') throw missingFlag('password', 'password is required');
  return makeSecret(base, {
    type: 'kubernetes.io/basic-auth',
    data: withoutEmpty({ username, password, 'ca.crt': authority }),
  });
}
