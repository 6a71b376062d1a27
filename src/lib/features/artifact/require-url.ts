import { FluxError } from '../../core/errors.ts';

/**
 * Refuses an address that was not given.
 *
 * @param message flux's own words, which differ by command
 * @throws {FluxError} artifact/url-missing
 */
export function requireUrl(url: string, message: string): string {
  if (url !== '') return url;
  throw new FluxError('artifact/url-missing', message, { hint: 'write it like oci://ghcr.io/org/config/app:v1.0.0' });
}
