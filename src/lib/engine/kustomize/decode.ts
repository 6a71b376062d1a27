import type { FluxError } from '../../core/errors.ts';
import { isJsonObject, setOwn } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { formatYamlNumber } from '../../core/yaml/index.ts';

/** The shape of a field: what kustomize's own decoder takes. */
export type Shape =
  | 'string'
  | 'bool'
  | 'int'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly name: string };

/** How strictly a value is decoded. */
export interface DecodeOptions {
  /** True: unknown fields are an error; false: they are dropped. */
  readonly strict: boolean;
  /** True: numbers and booleans are turned into strings where strings are wanted; default false. */
  readonly convert?: boolean;
  /** Says in messages what is decoded. */
  readonly what: string;
  /** Makes the error; gets the path of the offending field. */
  fail(message: string, path: readonly (string | number)[]): FluxError;
}

/**
 * Decodes a JSON value by a shape: field names without regard to case (the exact one is preferred), null as absent, no
 * conversion between types.
 *
 * Effects: none
 * Source: the observable behaviour of Go's encoding/json as kustomize uses it
 */
export function decode(value: JsonValue, shape: Shape, options: DecodeOptions): unknown {
  return decodeAt(value, shape, options, []);
}

/** `path` leads to the value; it grows and shrinks on the way. */
function decodeAt(value: JsonValue, shape: Shape, options: DecodeOptions, path: (string | number)[]): unknown {
  if (value === null) return undefined;
  if (typeof shape === 'string') return decodeScalar(value, shape, options, path);
  if ('list' in shape) {
    if (!Array.isArray(value)) throw mismatch(value, 'a list', options, path);
    const list: unknown[] = [];
    for (let at = 0; at < value.length; at++) {
      path.push(at);
      list.push(decodeAt(value[at] ?? null, shape.list, options, path) ?? emptyOf(shape.list));
      path.pop();
    }
    return list;
  }
  if (!isJsonObject(value)) throw mismatch(value, 'a map', options, path);
  if ('map' in shape) {
    const map: JsonObject = {};
    for (const key of Object.keys(value)) {
      path.push(key);
      setOwn(map, key, (decodeAt(value[key] ?? null, shape.map, options, path) ?? emptyOf(shape.map)) as JsonValue);
      path.pop();
    }
    return map;
  }
  return decodeFields(value, shape, options, path);
}

function decodeFields(
  value: JsonObject,
  shape: { readonly fields: Readonly<Record<string, Shape>> },
  options: DecodeOptions,
  path: (string | number)[],
): JsonObject {
  const object: JsonObject = {};
  const keys = Object.keys(value);
  // Of a field in two spellings the last one counts, and the original reads fields in order of their names.
  if (!keys.every((key) => Object.hasOwn(shape.fields, key))) keys.sort();
  for (const key of keys) {
    const field = Object.hasOwn(shape.fields, key) ? key : fieldNamed(shape.fields, key);
    if (field === undefined) {
      if (options.strict) throw options.fail(`${options.what}: unknown field "${key}"`, [...path, key]);
      continue;
    }
    path.push(key);
    const decoded = decodeAt(value[key] ?? null, shape.fields[field] ?? 'any', options, path);
    path.pop();
    if (decoded !== undefined) object[field] = decoded as JsonValue;
  }
  return object;
}

function fieldNamed(fields: Readonly<Record<string, Shape>>, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.keys(fields).find((field) => field.toLowerCase() === wanted);
}

function decodeScalar(
  value: JsonValue,
  shape: 'string' | 'bool' | 'int' | 'any',
  options: DecodeOptions,
  path: readonly (string | number)[],
): unknown {
  switch (shape) {
    case 'any':
      return value;
    case 'string':
      if (typeof value === 'string') return value;
      if (options.convert === true && !Array.isArray(value) && !isJsonObject(value)) {
        return typeof value === 'boolean' ? String(value) : formatYamlNumber(value as number | bigint);
      }
      throw mismatch(value, 'a string (put it in quotes)', options, path);
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw mismatch(value, 'true or false', options, path);
    case 'int':
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
      if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63) return value;
      throw mismatch(value, 'a whole number', options, path);
  }
}

function emptyOf(shape: Shape): unknown {
  if (shape === 'string') return '';
  if (shape === 'bool') return false;
  if (shape === 'int') return 0;
  if (typeof shape === 'object' && 'list' in shape) return [];
  return {};
}

function mismatch(value: JsonValue, wanted: string, options: DecodeOptions, path: readonly (string | number)[]): FluxError {
  return options.fail(`${options.what}: field ${formatPath(path)} is ${describe(value)}, it must be ${wanted}`, path);
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'a map';
  return typeof value === 'string'
    ? `the string "${value}"`
    : `the ${typeof value === 'boolean' ? 'bool' : 'number'} ${String(value)}`;
}

/** A path as messages show it: `patches[0].target.kind`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return `"${text}"`;
}
