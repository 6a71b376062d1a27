import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { FluxError } from '../errors.ts';
import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { endsWithColon, refuseFlowKey, refusePlainInFlow, refuseTabAfterDash } from './go-scanner.ts';
import type { Refusal } from './go-scanner.ts';
import { positionAt } from './position.ts';

/** Limits against absurd input; each can be raised. */
export interface YamlLimits {
  /** Characters of the text; default 50 million. */
  readonly maxLength?: number;
  /** Nested collections; default 1000. */
  readonly maxDepth?: number;
  /** Values that aliases may add by being expanded; default 1 million. */
  readonly maxAliased?: number;
}

/** Default limits of parsing. */
export const DEFAULT_YAML_LIMITS: Required<YamlLimits> = Object.freeze({
  maxLength: 50_000_000,
  maxDepth: 1000,
  maxAliased: 1_000_000,
});

/** A scalar as written. */
export interface WrittenScalar {
  /** The decoded text. */
  readonly text: string;
  /** True where it has no quotes and is no block. */
  readonly plain: boolean;
  /** True for a block written with `>`. */
  readonly folded: boolean;
  /** True for a block written with `|`. */
  readonly literal: boolean;
  /** True within brackets. */
  readonly inFlow: boolean;
  /** The tag in its short form (`!!int`, `!mine`); empty where there is none. */
  readonly tag: string;
  /** Offset in the text, for messages. */
  readonly offset: number;
}

/** What the caller decides while values are made. */
export interface Composer {
  /** The value of a scalar. */
  scalar(scalar: WrittenScalar): unknown;
  /** The name of a map key. */
  key(scalar: WrittenScalar): string;
  /** Tells whether a key is the merge key. */
  isMerge(scalar: WrittenScalar): boolean;
  /** Tells whether a key is left out with its value, which no caller needs that does not say so. */
  isDropped?(scalar: WrittenScalar): boolean;
  /** Called when a map has a key twice; the later value wins afterwards. */
  duplicate(key: string, offset: number, firstOffset: number): void;
  /** True: members merged in by `<<` replace those written before it, as in the older library. */
  readonly mergeInPlace: boolean;
  /** True: `\\/` and halves of a surrogate pair in double quotes are errors, as they are to Go's YAML libraries; default false. */
  readonly refuseSlashEscape?: boolean;
}

/** A document and where it starts. */
export interface ComposedDocument {
  /** `undefined` where the document has no content at all. */
  readonly value: unknown;
  /** Offset of its content. */
  readonly offset: number;
}

/**
 * Makes values from any YAML text; what scalars and keys mean is the caller's decision. `composeSimple` is faster for most texts.
 *
 * Aliases are expanded to copies, so that a value can be changed without changing another.
 *
 * Effects: none
 *
 * @throws {FluxError} yaml/too-large: longer or deeper than the limits
 * @throws {FluxError} yaml/alias-bomb: aliases expand to more than the limit
 * @throws {FluxError} yaml/invalid: not YAML, with line and column
 */
export function composeYaml(input: string, composer: Composer, file: string, limits: YamlLimits = {}): ComposedDocument[] {
  const {
    maxLength = DEFAULT_YAML_LIMITS.maxLength,
    maxDepth = DEFAULT_YAML_LIMITS.maxDepth,
    maxAliased = DEFAULT_YAML_LIMITS.maxAliased,
  } = limits;
  if (input.length > maxLength) {
    throw new FluxError(
      'yaml/too-large',
      `read YAML: the text has ${input.length} characters, at most ${maxLength} are allowed`,
      {
        source: { file },
      },
    );
  }
  const { text, events } = parseLeniently(input, file, maxDepth);
  const walk: Walk = {
    text,
    file,
    events,
    composer,
    at: 0,
    anchors: new Map(),
    budget: maxAliased,
    flowDepth: 0,
    tags: new Map(),
  };
  const mark = text.indexOf('\n\uFEFF---');
  // A mark is none of Go's blanks, so that this starts no document.
  if (mark >= 0) throw invalid(walk, "could not find expected ':'", mark + 1);
  const documents: ComposedDocument[] = [];
  while (walk.at < events.length) {
    const event = events[walk.at++];
    if (event?.type !== EVENT_ID.DOCUMENT) throw invalid(walk, 'expected a document', 0);
    walk.anchors.clear();
    walk.tags = new Map(event.directives.flatMap((one) => (one.kind === 'tag' ? [[one.handle, one.prefix]] : [])));
    const next = events[walk.at];
    if (next === undefined || next.type === EVENT_ID.POP) {
      walk.at++;
      documents.push({ value: undefined, offset: text.length });
      continue;
    }
    const offset = offsetOf(next);
    const value = composeNode(walk);
    documents.push({ value, offset });
    walk.at++;
  }
  return documents;
}

