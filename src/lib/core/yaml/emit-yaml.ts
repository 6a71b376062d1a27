import type { JsonObject, JsonValue } from '../json.ts';
import { compareKeys } from './compare-keys.ts';
import { emitDoubleQuoted, emitLiteral, emitPlain, emitSingleQuoted } from './emit-scalar.ts';
import { formatYamlNumber } from './format-number.ts';
import { isSafeWord, selectStyle } from './select-style.ts';

/** A key of more bytes than this is written in the explicit form (`? key`). */
const LONGEST_SIMPLE_KEY = 128;

/**
 * Writes a value as YAML, byte for byte as sigs.k8s.io/yaml (and so kubectl, kustomize and Flux) does: block style, keys in
 * natural order, sequences not indented below their key, strings quoted only where they would be read as something else.
 *
 * Members that are `undefined` are left out. The time taken is linear in the size of the output.
 *
 * Effects: none
 * Source: go.yaml.in/yaml/v2 (emitter rules), facts checked against recorded output
 *
 * @returns the document with a final newline, without `---`
 * @example emitYaml({ b: ['x', 'yes'], a: 1 }) // 'a: 1\nb:\n- x\n- "yes"\n'
 */
export function emitYaml(value: JsonValue): string {
  return emitDocument({ lines: [], keys: [], read: undefined }, value);
}

/**
 * Makes a writer for many documents, which takes less for each than `emitYaml` does.
 *
 * Effects: none
 *
 * @param read gives what stands for a key or value while it is written; it sees each before it is looked at, and what is in a map
 *   or list later. Absent: all stand for themselves.
 */
export function yamlWriter(read?: (value: JsonValue) => JsonValue): (value: JsonValue) => string {
  const keys: Output['keys'] = [];
  return (value) => emitDocument({ lines: [], keys, read }, read === undefined ? value : read(value));
}

interface Output {
  /** Joined at the end, a line or a part of one each: a text that grows bit by bit is kept as all its bits. */
  readonly lines: string[];
  /** By indentation, how each short key is written there; most keys come back again and again. */
  readonly keys: Map<string, Key>[];
  readonly read: ((value: JsonValue) => JsonValue) | undefined;
}

/** How a key is written at an indentation. */
interface Key {
  /** Indented, with its colon; absent for one that has to follow a `?`. */
  readonly text: string | undefined;
  /** Without indentation and colon. */
  readonly length: number;
}

function emitDocument(out: Output, value: JsonValue): string {
  if (isEmptyOrScalar(value)) out.lines.push(formatScalar(value, 0, 0, ''));
  else emitBlock(out, value, 0, '');
  return out.lines.join('');
}

/** Writes a non-empty map or list. `start` is what the first line begins with; the others are indented. */
function emitBlock(out: Output, value: JsonValue[] | JsonObject, indent: number, start: string): void {
  if (Array.isArray(value)) emitSequence(out, value, indent, start);
  else emitMapping(out, value, indent, start);
}

function emitSequence(out: Output, items: readonly JsonValue[], indent: number, start: string): void {
  const margin = ' '.repeat(indent);
  const { read } = out;
  let before = start;
  for (const element of items) {
    const item = read === undefined ? element : read(element);
    if (isEmptyOrScalar(item)) out.lines.push(`${before}-${formatScalar(item, indent + 1, indent, ' ')}`);
    else emitBlock(out, item, indent + 2, `${before}- `);
    before = margin;
  }
}

function emitMapping(out: Output, object: JsonObject, indent: number, start: string): void {
  const { lines, read } = out;
  let isFirst = true;
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    const value = read === undefined ? member : read(member);
    const { text, length } = keyAt(out, key, indent);
    if (text === undefined) {
      emitLongKey(out, key, value, indent, isFirst ? start : ' '.repeat(indent));
    } else {
      const head = isFirst ? start + text.slice(indent) : text;
      if (isEmptyOrScalar(value)) {
        lines.push(head + formatScalar(value, indent + length + 1, indent, ' '));
      } else {
        lines.push(`${head}\n`);
        const inner = Array.isArray(value) ? indent : indent + 2;
        emitBlock(out, value, inner, ' '.repeat(inner));
      }
    }
    isFirst = false;
  }
}

function emitLongKey(out: Output, key: string, value: JsonValue, indent: number, start: string): void {
  out.lines.push(`${start}?${formatScalar(key, indent + 1, indent, ' ')}`);
  const head = `${' '.repeat(indent)}:`;
  if (isEmptyOrScalar(value)) out.lines.push(head + formatScalar(value, indent + 1, indent, ' '));
  else emitBlock(out, value, indent + 2, `${head} `);
}

function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  if (keys.length < 2) return keys;
  return keys.sort(compareKeys);
}

function isEmptyOrScalar(value: JsonValue): value is null | boolean | number | bigint | string {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  for (const key of Object.keys(value)) if (value[key] !== undefined) return false;
  return true;
}

function isSimpleKey(key: string): boolean {
  if (key.length > LONGEST_SIMPLE_KEY) return false;
  if (key.length * 3 <= LONGEST_SIMPLE_KEY) return !HAS_BREAK.test(key);
  return !HAS_BREAK.test(key) && new TextEncoder().encode(key).length <= LONGEST_SIMPLE_KEY;
}

// oxlint-disable-next-line no-control-regex
const HAS_BREAK = /[\n\r\u0085\u2028\u2029]/;

function keyAt({ keys, read }: Output, key: string, indent: number): Key {
  let known = keys[indent];
  if (known === undefined) {
    known = new Map();
    keys[indent] = known;
  }
  const found = known.get(key);
  if (found !== undefined) return found;
  read?.(key);
  const isWord = key.length <= LONGEST_SIMPLE_KEY && isSafeWord(key);
  const written = isWord ? key : isSimpleKey(key) ? formatString(key, 0, 0, false) : undefined;
  const made: Key = {
    text: written === undefined ? undefined : `${' '.repeat(indent)}${written}:`,
    length: written?.length ?? 0,
  };
  if (key.length < 64) known.set(key, made);
  return made;
}

/** A scalar (or an empty map or list) after `space`, with the end of its line; `column` is where that starts. */
function formatScalar(value: JsonValue, column: number, indent: number, space: string): string {
  if (typeof value === 'string') {
    if (isSafeWord(value)) return `${space}${value}\n`;
    const written = formatString(value, column + space.length, indent + 2, true);
    // A literal block that keeps its final line break has ended the line already.
    return written.endsWith('\n') ? space + written : `${space}${written}\n`;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return `${space}${formatYamlNumber(value)}\n`;
  if (value === null) return `${space}null\n`;
  if (typeof value === 'boolean') return value ? `${space}true\n` : `${space}false\n`;
  return Array.isArray(value) ? `${space}[]\n` : `${space}{}\n`;
}

function formatString(string: string, column: number, indent: number, mayFold: boolean): string {
  const text = string.includes('\u0085') ? foldNextLines(string) : string;
  switch (selectStyle(text, !mayFold)) {
    case 'plain':
      return emitPlain(text, column, indent, mayFold);
    case 'single':
      return emitSingleQuoted(text, column, indent, mayFold);
    case 'double':
      return emitDoubleQuoted(text, column, indent, mayFold);
    case 'literal':
      return emitLiteral(text, indent);
  }
}

/**
 * The original goes through JSON, where U+0085 stands unescaped and is read back as a line break within quotes: one becomes a
 * space, several become one line break less than there were.
 */
function foldNextLines(text: string): string {
  return text.replace(/ *\u0085(?: *\u0085)* */g, (run) => {
    const breaks = run.replaceAll(' ', '').length;
    return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
  });
}
