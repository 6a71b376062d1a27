import type { View } from '../../core/view.ts';
import type { EscapeReport, VectorResult } from './types.ts';

/** The columns of `check tenant`. */
export const ESCAPE_VIEW: View<VectorResult> = [
  { title: 'VECTOR', value: ({ id, title }) => `${id.padEnd(3)} ${title}` },
  { title: 'RESULT', value: ({ verdict }) => verdict },
  { title: 'GUARD', value: ({ guard }) => guard },
  { title: 'MEND', value: ({ mend = '-' }) => mend, wide: true },
  { title: 'TRIED', value: ({ attempts }) => String(attempts.length), wide: true },
];

/**
 * Sums a report up in one line: `19 closed, 1 open: E11`.
 *
 * Effects: none
 */
export function summarizeEscape({ counts, vectors }: EscapeReport): string {
  const named = (verdict: 'open' | 'unknown'): string => {
    const ids = vectors.filter((vector) => vector.verdict === verdict).map(({ id }) => id);
    return ids.length === 0 ? '' : `, ${ids.length} ${verdict}: ${ids.join(', ')}`;
  };
  const rest = counts['not applicable'] === 0 ? '' : `, ${counts['not applicable']} not applicable`;
  return `${counts.closed} closed${named('open')}${named('unknown')}${rest}`;
}

/**
 * What closes the open vectors, one line each: the vectors, and the mend.
 *
 * Effects: none
 *
 * @example mendsOf(report) // ['E11, E13: --cluster-role=flux-tenant']
 */
export function mendsOf({ vectors }: EscapeReport): string[] {
  const idsByMend = new Map<string, string[]>();
  for (const { id, verdict, attempts } of vectors) {
    if (verdict !== 'open') continue;
    for (const mend of new Set(attempts.flatMap((attempt) => (attempt.mend === undefined ? [] : [attempt.mend]))))
      idsByMend.set(mend, [...(idsByMend.get(mend) ?? []), id]);
  }
  return [...idsByMend].map(([mend, ids]) => `${ids.join(', ')}: ${mend}`);
}
