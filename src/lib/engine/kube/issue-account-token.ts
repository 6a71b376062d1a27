import { readText } from '../../core/read-object.ts';
import type { IssuedToken } from './kubeconfig-types.ts';
import type { KubeClient } from './types.ts';

/** Which account, and whom its token is for. */
export interface AccountTokenOptions {
  readonly namespace: string;
  readonly name: string;
  readonly audiences: readonly string[];
}

/**
 * Asks the API server for a token of a ServiceAccount.
 *
 * Effects: asks the API server
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 *
 * @returns an empty token where the answer has none
 * @throws {FluxError} kube/not-found: no such account; kube/forbidden
 */
export async function issueAccountToken(
  client: Pick<KubeClient, 'request'>,
  { namespace, name, audiences }: AccountTokenOptions,
): Promise<IssuedToken> {
  const answer = await client.request({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [...audiences] } },
    contentType: 'application/json',
  });
  const expiresAtMs = Date.parse(readText(answer, 'status', 'expirationTimestamp'));
  return { token: readText(answer, 'status', 'token'), ...(Number.isNaN(expiresAtMs) ? {} : { expiresAtMs }) };
}
