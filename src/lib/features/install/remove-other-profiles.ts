import type { FileSystem } from '../../core/filesystem.ts';
import { isFluxError } from '../../core/errors.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import type { RenderOptions } from './options.ts';
import type { InstallPorts } from './ports.ts';
import { listOtherProfiles } from './render-install.ts';

/**
 * Removes the rights that an installation of another profile has left: without this, whoever goes over to `least-privilege`
 * would keep the binding to cluster-admin.
 *
 * Only what bears the name of an object of ours and the labels of this very installation is removed.
 *
 * Effects: writes the cluster
 *
 * @param objects what is installed now
 * @returns what was removed
 * @throws {FluxError} kube/…
 */
export async function removeOtherProfiles(
  objects: readonly K8sObject[],
  options: RenderOptions,
  manifests: FileSystem,
  { kube, progress, signal }: Pick<InstallPorts, 'kube' | 'progress' | 'signal'>,
): Promise<ObjectRef[]> {
  const within = signal === undefined ? {} : { signal };
  const stale = new Map((await listOtherProfiles(objects, options, manifests)).map((ref) => [formatSubject(ref), ref]));
  const kinds = new Map([...stale.values()].map(({ apiVersion, kind }) => [kind, { apiVersion, kind }]));
  const labelSelector = `${APP_LABEL.partOf}=flux,${APP_LABEL.instance}=${options.namespace}`;
  const removed: ObjectRef[] = [];
  for (const kind of kinds.values()) {
    const { items } = await kube.list(kind, { labelSelector, metadataOnly: true, ...within });
    for (const { metadata } of items) {
      const { name, namespace } = metadata;
      const ref = stale.get(formatSubject({ ...kind, name, ...(namespace === undefined ? {} : { namespace }) }));
      if (ref === undefined) continue;
      try {
        await kube.delete(ref, within);
      } catch (error) {
        if (!isFluxError(error, 'kube/not-found')) throw error;
      }
      progress.success(`removed ${formatSubject(ref)}, which --rbac=${options.rbac} has no use for`);
      removed.push(ref);
    }
  }
  return removed;
}
