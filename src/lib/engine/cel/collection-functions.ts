import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import type { Budget, CelMap, CelOptional, CelValue, Overload } from './types.ts';
import { isEqual, isKind, isZero, NONE } from './values.ts';

type List = readonly CelValue[];

/**
 * Lists the functions over lists, maps, bytes and what may be missing.
 *
 * Effects: none
 * Source: cel-go common/stdlib/standard.go, ext/sets.go, ext/encoders.go, cel/library.go (optional types)
 */
export function collectionFunctions(): readonly Overload[] {
  return [...sizes(), ...sets(), ...encoders(), ...optionals()];
}

function sizes(): readonly Overload[] {
  const rows: readonly [string, (value: CelValue, budget: Budget) => number][] = [
    ['string', (value, budget) => countChars(value as string, budget)],
    ['bytes', (value) => (value as Uint8Array).length],
    ['list(A)', (value) => (value as List).length],
    ['map(A, B)', (value) => (value as CelMap).size],
  ];
  return rows.flatMap(([type, count]): Overload[] => [
    { signature: `size(${type}): int`, run: ([value], budget) => BigInt(count(value ?? null, budget)) },
    { signature: `${type}#size(): int`, run: ([value], budget) => BigInt(count(value ?? null, budget)) },
  ]);
}

function countChars(text: string, budget: Budget): number {
  spendLength(budget, text.length);
  return [...text].length;
}

function sets(): readonly Overload[] {
  const has = (list: List, item: CelValue, budget: Budget): boolean => list.some((other) => isEqual(item, other, budget));
  const contains = (list: List, part: List, budget: Budget): boolean => part.every((item) => has(list, item, budget));
  const row = (name: string, run: (a: List, b: List, budget: Budget) => boolean): Overload => ({
    signature: `sets.${name}(list(A), list(A)): bool`,
    run: ([a, b], budget) => run(a as List, b as List, budget),
  });
  return [
    row('contains', contains),
    row('equivalent', (a, b, budget) => contains(a, b, budget) && contains(b, a, budget)),
    row('intersects', (a, b, budget) => a.some((item) => has(b, item, budget))),
  ];
}

function encoders(): readonly Overload[] {
  return [
    {
      signature: 'base64.encode(bytes): string',
      run: ([bytes], budget) => {
        spendLength(budget, (bytes as Uint8Array).length);
        return Buffer.from(bytes as Uint8Array).toString('base64');
      },
    },
    {
      signature: 'base64.decode(string): bytes',
      run: ([text], budget) => {
        spendLength(budget, (text as string).length);
        return decodeBase64(text as string);
      },
    },
  ];
}

/** The padding may be left off. */
function decodeBase64(text: string): Uint8Array {
  const body = text.replace(/[\r\n]/g, '');
  const bad = body.search(/[^A-Za-z0-9+/=]|=(?!=?$)/);
  if (bad >= 0) throw failure(`illegal base64 data at input byte ${bad}`);
  const digits = body.replace(/=+$/, '');
  const isWhole = body.length % 4 === 0 || body === digits;
  if (!isWhole || digits.length % 4 === 1) throw failure(`illegal base64 data at input byte ${digits.length}`);
  return new Uint8Array(Buffer.from(digits, 'base64'));
}

function optionals(): readonly Overload[] {
  const some = (value: CelValue): CelOptional => ({ kind: 'optional', value });
  const inside = (list: CelValue | undefined): List =>
    (list as List).flatMap((item) => (isKind(item, 'optional') ? (item.value === undefined ? [] : [item.value]) : [item]));
  const at = (list: List, index: number): CelOptional => {
    const value = list.at(index);
    return value === undefined ? NONE : some(value);
  };
  return [
    { signature: 'optional.of(A): optional_type(A)', run: ([value]) => some(value ?? null) },
    { signature: 'optional.none(): optional_type(A)', run: () => NONE },
    {
      signature: 'optional.ofNonZeroValue(A): optional_type(A)',
      run: ([value]) => (isZero(value ?? null) ? NONE : some(value ?? null)),
    },
    { signature: 'optional_type(A)#hasValue(): bool', run: ([value]) => (value as CelOptional).value !== undefined },
    {
      signature: 'optional_type(A)#value(): A',
      run: ([value]) => {
        const found = (value as CelOptional).value;
        if (found === undefined) throw failure('optional.none() dereference');
        return found;
      },
    },
    {
      signature: 'optional_type(A)#orValue(A): A',
      run: ([value, other]) => (value as CelOptional).value ?? orNull(value, other),
    },
    {
      signature: 'optional_type(A)#or(optional_type(A)): optional_type(A)',
      run: ([value, other]) => ((value as CelOptional).value === undefined ? (other ?? null) : (value ?? null)),
    },
    { signature: 'optional.unwrap(list(optional_type(A))): list(A)', run: ([list]) => inside(list) },
    { signature: 'list(optional_type(A))#unwrapOpt(): list(A)', run: ([list]) => inside(list) },
    { signature: 'list(A)#first(): optional_type(A)', run: ([list]) => at(list as List, 0) },
    { signature: 'list(A)#last(): optional_type(A)', run: ([list]) => at(list as List, -1) },
  ];
}

/** A value of null is a value. */
function orNull(value: CelValue | undefined, other: CelValue | undefined): CelValue {
  return (value as CelOptional).value === null ? null : (other ?? null);
}
