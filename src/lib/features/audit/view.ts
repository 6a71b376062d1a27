import type { Column, View } from '../../core/view.ts';
import type { AuditFinding, AuditReport } from './types.ts';

/**
 * The columns of an audit.
 *
 * Effects: none
 */
export function auditView(from: AuditReport['from']): View<AuditFinding> {
  return from === 'files' ? [...COLUMNS.slice(0, 3), PLACE, ...COLUMNS.slice(3)] : COLUMNS;
}

const COLUMNS: View<AuditFinding> = [
  { title: 'SEVERITY', value: ({ severity, waiver }) => (waiver === undefined ? severity : 'waived') },
  { title: 'ID', value: ({ id }) => id },
  { title: 'SUBJECT', value: ({ subject }) => subject },
  { title: 'FINDING', value: ({ finding }) => finding },
  { title: 'MEND', value: ({ mend }) => mend, wide: true },
];

const PLACE: Column<AuditFinding> = {
  title: 'PLACE',
  value: ({ position }) => (position === undefined ? '' : `${position.file}:${position.line}`),
};
