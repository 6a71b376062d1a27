import { FluxError } from '../../../core/errors.ts';
import { analyseScalar, emitDoubleQuoted, emitLiteral, emitSingleQuoted, looksTyped } from '../../../core/yaml/index.ts';
import { formatFloat } from '../format-float.ts';
import { type Branch, type Comment, isBranch, isComment, isList, type Leaf, type TreeValue } from '../types.ts';

/** Columns of one level. */
const INDENT = 4;

/** Keys of more bytes are written with a question mark. */
const LONGEST_SIMPLE_KEY = 128;

interface Print {
  readonly lines: string[];
  /** True where the last line goes on. */
  isOpen: boolean;
  /** Column of comments that were written behind something: an empty line separates them from what follows at that column. */
  footColumn: number;
  /** Comments behind a collection in a list, which come out behind the next scalar. */
  late: string[];
}

/**
 * Writes documents as YAML, four columns per level, with their comments.
 *
 * Effects: none
 * Source: sops stores/yaml/store.go; go.yaml.in/yaml/v3 emitterc.go
 */
export function writeYaml(branches: readonly Branch[]): string {
  return branches.map(writeDocument).join('---\n');
}

function writeDocument(branch: Branch): string {
  const print: Print = { lines: [], isOpen: false, footColumn: -1, late: [] };
  const { head, body } = splitHead(branch);
  if (isEmpty(branch)) {
    for (const comment of head) line(print, 0, comment);
    line(print, 0, '{}');
  } else {
    for (const comment of head) line(print, 0, comment);
    writeMembers(print, body, 0);
  }
  flushLate(print, 0);
  return print.lines.map((text) => `${text}\n`).join('');
}

/** Comments before the first member belong to the collection. */
function splitHead(value: Branch | readonly TreeValue[]): { head: string[]; body: typeof value } {
  const list: readonly unknown[] = isBranch(value) ? value.items : value;
  const commentAt = (at: number): Comment | undefined => {
    const one = isBranch(value) ? value.items[at]?.key : (value as readonly TreeValue[])[at];
    return isComment(one) ? one : undefined;
  };
  const head: string[] = [];
  const inline: string[] = [];
  let count = 0;
  for (; count < list.length; count++) {
    const comment = commentAt(count);
    if (comment === undefined) break;
    (comment.inline ? inline : head).push(`#${comment.text}`);
  }
  const kept = list.slice(0, count).filter((_one, at) => commentAt(at)?.inline === true);
  if (count === list.length) return { head: [...head, ...inline], body: isBranch(value) ? { type: 'branch', items: [] } : [] };
  const rest = [...kept, ...list.slice(count)];
  return { head, body: isBranch(value) ? { type: 'branch', items: rest as Branch['items'] } : (rest as readonly TreeValue[]) };
}

function isEmpty(value: Branch | readonly TreeValue[]): boolean {
  return isBranch(value) ? value.items.every(({ key }) => isComment(key)) : value.every((item) => isComment(item));
}

function line(print: Print, column: number, text: string): void {
  if (print.footColumn === column) print.lines.push('');
  print.footColumn = -1;
  if (print.isOpen) {
    print.lines[print.lines.length - 1] += ` ${text}`;
    print.isOpen = false;
    return;
  }
  print.lines.push(' '.repeat(column) + text);
}

function foot(print: Print, column: number, comments: readonly string[]): void {
  for (const comment of comments) line(print, column, comment);
  if (comments.length > 0) print.footColumn = column;
}

function flushLate(print: Print, column: number): void {
  const late = print.late;
  print.late = [];
  foot(print, column, late);
}

function below(column: number): number {
  return INDENT * Math.floor((column + INDENT) / INDENT);
}

function writeMembers(print: Print, body: Branch | readonly TreeValue[], column: number): void {
  let head: string[] = [];
  let inline: string[] = [];
  for (const { key, value } of (body as Branch).items) {
    if (isComment(key)) {
      (key.inline ? inline : head).push(`#${key.text}`);
      continue;
    }
    for (const comment of head) line(print, column, comment);
    head = [];
    const name = scalarText(typeof key === 'string' ? key : '', below(column), true);
    if (Buffer.byteLength(name) > LONGEST_SIMPLE_KEY) {
      line(print, column, `? ${name}`);
      line(print, column, ':');
    } else {
      line(print, column, `${name}:`);
    }
    writeValue(print, value, column, inline);
    inline = [];
  }
  foot(print, column, [...head, ...inline]);
}

