import { isFluxError } from '../../core/errors.ts';
import { FIELD_MANAGER } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import type { BootstrapOptions } from './options.ts';
import type { BootstrapWorld } from './ports.ts';
import { syncRefOf } from './read-sync.ts';

/** What of a GitRepository says how the cluster logs in. */
const FIELDS: readonly string[] = ['provider', 'secretRef', 'serviceAccountName'];

/**
 * Takes from the cluster's source what belongs to another way to log in than the one that is about to be applied. Applying does
 * not: kustomize-controller owns these fields too, and would let go of them only once it has a newer commit, which the source
 * does not get with the wrong login.
 *
 * Effects: writes the cluster, where there is such a field
 *
 * @param objects that are about to be applied, users' patches and all
 */
export async function dropStaleLogin(
  objects: readonly K8sObject[],
  { namespace }: Pick<BootstrapOptions, 'namespace'>,
  { kube, signal }: Pick<BootstrapWorld, 'kube' | 'signal'>,
): Promise<void> {
  const ref = syncRefOf('GitRepository', namespace);
  const within = signal === undefined ? {} : { signal };
  const wanted = objects.find((object) => formatSubject(refOf(object)) === formatSubject(ref));
  if (wanted === undefined) return;
  const live = await kube.get(ref, within).catch((error: unknown) => {
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  });
  if (live === undefined) return;
  const stale = FIELDS.filter((field) => specOf(live)[field] !== undefined && specOf(wanted)[field] === undefined);
  if (stale.length === 0) return;
  const spec = Object.fromEntries(stale.map((field) => [field, null]));
  await kube.patch(ref, { spec }, { type: 'merge', fieldManager: FIELD_MANAGER.cli, ...within });
}

function specOf({ spec }: K8sObject): JsonObject {
  return isJsonObject(spec) ? spec : {};
}
