import { FluxError } from '../../core/errors.ts';
import {
  inPlaceOf,
  isEmpty,
  isEmptyMap,
  isMap,
  isMissingOrNull,
  isNull,
  keysOf,
  kindOf,
  member,
  setMember,
  textOf,
  Written,
  writtenScalar,
} from './node.ts';
import type { Node, NodeMap } from './node.ts';
import type { Schema, SchemaNode } from './schema.ts';

const DIRECTIVE = '$patch';

/**
 * Merges a strategic patch into a resource.
 *
 * Both are changed, and the result may share parts with the patch: give it a copy. New elements of merged lists come first.
 *
 * Effects: changes its arguments
 * Source: the behaviour of kyaml's merge2 and walk (order of elements, directives, treatment of nulls)
 *
 * @returns the merged resource; `undefined` where the patch deletes it
 * @throws {FluxError} kustomize/invalid-patch: a map meets a list or scalar, or an unknown `$patch`
 */
export function mergePatch(target: NodeMap, patch: NodeMap, schema: Schema): NodeMap | undefined {
  const merged = walk(target, patch, undefined, schema);
  return merged !== KEPT_NULL && isMap(merged) ? merged : undefined;
}

/** A null that stays: it was written out, and the patch says nothing about it. */
const KEPT_NULL: unique symbol = Symbol('kept null');

type Merged = Node | undefined | typeof KEPT_NULL;

function walk(target: Node | undefined, patch: Node | undefined, known: SchemaNode | undefined, schema: Schema): Merged {
  const node = known ?? schemaOfObject(target, schema) ?? schemaOfObject(patch, schema);
  if (patch === undefined && target !== undefined && isSettled(target, node, schema)) return target;
  const leader = isMissingOrNull(target) ? patch : target;
  if (isMissingOrNull(leader)) return mergeNulls(target, patch);
  const kind = kindOf(leader as Node);
  demandKind(target, kind);
  demandKind(patch, kind);
  switch (kind) {
    case 'MappingNode':
      return mergeMaps(target as NodeMap | undefined, patch as NodeMap | null | undefined, node, schema);
    case 'SequenceNode':
      if (node?.merges === true) return mergeLists(target as Node[], patch as Node[], node, schema);
      return patch === undefined ? target : patch;
    default:
      return patch === undefined ? target : patch;
  }
}

/**
 * Tells whether merging nothing into a value would leave it as it is: most of a target is not spoken of by its patch, and to see
 * that takes far less than to merge it. False where it is not plain to see.
 */
function isSettled(target: Node, node: SchemaNode | undefined, schema: Schema): boolean {
  if (typeof target !== 'object') return true;
  if (target === null || target instanceof Written) return !isNull(target);
  if (!Array.isArray(target)) {
    for (const key of Object.keys(target)) {
      const value = target[key];
      if (value === undefined || key === DIRECTIVE) return false;
      if (typeof value !== 'object') continue;
      if (!isSettled(value, node?.field(key) ?? schemaOfObject(value, schema), schema)) return false;
    }
    return true;
  }
  if (node?.merges !== true) return true;
  return isSettledList(target, node, schema);
}

function isSettledList(target: readonly Node[], node: SchemaNode, schema: Schema): boolean {
  if (target.length > MOST_COMPARED) return false;
  const [key, another] = node.keys.filter((one) => target.some((element) => keyText(element, one) !== ''));
  if (key === undefined || another !== undefined) return false;
  const elements = node.elements();
  const seen: string[] = [];
  for (const element of target) {
    const value = keyText(element, key);
    if (value === '' || seen.includes(value)) return false;
    seen.push(value);
    if (!isSettled(element, elements ?? schemaOfObject(element, schema), schema)) return false;
  }
  return true;
}

/** The text by which an element is told from others; empty where it has none. */
function keyText(element: Node, key: string): string {
  const value = isMap(element) ? member(element, key) : undefined;
  return isEmpty(value) ? '' : textOf(value);
}

