import { FluxError } from './errors.ts';

const UNIT_NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const MAX_NANOSECONDS = 2n ** 63n;

/**
 * Reads a Go duration (`1h30m`, `1.5s`, `-5m`, `0`) as milliseconds, which may be fractional.
 *
 * Effects: none
 * Source: Go's time.ParseDuration; the messages are Go's.
 *
 * @throws {FluxError} core/invalid-duration: not a duration
 * @example parseDuration('1m30s') // 90000
 */
export function parseDuration(text: string): number {
  const invalid = (what: string) => new FluxError('core/invalid-duration', `time: ${what} ${quoteGo(text)}`);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0;
  if (rest === '') throw invalid('invalid duration');
  let total = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const whole = number?.[1] ?? '';
    const fraction = number?.[2] ?? '';
    if (whole === '' && fraction === '') throw invalid('invalid duration');
    rest = rest.slice(number?.[0].length ?? 0);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw invalid('missing unit in duration');
    const scale = Object.hasOwn(UNIT_NANOSECONDS, unit) ? UNIT_NANOSECONDS[unit] : undefined;
    if (scale === undefined) throw invalid(`unknown unit ${quoteGo(unit)} in duration`);
    rest = rest.slice(unit.length);
    total += BigInt(whole === '' ? '0' : whole) * scale;
    if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
    if (total >= MAX_NANOSECONDS) throw invalid('invalid duration');
  }
  return Number(sign === '-' ? -total : total) / 1e6;
}

/**
 * Writes milliseconds as Go does.
 *
 * Effects: none
 * Source: Go's time.Duration.String
 *
 * @example formatDuration(90_000) // '1m30s'
 */
export function formatDuration(milliseconds: number): string {
  const nanoseconds = BigInt(Math.round(milliseconds * 1e6));
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${formatFraction(size, 1_000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${formatFraction(size, 1_000_000n)}ms`;
  const minute = 60_000_000_000n;
  const seconds = `${formatFraction(size % minute, 1_000_000_000n)}s`;
  const minutes = size / minute;
  if (minutes === 0n) return `${sign}${seconds}`;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function formatFraction(size: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1;
  const fraction = (size % unit).toString().padStart(digits, '0').replace(/0+$/, '');
  return fraction === '' ? `${size / unit}` : `${size / unit}.${fraction}`;
}

function quoteGo(text: string): string {
  return JSON.stringify(text);
}
