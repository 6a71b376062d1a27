import { COLLECTION_STYLE, EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { FluxError } from '../../../core/errors.ts';
import { offsetOf, parseLeniently, positionAt, resolvePlain } from '../../../core/yaml/index.ts';
import { decodeBase64 } from '../decode-base64.ts';
import { decodeUtf8 } from '../decode-utf8.ts';
import { isInt64 } from '../cipher.ts';
import type { Branch, Comment, Leaf, TreeItem, TreeValue } from '../types.ts';
import { type CommentPlace, findComments, type FoundComment, placeComments } from './yaml-comments.ts';

/** Values that aliases may add by being written out. */
const MOST_ALIASED = 1_000_000;

/** A block that is open where the text is read. */
interface Block {
  /** Where it begins, from 0. */
  readonly column: number;
  /** Adds a comment behind what the block has by now. */
  readonly add: (comment: Comment) => void;
}

interface Scan {
  readonly text: string;
  /** Offsets at which lines begin. */
  readonly lineStarts: readonly number[];
  readonly file: string;
  readonly events: readonly Event[];
  at: number;
  /** Where the comments that were not given to anything yet begin. */
  from: number;
  /** The blocks around what was read last, outermost first; those that have ended since are still in it. */
  blocks: readonly Block[];
  readonly anchors: Map<string, TreeValue>;
  aliased: number;
  readonly isFirst: boolean;
}

/**
 * Reads YAML with the order of its members and with its comments, each document by itself.
 *
 * Effects: none
 * Source: sops stores/yaml/store.go; go.yaml.in/yaml/v3
 *
 * @throws {FluxError} sops/bad-file: a document that is no map, a key twice in the first document; yaml/invalid, yaml/too-large,
 * yaml/alias-bomb. Tells the place, never the text
 */
export function readYaml(input: string, file: string): Branch[] {
  const { text, events } = parseLeniently(input.replace(/^\ufeff/, ''), file);
  const lineStarts = findLineStarts(text);
  const branches: Branch[] = [];
  let scan: Scan | undefined;
  for (let at = 0; at < events.length; ) {
    const next = events[at + 1];
    scan = {
      text,
      lineStarts,
      file,
      events,
      at: at + 1,
      from: scan?.from ?? 0,
      blocks: scan?.blocks ?? [],
      anchors: new Map(),
      aliased: scan?.aliased ?? 0,
      isFirst: at === 0,
    };
    const items: TreeItem[] = [];
    const start = next === undefined || next.type === EVENT_ID.POP ? text.length : offsetOf(next);
    scan.from = endDocument(scan, start);
    scan.blocks = [];
    readDocument(scan, items);
    branches.push({ type: 'branch', items });
    at = scan.at + 1;
    if (at >= events.length) takeComments(scan, text.length, 0, false, (comment) => items.push(asItem(comment)));
  }
  return branches;
}

/** Gives comments before the mark of a new document to the document that ends there. */
function endDocument(scan: Scan, start: number): number {
  const mark = /^---(?=\s|$)/gm;
  mark.lastIndex = scan.from;
  const found = mark.exec(scan.text);
  if (found === null || found.index > start) return scan.from;
  const root = scan.blocks[0];
  takeComments(scan, found.index, 0, false, (comment) => root?.add(comment));
  return found.index + 3;
}

function readDocument(scan: Scan, items: TreeItem[]): void {
  const event = scan.events[scan.at];
  if (event === undefined || event.type === EVENT_ID.POP) return;
  if (event.type === EVENT_ID.MAPPING) {
    scan.at++;
    takeComments(scan, offsetOf(event), columnOf(scan, offsetOf(event)), false, (comment) => items.push(asItem(comment)));
    readMembers(scan, event, items, []);
    return;
  }
  if (event.type === EVENT_ID.SCALAR && readScalar(scan, event) === null) {
    scan.at++;
    return;
  }
  const what = event.type === EVENT_ID.SEQUENCE ? 'sequences' : 'values';
  throw invalid(scan, `YAML documents that are ${what} are not supported`, offsetOf(event));
}

function readMembers(scan: Scan, event: MappingEvent, items: TreeItem[], outer: readonly Block[]): void {
  const block: Block = { column: columnOf(scan, offsetOf(event)), add: (comment) => items.push(asItem(comment)) };
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  const blocks = isFlow ? outer : [...outer, block];
  if (blocks.length > scan.blocks.length) scan.blocks = blocks;
  const keys = new Set<string>();
  for (let next = scan.events[scan.at]; next !== undefined && next.type !== EVENT_ID.POP; next = scan.events[scan.at]) {
    const start = offsetOf(next);
    takeComments(scan, start, columnOf(scan, start), false, block.add);
    const key = readKey(scan, next);
    if (typeof key === 'string') {
      if (scan.isFirst && keys.has(key)) throw invalid(scan, 'mapping key already defined', start);
      keys.add(key);
    }
    scan.blocks = blocks;
    items.push({ key, value: readMember(scan, items, blocks) });
    if (isFlow) continue;
  }
  scan.at++;
}

/** Reads the value of a key; comments that stand with a scalar go before the member. */
function readMember(scan: Scan, items: TreeItem[], blocks: readonly Block[]): TreeValue {
  const event = scan.events[scan.at] as Event;
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
    const nested: Comment[] = [];
    takeComments(scan, offsetOf(event), Number.MAX_SAFE_INTEGER, true, (comment, found) => {
      if (found.isOnLine) items.push(asItem({ ...comment, inline: false }));
      else nested.push(comment);
    });
    return readCollection(scan, event, blocks, nested);
  }
  const start = offsetOf(event);
  // The comment behind the sign that begins a block is on the line of the value.
  const isBlock =
    event.type === EVENT_ID.SCALAR && (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK);
  takeComments(scan, start, Number.MAX_SAFE_INTEGER, true, (comment, found) => {
    items.push(asItem({ ...comment, inline: isBlock && found.isOnLine }));
  });
  const value = readLeaf(scan, event);
  for (const comment of takeLineComment(scan)) items.push(asItem(comment));
  return value;
}

