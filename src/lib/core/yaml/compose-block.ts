import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { canStartPlain } from './can-start-plain.ts';
import type { ComposedDocument } from './compose-yaml.ts';
import { readBlockScalar } from './read-block-scalar.ts';
import { readFlow } from './read-flow.ts';
import { readPlainLines } from './read-plain-lines.ts';
import { readQuoted } from './read-quoted.ts';
import { isClearlyText, LONGEST_WORD } from './resolve-scalar.ts';
import type { ScalarRules, SimpleText } from './scalar-rules.ts';

// Characters are compared as numbers written in place, which young code does fastest: 0x09 tab, 0x0a line break, 0x20 space, 0x22 ",
// 0x23 #, 0x27 ', 0x2d -, 0x2e ., 0x3a :, 0x3c <, 0x3e >, 0x5b [, 0x61 to 0x7a small letters, 0x7b {, 0x7c |.

/** A character that simple YAML has not; a carriage return, a mark and half a character among them. */
const ODD = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Makes values from simple YAML, the kind that nearly all manifests are written in, in one pass over its lines: maps and lists by
 * indentation, scalars and brackets that end on their line, block scalars, comments, documents. That takes a fraction of the
 * time of the general reader, above all in a process that has just started, so this is one long function with few calls.
 *
 * At anything else (tags, anchors, merge keys, keys that come twice, scalars of several lines, errors) it gives up.
 *
 * Effects: none
 *
 * @returns what the general reader returns; `undefined` where that has to read the text
 */
