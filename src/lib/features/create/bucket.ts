import { formatDuration } from '../../core/duration.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret } from './secret.ts';
import { durationField, fieldsOf, makeObject, nameRef } from './spec-fields.ts';

/** What a Bucket is made of. Texts that are empty leave their field out. */
export interface BucketOptions {
  readonly bucketName: string;
  readonly endpoint: string;
  readonly provider: string;
  readonly region: string;
  readonly insecure: boolean;
  readonly secretRef: string;
  readonly proxySecretRef: string;
  readonly ignorePaths: readonly string[];
  /** Milliseconds. */
  readonly interval: number;
  /** Milliseconds; up to 0 leaves the field out. */
  readonly fetchTimeout: number;
}

/**
 * Makes a Bucket.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_bucket.go
 *
 * @throws {FluxError} create/flag-missing
 */
export function makeBucket(base: ObjectBase, options: BucketOptions): K8sObject {
  const { bucketName, endpoint, provider, region, insecure } = options;
  if (bucketName === '') throw missingFlag('bucket-name', 'bucket-name is required');
  if (endpoint === '') throw missingFlag('endpoint', 'endpoint is required');
  return makeObject(
    'Bucket',
    base,
    fieldsOf({
      bucketName,
      endpoint,
      provider,
      region,
      insecure,
      interval: formatDuration(options.interval),
      timeout: durationField(options.fetchTimeout),
      secretRef: nameRef(options.secretRef),
      proxySecretRef: nameRef(options.proxySecretRef),
      ignore: options.ignorePaths.join('\n'),
    }),
  );
}

/**
 * Makes the Secret of a Bucket with static keys; none where one of them is missing.
 *
 * Effects: none
 */
export function makeBucketSecret(base: ObjectBase, keys: { accessKey: string; secretKey: string }): K8sObject | undefined {
  if (keys.accessKey === '' || keys.secretKey === '') return undefined;
  return makeSecret({ ...base, name: `bucket-${base.name}` }, { data: { accesskey: keys.accessKey, secretkey: keys.secretKey } });
}
