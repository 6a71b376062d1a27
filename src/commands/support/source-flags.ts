import { duration, type Flag } from '../../lib/cli/flags.ts';
import type { IdleFlags } from './create-command.ts';

/** How long a controller may take to fetch a source. */
export const FETCH_TIMEOUT_FLAG: Flag<number> = duration({
  defaultText: '0s',
  description: 'time limit of a fetch; 0s leaves it to the controller, which takes 1m0s',
});

/**
 * Flags of a login that make no Secret: with `--export` none is printed, and one that is named is not changed. They are told,
 * since the flux CLI passes over them in silence.
 */
export function idleLogin(
  options: { readonly export: boolean; readonly secretRef: string },
  secret: string,
  flags: readonly string[],
): IdleFlags {
  if (options.secretRef !== '') return { '--secret-ref names the login': flags };
  return options.export ? { [`--export prints the source alone; its login is: flux-ts create secret ${secret}`]: flags } : {};
}
