import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import type { Budget, CelMap, CelOptional, CelType, CelUint, CelValue } from './types.ts';

/** The smallest int. */
export const MIN_INT: bigint = -(2n ** 63n);
/** The largest int. */
export const MAX_INT: bigint = 2n ** 63n - 1n;
/** The largest uint. */
export const MAX_UINT: bigint = 2n ** 64n - 1n;

/** The same for all that have no value. */
export const NONE: CelOptional = { kind: 'optional', value: undefined };

/** The name of a value's type, as `type(x)` has it. */
export function typeNameOf(value: CelValue): string {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint8Array) return 'bytes';
  if (isList(value)) return 'list';
  switch (value.kind) {
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'optional':
      return 'optional_type';
    default:
      return value.kind;
  }
}

/** Tells a list from the rest. */
export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

/** Tells what is marked by its kind. */
export function isKind<K extends string>(value: CelValue, kind: K): value is Extract<CelValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** Checks the bounds of an int. */
export function toInt(value: bigint): bigint {
  if (value < MIN_INT || value > MAX_INT) throw failure('integer overflow');
  return value;
}

/** Checks the bounds of a uint. */
export function toUint(value: bigint): CelUint {
  if (value < 0n || value > MAX_UINT) throw failure('unsigned integer overflow');
  return { kind: 'uint', value };
}

/** Makes a type. */
export function typeOf(name: string): CelType {
  return { kind: 'type', name };
}

/** The number in an int, uint or double; `undefined` for all else. */
export function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return isKind(value, 'uint') ? value.value : undefined;
}

/** What keys are compared by; two keys that are equal have the same. */
function keyIdOf(key: CelValue): string {
  const number = numberOf(key);
  if (number !== undefined) return `n${typeof number === 'number' && Number.isInteger(number) ? BigInt(number) : number}`;
  return `${typeof key}:${String(key)}`;
}

/** Makes a map of entries; of equal keys the last one counts. */
export function mapFromEntries(entries: Iterable<readonly [CelValue, CelValue]>): CelMap {
  const byId = new Map<string, readonly [CelValue, CelValue]>();
  for (const entry of entries) byId.set(keyIdOf(entry[0]), entry);
  return {
    kind: 'map',
    size: byId.size,
    get: (key) => byId.get(keyIdOf(key))?.[1],
    keys: () => [...byId.values()].map(([key]) => key),
  };
}

/**
 * Takes plain JSON over. Whole numbers become ints, as they are when Kubernetes' own decoder reads them.
 *
 * Effects: none; objects are read when they are asked for
 */
export function fromJson(value: unknown): CelValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(fromJson);
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  const taken = new Map<string, CelValue>();
  const take = (key: string): CelValue => {
    const known = taken.get(key);
    if (known !== undefined) return known;
    const found = fromJson(object[key]);
    taken.set(key, found);
    return found;
  };
  return {
    kind: 'map',
    size: keys.length,
    get: (key) => (typeof key === 'string' && Object.hasOwn(object, key) && object[key] !== undefined ? take(key) : undefined),
    keys: () => keys,
  };
}

/** Tells whether two values are equal; what is of different types is not, but for numbers. */
export function isEqual(left: CelValue, right: CelValue, budget: Budget): boolean {
  budget.spend(1);
  const a = numberOf(left);
  const b = numberOf(right);
  // An int is compared with a double as a double, and so it is not exact beyond 2^53.
  if (a !== undefined && b !== undefined) return typeof a === typeof b ? a === b : Number(a) === Number(b);
  if (typeof left === 'string' && typeof right === 'string') spendLength(budget, Math.min(left.length, right.length));
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (left instanceof Uint8Array) {
    spendLength(budget, left.length);
    return right instanceof Uint8Array && left.length === right.length && left.every((byte, index) => byte === right[index]);
  }
  if (isList(left)) {
    return (
      isList(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null, budget))
    );
  }
  if (isKind(left, 'map')) return isKind(right, 'map') && isEqualMap(left, right, budget);
  if (isKind(left, 'optional')) {
    if (!isKind(right, 'optional')) return false;
    if (left.value === undefined || right.value === undefined) return left.value === right.value;
    return isEqual(left.value, right.value, budget);
  }
  if (isKind(left, 'type')) return isKind(right, 'type') && left.name === right.name;
  if (isKind(left, 'timestamp')) return isKind(right, 'timestamp') && left.nanos === right.nanos;
  return isKind(left, 'duration') && isKind(right, 'duration') && left.nanos === right.nanos;
}

function isEqualMap(left: CelMap, right: CelMap, budget: Budget): boolean {
  if (left.size !== right.size) return false;
  for (const key of left.keys()) {
    const other = right.get(key);
    if (other === undefined || !isEqual(left.get(key) ?? null, other, budget)) return false;
  }
  return true;
}

/** Tells what is empty: zero, nothing, no length. */
export function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '') return true;
  const number = numberOf(value);
  if (number !== undefined) return Number(number) === 0;
  if (value instanceof Uint8Array || isList(value)) return value.length === 0;
  if (isKind(value, 'map')) return value.size === 0;
  if (isKind(value, 'duration')) return value.nanos === 0n;
  return isKind(value, 'optional') && value.value === undefined;
}
