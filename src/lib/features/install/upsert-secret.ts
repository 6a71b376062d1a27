import { FIELD_MANAGER } from '../../core/flux.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import type { InstallPorts } from './ports.ts';

/**
 * Creates a Secret, or sets its keys on the one that is there; keys that only the old one has stay.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go reconcileSecret
 *
 * @param secret with `stringData`
 */
export async function upsertSecret(secret: K8sObject, { kube, signal }: Pick<InstallPorts, 'kube' | 'signal'>): Promise<void> {
  const within = signal === undefined ? {} : { signal };
  const write = { fieldManager: FIELD_MANAGER.cli, ...within };
  const live = await kube.get(refOf(secret), within);
  if (live === undefined) await kube.create(secret, write);
  else await kube.replace({ ...live, stringData: secret['stringData'] }, write);
}
