import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { canStartPlain } from './can-start-plain.ts';
import { readQuoted } from './read-quoted.ts';
import { isClearlyText } from './resolve-scalar.ts';
import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a map or list in brackets, from its first bracket to behind its last.
 *
 * @param depth how many collections it is in
 * @param least the fewest spaces that its further lines start with
 * @returns `undefined` where it does not end, or has anything unusual in it
 */
export function readFlow(reader: SimpleText, depth: number, least: number): JsonObject | unknown[] | undefined {
  if (depth + 2 >= reader.maxDepth) return undefined;
  const { text } = reader;
  const isMap = text.charCodeAt(reader.at) === 0x7b;
  const end = isMap ? 0x7d : 0x5d;
  const object: JsonObject = {};
  const items: unknown[] = [];
  reader.at++;
  for (let code = skipBlank(reader, least); code !== end; ) {
    let key = '';
    if (isMap) {
      const name = readKey(reader, code, least);
      if (name === undefined || (object[name] !== undefined && Object.hasOwn(object, name))) return undefined;
      key = name;
      code = skipBlank(reader, least);
    }
    const value = readItem(reader, code, depth, least);
    if (value === undefined) return undefined;
    if (isMap) setOwn(object, key, value as JsonValue);
    else items.push(value);
    code = skipBlank(reader, least);
    if (code === 0x2c) {
      reader.at++;
      code = skipBlank(reader, least);
    } else if (code !== end) {
      return undefined;
    }
  }
  reader.at++;
  return isMap ? object : items;
}

/**
 * Goes on behind spaces, line breaks and comments.
 *
 * @returns the next character's code; -1 where that is not deep enough
 */
function skipBlank(reader: SimpleText, least: number): number {
  const { text } = reader;
  let { at } = reader;
  let code = text.charCodeAt(at);
  while (code === 0x20) code = text.charCodeAt(++at);
  if (code === 0x23 && text.charCodeAt(at - 1) === 0x20) {
    at = text.indexOf('\n', at);
    code = 0x0a;
  }
  while (code === 0x0a) {
    const lineStart = at + 1;
    do code = text.charCodeAt(++at);
    while (code === 0x20);
    if (code === 0x23) {
      at = text.indexOf('\n', at);
      code = 0x0a;
    } else if (code !== 0x0a && (at - lineStart < least || ((code === 0x2d || code === 0x2e) && at === lineStart))) {
      return -1;
    }
  }
  reader.at = at;
  return code;
}

/** Reads a key and its colon. */
function readKey(reader: SimpleText, code: number, least: number): string | undefined {
  const { text } = reader;
  let name: string | undefined;
  if (code === 0x22 || code === 0x27) {
    if (reader.lineEnd < reader.at) reader.lineEnd = text.indexOf('\n', reader.at);
    name = readQuoted(reader, least);
    // To Go a key has one line; one that is `<<` may mean something to the caller.
    if (name === undefined || reader.lineEnd < reader.at || (name.length === 2 && name === '<<')) return undefined;
    while (text.charCodeAt(reader.at) === 0x20) reader.at++;
  } else {
    const plain = code === 0x3c ? undefined : readPlain(reader, code, least);
    if (plain === undefined) return undefined;
    name = isClearlyText(plain) ? plain : reader.rules.key(plain);
  }
  if (text.charCodeAt(reader.at) !== 0x3a) return undefined;
  reader.at++;
  return name;
}

function readItem(reader: SimpleText, code: number, depth: number, least: number): unknown {
  if (code === 0x22 || code === 0x27) {
    const quoted = readQuoted(reader, least);
    return quoted === undefined ? undefined : reader.rules.quoted(quoted, false);
  }
  if (code === 0x7b || code === 0x5b) return readFlow(reader, depth + 1, least);
  const plain = readPlain(reader, code, least);
  return plain === undefined || isClearlyText(plain) ? plain : reader.rules.plain(plain, true);
}

/** Reads a plain scalar, up to the comma, colon or bracket after it. */
function readPlain(reader: SimpleText, first: number, least: number): string | undefined {
  const { text } = reader;
  const start = reader.at;
  let at = start;
  let code = first;
  if (!canStartPlain(text, at) || code === 0x3a || (code === 0x2d && isIndicator(text.charCodeAt(at + 1)))) return undefined;
  for (; ; code = text.charCodeAt(++at)) {
    if (isIndicator(code)) {
      if (code === 0x5b || code === 0x7b) return undefined;
      break;
    }
    if (code === 0x3a) {
      const next = text.charCodeAt(at + 1);
      if (next === 0x20) break;
      if (next === 0x0a || isIndicator(next)) return undefined;
    } else if (code === 0x0a || (code === 0x23 && text.charCodeAt(at - 1) === 0x20)) {
      // It may go on in the next line.
      break;
    } else if (code < 0x20 || code === 0x3f) {
      return undefined;
    }
  }
  reader.at = at;
  if (code === 0x0a && !ENDS_PLAIN.includes(String.fromCharCode(skipBlank(reader, least)))) return undefined;
  while (text.charCodeAt(at - 1) === 0x20) at--;
  return text.slice(start, at);
}

const ENDS_PLAIN = ',]}';

function isIndicator(code: number): boolean {
  return code === 0x2c || code === 0x5d || code === 0x7d || code === 0x5b || code === 0x7b;
}
