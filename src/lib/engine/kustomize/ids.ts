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
/** The last parts of those: nearly all that is asked for is not among them. */
const SCOPED_KINDS: ReadonlySet<string> = new Set(CLUSTER_SCOPED.map((text) => text.slice(text.lastIndexOf('/') + 1)));

/** Kinds known to be namespaced, by apiVersion. */
const NAMESPACED: Readonly<Record<string, string>> = {
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'autoscaling/v2beta1': 'HorizontalPodAutoscaler',
  'autoscaling/v2beta2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'batch/v1beta1': 'CronJob',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1beta1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'Ingress',
  'networking.k8s.io/v1': 'Ingress NetworkPolicy',
  'networking.k8s.io/v1beta1': 'Ingress',
  'policy/v1': 'PodDisruptionBudget',
  'policy/v1beta1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1': 'Role RoleBinding',
  'storage.k8s.io/v1beta1': 'CSIStorageCapacity',
  v1: 'ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodAttachOptions PodExecOptions PodPortForwardOptions PodProxyOptions PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount ServiceProxyOptions',
};

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
  return SCOPED_KINDS.has(gvk.kind) && SCOPE.has(`${apiVersionText(gvk)}/${gvk.kind}`);
}

/** Tells whether the scope of a kind is known without the schema. */
export function isKnownScope(gvk: Gvk): boolean {
  const apiVersion = apiVersionText(gvk);
  return (
    isClusterScoped(gvk) ||
    (Object.hasOwn(NAMESPACED, apiVersion) && (NAMESPACED[apiVersion] ?? '').split(' ').includes(gvk.kind))
  );
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
