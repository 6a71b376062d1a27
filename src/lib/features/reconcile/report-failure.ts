import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import type { ReconcilePorts } from './ports.ts';
import { tellFailure } from './tell-failure.ts';
import { formatReportedError, type KustomizationReport, type SourceReport } from './types.ts';

/** The report of a run that did not come to one. */
export function reportFailure(object: K8sObject, cause: unknown, ports: ReconcilePorts): SourceReport | KustomizationReport {
  const error = isFluxError(cause) ? cause : new FluxError('reconcile/failed', messageOf(cause), { cause });
  const { namespace = '', name } = object.metadata;
  const failed = { namespace, name, outcome: 'failed', elapsedMs: 0, error: formatReportedError(error) } as const;
  tellFailure(error, ports.progress, formatSubject(refOf(object)));
  if (object.kind === 'GitRepository') return { kind: 'GitRepository', isNew: false, ...failed };
  const counts = { created: 0, configured: 0, unchanged: 0, skipped: 0, pruned: 0 };
  return { kind: 'Kustomization', changes: [], counts, stages: [], ...failed };
}

/** What is left when nothing can begin waits for itself. */
export function cycleError(key: string, cycle: readonly string[], object: K8sObject): FluxError {
  return new FluxError('reconcile/dependency-cycle', `${key} waits for itself: ${cycle.join(', ')} depend on each other`, {
    subject: refOf(object),
    hint: 'take one of them out of spec.dependsOn',
  });
}

/** What is changed by each of its runs is never done. */
export function unsettledError(object: K8sObject, runs: number): FluxError {
  const subject = refOf(object);
  return new FluxError(
    'reconcile/unsettled',
    `${formatSubject(subject)} was changed by what was applied in each of ${runs} runs, and so it will be in the next`,
    { subject, hint: 'two Kustomizations may apply it, each in its own way; see the story above' },
  );
}
