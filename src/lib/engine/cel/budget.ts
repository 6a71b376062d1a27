import { FluxError } from '../../core/errors.ts';
import type { Budget } from './types.ts';

/** Steps that an evaluation may take; a usual one takes a few hundred. */
export const DEFAULT_MAX_COST = 10_000_000;

/**
 * Makes the purse of one evaluation.
 *
 * Effects: none by itself
 * Differs: cel-go has such a limit too, by other prices, and Flux does not set it
 */
export function createBudget(maxCost: number): Budget {
  let left = maxCost;
  return {
    spend: (units) => {
      left -= units;
      if (left < 0) throw new FluxError('cel/too-costly', 'operation cancelled: actual cost limit exceeded');
    },
  };
}

/** Pays for a text or bytes of that length: it may be copied, and what is made in all is bounded too. */
export function spendLength(budget: Budget, length: number): void {
  budget.spend(length);
}
