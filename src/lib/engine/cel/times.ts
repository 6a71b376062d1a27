import { failure } from './failures.ts';
import type { CelDuration, CelTimestamp } from './types.ts';
import { MAX_INT, MIN_INT } from './values.ts';

/** How many nanoseconds a second has. */
export const NANOS_PER_SECOND = 1_000_000_000n;
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** Go's units. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3_600n * NANOS_PER_SECOND,
};

/** Checks that a moment is one of the years 1 to 9999. */
export function toMoment(nanos: bigint): CelTimestamp {
  const seconds = floorSeconds(nanos);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw failure('timestamp overflow');
  return { kind: 'timestamp', nanos };
}

/** Moves a moment. */
export function addNanos(moment: bigint, span: bigint): CelTimestamp {
  return toMoment(moment + span);
}

/** Checks that a span fits into an int of nanoseconds. */
export function toSpan(nanos: bigint): CelDuration {
  if (nanos < MIN_INT || nanos > MAX_INT) throw failure('integer overflow');
  return { kind: 'duration', nanos };
}

/** The span between two moments. */
export function subtractMoments(left: bigint, right: bigint): CelDuration {
  return toSpan(left - right);
}

/** Seconds since 1970 of a moment, towards the past. */
export function floorSeconds(nanos: bigint): bigint {
  const seconds = nanos / NANOS_PER_SECOND;
  return nanos % NANOS_PER_SECOND < 0n ? seconds - 1n : seconds;
}

/**
 * Reads a moment in the form of RFC 3339, as Go does; `undefined` where it is none.
 *
 * Effects: none
 */
export function parseMoment(text: string): CelTimestamp | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction = '', zone = 'Z'] = match;
  const time = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  // A day that a month does not have becomes one of the next month; hour 24 becomes one of the next day.
  if (Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(day) || time.getUTCHours() !== Number(hours)) return undefined;
  const [zoneHours, zoneMinutes] = zone === 'Z' ? [0, 0] : [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (zoneHours > 24 || zoneMinutes >= 60) return undefined;
  const offset = (zoneHours * 60 + zoneMinutes) * 60 * (zone.startsWith('-') ? -1 : 1);
  const whole = BigInt(time.getTime()) / 1_000n - BigInt(offset);
  if (whole < MIN_SECONDS || whole > MAX_SECONDS) return undefined;
  return { kind: 'timestamp', nanos: whole * NANOS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0')) };
}

/** Writes a moment in the form of RFC 3339, with as many digits as it needs. */
export function formatMoment(nanos: bigint): string {
  const seconds = floorSeconds(nanos);
  const fraction = (nanos - seconds * NANOS_PER_SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${date}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/**
 * Reads a span in Go's form (`1h30m`, `-1.5h`); `undefined` where it is none.
 *
 * Effects: none
 */
export function parseSpan(text: string): CelDuration | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return { kind: 'duration', nanos: 0n };
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nanos = 0n;
  for (const [, number = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)) {
    const [whole = '', fraction = ''] = number.split('.');
    const size = UNITS[unit] ?? 1n;
    nanos += BigInt(whole === '' ? '0' : whole) * size;
    if (fraction !== '') nanos += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  if (nanos > MAX_INT) return undefined;
  return { kind: 'duration', nanos: sign === '-' ? -nanos : nanos };
}

/** Writes a span as seconds, as CEL does. */
export function formatSpan(nanos: bigint): string {
  const absolute = nanos < 0n ? -nanos : nanos;
  const fraction = (absolute % NANOS_PER_SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${absolute / NANOS_PER_SECOND}${fraction === '' ? '' : `.${fraction}`}s`;
}
