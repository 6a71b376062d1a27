import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import { addNanos, subtractMoments, toMoment, toSpan } from './times.ts';
import type { Budget, CelDuration, CelMap, CelOptional, CelTimestamp, CelUint, CelValue, Overload } from './types.ts';
import { isEqual, isKind, isList, NONE, numberOf, toInt, toUint } from './values.ts';

/** Types that have an order, and the pairs of numbers that have one together. */
const ORDERED = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const MIXED = ['int', 'uint', 'double'].flatMap((left) => ['int', 'uint', 'double'].map((right) => [left, right] as const));

/**
 * Lists the operators.
 *
 * Effects: none
 * Source: cel-go common/stdlib/standard.go, common/types
 */
export function operators(): readonly Overload[] {
  return [...arithmetic(), ...timeArithmetic(), ...orders(), ...others()];
}

function arithmetic(): readonly Overload[] {
  const int = (op: string, run: (a: bigint, b: bigint) => bigint): Overload[] => [
    { signature: `_${op}_(int, int): int`, run: ([a, b]) => toInt(run(a as bigint, b as bigint)) },
    {
      signature: `_${op}_(uint, uint): uint`,
      run: ([a, b]) => toUint(run((a as CelUint).value, (b as CelUint).value)),
    },
  ];
  const double = (op: string, run: (a: number, b: number) => number): Overload => ({
    signature: `_${op}_(double, double): double`,
    run: ([a, b]) => run(a as number, b as number),
  });
  const divisor = (value: bigint, word: string): bigint => {
    if (value === 0n) throw failure(`${word} by zero`);
    return value;
  };
  return [
    ...int('+', (a, b) => a + b),
    ...int('-', (a, b) => a - b),
    ...int('*', (a, b) => a * b),
    ...int('/', (a, b) => a / divisor(b, 'division')),
    ...int('%', (a, b) => a % divisor(b, 'modulus')),
    double('+', (a, b) => a + b),
    double('-', (a, b) => a - b),
    double('*', (a, b) => a * b),
    double('/', (a, b) => a / b),
    { signature: '-_(int): int', run: ([a]) => toInt(-(a as bigint)) },
    { signature: '-_(double): double', run: ([a]) => -(a as number) },
    { signature: '!_(bool): bool', run: ([a]) => a !== true },
    { signature: '_+_(string, string): string', run: ([a, b], budget) => concat(a as string, b as string, budget) },
    { signature: '_+_(bytes, bytes): bytes', run: ([a, b], budget) => concatBytes(a as Uint8Array, b as Uint8Array, budget) },
    {
      signature: '_+_(list(A), list(A)): list(A)',
      run: ([a, b], budget) => {
        const [left, right] = [a as readonly CelValue[], b as readonly CelValue[]];
        budget.spend(left.length + right.length);
        return [...left, ...right];
      },
    },
  ];
}

function concat(a: string, b: string, budget: Budget): string {
  spendLength(budget, a.length + b.length);
  return a + b;
}

