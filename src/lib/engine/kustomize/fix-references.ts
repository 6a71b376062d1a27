import { FluxError } from '../../core/errors.ts';
import { nameResource } from './about-resource.ts';
import { applyPath } from './field-spec.ts';
import { effectiveNamespace, fitsGvk, formatId, isClusterScoped, NOT_A_NAMESPACE } from './ids.ts';
import type { Gvk, ResourceId } from './ids.ts';
import { isMap, isNull, member, scalarOf, setMember, tagOf, textOf } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import type { ResourceSet } from './resource-set.ts';
import { currentId, earlierIds, kindOfResource, originalId, sourceOf } from './resource.ts';
import type { Resource } from './resource.ts';
import type { FieldSpec, NameReference } from './types.ts';

/** A resource that may be referred to; its ids don't change while references are fixed. */
interface Candidate {
  readonly resource: Resource;
  readonly id: ResourceId;
  readonly namespace: string;
  readonly originalNamespace: string;
  readonly earlier: readonly ResourceId[];
}

/** A field that refers to resources of a kind. */
interface Reference {
  readonly spec: FieldSpec;
  readonly kind: Gvk;
}

/**
 * Rewrites the names that resources call each other by, wherever a rule says that a field refers to a kind.
 *
 * Resources that were renamed are found by an index of their earlier names, so the time is linear in the number of references.
 *
 * Effects: changes the resources of the set
 * Source: the behaviour of kustomize's nameReferenceTransformer and nameref filter
 *
 * @throws {FluxError} kustomize/ambiguous-reference: a name stands for several resources with different new names
 */
export function fixReferences(set: ResourceSet, references: readonly NameReference[]): void {
  const index = indexResources(set.list);
  const nothingRenamed = index.byName.size === 0;
  const byKind = new Map<string, Reference[]>();
  for (const resource of set.list) {
    if (resource.node === undefined || (nothingRenamed && kindOfResource(resource.node) !== 'RoleBinding')) continue;
    const original = originalId(resource);
    const key = `${original.kind} ${original.group} ${original.version}`;
    let fields = byKind.get(key);
    if (fields === undefined) {
      fields = references.flatMap(({ fieldSpecs, ...kind }) =>
        fieldSpecs.filter((spec) => fitsGvk(original, spec)).map((spec) => ({ spec, kind })),
      );
      byKind.set(key, fields);
    }
    if (fields.length > 0 || kindOfResource(resource.node) === 'RoleBinding') fixResource(resource, fields, index);
  }
}

/** What can be referred to. */
interface Index {
  /** Renamed resources by each of their earlier names, in order. */
  readonly byName: ReadonlyMap<string, readonly Candidate[]>;
  /** The present namespaces of the resources that were in a namespace at first. */
  readonly movedFrom: ReadonlyMap<string, ReadonlySet<string>>;
}

function indexResources(resources: readonly Resource[]): Index {
  const byName = new Map<string, Candidate[]>();
  const movedFrom = new Map<string, Set<string>>();
  for (const resource of resources) {
    if (resource.node === undefined) continue;
    const id = currentId(resource);
    const namespace = effectiveNamespace(id);
    const originalNamespace = effectiveNamespace(originalId(resource));
    const moved = movedFrom.get(originalNamespace);
    if (moved === undefined) movedFrom.set(originalNamespace, new Set([namespace]));
    else moved.add(namespace);
    if (resource.earlier.length === 0) continue;
    const candidate: Candidate = { resource, id, namespace, originalNamespace, earlier: earlierIds(resource) };
    for (const name of new Set(resource.earlier.map((one) => one.name))) {
      const there = byName.get(name);
      if (there === undefined) byName.set(name, [candidate]);
      else there.push(candidate);
    }
  }
  return { byName, movedFrom };
}

/** Who refers, and what it may see. */
interface Referrer {
  readonly resource: Resource;
  readonly id: ResourceId;
  readonly namespace: string;
  readonly isClusterScoped: boolean;
  readonly moreNamespaces: ReadonlySet<string>;
  readonly index: Index;
}

function fixResource(resource: Resource, fields: readonly Reference[], index: Index): void {
  const node = resource.node as NodeMap;
  const id = currentId(resource);
  const referrer: Referrer = {
    resource,
    id,
    namespace: effectiveNamespace(id),
    isClusterScoped: isClusterScoped(id),
    moreNamespaces: subjectNamespaces(resource, id),
    index,
  };
  let at: Reference | undefined;
  const set = (value: Node): Node | undefined => {
    const { spec, kind } = at as Reference;
    return fixValue(value, referrer, spec, kind);
  };
  try {
    for (at of fields) applyPath(node, at.spec, undefined, set);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw nameResource(error, resource, `update name reference in '${at?.spec.path ?? ''}' field of '${formatId(id)}'`);
  }
}

/** A RoleBinding may look into the namespaces that its subjects name. */
function subjectNamespaces(resource: Resource, id: ResourceId): ReadonlySet<string> {
  const namespaces = new Set<string>();
  if (id.kind !== 'RoleBinding' || resource.node === undefined) return namespaces;
  const subjects = member(resource.node, 'subjects');
  for (const subject of Array.isArray(subjects) ? subjects : []) {
    if (!isMap(subject)) continue;
    const namespace = member(subject, 'namespace');
    if (namespace === undefined || textOf(member(subject, 'kind')) !== 'ServiceAccount') continue;
    if (tagOf(namespace) !== 'str') {
      const source = sourceOf(resource);
      throw new FluxError(
        'kustomize/invalid-resource',
        `read subjects: Invalid Input: namespace is blank for resource "${formatId(id)}"`,
        {
          ...(source === undefined ? {} : { source }),
          hint: 'give the subject a namespace, or leave the field out',
        },
      );
    }
    namespaces.add(textOf(namespace));
  }
  return namespaces;
}

