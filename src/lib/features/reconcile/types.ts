import type { FluxError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** How a run over one object ended. */
export type Outcome = 'done' | 'failed' | 'suspended' | 'blocked';

/** One object and what happened to it; part of a result. */
export interface ReportedChange {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Flux's word; `pruned` for what garbage collection deleted. */
  readonly action: 'created' | 'configured' | 'unchanged' | 'skipped' | 'pruned' | 'unknown';
}

/** Why a run failed; part of a result. */
export interface ReportedError extends JsonObject {
  code: string;
  message: string;
}

/** What came of one source. */
export interface SourceReport {
  readonly kind: 'GitRepository';
  readonly namespace: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** Absent where none was found. */
  readonly revision?: string;
  readonly digest?: string;
  /** True where the revision differs from the one before. */
  readonly isNew: boolean;
  readonly elapsedMs: number;
  readonly error?: ReportedError;
}

/** What came of one Kustomization, complete or not. */
export interface KustomizationReport {
  readonly kind: 'Kustomization';
  readonly namespace: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly revision?: string;
  /** Who acted; absent where the caller did as itself. */
  readonly user?: string;
  /** The API server that was applied to, where it is another one than the caller's. */
  readonly cluster?: string;
  /** In the order in which it happened. */
  readonly changes: readonly ReportedChange[];
  readonly counts: ChangeCounts;
  /** Time per stage that ran. */
  readonly stages: readonly { readonly name: string; readonly elapsedMs: number }[];
  readonly elapsedMs: number;
  /** Roles that would grant what was refused, ready to commit. */
  readonly missingRoles?: readonly K8sObject[];
  readonly error?: ReportedError;
  /** After how long the controller would try again; absent where it went well, and where no retry can help. */
  readonly retryAfterMs?: number;
}

/** Why a run began. */
export type RunReason =
  /** The first one. */
  | 'start'
  /** Its interval is over. */
  | 'interval'
  /** The one before failed, and its time to be tried again has come. */
  | 'retry'
  /** The object is new, or its spec was changed. */
  | 'changed'
  /** Somebody asked for it, by the annotation `reconcile.fluxcd.io/requestedAt`. */
  | 'requested'
  /** Its source has a new revision. */
  | 'revision'
  /** What it waited for is ready. */
  | 'dependency'
  /** It is being deleted. */
  | 'deleted';

/** What happens while driving; `at` is RFC 3339. */
export type DriveEvent =
  | ({ readonly event: 'started'; readonly at: string; readonly reason: RunReason } & EventSubject)
  /** One object was written or deleted. */
  | ({ readonly event: 'changed'; readonly at: string; readonly change: ReportedChange } & EventSubject)
  | ({ readonly event: 'finished'; readonly at: string } & (SourceReport | KustomizationReport))
  /** The object itself is there no more. */
  | ({ readonly event: 'removed'; readonly at: string } & EventSubject);

/** Which of the driven objects an event is about. */
export interface EventSubject {
  readonly kind: 'GitRepository' | 'Kustomization';
  readonly namespace: string;
  readonly name: string;
}

/** How many objects met which fate. */
export interface ChangeCounts {
  readonly created: number;
  readonly configured: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly pruned: number;
}

/** Writes an error as a result has it; `terminal` says that trying again cannot help. */
export function formatReportedError(error: FluxError): ReportedError {
  return { ...error.toJSON(), ...(error.terminal ? { terminal: true } : {}) } as ReportedError;
}

/** How many objects of a kind were pruned. */
export interface PrunedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
}
