import { groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';

/**
 * Kinds that come first, whatever their group.
 *
 * Source: fluxcd/pkg ssa/sort.go
 */
const FIRST: readonly string[] = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];

/** Kinds that come last: they act on all that is applied after them. */
const LAST: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const RANKS: ReadonlyMap<string, number> = new Map([
  ...FIRST.map((kind, index) => [kind, index] as const),
  ...LAST.map((kind, index) => [kind, FIRST.length + 1 + index] as const),
]);

/**
 * Sorts references in the order in which Flux applies them: by kind, ties by group, kind, namespace and name.
 *
 * Effects: none
 */
export function sortRefs<T extends ObjectRef>(refs: readonly T[]): T[] {
  return sortBy(refs, (ref) => ref);
}

/** Sorts objects in the order in which Flux applies them. */
export function sortObjects(objects: readonly K8sObject[]): K8sObject[] {
  return sortBy(objects, refOf);
}

function sortBy<T>(items: readonly T[], refOfItem: (item: T) => ObjectRef): T[] {
  const keyed = items.map((item) => {
    const ref = refOfItem(item);
    return { item, rank: RANKS.get(ref.kind) ?? FIRST.length, key: [groupOf(ref), ref.kind, ref.namespace ?? '', ref.name] };
  });
  keyed.sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key));
  return keyed.map(({ item }) => item);
}

/** Compares bytewise; Kubernetes' names are ASCII, so code units do. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
