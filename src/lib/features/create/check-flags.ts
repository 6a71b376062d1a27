import { FluxError } from '../../core/errors.ts';

/**
 * The error of a flag that has to be given.
 *
 * @param message the sentence that the flux CLI has for it
 */
export function missingFlag(flag: string, message = `--${flag} is required`): FluxError {
  return new FluxError('create/flag-missing', message, { details: { flag }, hint: `give --${flag}` });
}

/** The error of flags that do not go together. */
export function collidingFlags(message: string, hint?: string): FluxError {
  return new FluxError('create/flags-collide', message, hint === undefined ? {} : { hint });
}

/** The error of a value that a flag cannot have. */
export function badValue(message: string, hint?: string): FluxError {
  return new FluxError('create/bad-value', message, hint === undefined ? {} : { hint });
}
