import { type Flag, string, strings } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import type { PruneGuard } from '../../lib/features/reconcile/index.ts';

/** Kinds whose deletion takes more with it than the object: what is in it, what it defines, what it stores. */
const DEFAULT_PROTECTED_KINDS = 'Namespace,CustomResourceDefinition,PersistentVolumeClaim';

/** Flags of commands that delete on behalf of a Kustomization. */
export const PRUNE_FLAGS: {
  readonly 'prune-limit': Flag<string>;
  readonly 'protect-kinds': Flag<readonly string[]>;
} = {
  'prune-limit': string({
    description:
      'stops before a Kustomization deletes more objects than this, or more than this percentage of its inventory (10%)',
  }),
  'protect-kinds': {
    ...strings({
      description: `stops before an object of these kinds is deleted or made anew; alone it stands for ${DEFAULT_PROTECTED_KINDS}`,
    }),
    bare: DEFAULT_PROTECTED_KINDS,
  },
};

/** The same for the verbs over kinds; only a Kustomization has anything to prune. */
export function pruneFlags(kind: FluxKind): typeof PRUNE_FLAGS {
  if (kind.kind === 'Kustomization') return PRUNE_FLAGS;
  return {
    'prune-limit': { ...PRUNE_FLAGS['prune-limit'], hidden: true },
    'protect-kinds': { ...PRUNE_FLAGS['protect-kinds'], hidden: true },
  };
}

/** What the flags were given. */
export interface PruneFlags {
  readonly 'prune-limit': string;
  readonly 'protect-kinds': readonly string[];
}

/**
 * Reads the flags; without any, nothing is guarded.
 *
 * Effects: none
 *
 * @throws {FluxError} usage/bad-value
 */
export async function pruneGuardOf(flags: PruneFlags): Promise<{ pruneGuard?: PruneGuard }> {
  const limit = flags['prune-limit'];
  const protectedKinds = flags['protect-kinds'];
  if (limit === '' && protectedKinds.length === 0) return {};
  const { parsePruneLimit } = await import('../../lib/features/reconcile/index.ts');
  return {
    pruneGuard: {
      ...(limit === '' ? {} : { limit: parsePruneLimit(limit) }),
      ...(protectedKinds.length === 0 ? {} : { protectedKinds }),
    },
  };
}

/**
 * Refuses the flags where a controller does the work, which knows nothing of them.
 *
 * @throws {FluxError} usage/bad-value
 */
export function checkPruneFlagsDriven(given: ReadonlySet<string>, isDriven: boolean): void {
  const flag = Object.keys(PRUNE_FLAGS).find((name) => given.has(name));
  if (isDriven || flag === undefined) return;
  throw new FluxError('usage/bad-value', `--${flag} goes with --drive only: a controller in the cluster prunes without a limit`);
}
