import type { View } from '../../core/view.ts';
import type { DiffResult, ObjectDiff } from './types.ts';

/** The columns of what would change, without what is in it. */
export const DIFF_VIEW: View<ObjectDiff> = [
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'NAMESPACE', value: ({ namespace = '' }) => namespace },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'ACTION', value: ({ action }) => action },
  { title: 'NOTE', value: ({ note, error }) => error?.message ?? note ?? '' },
];

/** The objects that would not stay as they are, in order. */
export function listChanges({ kustomizations }: DiffResult): ObjectDiff[] {
  return kustomizations.flatMap(({ objects }) => objects).filter(({ action }) => action !== 'unchanged');
}

/** `1 created, 2 drifted`; `no change` where there is none. */
export function formatCounts({ counts }: DiffResult): string {
  const named = Object.entries(counts).filter(([action, count]) => action !== 'unchanged' && count > 0);
  return named.length === 0 ? 'no change' : named.map(([action, count]) => `${count} ${action}`).join(', ');
}
