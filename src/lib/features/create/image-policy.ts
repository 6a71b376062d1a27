import { formatDuration } from '../../core/duration.ts';
import { compileGoRegExp } from '../../core/go-regexp.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { badValue, collidingFlags, missingFlag } from './check-flags.ts';
import { checkExtract } from './check-extract.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';

/** What an ImagePolicy is made of. Texts that are empty leave their field out. */
export interface ImagePolicyOptions {
  readonly imageRef: string;
  readonly selectSemver: string;
  readonly selectAlpha: string;
  readonly selectNumeric: string;
  readonly filterRegex: string;
  readonly filterExtract: string;
  readonly reflectDigest: string;
  /** Milliseconds; 0 leaves the field out. */
  readonly interval: number;
}

const REFLECTIONS = ['Never', 'IfNotPresent', 'Always'];

/**
 * Makes an ImagePolicy.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_image_policy.go
 * Differs: a range of versions together with another order is refused; upstream makes a policy that has neither
 *
 * @throws {FluxError} create/flag-missing, create/flags-collide, create/bad-value
 */
export function makeImagePolicy(base: ObjectBase, options: ImagePolicyOptions): K8sObject {
  const { imageRef, reflectDigest, interval } = options;
  if (imageRef === '')
    throw missingFlag('image-ref', 'the name of an ImageRepository in the namespace is required (--image-ref)');
  const policy = choosePolicy(options);
  const filterTags = makeFilter(options);
  if (reflectDigest !== '' && !REFLECTIONS.includes(reflectDigest)) {
    throw badValue("invalid value for --reflect-digest, must be one of 'Never', 'IfNotPresent', 'Always'");
  }
  if (interval !== 0 && reflectDigest !== 'Always') {
    throw collidingFlags(
      "the --interval flag can only be used with the 'Always' digest reflection policy, use --reflect-digest=Always",
    );
  }
  if (options.selectSemver !== '' && (options.selectAlpha !== '' || options.selectNumeric !== ''))
    throw collidingFlags(ONE_ORDER);
  return makeObject(
    'ImagePolicy',
    base,
    fieldsOf({
      imageRepositoryRef: { name: imageRef },
      policy,
      filterTags,
      digestReflectionPolicy: reflectDigest,
      interval: interval === 0 ? '' : formatDuration(interval),
    }),
  );
}

const ONE_ORDER = 'only one of --select-semver, --select-alpha or --select-numeric can be specified';

function choosePolicy({ selectSemver, selectAlpha, selectNumeric }: ImagePolicyOptions): JsonObject {
  if (selectAlpha !== '' && selectNumeric !== '') throw collidingFlags(ONE_ORDER);
  if (selectSemver !== '') return { semver: { range: selectSemver } };
  if (selectAlpha !== '') return { alphabetical: { order: checkOrder('select-alpha', selectAlpha) } };
  if (selectNumeric !== '') return { numerical: { order: checkOrder('select-numeric', selectNumeric) } };
  throw missingFlag(
    'select-semver, --select-alpha or --select-numeric',
    'a policy must be provided with either --select-semver or --select-alpha',
  );
}

function checkOrder(flag: string, order: string): string {
  if (order === 'asc' || order === 'desc') return order;
  throw badValue(`--${flag} must be one of ["asc", "desc"]`, 'asc takes the last, desc the first');
}

function makeFilter({ filterRegex: pattern, filterExtract: extract }: ImagePolicyOptions): JsonObject | undefined {
  if (pattern === '') {
    if (extract !== '') throw missingFlag('filter-regex', 'cannot specify --filter-extract without specifying --filter-regex');
    return undefined;
  }
  compileGoRegExp(pattern, (what) => badValue('--filter-regex is an invalid regex pattern', what));
  if (extract !== '') checkExtract(extract, pattern);
  return { pattern, extract };
}
