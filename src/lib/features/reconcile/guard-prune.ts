import { FluxError } from '../../core/errors.ts';
import { formatSubject, groupOf, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import { type Inventory, listRefs } from '../../engine/inventory/index.ts';
import { ownerLabelsOf, planDelete } from '../../engine/ssa/index.ts';
import type { ActingIdentity } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** How many objects one run over one Kustomization may delete. */
export type PruneLimit =
  | { readonly count: number }
  /** Of the inventory before the run, from 0 to 100. */
  | { readonly percent: number };

/** What a run must not delete. */
export interface PruneGuard {
  /** Absent means no limit. */
  readonly limit?: PruneLimit;
  /** `Kind`, or `Kind.group` where the name alone says too little. */
  readonly protectedKinds?: readonly string[];
}

/** How many objects an error's sentence names; its details have all. */
const NAMED = 10;

/**
 * Reads a limit: `25`, or `10%` of what the inventory held.
 *
 * Effects: none
 *
 * @throws {FluxError} usage/bad-value
 * @example parsePruneLimit('10%') // {percent: 10}
 */
export function parsePruneLimit(text: string): PruneLimit {
  const [, digits, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (digits === undefined || (sign === '%' ? value > 100 : !Number.isSafeInteger(value))) {
    throw new FluxError(
      'usage/bad-value',
      `'${text}' is no limit: wanted a number of objects or a percentage, such as 25 or 10%`,
    );
  }
  return sign === '%' ? { percent: value } : { count: value };
}

/**
 * Stops a run before it deletes more than it may. Only what would really be deleted counts: not what is gone already, belongs
 * to somebody else by now, or says that it must stay.
 *
 * Effects: reads the cluster, where there is a guard
 *
 * @param refs what is to be deleted
 * @param before the inventory before the run, which a percentage is taken of
 * @throws {FluxError} reconcile/protected-kind, reconcile/prune-limit: with `details.objects`, all that would have been deleted
 */
export async function checkPrune(
  refs: readonly ObjectRef[],
  before: Inventory | undefined,
  kustomization: Kustomization,
  acting: ActingIdentity,
  guard: PruneGuard | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (guard === undefined || (guard.limit === undefined && (guard.protectedKinds ?? []).length === 0)) return;
  const owner = ownerLabelsOf(kustomization);
  const doomed = await planDelete(refs, acting.kube, { owner, ...(signal === undefined ? {} : { signal }) });
  const subject = kustomization.ref;
  const keepsAll = `nothing was deleted, and all of it stays in the inventory`;
  const isProtected = protects(guard);
  const kept = doomed.filter(isProtected);
  if (kept.length > 0) {
    const hint = `${keepsAll}; to let it go, leave the kind out of --protect-kinds, or annotate what must stay with kustomize.toolkit.fluxcd.io/prune: disabled`;
    throw new FluxError(
      'reconcile/protected-kind',
      `${formatSubject(subject)} would delete ${kept.length} of a protected kind: ${formatRefs(kept)}`,
      { subject, hint, details: { protected: kept, objects: doomed } },
    );
  }
  const total = listRefs(before).length;
  if (guard.limit === undefined || isWithin(doomed.length, total, guard.limit)) return;
  const limit = formatLimit(guard.limit);
  throw new FluxError(
    'reconcile/prune-limit',
    `${formatSubject(subject)} would delete ${doomed.length} of its ${total} objects, and the limit is ${limit}: ${formatRefs(doomed)}`,
    {
      subject,
      hint: `${keepsAll}; where this is meant, raise --prune-limit`,
      details: { limit, inventory: total, objects: doomed },
    },
  );
}

/**
 * Keeps an object of a protected kind from being deleted to be made anew (`spec.force`): what is in it would be lost all the
 * same. A limit does not count such objects, since they are there afterwards.
 *
 * Effects: none
 *
 * @throws {FluxError} reconcile/protected-kind
 */
export function checkRecreate(object: K8sObject, kustomization: Kustomization, guard: PruneGuard | undefined): void {
  if (guard === undefined || !protects(guard)(object)) return;
  const ref = refOf(object);
  throw new FluxError(
    'reconcile/protected-kind',
    `${formatSubject(ref)} cannot be changed in place, and force would delete it to make it anew: its kind is protected`,
    {
      subject: kustomization.ref,
      hint: 'take the change back, or leave the kind out of --protect-kinds',
      details: { protected: [ref], objects: [ref] },
    },
  );
}

function protects({ protectedKinds = [] }: PruneGuard): (ref: KindRef) => boolean {
  const kinds = new Set(protectedKinds.map((kind) => kind.toLowerCase()));
  return (ref) => kinds.has(ref.kind.toLowerCase()) || kinds.has(`${ref.kind}.${groupOf(ref)}`.toLowerCase());
}

function isWithin(count: number, total: number, limit: PruneLimit): boolean {
  return 'count' in limit ? count <= limit.count : count * 100 <= limit.percent * total;
}

function formatLimit(limit: PruneLimit): string {
  return 'count' in limit ? String(limit.count) : `${limit.percent}%`;
}

function formatRefs(refs: readonly ObjectRef[]): string {
  const named = refs.slice(0, NAMED).map(formatSubject).join(', ');
  return refs.length > NAMED ? `${named} and ${refs.length - NAMED} more` : named;
}