function readCollection(
  scan: Scan,
  event: MappingEvent | SequenceEvent,
  blocks: readonly Block[],
  head: readonly Comment[],
): TreeValue {
  scan.at++;
  const name = event.anchorStart < 0 ? undefined : scan.text.slice(event.anchorStart, event.anchorEnd);
  let value: TreeValue;
  if (event.type === EVENT_ID.MAPPING) {
    const items = head.map(asItem);
    readMembers(scan, event, items, blocks);
    value = { type: 'branch', items };
  } else {
    const list: TreeValue[] = [...head];
    readItems(scan, event, list, blocks);
    value = list;
  }
  if (name !== undefined) scan.anchors.set(name, value);
  return value;
}

function readItems(scan: Scan, event: SequenceEvent, list: TreeValue[], outer: readonly Block[]): void {
  const block: Block = { column: columnOf(scan, offsetOf(event)), add: (comment) => list.push(comment) };
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  const isIndented = block.column > (outer.at(-1)?.column ?? -1);
  const blocks = isFlow || !isIndented ? outer : [...outer, block];
  for (let next = scan.events[scan.at]; next !== undefined && next.type !== EVENT_ID.POP; next = scan.events[scan.at]) {
    const collection = next.type === EVENT_ID.MAPPING || next.type === EVENT_ID.SEQUENCE ? next : undefined;
    const nested: Comment[] = [];
    takeComments(scan, offsetOf(next), block.column, false, (comment, found) => {
      if (collection !== undefined && found.afterDash) nested.push({ ...comment, inline: false });
      else list.push({ ...comment, inline: false });
    });
    scan.blocks = blocks;
    if (collection !== undefined) {
      list.push(readCollection(scan, collection, blocks, nested));
    } else {
      const value = readLeaf(scan, next);
      list.push(...takeLineComment(scan), value);
    }
  }
  scan.at++;
}

function readKey(scan: Scan, event: Event): TreeItem['key'] {
  if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) {
    throw invalid(scan, 'a map key must be a string, not a map or list', offsetOf(event));
  }
  const value = readLeaf(scan, event);
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return { type: 'key', goType: 'int' };
  if (typeof value === 'boolean') return { type: 'key', goType: 'bool' };
  return { type: 'key', goType: value === null ? '<nil>' : 'float64' };
}

function readLeaf(scan: Scan, event: Event): TreeValue {
  scan.at++;
  if (event.type === EVENT_ID.ALIAS) {
    const name = scan.text.slice(event.anchorStart, event.anchorEnd);
    const value = scan.anchors.get(name);
    if (value === undefined) throw invalid(scan, `unknown anchor '${name}' referenced`, event.anchorStart);
    scan.aliased += sizeOf(value, MOST_ALIASED - scan.aliased);
    if (scan.aliased >= MOST_ALIASED) {
      throw new FluxError('yaml/alias-bomb', 'read YAML: document contains excessive aliasing', {
        source: { file: scan.file, ...positionAt(scan.text, event.anchorStart) },
      });
    }
    scan.from = Math.max(scan.from, event.anchorEnd);
    return value;
  }
  if (event.type !== EVENT_ID.SCALAR) throw invalid(scan, 'unexpected end of the document', scan.text.length);
  const value = readScalar(scan, event);
  if (event.anchorStart >= 0) scan.anchors.set(scan.text.slice(event.anchorStart, event.anchorEnd), value);
  scan.from = Math.max(scan.from, endOf(scan.text, event));
  return value;
}

