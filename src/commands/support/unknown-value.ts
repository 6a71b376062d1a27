import type { Progress } from '../../lib/core/progress.ts';

/**
 * Warns of a value that this release of Flux does not know. The flux CLI takes any: the API server has the last word, and a later
 * release may know it.
 */
export function warnOfUnknown(flag: string, value: string, known: readonly string[], progress: Progress): void {
  if (value === '' || known.includes(value)) return;
  progress.warning(`--${flag}=${value} is not known to Flux 2.9, which has ${known.join(', ')}`);
}
