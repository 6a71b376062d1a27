import type { FileSystem } from '../../core/filesystem.ts';
import { type CustomManifests, renderInstall } from '../install/index.ts';
import { type BootstrapOptions, checkBootstrapOptions, folderOf } from './options.ts';
import { planSource } from './plan-source.ts';
import { renderKustomization } from './render-kustomization.ts';
import { renderSync } from './render-sync.ts';

/** One file of the repository. */
export interface BootstrapFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Renders what bootstrapping would commit into an empty repository. Needs neither repository nor cluster.
 *
 * Effects: reads the manifests
 *
 * @returns in the order: components, sync objects, kustomization
 * @throws {FluxError} those of `checkBootstrapOptions`, `planSource` and `renderInstall`
 */
export async function renderBootstrap(
  options: BootstrapOptions,
  manifests: FileSystem,
  custom?: CustomManifests,
): Promise<BootstrapFile[]> {
  checkBootstrapOptions(options);
  const folder = folderOf(options);
  const { yaml } = await renderInstall(options, manifests, custom);
  const files = new Map([
    [`${folder}/gotk-components.yaml`, yaml],
    [`${folder}/gotk-sync.yaml`, renderSync(options, planSource(options))],
  ]);
  const tree = { paths: () => [...files.keys()], readText: (path: string) => files.get(path) };
  files.set(`${folder}/kustomization.yaml`, renderKustomization(tree, folder));
  return [...files].map(([path, content]) => ({ path, content }));
}

/**
 * Writes the files as one YAML stream, each after its path.
 *
 * Effects: none
 */
export function formatBootstrapFiles(files: readonly BootstrapFile[]): string {
  return files.map(({ path, content }) => `---\n# ${path}\n${content.replace(/^---\n/, '')}`).join('');
}
