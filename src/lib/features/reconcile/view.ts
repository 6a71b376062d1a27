import type { View } from '../../core/view.ts';
import type { DriveReport } from './drive.ts';
import type { KustomizationReport, SourceReport } from './types.ts';

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
