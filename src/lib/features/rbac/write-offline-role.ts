import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { suggestRoles } from '../reconcile/index.ts';
import { type OfflineRequest, type OfflineWorld, planOffline } from './plan-offline.ts';
import { warnOfWildcards } from './write-kustomization-role.ts';

/**
 * Writes the smallest roles that a Kustomization needs for what a folder has, without asking a cluster.
 *
 * Effects: reads the folder
 *
 * @throws {FluxError} those of `planOffline`
 */
export async function writeOfflineRole(
  request: OfflineRequest & { readonly headroom?: boolean },
  world: OfflineWorld,
): Promise<K8sObject[]> {
  const { kustomization, view, user, needed, objects } = await planOffline(request, world);
  const { progress } = world;
  if (user === undefined) {
    progress.warning('spec.serviceAccountName names no account: the roles come without bindings');
  }
  warnOfWildcards(needed, progress);
  const roles = await suggestRoles(needed, kustomization, view, user === undefined ? {} : { user }, {
    headroom: request.headroom === true,
  });
  const places = new Set(roles.flatMap(({ metadata }) => metadata.namespace ?? []));
  for (const object of objects) {
    if (object.kind !== 'Namespace' || !places.has(object.metadata.name)) continue;
    progress.warning(`${formatSubject(refOf(object))} is in the set, and a Role in it can only be stored once it is there`);
  }
  return roles;
}
