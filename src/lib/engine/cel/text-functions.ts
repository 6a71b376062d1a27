import { spendLength } from './budget.ts';
import { failure } from './failures.ts';
import { formatText } from './format-text.ts';
import { matchPattern } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Budget, CelValue, Overload } from './types.ts';
import { isList } from './values.ts';

/** What Go's `strings.TrimSpace` takes for space. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** What Go's `strconv.Quote` writes for some characters. */
const QUOTED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** A member function of a text that is paid for by the length of the text. */
function ofText(signature: string, run: (text: string, args: readonly CelValue[], budget: Budget) => CelValue): Overload {
  return {
    signature: `string#${signature}`,
    run: ([text, ...args], budget) => {
      spendLength(budget, (text as string).length);
      return run(text as string, args, budget);
    },
  };
}

/**
 * Lists the functions over texts: those of the language and those of its extension.
 *
 * Effects: none
 * Source: cel-go common/stdlib/standard.go, ext/strings.go
 */
export function textFunctions(): readonly Overload[] {
  return [
    ofText('startsWith(string): bool', (text, [other]) => text.startsWith(other as string)),
    ofText('endsWith(string): bool', (text, [other]) => text.endsWith(other as string)),
    ofText('contains(string): bool', (text, [other]) => text.includes(other as string)),
    ofText('matches(string): bool', (text, [pattern], budget) => isMatch(text, pattern as string, budget)),
    {
      signature: 'matches(string, string): bool',
      run: ([text, pattern], budget) => isMatch(text as string, pattern as string, budget),
    },
    ofText('lowerAscii(): string', (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
    ofText('upperAscii(): string', (text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
    ofText('trim(): string', (text) => trim(text)),
    ofText('reverse(): string', (text) => [...text].reverse().join('')),
    ofText('charAt(int): string', (text, [at]) => charAt([...text], Number(at))),
    ofText('substring(int): string', (text, [start]) => substring([...text], Number(start), undefined)),
    ofText('substring(int, int): string', (text, [start, end]) => substring([...text], Number(start), Number(end))),
    ofText('indexOf(string): int', (text, [part], budget) => indexOf(text, part as string, 0, budget)),
    ofText('indexOf(string, int): int', (text, [part, from], budget) => indexOf(text, part as string, Number(from), budget)),
    ofText('lastIndexOf(string): int', (text, [part], budget) => lastIndexOf(text, part as string, undefined, budget)),
    ofText('lastIndexOf(string, int): int', (text, [part, to], budget) => lastIndexOf(text, part as string, Number(to), budget)),
    ofText('replace(string, string): string', (text, [from, to], budget) =>
      replace(text, from as string, to as string, -1, budget),
    ),
    ofText('replace(string, string, int): string', (text, [from, to, most], budget) =>
      replace(text, from as string, to as string, Number(most), budget),
    ),
    ofText('split(string): list(string)', (text, [by], budget) => split(text, by as string, -1, budget)),
    ofText('split(string, int): list(string)', (text, [by, most], budget) => split(text, by as string, Number(most), budget)),
    ofText('format(list(dyn)): string', (text, [values], budget) => formatText(text, values as readonly CelValue[], budget)),
    { signature: 'list(string)#join(): string', run: ([list], budget) => join(list ?? null, '', 'join(list)', budget) },
    {
      signature: 'list(string)#join(string): string',
      run: ([list, by], budget) => join(list ?? null, by as string, 'join(list, string)', budget),
    },
    {
      signature: 'strings.quote(string): string',
      run: ([text], budget) => {
        spendLength(budget, (text as string).length);
        return quote(text as string);
      },
    },
  ];
}

function isMatch(text: string, pattern: string, budget: Budget): boolean {
  spendLength(budget, text.length + pattern.length);
  return matchPattern(parsePattern(pattern), text, budget);
}

function trim(text: string): string {
  return text.replace(new RegExp(`^${SPACE}+`), '').replace(new RegExp(`(?<!${SPACE})${SPACE}+$`), '');
}

function charAt(chars: readonly string[], at: number): string {
  if (at < 0 || at > chars.length) throw failure(`index out of range: ${at}`);
  return chars[at] ?? '';
}

function substring(chars: readonly string[], start: number, end: number | undefined): string {
  if (end !== undefined && start > end) throw failure(`invalid substring range. start: ${start}, end: ${end}`);
  for (const at of [start, end]) {
    if (at !== undefined && (at < 0 || at > chars.length)) throw failure(`index out of range: ${at}`);
  }
  return chars.slice(start, end).join('');
}

/** Positions are those of characters, not of UTF-16 units. */
function countBefore(text: string, units: number): bigint {
  return BigInt(Array.from(text.slice(0, units)).length);
}

function indexOf(text: string, part: string, from: number, budget: Budget): bigint {
  const chars = [...text];
  if (part === '') return BigInt(from);
  if (from < 0) throw failure(`index out of range: ${from}`);
  if (from >= chars.length) return -1n;
  spendLength(budget, part.length);
  const found = text.indexOf(part, chars.slice(0, from).join('').length);
  return found < 0 ? -1n : countBefore(text, found);
}

function lastIndexOf(text: string, part: string, to: number | undefined, budget: Budget): bigint {
  const chars = [...text];
  if (part === '') return BigInt(to ?? chars.length);
  if (to !== undefined && to < 0) throw failure(`index out of range: ${to}`);
  if (to !== undefined && to >= chars.length) return -1n;
  spendLength(budget, part.length);
  const found = text.lastIndexOf(part, to === undefined ? undefined : chars.slice(0, to).join('').length);
  return found < 0 ? -1n : countBefore(text, found);
}

function replace(text: string, from: string, to: string, most: number, budget: Budget): string {
  const places = from === '' ? [...text].length + 1 : split(text, from, -1, budget).length - 1;
  const count = most < 0 ? places : Math.min(most, places);
  spendLength(budget, text.length + count * to.length);
  if (count === 0) return text;
  if (from === '') {
    const chars = [...text];
    return chars.map((char, index) => (index < count ? to + char : char)).join('') + (count > chars.length ? to : '');
  }
  const parts = text.split(from);
  const last = parts.slice(count).join(from);
  return [...parts.slice(0, count), last].join(to);
}

function split(text: string, by: string, most: number, budget: Budget): string[] {
  if (most === 0) return [];
  const parts = by === '' ? [...text] : text.split(by);
  budget.spend(parts.length);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
}

function join(list: CelValue, by: string, name: string, budget: Budget): string {
  const parts = isList(list) ? list : [];
  if (!parts.every((part) => typeof part === 'string')) throw failure(`no such overload: ${name}`);
  const texts = parts as readonly string[];
  spendLength(
    budget,
    texts.reduce((length, part) => length + part.length + by.length, 0),
  );
  return texts.join(by);
}

function quote(text: string): string {
  return `"${[...text].map((char) => QUOTED[char] ?? char).join('')}"`;
}
