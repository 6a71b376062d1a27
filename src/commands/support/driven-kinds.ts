import { FluxError } from '../../lib/core/errors.ts';
import { DRIVEN_KINDS, type FluxKind } from '../../lib/core/kinds.ts';

/**
 * Refuses `--drive` for a kind that only its controller can reconcile.
 *
 * @throws {FluxError} usage/bad-value
 */
export function checkDriven(kind: FluxKind): void {
  if (DRIVEN_KINDS.has(kind.kind)) return;
  throw new FluxError('usage/bad-value', `a ${kind.kind} cannot be driven: only GitRepository and Kustomization can`, {
    hint: 'leave out --drive',
  });
}
