import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/**
 * Splits a JSON pointer; an empty one stands for the whole.
 *
 * Effects: none
 * Source: RFC 6901
 */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is there; `undefined` where nothing is. */
export function valueAt(value: JsonValue | undefined, steps: readonly string[]): JsonValue | undefined {
  let found = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = /^\d+$/.test(step) ? found[Number(step)] : undefined;
    else if (isJsonObject(found)) found = Object.hasOwn(found, step) ? found[step] : undefined;
    else return undefined;
  }
  return found;
}

/** Takes out what is there; changes the object. */
export function removeAt(object: JsonObject, steps: readonly string[]): void {
  const last = steps.at(-1);
  if (last === undefined) {
    for (const key of Object.keys(object)) delete object[key];
    return;
  }
  const parent = valueAt(object, steps.slice(0, -1));
  if (Array.isArray(parent) && /^\d+$/.test(last)) parent.splice(Number(last), 1);
  else if (isJsonObject(parent)) delete parent[last];
}

/** Puts a value there, and makes the objects on the way; changes the object. A list gets no element that it does not have. */
export function setAt(object: JsonObject, steps: readonly string[], value: JsonValue): void {
  let parent: JsonValue = object;
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1;
    if (Array.isArray(parent)) {
      const index = /^\d+$/.test(step) ? Number(step) : -1;
      const item: JsonValue | undefined = parent[index];
      if (item === undefined) return;
      if (isLast) parent[index] = value;
      else parent = item;
    } else if (isJsonObject(parent)) {
      if (isLast) parent[step] = value;
      else {
        const child: JsonValue | undefined = Object.hasOwn(parent, step) ? parent[step] : undefined;
        if (child === undefined || child === null) parent[step] = {};
        parent = parent[step] ?? null;
      }
    } else return;
  }
}