function fixValue(value: Node, referrer: Referrer, spec: FieldSpec, kind: Gvk): Node | undefined {
  if (isNull(value)) return undefined;
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      if (isNull(item)) continue;
      if (Array.isArray(item))
        throw new FluxError('kustomize/field-spec', 'a reference must be a string or a map, here is a list');
      const changed = isMap(item) ? fixMap(item, referrer, spec, kind) : fixScalar(item, referrer, spec, kind);
      if (changed !== undefined) value[at] = changed;
    }
    return undefined;
  }
  return isMap(value) ? fixMap(value, referrer, spec, kind) : fixScalar(value, referrer, spec, kind);
}

function fixScalar(value: Node, referrer: Referrer, spec: FieldSpec, kind: Gvk): Node | undefined {
  const name = textOf(value);
  const found = selectReferral(name, referrer, spec, kind, undefined);
  if (found === undefined || found.id.name === name) return undefined;
  return scalarOf(found.id.name, value);
}

function fixMap(map: NodeMap, referrer: Referrer, spec: FieldSpec, kind: Gvk): undefined {
  const nameNode = member(map, 'name');
  if (nameNode === undefined) throw new FluxError('kustomize/field-spec', "path config error; no 'name' field in node");
  const name = textOf(nameNode);
  const namespaceNode = member(map, 'namespace');
  const found = selectReferral(
    name,
    referrer,
    spec,
    kind,
    namespaceNode === undefined ? '' : textOf(namespaceNode),
    namespaceNode !== undefined,
  );
  if (found === undefined) return;
  const { id } = found;
  if (id.name === name && id.namespace === '') return;
  setMember(map, 'name', scalarOf(id.name, nameNode));
  if (id.namespace !== '') setMember(map, 'namespace', scalarOf(id.namespace, namespaceNode));
}

function selectReferral(
  name: string,
  referrer: Referrer,
  spec: FieldSpec,
  kind: Gvk,
  wantedNamespace: string | undefined,
  narrows = false,
): Candidate | undefined {
  const named = referrer.index.byName.get(name);
  if (named === undefined) return undefined;
  let candidates = named.filter((candidate) => isVisible(candidate, referrer));
  if (narrows && wantedNamespace !== undefined) candidates = narrowByNamespace(candidates, wantedNamespace, referrer);
  candidates = candidates.filter((candidate) => candidate.earlier.some((id) => fitsGvk(id, kind)));
  const role = spec.path.endsWith('roleRef/name') ? roleReference(referrer.resource) : undefined;
  if (role !== undefined) candidates = candidates.filter((candidate) => candidate.earlier.some((id) => fitsGvk(id, role)));
  if (!referrer.isClusterScoped) {
    candidates = candidates.filter(
      ({ id, namespace }) => isClusterScoped(id) || id.kind === 'ServiceAccount' || namespace === referrer.namespace,
    );
  }
  if (candidates.length === 1) return candidates[0];
  candidates = candidates.filter(({ resource }) => sameAffixes(resource, referrer.resource, true));
  if (candidates.length > 1) candidates = candidates.filter(({ resource }) => sameAffixes(resource, referrer.resource, false));
  const [first, ...others] = candidates;
  if (first === undefined || others.length === 0) return first;
  const isMapField = wantedNamespace !== undefined;
  const same = others.every(({ id }) => id.name === first.id.name && (!isMapField || id.namespace === first.id.namespace));
  if (same) return first;
  throw new FluxError(
    'kustomize/ambiguous-reference',
    `found multiple possible referrals for name "${name}": ${candidates.map(({ id }) => formatId(id)).join(', ')}`,
    { hint: 'give the resources different names, or refer to the new name itself' },
  );
}

function isVisible({ id, namespace }: Candidate, referrer: Referrer): boolean {
  if (referrer.isClusterScoped || namespace === NOT_A_NAMESPACE || namespace === referrer.namespace) return true;
  return referrer.moreNamespaces.has(id.namespace);
}

/** The candidates that were in a namespace at first; only where nothing at all was, those that are in it now. */
function narrowByNamespace(candidates: Candidate[], namespace: string, referrer: Referrer): Candidate[] {
  if (namespace === NOT_A_NAMESPACE) return [];
  const moved = referrer.index.movedFrom.get(namespace);
  const anyoneWas =
    moved !== undefined &&
    (referrer.isClusterScoped || [...moved].some((now) => now === referrer.namespace || referrer.moreNamespaces.has(now)));
  if (anyoneWas) return candidates.filter((candidate) => candidate.originalNamespace === namespace);
  return candidates.filter((candidate) => candidate.namespace === namespace);
}

/** Group and kind that a roleRef names. */
function roleReference({ node }: Resource): Gvk | undefined {
  const role = node === undefined ? undefined : member(node, 'roleRef');
  if (!isMap(role)) return undefined;
  const group = member(role, 'apiGroup');
  const kind = member(role, 'kind');
  return group === undefined || kind === undefined ? undefined : { group: textOf(group), version: '', kind: textOf(kind) };
}

/** Tells whether the names of two resources got the same prefixes and suffixes lastly. */
function sameAffixes(a: Resource, b: Resource, lenient: boolean): boolean {
  return sameEnding(a.prefixes, b.prefixes, lenient) && sameEnding(a.suffixes, b.suffixes, lenient);
}

function sameEnding(a: readonly string[], b: readonly string[], lenient: boolean): boolean {
  if (a.length === 0 || b.length === 0) return lenient || a.length === b.length;
  const length = Math.min(a.length, b.length);
  for (let back = 1; back <= length; back++) if (a.at(-back) !== b.at(-back)) return false;
  return true;
}
