/**
 * JSON as Kubernetes and YAML use it: integers beyond 2^53 are kept exact as `bigint`.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

/** A JSON object. A member that is `undefined` counts as absent. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** Tells whether a value is a JSON object (neither an array nor null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Copies a JSON value, so that the copy can be changed without touching the original.
 *
 * Effects: none
 */
export function cloneJson<T extends JsonValue | undefined>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  if (isJsonObject(value)) {
    const copy: JsonObject = {};
    for (const [key, member] of Object.entries(value)) setOwn(copy, key, cloneJson(member));
    return copy as T;
  }
  return value;
}

/**
 * Tells whether two JSON values are equal; absent and `undefined` members are the same, the order of keys does not matter,
 * and `1` equals `1n`.
 *
 * Effects: none
 */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (isJsonObject(a)) {
    if (!isJsonObject(b)) return false;
    for (const key of Object.keys(a)) if (!equalJson(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
    for (const key of Object.keys(b)) if (b[key] !== undefined && !Object.hasOwn(a, key)) return false;
    return true;
  }
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && a == b;
  }
  return false;
}

/**
 * Writes a value as compact JSON; a `bigint` becomes an exact integer.
 *
 * Effects: none
 *
 * @param indent spaces per level; 0 means one line
 */
export function formatJson(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // A bigint, most likely. A replacer makes JSON.stringify several times slower, and hardly any value has one.
    return JSON.stringify(
      value,
      (_key, member: unknown) => (typeof member === 'bigint' ? rawJson(String(member)) : member),
      indent,
    );
  }
}

/**
 * Reads JSON; an integer that a double cannot hold exactly becomes a `bigint`.
 *
 * Effects: none
 *
 * @throws {SyntaxError} the text is not JSON
 */
export function parseJson(text: string): JsonValue {
  // A reviver makes JSON.parse about five times slower, and hardly any text has such a number. Digests have as many digits.
  if (!/(?:^|[:,[\s-])\d{16}/.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
    return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  }) as JsonValue;
}

/** `JSON.rawJSON` is in Node since 21; the compiler's library does not know it yet. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

/** Sets an own member even where the key is `__proto__`. */
export function setOwn(object: JsonObject, key: string, value: JsonValue | undefined): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}
