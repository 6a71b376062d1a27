import { isFluxError } from '../../core/errors.ts';
import { GROUP, HELM, KUSTOMIZE, TENANT_LABEL } from '../../core/flux.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, groupOf, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import { listServed, readTenantObjects, type TenantReader } from './read-tenants.ts';

/** What planning a deletion needs of the cluster. */
export interface DeletionReader extends TenantReader {
  /** All resource types that the server has. */
  resources(): Promise<
    readonly {
      readonly group: string;
      readonly version: string;
      readonly kind: string;
      readonly namespaced: boolean;
      readonly verbs: readonly string[];
    }[]
  >;
}

/** What would go with a tenant, step by step. */
export interface DeletionPlan {
  /** Kustomizations and HelmReleases: they go first, and take along what they applied. */
  readonly appliers: readonly ObjectRef[];
  /** GitRepositories: nothing needs them any more then. Those that are not the tenant's own go only with their namespace. */
  readonly sources: readonly ObjectRef[];
  /** What `create tenant` made, apart from namespaces and Flux objects, in the order of deletion. */
  readonly objects: readonly ObjectRef[];
  /** Namespaces with the tenant's label. */
  readonly namespaces: readonly ObjectRef[];
  /** Those of them that are going already: nothing is asked about them, and nothing more is done to them. */
  readonly terminating: readonly ObjectRef[];
  /** Objects in these namespaces that are neither the tenant's own nor applied by its Kustomizations or HelmReleases. */
  readonly others: readonly ObjectRef[];
  /** What a Kustomization outside of the tenant applies: it would come back. `Kind/ns/name` and who applies it. */
  readonly managed: readonly { readonly subject: string; readonly by: string }[];
}

/** The order in which a tenant's own objects go: what gives rights last, so that all before it still can be cleaned up. */
const ORDER: readonly string[] = [
  'NetworkPolicy',
  'LimitRange',
  'ResourceQuota',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicy',
  'RoleBinding',
  'Role',
  'ServiceAccount',
];

const APPLIERS: readonly string[] = ['Kustomization', 'HelmRelease'];
const APPLIER_GROUPS: readonly string[] = [GROUP.kustomize, GROUP.helm];

/**
 * Finds out what goes with a tenant. Nothing is deleted.
 *
 * Effects: reads the cluster
 */
export async function planDeletion(
  reader: DeletionReader,
  name: string,
  { keepNamespaces }: { readonly keepNamespaces: boolean },
): Promise<DeletionPlan> {
  const own = await readTenantObjects(reader, name);
  const isGoing = ({ metadata }: K8sObject): boolean => metadata.deletionTimestamp !== undefined;
  const all = own.filter(({ kind }) => kind === 'Namespace');
  const namespaces = all.filter((namespace) => !isGoing(namespace));
  const names = namespaces.map(({ metadata }) => metadata.name);
  const inside = (await Promise.all(names.map((namespace) => listNamespace(reader, namespace)))).flat();
  const isApplier = ({ kind, apiVersion }: KindRef): boolean =>
    APPLIERS.includes(kind) && APPLIER_GROUPS.includes(groupOf({ apiVersion, kind }));
  const appliers = unique([...own.filter(isApplier), ...inside.filter(isApplier)]);
  const isSource = ({ kind }: KindRef): boolean => kind === 'GitRepository';
  return {
    appliers: appliers.map(refOf),
    sources: unique([...own.filter(isSource), ...(keepNamespaces ? [] : inside.filter(isSource))]).map(refOf),
    objects: own
      .filter((object) => ORDER.includes(object.kind))
      .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
      .map(refOf),
    namespaces: namespaces.map(refOf),
    terminating: all.filter(isGoing).map(refOf),
    others: inside.filter((object) => !isApplier(object) && isOfOthers(object, name, names)).map(refOf),
    managed: own.flatMap((object) => {
      const by = applierOf(object);
      return by === undefined || names.includes(by.namespace)
        ? []
        : [{ subject: formatSubject(refOf(object)), by: `${by.namespace}/${by.name}` }];
    }),
  };
}

/** The Kustomization that applied an object, by its labels. */
function applierOf({ metadata: { labels = {} } }: K8sObject): { namespace: string; name: string } | undefined {
  const [namespace, name] = [labels[KUSTOMIZE.namespaceLabel], labels[KUSTOMIZE.nameLabel]];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function unique(objects: readonly K8sObject[]): K8sObject[] {
  return [...new Map(objects.map((object) => [formatSubject(refOf(object)), object])).values()];
}

/** Kinds of a namespace that come and go by themselves. */
const OWN_OF_CLUSTER: ReadonlySet<string> = new Set(['Event', 'Endpoints', 'EndpointSlice', 'Lease', 'ControllerRevision']);

function isOfOthers(object: K8sObject, tenant: string, namespaces: readonly string[]): boolean {
  const { name, labels = {}, ownerReferences = [] } = object.metadata;
  if (ownerReferences.length > 0 || labels[TENANT_LABEL] === tenant) return false;
  if (object.kind === 'ServiceAccount' && name === 'default') return false;
  if (object.kind === 'ConfigMap' && name === 'kube-root-ca.crt') return false;
  // What a Kustomization or release of the tenant applied goes with it.
  const applied = labels[KUSTOMIZE.namespaceLabel] ?? labels[HELM.namespaceLabel];
  return applied === undefined || !namespaces.includes(applied);
}

/** All objects of a namespace, by their metadata. */
async function listNamespace(reader: DeletionReader, namespace: string): Promise<K8sObject[]> {
  const kinds = new Map<string, KindRef>();
  for (const { group, version, kind, namespaced, verbs } of await reader.resources()) {
    if (!namespaced || !verbs.includes('list') || !verbs.includes('delete') || kinds.has(`${group} ${kind}`)) continue;
    if (OWN_OF_CLUSTER.has(kind)) continue;
    kinds.set(`${group} ${kind}`, { apiVersion: group === '' ? version : `${group}/${version}`, kind });
  }
  const lists = await mapBounded([...kinds.values()], 8, async (kind) => {
    try {
      return await listServed(reader, kind, { namespace, metadataOnly: true });
    } catch (error) {
      // The server has kinds that it cannot list (an extension that is down). What is refused is not passed over.
      if (isFluxError(error, 'kube/not-found') || isFluxError(error, 'kube/server-error')) return [];
      throw error;
    }
  });
  return lists.flat();
}