function concatBytes(a: Uint8Array, b: Uint8Array, budget: Budget): Uint8Array {
  spendLength(budget, a.length + b.length);
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function timeArithmetic(): readonly Overload[] {
  const span = (value: CelValue | undefined): bigint => (value as CelDuration).nanos;
  const moment = (value: CelValue | undefined): bigint => (value as CelTimestamp).nanos;
  return [
    { signature: '_+_(duration, duration): duration', run: ([a, b]) => toSpan(span(a) + span(b)) },
    { signature: '_-_(duration, duration): duration', run: ([a, b]) => toSpan(span(a) - span(b)) },
    { signature: '_+_(timestamp, duration): timestamp', run: ([a, b]) => addNanos(moment(a), span(b)) },
    { signature: '_+_(duration, timestamp): timestamp', run: ([a, b]) => addNanos(moment(b), span(a)) },
    { signature: '_-_(timestamp, duration): timestamp', run: ([a, b]) => toMoment(moment(a) - span(b)) },
    { signature: '_-_(timestamp, timestamp): duration', run: ([a, b]) => subtractMoments(moment(a), moment(b)) },
    { signature: '-_(duration): duration', run: ([a]) => toSpan(-span(a)) },
  ];
}

function orders(): readonly Overload[] {
  const pairs = [...ORDERED.map((type) => [type, type] as const), ...MIXED.filter(([left, right]) => left !== right)];
  const rows: readonly [string, (order: number) => boolean][] = [
    ['<', (order) => order < 0],
    ['<=', (order) => order <= 0],
    ['>', (order) => order > 0],
    ['>=', (order) => order >= 0],
  ];
  return rows.flatMap(([op, holds]) =>
    pairs.map(([left, right]) => ({
      signature: `_${op}_(${left}, ${right}): bool`,
      run: ([a, b]: readonly CelValue[], budget: Budget) => holds(compare(a ?? null, b ?? null, budget)),
    })),
  );
}

/** Less than zero where the left one comes first; NaN is neither before nor after. */
function compare(left: CelValue, right: CelValue, budget: Budget): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
    const [x, y] = [Number(a), Number(b)];
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
  }
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string') return compareBytes(new TextEncoder().encode(left), encode(right), budget);
  if (left instanceof Uint8Array) return compareBytes(left, right as Uint8Array, budget);
  const [x, y] = [(left as CelTimestamp).nanos, (right as CelTimestamp).nanos];
  return x < y ? -1 : x > y ? 1 : 0;
}

function encode(value: CelValue): Uint8Array {
  return new TextEncoder().encode(value as string);
}

/** Texts are compared by their bytes, so that the order is that of code points and not of UTF-16. */
function compareBytes(a: Uint8Array, b: Uint8Array, budget: Budget): number {
  spendLength(budget, a.length + b.length);
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = (a[index] ?? 0) - (b[index] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function others(): readonly Overload[] {
  return [
    { signature: '_==_(A, A): bool', run: ([a, b], budget) => isEqual(a ?? null, b ?? null, budget) },
    { signature: '_!=_(A, A): bool', run: ([a, b], budget) => !isEqual(a ?? null, b ?? null, budget) },
    {
      signature: '@in(A, list(A)): bool',
      run: ([item, list], budget) => (list as readonly CelValue[]).some((other) => isEqual(item ?? null, other, budget)),
    },
    { signature: '@in(A, map(A, B)): bool', run: ([key, map]) => (map as CelMap).get(key ?? null) !== undefined },
  ];
}

/**
 * Takes an element of a list or the value of a key.
 *
 * Effects: none
 * Source: cel-go interpreter/attributes.go refQualify
 */
export function elementOf(target: CelValue, index: CelValue): CelValue {
  if (isKind(target, 'optional')) return target.value === undefined ? NONE : optionalElementOf(target.value, index);
  if (isKind(target, 'map')) {
    const value = target.get(index);
    if (value === undefined) throw failure(`no such key: ${keyText(index)}`);
    return value;
  }
  if (!isList(target)) throw failure(`no such key: ${keyText(index)}`);
  const number = numberOf(index);
  if (number === undefined) throw failure(`unsupported index type '${typeof index === 'string' ? 'string' : 'bool'}' in list`);
  if (typeof number === 'number' && !Number.isInteger(number)) throw failure(`unsupported index value ${number} in list`);
  const value = number < 0 ? undefined : target[Number(number)];
  if (value === undefined) throw failure(`index out of bounds: ${number}`);
  return value;
}

/** The same, where what is missing is no failure. */
export function optionalElementOf(target: CelValue, index: CelValue): CelOptional {
  const inside = isKind(target, 'optional') ? target.value : target;
  if (inside === undefined) return NONE;
  if (isKind(inside, 'map')) {
    const value = inside.get(index);
    return value === undefined ? NONE : { kind: 'optional', value };
  }
  if (!isList(inside)) return NONE;
  const number = numberOf(index);
  if (number === undefined) throw failure(`unsupported index type '${typeof index === 'string' ? 'string' : 'bool'}' in list`);
  const value = number < 0 ? undefined : inside[Number(number)];
  return value === undefined ? NONE : { kind: 'optional', value };
}

function keyText(key: CelValue): string {
  const number = numberOf(key);
  return number === undefined ? String(key) : String(number);
}
