import { FluxError } from '../../../core/errors.ts';
import type { Branch, TreeItem } from '../types.ts';
import { plainText } from './plain-text.ts';

/**
 * Reads a dotenv file: a line is empty, a comment, or a name and a value. `\n` in a value stands for a line break.
 *
 * Effects: none
 * Source: sops stores/dotenv/store.go
 *
 * @throws {FluxError} sops/bad-file: a line without `=`; tells its number, not the line
 */
export function readDotenv(text: string, file: string): Branch {
  const items: TreeItem[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      items.push({ key: { type: 'comment', text: line.slice(1), inline: false }, value: null });
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 0) {
      throw new FluxError('sops/bad-file', 'invalid dotenv input line', { source: { file, line: at + 1 } });
    }
    items.push({ key: line.slice(0, equals), value: line.slice(equals + 1).replaceAll('\\n', '\n') });
  }
  return { type: 'branch', items };
}

/**
 * Writes a dotenv file.
 *
 * Effects: none
 * Source: sops stores/dotenv/store.go
 *
 * @throws {FluxError} sops/cannot-write: a value has members
 */
export function writeDotenv(branch: Branch): string {
  return branch.items
    .map(({ key, value }) => {
      if (typeof key !== 'string') return key.type === 'comment' ? `#${key.text}\n` : '';
      const text = plainText(value);
      if (text === undefined) {
        throw new FluxError('sops/cannot-write', `cannot use complex value in dotenv file; offending key ${key}`);
      }
      return `${key}=${typeof value === 'string' ? text.replaceAll('\n', '\\n') : text}\n`;
    })
    .join('');
}
