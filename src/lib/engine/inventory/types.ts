import type { JsonObject } from '../../core/json.ts';

/** One entry of `status.inventory.entries`: `<namespace>_<name>_<group>_<kind>` and the version. */
export interface InventoryEntry extends JsonObject {
  id: string;
  v: string;
}

/** What a Kustomization has applied, in the order of applying. */
export interface Inventory extends JsonObject {
  entries: InventoryEntry[];
}

/** The part of a ChangeSet entry that an inventory keeps. */
export interface AppliedEntry {
  readonly ref: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name: string };
}
