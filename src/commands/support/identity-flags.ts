import { type Flag, string, strings } from '../../lib/cli/flags.ts';
import type { IdentityOptions } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';

/** The gate of Flux's controllers that there is here. */
const GATE = 'ObjectLevelWorkloadIdentity';

/** Flags of driven runs that say in whose name others are asked; the names are those of the controllers. */
export const IDENTITY_FLAGS: {
  readonly 'feature-gates': Flag<readonly string[]>;
  readonly 'sops-vault-configmap': Flag<string>;
} = {
  'feature-gates': strings({
    description: `${GATE}=true lets serviceAccountName of objects stand for an identity of a cloud or of Vault`,
  }),
  'sops-vault-configmap': string({
    description: 'ConfigMap with the servers of Vault that service accounts may log in to, in the namespace of Flux',
  }),
};

/** What the flags were given. */
export interface IdentityFlags {
  readonly 'feature-gates': readonly string[];
  readonly 'sops-vault-configmap': string;
}

/**
 * Reads the flags; without any, accounts stand for nobody elsewhere.
 *
 * Effects: none
 *
 * @throws {FluxError} usage/bad-value
 */
export function identityOf(flags: IdentityFlags): IdentityOptions {
  let objectLevelIdentity = false;
  for (const text of flags['feature-gates'].flatMap((list) => list.split(','))) {
    const [, name, value] = /^(\w+)=(true|false)$/.exec(text.trim()) ?? [];
    if (name !== GATE) {
      throw new FluxError('usage/bad-value', `--feature-gates=${text} is not known: there is ${GATE}=true|false`);
    }
    objectLevelIdentity = value === 'true';
  }
  const vaultConfigMap = flags['sops-vault-configmap'];
  if (vaultConfigMap !== '' && !objectLevelIdentity) {
    throw new FluxError(
      'usage/bad-value',
      `--sops-vault-configmap goes with --feature-gates=${GATE}=true: service accounts log in`,
    );
  }
  return { objectLevelIdentity, vaultConfigMap };
}

/**
 * Refuses the flags where a controller does the work, which has gates of its own.
 *
 * @throws {FluxError} usage/bad-value
 */
export function checkIdentityFlagsDriven(given: ReadonlySet<string>, isDriven: boolean): void {
  const flag = Object.keys(IDENTITY_FLAGS).find((name) => given.has(name));
  if (isDriven || flag === undefined) return;
  throw new FluxError('usage/bad-value', `--${flag} goes with --drive only: the controller in the cluster has its own`);
}