/** Longer lists are merged in the ordinary way, which looks its elements up. */
const MOST_COMPARED = 16;

function demandKind(node: Node | undefined, kind: string): void {
  if (isMissingOrNull(node) || kindOf(node as Node) === kind) return;
  const contents = isMap(node) ? ` with the keys ${keysOf(node).join(', ')}` : Array.isArray(node) ? '' : ` "${textOf(node)}"`;
  throw new FluxError('kustomize/invalid-patch', `wrong node kind: expected ${kind} but got ${kindOf(node as Node)}${contents}`);
}

function schemaOfObject(node: Node | undefined, schema: Schema): SchemaNode | undefined {
  if (!isMap(node)) return undefined;
  const { kind, apiVersion } = node;
  if (kind === undefined || apiVersion === undefined || isEmpty(kind) || isEmpty(apiVersion)) return undefined;
  return schema.ofKind(textOf(apiVersion), textOf(kind));
}

function mergeNulls(target: Node | undefined, patch: Node | undefined): Merged {
  if (patch === undefined && target !== undefined && textOf(target) !== '') return KEPT_NULL;
  return undefined;
}

function mergeMaps(target: Node | undefined, patch: Node | undefined, node: SchemaNode | undefined, schema: Schema): Merged {
  let result: NodeMap;
  if (isMissingOrNull(target)) {
    if (takeDirective(patch, true) === 'delete') return undefined;
    result = patch as NodeMap;
  } else if (isNull(patch)) {
    return undefined;
  } else {
    const directive = takeDirective(patch);
    if (directive === 'delete') return undefined;
    result = (directive === 'replace' ? patch : target) as NodeMap;
  }
  const other = isMap(patch) ? patch : undefined;
  const keys =
    other === undefined || other === result ? keysOf(result) : [...new Set([...keysOf(result), ...keysOf(other)])].sort();
  for (const key of keys) {
    const merged = walk(member(result, key), other === undefined ? undefined : member(other, key), node?.field(key), schema);
    if (merged === KEPT_NULL) continue;
    const old = member(result, key);
    if (merged === old && !isNull(merged)) continue;
    setMember(result, key, merged === undefined || isNull(merged) ? undefined : inPlaceOf(old, merged));
  }
  return result;
}

/** Reads `$patch` of a map and takes it out. */
function takeDirective(patch: Node | undefined, lenient = false): 'merge' | 'replace' | 'delete' {
  if (!isMap(patch)) return 'merge';
  const value = member(patch, DIRECTIVE);
  if (value === undefined) return 'merge';
  const directive = textOf(value);
  if (directive === 'merge' || directive === 'replace' || directive === 'delete') {
    delete patch[DIRECTIVE];
    return directive;
  }
  if (lenient) return 'merge';
  throw new FluxError('kustomize/invalid-patch', `unknown patch strategy '${directive}'`, {
    hint: '$patch is one of merge, replace and delete',
  });
}

/** Reads an element `{$patch: …}` of a list and takes it out. */
function takeListDirective(patch: Node[]): 'merge' | 'replace' | 'delete' {
  const element = patch.find((item) => isMap(item) && member(item, DIRECTIVE) !== undefined);
  if (!isMap(element) || keysOf(element).length > 1) return 'merge';
  const directive = textOf(member(element, DIRECTIVE));
  if (directive !== 'merge' && directive !== 'replace' && directive !== 'delete') {
    throw new FluxError('kustomize/invalid-patch', `unknown patch strategy '${directive}'`);
  }
  setElement(patch, [DIRECTIVE], [directive], undefined);
  return directive;
}

function mergeLists(target: Node[] | undefined, patch: Node[] | null | undefined, node: SchemaNode, schema: Schema): Merged {
  let result: Node[];
  if (isMissingOrNull(target)) {
    result = patch as Node[];
  } else if (isNull(patch)) {
    return undefined;
  } else {
    const directive = Array.isArray(patch) ? takeListDirective(patch) : 'merge';
    if (directive === 'delete') return undefined;
    result = (directive === 'replace' ? patch : target) as Node[];
  }
  const sources = [Array.isArray(patch) ? patch : undefined, result];
  const values = elementValues(sources, node.keys);
  if (values.length > 0 || node.keys.length > 0) return mergeElements(result, patch, values, node.keys, node, schema);
  return mergeElements(result, patch, primitiveValues(sources), [''], node, schema);
}

