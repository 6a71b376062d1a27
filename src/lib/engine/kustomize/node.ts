import { setOwn } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { formatYamlNumber, resolvePlain } from '../../core/yaml/index.ts';
import { FluxError } from '../../core/errors.ts';

/**
 * A scalar whose text says more than its value: `0644`, `1.0`, `~`, an unquoted date; and a string in quotes (tag `str`). Some
 * steps look at the text (a replacement copies `0644`, not 420), the text of a null decides whether a strategic merge keeps
 * it, and quotes outlive the value in them.
 */
export class Written {
  readonly tag: string;
  readonly text: string;
  /** True for a block written with `>`, whose text changes on its way out. */
  readonly folded: boolean;

  constructor(tag: string, text: string, folded = false) {
    this.tag = tag;
    this.text = text;
    this.folded = folded;
  }
}

/** A null that is nothing at all within brackets. The original writes it as `''`, so that it comes out as an empty string. */
export const EMPTY_IN_FLOW: Written = new Written('null', '');

/** A value of a resource while it is being built. */
export type Node = null | boolean | number | bigint | string | Written | Node[] | NodeMap;

/** A map of a resource; an absent member may be `undefined`. */
export interface NodeMap {
  [key: string]: Node | undefined;
}

/** What a value is, as kustomize's messages name it. */
export type NodeKind = 'MappingNode' | 'SequenceNode' | 'ScalarNode';

/** Tells whether a value is a map. */
export function isMap(node: Node | undefined): node is NodeMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof Written);
}

/** Tells whether a value is null in whatever spelling, or absent. */
export function isMissingOrNull(node: Node | undefined): boolean {
  return node === undefined || node === null || (node instanceof Written && node.tag === 'null');
}

/** Tells whether a value is null in whatever spelling. */
export function isNull(node: Node | undefined): boolean {
  return node === null || (node instanceof Written && node.tag === 'null');
}

/** Tells whether a value is absent, null, `{}` or `[]`. */
export function isEmpty(node: Node | undefined): boolean {
  if (isMissingOrNull(node)) return true;
  if (Array.isArray(node)) return node.length === 0;
  return isMap(node) && isEmptyMap(node);
}

/** Tells whether a map has no members. */
export function isEmptyMap(map: NodeMap): boolean {
  for (const key of Object.keys(map)) if (map[key] !== undefined) return false;
  return true;
}

/** Tells the kind of a value; null counts as a scalar. */
export function kindOf(node: Node): NodeKind {
  if (Array.isArray(node)) return 'SequenceNode';
  return isMap(node) ? 'MappingNode' : 'ScalarNode';
}

/** The text of a scalar as written (or as it would be); maps and lists have none. */
export function textOf(node: Node | undefined): string {
  if (typeof node === 'string') return node;
  if (node === undefined || Array.isArray(node)) return '';
  if (node instanceof Written) return node.text;
  if (node === null) return 'null';
  if (typeof node === 'object') return '';
  return String(node);
}

/** The own member of a map. */
export function member(map: NodeMap, key: string): Node | undefined {
  const value: unknown = map[key];
  // No value is a function, so that one is inherited, and so may be what `__proto__` gives: the rest can be taken as it is.
  if (typeof value === 'function' || key === '__proto__') return Object.hasOwn(map, key) ? map[key] : undefined;
  return value as Node | undefined;
}

/** The members that hold one and the same scalar, so that a change of one changes all. */
export type Alias = { readonly map: NodeMap; readonly key: string }[];

/** Under this symbol a map keeps its aliases by key. Copies of the map don't have them. */
const ALIASES: unique symbol = Symbol('aliases');

type Aliased = NodeMap & { [ALIASES]?: Map<string, Alias> };

/**
 * Adds a member that shares its scalar with others.
 *
 * When the original adds a label in several places of a resource, it puts the same node into all of them; whatever changes the
 * label in one place later (an overlay, a patch, a replacement) changes it everywhere.
 */
