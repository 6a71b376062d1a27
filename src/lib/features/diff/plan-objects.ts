import { FluxError, isFluxError } from '../../core/errors.ts';
import { FIELD_MANAGER } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { ignoredPaths, type IgnoreRule, planApply, type PlannedChange, withoutFields } from '../../engine/ssa/index.ts';
import type { ActingIdentity } from '../reconcile/index.ts';
import { compareValues } from './compare-values.ts';
import { maskDifferences, type Secrecy } from './mask-differences.ts';
import type { DiffAction, Difference, ObjectDiff } from './types.ts';

/** What will be there by the time the objects are applied, though it is not yet. */
export interface Coming {
  /** `group/Kind` of the kinds that definitions bring. */
  readonly kinds: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  /** True where something else, which comes first, may bring more. */
  readonly mayBeMore: boolean;
}

/** How the objects of a Kustomization are compared. */
export interface PlanObjectsOptions {
  readonly force: boolean;
  readonly ignoreRules: readonly IgnoreRule[];
  readonly coming: Coming;
  /** Objects that were encrypted, as `formatSubject` names them. */
  readonly decrypted: ReadonlySet<string>;
  readonly secretValues: readonly string[];
  readonly signal?: AbortSignal;
}

const DRY_RUNS_AT_ONCE = 8;

/**
 * Compares prepared objects with the cluster, by a dry run of each. One that fails does not hide the others.
 *
 * Effects: reads the cluster
 */
export async function planObjects(
  objects: readonly K8sObject[],
  acting: ActingIdentity,
  options: PlanObjectsOptions,
): Promise<{ readonly objects: readonly ObjectDiff[]; readonly failures: readonly FluxError[] }> {
  const { changes } = await planApply(objects, acting.kube, {
    fieldManager: FIELD_MANAGER.kustomize,
    force: options.force,
    ignoreRules: options.ignoreRules,
    concurrency: DRY_RUNS_AT_ONCE,
    keepGoing: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const diffs = changes.map((change) => describe(change, options));
  const failures = changes.flatMap(({ error }, index) =>
    error === undefined || diffs[index]?.action !== 'failed' ? [] : [error],
  );
  return { objects: diffs, failures };
}

function describe(change: PlannedChange, options: PlanObjectsOptions): ObjectDiff {
  const { ref, action, recreate } = change;
  const about = (what: DiffAction, more: Partial<ObjectDiff> = {}): ObjectDiff => ({ ...ref, action: what, ...more });
  switch (action) {
    case 'created':
      return about(recreate ? 'recreated' : 'created');
    case 'unchanged':
    case 'skipped':
      return about(action);
    case 'unknown':
      return describeUnknown(change, options, about);
    case 'configured': {
      const secrecy = secrecyOf(change.object, options);
      const found = differencesOf(change, options.ignoreRules);
      const shown = maskDifferences(found, secrecy);
      if (shown.length > 0) return about('drifted', { differences: shown });
      // Masks differ from whatever they are compared with.
      if (found.length > 0) return about('unchanged');
      return about('drifted', { note: 'its fields are taken over from other managers' });
    }
    default:
      throw new FluxError('internal/bug', `no word for the action "${String(action satisfies never)}"`);
  }
}

function describeUnknown(
  { object, error }: PlannedChange,
  { coming }: PlanObjectsOptions,
  about: (what: DiffAction, more?: Partial<ObjectDiff>) => ObjectDiff,
): ObjectDiff {
  if (error === undefined) return about('created');
  const kind = `${groupOf(object)}/${object.kind}`;
  if (isFluxError(error.cause, 'kube/unknown-kind')) {
    if (coming.kinds.has(kind)) return about('created');
    if (coming.mayBeMore) return about('created', { note: 'its kind is not served yet' });
  }
  const namespace = object.metadata.namespace ?? '';
  const isPlaceMissing = isFluxError(error, 'ssa/not-found') && error.message.includes(`namespaces "${namespace}" not found`);
  if (isPlaceMissing) {
    if (coming.namespaces.has(namespace)) return about('created');
    if (coming.mayBeMore) return about('created', { note: 'its namespace is not there yet' });
  }
  return about('failed', { error: { code: error.code, message: error.message } });
}

/** What an apply changes; of metadata only labels and annotations, as drift is judged by those. */
function differencesOf({ live, merged, takeOver }: PlannedChange, rules: readonly IgnoreRule[]): Difference[] {
  if (live === undefined || merged === undefined) return [];
  const paths = ignoredPaths(merged, rules);
  return compareValues(contentOf(withoutFields(live, paths)), contentOf(withoutPatched(withoutFields(merged, paths), takeOver)));
}

function contentOf(object: K8sObject): JsonObject {
  const { metadata, status: _status, ...content } = object;
  const { labels, annotations } = metadata;
  return {
    ...content,
    metadata: { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) },
  };
}

/** The object without the labels and annotations that are taken off before it is applied. */
function withoutPatched(object: K8sObject, takeOver: PlannedChange['takeOver']): K8sObject {
  const gone = takeOver.filter(isJsonObject).filter(({ op }) => op === 'remove');
  return withoutFields(
    object,
    gone.map((operation) => readText(operation, 'path')),
  );
}

function secrecyOf(object: K8sObject, { decrypted, secretValues }: PlanObjectsOptions): Secrecy {
  const isSecret = object.kind === 'Secret' && groupOf(object) === '';
  const namespace = object.metadata.namespace ?? '';
  const wasEncrypted = decrypted.has(formatSubject({ apiVersion: '', kind: object.kind, namespace, name: object.metadata.name }));
  return { isSecret: isSecret || wasEncrypted, isMasked: isSecret && hasMask(object), secretValues };
}

const MASK = '**SOPS**';

/** Whether the build has put masks in the place of values that it could not decrypt. */
function hasMask(secret: K8sObject): boolean {
  const data = secret['data'];
  const values = isJsonObject(data) ? Object.values(data) : [];
  return values.some((value) => typeof value === 'string' && Buffer.from(value, 'base64').toString('utf8').includes(MASK));
}

/** Kinds and namespaces that the objects bring themselves. */
export function comingOf(objects: readonly K8sObject[], mayBeMore: boolean): Coming {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const object of objects) {
    if (object.kind === 'Namespace' && groupOf(object) === '') namespaces.add(object.metadata.name);
    if (object.kind === 'CustomResourceDefinition') {
      kinds.add(`${readText(object, 'spec', 'group')}/${readText(object, 'spec', 'names', 'kind')}`);
    }
  }
  return { kinds, namespaces, mayBeMore };
}
