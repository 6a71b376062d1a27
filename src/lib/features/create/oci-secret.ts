import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import { checkImageReference } from './image-name.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret } from './secret.ts';

/** A registry and the login to it. */
export interface RegistryLogin {
  /** Registry, or repository in it. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Makes an image pull secret.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/secrets; the text is that of Go's encoding/json
 *
 * @throws {FluxError} create/flag-missing, create/bad-image
 */
export function makeOciSecret(base: ObjectBase, { url, username, password }: RegistryLogin): K8sObject {
  for (const [flag, text] of Object.entries({ url, username, password })) if (text === '') throw missingFlag(flag);
  checkImageReference(url);
  const auth = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const config = JSON.stringify({ auths: { [url]: { username, password, auth } } }, undefined, 2);
  return makeSecret(base, {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': config.replaceAll(/[<>&\u2028\u2029]/g, escapeAsGo) },
  });
}

function escapeAsGo(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
