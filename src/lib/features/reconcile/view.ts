import type { View } from '../../core/view.ts';
import type { DriveReport } from './drive.ts';
import type { DriveEvent, KustomizationReport, PrunedKind, SourceReport } from './types.ts';

/** One line of the summary. */
export type DriveRow = SourceReport | KustomizationReport;

/** The lines of a report: sources, then Kustomizations. */
export function listRows(report: DriveReport): DriveRow[] {
  return [...report.sources, ...report.kustomizations];
}

/** The columns of the summary. */
export const DRIVE_VIEW: View<DriveRow> = [
  { title: 'KIND', value: (row) => row.kind },
  { title: 'NAMESPACE', value: (row) => row.namespace },
  { title: 'NAME', value: (row) => row.name },
  { title: 'REVISION', value: (row) => shortRevision(row.revision ?? '') },
  { title: 'RESULT', value: (row) => row.outcome },
  { title: 'CHANGES', value: formatChanges },
  { title: 'MESSAGE', value: (row) => row.error?.message ?? '' },
];

/** The columns of what happens while driving goes on: a line for each run that is over. */
export const DRIVE_EVENT_VIEW: View<DriveEvent> = [
  { title: 'TIME', value: ({ at }) => at.slice(11, 19) },
  ...DRIVE_VIEW.map(({ title, value }) => ({
    title,
    value: (event: DriveEvent) => (event.event === 'finished' ? value(event) : ''),
  })),
];

/** Tells whether an event is worth a line: a source that has nothing new is not. */
export function isTelling(event: DriveEvent): boolean {
  if (event.event !== 'finished') return false;
  return event.kind === 'Kustomization' || event.isNew || event.outcome !== 'done';
}

/** `3 ConfigMap, 1 Service`. */
export function formatPruned(pruned: readonly PrunedKind[]): string {
  return pruned.map(({ kind, count }) => `${count} ${kind}`).join(', ');
}

function formatChanges(row: DriveRow): string {
  if (row.kind === 'GitRepository') return row.isNew ? 'new revision' : '';
  return Object.entries(row.counts)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => `${count} ${action}`)
    .join(', ');
}

/** `main@sha1:51d0c2e4`, as `flux get` shows it. */
function shortRevision(revision: string): string {
  return revision.replace(/(sha1:[0-9a-f]{8})[0-9a-f]+$/, '$1');
}
