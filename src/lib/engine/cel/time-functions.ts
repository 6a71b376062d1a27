import { failure } from './failures.ts';
import { floorSeconds, NANOS_PER_SECOND } from './times.ts';
import type { CelDuration, CelTimestamp, Overload } from './types.ts';

const MS_PER_DAY = 86_400_000;

/** What a date is asked, by its time as if the zone were UTC. */
const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - startOfYear(date)) / MS_PER_DAY),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
};

/** How many nanoseconds each part of a span has. */
const SPANS: Readonly<Record<string, bigint>> = {
  getHours: 3_600n * NANOS_PER_SECOND,
  getMinutes: 60n * NANOS_PER_SECOND,
  getSeconds: NANOS_PER_SECOND,
  getMilliseconds: 1_000_000n,
};

/**
 * Lists what times and spans are asked.
 *
 * Effects: none
 * Source: cel-go common/types/timestamp.go, duration.go
 */
export function timeFunctions(): readonly Overload[] {
  const moments = Object.entries(PARTS).flatMap(([name, read]): Overload[] => [
    { signature: `timestamp#${name}(): int`, run: ([moment]) => BigInt(read(dateOf(moment as CelTimestamp))) },
    {
      signature: `timestamp#${name}(string): int`,
      run: ([moment, zone]) => BigInt(read(dateOf(moment as CelTimestamp, zone as string))),
    },
  ]);
  const milliseconds = (moment: CelTimestamp): bigint =>
    (moment.nanos - floorSeconds(moment.nanos) * NANOS_PER_SECOND) / 1_000_000n;
  const spans = Object.entries(SPANS).map(
    ([name, size]): Overload => ({
      signature: `duration#${name}(): int`,
      run: ([span]) => (span as CelDuration).nanos / size,
    }),
  );
  return [
    ...moments,
    ...spans,
    { signature: 'timestamp#getMilliseconds(): int', run: ([moment]) => milliseconds(moment as CelTimestamp) },
    { signature: 'timestamp#getMilliseconds(string): int', run: ([moment]) => milliseconds(moment as CelTimestamp) },
  ];
}

/** The date whose parts in UTC are those of the moment in its zone. */
function dateOf(moment: CelTimestamp, zone?: string): Date {
  const ms = Number(floorSeconds(moment.nanos)) * 1_000;
  if (zone === undefined) return new Date(ms);
  if (zone.includes(':')) return new Date(ms + offsetOf(zone) * 60_000);
  if (zone === '' || zone === 'UTC') return new Date(ms);
  return new Date(ms + zoneOffset(ms, zone));
}

/** Minutes of `+02:00`. */
function offsetOf(zone: string): number {
  const match = /^([+-]?)(\d+):(\d+)$/.exec(zone);
  if (match === null) throw failure(`unknown time zone ${zone}`);
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

function zoneOffset(ms: number, timeZone: string): number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw failure(`unknown time zone ${timeZone}`);
  }
  const parts = Object.fromEntries(format.formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
}

function startOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return start.getTime();
}
