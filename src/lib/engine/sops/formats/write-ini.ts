import { FluxError } from '../../../core/errors.ts';
import { type Branch, isBranch, isComment, type TreeItem } from '../types.ts';
import { plainText } from './plain-text.ts';

interface Entry {
  readonly name: string;
  readonly value: string;
  comment: string;
}

/**
 * Writes an INI file: the equal signs of a section are aligned, and sections have an empty line between them.
 *
 * Effects: none
 * Source: sops stores/ini/store.go; gopkg.in/ini.v1 file.go
 *
 * @throws {FluxError} sops/cannot-write: a section that is none, or a value with members
 */
export function writeIni(branches: readonly Branch[]): string {
  const sections = branches.flatMap(({ items }) => items).filter(({ key }) => !isComment(key));
  return sections.map((section, at) => writeSection(section, at === 0, at === sections.length - 1)).join('');
}

function writeSection({ key, value }: TreeItem, isFirst: boolean, isLast: boolean): string {
  if (!isBranch(value) || typeof key !== 'string') {
    throw new FluxError(
      'sops/cannot-write',
      'Error marshaling to INI: Error encoding section: Section values should always be TreeBranches',
    );
  }
  const { comment, entries } = entriesOf(value, key);
  const isHidden = isFirst && key.toUpperCase() === 'DEFAULT';
  if (isHidden && entries.length === 0) return commentLines(comment);
  const width = entries.reduce((most, { name }) => Math.max(most, Buffer.byteLength(name) + quotesOf(name)), 0);
  const body = entries.map((entry) => {
    const name = quoteName(entry.name);
    const margin = ' '.repeat(Math.max(0, width - Buffer.byteLength(name)));
    return `${commentLines(entry.comment)}${name}${margin} = ${quoteValue(entry.value)}\n`;
  });
  return `${commentLines(comment)}${isHidden ? '' : `[${key}]\n`}${body.join('')}${isLast ? '' : '\n'}`;
}

/** A comment belongs to the key before it; of several the last one stays. */
function entriesOf(section: Branch, name: string): { comment: string; entries: Entry[] } {
  let comment = '';
  const entries: Entry[] = [];
  for (const [at, { key, value }] of section.items.entries()) {
    const last = entries.at(-1);
    if (isComment(key)) {
      if (at === 0) comment = key.text;
      else if (last !== undefined) last.comment = key.text;
      continue;
    }
    const text = plainText(value);
    if (typeof key !== 'string' || key === '' || text === undefined) {
      throw new FluxError('sops/cannot-write', `Error marshaling to INI: Error encoding key in section ${name}`);
    }
    entries.push({ name: key, value: text, comment: '' });
  }
  return { comment, entries };
}

function commentLines(comment: string): string {
  if (comment === '') return '';
  return comment
    .split('\n')
    .map((line) => (/^[#;]/.test(line) ? `${line[0]} ${line.slice(1).trim()}\n` : `; ${line.trim()}\n`))
    .join('');
}

function quotesOf(name: string): number {
  if (/["=:]/.test(name)) return 2;
  return name.includes('`') ? 6 : 0;
}

function quoteName(name: string): string {
  if (/["=:]/.test(name)) return `\`${name}\``;
  return name.includes('`') ? `"""${name}"""` : name;
}

function quoteValue(value: string): string {
  if (/[\n`]/.test(value)) return `"""${value}"""`;
  if (/[#;]/.test(value)) return `\`${value}\``;
  return value.trim().length === value.length ? value : `"${value}"`;
}