/** So many characters are read at most while lines are indented one by one. */
const MAX_REREAD = 20_000_000;

/**
 * Go's libraries take some things that the parser does not: inside brackets and quotes they do not look at indentation, so that
 * a closing bracket may stand in the first column; a tab is a blank inside brackets and before them; `-` alone is a text within
 * brackets; a comment may follow a bracket, a quote or the head of a block without a space. What the parser complains about is
 * written in another way and read again.
 *
 * @returns the text changed so, to which the offsets of the events refer
 * @throws {FluxError} yaml/invalid, yaml/too-large
 */
export function parseLeniently(
  input: string,
  file: string,
  maxDepth: number = DEFAULT_YAML_LIMITS.maxDepth,
): { text: string; events: Event[] } {
  let text = input;
  let last = -1;
  for (let read = 0; ; read += text.length) {
    try {
      return { text, events: parseEvents(text, { maxDepth }) };
    } catch (error) {
      const place = error instanceof YAMLException ? error.mark?.position : undefined;
      if (place === undefined || read > MAX_REREAD) throw translate(error, input, text, file);
      const change = changeFor((error as YAMLException).reason, text, place);
      if (change === undefined || change.at === last) throw translate(error, input, text, file);
      text = text.slice(0, change.at) + change.put + text.slice(change.at + change.take);
      last = change.at;
    }
  }
}

/** What is put in the place of so many characters. */
interface Change {
  readonly at: number;
  readonly take: number;
  readonly put: string;
}

function changeFor(reason: string, text: string, place: number): Change | undefined {
  if (reason === 'deficient indentation') {
    const lineStart = text.lastIndexOf('\n', place - 1) + 1;
    const margin = /^[ \t]*/.exec(text.slice(lineStart, place))?.[0].length ?? 0;
    if (lineStart + margin < place) return blankFor(text, lineStart, place);
    // Deep enough for any line that is worth reading.
    return { at: lineStart, take: margin, put: ' '.repeat(margin + 64) };
  }
  const isComma = reason === 'missed comma between flow collection entries';
  if (isComma && text[place] === '-' && ',]}'.includes(text[place + 1] ?? ' ')) return { at: place, take: 1, put: '"-"' };
  if ((isComma || reason === 'a line break is expected') && text[place] === '#') return { at: place, take: 0, put: ' ' };
  return undefined;
}