/** The values of the keys in each element, without repetitions, the patch's first. */
function elementValues(sources: readonly (Node[] | undefined)[], keys: readonly string[]): string[][] {
  if (keys.length === 0) return [];
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const source of sources) {
    for (const element of source ?? []) {
      const values = keys.map((key) => keyText(element, key));
      const key = values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(values);
    }
  }
  return found;
}

function primitiveValues(sources: readonly (Node[] | undefined)[]): string[][] {
  const seen = new Set<string>();
  for (const source of sources) for (const element of source ?? []) seen.add(textOf(element));
  return [...seen].map((value) => [value]);
}

function mergeElements(
  target: Node[],
  patch: Node[] | null | undefined,
  valuesOfElements: string[][],
  keys: readonly string[],
  node: SchemaNode,
  schema: Schema,
): Node[] | undefined {
  const added: Node[] = [];
  const elements = node.elements();
  if (keys.length > 1) unifyValues(valuesOfElements);
  const used = keys.filter((_key, at) => valuesOfElements.some((values) => (values[at] ?? '') !== ''));
  const lookup = keys.length === 1 ? indexByKey(keys[0] ?? '', [target, Array.isArray(patch) ? patch : []]) : undefined;
  let lastKeys: readonly string[] = keys;
  for (const values of valuesOfElements) {
    if (values.length === 0) continue;
    const validKeys = used.length === 0 ? keys : used;
    const validValues = used.length === 0 ? values : values.filter((value, at) => value !== '' || used.includes(keys[at] ?? ''));
    lastKeys = validKeys;
    const own = lookup?.[0] ?? target;
    const merged = walk(
      findElement(own, target, validKeys, validValues),
      Array.isArray(patch) ? findElement(lookup?.[1] ?? patch, patch, validKeys, validValues) : undefined,
      elements,
      schema,
    );
    if (merged === KEPT_NULL || isMissingOrNull(merged) || (isMap(merged) && isEmptyMap(merged))) {
      setElement(target, validKeys, validValues, undefined);
      continue;
    }
    if (isMap(merged)) {
      for (const [at, key] of validKeys.entries()) {
        const value = validValues[at] ?? '';
        if (member(merged, key) === undefined && value !== '') setMember(merged, key, writtenScalar(value));
      }
    }
    setElement(added, validKeys, validValues, merged);
  }
  return valuesOfElements.length > 0 ? appendElements(added, target, lastKeys) : target;
}

/** Finding the elements of long lists one by one would take quadratic time. */
function indexByKey(key: string, lists: readonly (readonly Node[])[]): Map<string, Node>[] | undefined {
  if (lists.every((list) => list.length < 16)) return undefined;
  return lists.map((list) => {
    const index = new Map<string, Node>();
    for (const element of list) {
      const value = key === '' ? element : isMap(element) ? member(element, key) : undefined;
      if (value === undefined) continue;
      const text = textOf(value);
      if (!index.has(text)) index.set(text, element);
    }
    return index;
  });
}

function findElement(
  index: Map<string, Node> | readonly Node[],
  list: readonly Node[],
  keys: readonly string[],
  values: readonly string[],
): Node | undefined {
  if (keys.length === 1) {
    const [key = ''] = keys;
    const [value = ''] = values;
    if (index instanceof Map) return index.get(value);
    return list.find((element) =>
      key === ''
        ? !isMap(element) && !Array.isArray(element) && textOf(element) === value
        : isMap(element) && hasText(element, key, value),
    );
  }
  const pairs = keys.map((key, at) => [key, values[at] ?? ''] as const);
  const filled = pairs.filter(([, value]) => value !== '');
  const wanted = filled.length === 0 ? pairs : filled;
  return list.find((element) => isMap(element) && wanted.every(([key, value]) => hasText(element, key, value)));
}

