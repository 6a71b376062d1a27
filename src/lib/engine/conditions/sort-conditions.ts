import type { Condition } from './types.ts';

/** The types that stand first, in this order. */
const FIRST: readonly string[] = ['Stalled', 'Reconciling', 'Ready'];

/**
 * Sorts conditions as Flux stores them: Stalled, Reconciling, Ready, then the rest by higher observed generation, then by type.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/conditions lexicographicLess
 */
export function sortConditions(conditions: readonly Condition[]): Condition[] {
  return conditions.toSorted((a, b) => {
    const weight = weightOf(a) - weightOf(b);
    if (weight !== 0) return weight;
    const generation = (b.observedGeneration ?? 0) - (a.observedGeneration ?? 0);
    if (generation !== 0) return generation;
    return a.type < b.type ? -1 : a.type > b.type ? 1 : 0;
  });
}

function weightOf(condition: Condition): number {
  const index = FIRST.indexOf(condition.type);
  return index < 0 ? FIRST.length : index;
}
