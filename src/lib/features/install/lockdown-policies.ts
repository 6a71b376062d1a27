import type { FileSystem } from '../../core/filesystem.ts';
import type { K8sObject } from '../../core/objects.ts';

/**
 * Gives the ValidatingAdmissionPolicies of `--multi-tenant` with their bindings, as they lie in `manifests/`: for an
 * installation in `flux-system`, without its labels and without the ending of its names.
 *
 * Effects: reads the manifests
 *
 * @param manifests the folder `manifests/` of this package
 */
export async function renderLockdownPolicies(manifests: FileSystem): Promise<K8sObject[]> {
  const { build } = await import('../../engine/kustomize/index.ts');
  return build(manifests, '/admission/multi-tenant');
}
