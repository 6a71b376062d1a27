import type { FluxError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';
import type { SeenObjects } from './seen-objects.ts';

/** What happened (or, in a plan, would happen) to an object; Flux's own words. */
export type Action = 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'unknown';

/** One line of a change set. */
export interface Change {
  /** The object as the server names it. */
  readonly ref: ObjectRef;
  readonly action: Action;
}

/** What a run of apply or delete did, in the order in which it did it. */
export interface ChangeSet {
  readonly entries: readonly Change[];
}

/** What this part needs of a cluster; a kube client has it. */
export interface ApplyCluster {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<K8sObject | undefined>;
  apply(
    object: K8sObject,
    options: { fieldManager: string; force?: boolean; dryRun?: boolean; signal?: AbortSignal },
  ): Promise<K8sObject>;
  patch(
    ref: ObjectRef,
    patch: JsonValue,
    options: { type: 'json'; fieldManager?: string; signal?: AbortSignal },
  ): Promise<K8sObject>;
  delete(
    ref: ObjectRef,
    options?: {
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      uid?: string;
      resourceVersion?: string;
      signal?: AbortSignal;
    },
  ): Promise<boolean>;
  /** Spares a read per object where there are many of a kind; where it is denied, each is read. */
  list(kind: KindRef, options?: { namespace?: string; signal?: AbortSignal }): Promise<{ readonly items: readonly K8sObject[] }>;
  /** All resource types served, for objects whose version is served no more. */
  resources(): Promise<readonly { readonly group: string; readonly version: string; readonly kind: string }[]>;
  /** Called once new definitions are established. */
  forgetDiscovery(): void;
}

/** Fields that are left to others. */
export interface IgnoreRule {
  /** JSON pointers. */
  readonly paths: readonly string[];
  /** Whether the rule is for the object. */
  selects(object: K8sObject): boolean;
}

/** How objects are applied. */
export interface ApplyOptions {
  /** Field manager of every write. Default: Flux's `kustomize-controller`. */
  readonly fieldManager: string;
  /** Deletes and creates anew what cannot be changed in place. Default: false. */
  readonly force: boolean;
  /** How many dry runs are under way at once. Default: 4. */
  readonly concurrency: number;
  /** Further field managers whose fields are taken over. Default: none. */
  readonly overrideManagers: readonly string[];
  /** Kinds (`group/kind`) applied after the classes and before all others. Default: none. */
  readonly customStageKinds: readonly string[];
  /** Takes the fields of kubectl and the like over before applying. Default: true. */
  readonly takeOver: boolean;
  /** How long a stage may take to become ready. Default: 60 000. */
  readonly stageTimeoutMs: number;
  /** Fields whose difference is no drift, and which an apply for another reason leaves as they are. Default: none. */
  readonly ignoreRules: readonly IgnoreRule[];
  /** Live objects that were seen before, under the same identity; what is read is added. Default: none. */
  readonly seen?: SeenObjects;
  /** Asked before an object is planned to be deleted and made anew; what it throws keeps the object. Default: never asked. */
  readonly checkRecreate?: (object: K8sObject) => void;
  /** Plans on where an object fails: its change is `unknown` and carries the error. Default: the plan fails. */
  readonly keepGoing?: boolean;
}

/** What a staged run needs of the world besides the cluster. */
export interface ApplyWorld {
  /** Waits until all objects are Current; rejects where one fails or the time is over. */
  waitReady(refs: readonly ObjectRef[], timeoutMs: number): Promise<void>;
  /** Lets time pass; rejects when the signal does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Told of every change as it happens. */
  onChange?(change: Change): void;
  /** Told of each object that was not skipped, as it is after its turn. */
  onObject?(object: K8sObject): void;
  readonly signal?: AbortSignal;
}

/** Labels that say to whom an object belongs. */
export type OwnerLabels = Readonly<Record<string, string>>;

/** What would be done to one object, and why. */
export interface PlannedChange {
  readonly ref: ObjectRef;
  readonly action: Exclude<Action, 'deleted'>;
  /** The object to send. */
  readonly object: K8sObject;
  /** The object as it is; absent where there is none. */
  readonly live?: K8sObject;
  /** The object as it would become; absent for skipped and unknown ones. */
  readonly merged?: K8sObject;
  /** What is sent instead of the object, where fields of it are left to others. */
  readonly payload?: K8sObject;
  /** JSON patch on the live object that comes before the apply. */
  readonly takeOver: readonly JsonValue[];
  /** True where the live object must be deleted first. */
  readonly recreate: boolean;
  /** Why the action is `unknown`. */
  readonly reason?: string;
  /** What was wrong with the object, where the plan goes on all the same. */
  readonly error?: FluxError;
}

/** What would be done, in the order in which it would be done. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
}
