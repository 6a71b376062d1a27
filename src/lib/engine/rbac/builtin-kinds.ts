import { groupOf, type KindRef } from '../../core/objects.ts';
import type { ResourceScope } from './types.ts';

/** The kinds that every API server has, by group; those after the bar are cluster-scoped. */
const KINDS_BY_GROUP: Readonly<Record<string, string>> = {
  '': 'Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount | Namespace Node PersistentVolume',
  'admissionregistration.k8s.io':
    '| MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiextensions.k8s.io': '| CustomResourceDefinition',
  'apiregistration.k8s.io': '| APIService',
  apps: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet |',
  autoscaling: 'HorizontalPodAutoscaler |',
  batch: 'CronJob Job |',
  'certificates.k8s.io': 'PodCertificateRequest | CertificateSigningRequest ClusterTrustBundle',
  'coordination.k8s.io': 'Lease LeaseCandidate |',
  'discovery.k8s.io': 'EndpointSlice |',
  'events.k8s.io': 'Event |',
  'flowcontrol.apiserver.k8s.io': '| FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io': 'Ingress NetworkPolicy | IPAddress IngressClass ServiceCIDR',
  'node.k8s.io': '| RuntimeClass',
  policy: 'PodDisruptionBudget |',
  'rbac.authorization.k8s.io': 'Role RoleBinding | ClusterRole ClusterRoleBinding',
  'resource.k8s.io': 'ResourceClaim ResourceClaimTemplate | DeviceClass ResourceSlice',
  'scheduling.k8s.io': '| PriorityClass',
  'storage.k8s.io': 'CSIStorageCapacity | CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
};

/**
 * Finds the resource of a kind that Kubernetes itself brings, without asking a server.
 *
 * Effects: none
 * Source: discovery of kube-apiserver 1.36; an end-to-end test compares
 *
 * @returns `undefined` for all other kinds
 */
export function builtinScope(kind: KindRef): ResourceScope | undefined {
  const group = groupOf(kind);
  const listed = Object.hasOwn(KINDS_BY_GROUP, group) ? KINDS_BY_GROUP[group] : undefined;
  if (listed === undefined) return undefined;
  const [inNamespaces = '', inCluster = ''] = listed.split('|').map((part) => part.trim());
  for (const [namespaced, kinds] of [
    [true, inNamespaces],
    [false, inCluster],
  ] as const) {
    if (kinds.split(' ').includes(kind.kind)) return { plural: pluralOf(kind.kind), namespaced };
  }
  return undefined;
}

/**
 * Lists what every API server serves, as `group/plural`.
 *
 * Effects: none
 */
export function listBuiltinResources(): string[] {
  return Object.entries(KINDS_BY_GROUP).flatMap(([group, kinds]) =>
    kinds
      .split(/[ |]+/)
      .filter((kind) => kind !== '')
      .map((kind) => `${group}/${pluralOf(kind)}`),
  );
}

/** By the rule that Kubernetes itself follows. */
function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word === 'endpoints') return word;
  if (word.endsWith('s')) return `${word}es`;
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}
