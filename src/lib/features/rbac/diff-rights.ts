import { FluxError, isFluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import type { NeededAccess } from '../../engine/rbac/index.ts';
import {
  createSourceContents,
  listNeeded,
  planRun,
  type PlanOptions,
  type ReconcilePorts,
  suggestRoles,
} from '../reconcile/index.ts';
import { compareNeeds, type RightsComparison } from './compare-needs.ts';
import { type KustomizationChoice, pickKustomization } from './pick-kustomization.ts';
import { type OfflineRequest, type OfflineWorld, planOffline } from './plan-offline.ts';

/** What a change of a repository does to the rights of a Kustomization. */
export interface RightsDiff extends RightsComparison {
  readonly namespace: string;
  readonly name: string;
  /** As they were asked for. */
  readonly from: string;
  readonly to: string;
  /** What these are. */
  readonly fromRevision: string;
  readonly toRevision: string;
  readonly needsMore: boolean;
  /** The smallest roles for the state after the change. */
  readonly roles: readonly K8sObject[];
}

/** Between what. */
export interface Revisions {
  readonly from: string;
  readonly to: string;
  readonly headroom?: boolean;
}

/**
 * Compares what a Kustomization of the cluster needs at two revisions of its source, as it is configured now.
 *
 * Effects: reads Git and the cluster
 *
 * @throws {FluxError} those of finding, fetching and building the source
 */
export async function diffClusterRights(
  ref: ObjectRef,
  ports: ReconcilePorts,
  { from, to, headroom = false }: Revisions,
  options: Pick<PlanOptions, 'defaultServiceAccount'> = {},
): Promise<RightsDiff> {
  const contents = createSourceContents(ports);
  const at = async (revision: string) => {
    const run = await planRun(ref, ports, { ...options, contents, revision });
    // What is in the cluster and in neither of both has nothing to do with the change.
    const intent = { ...run.intent, staleRefs: [] };
    return { ...run, needed: await listNeeded(run.kustomization, intent, run.own, { health: true, wholeLife: true }) };
  };
  const before = await at(from);
  const after = await at(to);
  const comparison = compareNeeds(before.needed, after.needed, { headroom });
  const { kustomization, own, acting } = after;
  return {
    namespace: kustomization.namespace,
    name: kustomization.name,
    from,
    to,
    fromRevision: before.revision,
    toRevision: after.revision,
    needsMore: comparison.added.length > 0,
    ...comparison,
    roles: await suggestRoles(after.needed, kustomization, own, acting, { headroom }),
  };
}

/** Files of a repository at one revision. */
export interface FilesAt {
  /** What the revision is called. */
  readonly revision: string;
  readonly commit: string;
  readonly files: FileSystem;
}

/** What to compare in a working copy. */
export interface WorkingCopyRequest
  extends Revisions,
    Pick<OfflineRequest, 'substitute' | 'definitions' | 'defaultServiceAccount'> {
  readonly choice: KustomizationChoice;
  /** Of the Kustomization, from the root of the repository, beginning with `/`. */
  readonly file: string;
  /** Folder with the manifests, likewise; empty means `spec.path`. */
  readonly path: string;
}

/**
 * Compares what a Kustomization needs at two revisions of a working copy; its own definition is read at both as well.
 *
 * Effects: none but the story
 *
 * @throws {FluxError} rbac/no-kustomization: it is at neither; those of `planOffline`
 */
export async function diffLocalRights(
  before: FilesAt,
  after: FilesAt,
  request: WorkingCopyRequest,
  { progress }: Pick<OfflineWorld, 'progress'>,
): Promise<RightsDiff> {
  const { headroom = false } = request;
  const told = new Set<string>();
  const warn = (text: string): void => {
    if (!told.has(text)) progress.warning(text);
    told.add(text);
  };
  const story = { ...progress, warning: warn };
  const first = await planAt(before, request, story, true);
  const second = await planAt(after, request, story, false);
  const plan = second ?? first;
  if (plan === undefined) {
    throw new FluxError(
      'rbac/no-kustomization',
      `${request.file.slice(1)} is at neither ${before.revision} nor ${after.revision}`,
      {
        source: { file: request.file.slice(1) },
        hint: 'name the file with the Kustomization: --kustomization-file=FILE',
      },
    );
  }
  const needed = (each: typeof first): readonly NeededAccess[] => each?.needed ?? [];
  const comparison = compareNeeds(needed(first), needed(second), { headroom });
  const { kustomization, view, user } = plan;
  return {
    namespace: kustomization.namespace,
    name: kustomization.name,
    from: before.revision,
    to: after.revision,
    fromRevision: `sha1:${before.commit}`,
    toRevision: `sha1:${after.commit}`,
    needsMore: comparison.added.length > 0,
    ...comparison,
    roles: await suggestRoles(needed(second), kustomization, view, user === undefined ? {} : { user }, { headroom }),
  };
}

async function planAt(
  { revision, files }: FilesAt,
  request: WorkingCopyRequest,
  progress: OfflineWorld['progress'],
  mayLackPath: boolean,
): Promise<Awaited<ReturnType<typeof planOffline>> | undefined> {
  const { file, choice } = request;
  const isThere = files.stat(file) === 'file';
  if (!isThere) {
    progress.warning(`${file.slice(1)} is not there at ${revision}: nothing is needed there`);
    return undefined;
  }
  const text = new TextDecoder().decode(files.readFile(file));
  const kustomization = pickKustomization(text, file.slice(1), choice, (line) => progress.warning(line));
  const path = request.path === '' ? `/${readText(kustomization, 'spec', 'path').replace(/^\.?\/*/, '')}` : request.path;
  try {
    return await planOffline(
      { ...request, kustomization, file: file.slice(1), path },
      { cwd: '/', openFolder: () => Promise.resolve(files), progress },
    );
  } catch (error) {
    if (!mayLackPath || !isFluxError(error, 'build/bad-path')) throw error;
    progress.warning(`${path.slice(1) || '.'} is not there at ${revision}: nothing is needed there`);
    return undefined;
  }
}
