import { toLower, toLowerFirst, toUpper, toUpperFirst } from './change-case.ts';
import { matchPrefixes } from './match-prefixes.ts';

/** Why an operator has no result. */
export type OperatorFailure = 'cut-character' | 'too-large';

/** What is done with a value. A failure is thrown as an `OperatorError` by the operator and worded by the caller. */
export type Operator = (value: string, operands: readonly string[]) => string | { readonly failure: OperatorFailure };

/** What a value may grow to by replacement, in UTF-16 units: far above what an object may weigh. */
export const MAX_VALUE_LENGTH: number = 16 * 1024 * 1024;

/** A number as Go's `strconv.Atoi` takes it. */
const INTEGER = /^[+-]?\d+$/;

const INT64_MAX = 2n ** 63n - 1n;

/** The operators by what stands in the text. Those that are not listed leave the value or take the default. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ',': toLowerFirst,
  ',,': toLower,
  '^': toUpperFirst,
  '^^': toUpper,
  '#': (value, operands) =>
    operands.length === 0 ? String(Buffer.byteLength(value)) : trim(value, operands[0] ?? '', 'start', 'shortest'),
  '##': (value, [pattern = '']) => trim(value, pattern, 'start', 'longest'),
  '%': (value, [pattern = '']) => trim(value, pattern, 'end', 'shortest'),
  '%%': (value, [pattern = '']) => trim(value, pattern, 'end', 'longest'),
  ':': substring,
  '/': (value, [old = '', replacement = '']) => replaceFirst(value, old, replacement),
  '//': (value, [old = '', replacement = '']) => replaceAll(value, old, replacement),
  '/#': (value, [old = '', replacement]) =>
    // Without a replacement (`${X/#old/}`) upstream leaves the value as it is.
    replacement !== undefined && value.startsWith(old) ? replacement + value.slice(old.length) : value,
  '/%': (value, [old = '', replacement]) =>
    replacement !== undefined && value.endsWith(old) ? value.slice(0, value.length - old.length) + replacement : value,
};

/** Operators that bring a value of their own, and so may be used on variables that have none. */
export const DEFAULT_OPERATORS: ReadonlySet<string> = new Set(['=', ':=', ':-', ':+', ':?']);

/** Takes the value, or where it is empty the operands one after another. Even `:+` and `:?` do that upstream. */
export function valueOrDefault(value: string, operands: readonly string[]): string {
  return value === '' ? operands.join('') : value;
}

function trim(value: string, pattern: string, side: 'start' | 'end', which: 'shortest' | 'longest'): string {
  const characters = [...value];
  if (side === 'start') {
    const length = matchPrefixes(characters, [...pattern])?.[which];
    return length === undefined ? value : characters.slice(length).join('');
  }
  // Upstream turns value and pattern round, so that a class or an escape in the pattern is no longer one.
  const length = matchPrefixes(characters.toReversed(), [...pattern].reverse())?.[which];
  return length === undefined ? value : characters.slice(0, characters.length - length).join('');
}

/** Positions and lengths count bytes. What is no number leaves the value whole. */
function substring(value: string, [offset = '', length]: readonly string[]): string | { failure: OperatorFailure } {
  const from = parseInteger(offset);
  if (from === undefined) return value;
  const bytes = Buffer.from(value);
  const start = from < 0 ? Math.max(0, bytes.length + from) : from;
  let end = bytes.length;
  if (length !== undefined) {
    const count = parseInteger(length);
    if (count === undefined) return value;
    end = count < 0 ? bytes.length + count : start + count;
  }
  const part = bytes.subarray(Math.min(start, bytes.length), Math.max(start, end));
  const text = part.toString();
  return Buffer.byteLength(text) === part.length && Buffer.from(text).equals(part) ? text : { failure: 'cut-character' };
}

function parseInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : Number(value);
}

function replaceFirst(value: string, old: string, replacement: string): string {
  const at = value.indexOf(old);
  return at === -1 ? value : value.slice(0, at) + replacement + value.slice(at + old.length);
}

function replaceAll(value: string, old: string, replacement: string): string | { failure: OperatorFailure } {
  // Nothing stands before, between and after all characters.
  const parts = old === '' ? ['', ...value, ''] : value.split(old);
  const length = value.length + (parts.length - 1) * (replacement.length - old.length);
  return length > MAX_VALUE_LENGTH ? { failure: 'too-large' } : parts.join(replacement);
}
