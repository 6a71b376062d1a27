import { parseApiVersion } from '../../core/objects.ts';
import { CLUSTER_SCOPED } from './schema-table.ts';

/** Group, version and kind; empty means none (in an id) or any (in a selector). */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What names a resource. */
export interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** A name that a resource had earlier. */
export interface EarlierName {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const SCOPE: ReadonlySet<string> = new Set(CLUSTER_SCOPED);

/** Stands for the namespace of what has none. */
export const NOT_A_NAMESPACE = '_non_namespaceable_';

/** Splits group and version of an apiVersion. */
export function gvkOf(apiVersion: string, kind: string): Gvk {
  return { ...parseApiVersion(apiVersion), kind };
}

/** Joins group and version. */
export function apiVersionText({ group, version }: Gvk): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Tells whether a kind is known to be cluster-scoped; unknown kinds count as namespaced. */
export function isClusterScoped(gvk: Gvk): boolean {
  return SCOPE.has(`${apiVersionText(gvk)}/${gvk.kind}`);
}

/** The namespace that counts when ids are compared: absent means `default`, and cluster-scoped kinds have none. */
export function effectiveNamespace(id: ResourceId): string {
  if (isClusterScoped(id)) return NOT_A_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

/** A text that is the same for ids that count as equal. */
export function idKey(id: ResourceId): string {
  return `${id.group}|${id.version}|${id.kind}|${effectiveNamespace(id)}|${id.name}`;
}

/** Tells whether a kind fits a selector whose empty parts mean anything. */
export function fitsGvk(gvk: Gvk, selector: Gvk): boolean {
  return (
    (selector.group === '' || selector.group === gvk.group) &&
    (selector.version === '' || selector.version === gvk.version) &&
    (selector.kind === '' || selector.kind === gvk.kind)
  );
}

/** The text of a kind in messages: `Kind.version.group`. */
export function formatGvk({ group, version, kind }: Gvk): string {
  return `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
}

/** The text of an id in messages: `Kind.version.group/name.namespace`. */
export function formatId(id: ResourceId): string {
  return `${formatGvk(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}
