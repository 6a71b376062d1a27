import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import { formatFixed, formatPlain, formatScientific } from './go-numbers.ts';
import { formatMoment, formatSpan } from './times.ts';
import type { Budget, CelValue } from './types.ts';
import { isKind, isList, typeNameOf } from './values.ts';

const DEFAULT_PRECISION = 6;
const MAX_PRECISION = 100;

/**
 * Fills a text with values: `'%s is %d'.format(['a', 1])`.
 *
 * Effects: none
 * Source: cel-go ext/formatting_v2.go
 *
 * @throws {FluxError} cel/failed: too few values, an unknown clause, a value of the wrong type
 */
export function formatText(template: string, values: readonly CelValue[], budget: Budget): string {
  let text = '';
  let used = 0;
  for (let at = 0; at < template.length; at++) {
    const char = template[at] ?? '';
    if (char !== '%') {
      text += char;
      continue;
    }
    if (template[at + 1] === '%') {
      text += '%';
      at += 1;
      continue;
    }
    const value = values[used];
    if (value === undefined) throw failure(`index ${used} out of range`);
    used += 1;
    const clause = readClause(template, at + 1);
    const piece = formatValue(value, clause, budget);
    spendLength(budget, piece.length + UNIT);
    text += piece;
    at = clause.end;
  }
  return text;
}

/** What an empty piece costs all the same. */
const UNIT = 8;

/** `.2f` */
interface Clause {
  readonly verb: string;
  readonly precision: number;
  /** The offset of its last character. */
  readonly end: number;
}

function readClause(template: string, at: number): Clause {
  const match = /^\.(\d*)/.exec(template.slice(at, at + MAX_PRECISION));
  const end = at + (match === null ? 0 : match[0].length);
  const bad = (why: string): Error => failure(`could not parse formatting clause: ${why}`);
  if (match?.[1] === '') {
    throw bad(
      'error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
    );
  }
  const precision = match === null ? DEFAULT_PRECISION : Number(match[1]);
  if (precision > MAX_PRECISION) throw bad(`precision ${precision} is larger than ${MAX_PRECISION}`);
  const verb = template[end] ?? '';
  if (!'sdfebxXo'.includes(verb) || verb === '')
    throw bad(verb === '' ? 'unexpected end of string' : `unrecognized formatting clause "${verb}"`);
  return { verb, precision, end };
}

function formatValue(value: CelValue, { verb, precision }: Clause, budget: Budget): string {
  const wrong = (what: string): Error => failure(`error during formatting: ${what}, was given ${typeNameOf(value)}`);
  const whole = typeof value === 'bigint' ? value : isKind(value, 'uint') ? value.value : undefined;
  switch (verb) {
    case 's':
      return formatAny(value, budget);
    case 'd':
      if (whole !== undefined) return whole.toString();
      if (typeof value === 'number') return formatPlain(value);
      throw wrong('decimal clause can only be used on ints, uints, and doubles');
    case 'f':
    case 'e':
      if (whole !== undefined) return formatWrongly(whole, verb, precision, typeof value === 'bigint');
      if (typeof value !== 'number') {
        const clause = verb === 'f' ? 'fixed-point' : 'scientific';
        throw wrong(`${clause} clause can only be used on ints, uints, and doubles`);
      }
      if (!Number.isFinite(value)) return formatPlain(value);
      return verb === 'f' ? formatFixed(value, precision) : formatScientific(value, precision);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (whole !== undefined) return whole.toString(2);
      throw wrong('only ints, uints, and bools can be formatted as binary');
    case 'o':
      if (whole !== undefined) return whole.toString(8);
      throw wrong('octal clause can only be used on ints and uints');
    default: {
      const hex = whole?.toString(16) ?? hexOf(value);
      if (hex === undefined) throw wrong('only ints, uints, bytes, and strings can be formatted as hex');
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
  }
}

/** Upstream hands a whole number to Go's `%f`, and Go says that it does not fit. */
function formatWrongly(value: bigint, verb: string, precision: number, isInt: boolean): string {
  const digits = (value < 0n ? -value : value).toString().padStart(precision, '0');
  return `%!${verb}(${isInt ? 'int64' : 'uint64'}=${value < 0n ? '-' : ''}${digits})`;
}

function hexOf(value: CelValue): string | undefined {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : undefined;
}

function formatAny(value: CelValue, budget: Budget): string {
  budget.spend(1);
  if (value === null) return 'null';
  if (typeof value === 'number') return formatPlain(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  if (isList(value)) return `[${value.map((item) => formatAny(item, budget)).join(', ')}]`;
  switch (value.kind) {
    case 'map': {
      const entries = [...value.keys()].map(
        (key) => [formatAny(key, budget), formatAny(value.get(key) ?? null, budget)] as const,
      );
      const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${sorted.map(([key, item]) => `${key}: ${item}`).join(', ')}}`;
    }
    case 'uint':
      return value.value.toString();
    case 'timestamp':
      return formatMoment(value.nanos);
    case 'duration':
      return formatSpan(value.nanos);
    case 'type':
      return value.name;
    case 'optional':
      throw failure(
        'error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given optional_type',
      );
  }
}
