import { FluxError, messageOf } from '../../core/errors.ts';
import type { KubeConnection } from './kubeconfig-types.ts';

/**
 * Asks a legacy auth provider (OIDC and the like) for the Authorization header. The client library that knows them is large
 * and is loaded only here.
 *
 * Effects: loads `@kubernetes/client-node`; may contact the identity provider or run a command
 *
 * @throws {FluxError} kube/auth-provider: it is unknown or gives no credential
 */
export async function loadAuthProvider(connection: KubeConnection): Promise<string> {
  const provider = connection.credentials.authProvider;
  const name = provider?.name ?? '';
  try {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'it', server: connection.server, skipTLSVerify: connection.trust.insecureSkipTlsVerify }],
      users: [{ name: 'it', authProvider: { name, config: { ...provider?.config } } }],
      contexts: [{ name: 'it', cluster: 'it', user: 'it' }],
      currentContext: 'it',
    });
    const options: { headers: Record<string, string> } = { headers: {} };
    await config.applyToHTTPSOptions(options);
    const header = options.headers['Authorization'];
    if (typeof header !== 'string' || header === '') throw new Error('it gave no credential');
    return header;
  } catch (cause) {
    throw new FluxError('kube/auth-provider', `auth provider "${name}" failed: ${messageOf(cause)}`, {
      hint: 'log in again, or replace the auth-provider in the kubeconfig by an exec plugin',
      cause,
    });
  }
}
