import { FluxError } from '../../core/errors.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, type K8sObject, type ObjectRef, type KindRef } from '../../core/objects.ts';
import type { KubeClient } from '../../engine/kube/index.ts';
import type { GitLogin } from './file-secrets.ts';
import { listByName } from './list-by-name.ts';
import { graphKey, isDriven, readNeeds } from './plan-graph.ts';

/** What to drive. */
export type DriveSelection =
  /** All of one namespace; all of all where it is absent. */
  | { readonly from: 'cluster'; readonly namespace?: string }
  /** These Kustomizations of one namespace. */
  | { readonly from: 'names'; readonly namespace: string; readonly names: readonly string[] }
  /** GitRepositories and Kustomizations that exist only here; what else there is is left out. */
  | {
      readonly from: 'objects';
      readonly objects: readonly K8sObject[];
      readonly inventoryNamespace?: string;
      /** Secrets beside the objects, which their sources may name; the cluster's come second. */
      readonly secrets?: readonly K8sObject[];
      /** For sources that name no Secret, all on one host. */
      readonly login?: GitLogin;
    };

/** The kind of Kustomizations, as a client wants it. */
export const KUSTOMIZATION_KIND: KindRef = { apiVersion: apiVersionOf(kindNamed('Kustomization')), kind: 'Kustomization' };
/** The kinds that a Kustomization may take its files from. Others than GitRepositories are kept by whoever keeps them. */
export const SOURCE_KINDS: readonly string[] = ['GitRepository', 'OCIRepository', 'Bucket', 'ExternalArtifact'];
/** The same of the sources that can be driven. */
export const SOURCE_KIND: KindRef = { apiVersion: apiVersionOf(kindNamed('GitRepository')), kind: 'GitRepository' };

/** What reading a selection needs of the world. */
interface SelectPorts {
  readonly kube: Pick<KubeClient, 'get' | 'list'>;
}

/** So many named ones are cheaper to list than to read one by one. */
const LIST_FROM = 8;
const READS_AT_ONCE = 8;

/**
 * Reads what is to be driven: the Kustomizations, and the sources in the same place.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} reconcile/not-found: a name that is not there; errors of the API server
 */
export async function selectObjects(
  selection: DriveSelection,
  { kube }: SelectPorts,
  withSources: boolean,
): Promise<readonly K8sObject[]> {
  if (selection.from === 'objects') return selection.objects.filter(isDriven);
  if (selection.from === 'names') return readNamed(selection.namespace, selection.names, kube);
  const place = selection.namespace === undefined ? {} : { namespace: selection.namespace };
  const kinds = withSources ? [KUSTOMIZATION_KIND, SOURCE_KIND] : [KUSTOMIZATION_KIND];
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind, place)));
  // Items of a list may lack what the list says once for all of them.
  return lists.flatMap(({ items }, index) => items.map((item) => ({ ...item, ...kinds[index] })));
}

/** Reads Kustomizations by name: many by one list, where the caller may list them. */
async function readNamed(
  namespace: string,
  names: readonly string[],
  kube: Pick<KubeClient, 'get' | 'list'>,
): Promise<K8sObject[]> {
  const listed = names.length < LIST_FROM ? undefined : await listByName(KUSTOMIZATION_KIND, kube, { namespace });
  return mapBounded(names, READS_AT_ONCE, async (name) => {
    const ref = { ...KUSTOMIZATION_KIND, namespace, name };
    const object = listed === undefined ? await kube.get(ref) : listed.get(name);
    if (object === undefined) throw new FluxError('reconcile/not-found', `${formatSubject(ref)} not found`, { subject: ref });
    return object;
  });
}

/** Tells whether a Kustomization may take its files from a kind. */
export function isSourceKind(kind: string): boolean {
  return SOURCE_KINDS.includes(kind);
}

/**
 * Tells whether a selection has sources that can be driven, or may come to have some. Where all sources are kept by others,
 * source-controller among them, its Lease must be left to it.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} as `selectObjects`
 */
export async function hasDrivenSources(selection: DriveSelection, ports: SelectPorts): Promise<boolean> {
  const objects = await selectObjects(selection, ports, true);
  if (objects.length === 0) return true;
  return objects.some((object) => {
    const sources = sourceRefsOf(object);
    return object.kind === SOURCE_KIND.kind || sources.length === 0 || sources.some(isDriven);
  });
}

/**
 * Names the sources that an object needs: where a Kustomization takes its files from, and what a source includes.
 *
 * Effects: none
 */
export function sourceRefsOf(object: K8sObject): ObjectRef[] {
  return (readNeeds(object)?.sources ?? []).flatMap((key) => {
    const [kind, namespace = '', name = ''] = key.split('/');
    return kind !== undefined && isSourceKind(kind) ? [{ ...SOURCE_KIND, kind, namespace, name }] : [];
  });
}

/** Tells whether an object is one of those that were selected, rather than one that they brought along. */
export function isSelected(selection: DriveSelection, object: K8sObject): boolean {
  if (selection.from === 'cluster') return selection.namespace === undefined || object.metadata.namespace === selection.namespace;
  if (selection.from === 'objects') return selection.objects.some((one) => graphKey(one) === graphKey(object));
  return (
    object.kind === 'Kustomization' &&
    object.metadata.namespace === selection.namespace &&
    selection.names.includes(object.metadata.name)
  );
}
