import { failure } from './failures.ts';
import { classSource, PERL_CLASSES, POSIX_CLASSES, propertySource, rangeSource } from './pattern-classes.ts';

/** Go's bounds: of a count, of counts within counts, and of what they make together. */
const MAX_REPEAT = 1_000;
const MAX_NESTING = 200;
const MAX_SIZE = 20_000;

/** A regular expression, read. */
export type Pattern =
  | { readonly is: 'nothing' }
  | { readonly is: 'char'; readonly takes: (char: string) => boolean }
  | { readonly is: 'place'; readonly place: 'start' | 'end' | 'line-start' | 'line-end' | 'edge' | 'no-edge' }
  | { readonly is: 'both'; readonly parts: readonly Pattern[] }
  | { readonly is: 'either'; readonly parts: readonly Pattern[] }
  | { readonly is: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number };

/** What `(?ims)` switches. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** Where the reader is. */
interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

/** Single characters behind a backslash. */
const ESCAPED: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function bad(why: string, part: string): Error {
  return failure(`error parsing regexp: ${why}: \`${part}\``);
}

/**
 * Reads a regular expression in the syntax of RE2, which is Go's.
 *
 * A matcher of our own, since JavaScript's can take exponential time.
 *
 * Effects: none
 * Source: Go regexp/syntax
 *
 * @throws {FluxError} cel/failed
 */
export function parsePattern(text: string): Pattern {
  const reader: Reader = { text, at: 0, depth: 0 };
  const { pattern } = readEither(reader, { i: false, m: false, s: false });
  if (reader.at < text.length) throw bad('unexpected )', text);
  if (sizeOf(pattern) > MAX_SIZE) throw bad('expression too large', text);
  return pattern;
}

function sizeOf(pattern: Pattern): number {
  if (pattern.is === 'repeat') {
    return 1 + sizeOf(pattern.part) * Math.max(pattern.min, pattern.max === Number.POSITIVE_INFINITY ? 1 : pattern.max);
  }
  if (pattern.is === 'both' || pattern.is === 'either') return 1 + pattern.parts.reduce((size, part) => size + sizeOf(part), 0);
  return 1;
}

/** `(?i)` in the middle holds until the group ends, and so the flags go along. */
function readEither(reader: Reader, flags: Flags): { pattern: Pattern } {
  const branches: Pattern[] = [];
  let current = flags;
  for (;;) {
    const { pattern, flags: after } = readBoth(reader, current);
    branches.push(pattern);
    current = after;
    if (reader.text[reader.at] !== '|') break;
    reader.at += 1;
  }
  const [only] = branches;
  return { pattern: branches.length === 1 && only !== undefined ? only : { is: 'either', parts: branches } };
}

function readBoth(reader: Reader, given: Flags): { pattern: Pattern; flags: Flags } {
  const parts: Pattern[] = [];
  let flags = given;
  while (reader.at < reader.text.length) {
    const char = reader.text[reader.at];
    if (char === '|' || char === ')') break;
    if (char === '(') {
      const group = readGroup(reader, flags);
      if ('flags' in group) {
        flags = group.flags;
        continue;
      }
      parts.push(readRepeats(reader, group.pattern));
      continue;
    }
    if (reader.text.startsWith('\\Q', reader.at)) {
      parts.push(...readQuoted(reader, flags));
      continue;
    }
    if (char === '*' || char === '+' || char === '?') throw bad('missing argument to repetition operator', char);
    parts.push(readRepeats(reader, readAtom(reader, flags)));
  }
  return { pattern: parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'both', parts }, flags };
}