export function composeBlock(input: string, rules: ScalarRules, maxDepth: number): ComposedDocument[] | undefined {
  // Indentation of the first line counts in another way.
  if (input === '') return [];
  if (input.charCodeAt(0) === 0x20 || ODD.test(input)) return undefined;
  const isEnded = input.charCodeAt(input.length - 1) === 0x0a;
  const text = isEnded ? input : `${input}\n`;
  const { length } = text;
  const reader: SimpleText = { text, isEnded, rules, maxDepth, at: 0 };
  const documents: ComposedDocument[] = [];
  /** The collections around the current one: as `map`, `list` and `indent` are of that. */
  const maps: (JsonObject | undefined)[] = [];
  const lists: (unknown[] | undefined)[] = [];
  const indents: number[] = [];
  let depth = 0;
  // A document is read like a list with one item.
  let roots: unknown[] = [];
  let map: JsonObject | undefined;
  let list: unknown[] | undefined = roots;
  let indent = -1;
  let offset = 0;
  let isExplicit = false;
  /** True where the next node is the value of `key` in the map, or the next item of the list. */
  let isWanted = true;
  let key = '';
  /** Where the value before starts, if it can go on in further lines; otherwise -1. */
  let plainStart = -1;
  let at = 0;

  lines: while (at < length) {
    const lineStart = at;
    let code = text.charCodeAt(at);
    while (code === 0x20) code = text.charCodeAt(++at);
    if (code === 0x0a) {
      at++;
      continue;
    }
    if (code === 0x23) {
      at = text.indexOf('\n', at) + 1;
      plainStart = -1;
      continue;
    }
    let column = at - lineStart;
    let isItem = false;
    if (code === 0x2d) {
      const next = text.charCodeAt(at + 1);
      isItem = next === 0x20 || next === 0x0a;
    }
    if (column === 0 && (code === 0x2d || code === 0x2e) && isMarker(text, at)) {
      if (code === 0x2e) return undefined;
      if (isExplicit || roots.length > 0) {
        if (isWanted && !put(map, list, key, rules.plain('', false))) return undefined;
        documents.push({ value: roots[0], offset });
      }
      at += 3;
      while (text.charCodeAt(at) === 0x20) at++;
      if (text.charCodeAt(at) !== 0x0a && text.charCodeAt(at) !== 0x23) return undefined;
      at = text.indexOf('\n', at) + 1;
      roots = [];
      map = undefined;
      list = roots;
      indent = -1;
      depth = 0;
      offset = 0;
      isExplicit = true;
      isWanted = true;
      continue;
    }
    // A list may be as deep as its key.
    if (isWanted && column <= indent && !(isItem && column === indent && list === undefined)) {
      if (!put(map, list, key, rules.plain('', false))) return undefined;
      isWanted = false;
    }
    if (!isWanted) {
      if (column > indent) {
        if (plainStart < 0 || depth === 0) return undefined;
        reader.at = plainStart;
        const written = readPlainLines(reader, indent + 1);
        if (written === undefined) return undefined;
        const value = isClearlyText(written) ? written : rules.plain(written, false);
        if (value === undefined) return undefined;
        if (list !== undefined) list[list.length - 1] = value;
        else setOwn(map as JsonObject, key, value as JsonValue);
        at = reader.at;
        plainStart = -1;
        continue;
      }
      for (;;) {
        if (indent < column || (indent === column && (isItem || list === undefined))) break;
        depth--;
        map = maps[depth];
        list = lists[depth];
        indent = indents[depth] as number;
      }
      if (indent !== column || isItem !== (list !== undefined)) return undefined;
    }
    // The nodes of the line: `- - key: value` has four.
    for (let isAfterKey = false; ; ) {
      const start = at;
      let value: unknown;
      let name: string | undefined;
      isItem = false;
      plainStart = -1;
      if ((code >= 0x61 && code <= 0x7a) || canStartPlain(text, at)) {
        const first = code;
        for (code = text.charCodeAt(++at); code !== 0x0a; code = text.charCodeAt(++at)) {
          if (code > 0x3a || (code > 0x23 && code < 0x3a)) continue;
          if (code === 0x3a) {
            const next = text.charCodeAt(at + 1);
            if (next === 0x20 || next === 0x0a) break;
            if (next === 0x09) return undefined;
          } else if (code === 0x23) {
            if (text.charCodeAt(at - 1) === 0x20) break;
          } else if (code === 0x09) {
            return undefined;
          }
        }
        let end = at;
        while (text.charCodeAt(end - 1) === 0x20) end--;
        const written = text.slice(start, end);
        const isText = (first >= 0x41 && first <= 0x7a && end - start > LONGEST_WORD) || isClearlyText(written);
        if (code !== 0x3a) {
          value = isText ? written : rules.plain(written, false);
          if (code === 0x0a) plainStart = start;
        } else {
          // What starts with `<` may be the merge key.
          if (first === 0x3c) return undefined;
          name = isText ? written : rules.key(written);
          if (name === undefined) return undefined;
        }
        if (depth === 0) offset = start;
      } else if (code === 0x2d) {
        const next = text.charCodeAt(at + 1);
        if (isAfterKey || (next !== 0x20 && next !== 0x0a)) return undefined;
        isItem = true;
        if (depth === 0) offset = start;
      } else if (code === 0x22 || code === 0x27) {
        reader.at = at;
        const quoted = readQuoted(reader, depth === 0 ? length : indent + 1);
        if (quoted === undefined) return undefined;
        at = reader.at;
        while (text.charCodeAt(at) === 0x20) at++;
        code = text.charCodeAt(at);
        if (code === 0x3a) name = text.indexOf('\n', start) < at ? undefined : quoted;
        else value = rules.quoted(quoted, false);
        if (depth === 0) offset = code === 0x3a ? start : start + 1;
      } else if (code === 0x7b || code === 0x5b) {
        reader.at = at;
        value = readFlow(reader, depth, depth === 0 ? column : indent + 1);
        at = reader.at;
        while (text.charCodeAt(at) === 0x20) at++;
        if (depth === 0) offset = start;
      } else if ((code === 0x7c || code === 0x3e) && depth > 0) {
        reader.at = at;
        const block = readBlockScalar(reader, indent + 1);
        if (block === undefined) return undefined;
        value = rules.quoted(block, code === 0x3e);
        at = reader.at - 1;
      }

      let opened: JsonObject | unknown[] | undefined;
      if (isItem) {
        if (isWanted) value = opened = [];
      } else if (name !== undefined) {
        if (isAfterKey) return undefined;
        if (isWanted) value = opened = {};
      } else if (value === undefined || !isWanted) {
        return undefined;
      }
      if (value !== undefined && !put(map, list, key, value)) return undefined;
      if (!isItem && name === undefined) {
        // A value: there may be a comment behind it.
        code = text.charCodeAt(at);
        if (code === 0x23 && text.charCodeAt(at - 1) === 0x20) at = text.indexOf('\n', at);
        else if (code !== 0x0a) return undefined;
        at++;
        isWanted = false;
        continue lines;
      }
      if (opened !== undefined) {
        if (depth + 3 > maxDepth) return undefined;
        maps[depth] = map;
        lists[depth] = list;
        indents[depth] = indent;
        depth++;
        map = name === undefined ? undefined : (opened as JsonObject);
        list = name === undefined ? (opened as unknown[]) : undefined;
        indent = column;
      }
      if (name !== undefined) {
        key = name;
        isAfterKey = true;
      }
      isWanted = true;
      code = text.charCodeAt(++at);
      if (code !== 0x20 && code !== 0x0a) return undefined;
      while (code === 0x20) code = text.charCodeAt(++at);
      if (code === 0x0a || code === 0x23) {
        at = text.indexOf('\n', at) + 1;
        continue lines;
      }
      column = at - lineStart;
    }
  }
  if (isExplicit || roots.length > 0) {
    if (isWanted && !put(map, list, key, rules.plain('', false))) return undefined;
    documents.push({ value: roots[0], offset });
  }
  return documents;
}

/** Tells whether a line starts with `---` or `...` and nothing right behind. */
function isMarker(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === code && text.charCodeAt(at + 3) <= 0x20;
}

/** Adds a value to the list, or else to the map. */
function put(map: JsonObject | undefined, list: unknown[] | undefined, key: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (list !== undefined) {
    list.push(value);
  } else {
    const object = map as JsonObject;
    if (object[key] === undefined) {
      object[key] = value as JsonValue;
    } else {
      if (Object.hasOwn(object, key)) return false;
      setOwn(object, key, value as JsonValue);
    }
  }
  return true;
}
