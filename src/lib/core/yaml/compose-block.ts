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
 * indentation or in brackets, scalars of any style, comments, documents. That takes a fraction of the time of the general reader.
 * A process that has just started gains most, and reads most, so this is one long function with few calls and few objects.
 *
 * At anything else (tags, anchors, merge keys, keys that come twice, most tabs, errors) it gives up.
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
  const reader: SimpleText = { text, isEnded, rules, maxDepth, at: 0, lineEnd: -1 };
  // Where the next of these is, from the line that is read: looking for them once is faster than looking at each character.
  let hash = find(text, '#', 0);
  let tab = find(text, '\t', 0);
  let colon = -1;
  const documents: ComposedDocument[] = [];
  /** The collections around the current one: as `map`, `list` and `indent` are of that. */
  const maps: (JsonObject | undefined)[] = [];
  const lists: (unknown[] | undefined)[] = [];
  const indents: number[] = [];
  const bases: number[] = [];
  let depth = 0;
  /** The keys of the open maps, so that those of the current one start at `base` and end before `count`. */
  const names: string[] = [];
  let base = 0;
  let count = 0;
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
    const lineEnd = text.indexOf('\n', at);
    if (hash < lineStart) hash = find(text, '#', lineStart);
    if (tab < lineStart) tab = find(text, '\t', lineStart);
    let column = at - lineStart;
    let isItem = false;
    if (code === 0x2d) {
      const next = text.charCodeAt(at + 1);
      isItem = next === 0x20 || next === 0x0a;
    }
    if (column === 0 && (code === 0x2d || code === 0x2e) && isMarker(text, at)) {
      if (code === 0x2e) return undefined;
      if (isExplicit || roots.length > 0) {
        if (isWanted && !putEmpty(map, list, key, rules)) return undefined;
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
      base = 0;
      count = 0;
      offset = 0;
      isExplicit = true;
      isWanted = true;
      continue;
    }
    // A list may be as deep as its key.
    if (isWanted && column <= indent && !(isItem && column === indent && list === undefined)) {
      if (!putEmpty(map, list, key, rules)) return undefined;
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
        count = base;
        base = bases[depth] as number;
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
        if (hash < lineEnd || tab < lineEnd) {
          reader.at = at;
          code = skipPlain(reader);
          if (code === 0x09) return undefined;
          at = reader.at;
        } else {
          if (colon < at) colon = find(text, ':', at);
          while (colon < lineEnd) {
            const next = text.charCodeAt(colon + 1);
            if (next === 0x20 || next === 0x0a) break;
            colon = find(text, ':', colon + 1);
          }
          code = colon < lineEnd ? 0x3a : 0x0a;
          at = colon < lineEnd ? colon : lineEnd;
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
        if (code === 0x3a) name = quoted === '<<' || text.indexOf('\n', start) < at ? undefined : quoted;
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
      if (value !== undefined) {
        if (list !== undefined) list.push(value);
        else setOwn(map as JsonObject, key, value as JsonValue);
      }
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
        bases[depth] = base;
        base = count;
        depth++;
        map = name === undefined ? undefined : (opened as JsonObject);
        list = name === undefined ? (opened as unknown[]) : undefined;
        indent = column;
      }
      if (name !== undefined) {
        if (count - base > FEW) {
          if (Object.hasOwn(map as JsonObject, name)) return undefined;
        } else {
          for (let other = base; other < count; other++) if (names[other] === name) return undefined;
        }
        names[count++] = name;
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
    if (isWanted && !putEmpty(map, list, key, rules)) return undefined;
    documents.push({ value: roots[0], offset });
  }
  return documents;
}

/** Tells whether a line starts with `---` or `...` and nothing right behind. */
function isMarker(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === code && text.charCodeAt(at + 3) <= 0x20;
}

/** Adds the value of a node that is not there. */
function putEmpty(map: JsonObject | undefined, list: unknown[] | undefined, key: string, rules: ScalarRules): boolean {
  const value = rules.plain('', false);
  if (list !== undefined) list.push(value);
  else setOwn(map as JsonObject, key, value as JsonValue);
  return value !== undefined;
}

/** The offset of a character; the end of the text where it is not. */
function find(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? text.length : at;
}

/**
 * Goes to the end of a scalar without quotes, as far as it is on this line.
 *
 * @returns the code of the character behind it: colon, line break, `#` of a comment, or a tab, which may be one or not
 */
function skipPlain(reader: SimpleText): number {
  const { text } = reader;
  let at = reader.at + 1;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) {
      if (text.charCodeAt(at + 1) > 0x20) continue;
    } else if (code === 0x23) {
      if (text.charCodeAt(at - 1) !== 0x20) continue;
    } else if (code !== 0x0a && code !== 0x09) {
      continue;
    }
    reader.at = at;
    return code === 0x3a && text.charCodeAt(at + 1) === 0x09 ? 0x09 : code;
  }
}

/** Of so few keys each is compared; in maps with more they are looked up. */
const FEW = 16;
