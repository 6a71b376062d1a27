import { formatDuration } from '../../core/duration.ts';
import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import { problemOfUrl } from './git-url.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { durationField, fieldsOf, makeObject, nameRef } from './spec-fields.ts';

/** What a HelmRepository is made of. Texts that are empty leave their field out. */
export interface HelmRepositoryOptions {
  readonly url: string;
  readonly secretRef: string;
  /** Only counts with a login: a secret that is named, or one that is made. */
  readonly passCredentials: boolean;
  /** Only counts for `oci://`. */
  readonly ociProvider: string;
  /** Milliseconds. */
  readonly interval: number;
  /** Milliseconds; up to 0 leaves the field out. */
  readonly fetchTimeout: number;
}

/**
 * Makes a HelmRepository.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_helm.go
 *
 * @throws {FluxError} create/flag-missing, create/bad-url, create/bad-url-scheme
 */
export function makeHelmRepository(base: ObjectBase, options: HelmRepositoryOptions): K8sObject {
  const { url, secretRef, passCredentials, ociProvider } = options;
  const isOci = checkHelmUrl(url) === 'oci';
  return makeObject(
    'HelmRepository',
    base,
    fieldsOf({
      url,
      type: isOci ? 'oci' : '',
      provider: isOci ? ociProvider : '',
      interval: formatDuration(options.interval),
      timeout: durationField(options.fetchTimeout),
      secretRef: nameRef(secretRef),
      passCredentials: passCredentials && secretRef !== '',
    }),
  );
}

/**
 * Checks the URL of a Helm repository and tells its scheme.
 *
 * Effects: none
 *
 * @throws {FluxError} create/flag-missing, create/bad-url, create/bad-url-scheme
 */
function checkHelmUrl(url: string): string {
  if (url === '') throw missingFlag('url', 'url is required');
  const problem = problemOfUrl(url);
  if (problem !== undefined) throw new FluxError('create/bad-url', `url parse failed: parse ${JSON.stringify(url)}: ${problem}`);
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'oci') {
    throw new FluxError('create/bad-url-scheme', `url scheme '${scheme}' not supported, can be: http, https and oci`);
  }
  if (!/^\/\/(?:[^/?#]*@)?[^/?#]/.test(url.slice(scheme.length + 1))) {
    throw new FluxError('create/bad-url', 'url host is required');
  }
  return scheme;
}