function hasText(map: NodeMap, key: string, value: string): boolean {
  const found = member(map, key);
  return found !== undefined && textOf(found) === value;
}

/** Where two elements share a key's value and one lacks the other key, it takes that key's value from the other one. */
function unifyValues(list: string[][]): void {
  for (let i = 0; i < list.length; i++) {
    for (let j = 0; j < list.length; j++) {
      const united = unite(list[i] ?? [], list[j] ?? []);
      if (united === undefined) continue;
      list[i] = united;
      list[j] = united;
    }
  }
}

function unite(a: readonly string[], b: readonly string[]): string[] | undefined {
  if (a.length !== b.length) return undefined;
  let common = false;
  const result: string[] = [];
  for (const [at, x] of a.entries()) {
    const y = b[at] ?? '';
    if (x === y) common = true;
    else if (x !== '' && y !== '') return undefined;
    result.push(x === '' ? y : x);
  }
  return common ? result : undefined;
}

/** Puts the elements of `from` behind or, where the keys agree, in the place of those in `list`. */
function appendElements(list: Node[], from: readonly Node[], keys: readonly string[]): Node[] {
  const [firstKey = ''] = keys;
  if (keys.length === 1 && (list.length > 16 || from.length > 16)) return appendByIndex(list, from, firstKey);
  for (const element of from) {
    if (firstKey === '') {
      setElement(list, [''], [textOf(element)], element);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = isMap(element) ? member(element, key) : undefined;
      if (value === undefined) list.push(element);
      else values.push(textOf(value));
    }
    if (keys.length > 1) setElement(list, keys, values, undefined);
    setElement(list, keys, values, element);
  }
  return list;
}

/** The same for long lists, in linear time. */
function appendByIndex(list: Node[], from: readonly Node[], key: string): Node[] {
  const place = new Map<string, number>();
  const textAt = (element: Node): string | undefined => {
    const value = key === '' ? element : isMap(element) ? member(element, key) : undefined;
    return value === undefined ? undefined : textOf(value);
  };
  for (const [at, element] of list.entries()) {
    const text = textAt(element);
    if (text !== undefined) place.set(text, at);
  }
  for (const element of from) {
    const text = textAt(element);
    const at = text === undefined ? undefined : place.get(text);
    if (at === undefined) {
      if (text !== undefined) place.set(text, list.length);
      list.push(element);
    } else {
      list[at] = element;
    }
  }
  return list;
}

/**
 * Replaces the elements whose keys have the values, or appends; `undefined` removes them. Empty elements are dropped on the way,
 * and an empty value stands for any.
 */
function setElement(list: Node[], keys: readonly string[], values: readonly string[], replacement: Node | undefined): void {
  const kept: Node[] = [];
  let found = false;
  const needsMap = keys[0] !== undefined && keys[0] !== '' && (values[0] ?? '') !== '';
  for (const element of list) {
    if (isMissingOrNull(element) || (isMap(element) && isEmptyMap(element))) continue;
    if (!isMap(element) && needsMap) {
      kept.push(element);
      continue;
    }
    if (!matches(element, keys, values)) {
      if (values.length > 0) kept.push(element);
      continue;
    }
    found = true;
    if (replacement !== undefined) kept.push(replacement);
  }
  list.length = 0;
  for (const element of kept) list.push(element);
  if (replacement !== undefined && !isNull(replacement) && !found) list.push(replacement);
}

function matches(element: Node, keys: readonly string[], values: readonly string[]): boolean {
  let matched = false;
  for (const [at, key] of keys.entries()) {
    const value = values[at];
    if (value !== undefined) {
      if (key === '') matched = !isMap(element) && textOf(element) === value;
      else if (!isMap(element)) matched = false;
      else matched = value === '' ? member(element, key) !== undefined : hasText(element, key, value);
    }
    if (!matched) return false;
  }
  return true;
}
