import { formatSubject } from '../../core/objects.ts';
import { countChanges } from './reconcile-kustomization.ts';
import type { KustomizationReport, PrunedKind, ReportedChange } from './types.ts';

/**
 * Makes one report of two runs over one Kustomization: how the later one ended, and what both did.
 *
 * Effects: none
 */
export function mergeReports(before: KustomizationReport, after: KustomizationReport): KustomizationReport {
  const done = before.changes.filter(isEffect);
  const written = new Set(done.map(formatSubject));
  const changes = [...done, ...after.changes.filter((change) => isEffect(change) || !written.has(formatSubject(change)))];
  return { ...after, changes, counts: countChanges(changes), elapsedMs: before.elapsedMs + after.elapsedMs };
}

/**
 * Counts what was pruned, per kind, most first.
 *
 * Effects: none
 */
export function countPruned(reports: readonly KustomizationReport[]): PrunedKind[] {
  const kinds = new Map<string, { apiVersion: string; kind: string; count: number }>();
  for (const { changes } of reports) {
    for (const { apiVersion, kind, action } of changes) {
      if (action !== 'pruned') continue;
      const key = `${apiVersion} ${kind}`;
      const known = kinds.get(key);
      if (known === undefined) kinds.set(key, { apiVersion, kind, count: 1 });
      else known.count += 1;
    }
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

function isEffect({ action }: ReportedChange): boolean {
  return action === 'created' || action === 'configured' || action === 'pruned';
}
