import { FluxError } from '../../core/errors.ts';
import { compileGoRegExp } from './go-regexp.ts';
import { elementSlot, looksLikeIndex, memberSlot, readSlot, splitCondition, wrongKind } from './look-up.ts';
import type { Slot } from './look-up.ts';
import { isMap, isMissingOrNull, isNull, member, setMember, textOf, Written } from './node.ts';
import type { Node, NodeMap } from './node.ts';

/** What is made where a path leads nowhere: what the value is, or nothing. */
export type CreateKind = 'scalar' | 'map' | 'list' | undefined;

/**
 * Finds all values that a path leads to: names, indexes, `*` for every element, `[key=value]` for the elements whose value fits
 * the regular expression.
 *
 * @param create makes missing members, the element one behind the last, and the element of a condition that nothing fits
 * @throws {FluxError} kustomize/field-path: the path meets the wrong kind of value, or an index is out of range
 */
export function matchPath(start: Slot, path: readonly string[], create: CreateKind): Slot[] {
  const [part] = path;
  if (part === undefined) return [start];
  const rest = path.slice(1);
  if (looksLikeIndex(part) && !part.startsWith('-')) return matchIndex(start, Number(part), rest, create);
  if (part.startsWith('[') && part.endsWith(']')) return matchCondition(start, part, rest, create);
  if (part === '*') return elementsOf(start).flatMap((slot) => matchPath(slot, rest, create));
  return matchMember(start, part, rest, create);
}

function elementsOf(slot: Slot): Slot[] {
  const node = readSlot(slot);
  if (Array.isArray(node)) return node.map((_item, at) => elementSlot(node, at));
  if (isMissingOrNull(node)) return [];
  throw wrongKind('SequenceNode', node);
}

function matchMember(start: Slot, name: string, rest: readonly string[], create: CreateKind): Slot[] {
  const value = readSlot(start);
  if (isMissingOrNull(value)) return [];
  if (!isMap(value)) throw wrongKind('MappingNode', value);
  let slot = memberSlot(value, name);
  if (slot === undefined) {
    if (create === undefined) return [];
    setMember(value, name, freshNode(rest[0], create));
    slot = memberSlot(value, name);
  }
  return slot === undefined ? [] : matchPath(slot, rest, create);
}

/** A new value, of the kind that the next part of the path asks for. */
function freshNode(next: string | undefined, create: CreateKind): Node {
  if (next !== undefined && next !== '') return (next.startsWith('[') && next.endsWith(']')) || /^\d+$/.test(next) ? [] : {};
  if (create === 'list') return [];
  return create === 'map' ? {} : new Written('', '');
}

function matchIndex(start: Slot, index: number, rest: readonly string[], create: CreateKind): Slot[] {
  const elements = elementsOf(start);
  const list = readSlot(start);
  if (elements.length === index && create !== undefined && Array.isArray(list)) {
    list.push(freshNode(rest[0], create));
    elements.push(elementSlot(list, index));
  }
  const element = elements[index];
  if (element === undefined) {
    throw new FluxError('kustomize/field-path', `index ${index} specified but only ${elements.length} elements found`);
  }
  return matchPath(element, rest, create);
}

function matchCondition(start: Slot, part: string, rest: readonly string[], create: CreateKind, again = false): Slot[] {
  const [key, pattern] = splitCondition(part);
  const elements = elementsOf(start);
  const regexp = compileGoRegExp(pattern);
  const found = elements.flatMap((slot) => {
    const element = readSlot(slot);
    if (key === '') return regexp.test(textOf(element)) ? [slot] : [];
    const value = isMap(element) ? member(element, key) : undefined;
    if (value === undefined || !regexp.test(scalarText(value))) return [];
    return matchPath(slot, rest, create);
  });
  const list = readSlot(start);
  if (found.length > 0 || create === undefined || again || !Array.isArray(list)) return found;
  list.push(key === '' ? pattern : newElement(key, pattern));
  return matchCondition(start, part, rest, create, true);
}

function newElement(key: string, value: string): NodeMap {
  const element: NodeMap = {};
  setMember(element, key, new Written('', value));
  return element;
}

function scalarText(node: Node): string {
  return isNull(node) ? 'null' : textOf(node);
}
