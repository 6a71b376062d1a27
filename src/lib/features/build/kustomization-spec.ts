import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { FluxBuildSpec } from '../../engine/kustomize/index.ts';

/** A ConfigMap or Secret with variables. */
export interface VariableSource {
  readonly kind: string;
  readonly name: string;
  readonly optional: boolean;
}

/** What of a Kustomization's spec says how it is built. */
export interface KustomizationSpec {
  readonly build: FluxBuildSpec;
  /** Folder in the source; empty means its root. */
  readonly path: string;
  /** As in `--local-sources`: `GitRepository/flux-system/web`; without namespace where nobody names one. */
  readonly sourceKey: string;
  readonly commonMetadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly hasPostBuild: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly variableSources: readonly VariableSource[];
  /** True substitutes where there is no variable, too. */
  readonly alwaysSubstitute: boolean;
}

/** What a field must be. */
type Shape = 'text' | 'flag' | 'texts' | 'map of texts' | 'values' | { readonly [field: string]: Shape } | readonly [Shape];

const SELECTOR: Shape = {
  group: 'text',
  version: 'text',
  kind: 'text',
  name: 'text',
  namespace: 'text',
  labelSelector: 'text',
  annotationSelector: 'text',
};

/** The fields that a build looks at; all others are passed over, as upstream does. */
const SPEC_SHAPE: { readonly [field: string]: Shape } = {
  path: 'text',
  targetNamespace: 'text',
  namePrefix: 'text',
  nameSuffix: 'text',
  ignoreMissingComponents: 'flag',
  components: 'texts',
  buildMetadata: 'texts',
  patches: [{ patch: 'text', target: SELECTOR }],
  patchesStrategicMerge: 'values',
  patchesJson6902: [{ patch: 'values', target: SELECTOR }],
  images: [{ name: 'text', newName: 'text', newTag: 'text', digest: 'text' }],
  sourceRef: { kind: 'text', name: 'text', namespace: 'text' },
  commonMetadata: { labels: 'map of texts', annotations: 'map of texts' },
  postBuild: {
    substitute: 'map of texts',
    substituteFrom: [{ kind: 'text', name: 'text', optional: 'flag' }],
    substituteStrategy: 'text',
  },
};

/**
 * Reads what of a Kustomization's spec says how it is built. It need not be complete: what a build does not look at is not asked
 * for.
 *
 * Effects: none
 *
 * @param where what errors call the place that the object is from
 * @throws {FluxError} build/invalid-kustomization: a field has the wrong type
 */
export function readKustomizationSpec(object: K8sObject, where: string): KustomizationSpec {
  const spec = object['spec'] ?? {};
  checkShape(spec, SPEC_SHAPE, 'spec', where);
  const given = dropNulls(spec) as JsonObject & FluxBuildSpec;
  const postBuild = given['postBuild'] as
    | { substitute?: Record<string, string>; substituteFrom?: Partial<VariableSource>[]; substituteStrategy?: string }
    | undefined;
  const common = (given['commonMetadata'] ?? {}) as { labels?: Record<string, string>; annotations?: Record<string, string> };
  const { kind = '', name = '', namespace } = (given['sourceRef'] ?? {}) as { kind?: string; name?: string; namespace?: string };
  const place = namespace === undefined || namespace === '' ? (object.metadata.namespace ?? '') : namespace;
  return {
    build: given,
    path: given.path ?? '',
    sourceKey: place === '' ? `${kind}/${name}` : `${kind}/${place}/${name}`,
    commonMetadata: { labels: common.labels ?? {}, annotations: common.annotations ?? {} },
    hasPostBuild: postBuild !== undefined,
    variables: postBuild?.substitute ?? {},
    variableSources: (postBuild?.substituteFrom ?? []).map((source) => ({
      kind: source.kind ?? '',
      name: source.name ?? '',
      optional: source.optional === true,
    })),
    alwaysSubstitute: postBuild?.substituteStrategy === 'Always',
  };
}

function checkShape(value: JsonValue | undefined, shape: Shape, path: string, where: string): void {
  if (value === undefined || value === null) return;
  const refuse = (wanted: string): FluxError =>
    new FluxError(
      'build/invalid-kustomization',
      `${where}: ${path} is ${nameOf(value)}, wanted ${wanted}`,
      wanted === 'a text' && typeof value !== 'object' ? { hint: 'write it in quotes' } : {},
    );
  if (shape === 'text') {
    if (typeof value !== 'string') throw refuse('a text');
  } else if (shape === 'flag') {
    if (typeof value !== 'boolean') throw refuse('true or false');
  } else if (shape === 'map of texts') {
    if (!isJsonObject(value)) throw refuse('a map');
    for (const [key, member] of Object.entries(value)) checkShape(member, 'text', `${path}.${key}`, where);
  } else if (shape === 'texts' || shape === 'values' || isList(shape)) {
    if (!Array.isArray(value)) throw refuse('a list');
    if (shape === 'values') return;
    const [item] = shape === 'texts' ? (['text'] as const) : shape;
    for (const [index, member] of value.entries()) checkShape(member ?? '', item, `${path}[${index}]`, where);
  } else {
    if (!isJsonObject(value)) throw refuse('a map');
    for (const [field, inner] of Object.entries(shape)) {
      checkShape(Object.hasOwn(value, field) ? value[field] : undefined, inner, `${path}.${field}`, where);
    }
  }
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function nameOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'a text' : String(value);
}

/** A field that is null is one that is not there, as Go reads it. */
function dropNulls(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
}
