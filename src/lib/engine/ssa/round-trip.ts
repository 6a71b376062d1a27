import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { formatQuantity } from './quantity.ts';

/**
 * The built-in types of Kubernetes, as `tools/builtin-types` writes them.
 *
 * A field is a text: `?` left out when empty, `0` left out when zero, then the type: `*` pointer to, `[` list of, `{` map to,
 * `#name` struct, or a letter: s text, b boolean, i integer, f number, y bytes, q quantity, x integer or text, t time,
 * r anything.
 */
export interface BuiltinTypes {
  /** Struct by `apiVersion/kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Fields by struct. */
  readonly structs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Thrown, and caught, within this file. */
class Mismatch extends Error {}

/**
 * Sends an object through its Go struct and back: unknown fields vanish, empty ones do too, quantities become canonical,
 * and structs that are always written are there.
 *
 * Effects: none
 * Source: k8s.io/apimachinery pkg/runtime DefaultUnstructuredConverter
 *
 * @param struct name in `types.structs`
 * @returns `undefined` where the object does not fit, which upstream takes as a reason to leave it as it is
 */
export function roundTrip(object: JsonObject, struct: string, types: BuiltinTypes): JsonObject | undefined {
  try {
    return convertStruct(object, struct, types);
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

function convertStruct(value: JsonObject, name: string, types: BuiltinTypes): JsonObject {
  const converted: JsonObject = {};
  for (const [field, code] of Object.entries(types.structs[name] ?? {})) {
    const [, flags = '', type = ''] = /^([?0]*)(.*)$/.exec(code) ?? [];
    const member = convert(value[field], type, types);
    if (flags.includes('?') && isEmpty(member, type)) continue;
    if (flags.includes('0') && isZero(member)) continue;
    converted[field] = member;
  }
  return converted;
}

/** Converts a value, or gives the type's zero where there is none. */
function convert(value: JsonValue | undefined, type: string, types: BuiltinTypes): JsonValue {
  const isAbsent = value === undefined || value === null;
  const rest = type.slice(1);
  switch (type[0]) {
    case '*':
      return isAbsent ? null : convert(value, rest, types);
    case '[':
      if (isAbsent) return null;
      if (!Array.isArray(value)) throw new Mismatch();
      return value.map((item) => convert(item, rest, types));
    case '{':
      if (isAbsent) return null;
      if (!isJsonObject(value)) throw new Mismatch();
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, rest, types)]));
    case '#':
      if (!isAbsent && !isJsonObject(value)) throw new Mismatch();
      return convertStruct(isAbsent ? {} : value, rest, types);
    default:
      return isAbsent ? zeroOf(type) : convertScalar(value, type);
  }
}

function convertScalar(value: JsonValue, type: string): JsonValue {
  switch (type) {
    case 's':
      return typeof value === 'string' ? value : fail();
    case 'b':
      return typeof value === 'boolean' ? value : fail();
    case 'i':
      return typeof value === 'bigint' || Number.isInteger(value) ? value : fail();
    case 'f':
      return typeof value === 'number' || typeof value === 'bigint' ? value : fail();
    case 'x':
      return typeof value === 'string' || typeof value === 'bigint' || Number.isInteger(value) ? value : fail();
    case 'y':
      return typeof value === 'string' && isBase64(value) ? value.replace(/[\r\n]/g, '') : fail();
    case 'q':
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return fail();
      return formatQuantity(String(value)) ?? fail();
    default:
      return value;
  }
}

function zeroOf(type: string): JsonValue {
  if (type === 's') return '';
  if (type === 'b') return false;
  if (type === 'q') return '0';
  return type === 'i' || type === 'f' || type === 'x' ? 0 : null;
}

/** What Go's `omitempty` leaves out: never a struct, not even one that marshals itself. */
function isEmpty(value: JsonValue, type: string): boolean {
  if (type[0] === '#' || type === 'q' || type === 'x' || type === 't') return false;
  if (type[0] === '*') return value === null;
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return type !== 'r' && Object.keys(value).length === 0;
  return value === null || value === '' || value === false || value === 0 || value === 0n;
}

function isZero(value: JsonValue): boolean {
  return value === null || value === '0' || value === '' || value === 0 || value === false || isEmptyObject(value);
}

function isEmptyObject(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*)$/.test(text) && text.replace(/[\r\n]/g, '').length % 4 === 0;
}

function fail(): never {
  throw new Mismatch();
}
