import { FluxError } from '../../../core/errors.ts';
import type { Branch, TreeItem } from '../types.ts';

interface Section {
  readonly name: string;
  comment: string;
  readonly keys: Map<string, { value: string; comment: string }>;
}

interface Scan {
  readonly lines: readonly string[];
  readonly file: string;
  /** The line that comes next. */
  at: number;
  /** Comments that were not given to anything yet. */
  comment: string;
}

/**
 * Reads an INI file as a map of sections. Keys before the first section are in one called `DEFAULT`, which is always there.
 *
 * Effects: none
 * Source: sops stores/ini/store.go; gopkg.in/ini.v1 parser.go
 *
 * @throws {FluxError} sops/bad-file: tells the line's number, not the line
 */
export function readIni(text: string, file: string): Branch {
  const scan: Scan = { lines: text.replace(/^\ufeff/, '').split(/(?<=\n)/), file, at: 0, comment: '' };
  let section: Section = { name: 'DEFAULT', comment: '', keys: new Map() };
  const sections = [section];
  let count = 1;
  while (scan.at < scan.lines.length) {
    const line = (scan.lines[scan.at++] ?? '').trimStart();
    if (line === '') continue;
    if (/^[#;]/.test(line)) {
      scan.comment += line;
    } else if (line.startsWith('[')) {
      const end = line.lastIndexOf(']');
      if (end < 0) throw invalid(scan, 'unclosed section');
      if (end === 1) throw invalid(scan, 'empty section name');
      section = { name: line.slice(1, end), comment: takeComment(scan, commentIn(line.slice(end + 1))), keys: new Map() };
      sections.push(section);
      count = 1;
    } else {
      const [name, rest] = readName(scan, line);
      const key = name === '-' ? `#${count++}` : name;
      if (key === '') throw invalid(scan, 'error creating new key: empty key name');
      const value = readValue(scan, rest);
      section.keys.set(key, { value, comment: takeComment(scan, '') });
    }
  }
  return { type: 'branch', items: sections.map(sectionItem) };
}

function sectionItem({ name, comment, keys }: Section): TreeItem {
  const items: TreeItem[] = comment === '' ? [] : [commentItem(comment)];
  for (const [key, entry] of keys) {
    items.push({ key, value: entry.value });
    if (entry.comment !== '') items.push(commentItem(entry.comment));
  }
  return { key: name, value: { type: 'branch', items } };
}

function commentItem(comment: string): TreeItem {
  const text = comment.startsWith(';') ? comment.replace(/^[; ]+/, '') : comment.replace(/^#[# ]*/, '');
  return { key: { type: 'comment', text, inline: false }, value: null };
}

function takeComment(scan: Scan, more: string): string {
  const comment = (scan.comment + more).trim();
  scan.comment = '';
  return comment;
}

function commentIn(text: string): string {
  const at = text.search(/[#;]/);
  return at < 0 ? '' : text.slice(at);
}

function readName(scan: Scan, line: string): [name: string, rest: string] {
  const quote = line.length > 6 && line.startsWith('"""') ? '"""' : /^["`]/.test(line) ? (line[0] ?? '') : '';
  const close = quote === '' ? 0 : line.indexOf(quote, quote.length);
  if (close < 0) throw invalid(scan, 'missing closing key quote');
  const from = quote === '' ? 0 : close + quote.length;
  const offset = line.slice(from).search(/[=:]/);
  if (offset < 0) throw invalid(scan, 'key-value delimiter not found');
  if (quote === '' && offset === 0) throw invalid(scan, 'empty key name');
  const name = quote === '' ? line.slice(0, offset) : line.slice(quote.length, close);
  return [name.trim(), line.slice(from + offset + 1)];
}

function readValue(scan: Scan, rest: string): string {
  const line = rest.trimStart();
  if (line === '') return '';
  const quote = line.length > 3 && line.startsWith('"""') ? '"""' : line.startsWith('`') ? '`' : '';
  if (quote !== '') {
    const body = line.slice(quote.length);
    const end = body.lastIndexOf(quote);
    return end < 0 ? readLines(scan, body, quote) : body.slice(0, end);
  }
  const trimmed = line.trimEnd();
  if (trimmed.endsWith('\\')) return readContinued(scan, trimmed.slice(0, -1));
  const at = trimmed.search(/[#;]/);
  if (at >= 0) scan.comment += trimmed.slice(at);
  const value = at < 0 ? trimmed : trimmed.slice(0, at).trim();
  return /^(?:'[^']*'|"[^"]*")$/.test(value) ? value.slice(1, -1) : value;
}

/** A value in quotes that goes on over lines. */
function readLines(scan: Scan, begin: string, quote: string): string {
  let value = begin;
  while (scan.at < scan.lines.length) {
    const line = scan.lines[scan.at++] ?? '';
    const end = line.lastIndexOf(quote);
    if (
      end >= 0 &&
      !line
        .slice(end + quote.length)
        .trim()
        .endsWith('\\')
    ) {
      scan.comment += commentIn(line.slice(end)).trim();
      return value + line.slice(0, end);
    }
    value += line;
  }
  throw invalid(scan, 'missing closing key quote');
}

/** A value whose lines end with a backslash. */
function readContinued(scan: Scan, begin: string): string {
  let value = begin;
  while (scan.at < scan.lines.length) {
    const line = (scan.lines[scan.at++] ?? '').trim();
    if (line === '') break;
    value += line;
    if (!value.endsWith('\\')) break;
    value = value.slice(0, -1);
  }
  return value;
}

function invalid({ file, at }: Scan, what: string): FluxError {
  return new FluxError('sops/bad-file', `Could not unmarshal input data: ${what}`, { source: { file, line: at } });
}
