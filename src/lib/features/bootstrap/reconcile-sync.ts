import { isFluxError } from '../../core/errors.ts';
import type { Clone } from '../../engine/git/index.ts';
import { type AppliedObject, applyObjects, summarizeActions } from '../install/index.ts';
import { buildFolder } from './build-folder.ts';
import { commitFiles, type PushedCommit } from './commit-files.ts';
import { dropStaleLogin } from './drop-stale-login.ts';
import type { Repository } from './open-repository.ts';
import { type BootstrapOptions, folderOf } from './options.ts';
import type { SourcePlan } from './plan-source.ts';
import type { BootstrapWorld } from './ports.ts';
import { renderKustomization } from './render-kustomization.ts';
import { renderSync } from './render-sync.ts';

/** What became of the sync objects. */
export interface SyncOutcome {
  readonly commit: PushedCommit | undefined;
  readonly objects: readonly AppliedObject[];
  /** Newest commit of the branch. */
  readonly head: string;
}

/** How often somebody else may push in between. */
const ATTEMPTS = 5;

/**
 * Brings GitRepository, Kustomization and kustomization.yaml into Git and the whole folder into the cluster.
 *
 * Effects: writes the repository and the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_plain_git.go ReconcileSyncConfig
 * Differs: gives up after five conflicts in a row, where upstream never does; what belongs to another way to log in is taken off
 * the source, which upstream leaves
 *
 * @throws {FluxError} git/…, kustomize/…, ssa/…, kube/…
 */
export async function reconcileSync(
  options: BootstrapOptions,
  plan: SourcePlan,
  repository: Repository,
  world: BootstrapWorld,
): Promise<SyncOutcome> {
  const { progress } = world;
  progress.section?.('Sync manifests');
  const { clone, commit } = await pushSync(options, plan, repository, world, ATTEMPTS);
  progress.action('applying sync manifests');
  const built = (await buildFolder(clone, folderOf(options))) ?? [];
  await dropStaleLogin(built, options, world);
  const objects = await applyObjects(built, world);
  progress.success(`reconciled sync configuration: ${summarizeActions(objects)}`);
  return { commit, objects, head: clone.head() ?? '' };
}

async function pushSync(
  options: BootstrapOptions,
  plan: SourcePlan,
  repository: Repository,
  world: BootstrapWorld,
  attempts: number,
): Promise<{ clone: Clone; commit: PushedCommit | undefined }> {
  const { clone } = repository;
  world.progress.action('generating sync manifests');
  writeSync(clone, options, plan);
  world.progress.success('generated sync manifests');
  try {
    return { clone, commit: await commitFiles(clone, 'sync manifests', 'Add Flux sync manifests', options, world) };
  } catch (error) {
    if (attempts <= 1 || !isFluxError(error, 'git/non-fast-forward')) throw error;
    world.progress.waiting('git conflict detected, retrying with a fresh clone');
    return await pushSync(options, plan, await repository.reopen(), world, attempts - 1);
  }
}

function writeSync(clone: Clone, options: BootstrapOptions, plan: SourcePlan): void {
  const folder = folderOf(options);
  clone.write(`${folder}/gotk-sync.yaml`, renderSync(options, plan));
  // An own kustomization.yaml, with patches, is the user's.
  const kustomization = `${folder}/kustomization.yaml`;
  if (clone.read(kustomization) === undefined) clone.write(kustomization, renderKustomization(clone, folder));
}
