import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** A condition as it stands in `status.conditions`; what is not a text counts as empty. */
export interface ObservedCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Reads the member that a path of keys leads to; `undefined` where there is none.
 *
 * Effects: none
 */
export function readField(object: JsonObject, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Reads a text, or the fallback where the member is absent or of another type. */
export function readText(object: JsonObject, path: readonly string[], fallback: string): string {
  const value = readField(object, ...path);
  return typeof value === 'string' ? value : fallback;
}

/** Reads an integer, or the fallback where the member is absent or not an integer. */
export function readInteger(object: JsonObject, path: readonly string[], fallback: number): number {
  const value = readField(object, ...path);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

/** Reads `status.conditions` in their order. */
export function readConditions(object: JsonObject): ObservedCondition[] {
  const list = readField(object, 'status', 'conditions');
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).map((condition) => ({
    type: readText(condition, ['type'], ''),
    status: readText(condition, ['status'], ''),
    reason: readText(condition, ['reason'], ''),
    message: readText(condition, ['message'], ''),
  }));
}