function readGroup(reader: Reader, flags: Flags): { pattern: Pattern } | { flags: Flags } {
  const { text } = reader;
  const open = reader.at;
  if (text[open + 1] === '?') {
    const named = /^\(\?P?<(\w+)>/.exec(text.slice(open));
    const switched = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(text.slice(open));
    if (named !== null) reader.at += named[0].length;
    else if (switched !== null) {
      reader.at += switched[0].length;
      const after = switchFlags(flags, switched[1] ?? '', switched[2] ?? '');
      if (switched[3] === ')') return { flags: after };
      return { pattern: readInside(reader, after) };
    } else throw bad('invalid or unsupported Perl syntax', text.slice(open, open + 3));
  } else reader.at += 1;
  return { pattern: readInside(reader, flags) };
}

function switchFlags(flags: Flags, on: string, off: string): Flags {
  const value = (flag: 'i' | 'm' | 's'): boolean => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: value('i'), m: value('m'), s: value('s') };
}

function readInside(reader: Reader, flags: Flags): Pattern {
  reader.depth += 1;
  if (reader.depth > MAX_NESTING) throw bad('expression nests too deeply', reader.text);
  const { pattern } = readEither(reader, flags);
  if (reader.text[reader.at] !== ')') throw bad('missing closing )', reader.text);
  reader.at += 1;
  reader.depth -= 1;
  return pattern;
}

function readQuoted(reader: Reader, flags: Flags): Pattern[] {
  const start = reader.at + 2;
  const end = reader.text.indexOf('\\E', start);
  const quoted = reader.text.slice(start, end < 0 ? undefined : end);
  reader.at = end < 0 ? reader.text.length : end + 2;
  return [...quoted].map((char) => literal(char, flags));
}

function readRepeats(reader: Reader, atom: Pattern): Pattern {
  const { text } = reader;
  const start = reader.at;
  const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(text.slice(start, start + 20));
  const char = text[start] ?? '';
  let part: Pattern;
  if (counted !== null) {
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    const isFinite = max !== Number.POSITIVE_INFINITY;
    if (min > MAX_REPEAT || (isFinite && (max > MAX_REPEAT || max < min))) throw bad('invalid repeat count', counted[0]);
    reader.at += counted[0].length;
    part = { is: 'repeat', part: atom, min, max };
    if (timesOf(part) > MAX_REPEAT) throw bad('invalid repeat count', counted[0]);
  } else if (char === '*' || char === '+' || char === '?') {
    reader.at += 1;
    part = { is: 'repeat', part: atom, min: char === '+' ? 1 : 0, max: char === '?' ? 1 : Number.POSITIVE_INFINITY };
  } else return atom;
  // Greedy or not is the same where it is only asked whether there is a match.
  if (text[reader.at] === '?') reader.at += 1;
  const next = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(text.slice(reader.at, reader.at + 20))?.[0];
  if (next !== undefined) throw bad('invalid nested repetition operator', text.slice(start, reader.at) + next);
  return part;
}

/** How often counts within counts repeat what is innermost. */
function timesOf(pattern: Pattern): number {
  if (pattern.is === 'repeat') {
    const times = Math.max(1, pattern.max === Number.POSITIVE_INFINITY ? pattern.min : pattern.max);
    return times * timesOf(pattern.part);
  }
  if (pattern.is === 'both' || pattern.is === 'either') return Math.max(1, ...pattern.parts.map(timesOf));
  return 1;
}

function readAtom(reader: Reader, flags: Flags): Pattern {
  const { text } = reader;
  const char = String.fromCodePoint(text.codePointAt(reader.at) ?? 0);
  if (char === '[') return readClass(reader, flags);
  if (char === '\\') return readEscape(reader, flags);
  reader.at += char.length;
  if (char === '.') return { is: 'char', takes: flags.s ? () => true : (other) => other !== '\n' };
  if (char === '^') return { is: 'place', place: flags.m ? 'line-start' : 'start' };
  if (char === '$') return { is: 'place', place: flags.m ? 'line-end' : 'end' };
  return literal(char, flags);
}

function literal(char: string, flags: Flags): Pattern {
  return flags.i ? ofClass(rangeSource(char, char), flags) : { is: 'char', takes: (other) => other === char };
}

/** A class is asked one character at a time, which JavaScript's matcher does in constant time. */
function ofClass(source: string, flags: Flags): Pattern {
  const matcher = new RegExp(`^${classSource(source)}$`, flags.i ? 'iu' : 'u');
  return { is: 'char', takes: (char) => matcher.test(char) };
}

