import type { K8sObject } from '../../core/objects.ts';

/** Something of an old API that the new one says otherwise or not at all. */
export interface UpgradeNote {
  /** `spec.validation`. */
  readonly field: string;
  /** What becomes of it. */
  readonly fate: 'dropped' | 'converted';
  /** A sentence for the user. */
  readonly message: string;
}

/** An object in the API that this release speaks. */
export interface UpgradedObject {
  readonly object: K8sObject;
  /** The apiVersion that it had; absent where it was current already. */
  readonly from?: string;
  readonly notes: readonly UpgradeNote[];
}
