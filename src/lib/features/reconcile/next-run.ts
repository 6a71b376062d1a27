import { parseDuration } from '../../core/duration.ts';
import { isFluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import type { KustomizationReport, SourceReport } from './types.ts';

/** Upstream's first and longest wait after a failure that has no interval of its own. */
const FIRST_BACKOFF_MS = 750;
const MAX_BACKOFF_MS = 900_000;

/** Upstream's wait for a dependency that nobody tells us of. */
const DEPENDENCY_MS = 30_000;

/** What the next run depends on besides the report. */
export interface RunContext {
  /** How many runs failed in a row, this one included. */
  readonly failures: number;
  /** True where all that it depends on is watched, so that no time has to be waited for. */
  readonly isTold: boolean;
  /** True where the run broke off and left no status: it is tried again soon, then less and less often. */
  readonly brokeOff: boolean;
}

/**
 * Tells how long after a run the next one begins, if nothing changes before.
 *
 * Effects: none
 * Source: kustomize-controller and source-controller, their Reconcile functions; fluxcd/pkg runtime/controller
 * Differs: no jitter, since there is one of us; one that waits for a dependency is told when that is ready
 *
 * @returns milliseconds; nothing where only a change of the object can help, or it is suspended
 */
export function nextRunIn(
  object: K8sObject,
  report: SourceReport | KustomizationReport,
  { failures, isTold, brokeOff }: RunContext,
): number | undefined {
  if (report.outcome === 'suspended') return undefined;
  if (report.error?.['terminal'] === true) return undefined;
  const intervalMs = readMs(object, 'interval');
  if (report.outcome === 'done') return intervalMs;
  const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(30, Math.max(0, failures - 1)));
  if (report.kind === 'GitRepository' || brokeOff) return backoffMs;
  // What keeps the source stores the same file again, of which nothing tells.
  if (report.error?.code === 'reconcile/artifact-not-found') return DEPENDENCY_MS;
  const retryMs = readMs(object, 'retryInterval') ?? intervalMs;
  return report.outcome === 'blocked' && !isTold ? Math.min(DEPENDENCY_MS, retryMs ?? DEPENDENCY_MS) : retryMs;
}

/** What cannot be read is what a run has failed of already. */
function readMs(object: K8sObject, field: string): number | undefined {
  const text = readText(object, 'spec', field);
  if (text === '') return undefined;
  try {
    const ms = parseDuration(text);
    return ms > 0 ? ms : undefined;
  } catch (error) {
    if (isFluxError(error)) return undefined;
    throw error;
  }
}
