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
  const out: Output = { text: '', keys: new Map() };
  emitDocument(out, value);
  return out.text;
}

/**
 * Writes values as a YAML stream, documents separated by `---`.
 *
 * Effects: none
 */
export function emitYamlStream(values: readonly JsonValue[]): string {
  const out: Output = { text: '', keys: new Map() };
  let first = true;
  for (const value of values) {
    if (!first) out.text += '---\n';
    first = false;
    emitDocument(out, value);
  }
  return out.text;
}

interface Output {
  text: string;
  /** How each short key is written; most keys come back again and again. The empty text stands for one that needs `?`. */
  readonly keys: Map<string, string>;
}

function emitDocument(out: Output, value: JsonValue): void {
  if (isEmptyOrScalar(value)) emitScalar(out, value, 0, 0, '');
  else emitBlock(out, value, 0, true);
}

/** Writes a non-empty map or list. `inline` says that the cursor already stands at the column `indent`. */
function emitBlock(out: Output, value: JsonValue[] | JsonObject, indent: number, inline: boolean): void {
  if (Array.isArray(value)) emitSequence(out, value, indent, inline);
  else emitMapping(out, value, indent, inline);
}

function emitSequence(out: Output, items: readonly JsonValue[], indent: number, inline: boolean): void {
  const margin = ' '.repeat(indent);
  let first = inline;
  for (const item of items) {
    out.text += first ? '-' : `${margin}-`;
    first = false;
    if (isEmptyOrScalar(item)) {
      emitScalar(out, item, indent + 1, indent, ' ');
    } else {
      out.text += ' ';
      emitBlock(out, item, indent + 2, true);
    }
  }
}

function emitMapping(out: Output, object: JsonObject, indent: number, inline: boolean): void {
  const margin = ' '.repeat(indent);
  let first = inline;
  for (const key of sortedKeys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    if (!first) out.text += margin;
    first = false;
    const written = emitKey(out, key);
    if (written !== '') {
      out.text += `${written}:`;
      if (isEmptyOrScalar(value)) {
        emitScalar(out, value, indent + written.length + 1, indent, ' ');
      } else {
        out.text += '\n';
        emitBlock(out, value, Array.isArray(value) ? indent : indent + 2, false);
      }
    } else {
      out.text += '?';
      emitScalar(out, key, indent + 1, indent, ' ');
      out.text += `${margin}:`;
      if (isEmptyOrScalar(value)) {
        emitScalar(out, value, indent + 1, indent, ' ');
      } else {
        out.text += ' ';
        emitBlock(out, value, indent + 2, true);
      }
    }
  }
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

/** A key as it is written; the empty text for one that has to follow a `?`. */
function emitKey(out: Output, key: string): string {
  const known = out.keys.get(key);
  if (known !== undefined) return known;
  const isWord = key.length <= LONGEST_SIMPLE_KEY && isSafeWord(key);
  const written = isWord ? key : isSimpleKey(key) ? formatString(key, 0, 0, false) : '';
  if (key.length < 64) out.keys.set(key, written);
  return written;
}

/** Writes a scalar (or an empty map or list) after `space` and ends the line; the cursor stands at `column` before it. */
function emitScalar(out: Output, value: JsonValue, column: number, indent: number, space: string): void {
  if (typeof value === 'string') {
    const written = isSafeWord(value) ? value : formatString(value, column + space.length, indent + 2, true);
    // A literal block that keeps its final line break has ended the line already.
    out.text += written.endsWith('\n') ? space + written : `${space}${written}\n`;
  } else if (typeof value === 'number' || typeof value === 'bigint') {
    out.text += `${space}${formatYamlNumber(value)}\n`;
  } else if (value === null) {
    out.text += `${space}null\n`;
  } else if (typeof value === 'boolean') {
    out.text += value ? `${space}true\n` : `${space}false\n`;
  } else {
    out.text += Array.isArray(value) ? `${space}[]\n` : `${space}{}\n`;
  }
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