export function addAliased(map: NodeMap, key: string, value: Node, alias: Alias): void {
  setPlainMember(map, key, value);
  alias.push({ map, key });
  const aliased = map as Aliased;
  aliased[ALIASES] ??= new Map();
  aliased[ALIASES].set(key, alias);
}

/** Sets a member of a map; `undefined` removes it. */
export function setMember(map: NodeMap, key: string, value: Node | undefined): void {
  const alias = (map as Aliased)[ALIASES]?.get(key);
  if (alias === undefined) {
    putMember(map, key, value);
  } else if (value === undefined) {
    (map as Aliased)[ALIASES]?.delete(key);
    alias.splice(0, alias.length, ...alias.filter((one) => one.map !== map));
    delete map[key];
  } else {
    for (const one of alias) putMember(one.map, one.key, value);
  }
}

function putMember(map: NodeMap, key: string, value: Node | undefined): void {
  if (value === undefined) delete map[key];
  else if (key === '__proto__') setOwn(map as JsonObject, key, value as JsonValue);
  else map[key] = value;
}

/** The keys of the members that are there. */
export function keysOf(map: NodeMap): string[] {
  const keys = Object.keys(map);
  for (const key of keys) if (map[key] === undefined) return keys.filter((one) => map[one] !== undefined);
  return keys;
}

/** Copies a value deeply. */
export function cloneNode<T extends Node>(node: T): T {
  if (typeof node !== 'object' || node === null || node instanceof Written) return node;
  if (Array.isArray(node)) return node.map((item) => cloneNode(item)) as T;
  const copy: NodeMap = {};
  for (const key of Object.keys(node)) {
    const value = (node as NodeMap)[key];
    if (value !== undefined) setMember(copy, key, cloneNode(value));
  }
  return copy as T;
}

/**
 * The scalar that a text stands for: `5` is a number, `web` a string. Quotes of the scalar that it replaces stay.
 */
export function scalarOf(text: string, replaced?: Node): Node {
  if (isQuoted(replaced)) return new Written('str', text, (replaced as Written).folded);
  if (text.includes('\n')) return text;
  return writtenScalar(text);
}

/** Tells whether a value is a string in quotes or a block. */
export function isQuoted(node: Node | undefined): boolean {
  return node instanceof Written && node.tag === 'str';
}

/**
 * What a scalar becomes in the place of another: the quotes are those of the old one. So a number in the place of a quoted string
 * becomes a string.
 */
export function inPlaceOf(old: Node | undefined, value: Node): Node {
  if (Array.isArray(value) || isMap(value) || old === undefined || Array.isArray(old) || isMap(old)) return value;
  if (isQuoted(old)) return new Written('str', textOf(value), (old as Written).folded);
  return isQuoted(value) ? textOf(value) : value;
}

/** Reads a plain scalar; keeps the text where it is not what the value would be written as. */
export function writtenScalar(text: string): Node {
  const { tag, value } = resolvePlain(text, 'kyaml');
  if (tag === 'str' || tag === 'merge') return text;
  return String(value) === text ? value : new Written(tag, text);
}

/** The scalar of a text that has a type already; a text that doesn't fit it is found out when the resource is written. */
export function taggedScalar(text: string, like: Node): Node {
  if (typeof like === 'string') return text;
  const tag = tagOf(like);
  if (tag === '') return text === '' ? '' : writtenScalar(text);
  if (tag === 'str') return new Written(tag, text);
  const found = writtenScalar(text);
  return tagOf(found) === tag ? found : new Written(tag, text);
}

/** The YAML type of a scalar. */
export function tagOf(node: Node): string {
  if (node instanceof Written) return node.tag;
  if (node === null) return 'null';
  switch (typeof node) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(node) ? 'int' : 'float';
    default:
      return Array.isArray(node) ? 'seq' : 'map';
  }
}

/**
 * Turns a value into JSON.
 *
 * @throws {FluxError} kustomize/invalid-output: a text does not fit its type, or is not a finite number
 */
export function toJson(node: Node): JsonValue {
  if (typeof node === 'string') return demandPrintable(node);
  if (Array.isArray(node)) return node.map((item) => toJson(item));
  if (!isMap(node)) return plainOf(node);
  const object: JsonObject = {};
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (value !== undefined) setOwn(object, demandPrintable(key), toJson(value));
  }
  return object;
}

