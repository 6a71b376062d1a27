import { type FluxError, isFluxError } from '../../core/errors.ts';

/**
 * Guesses whether a server refused a change because a field cannot be changed in place. The server has no code for it: any
 * conflict and any invalid object count, as does a text that admission rules use.
 *
 * With `force` on, an object that is merely invalid is therefore deleted as well, which is upstream's behaviour.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/errors/immutable.go; kubectl pkg/cmd/apply/patcher.go
 */
export function guessImmutable(error: unknown): error is FluxError {
  if (!isFluxError(error)) return false;
  if (error.code === 'kube/conflict' || error.code === 'kube/invalid') return true;
  return /is\simmutable|immutable\sfield/.test(error.message);
}
