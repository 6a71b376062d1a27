import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * Reads a member deep in an object; `undefined` where any step is missing or not an object.
 *
 * Effects: none
 *
 * @example readPath(kustomization, 'spec', 'sourceRef', 'name')
 */
export function readPath(object: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let value = object;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The text deep in an object; empty where there is none or it is not a text. */
export function readText(object: JsonValue | undefined, ...path: readonly string[]): string {
  const value = readPath(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The list deep in an object; empty where there is none or it is not a list. */
export function readList(object: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const value = readPath(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** The condition of a type in `status.conditions`. */
export function readCondition(object: JsonObject, type: string): JsonObject | undefined {
  return readList(object, 'status', 'conditions').find(
    (condition): condition is JsonObject => isJsonObject(condition) && condition['type'] === type,
  );
}
