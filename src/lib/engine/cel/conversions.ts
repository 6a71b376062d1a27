import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import { formatShortest, parseDouble } from './go-numbers.ts';
import { formatMoment, formatSpan, floorSeconds, NANOS_PER_SECOND, parseMoment, parseSpan, toMoment } from './times.ts';
import type { CelDuration, CelTimestamp, CelUint, CelValue, Overload } from './types.ts';
import { MAX_INT, MAX_UINT, MIN_INT, toInt, toUint, typeNameOf, typeOf } from './values.ts';

/** What Go takes for true and for false. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** 2^63 and 2^64, from which on a double is no int and no uint. */
const TOO_LARGE_FOR_INT = 2 ** 63;
const TOO_LARGE_FOR_UINT = 2 ** 64;

/**
 * Lists the conversions between types.
 *
 * Effects: none
 * Source: cel-go common/types (ConvertToType)
 */
export function conversions(): readonly Overload[] {
  const same = ['int', 'uint', 'double', 'string', 'bool', 'bytes', 'timestamp', 'duration'].map(
    (type): Overload => ({
      signature: `${type}(${type}): ${type}`,
      run: ([value]) => value ?? null,
    }),
  );
  return [
    ...same,
    { signature: 'dyn(A): dyn', run: ([value]) => value ?? null },
    { signature: 'type(A): type(A)', run: ([value]) => typeOf(typeNameOf(value ?? null)) },
    ...toNumbers(),
    ...toTexts(),
    ...toTimes(),
  ];
}

function toNumbers(): readonly Overload[] {
  return [
    { signature: 'int(uint): int', run: ([value]) => toInt((value as CelUint).value) },
    { signature: 'int(double): int', run: ([value]) => doubleToInt(value as number) },
    { signature: 'int(string): int', run: ([value]) => parseInteger(value as string, 'int', /^[+-]?\d+$/, MIN_INT, MAX_INT) },
    { signature: 'int(timestamp): int', run: ([value]) => floorSeconds((value as CelTimestamp).nanos) },
    { signature: 'int(duration): int', run: ([value]) => (value as CelDuration).nanos },
    { signature: 'uint(int): uint', run: ([value]) => toUint(value as bigint) },
    { signature: 'uint(double): uint', run: ([value]) => doubleToUint(value as number) },
    {
      signature: 'uint(string): uint',
      run: ([value]) => ({ kind: 'uint', value: parseInteger(value as string, 'uint', /^\d+$/, 0n, MAX_UINT) }),
    },
    { signature: 'double(int): double', run: ([value]) => Number(value) },
    { signature: 'double(uint): double', run: ([value]) => Number((value as CelUint).value) },
    {
      signature: 'double(string): double',
      run: ([value]) => parseDouble(value as string) ?? refuse('string', 'double'),
    },
    {
      signature: 'bool(string): bool',
      run: ([value]) => TRUE.includes(value as string) || (FALSE.includes(value as string) ? false : refuse('string', 'bool')),
    },
  ];
}

function toTexts(): readonly Overload[] {
  return [
    { signature: 'string(int): string', run: ([value]) => String(value) },
    { signature: 'string(uint): string', run: ([value]) => String((value as CelUint).value) },
    { signature: 'string(double): string', run: ([value]) => formatShortest(value as number) },
    { signature: 'string(bool): string', run: ([value]) => String(value) },
    { signature: 'string(timestamp): string', run: ([value]) => formatMoment((value as CelTimestamp).nanos) },
    { signature: 'string(duration): string', run: ([value]) => formatSpan((value as CelDuration).nanos) },
    {
      signature: 'string(bytes): string',
      run: ([value], budget) => {
        spendLength(budget, (value as Uint8Array).length);
        return decode(value as Uint8Array);
      },
    },
    {
      signature: 'bytes(string): bytes',
      run: ([value], budget) => {
        spendLength(budget, (value as string).length);
        return new TextEncoder().encode(value as string);
      },
    },
  ];
}

function toTimes(): readonly Overload[] {
  return [
    {
      signature: 'timestamp(string): timestamp',
      run: ([value]) => parseMoment(value as string) ?? refuse('string', 'google.protobuf.Timestamp'),
    },
    { signature: 'timestamp(int): timestamp', run: ([value]) => toMoment((value as bigint) * NANOS_PER_SECOND) },
    {
      signature: 'duration(string): duration',
      run: ([value]) => parseSpan(value as string) ?? refuse('string', 'google.protobuf.Duration'),
    },
  ];
}

function refuse(from: string, to: string): never {
  throw failure(`type conversion error from '${from}' to '${to}'`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failure('invalid UTF-8 in bytes, cannot convert to string');
  }
}

function doubleToInt(value: number): bigint {
  if (!(value > -TOO_LARGE_FOR_INT && value < TOO_LARGE_FOR_INT)) throw failure('integer overflow');
  return BigInt(Math.trunc(value));
}

function doubleToUint(value: number): CelValue {
  if (!(value >= 0 && value < TOO_LARGE_FOR_UINT)) throw failure('unsigned integer overflow');
  return toUint(BigInt(Math.trunc(value)));
}

function parseInteger(text: string, type: string, form: RegExp, min: bigint, max: bigint): bigint {
  if (!form.test(text) || text.length > 40) return refuse('string', type);
  const value = BigInt(text.replace('+', ''));
  return value < min || value > max ? refuse('string', type) : value;
}
