import { FluxError } from '../../../core/errors.ts';
import { isInt64 } from '../cipher.ts';
import type { Branch, TreeItem, TreeValue } from '../types.ts';

/** Nested collections; Go's own limit is ten times that. */
const MAX_DEPTH = 1000;

interface Scan {
  readonly text: string;
  readonly file: string;
  at: number;
}

/**
 * Reads JSON with the order of its members, and integers apart from floats. What stands behind the object is left alone, as
 * upstream does.
 *
 * Effects: none
 * Source: sops stores/json/store.go
 *
 * @throws {FluxError} sops/bad-file: it is no JSON object; tells the place, never the text
 */
export function readJson(text: string, file: string): Branch {
  const scan: Scan = { text, file, at: 0 };
  skipBlanks(scan);
  if (text[scan.at] !== '{') throw invalid(scan, 'only JSON files with a top-level object are supported');
  return readObject(scan, 0);
}

const BLANKS = /[ \t\r\n]*/y;
const PLAIN = /[^"\\]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

function skipBlanks(scan: Scan): void {
  take(scan, BLANKS);
}

function take(scan: Scan, pattern: RegExp): string | undefined {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  if (found !== undefined) scan.at += found.length;
  return found;
}

function readObject(scan: Scan, depth: number): Branch {
  const items: TreeItem[] = [];
  readMembers(scan, depth, '}', () => {
    const key = readString(scan);
    skipBlanks(scan);
    if (scan.text[scan.at++] !== ':') throw invalid(scan, "expected ':'");
    items.push({ key, value: readValue(scan, depth + 1) });
  });
  return { type: 'branch', items };
}

function readMembers(scan: Scan, depth: number, end: string, readOne: () => void): void {
  if (depth > MAX_DEPTH) throw invalid(scan, 'exceeded max depth');
  scan.at++;
  skipBlanks(scan);
  if (scan.text[scan.at] === end) {
    scan.at++;
    return;
  }
  for (;;) {
    skipBlanks(scan);
    readOne();
    skipBlanks(scan);
    const sign = scan.text[scan.at++];
    if (sign === end) return;
    if (sign !== ',') throw invalid(scan, `expected ',' or '${end}'`);
  }
}

function readValue(scan: Scan, depth: number): TreeValue {
  skipBlanks(scan);
  const sign = scan.text[scan.at];
  if (sign === '{') return readObject(scan, depth);
  if (sign === '[') {
    const list: TreeValue[] = [];
    readMembers(scan, depth, ']', () => list.push(readValue(scan, depth + 1)));
    return list;
  }
  if (sign === '"') return readString(scan);
  const word = take(scan, WORD);
  if (word !== undefined) return word === 'null' ? null : word === 'true';
  const number = take(scan, NUMBER);
  if (number === undefined) throw invalid(scan, 'expected a value');
  if (/^-?[0-9]+$/.test(number) && isInt64(BigInt(number))) return BigInt(number);
  if (!Number.isFinite(Number(number))) throw invalid(scan, 'value out of range');
  return { type: 'float', value: Number(number) };
}

function readString(scan: Scan): string {
  const start = scan.at;
  if (scan.text[scan.at++] !== '"') throw invalid({ ...scan, at: start }, 'expected a string');
  for (;;) {
    take(scan, PLAIN);
    const sign = scan.text[scan.at++];
    if (sign === undefined) throw invalid({ ...scan, at: start }, 'a string has no end');
    if (sign === '"') break;
    scan.at++;
  }
  try {
    return (JSON.parse(scan.text.slice(start, scan.at)) as string).toWellFormed();
  } catch {
    throw invalid({ ...scan, at: start }, 'invalid string literal');
  }
}

function invalid({ text, file, at }: Scan, what: string): FluxError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new FluxError('sops/bad-file', `Could not unmarshal input data: ${what}`, { source: { file, line, column } });
}
