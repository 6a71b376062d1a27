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
 * What closes the open vectors, one line for each thing to do. Flags of `create tenant` come as one command: running it again
 * leaves alone what it is told nothing of.
 *
 * Effects: none
 *
 * @example mendsOf(report) // ['E11, E13: flux-ts create tenant dev-team --with-namespace=apps --cluster-role=flux-tenant']
 */
export function mendsOf({ vectors, tenant, namespaces }: EscapeReport): string[] {
  const idsByMend = new Map<string, Set<string>>();
  const flags = new Set<string>();
  for (const { id, verdict, attempts } of vectors) {
    if (verdict !== 'open') continue;
    for (const { mend } of attempts) {
      if (mend === undefined) continue;
      const isFlags = mend.startsWith('--');
      if (isFlags) for (const flag of mend.split(' ')) flags.add(flag);
      const key = isFlags ? '--' : mend;
      idsByMend.set(key, (idsByMend.get(key) ?? new Set()).add(id));
    }
  }
  const command = `flux-ts create tenant ${tenant} --with-namespace=${namespaces.join(',')} ${[...flags].join(' ')}`;
  return [...idsByMend].map(([mend, ids]) => `${[...ids].join(', ')}: ${mend === '--' ? command : mend}`);
}