/** Values are never changed, so an alias is the value itself; what counts is how long it is once it is written out. */
function sizeOf(value: TreeValue, most: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  const members = Array.isArray(value) ? value : 'items' in value ? value.items.map((item) => item.value) : [];
  let size = 1;
  for (const member of members) {
    if (size >= most) break;
    size += sizeOf(member, most - size);
  }
  return size;
}

function readScalar(scan: Scan, event: ScalarEvent): Leaf {
  const tag = event.tagStart < 0 ? '' : scan.text.slice(event.tagStart, event.tagEnd);
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  let text = getScalarValue(scan.text, event);
  if (isBlock && event.valueEnd >= scan.text.length && !scan.text.endsWith('\n')) text = text.replace(/\n+$/, '');
  if (tag === '!!binary') {
    const bytes = decodeBase64(text);
    if (bytes === undefined) throw invalid(scan, '!!binary value contains invalid base64 data', offsetOf(event));
    return decodeUtf8(bytes);
  }
  const isTyped =
    event.style === SCALAR_STYLE.PLAIN
      ? tag === '' || /^!!(?:int|float|bool|null|timestamp)$/.test(tag)
      : /^!!(?:int|float|bool|null)$/.test(tag);
  if (!isTyped) return text;
  const { tag: type, value } = resolvePlain(text, 'kyaml');
  if (type === 'timestamp' && typeof value === 'string') return { type: 'time', text: value };
  if (type === 'str' || type === 'merge' || value === null || typeof value === 'boolean') return value as Leaf;
  if (type === 'float' || tag === '!!float') return { type: 'float', value: Number(value) };
  const whole = BigInt(value);
  if (!isInt64(whole)) throw invalid(scan, 'Cannot walk value, unknown type: uint64', offsetOf(event));
  return whole;
}

/** Where a scalar ends for the comments that follow: behind its quotes, and at the last line of a block that has something. */
function endOf(text: string, event: ScalarEvent): number {
  const end = Math.max(event.valueEnd, event.valueStart, event.tagEnd, event.anchorEnd, 0);
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED) {
    return /["']/.test(text[end] ?? '') ? end + 1 : end;
  }
  let trimmed = end;
  while (trimmed > 0 && trimmed > event.valueStart && /\s/.test(text[trimmed - 1] ?? '')) trimmed--;
  return trimmed;
}

/** The comment on the line of the value that was just read. */
function takeLineComment(scan: Scan): Comment[] {
  const comment = /[ \t]+(#[^\n]*)/y;
  comment.lastIndex = scan.from;
  const rest = comment.exec(scan.text);
  const text = rest?.[1];
  if (rest === null || text === undefined) return [];
  scan.from += rest[0].length;
  return [asComment(text, true)];
}

/** Gives the comments up to a place to the blocks that they belong to; `next` gets those that belong to what follows. */
function takeComments(
  scan: Scan,
  to: number,
  nextColumn: number,
  afterKey: boolean,
  next: (comment: Comment, found: FoundComment) => void,
): void {
  const found = findComments(scan.text, scan.from, to);
  scan.from = Math.max(scan.from, to);
  const innermost = scan.blocks.at(-1);
  // A comment on the line of a key or value is that one's; it says nothing about those below it.
  const onLine = found.filter((one) => one.isOnLine && !one.afterDash);
  for (const one of onLine) next(asComment(one.text, !afterKey), one);
  const below = found.slice(onLine.length);
  const places = placeComments(below, innermost?.column ?? 0, nextColumn, afterKey);
  for (const [at, one] of below.entries()) {
    const block = blockOf(scan.blocks, places[at]);
    if (block === undefined) next(asComment(one.text, false), one);
    else block.add(asComment(one.text, false));
  }
}

function blockOf(blocks: readonly Block[], place: CommentPlace | undefined): Block | undefined {
  if (place?.kind === 'prior') return blocks.at(-1);
  return place?.kind === 'block' ? blocks.find(({ column }) => column === place.column) : undefined;
}

function asComment(text: string, inline: boolean): Comment {
  return { type: 'comment', text: text.slice(1), inline };
}

function asItem(comment: Comment): TreeItem {
  return { key: comment, value: null };
}

function columnOf({ lineStarts }: Scan, offset: number): number {
  let low = 0;
  for (let high = lineStarts.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return offset - (lineStarts[low] ?? 0);
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function invalid(scan: Scan, what: string, offset: number): FluxError {
  return new FluxError('sops/bad-file', `Error unmarshaling input YAML: ${what}`, {
    source: { file: scan.file, ...positionAt(scan.text, Math.max(0, offset)) },
  });
}
