import { COLLECTION_STYLE, EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import {
  analyseScalar,
  emitDoubleQuoted,
  emitLiteral,
  emitSingleQuoted,
  offsetOf,
  parseLeniently,
  resolvePlain,
} from '../../core/yaml/index.ts';
import { isMap, isNull, keysOf, tagOf, textOf } from './node.ts';
import type { Node } from './node.ts';

/** A YAML value with how it was written. */
export interface Styled {
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'block' | 'flow';
  /** Anchor and tag as written, with a space behind. */
  readonly properties: string;
  /** Comment lines before it. */
  readonly head: readonly string[];
  /** A comment on its line. */
  readonly line: string;
  readonly members: ReadonlyMap<string, Styled>;
  /** How each key was written. */
  readonly keys: ReadonlyMap<string, Styled>;
  readonly items: readonly Styled[];
  /** Comment lines behind the last member. */
  readonly foot: readonly string[];
}

/**
 * Reads how the values of a YAML text are written: styles, the order of keys, comments.
 *
 * Effects: none
 *
 * @returns `undefined` where the text uses aliases or cannot be read
 */
export function readStyles(input: string): Styled | undefined {
  let parsed: ReturnType<typeof parseLeniently>;
  try {
    parsed = parseLeniently(input, '');
  } catch {
    return undefined;
  }
  const { text, events } = parsed;
  if (events.some(({ type }) => type === EVENT_ID.ALIAS)) return undefined;
  const state: State = { text, events, at: 1, from: 0 };
  return events.length < 3 ? undefined : read(state, []);
}

interface State {
  readonly text: string;
  readonly events: readonly Event[];
  at: number;
  /** Where the comments that were not given to a value yet begin. */
  from: number;
}

const NONE: ReadonlyMap<string, Styled> = new Map();

function commentsUntil(state: State, offset: number): string[] {
  const gap = state.text.slice(state.from, Math.max(state.from, offset));
  return gap
    .split('\n')
    .slice(state.from === 0 ? 0 : 1)
    .map((line) => line.trim().replace(/^- +(?=#)/, ''))
    .filter((line) => line.startsWith('#'));
}

function propertiesOf({ text }: State, event: ScalarEvent | SequenceEvent | MappingEvent): string {
  const anchor = event.anchorStart < 0 ? '' : `&${text.slice(event.anchorStart, event.anchorEnd)} `;
  const tag = event.tagStart < 0 ? '' : `${text.slice(event.tagStart, event.tagEnd)} `;
  return anchor + tag;
}

function read(state: State, head: readonly string[]): Styled {
  const event = state.events[state.at++] as Event;
  const common = { head, line: '', members: NONE, keys: NONE, items: [], foot: [] };
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      const end = Math.max(event.valueEnd, event.valueStart, 0);
      const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
      const line = isBlock ? '' : (/^["']?[ \t]+(#.*)/.exec(state.text.slice(end, lineEnd(state.text, end)))?.[1] ?? '');
      state.from = Math.max(state.from, end);
      return { ...common, style: SCALAR_STYLES[event.style] ?? 'plain', properties: propertiesOf(state, event), line };
    }
    case EVENT_ID.SEQUENCE: {
      const items: Styled[] = [];
      while (state.events[state.at]?.type !== EVENT_ID.POP) {
        const comments = commentsUntil(state, offsetOf(state.events[state.at] as Event));
        items.push(read(state, comments));
      }
      state.at++;
      return {
        ...common,
        style: event.style === COLLECTION_STYLE.FLOW ? 'flow' : 'block',
        properties: propertiesOf(state, event),
        items,
      };
    }
    case EVENT_ID.MAPPING: {
      const members = new Map<string, Styled>();
      const keys = new Map<string, Styled>();
      while (state.events[state.at]?.type !== EVENT_ID.POP) {
        const keyEvent = state.events[state.at] as Event;
        const comments = commentsUntil(state, offsetOf(keyEvent));
        const name = keyEvent.type === EVENT_ID.SCALAR ? getScalarValue(state.text, keyEvent) : '';
        keys.set(name, read(state, comments));
        members.set(name, read(state, []));
      }
      state.at++;
      const foot = state.at >= state.events.length - 1 ? commentsUntil(state, state.text.length) : [];
      return {
        ...common,
        style: event.style === COLLECTION_STYLE.FLOW ? 'flow' : 'block',
        properties: propertiesOf(state, event),
        members,
        keys,
        foot,
      };
    }
    default:
      return { ...common, style: 'plain', properties: '' };
  }
}

const SCALAR_STYLES: Readonly<Record<number, Styled['style']>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
};

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Writes a value in the style that it had, two spaces per level, lists not indented; what is new is written plainly. */
export function writeStyled(node: Node, styled: Styled | undefined): string {
  const head = (styled?.head ?? []).map((line) => `${line}\n`).join('');
  const foot = (styled?.foot ?? []).map((line) => `${line}\n`).join('');
  return head + block(node, styled, 0, true) + (foot === '' ? '' : `\n${foot}`);
}

function isBlockCollection(node: Node, styled: Styled | undefined): boolean {
  if (styled?.style === 'flow') return false;
  return Array.isArray(node) ? node.length > 0 : isMap(node) && keysOf(node).length > 0;
}

function block(node: Node, styled: Styled | undefined, indent: number, inline: boolean): string {
  const margin = ' '.repeat(indent);
  const comment = (from: Styled | undefined) => (from === undefined || from.line === '' ? '' : ` ${from.line}`);
  if (!isBlockCollection(node, styled)) return `${scalarOrFlow(node, styled, indent)}${comment(styled)}\n`;
  let out = '';
  let first = inline;
  if (Array.isArray(node)) {
    for (const [at, item] of node.entries()) {
      const style = styled?.items[at];
      for (const line of style?.head ?? []) {
        out += `${first ? '' : margin}${line}\n`;
        first = false;
      }
      out += `${first ? '' : margin}- ${block(item, style, indent + 2, true)}`;
      first = false;
    }
    return out;
  }
  if (!isMap(node)) return out;
  const known = [...(styled?.members.keys() ?? [])].filter((key) => node[key] !== undefined);
  for (const key of [...known, ...keysOf(node).filter((name) => !known.includes(name))]) {
    const value = node[key] as Node;
    const keyStyle = styled?.keys.get(key);
    const style = styled?.members.get(key);
    for (const line of keyStyle?.head ?? []) {
      out += `${first ? '' : margin}${line}\n`;
      first = false;
    }
    out += `${first ? '' : margin}${scalarText(key, 'str', keyStyle, indent)}:`;
    first = false;
    if (isBlockCollection(value, style)) {
      const properties = style?.properties.trimEnd() ?? '';
      out += `${properties === '' ? '' : ` ${properties}`}${comment(keyStyle)}\n${block(value, style, Array.isArray(value) ? indent : indent + 2, false)}`;
    } else {
      out += ` ${scalarOrFlow(value, style, indent)}${comment(style)}\n`;
    }
  }
  return out;
}

function scalarOrFlow(node: Node, styled: Styled | undefined, indent: number): string {
  const properties = styled?.properties ?? '';
  if (Array.isArray(node))
    return `${properties}[${node.map((item, at) => scalarOrFlow(item, styled?.items[at], indent)).join(', ')}]`;
  if (isMap(node)) {
    const members = keysOf(node).map(
      (key) =>
        `${scalarText(key, 'str', styled?.keys.get(key), indent)}: ${scalarOrFlow(node[key] as Node, styled?.members.get(key), indent)}`,
    );
    return `${properties}{${members.join(', ')}}`;
  }
  if (isNull(node)) return `${properties}${textOf(node) || 'null'}`;
  return `${properties}${scalarText(textOf(node), tagOf(node), styled, indent)}`;
}

function scalarText(text: string, tag: string, styled: Styled | undefined, indent: number): string {
  const { plain, single, block: mayBlock } = analyseScalar(text);
  switch (styled?.style) {
    case 'double':
      return emitDoubleQuoted(text, 0, 0, false);
    case 'single':
      return single && !text.includes('\n') ? emitSingleQuoted(text, 0, 0, false) : emitDoubleQuoted(text, 0, 0, false);
    case 'literal':
    case 'folded':
      return mayBlock && text !== '' ? emitLiteral(text, indent + 2).replace(/\n$/, '') : emitDoubleQuoted(text, 0, 0, false);
    default:
      break;
  }
  if (text.includes('\n'))
    return mayBlock ? emitLiteral(text, indent + 2).replace(/\n$/, '') : emitDoubleQuoted(text, 0, 0, false);
  if (tag === 'str' && (text === '' || resolvePlain(text, 'kyaml').tag !== 'str')) return emitDoubleQuoted(text, 0, 0, false);
  // A text that does not fit the type of what it replaced has that type written before it.
  const type = tag !== '' && tag !== 'str' && resolvePlain(text, 'kyaml').tag !== tag ? `!!${tag} ` : '';
  if (plain || (type !== '' && text === '')) return (type + text).trimEnd();
  return single ? type + emitSingleQuoted(text, 0, 0, false) : emitDoubleQuoted(text, 0, 0, false);
}
