import { FluxError } from '../../core/errors.ts';
import { splitPath } from './field-spec.ts';
import { isMap, isMissingOrNull, kindOf, member, setMember, textOf } from './node.ts';
import type { Node, NodeMap } from './node.ts';

/** A place in a resource: a member of a map, or an element of a list. */
export interface Slot {
  readonly holder: NodeMap | Node[];
  readonly key: string | number;
}

/** What is in a slot now. */
export function readSlot({ holder, key }: Slot): Node {
  return (holder as NodeMap)[key] as Node;
}

/** Puts a value into a slot. */
export function writeSlot({ holder, key }: Slot, value: Node): void {
  if (Array.isArray(holder)) holder[key as number] = value;
  else setMember(holder, key as string, value);
}

/** The slot of a map's member; `undefined` where it has none. */
export function memberSlot(map: NodeMap, key: string): Slot | undefined {
  return member(map, key) === undefined ? undefined : { holder: map, key };
}

/** The slot of a list's element. */
export function elementSlot(list: Node[], at: number): Slot {
  return { holder: list, key: at };
}

/** A slot for a value that is in nothing: where a search begins, or a value of its own. */
export function rootSlot(root: Node): Slot {
  return { holder: [root], key: 0 };
}

/** Says that a path meets another kind of value than it wants. */
export function wrongKind(expected: string, node: Node): FluxError {
  return new FluxError('kustomize/field-path', `wrong node kind: expected ${expected} but got ${kindOf(node)}`);
}

/** Splits a path at its dots; `\.` stands for a dot in a name, and what is in brackets stays together. */
export function splitFieldPath(path: string): string[] {
  const parts = splitPath(path, '.');
  const result: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (at < parts.length - 1) {
      at++;
      const next = parts[at] ?? '';
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const joined = bracketed.join('.');
    result.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}

/**
 * Finds one value by a path: names, indexes, `-` for the last element, `[key=value]` for an element.
 *
 * @returns its slot; `undefined` where there is nothing
 * @throws {FluxError} kustomize/field-path: the path goes into a scalar, or has a wildcard
 */
export function lookUp(root: NodeMap, path: readonly string[]): Slot | undefined {
  let slot: Slot | undefined = rootSlot(root);
  for (const part of path) {
    if (slot === undefined) {
      // The rest may be blank, which leads nowhere else.
      if (part.trim() !== '') return undefined;
    } else {
      slot = stepInto(slot, part);
    }
  }
  return slot;
}

/** Goes one part of a path further; a blank one stays where it is. */
export function stepInto(slot: Slot, raw: string): Slot | undefined {
  const part = raw.trim();
  return part === '' ? slot : step(readSlot(slot), part);
}

function step(node: Node, part: string): Slot | undefined {
  if (part === '-' || looksLikeIndex(part)) {
    if (Number(part) < 0) throw new FluxError('kustomize/field-path', `array index ${part} cannot be negative`);
    const list = demandList(node);
    const at = part === '-' ? list.length - 1 : Number(part);
    return at >= 0 && at < list.length ? elementSlot(list, at) : undefined;
  }
  if (part === '*') throw new FluxError('kustomize/field-path', 'a wildcard is not supported in the path of a source');
  if (part.startsWith('[') && part.endsWith(']')) {
    const [key, value] = splitCondition(part);
    const list = demandList(node);
    const at = list.findIndex((item) => (key === '' ? textOf(item) === value : isMap(item) && hasMember(item, key, value)));
    return at < 0 ? undefined : elementSlot(list, at);
  }
  if (isMissingOrNull(node)) return undefined;
  if (!isMap(node)) throw wrongKind('MappingNode', node);
  return memberSlot(node, part);
}

/** Tells whether a text may be a whole number, with a sign or not. */
export function looksLikeIndex(part: string): boolean {
  const first = part.charCodeAt(0);
  return (first === 0x2b || first === 0x2d || (first >= 0x30 && first <= 0x39)) && /^[-+]?\d+$/.test(part);
}

function hasMember(map: NodeMap, key: string, value: string): boolean {
  const found = member(map, key);
  return found !== undefined && textOf(found) === value;
}

function demandList(node: Node): Node[] {
  if (Array.isArray(node)) return node;
  if (isMissingOrNull(node)) return [];
  throw wrongKind('SequenceNode', node);
}

/** Splits `[key=value]`. */
export function splitCondition(part: string): [key: string, value: string] {
  const inner = part.slice(part.startsWith('[') ? 1 : 0, part.endsWith(']') ? -1 : undefined);
  const equals = inner.indexOf('=');
  if (equals < 0) {
    throw new FluxError(
      'kustomize/field-path',
      `list path element "${part}" must contain fieldName=fieldValue for element to match`,
    );
  }
  return [inner.slice(0, equals), inner.slice(equals + 1)];
}
