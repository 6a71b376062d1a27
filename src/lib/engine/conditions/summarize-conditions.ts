import type { Condition, ConditionUpdate } from './types.ts';

/** Which conditions a summary is made of. */
export interface SummaryOptions {
  /** In the order in which they give the summary its reason and message. */
  readonly types: readonly string[];
  /** Those of them that tell of trouble by being True. */
  readonly negative: readonly string[];
}

/**
 * Sums up conditions in one of the given type: trouble goes before what is not done, that before what is well.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/conditions merge.go, merge_strategies.go
 *
 * @returns `undefined` where none of the conditions is there
 * @example summarizeConditions(conditions, 'Ready', { types: ['FetchFailed', 'ArtifactInStorage'], negative: ['FetchFailed'] })
 */
export function summarizeConditions(
  conditions: readonly Condition[],
  type: string,
  { types, negative }: SummaryOptions,
): ConditionUpdate | undefined {
  const rankOf = (condition: Condition): number => {
    const isNegative = negative.includes(condition.type);
    if (condition.status === 'Unknown') return 4;
    if (condition.status === 'True') return isNegative ? 0 : 2;
    return isNegative ? 3 : 1;
  };
  const inScope = types.flatMap((one) => conditions.filter((condition) => condition.type === one));
  const [first, ...rest] = inScope;
  if (first === undefined) return undefined;
  const top = rest.reduce((best, condition) => (rankOf(condition) < rankOf(best) ? condition : best), first);
  const isNegative = negative.includes(top.type);
  const status = top.status === 'Unknown' || !isNegative ? top.status : top.status === 'True' ? 'False' : 'True';
  return { type, status, reason: top.reason, message: top.message };
}
