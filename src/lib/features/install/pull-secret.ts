import type { K8sObject } from '../../core/objects.ts';
import type { RenderOptions } from './options.ts';

/**
 * Makes the Secret with the registry's login.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/secrets MakeRegistrySecret
 *
 * @param options with `registryCreds` and `imagePullSecret` set, as `checkRenderOptions` demands
 */
export function makePullSecret(
  options: Pick<RenderOptions, 'namespace' | 'registry' | 'registryCreds' | 'imagePullSecret'>,
): K8sObject {
  const [username = '', password = ''] = options.registryCreds.split(':');
  const auth = Buffer.from(options.registryCreds).toString('base64');
  const login = { auths: { [options.registry]: { username, password, auth } } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: options.imagePullSecret, namespace: options.namespace },
    stringData: { '.dockerconfigjson': JSON.stringify(login) },
    type: 'kubernetes.io/dockerconfigjson',
  };
}
