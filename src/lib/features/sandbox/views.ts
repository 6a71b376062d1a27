import type { SandboxListItem } from './types.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  value(row: Row): string;
}

const AGE_UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** Columns of `sandbox list`. */
export const SANDBOX_LIST_VIEW: readonly Column<SandboxListItem>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'SERVER', value: ({ server }) => server ?? '' },
  { title: 'VERSION', value: ({ kubernetesVersion }) => kubernetesVersion ?? '' },
  { title: 'AGE', value: ({ ageSeconds }) => (ageSeconds === undefined ? '' : formatAge(ageSeconds)) },
];

/**
 * Writes an age in its largest unit.
 *
 * Effects: none
 *
 * @example formatAge(7_300) // '2h'
 */
export function formatAge(seconds: number): string {
  const unit = AGE_UNITS.find(([, size]) => seconds >= size);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