function readEscape(reader: Reader, flags: Flags): Pattern {
  const next = reader.text[reader.at + 1];
  if (next === undefined) throw bad('trailing backslash at end of expression', '');
  const place = ({ A: 'start', z: 'end', b: 'edge', B: 'no-edge' } as const)[next];
  if (place !== undefined) {
    reader.at += 2;
    return { is: 'place', place };
  }
  const perl = readPerlClass(reader);
  if (perl !== undefined) return ofClass(perl, flags);
  return literal(readEscapedChar(reader), flags);
}

/** `\d`, `\pL`, `\p{Greek}`, and their opposites; `undefined` where there is something else. */
function readPerlClass(reader: Reader): string | undefined {
  const { text } = reader;
  const perl = PERL_CLASSES[text[reader.at + 1] ?? ''];
  if (perl !== undefined) {
    reader.at += 2;
    return perl;
  }
  const match = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(text.slice(reader.at, reader.at + 60));
  if (match === null) {
    if (/^\\[pP]/.test(text.slice(reader.at, reader.at + 2)))
      throw bad('invalid character class range', text.slice(reader.at, reader.at + 3));
    return undefined;
  }
  const [all, letter, caret, long, short] = match;
  const source = propertySource(long ?? short ?? '', (letter === 'P') !== (caret === '^'));
  if (source === undefined) throw bad('invalid character class range', all);
  reader.at += all.length;
  return source;
}

function readEscapedChar(reader: Reader): string {
  const rest = reader.text.slice(reader.at, reader.at + 12);
  const take = (length: number, char: string): string => {
    reader.at += length;
    return char;
  };
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal?.[1] !== undefined) return take(octal[0].length, String.fromCodePoint(Number.parseInt(octal[1], 8)));
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest);
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '0', 16);
    if (code <= 0x10ffff) return take(hex[0].length, String.fromCodePoint(code));
  }
  const next = rest[1] ?? '';
  if (ESCAPED[next] !== undefined) return take(2, ESCAPED[next]);
  if (/^[!-/:-@[-`{-~]$/.test(next)) return take(2, next);
  throw bad('invalid escape sequence', rest.slice(0, 2));
}

function readClass(reader: Reader, flags: Flags): Pattern {
  const { text } = reader;
  const open = reader.at;
  reader.at += 1;
  const isNegated = text[reader.at] === '^';
  if (isNegated) reader.at += 1;
  let source = '';
  for (let isFirst = true; isFirst || text[reader.at] !== ']'; isFirst = false) {
    if (reader.at >= text.length) throw bad('missing closing ]', text.slice(open));
    source += readPosixClass(reader) ?? readPerlClass(reader) ?? readRange(reader, open);
  }
  reader.at += 1;
  return ofClass(isNegated ? `^${source}` : source, flags);
}

function readPosixClass(reader: Reader): string | undefined {
  const match = /^\[:(\^?)(\w*):\]/.exec(reader.text.slice(reader.at, reader.at + 20));
  if (match === null) return undefined;
  const source = POSIX_CLASSES[`${match[1]}${match[2]}`];
  if (source === undefined) throw bad('invalid character class range', match[0]);
  reader.at += match[0].length;
  return source;
}

function readRange(reader: Reader, open: number): string {
  const { text } = reader;
  const start = reader.at;
  const low = readClassChar(reader, open);
  if (text[reader.at] !== '-' || reader.at + 1 >= text.length || text[reader.at + 1] === ']') return rangeSource(low, low);
  reader.at += 1;
  const high = readClassChar(reader, open);
  if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) {
    throw bad('invalid character class range', text.slice(start, reader.at));
  }
  return rangeSource(low, high);
}

function readClassChar(reader: Reader, open: number): string {
  if (reader.at >= reader.text.length) throw bad('missing closing ]', reader.text.slice(open));
  if (reader.text[reader.at] === '\\') return readEscapedChar(reader);
  const char = String.fromCodePoint(reader.text.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  return char;
}
