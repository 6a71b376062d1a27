import { createRequire } from 'node:module';
import { FluxError } from '../../core/errors.ts';
import { aboutResource } from './about-resource.ts';
import { isMap, keysOf, member, setMember, textOf, toJson } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { touch } from './resource-set.ts';
import { kindOfResource, metaText, rememberName, setMetaText } from './resource.ts';
import type { Stage } from './stage.ts';

/** Puts the hash of their content behind the names of generated resources. */
export const hashStage: Stage = (set) => {
  for (const resource of set.list) {
    if (!resource.needsHash || resource.node === undefined) continue;
    const { node } = resource;
    const hash = aboutResource(resource, () => hashResource(node));
    rememberName(resource);
    setMetaText(resource.node, 'name', `${metaText(resource.node, 'name')}-${hash}`);
  }
  touch(set);
};

/**
 * Computes the hash that goes into the name of a ConfigMap or Secret.
 *
 * Effects: none
 * Source: the behaviour of kustomize's api/hasher
 */
export function hashResource(node: NodeMap): string {
  const kind = kindOfResource(node);
  if (kind !== 'ConfigMap' && kind !== 'Secret')
    throw new FluxError('kustomize/generator', `hash resource: kind "${kind}" has no name hash`, {
      hint: 'a patch has changed its kind: set "disableNameSuffixHash: true" in the options of its generator',
    });
  // The original means to hash the name too, but looks it up in a way that finds nothing.
  const content: NodeMap = { kind, name: '', data: contentOf(node, 'data') };
  if (kind === 'Secret') setMember(content, 'type', contentOf(node, 'type'));
  const extra = kind === 'Secret' ? 'stringData' : 'binaryData';
  const more = member(node, extra);
  if (isMap(more)) setMember(content, extra, more);
  // Loaded for generated resources only: it takes longer than most builds.
  const { createHash } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
  const hex = createHash('sha256').update(goJson(content)).digest('hex');
  return hex.slice(0, 10).replace(/[013ae]/g, (digit) => REPLACED_DIGITS[digit] ?? digit);
}

/** Digits that would read as letters or make words. */
const REPLACED_DIGITS: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

function contentOf(node: NodeMap, field: string): Node {
  const value = member(node, field);
  if (value === undefined) return '';
  if (isMap(value)) return value;
  return Array.isArray(value) ? null : textOf(value);
}

/** JSON as Go writes it: keys sorted by bytes, `<`, `>` and `&` escaped. */
export function goJson(node: Node): string {
  return writeSorted(node).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Texts of one byte per character are in order as they are. */
function sortByBytes(keys: string[]): string[] {
  if (keys.every((key) => !/[\u0080-\uffff]/.test(key))) return keys.sort();
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function writeSorted(node: Node): string {
  if (Array.isArray(node)) return `[${node.map(writeSorted).join(',')}]`;
  if (!isMap(node)) {
    const value = toJson(node);
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  }
  const keys = sortByBytes(keysOf(node));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${writeSorted(node[key] as Node)}`).join(',')}}`;
}
