import type { ObjectRow } from './get-objects.ts';

/** What rows can be sorted by. */
export const SORT_KEYS = ['name', 'namespace', 'ready', 'suspended', 'revision', 'message'] as const;

/** One of what rows can be sorted by. */
export type SortKey = (typeof SORT_KEYS)[number];

/**
 * Sorts rows by one of their columns; equal ones stay in their order, and what is not ready or is suspended comes first.
 *
 * Effects: none
 *
 * @param key empty leaves them as they are
 */
export function sortRows(rows: readonly ObjectRow[], key: SortKey | ''): readonly ObjectRow[] {
  if (key === '') return rows;
  const rank = (row: ObjectRow): string => {
    if (key === 'suspended') return row.suspended ? '0' : '1';
    return row[key];
  };
  return rows.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}
