export { diffKustomization, type DiffOptions } from './diff-kustomization.ts';
export { DIFF_VIEW, formatCounts, listChanges } from './diff-view.ts';
export { formatDiff } from './format-diff.ts';
export type { DiffAction, Difference, DiffResult, KustomizationDiff, ObjectDiff } from './types.ts';
