import { FluxError } from '../../core/errors.ts';
import { parseApiVersion } from '../../core/objects.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { effectiveNamespace, gvkOf, idKey } from './ids.ts';
import type { EarlierName, Gvk, ResourceId } from './ids.ts';
import { isEmpty, isMap, isMissingOrNull, member, setMember, setPlainMember, textOf } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import type { Origin } from './origin.ts';

/** How a generated resource treats one that is there. */
export type Behavior = 'unspecified' | 'create' | 'merge' | 'replace';

/** A resource on its way through the build, and what must be known about its past. */
export interface Resource {
  /** `undefined` once a patch has deleted it. */
  node: NodeMap | undefined;
  /** Names that it had, the first one being the original. */
  earlier: EarlierName[];
  prefixes: string[];
  suffixes: string[];
  /** Set on patches: they may change name or kind of what they patch. */
  allowNameChange: boolean;
  allowKindChange: boolean;
  behavior: Behavior;
  needsHash: boolean;
  /** Variables that take their value from it. */
  variables: string[];
  /** Where it came from; kept only where asked for. */
  origin: Origin | undefined;
  transformations: Origin[];
  /** File and line that it was read from, for messages. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Something wrong that counts only if the resource is written. */
  defect: Defect | undefined;
  /** The id as it was when last asked for; good as long as the texts it was made of are still there. */
  known: KnownId | undefined;
}

/** An id with what it was made of. */
interface KnownId {
  readonly id: ResourceId;
  readonly apiVersion: string;
  readonly key: string;
}

/** A flaw that is reported when the resource is written. */
export interface Defect {
  readonly message: string;
  /** The key that is no string, where that is the flaw. */
  readonly key?: string;
  readonly line: number;
  readonly column: number;
}

/** Makes a resource of a value. */
export function makeResource(node: NodeMap, place: { file?: string; line?: number; defect?: Defect | undefined } = {}): Resource {
  return {
    node,
    earlier: [],
    prefixes: [],
    suffixes: [],
    allowNameChange: false,
    allowKindChange: false,
    behavior: 'unspecified',
    needsHash: false,
    variables: [],
    origin: undefined,
    transformations: [],
    file: place.file,
    line: place.line,
    defect: place.defect,
    known: undefined,
  };
}

/** Kind, empty where there is none. */
export function kindOfResource(node: NodeMap): string {
  return textOf(member(node, 'kind'));
}

/** Group, version and kind. */
export function gvkOfNode(node: NodeMap): Gvk {
  return gvkOf(textOf(member(node, 'apiVersion')), kindOfResource(node));
}

/** A text of the metadata; empty where there is none. */
export function metaText(node: NodeMap, field: string): string {
  const meta = member(node, 'metadata');
  if (!isMap(meta)) return '';
  const value = member(meta, field);
  return isEmpty(value) ? '' : textOf(value);
}

/** The id that it has now. */
export function currentId(resource: Resource): ResourceId {
  return knownId(resource).id;
}

/** A text that is the same for resources whose ids count as equal. */
export function currentKey(resource: Resource): string {
  return knownId(resource).key;
}

/** Ids are asked for far more often than they change. */
function knownId(resource: Resource): KnownId {
  const node = resource.node ?? NOTHING;
  const apiVersion = textOf(member(node, 'apiVersion'));
  const kind = textOf(member(node, 'kind'));
  const name = metaText(node, 'name');
  const namespace = metaText(node, 'namespace');
  const { known } = resource;
  if (known !== undefined && known.apiVersion === apiVersion) {
    const { id } = known;
    if (id.name === name && id.namespace === namespace && id.kind === kind) return known;
  }
  const { group, version } = parseApiVersion(apiVersion);
  const id = { group, version, kind, name, namespace };
  const found = { id, apiVersion, key: idKey(id) };
  resource.known = found;
  return found;
}

const NOTHING: NodeMap = Object.freeze({});

/** The ids that it had before. Group and version are those of now. */
export function earlierIds(resource: Resource): ResourceId[] {
  if (resource.earlier.length === 0) return [];
  const { group, version } = currentId(resource);
  return resource.earlier.map(({ kind, name, namespace }) => ({ group, version, kind, name, namespace }));
}

