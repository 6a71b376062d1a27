export { equalInventories, fromChangeSet, fromRefs, listRefs, mergeRefs, staleRefs, unionInventories } from './inventory.ts';
export { formatInventoryId, parseInventoryEntry } from './inventory-id.ts';
export type { AppliedEntry, Inventory, InventoryEntry } from './types.ts';
