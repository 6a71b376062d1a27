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

/** How many objects met which fate. */
export interface ChangeCounts {
  readonly created: number;
  readonly configured: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly pruned: number;
}

/** Writes an error as a result has it. */
export function formatReportedError(error: FluxError): ReportedError {
  return error.toJSON() as ReportedError;
}
