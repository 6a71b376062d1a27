import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { TextPiece } from '../../core/styled-text.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import { diffLines } from './diff-lines.ts';
import type { Difference } from './types.ts';

/** Two blocks that are no wider together stand side by side. */
const WIDTH = 80;
const GAP = '   ';

/** A line, and what it means. */
type Line = TextPiece;

const removed = (text: string): Line => ({ text, tone: 'bad' });
const added = (text: string): Line => ({ text, tone: 'good' });
const title = (text: string): Line => ({ text, tone: 'mind' });

/**
 * Writes a difference for people: the place on one line, and below it what changes.
 *
 * Effects: none
 * Source: homeport/dyff pkg/dyff/output_human.go, as flux calls it
 *
 * @returns lines, each ended, the first one empty
 * @example plainText(formatDifference({ path: ['spec', 'replicas'], from: 1, to: 2 })) // '\nspec.replicas\n± value change\n- 1\n+ 2\n'
 */
export function formatDifference(difference: Difference): TextPiece[] {
  const { path, from, to } = difference;
  const blocks =
    difference.removed === undefined && difference.added === undefined
      ? [formatChange(from ?? null, to ?? null, difference.reordered === true)]
      : [
          ...(difference.removed === undefined ? [] : [formatEntries('-', 'removed', difference.removed, '').map(removed)]),
          ...(difference.added === undefined ? [] : [formatEntries('+', 'added', difference.added, '  ').map(added)]),
        ];
  const place = path.length === 0 ? '(root level)' : path.join('.');
  return [{ text: '\n' }, { text: place, tone: 'strong' }, { text: '\n' }, ...besides(blocks)];
}

function formatEntries(mark: string, verb: string, entries: JsonValue, indent: string): string[] {
  const isList = Array.isArray(entries);
  const count = isList ? entries.length : Object.keys(isJsonObject(entries) ? entries : {}).length;
  const what = isList ? plural(count, 'list entry', 'list entries') : plural(count, 'map entry', 'map entries');
  return [`${mark} ${what} ${verb}:`, ...yamlLines(entries).map((line) => `${indent}${line}`)];
}

function formatChange(from: JsonValue, to: JsonValue, isReordered: boolean): Line[] {
  if (isReordered) return [title('⇆ order changed'), removed(`- ${entriesOf(from)}`), added(`+ ${entriesOf(to)}`)];
  if (typeof from === 'string' && typeof to === 'string') return formatTexts(from, to);
  const [was, becomes] = [typeOf(from), typeOf(to)];
  const what = was === becomes ? '± value change' : `± type change from ${was} to ${becomes}`;
  return changed(what, yamlLines(from), yamlLines(to));
}

function formatTexts(from: string, to: string): Line[] {
  if (from.replaceAll(/\s/g, '') === to.replaceAll(/\s/g, '')) {
    return changed('± whitespace only change', visible(from), visible(to));
  }
  if (!from.includes('\n') && !to.includes('\n')) return changed('± value change', [from], [to]);
  const blocks = diffLines(from, to);
  const count = (kind: string): number => blocks.filter((block) => block.kind === kind).length;
  const counts = `${plural(count('added'), 'insert', 'inserts')}, ${plural(count('removed'), 'deletion', 'deletions')}`;
  return [
    title(`± value change in multiline text (${counts})`),
    ...blocks.flatMap(({ kind, lines }) => lines.map((line) => (kind === 'added' ? added(`+ ${line}`) : removed(`- ${line}`)))),
  ];
}

function changed(what: string, from: readonly string[], to: readonly string[]): Line[] {
  return [title(what), ...prefixed('- ', from).map(removed), ...prefixed('+ ', to).map(added)];
}

/** Line breaks and spaces as something that can be seen. */
function visible(text: string): string[] {
  return text.replaceAll('\n', '↵\n').replaceAll(' ', '·').replaceAll('\t', '→').split('\n');
}

function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? prefix : '  '}${line}`);
}

function entriesOf(value: JsonValue): string {
  const list = Array.isArray(value) ? value : [value];
  return list.map((entry) => yamlLines(entry).join(' ')).join(', ');
}

function yamlLines(value: JsonValue): string[] {
  if (value === null) return ['<nil>'];
  if (typeof value === 'string') return value.split('\n');
  return emitYaml(value).trimEnd().split('\n');
}

function typeOf(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'map';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(Number(value)) ? 'int' : 'float';
}

/** One or two blocks; two stand side by side where there is room. */
function besides(blocks: readonly (readonly Line[])[]): TextPiece[] {
  const [left = [], right] = blocks;
  const ended = (line: Line): TextPiece[] => [line, { text: '\n' }];
  if (right === undefined) return left.flatMap(ended);
  const width = Math.max(...left.map(({ text }) => text.length));
  const total = width + GAP.length + Math.max(...right.map(({ text }) => text.length));
  if (total > WIDTH) return [...left, { text: '' }, ...right].flatMap(ended);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): TextPiece[] => {
    const [one = { text: '' }, other = { text: '' }] = [left[index], right[index]];
    if (other.text.trim() === '') return ended({ ...one, text: one.text.trimEnd() });
    const gap = { text: `${' '.repeat(width - one.text.length)}${GAP}` };
    return [one, gap, ...ended({ ...other, text: other.text.trimEnd() })];
  }).flat();
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

function plural(count: number, one: string, many: string): string {
  return `${NUMBERS[count] ?? String(count)} ${count === 1 ? one : many}`;
}
