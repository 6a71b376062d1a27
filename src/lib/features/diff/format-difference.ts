import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import { diffLines } from './diff-lines.ts';
import type { Difference } from './types.ts';

/** Two blocks that are no wider together stand side by side. */
const WIDTH = 80;
const GAP = '   ';

/**
 * Writes a difference for people: the place on one line, and below it what changes.
 *
 * Effects: none
 * Source: homeport/dyff pkg/dyff/output_human.go, as flux calls it
 *
 * @returns lines, each ended, the first one empty
 * @example formatDifference({ path: ['spec', 'replicas'], from: 1, to: 2 }) // '\nspec.replicas\n± value change\n- 1\n+ 2\n'
 */
export function formatDifference(difference: Difference): string {
  const { path, removed, added, from, to } = difference;
  const blocks =
    removed === undefined && added === undefined
      ? [formatChange(from ?? null, to ?? null, difference.reordered === true)]
      : [
          ...(removed === undefined ? [] : [formatEntries('-', 'removed', removed, '')]),
          ...(added === undefined ? [] : [formatEntries('+', 'added', added, '  ')]),
        ];
  const place = path.length === 0 ? '(root level)' : path.join('.');
  return `\n${place}\n${besides(blocks)}`;
}

function formatEntries(mark: string, verb: string, entries: JsonValue, indent: string): string[] {
  const isList = Array.isArray(entries);
  const count = isList ? entries.length : Object.keys(isJsonObject(entries) ? entries : {}).length;
  const what = isList ? plural(count, 'list entry', 'list entries') : plural(count, 'map entry', 'map entries');
  return [`${mark} ${what} ${verb}:`, ...yamlLines(entries).map((line) => `${indent}${line}`)];
}

function formatChange(from: JsonValue, to: JsonValue, isReordered: boolean): string[] {
  if (isReordered) return ['⇆ order changed', `- ${entriesOf(from)}`, `+ ${entriesOf(to)}`];
  if (typeof from === 'string' && typeof to === 'string') return formatTexts(from, to);
  const [was, becomes] = [typeOf(from), typeOf(to)];
  const title = was === becomes ? '± value change' : `± type change from ${was} to ${becomes}`;
  return [title, ...prefixed('- ', yamlLines(from)), ...prefixed('+ ', yamlLines(to))];
}

function formatTexts(from: string, to: string): string[] {
  if (from.replaceAll(/\s/g, '') === to.replaceAll(/\s/g, '')) {
    return ['± whitespace only change', ...prefixed('- ', visible(from)), ...prefixed('+ ', visible(to))];
  }
  if (!from.includes('\n') && !to.includes('\n')) return ['± value change', `- ${from}`, `+ ${to}`];
  const blocks = diffLines(from, to);
  const count = (kind: string): number => blocks.filter((block) => block.kind === kind).length;
  return [
    `± value change in multiline text (${plural(count('added'), 'insert', 'inserts')}, ${plural(count('removed'), 'deletion', 'deletions')})`,
    ...blocks.flatMap(({ kind, lines }) => lines.map((line) => `${kind === 'added' ? '+' : '-'} ${line}`)),
  ];
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
function besides(blocks: readonly (readonly string[])[]): string {
  const [left = [], right] = blocks;
  if (right === undefined) return left.map((line) => `${line}\n`).join('');
  const width = Math.max(...left.map((line) => line.length));
  const total = width + GAP.length + Math.max(...right.map((line) => line.length));
  if (total > WIDTH) return [...left, '', ...right].map((line) => `${line}\n`).join('');
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    return `${(left[index] ?? '').padEnd(width)}${GAP}${right[index] ?? ''}`.trimEnd();
  });
  return rows.map((line) => `${line}\n`).join('');
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

function plural(count: number, one: string, many: string): string {
  return `${NUMBERS[count] ?? String(count)} ${count === 1 ? one : many}`;
}
