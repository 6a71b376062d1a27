import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { canStartPlain } from './can-start-plain.ts';
import { readQuoted } from './read-quoted.ts';
import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a map or list in brackets that ends on its line, from its first bracket to behind its last.
 *
 * @param depth how many collections it is in
 * @returns `undefined` where it does not, or has anything unusual in it
 */
export function readFlow(reader: SimpleText, depth: number): JsonObject | unknown[] | undefined {
  if (depth + 2 >= reader.maxDepth) return undefined;
  const { text } = reader;
  const isMap = text.charCodeAt(reader.at) === 0x7b;
  const end = isMap ? 0x7d : 0x5d;
  const object: JsonObject = {};
  const items: unknown[] = [];
  reader.at++;
  for (let code = skipSpaces(reader); code !== end; ) {
    let key = '';
    if (isMap) {
      const name = readKey(reader, code);
      if (name === undefined || (object[name] !== undefined && Object.hasOwn(object, name))) return undefined;
      key = name;
      code = skipSpaces(reader);
    }
    const value = readItem(reader, code, depth);
    if (value === undefined) return undefined;
    if (isMap) setOwn(object, key, value as JsonValue);
    else items.push(value);
    code = skipSpaces(reader);
    if (code === 0x2c) {
      reader.at++;
      code = skipSpaces(reader);
    } else if (code !== end) {
      return undefined;
    }
  }
  reader.at++;
  return isMap ? object : items;
}

function skipSpaces(reader: SimpleText): number {
  const { text } = reader;
  let { at } = reader;
  while (text.charCodeAt(at) === 0x20) at++;
  reader.at = at;
  return text.charCodeAt(at);
}

/** Reads a key and its colon. */
function readKey(reader: SimpleText, code: number): string | undefined {
  let name: string | undefined;
  if (code === 0x22 || code === 0x27) {
    name = readQuoted(reader);
    if (name === undefined) return undefined;
    skipSpaces(reader);
  } else {
    const plain = code === 0x3c ? undefined : readPlain(reader, code);
    if (plain === undefined) return undefined;
    name = reader.rules.key(plain);
  }
  if (reader.text.charCodeAt(reader.at) !== 0x3a) return undefined;
  reader.at++;
  return name;
}

function readItem(reader: SimpleText, code: number, depth: number): unknown {
  if (code === 0x22 || code === 0x27) {
    const quoted = readQuoted(reader);
    return quoted === undefined ? undefined : reader.rules.quoted(quoted, false);
  }
  if (code === 0x7b || code === 0x5b) return readFlow(reader, depth + 1);
  const plain = readPlain(reader, code);
  return plain === undefined ? undefined : reader.rules.plain(plain, true);
}

/** Reads a plain scalar, up to the comma, colon or bracket after it. */
function readPlain(reader: SimpleText, first: number): string | undefined {
  const { text } = reader;
  const start = reader.at;
  let at = start;
  let code = first;
  if (!canStartPlain(text, at) || ((code === 0x2d || code === 0x3a) && isIndicator(text.charCodeAt(at + 1)))) return undefined;
  for (; ; code = text.charCodeAt(++at)) {
    if (isIndicator(code)) {
      if (code === 0x5b || code === 0x7b) return undefined;
      break;
    }
    if (code === 0x3a) {
      const next = text.charCodeAt(at + 1);
      if (next === 0x20) break;
      if (next === 0x0a || isIndicator(next)) return undefined;
    } else if (code < 0x20 || (code === 0x23 && text.charCodeAt(at - 1) === 0x20)) {
      return undefined;
    }
  }
  reader.at = at;
  while (text.charCodeAt(at - 1) === 0x20) at--;
  return text.slice(start, at);
}

function isIndicator(code: number): boolean {
  return code === 0x2c || code === 0x5d || code === 0x7d || code === 0x5b || code === 0x7b;
}
