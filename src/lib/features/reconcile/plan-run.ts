import { isFluxError } from '../../core/errors.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { refOf } from '../../core/objects.ts';
import type { GitRef } from '../../engine/git/index.ts';
import { fromRefs, type Inventory, staleRefs } from '../../engine/inventory/index.ts';
import { ownerLabelsOf, prepareObjects, sortObjects } from '../../engine/ssa/index.ts';
import { actAs } from './act-as.ts';
import { buildManifests, checkPath } from './build-manifests.ts';
import type { Intent } from './check-permissions.ts';
import { readInventory } from './finalize-kustomization.ts';
import type { ActingIdentity, OwnIdentity, ReconcilePorts } from './ports.ts';
import { type Kustomization, readKustomization } from './read-kustomization.ts';
import { readObject } from './reconcile-git-repository.ts';
import type { KustomizationOptions } from './reconcile-kustomization.ts';
import { readSourceProxy, readSourceRemote } from './read-source-remote.ts';
import { findSource } from './resolve-source.ts';
import { fetchOptions, type SourceContents } from './source-contents.ts';
import { readSourceShape } from './source-shape.ts';

/** What a run would do now, worked out without writing anything. */
export interface PlannedRun {
  readonly kustomization: Kustomization;
  /** Who looks at the cluster that is applied to. */
  readonly own: OwnIdentity;
  readonly acting: ActingIdentity;
  readonly revision: string;
  readonly intent: Intent;
}

/** Which run. */
export type PlanOptions = Pick<
  KustomizationOptions,
  'contents' | 'defaultServiceAccount' | 'noCrossNamespaceRefs' | 'strictSubstitution'
> & {
  /** Branch, tag, full reference name or commit to take instead of what the source has now. */
  readonly revision?: string;
};

/**
 * Works out what reconciling a Kustomization would apply and prune at the revision its source has now: the first stages of
 * `reconcileKustomization`, by the same code, but whatever it depends on may be behind, and it may be suspended.
 *
 * Effects: reads Git and the cluster
 *
 * @throws {FluxError} those of the stages resolve, fetch and build
 */
export async function planRun(ref: ObjectRef, ports: ReconcilePorts, options: PlanOptions): Promise<PlannedRun> {
  const own: OwnIdentity = { identity: 'own', kube: ports.kube };
  const kustomization = readKustomization(await readObject(ref, ports));
  const noCrossNamespaceRefs = options.noCrossNamespaceRefs === true;
  const source = await findSource(kustomization, (wanted) => ports.kube.get(wanted), { noCrossNamespaceRefs });
  const revision =
    options.revision === undefined
      ? source.revision
      : await findRevision(source.object, options.revision, options.contents, ports);
  const { files } = await options.contents.fetch(source.object, revision);
  checkPath(files, kustomization);
  const strictSubstitution = options.strictSubstitution ?? true;
  const { objects } = await buildManifests(files, kustomization, own, ports, { strictSubstitution });
  const intent = await planIntent(objects, readInventory(kustomization.object), kustomization);
  const acting = await actAs(kustomization, options.defaultServiceAccount, own, ports);
  return { kustomization, own: acting.viewer, acting, revision, intent };
}

/** A whole id is taken as it is; a name is that of a branch, else of a tag. */
async function findRevision(source: K8sObject, name: string, { packs }: SourceContents, ports: ReconcilePorts): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(name)) return name;
  const shape = readSourceShape(source);
  const secrets = ports.secrets ?? ports.kube;
  const proxy = await readSourceProxy(source, secrets);
  const remote = await readSourceRemote(source, shape, proxy, { ...ports, secrets });
  const fetch = async (ref: GitRef): Promise<string> =>
    (await ports.git.fetchRevision(remote, ref, fetchOptions(shape, packs, ports))).revision.revision;
  if (name.startsWith('refs/')) return await fetch({ name });
  try {
    return await fetch({ branch: name });
  } catch (error) {
    if (!isFluxError(error, 'git/ref-not-found')) throw error;
  }
  return await fetch({ tag: name });
}

/**
 * Prepares built objects and finds out what is not among them any more.
 *
 * Effects: none
 *
 * @param before the inventory of the last run
 */
export async function planIntent(
  objects: readonly K8sObject[],
  before: Inventory | undefined,
  kustomization: Kustomization,
): Promise<Intent> {
  const owner = ownerLabelsOf(kustomization);
  const { commonMetadata } = kustomization;
  const prepared = await prepareObjects(objects, { owner, ...(commonMetadata === undefined ? {} : { commonMetadata }) });
  const stale = kustomization.prune ? staleRefs(before, fromRefs(prepared.map(refOf))) : [];
  return { objects: sortObjects(prepared), staleRefs: stale, owner };
}
