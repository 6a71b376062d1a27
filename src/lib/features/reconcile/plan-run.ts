import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { refOf } from '../../core/objects.ts';
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
import { findSource } from './resolve-source.ts';

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
>;

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
  const { files } = await options.contents.fetch(source.object, source.revision);
  checkPath(files, kustomization);
  const strictSubstitution = options.strictSubstitution ?? true;
  const { objects } = await buildManifests(files, kustomization, own, ports, { strictSubstitution });
  const intent = await planIntent(objects, readInventory(kustomization.object), kustomization);
  const acting = await actAs(kustomization, options.defaultServiceAccount, own, ports);
  return { kustomization, own: acting.viewer, acting, revision: source.revision, intent };
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
