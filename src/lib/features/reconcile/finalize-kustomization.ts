import { parseAccount } from '../../core/account-name.ts';
import { isFluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { type Inventory, listRefs } from '../../engine/inventory/index.ts';
import { type Change, deleteObjects, formatChangeSet, ownerLabelsOf } from '../../engine/ssa/index.ts';
import { actAs } from './act-as.ts';
import { checkPrune, type PruneGuard } from './guard-prune.ts';
import type { ActingIdentity, OwnIdentity, ReconcilePorts } from './ports.ts';
import { type Kustomization, readKustomization } from './read-kustomization.ts';
import type { RunState } from './run-state.ts';
import type { StatusStore } from './status-store.ts';

/** How long the pause between two looks at what is going away is. */
const GONE_POLL_MS = 500;

/** What a deletion goes by. */
export interface DeletionOptions {
  /** What must not be deleted. Default: nothing is kept. */
  readonly pruneGuard?: PruneGuard;
  /** Who acts where the spec names nobody; absent means the caller. */
  readonly defaultServiceAccount?: string;
}

/**
 * Cleans up after a Kustomization that is being deleted, and lets it go: its objects are deleted where it prunes or its
 * deletion policy says so, unless it is suspended or its account is gone.
 *
 * Effects: writes the cluster
 * Source: kustomize-controller internal/controller/kustomization_controller.go finalize
 *
 * @param who whose right it is, and how its cluster is opened; it is not, where nothing is to be deleted
 * @throws {FluxError} ssa/delete-failed, those of `checkPrune` and of opening: the finalizer stays, so that it can be tried again
 */
export async function finalizeKustomization(
  kustomization: Kustomization,
  inventory: Inventory | undefined,
  store: StatusStore,
  own: OwnIdentity,
  who: { readonly user: string | undefined; open(): Promise<ActingIdentity> },
  ports: ReconcilePorts,
  guard: PruneGuard | undefined,
  onChange: (change: Change) => void,
  state: RunState,
): Promise<void> {
  state.noteApplied();
  const refs = listDoomed(kustomization, inventory);
  if (refs.length > 0 && (await hasAccount(who.user, kustomization, own, ports))) {
    const acting = await who.open();
    await checkPrune(refs, inventory, kustomization, acting, guard, ports.signal);
    const { entries } = await deleteObjects(refs, acting.kube, {
      owner: ownerLabelsOf(kustomization),
      onChange,
      ...(ports.signal === undefined ? {} : { signal: ports.signal }),
    });
    await state.event('Normal', formatChangeSet(entries));
    const waits = kustomization.deletionPolicy === 'WaitForTermination';
    if (waits && !(await waitGone(entries, kustomization, acting, ports))) {
      await state.event('Warning', 'failed to wait for resources termination');
    }
  } else if (refs.length > 0) {
    await state.event('Warning', `unable to prune objects: \n${refs.map(formatSubject).join('\n')}`);
  }
  await store.removeFinalizer();
  if (!kustomization.isSuspended) await state.tellLetGo();
}

/**
 * Checks whether a Kustomization could be deleted with all that it applied, before anybody asks for it: what is asked for
 * cannot be taken back.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} those of `checkPrune`
 */
export async function checkDeletion(ref: ObjectRef, ports: ReconcilePorts, options: DeletionOptions): Promise<void> {
  const object = await ports.kube.get(ref);
  if (object === undefined) return;
  const kustomization = readKustomization(object);
  const inventory = readInventory(object);
  const doomed = listDoomed(kustomization, inventory);
  if (doomed.length === 0) return;
  const acting = await actAs(kustomization, options.defaultServiceAccount, { identity: 'own', kube: ports.kube }, ports);
  try {
    await checkPrune(doomed, inventory, kustomization, acting, options.pruneGuard, ports.signal);
  } finally {
    await acting.close();
  }
}

/** What goes with the Kustomization when it is deleted. */
export function listDoomed(kustomization: Kustomization, inventory: Inventory | undefined): ObjectRef[] {
  return kustomization.isSuspended || !deletesObjects(kustomization) ? [] : listRefs(inventory);
}

/** What the policy says; without one the objects go where pruning is on. */
function deletesObjects({ deletionPolicy, prune }: Kustomization): boolean {
  if (deletionPolicy === 'Delete' || deletionPolicy === 'WaitForTermination') return true;
  return deletionPolicy === 'MirrorPrune' && prune;
}

/** An account that is gone can delete nothing, and nobody else may on its behalf. */
async function hasAccount(
  user: string | undefined,
  { namespace, ref }: Kustomization,
  own: OwnIdentity,
  { progress }: ReconcilePorts,
): Promise<boolean> {
  const account = parseAccount(user);
  if (account === undefined) return true;
  const { name } = account;
  try {
    if ((await own.kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name })) !== undefined) return true;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return true;
    throw error;
  }
  progress.warning(`${formatSubject(ref)}: ServiceAccount ${namespace}/${name} is gone, its objects are left where they are`);
  return false;
}

/** False where the time was over before. */
async function waitGone(
  entries: readonly Change[],
  { timeoutMs }: Kustomization,
  acting: ActingIdentity,
  { world, signal, progress }: ReconcilePorts,
): Promise<boolean> {
  const until = world.now() + timeoutMs;
  for (const { ref, action } of entries) {
    if (action !== 'deleted') continue;
    for (;;) {
      const live = await acting.kube.get(ref);
      if (live === undefined) break;
      if (world.now() >= until) {
        progress.warning(`${formatSubject(refOf(live))} is still there after ${timeoutMs / 1_000}s`);
        return false;
      }
      await world.sleep(GONE_POLL_MS, signal);
    }
  }
  return true;
}

/** The inventory of a status. */
export function readInventory(object: K8sObject): Inventory | undefined {
  const status = object['status'];
  const inventory = isJsonObject(status) ? status['inventory'] : undefined;
  return isJsonObject(inventory) && Array.isArray(inventory['entries']) ? (inventory as Inventory) : undefined;
}
