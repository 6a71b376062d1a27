import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import type { UpgradeNote } from './types.ts';

/** A field that old versions of a kind have and the new one has not. */
export interface UpgradeRule {
  readonly kind: string;
  /** Path within the object. */
  readonly path: readonly string[];
  /** Why it is dropped, or what becomes of it. */
  readonly message: string;
  /** Puts the value into its parent in the new form; absent drops it. */
  readonly convert?: (parent: JsonObject, value: JsonValue) => void;
}

/**
 * The fields, by kind.
 *
 * Source: the release notes and API types of fluxcd's controllers, v1beta1 and v1beta2 against v1
 */
export const UPGRADE_RULES: readonly UpgradeRule[] = [
  {
    kind: 'Kustomization',
    path: ['spec', 'validation'],
    message: 'objects are always validated by the API server, before any is applied',
  },
  {
    kind: 'Kustomization',
    path: ['spec', 'patchesStrategicMerge'],
    message: 'became entries of spec.patches',
    convert: (spec, value) =>
      addPatches(
        spec,
        listOf(value).map((patch) => ({ patch: textOf(patch) })),
      ),
  },
  {
    kind: 'Kustomization',
    path: ['spec', 'patchesJson6902'],
    message: 'became entries of spec.patches',
    convert: (spec, value) =>
      addPatches(
        spec,
        listOf(value)
          .filter(isJsonObject)
          .map(({ patch = null, target = null }) => ({ patch: textOf(patch), target })),
      ),
  },
  {
    kind: 'GitRepository',
    path: ['spec', 'gitImplementation'],
    message: 'there is one implementation of Git',
  },
  {
    kind: 'GitRepository',
    path: ['spec', 'accessFrom'],
    message: 'access across namespaces is governed by the controllers (--no-cross-namespace-refs)',
  },
  { kind: 'Bucket', path: ['spec', 'accessFrom'], message: 'access across namespaces is governed by the controllers' },
  {
    kind: 'HelmChart',
    path: ['spec', 'valuesFile'],
    message: 'became the last entry of spec.valuesFiles',
    convert: addValuesFile,
  },
  {
    kind: 'HelmRelease',
    path: ['spec', 'chart', 'spec', 'valuesFile'],
    message: 'became the last entry of spec.chart.spec.valuesFiles',
    convert: addValuesFile,
  },
  { kind: 'Alert', path: ['status'], message: 'alerts have no status any more' },
  { kind: 'Provider', path: ['status'], message: 'providers have no status any more' },
];

/**
 * Applies the rules of a kind to an object, which is changed.
 *
 * @returns what was changed, in the order of the rules
 */
export function applyRules(object: JsonObject, kind: string): UpgradeNote[] {
  const notes: UpgradeNote[] = [];
  for (const { kind: ruled, path, message, convert } of UPGRADE_RULES) {
    if (ruled !== kind) continue;
    const last = path.at(-1) ?? '';
    const parent = path.slice(0, -1).reduce<JsonValue | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), object);
    if (!isJsonObject(parent) || parent[last] === undefined) continue;
    const value = parent[last];
    delete parent[last];
    convert?.(parent, value);
    const fate = convert === undefined ? 'dropped' : 'converted';
    notes.push({ field: path.join('.'), fate, message: `${path.join('.')} ${fate === 'dropped' ? 'dropped: ' : ''}${message}` });
  }
  return notes;
}

function addPatches(spec: JsonObject, patches: readonly JsonObject[]): void {
  const before = Array.isArray(spec['patches']) ? spec['patches'] : [];
  spec['patches'] = [...before, ...patches];
}

function addValuesFile(parent: JsonObject, value: JsonValue): void {
  const before = Array.isArray(parent['valuesFiles']) ? parent['valuesFiles'] : [];
  parent['valuesFiles'] = [...before, value];
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** A patch is a text in the new form; in the old one it could be written as YAML in place. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : emitYaml(value);
}
