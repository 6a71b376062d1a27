import { FIELD_MANAGER } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import type { InstallPorts } from './ports.ts';

/**
 * Creates a Secret, or sets its keys on the one that is there; keys that only the old one has stay, but for those to drop.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go reconcileSecret
 *
 * @param secret with `stringData`
 * @param drop keys of the old one that would contradict the new ones
 */
export async function upsertSecret(
  secret: K8sObject,
  { kube, signal }: Pick<InstallPorts, 'kube' | 'signal'>,
  drop: readonly string[] = [],
): Promise<void> {
  const within = signal === undefined ? {} : { signal };
  const write = { fieldManager: FIELD_MANAGER.cli, ...within };
  const live = await kube.get(refOf(secret), within);
  if (live === undefined) {
    await kube.create(secret, write);
    return;
  }
  const kept = Object.entries(isJsonObject(live['data']) ? live['data'] : {}).filter(([key]) => !drop.includes(key));
  const data = drop.length === 0 ? {} : { data: Object.fromEntries(kept) };
  await kube.replace({ ...live, ...data, stringData: secret['stringData'] }, write);
}