function writeValue(print: Print, value: TreeValue, column: number, inline: readonly string[]): void {
  if ((isBranch(value) || isList(value)) && !isEmpty(value)) {
    const { head, body } = splitHead(value);
    const inner = below(column);
    for (const comment of shownHead(head, body)) line(print, inner, comment);
    if (isBranch(value)) writeMembers(print, body, inner);
    else writeItems(print, body as readonly TreeValue[], inner);
    return;
  }
  print.isOpen = true;
  writeScalarLine(print, value, column, below(column), inline);
}

/** A list's own comments are lost to those of its first item, as upstream. */
function shownHead(head: string[], body: Branch | readonly TreeValue[]): string[] {
  const first = isBranch(body) ? undefined : body.find((item) => !isComment(item));
  if (first === undefined || !(isBranch(first) || isList(first)) || isEmpty(first)) return head;
  return splitHead(first).head.length > 0 ? [] : head;
}

function writeItems(print: Print, items: readonly TreeValue[], column: number): void {
  let head: string[] = [];
  let inline: string[] = [];
  let wasCollection = false;
  for (const item of items) {
    if (isComment(item)) {
      (item.inline ? inline : head).push(`#${item.text}`);
      continue;
    }
    wasCollection = (isBranch(item) || isList(item)) && !isEmpty(item);
    const inner = wasCollection ? splitHead(item as Branch) : { head: [], body: item };
    for (const comment of [...head, ...inner.head]) line(print, column, comment);
    head = [];
    line(print, column, '-');
    print.isOpen = true;
    if (!wasCollection) writeScalarLine(print, item, column, column + 2, inline);
    else if (isBranch(item)) writeMembers(print, inner.body as Branch, column + 2);
    else writeItems(print, inner.body as readonly TreeValue[], column + 2);
    inline = [];
  }
  const rest = [...head, ...inline];
  if (wasCollection) print.late.push(...rest);
  else foot(print, column, rest);
}

/** Writes what fits on the line that is open, and the lines of a block. `margin` is where those begin. */
function writeScalarLine(print: Print, value: TreeValue, column: number, margin: number, inline: readonly string[]): void {
  const text = isList(value) ? '[]' : isBranch(value) ? '{}' : leafText(value, margin);
  const [first = '', ...rest] = text.split('\n');
  line(print, column, inline.length === 0 ? first : `${first} ${inline.join('\n')}`);
  print.lines.push(...rest);
  flushLate(print, column);
}

function leafText(leaf: Leaf, margin: number): string {
  if (leaf === null) return 'null';
  if (typeof leaf === 'string') return scalarText(leaf, margin, false);
  if (typeof leaf === 'bigint' || typeof leaf === 'boolean') return String(leaf);
  switch (leaf.type) {
    case 'float':
      return floatText(leaf.value);
    case 'time':
      return leaf.text;
    case 'raw':
      return `!!binary ${Buffer.from(leaf.bytes).toString('base64')}`;
    default:
      throw new FluxError('sops/cannot-write', 'Error marshaling to YAML: a comment where a value should be');
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return formatFloat(value, 'g');
}

function scalarText(text: string, margin: number, isKey: boolean): string {
  if (text === '') return '""';
  const found = analyseScalar(text);
  const hasTab = text.includes('\t');
  if (text.includes('\n')) {
    const mayBlock = hasTab ? analyseScalar(text.replaceAll('\t', 'x')).block : found.block;
    return mayBlock && !isKey ? literal(text, margin) : emitDoubleQuoted(text, 0, 0, false);
  }
  // Written and read once more, the text has become the key that merges.
  if (text === '<<') return '!!merge <<';
  if (looksTyped(text) || hasTab) return emitDoubleQuoted(text, 0, 0, false);
  if (found.plain) return text;
  return found.single ? emitSingleQuoted(text, 0, margin, false) : emitDoubleQuoted(text, 0, 0, false);
}

/** The hint says how far the lines of a block are indented; upstream writes that of a level in any case. */
function literal(text: string, margin: number): string {
  return emitLiteral(text, margin).replace(/^\|2/, `|${INDENT}`).replace(/\n$/, '');
}