/**
 * The plain value that a scalar stands for; a map or list stands for itself, whatever is in it.
 *
 * @throws {FluxError} kustomize/invalid-output: a text does not fit its type, or is not a finite number
 */
export function plainOf(node: Node): JsonValue {
  if (typeof node === 'string') return demandPrintable(node);
  if (typeof node === 'number') return Number.isFinite(node) ? node : refuse(node);
  if (!(node instanceof Written)) return node as JsonValue;
  return node === EMPTY_IN_FLOW ? '' : resolveWritten(node);
}

// What Go's YAML reader refuses; other control characters are escaped on the way.
// oxlint-disable-next-line no-control-regex
const UNREADABLE = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function demandPrintable(text: string): string {
  if (UNREADABLE.test(text)) {
    throw new FluxError('kustomize/invalid-output', 'write resource: control characters are not allowed', {
      hint: 'put binary content into a file of a generator, or encode it',
    });
  }
  return text;
}

/**
 * Adds a member under a key without quotes; one that would be read as a number or boolean cannot be written.
 *
 * @throws {FluxError} kustomize/invalid-output
 */
export function setPlainMember(map: NodeMap, key: string, value: Node): void {
  if (!Object.hasOwn(map, key) || map[key] === undefined) demandPlainKey(key);
  setMember(map, key, value);
}

/** Refuses a key that would be read as something else than a string. */
export function demandPlainKey(key: string): void {
  const { tag } = resolvePlain(key, 'kyaml');
  if (tag === 'str' || tag === 'merge') return;
  throw new FluxError('kustomize/invalid-output', `write resource: a map key must be a string, "${key}" would be read as ${tag}`);
}

function refuse(value: number): never {
  throw new FluxError('kustomize/invalid-output', `write resource: unsupported value: ${formatYamlNumber(value)}`);
}

/** Texts that the original writes in double quotes, even where they were folded. */
const NEVER_FOLDED = /(?: (?:\n|$)|[^\t\n\x20-\ufefe]|[\ud800-\udfff\u0085\u2028\u2029])/;

/**
 * The original writes a resource as YAML and reads it again before it prints it, and its writer folds wrongly: it doubles the line
 * break before an indented line; and where the text begins with an indented line, it does not double those that would be folded.
 */
function refold(text: string): string {
  if (NEVER_FOLDED.test(text)) return text;
  if (text.startsWith('\t')) {
    throw new FluxError('kustomize/invalid-output', 'write resource: a folded text that begins with a tab cannot be read back');
  }
  const body = text.replace(/\n+$/, '');
  const startsIndented = /^\n*[ \t]/.test(text);
  const folded = body.replace(
    /(?<=(^|\n)([^\n])[^\n]*)\n+(?=([^\n]))/g,
    (breaks, _start: string, before: string, after: string) => {
      if (isBlank(before)) return breaks;
      if (!startsIndented) return isBlank(after) ? `${breaks}\n` : breaks;
      if (isBlank(after)) return breaks;
      return breaks === '\n' ? ' ' : breaks.slice(1);
    },
  );
  const ends = text.slice(body.length);
  const lastLine = body.slice(body.lastIndexOf('\n') + 1);
  return folded + (ends.length > 1 && body !== '' && !startsIndented && !isBlank(lastLine[0] ?? '') ? `${ends}\n` : ends);
}

function isBlank(sign: string): boolean {
  return sign === ' ' || sign === '\t';
}

function resolveWritten({ tag, text, folded }: Written): JsonValue {
  if (tag === 'str') return demandPrintable(folded ? refold(text) : text);
  const found = resolvePlain(text, 'kyaml');
  const fits = tag === '' || found.tag === tag || (tag === 'float' && found.tag === 'int');
  if (!fits)
    throw new FluxError('kustomize/invalid-output', `write resource: cannot decode !!${found.tag} \`${text}\` as a !!${tag}`);
  const { value } = found;
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(value);
  return value;
}
