import { FluxError } from '../../core/errors.ts';
import { sourceOf, subjectOf } from './resource.ts';
import type { Resource } from './resource.ts';

/**
 * Runs something with one resource; an error that comes out names the resource and where it was read from.
 *
 * @param what put before the message
 */
export function aboutResource<T>(resource: Resource, run: () => T, what = ''): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof FluxError ? nameResource(error, resource, what) : error;
  }
}

/** The error with what it is about, unless it says that already. */
export function nameResource(error: FluxError, resource: Resource, what = ''): FluxError {
  const source = error.source ?? sourceOf(resource);
  const subject = error.subject ?? subjectOf(resource);
  return new FluxError(error.code, what === '' ? error.message : `${what}: ${error.message}`, {
    ...(source === undefined ? {} : { source }),
    ...(subject === undefined ? {} : { subject }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
