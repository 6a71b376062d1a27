import type { ActingIdentity, OwnIdentity } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/**
 * Chooses who touches the cluster for a Kustomization: the account of its spec, else the default one, else the caller. An
 * account is always one of the Kustomization's own namespace.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/client/impersonator.go
 */
export function actAs(kustomization: Kustomization, defaultServiceAccount: string | undefined, own: OwnIdentity): ActingIdentity {
  const account = kustomization.serviceAccountName ?? defaultServiceAccount ?? '';
  if (account === '') return { identity: 'acting', kube: own.kube };
  const user = `system:serviceaccount:${kustomization.namespace}:${account}`;
  return { identity: 'acting', kube: own.kube.impersonate(user), user };
}
