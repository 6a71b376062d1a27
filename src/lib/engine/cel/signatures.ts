import type { Overload } from './types.ts';

/** A type as the checker knows it. */
export interface StaticType {
  /** `int`, `list`, `dyn`, …; `param` is a type still to be found. */
  readonly name: string;
  readonly args: readonly StaticType[];
  /** Set for `param`: which one. */
  readonly id?: string;
}

/** An overload whose signature is read. */
export interface ReadOverload extends Overload {
  readonly name: string;
  readonly isMember: boolean;
  /** With what a member function is called on as the first one. */
  readonly params: readonly StaticType[];
  readonly result: StaticType;
}

/** Makes a type. */
export function staticType(name: string, ...args: readonly StaticType[]): StaticType {
  return { name, args };
}

/** Any type. */
export const DYN: StaticType = { name: 'dyn', args: [] };

/** Reads `list(A)`; a capital letter is a parameter. */
export function parseType(text: string): StaticType {
  const match = /^(\w+)(?:\((.*)\))?$/.exec(text.trim());
  const name = match?.[1] ?? text;
  if (/^[A-Z]$/.test(name)) return { name: 'param', args: [], id: name };
  return { name, args: match?.[2] === undefined ? [] : splitTypes(match[2]).map(parseType) };
}

/** Splits at the commas that are not in brackets. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  const last = text.slice(start);
  return last.trim() === '' ? parts : [...parts, last];
}

/** Reads a signature such as `string#substring(int): string`. */
export function readOverload(overload: Overload): ReadOverload {
  const { signature } = overload;
  const colon = signature.lastIndexOf(': ');
  const call = signature.slice(0, colon);
  const hash = call.indexOf('#');
  const open = call.indexOf('(', hash < 0 ? 0 : hash);
  const params = splitTypes(call.slice(open + 1, -1)).map(parseType);
  return {
    ...overload,
    name: call.slice(hash + 1, open),
    isMember: hash >= 0,
    params: hash < 0 ? params : [parseType(call.slice(0, hash)), ...params],
    result: parseType(signature.slice(colon + 2)),
  };
}
