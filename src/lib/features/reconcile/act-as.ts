import { formatAccount } from '../../core/account-name.ts';
import { openRemote } from './open-remote.ts';
import type { ActingIdentity, OwnIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/**
 * Names who touches the cluster for a Kustomization: the account of its spec, else the default one; `undefined` means the
 * caller. An account is always one of the Kustomization's own namespace.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/client/impersonator.go
 */
export function actingUserOf(kustomization: Kustomization, defaultServiceAccount: string | undefined): string | undefined {
  const account = kustomization.serviceAccountName ?? defaultServiceAccount ?? '';
  return account === '' ? undefined : formatAccount({ namespace: kustomization.namespace, name: account });
}

/**
 * Makes the identity that touches the cluster for a Kustomization. Where the Kustomization names another cluster it is that
 * one, and there too under the name of the account.
 *
 * Effects: reads the kubeconfig of `spec.kubeConfig`, as the caller
 * Source: fluxcd/pkg runtime/client/impersonator.go
 *
 * @throws {FluxError} those of `openRemote`
 */
export async function actAs(
  kustomization: Kustomization,
  defaultServiceAccount: string | undefined,
  own: OwnIdentity,
  ports: Pick<ReconcilePorts, 'remote' | 'secrets' | 'cloud'>,
): Promise<ActingIdentity> {
  const user = actingUserOf(kustomization, defaultServiceAccount);
  const remote =
    kustomization.kubeConfig === undefined ? undefined : await openRemote(kustomization, own, ports, defaultServiceAccount);
  const kube = remote ?? own.kube;
  return {
    identity: 'acting',
    kube: user === undefined ? kube : kube.impersonate(user),
    viewer: { identity: 'own', kube },
    ...(user === undefined ? {} : { user }),
    ...(remote === undefined ? {} : { server: remote.server }),
    close: async () => {
      await remote?.close();
    },
  };
}
