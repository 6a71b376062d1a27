import type { JsonValue } from '../../core/json.ts';

/** Where two versions of an object differ. A place has either `from` and `to`, or entries that came or went. */
export interface Difference {
  /** Keys from the root down; entries of lists by their name where they have one, else by their index. */
  readonly path: readonly string[];
  /** The value as it is. */
  readonly from?: JsonValue;
  /** The value as it would become. */
  readonly to?: JsonValue;
  /** Entries of a map or list that would go. */
  readonly removed?: JsonValue;
  /** Entries of a map or list that would come. */
  readonly added?: JsonValue;
  /** True where the same entries stand in another order: `from` and `to` have them. */
  readonly reordered?: boolean;
}

/** What would become of an object. */
export type DiffAction = 'created' | 'drifted' | 'recreated' | 'deleted' | 'skipped' | 'unchanged' | 'failed';

/** One object of a diff. */
export interface ObjectDiff {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly action: DiffAction;
  /** Where it differs; values of Secrets are masked. */
  readonly differences?: readonly Difference[];
  /** What else there is to know. */
  readonly note?: string;
  /** Why it could not be compared. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** What would become of the objects of one Kustomization. */
export interface KustomizationDiff {
  readonly namespace: string;
  readonly name: string;
  /** `deleted`: these go because the Kustomization itself does. */
  readonly state: 'changed' | 'created' | 'deleted';
  /** Who would act; absent where the caller does. */
  readonly user?: string;
  /** The API server where it is another one than the caller's. */
  readonly cluster?: string;
  readonly objects: readonly ObjectDiff[];
}

/** What would become of a Kustomization, and of those that it applies. */
export interface DiffResult {
  /** True where a reconciliation would change something. */
  readonly changed: boolean;
  readonly counts: Readonly<Record<DiffAction, number>>;
  /** The one asked for first. */
  readonly kustomizations: readonly KustomizationDiff[];
}