/** The id that it had first. */
export function originalId(resource: Resource): ResourceId {
  const [first] = resource.earlier;
  const id = currentId(resource);
  if (first === undefined) return id;
  return { group: id.group, version: id.version, kind: first.kind, name: first.name, namespace: first.namespace };
}

/** All ids, now and before. */
export function allIds(resource: Resource): ResourceId[] {
  const ids = earlierIds(resource);
  ids.push(currentId(resource));
  return ids;
}

/** Tells whether one of its ids, of now or before, fits. */
export function hasId(resource: Resource, fits: (id: ResourceId) => boolean): boolean {
  if (fits(currentId(resource))) return true;
  for (const id of earlierIds(resource)) if (fits(id)) return true;
  return false;
}

/** Remembers the present name before it is changed. */
export function rememberName(resource: Resource): void {
  const id = currentId(resource);
  const namespace = effectiveNamespace(id);
  // Without a name, as a list may be, there is nothing to remember.
  if (id.name === '' && resource.earlier.length === 0) return;
  const parts = countParts(id.kind);
  if (countParts(id.name) !== parts || countParts(namespace) !== parts) {
    const source = sourceOf(resource);
    throw new FluxError(
      'kustomize/invalid-resource',
      `rename resource "${id.name}": number of previous names, number of previous namespaces, number of previous kinds not equal: kind, name and namespace must be there and not contain commas`,
      {
        ...(source === undefined ? {} : { source }),
        hint: 'if the resource is encrypted, leave kind, apiVersion and metadata in clear',
      },
    );
  }
  resource.earlier.push({ kind: id.kind, name: id.name, namespace });
}

/** The parts between commas; an empty text has none. */
function countParts(text: string): number {
  let count = text === '' ? 0 : 1;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count++;
  return count;
}

/** Sets a text of the metadata; an empty one removes it. */
export function setMetaText(node: NodeMap, field: string, text: Node | undefined): void {
  const meta = member(node, 'metadata');
  if (isMap(meta)) setMember(meta, field, text);
  else if (text !== undefined) setMember(node, 'metadata', { [field]: text });
}

/** Labels or annotations as texts. */
export function metaMap(node: NodeMap, field: 'labels' | 'annotations'): Map<string, string> {
  const found = new Map<string, string>();
  const meta = member(node, 'metadata');
  const map = isMap(meta) ? member(meta, field) : undefined;
  if (Array.isArray(map)) return pairs(map, field);
  if (!isMap(map)) return found;
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value !== undefined) found.set(key, textOf(value));
  }
  return found;
}

/** The original takes a list for keys and values in turn. */
function pairs(list: readonly Node[], field: string): Map<string, string> {
  if (list.length % 2 !== 0)
    throw new FluxError('kustomize/field-spec', `read metadata.${field}: it must be a map, it is a list`);
  const found = new Map<string, string>();
  for (let at = 0; at < list.length; at += 2) found.set(textOf(list[at]), textOf(list[at + 1]));
  return found;
}

/** Writes labels or annotations anew, all as strings; none removes the field. */
export function setMetaMap(node: NodeMap, field: 'labels' | 'annotations', entries: ReadonlyMap<string, string>): void {
  let map: NodeMap | undefined;
  if (entries.size > 0) {
    map = {};
    for (const [key, value] of entries) setPlainMember(map, key, value);
  }
  setMetaText(node, field, map);
}

/** What messages say an error is about. */
export function subjectOf(resource: Resource): ObjectRef | undefined {
  const node = resource.node;
  if (node === undefined || isMissingOrNull(member(node, 'kind'))) return undefined;
  const namespace = metaText(node, 'namespace');
  const ref = { apiVersion: textOf(member(node, 'apiVersion')), kind: kindOfResource(node), name: metaText(node, 'name') };
  return namespace === '' ? ref : { ...ref, namespace };
}

/** Where messages say an error is. */
export function sourceOf(resource: Resource): { file: string; line?: number } | undefined {
  if (resource.file === undefined) return undefined;
  return resource.line === undefined ? { file: resource.file } : { file: resource.file, line: resource.line };
}
