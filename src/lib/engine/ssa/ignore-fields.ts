import { cloneJson, equalJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { parsePointer, removeAt, setAt, valueAt } from './json-pointer.ts';
import type { IgnoreRule } from './types.ts';

/**
 * Lists the paths that the rules leave alone in an object.
 *
 * Effects: none
 *
 * @param merged the object as the server's dry run gave it; the rules select by that
 */
export function ignoredPaths(merged: K8sObject, rules: readonly IgnoreRule[]): readonly string[] {
  return rules.filter(({ selects }) => selects(merged)).flatMap(({ paths }) => paths);
}

/** The object without the fields at the paths; what is not there is passed over. */
export function withoutFields<T extends JsonObject>(object: T, paths: readonly string[]): T {
  if (paths.length === 0) return object;
  const copy = cloneJson(object) as T;
  for (const path of paths) removeAt(copy, parsePointer(path));
  return copy;
}

/**
 * Makes what is sent for an object whose ignored fields are otherwise in the cluster: what another field manager has applied
 * is left out, and what only we have is sent as it is there, so that the apply changes neither.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/manager_apply.go computeDriftedPaths, applyDriftResult
 * Differs: a field that is in the cluster and not in the payload is added to it; upstream fails
 */
export function sparedPayload(
  object: K8sObject,
  live: K8sObject,
  merged: K8sObject,
  paths: readonly string[],
  fieldManager: string,
): K8sObject {
  const payload = cloneJson(object) as K8sObject;
  for (const path of paths) {
    const steps = parsePointer(path);
    const there = valueAt(live, steps);
    const coming = valueAt(merged, steps);
    if (there === undefined ? coming === undefined : coming !== undefined && equalJson(there, coming)) continue;
    if (there === undefined || isAppliedByOther(live, steps, fieldManager)) removeAt(payload, steps);
    else setAt(payload, steps, cloneJson(there));
  }
  return payload;
}

/** Whether another manager than ours has applied the field. */
function isAppliedByOther(live: K8sObject, steps: readonly string[], fieldManager: string): boolean {
  const entries = (live.metadata.managedFields ?? []).filter(
    ({ operation, subresource, fieldsV1 }) => operation === 'Apply' && (subresource ?? '') === '' && fieldsV1 !== undefined,
  );
  const all = entries.map(({ fieldsV1 }) => fieldsV1 ?? {});
  const keys = fieldKeysOf(live, steps, all);
  if (keys === undefined) return false;
  return entries.some(({ manager, fieldsV1 }) => manager !== fieldManager && hasField(fieldsV1 ?? {}, keys));
}

/** The path as managedFields have it: `f:` before names, `k:{…}` for elements of lists; `undefined` where it has no such form. */
function fieldKeysOf(live: K8sObject, steps: readonly string[], owned: readonly JsonObject[]): readonly string[] | undefined {
  const keys: string[] = [];
  for (const [depth, step] of steps.entries()) {
    if (!/^-?\d+$/.test(step)) {
      keys.push(`f:${step}`);
      continue;
    }
    const item = valueAt(live, steps.slice(0, depth + 1));
    const parents = owned.map((fields) => fieldAt(fields, keys)).filter(isJsonObject);
    const key = parents.flatMap(Object.keys).find((name) => name.startsWith('k:') && isKeyOf(item, name));
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

function isKeyOf(item: JsonValue | undefined, key: string): boolean {
  if (!isJsonObject(item)) return false;
  const wanted = parseJson(key.slice('k:'.length));
  return isJsonObject(wanted) && Object.entries(wanted).every(([name, value]) => equalJson(item[name], value));
}

function fieldAt(fields: JsonObject, keys: readonly string[]): JsonValue | undefined {
  return valueAt(fields, keys);
}

function hasField(fields: JsonObject, keys: readonly string[]): boolean {
  return keys.length > 0 && fieldAt(fields, keys) !== undefined;
}
