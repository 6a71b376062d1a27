import { createBudget, DEFAULT_MAX_COST } from './budget.ts';
import { matchPattern } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';

/**
 * Compiles a regular expression in Go's syntax, for patterns that somebody else wrote: a match takes linear time.
 *
 * Effects: none
 *
 * @returns tells whether the pattern matches anywhere in a text
 * @throws {FluxError} cel/failed: not such an expression; cel/too-costly: when it is used on a text without end
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const parsed = parsePattern(pattern);
  return (text) => matchPattern(parsed, text, createBudget(DEFAULT_MAX_COST));
}
