import { FluxError } from '../../lib/core/errors.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';

/** Kinds that can be reconciled in this process. */
export const DRIVEN_KINDS: ReadonlySet<string> = new Set(['GitRepository', 'Kustomization']);

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
