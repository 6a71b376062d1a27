import type { K8sObject } from '../../core/objects.ts';
import type { Clone } from '../../engine/git/index.ts';

/**
 * Builds Flux's folder of a repository, users' patches and all.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/utils/apply.go readObjects
 *
 * @returns undefined where the folder has no kustomization.yaml
 */
export async function buildFolder(clone: Clone, folder: string): Promise<readonly K8sObject[] | undefined> {
  if (clone.read(`${folder}/kustomization.yaml`) === undefined) return undefined;
  const files = new Map<string, Uint8Array>();
  for (const path of clone.paths()) {
    const bytes = clone.read(path);
    if (bytes !== undefined) files.set(`/${path}`, bytes);
  }
  const { fromMemory } = await import('../../engine/filesys/index.ts');
  const { build } = await import('../../engine/kustomize/index.ts');
  return build(fromMemory(files), `/${folder}`, { loadRestrictor: 'none', reorder: 'none' });
}
