import type { JsonValue } from '../../core/json.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';

/** What became of an attempt, or of a vector. */
export type Verdict = 'closed' | 'open' | 'unknown' | 'not applicable';

/** One thing that was tried. */
export interface Attempt {
  /** `Kustomization without spec.serviceAccountName in apps`. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What held, what lets it through, or why nobody can tell. */
  readonly guard: string;
  /** What closes it, where it is open. */
  readonly mend?: string;
}

/** What a vector came to. */
export interface VectorResult {
  /** `E1` */
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** What decided it, in short. */
  readonly guard: string;
  /** What closes it, where it is open. */
  readonly mend?: string;
  readonly attempts: readonly Attempt[];
}

/** Whether a tenant can get out. */
export interface EscapeReport {
  readonly tenant: string;
  readonly namespaces: readonly string[];
  /** `live`: dry-runs and reviews; `sandbox`: the same, and the Kustomizations were run for real. */
  readonly mode: 'live' | 'sandbox';
  readonly vectors: readonly VectorResult[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** What is taken for granted because it could not be looked at. */
  readonly assumptions: readonly string[];
}

/** Whose escape is tried. */
export interface EscapeTenant {
  readonly name: string;
  readonly namespaces: readonly string[];
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
}

/** What the attempts need of a cluster. Every write has `dryRun`. */
export interface EscapeCluster {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  list(
    kind: KindRef,
    options?: { namespace?: string; labelSelector?: string; metadataOnly?: boolean },
  ): Promise<{ items: K8sObject[] }>;
  create(object: K8sObject, options: { dryRun: true; fieldManager?: string }): Promise<K8sObject>;
  patch(ref: ObjectRef, patch: JsonValue, options: { type: 'merge'; dryRun: true }): Promise<K8sObject>;
  delete(ref: ObjectRef, options: { dryRun: true }): Promise<boolean>;
  request(request: { readonly method: 'POST'; readonly path: string; readonly body: JsonValue }): Promise<JsonValue>;
  resources(): Promise<
    readonly {
      readonly group: string;
      readonly version: string;
      readonly kind: string;
      readonly plural: string;
      readonly namespaced: boolean;
      readonly verbs: readonly string[];
    }[]
  >;
  impersonate(user: string): EscapeCluster;
}

/** The attack of a Kustomization on a throw-away cluster, run as its controller would run it. */
export interface RealAttack {
  /**
   * Stores the Kustomization with a repository that has these files, reconciles both as the controllers would (their account,
   * their flags), and takes all of it away again.
   *
   * @returns what the Kustomization came to: done, or refused with a message
   */
  run(attack: {
    readonly namespace: string;
    /** Where the source is; absent means the same namespace. */
    readonly sourceNamespace?: string;
    readonly spec: Readonly<Record<string, JsonValue>>;
    readonly files: Readonly<Record<string, string>>;
    /** Tells whether the attack has reached its aim. */
    readonly target: ObjectRef;
  }): Promise<{ readonly reached: boolean; readonly message: string }>;
}
