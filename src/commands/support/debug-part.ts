import { FluxError } from '../../lib/core/errors.ts';

/**
 * The one part that the flags ask for.
 *
 * @throws {FluxError} inspect/bad-part: none or several were asked for
 */
export function partOf<T extends string>(wanted: Readonly<Record<T, boolean>>): T {
  const names = Object.keys(wanted) as T[];
  const [part, ...more] = names.filter((name) => wanted[name]);
  if (part !== undefined && more.length === 0) return part;
  throw new FluxError('inspect/bad-part', `exactly one of ${names.map((name) => `--show-${name}`).join(', ')} must be set`);
}
