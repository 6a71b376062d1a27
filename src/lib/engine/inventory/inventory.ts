import { type ObjectRef, parseApiVersion } from '../../core/objects.ts';
import { formatInventoryId, parseInventoryEntry } from './inventory-id.ts';
import type { AppliedEntry, Inventory, InventoryEntry } from './types.ts';

/**
 * Makes the inventory of what was applied, in that order; the skipped ones belong to it as well.
 *
 * Effects: none
 * Source: kustomize-controller internal/inventory AddChangeSet
 */
export function fromChangeSet(entries: readonly AppliedEntry[]): Inventory {
  return fromRefs(entries.map((entry) => entry.ref));
}

/** Makes an inventory of references, in their order. */
export function fromRefs(refs: readonly ObjectRef[]): Inventory {
  return { entries: refs.map(toEntry) };
}

/**
 * Names what is in the old inventory and no longer in the new one. Ids alone count: a change of version makes nothing
 * stale, and the old version is the one to delete by.
 *
 * Effects: none
 * Source: kustomize-controller internal/inventory Diff
 *
 * @throws {FluxError} inventory/bad-id: an entry of the old inventory cannot be read
 */
export function staleRefs(before: Inventory | undefined, after: Inventory): ObjectRef[] {
  const kept = new Set(after.entries.map((entry) => entry.id));
  return entriesOf(before)
    .filter((entry) => !kept.has(entry.id))
    .map(parseInventoryEntry);
}

/** All references of an inventory, in its order. */
export function listRefs(inventory: Inventory | undefined): ObjectRef[] {
  return entriesOf(inventory).map(parseInventoryEntry);
}

/**
 * Adds references that are not there yet at the end, such as objects whose deletion was refused.
 *
 * Effects: none
 * Source: kustomize-controller internal/inventory Merge
 */
export function mergeRefs(inventory: Inventory, refs: readonly ObjectRef[]): Inventory {
  return unionInventories(inventory, fromRefs(refs));
}

/**
 * Joins two inventories: the entries of the first, then what only the second has.
 *
 * Effects: none
 */
export function unionInventories(first: Inventory | undefined, second: Inventory): Inventory {
  const entries = [...entriesOf(first)];
  const seen = new Set(entries.map((entry) => entry.id));
  for (const entry of second.entries) {
    if (seen.has(entry.id)) continue;
    seen.add(entry.id);
    entries.push(entry);
  }
  return { entries };
}

/** Tells whether two inventories have the same entries in the same order. */
export function equalInventories(a: Inventory | undefined, b: Inventory | undefined): boolean {
  const left = entriesOf(a);
  const right = entriesOf(b);
  return left.length === right.length && left.every((entry, i) => entry.id === right[i]?.id && entry.v === right[i]?.v);
}

function toEntry(ref: ObjectRef): InventoryEntry {
  return { id: formatInventoryId(ref), v: parseApiVersion(ref.apiVersion).version };
}

function entriesOf(inventory: Inventory | undefined): readonly InventoryEntry[] {
  return inventory?.entries ?? [];
}