/** Behind other text on its line a tab is a blank to Go, unless there are only dashes and question marks before it. */
function blankFor(text: string, lineStart: number, place: number): Change | undefined {
  const tab = text.lastIndexOf('\t', place - 1);
  if (tab < lineStart || !/^\t[ \t]*(?:[&!]\S*[ \t]+)*[[{]?[ \t]*$/.test(text.slice(tab, place))) return undefined;
  const isAfterMarks = /^[ \t]*(?:[-?:][ \t]+)*[-?:][ \t]*$/.test(text.slice(lineStart, tab));
  return isAfterMarks ? undefined : { at: tab, take: 1, put: ' ' };
}

interface Walk {
  readonly text: string;
  readonly file: string;
  readonly events: readonly Event[];
  readonly composer: Composer;
  at: number;
  readonly anchors: Map<string, unknown>;
  budget: number;
  flowDepth: number;
  tags: ReadonlyMap<string, string>;
}

function composeNode(walk: Walk): unknown {
  const event = walk.events[walk.at++];
  switch (event?.type) {
    case EVENT_ID.SCALAR: {
      const value = walk.composer.scalar(written(walk, event));
      remember(walk, event, value);
      return value;
    }
    case EVENT_ID.SEQUENCE: {
      const items: unknown[] = [];
      const name = anchorOf(walk, event);
      if (name !== undefined) walk.anchors.set(name, UNFINISHED);
      const isFlow = event.style === COLLECTION_STYLE.FLOW;
      if (isFlow) walk.flowDepth++;
      for (let next = walk.events[walk.at]; next?.type !== EVENT_ID.POP; next = walk.events[walk.at]) {
        if (!isFlow) refuse(walk, refuseTabAfterDash(walk.text, next));
        items.push(composeNode(walk));
      }
      if (isFlow) walk.flowDepth--;
      walk.at++;
      if (name !== undefined) walk.anchors.set(name, items);
      return items;
    }
    case EVENT_ID.MAPPING:
      return composePairAsText(walk, event) ?? composeMapping(walk, event);
    case EVENT_ID.ALIAS:
      return copyAlias(walk, resolveAlias(walk, event.anchorStart, event.anchorEnd), event.anchorStart);
    default:
      throw invalid(walk, 'unexpected end of the document', walk.text.length);
  }
}

/** In a list in brackets `x:` is a text to Go; to the parser it is a map without braces, with no value. */
function composePairAsText(walk: Walk, { style, start }: MappingEvent): unknown {
  const key = walk.events[walk.at];
  if (style !== COLLECTION_STYLE.FLOW || walk.text.charAt(start) === '{' || key?.type !== EVENT_ID.SCALAR) return undefined;
  if (!endsWithColon(walk.text, key)) return undefined;
  refuse(walk, refuseFlowKey(walk.text, key));
  const { text, ...rest } = written(walk, key);
  // The key, no value, and the end.
  walk.at += 3;
  return walk.composer.scalar({ ...rest, text: `${text}:` });
}

function composeMapping(walk: Walk, event: MappingEvent): unknown {
  const object: JsonObject = {};
  const { composer } = walk;
  const name = anchorOf(walk, event);
  if (name !== undefined) walk.anchors.set(name, UNFINISHED);
  const offsets = new Map<string, number>();
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  if (isFlow) walk.flowDepth++;
  const merges: { value: unknown; offset: number }[] = [];
  for (let next = walk.events[walk.at]; next !== undefined && next.type !== EVENT_ID.POP; next = walk.events[walk.at]) {
    let key: string;
    let offset: number;
    if (next.type === EVENT_ID.SCALAR) {
      walk.at++;
      let scalar = written(walk, next);
      offset = scalar.offset;
      if (isFlow && walk.text.charAt(event.start) === '{') {
        refuse(walk, refuseFlowKey(walk.text, next));
        if (endsWithColon(walk.text, next)) scalar = { ...scalar, text: `${scalar.text}:` };
      }
      if (composer.isDropped?.(scalar) === true) {
        composeNode(walk);
        continue;
      }
      if (composer.isMerge(scalar)) {
        const value = composeNode(walk);
        if (composer.mergeInPlace) mergeInto(walk, object, value, offset, true);
        else merges.push({ value, offset });
        continue;
      }
      key = composer.key(scalar);
      remember(walk, next, key);
    } else if (next.type === EVENT_ID.ALIAS) {
      offset = next.anchorStart;
      const target = composeNode(walk);
      if (typeof target !== 'string') throw invalid(walk, 'a map key must be a string', offset);
      key = target;
    } else {
      throw invalid(walk, 'a map key must be a string, not a map or list', offsetOf(next));
    }
    const value = composeNode(walk);
    const before = offsets.get(key);
    if (before === undefined) offsets.set(key, offset);
    else composer.duplicate(key, offset, before);
    setOwn(object, key, value as JsonValue);
  }
  if (isFlow) walk.flowDepth--;
  walk.at++;
  for (const merge of merges) mergeInto(walk, object, merge.value, merge.offset, false);
  if (name !== undefined) walk.anchors.set(name, object);
  return object;
}

/** `overwrite`: a merged member replaces one that is there. Among several sources the first one wins. */
function mergeInto(walk: Walk, object: JsonObject, value: unknown, offset: number, overwrite: boolean): void {
  const sources = Array.isArray(value) ? value : [value];
  const merged = new Set<string>();
  for (const source of sources) {
    // What a caller made of a scalar may be an object too.
    if (typeof source !== 'object' || source === null || Object.getPrototypeOf(source) !== Object.prototype) {
      throw invalid(walk, 'map merge requires map or sequence of maps as the value', offset);
    }
    for (const key of Object.keys(source)) {
      if (merged.has(key) || (!overwrite && Object.hasOwn(object, key))) continue;
      merged.add(key);
      setOwn(object, key, (source as JsonObject)[key]);
    }
  }
}

const UNFINISHED: unique symbol = Symbol('unfinished');

function anchorOf(walk: Walk, event: SequenceEvent | MappingEvent | ScalarEvent): string | undefined {
  return event.anchorStart < 0 ? undefined : walk.text.slice(event.anchorStart, event.anchorEnd);
}

function remember(walk: Walk, event: ScalarEvent, value: unknown): void {
  const name = anchorOf(walk, event);
  if (name !== undefined) walk.anchors.set(name, value);
}

function resolveAlias(walk: Walk, start: number, end: number): unknown {
  const name = walk.text.slice(start, end);
  if (!walk.anchors.has(name)) throw invalid(walk, `unknown anchor '${name}' referenced`, start);
  const value = walk.anchors.get(name);
  if (value === UNFINISHED) throw invalid(walk, `anchor '${name}' value contains itself`, start);
  return value;
}

function copyAlias(walk: Walk, value: unknown, offset: number): unknown {
  if (--walk.budget < 0) {
    throw new FluxError('yaml/alias-bomb', 'read YAML: document contains excessive aliasing', {
      source: { file: walk.file, ...positionAt(walk.text, offset) },
      hint: 'write the repeated values out, or use fewer nested aliases',
    });
  }
  if (Array.isArray(value)) return value.map((item) => copyAlias(walk, item, offset));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const copy: JsonObject = {};
    for (const key of Object.keys(value)) setOwn(copy, key, copyAlias(walk, (value as JsonObject)[key], offset) as JsonValue);
    return copy;
  }
  return value;
}

function written(walk: Walk, event: ScalarEvent): WrittenScalar {
  let text = getScalarValue(walk.text, event);
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  // To Go's libraries a block whose last line ends with the text has no line break at its end, whatever its header says.
  if (isBlock && event.valueEnd >= walk.text.length && !walk.text.endsWith('\n')) text = text.replace(/\n+$/, '');
  if (isBlock && /^\n*\t/.test(text)) refuseTabMargin(walk, event);
  if (walk.flowDepth > 0 && event.style === SCALAR_STYLE.PLAIN) refuse(walk, refusePlainInFlow(walk.text, event));
  if (walk.composer.refuseSlashEscape === true && event.style === SCALAR_STYLE.DOUBLE_QUOTED) {
    const escape = /^(?:[^\\]|\\[^/])*?(\\\/|\\u[dD][89a-fA-F])/.exec(walk.text.slice(event.valueStart, event.valueEnd));
    if (escape !== null) {
      const what = escape[1] === '\\/' ? 'found unknown escape character' : 'found invalid Unicode character escape code';
      throw invalid(walk, what, event.valueStart + escape[0].length - (escape[1] ?? '').length);
    }
  }
  return {
    text,
    plain: event.style === SCALAR_STYLE.PLAIN,
    folded: event.style === SCALAR_STYLE.FOLDED_BLOCK,
    literal: event.style === SCALAR_STYLE.LITERAL_BLOCK,
    inFlow: walk.flowDepth > 0,
    tag: event.tagStart < 0 ? '' : shortTag(walk, walk.text.slice(event.tagStart, event.tagEnd)),
    offset: event.valueStart < 0 ? Math.max(event.tagStart, event.anchorStart) : event.valueStart,
  };
}

/** Where the head of a block does not say how deep it is indented, a tab cannot be its first sign. */
function refuseTabMargin(walk: Walk, { valueStart }: ScalarEvent): void {
  const head = walk.text.slice(walk.text.lastIndexOf('\n', valueStart - 2) + 1, valueStart);
  if (!/[|>][-+]?[1-9][-+]?[ \t]*(?:#.*)?\n$/.test(head))
    throw invalid(walk, 'found a tab character where an indentation space is expected', valueStart);
}

const LONG_TAG = 'tag:yaml.org,2002:';

function shortTag(walk: Walk, tag: string): string {
  const whole = tag.startsWith('!<') ? tag.slice(2, -1) : tag;
  if (whole.startsWith(LONG_TAG)) return `!!${whole.slice(LONG_TAG.length)}`;
  const handle = /^![^!]*!/.exec(whole)?.[0] ?? '!';
  const prefix = walk.tags.get(handle);
  if (prefix === undefined) return whole;
  const full = prefix + whole.slice(handle.length);
  return full.startsWith(LONG_TAG) ? `!!${full.slice(LONG_TAG.length)}` : full;
}

/** The offset where an event's content starts. */
export function offsetOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return Math.max(0, event.valueStart < 0 ? Math.max(event.tagStart, event.anchorStart) : event.valueStart);
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return 0;
  }
}

function invalid(walk: Walk, what: string, offset: number): FluxError {
  return new FluxError('yaml/invalid', `read YAML: ${what}`, { source: { file: walk.file, ...positionAt(walk.text, offset) } });
}

function refuse(walk: Walk, refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw invalid(walk, refusal.what, refusal.offset);
}

/** The place in what was written of one in the text whose lines were indented. */
function positionBefore(input: string, text: string, offset: number): { line: number; column: number } {
  const { line, column } = positionAt(text, offset);
  if (input === text) return { line, column };
  const added = (text.split('\n')[line - 1]?.length ?? 0) - (input.split('\n')[line - 1]?.length ?? 0);
  return { line, column: Math.max(1, column - added) };
}

/** @param input what was written; `text` has some of its lines indented */
function translate(error: unknown, input: string, text: string, file: string): FluxError {
  if (!(error instanceof YAMLException)) throw error;
  const place = error.mark === undefined ? {} : positionBefore(input, text, error.mark.position);
  const tooDeep = /nesting exceeded|maxDepth/i.test(error.reason);
  return new FluxError(tooDeep ? 'yaml/too-large' : 'yaml/invalid', `read YAML: ${error.reason}`, {
    source: { file, ...place },
    cause: error,
  });
}
