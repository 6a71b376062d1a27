import { createHash } from 'node:crypto';
import { isFluxError } from '../../core/errors.ts';
import type { ForgeRepository } from '../../engine/forge/index.ts';
import type { Clone } from '../../engine/git/index.ts';
import { commitFiles } from './commit-files.ts';
import type { ForgeBootstrapWorld } from './bootstrap-forge.ts';
import type { ForgeBootstrapOptions } from './forge-options.ts';
import { openRepository } from './open-repository.ts';
import { normalizeSyncPath } from './options.ts';
import { type BootstrapFile, renderBootstrap } from './render-bootstrap.ts';
import { renderKustomization } from './render-kustomization.ts';

/** Changes that wait to be merged. */
export interface Proposal {
  /** URL of the pull request. */
  readonly url: string;
  readonly branch: string;
  readonly commit: string;
}

/**
 * Commits what bootstrapping needs to a branch of its own and opens a pull request for it; nothing where the branch that the
 * cluster follows has it all.
 *
 * Effects: writes the repository and the forge; the cluster is left alone
 *
 * @returns absent where there is nothing to merge
 * @throws {FluxError} git/…, forge/…
 */
export async function proposeChanges(
  options: ForgeBootstrapOptions,
  repository: ForgeRepository,
  world: ForgeBootstrapWorld,
): Promise<Proposal | undefined> {
  const { forge, progress } = world;
  const files = await renderBootstrap(options, world.manifests, world.customManifests);
  const from = branchOf(options, files);
  const base = await openRepository(options, world, from);
  // Nothing may be pushed to a branch that is not there yet: a repository without commits has no pull requests either.
  if (base.clone.head() === undefined) return undefined;
  if (files.every(({ path, content }) => isSettled(path, content, base.clone.readText(path)))) return undefined;
  const draft = {
    from,
    into: options.branch,
    title: 'Bootstrap Flux',
    body: 'The manifests of Flux and of what this cluster follows. Once this is merged, run the same `flux-ts bootstrap` again.',
  };
  const open = await forge.findPullRequest(repository, draft);
  const push = async (clone: Clone): Promise<string> => {
    write(clone, files);
    const pushed = await commitFiles(clone, 'component manifests', 'Add Flux manifests', { ...options, branch: from }, world);
    return pushed?.id ?? clone.head() ?? '';
  };
  const onExisting = async (): Promise<string> => await push((await openRepository({ ...options, branch: from }, world)).clone);
  const onNew = async (): Promise<string> => {
    try {
      return await push(base.clone);
    } catch (error) {
      // The branch is there from an earlier run, whose pull request was closed.
      if (!isFluxError(error, 'git/non-fast-forward')) throw error;
      return await onExisting();
    }
  };
  const commit = open === undefined ? await onNew() : await onExisting();
  const url = open ?? (await forge.openPullRequest(repository, draft));
  progress.success(`pull request ${url}`);
  progress.waiting('merge it, then run the same command again; the cluster has been left alone');
  return { url, branch: from, commit };
}

function write(clone: Clone, files: readonly BootstrapFile[]): void {
  for (const { path, content } of files) {
    const isOwn = path.endsWith('/kustomization.yaml');
    if (isOwn && clone.read(path) !== undefined) continue;
    clone.write(path, isOwn ? renderKustomization(clone, path.slice(0, path.lastIndexOf('/'))) : content);
  }
}

/** An own kustomization.yaml is the user's. */
function isSettled(path: string, content: string, there: string | undefined): boolean {
  return path.endsWith('/kustomization.yaml') ? there !== undefined : there === content;
}

/** Named after the cluster and what is proposed, so that each proposal has one of its own and the same one is found again. */
function branchOf({ path, namespace }: ForgeBootstrapOptions, files: readonly BootstrapFile[]): string {
  const words = [...normalizeSyncPath(path).slice(2).split('/'), namespace].filter((word) => word !== '');
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 8);
  return `flux-bootstrap-${words.join('-').replace(/[^A-Za-z0-9._-]+/g, '-')}-${digest}`;
}
