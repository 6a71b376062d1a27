import { formatDuration } from '../../core/duration.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { badValue, missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { durationField, fieldsOf, makeObject, nameRef } from './spec-fields.ts';
import { makeVerification, type VerificationOptions } from './verification.ts';

/** What an OCIRepository is made of. Texts that are empty leave their field out. */
export interface OciRepositoryOptions extends VerificationOptions {
  readonly url: string;
  readonly tag: string;
  readonly tagSemver: string;
  readonly digest: string;
  readonly provider: string;
  readonly secretRef: string;
  readonly proxySecretRef: string;
  readonly certRef: string;
  readonly serviceAccount: string;
  readonly insecure: boolean;
  readonly ignorePaths: readonly string[];
  /** `MEDIA-TYPE:extract` or `MEDIA-TYPE:copy`. */
  readonly layerSelector: string;
  /** Milliseconds. */
  readonly interval: number;
  /** Milliseconds; up to 0 leaves the field out. */
  readonly fetchTimeout: number;
}

/**
 * Makes an OCIRepository.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_oci.go
 *
 * @throws {FluxError} create/flag-missing, create/bad-value
 */
export function makeOciRepository(base: ObjectBase, options: OciRepositoryOptions): K8sObject {
  const { url, tag, tagSemver: semver, digest, provider, insecure } = options;
  if (url === '') throw missingFlag('url', 'url is required');
  if (tag === '' && semver === '' && digest === '') throw missingFlag('tag', '--tag, --tag-semver or --digest is required');
  return makeObject(
    'OCIRepository',
    base,
    fieldsOf({
      url,
      provider,
      insecure,
      interval: formatDuration(options.interval),
      layerSelector: parseLayerSelector(options.layerSelector),
      timeout: durationField(options.fetchTimeout),
      ref: fieldsOf({ tag, semver, digest }),
      serviceAccountName: options.serviceAccount,
      secretRef: nameRef(options.secretRef),
      proxySecretRef: nameRef(options.proxySecretRef),
      certSecretRef: nameRef(options.certRef),
      ignore: options.ignorePaths.join('\n'),
      verify: makeVerification(options),
    }),
  );
}

function parseLayerSelector(text: string): JsonObject | undefined {
  if (text === '') return undefined;
  const colon = text.indexOf(':');
  const mediaType = text.slice(0, Math.max(colon, 0));
  const operation = text.slice(colon + 1);
  const wrong = `invalid --layer-selector ${JSON.stringify(text)}:`;
  if (mediaType === '' || operation === '') throw badValue(`${wrong} must be in the format '<media-type>:<operation>'`);
  if (operation !== 'extract' && operation !== 'copy') throw badValue(`${wrong} operation must be "extract" or "copy"`);
  return { mediaType, operation };
}
