import { FluxError, isFluxError } from '../../core/errors.ts';
import type { View } from '../../core/view.ts';
import { type AppliedObject, checkNamespaces, confirmOverride, readClusterInfo, verifyComponents } from '../install/index.ts';
import { checkAccountTokens } from './check-account-tokens.ts';
import type { PushedCommit } from './commit-files.ts';
import { openRepository } from './open-repository.ts';
import { type BootstrapOptions, checkBootstrapOptions, folderOf } from './options.ts';
import { planSource } from './plan-source.ts';
import type { BootstrapWorld } from './ports.ts';
import { checkSyncPath, readSync, syncRefOf } from './read-sync.ts';
import { reconcileComponents } from './reconcile-components.ts';
import { reconcileSecret, type SecretOutcome } from './reconcile-secret.ts';
import { reconcileSync } from './reconcile-sync.ts';
import { waitReconciled } from './wait-reconciled.ts';

/** What bootstrapping did. */
export interface BootstrapResult {
  readonly namespace: string;
  readonly version: string;
  readonly components: readonly string[];
  /** Flux's folder in the repository. */
  readonly folder: string;
  /** URL by which the cluster reaches the repository. */
  readonly url: string;
  /** `main@sha1:…`. */
  readonly revision: string;
  readonly commits: readonly PushedCommit[];
  readonly secret: SecretOutcome;
  /** What was applied, each object once, with its last action. */
  readonly objects: readonly AppliedObject[];
  /** Who reconciled at the end: the controllers, this process, or nobody was waited for. */
  readonly reconciledBy: 'controllers' | 'drive' | 'nobody';
  readonly elapsedMs: number;
}

/** One row per object. */
export const BOOTSTRAP_VIEW: View<AppliedObject> = [
  { title: 'OBJECT', value: (row) => row.subject },
  { title: 'ACTION', value: (row) => row.action },
];

/**
 * Puts Flux into a cluster by way of a Git repository: components and sync objects are committed, pushed and applied, and the
 * cluster follows the repository from then on. Doing it again changes only what differs.
 *
 * Effects: writes the repository and the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go Run, cmd/flux/bootstrap_git.go
 * Differs: refuses another path, and an account that source-controller may not log in as, before anything is written; `drive` reconciles without controllers; `wait: false` leaves the
 * health checks out
 *
 * @throws {FluxError} bootstrap/…, install/…, git/…, kustomize/…, ssa/…, kube/…
 */
export async function bootstrapGit(options: BootstrapOptions, world: BootstrapWorld): Promise<BootstrapResult> {
  const { kube, clock, progress, signal } = world;
  const began = clock.now();
  checkBootstrapOptions(options);
  const plan = planSource(options);
  if (!options.force) await confirmOverride(await readClusterInfo(kube, signal), world, 'bootstrap');
  const live = await readSync(options.namespace, world);
  checkSyncPath(live, options.path);
  await checkNamespaces(options, world);
  await checkAccountTokens(options, world);

  const repository = await openRepository(options, world);
  const installed = await reconcileComponents(options, repository.clone, live, world);
  const secret = await reconcileSecret(options, plan, world);
  const synced = await reconcileSync(options, plan, repository, world);

  const revision = `${options.branch}@sha1:${synced.head}`;
  const reconciledBy = world.drive !== undefined ? 'drive' : options.wait ? 'controllers' : 'nobody';
  if (world.drive !== undefined) {
    progress.section?.('Reconciliation');
    progress.action(`driving Kustomization ${options.namespace}/${options.namespace} at ${revision}`);
    await world.drive(syncRefOf('Kustomization', options.namespace));
  } else if (options.wait) {
    await waitForControllers(options, revision, installed.deployments, world);
  }
  const elapsedMs = clock.now() - began;
  progress.success(`bootstrap finished in ${(elapsedMs / 1000).toFixed(1)}s`);
  return {
    namespace: options.namespace,
    version: installed.version,
    components: installed.components,
    folder: folderOf(options),
    url: plan.url,
    revision,
    commits: [installed.commit, synced.commit].filter((commit) => commit !== undefined),
    secret,
    objects: mergeObjects(installed.objects, synced.objects),
    reconciledBy,
    elapsedMs,
  };
}

/** All checks run, whatever the first ones say; what failed is told together. */
async function waitForControllers(
  options: BootstrapOptions,
  revision: string,
  components: readonly string[],
  world: BootstrapWorld,
): Promise<void> {
  const failures: FluxError[] = [];
  const attempt = async (check: Promise<unknown>): Promise<void> => {
    try {
      await check;
    } catch (error) {
      if (!isFluxError(error)) throw error;
      failures.push(error);
    }
  };
  world.progress.section?.('Reconciliation');
  await attempt(waitReconciled(syncRefOf('GitRepository', options.namespace), revision, options.timeoutMs, world));
  await attempt(waitReconciled(syncRefOf('Kustomization', options.namespace), revision, options.timeoutMs, world));
  world.progress.action('confirming components are healthy');
  await attempt(verifyComponents(components, options, world));
  if (failures.length === 0) {
    world.progress.success('all components are healthy');
    return;
  }
  const messages = failures.map((failure) => failure.message).join(', ');
  throw new FluxError('bootstrap/unhealthy', `bootstrap failed with ${failures.length} health check failure(s): [${messages}]`, {
    hint: 'What is in Git and in the cluster stays; mend the cause and run the same again',
    errors: failures,
  });
}

/** The first action counts where the second found nothing to do. */
function mergeObjects(first: readonly AppliedObject[], second: readonly AppliedObject[]): AppliedObject[] {
  const merged = new Map(first.map((object) => [object.subject, object]));
  for (const object of second) {
    if (object.action !== 'unchanged' || !merged.has(object.subject)) merged.set(object.subject, object);
  }
  return [...merged.values()];
}
