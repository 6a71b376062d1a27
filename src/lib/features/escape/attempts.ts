import type { Attempt, Verdict, VectorResult } from './types.ts';

/** An attempt that a guard has stopped. */
export function closed(what: string, guard: string): Attempt {
  return { what, verdict: 'closed', guard };
}

/** An attempt that gets through. */
export function open(what: string, guard: string, mend: string): Attempt {
  return { what, verdict: 'open', guard, mend };
}

/** An attempt that nobody can judge from here. */
export function unknown(what: string, why: string): Attempt {
  return { what, verdict: 'unknown', guard: why };
}

/** An attempt for which there is nothing to attack. */
export function inapplicable(what: string, why: string): Attempt {
  return { what, verdict: 'not applicable', guard: why };
}

/** The strongest first: one way out is a way out, and what nobody can judge is not closed. */
const STRENGTH: readonly Verdict[] = ['open', 'unknown', 'closed', 'not applicable'];

/**
 * Sums attempts up.
 *
 * Effects: none
 */
export function judge(id: string, title: string, attempts: readonly Attempt[]): VectorResult {
  const verdict = STRENGTH.find((one) => attempts.some((attempt) => attempt.verdict === one)) ?? 'not applicable';
  const deciding = attempts.filter((attempt) => attempt.verdict === verdict);
  const mends = [...new Set(deciding.flatMap(({ mend }) => (mend === undefined ? [] : [mend])))];
  return {
    id,
    title,
    verdict,
    guard: joinShort([...new Set(deciding.map(({ guard }) => guard))]),
    ...(mends.length === 0 ? {} : { mend: mends.join('; ') }),
    attempts,
  };
}

/** The first of several texts, and how many more there are. */
function joinShort(texts: readonly string[]): string {
  return texts.length <= 1 ? texts.join('') : `${texts[0] ?? ''} (and ${texts.length - 1} more)`;
}
