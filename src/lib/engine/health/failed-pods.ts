import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { groupOf, type K8sObject } from '../../core/objects.ts';
import { computeStatus, isTransientPodFailure, type StatusResult } from '../kstatus/index.ts';

/** Kinds whose own status never says Failed. A Deployment's does, at its progress deadline, and upstream leaves it at that. */
const OWNS_PODS: readonly string[] = ['StatefulSet', 'ReplicaSet'];

/** Which pods a workload's own status says too little about; `undefined` where it says enough. */
export function podsOf(workload: K8sObject): { readonly namespace: string; readonly labelSelector: string } | undefined {
  if (groupOf(workload) !== 'apps' || !OWNS_PODS.includes(workload.kind)) return undefined;
  const labelSelector = formatSelector(workload);
  const { namespace } = workload.metadata;
  return labelSelector === '' || namespace === undefined ? undefined : { namespace, labelSelector };
}

/**
 * Looks at the pods of a workload that is in progress: one that has failed for good makes the workload Failed.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/polling/statusreaders/pod_controller.go
 *
 * @param now milliseconds since the epoch
 * @returns Failed, or `undefined` where the pods say nothing
 */
export function findFailedPods(pods: Iterable<K8sObject>, now: number): StatusResult | undefined {
  const failed = [...pods].filter((pod) => computeStatus(pod, now).status === 'Failed' && !isTransientPodFailure(pod));
  if (failed.length === 0) return undefined;
  return { status: 'Failed', reason: 'PodsFailed', message: `${failed.length} pods have failed` };
}

/** Writes `spec.selector` as a query; only equality, which is all that Flux's users write. */
function formatSelector(workload: K8sObject): string {
  const spec = workload['spec'];
  const selector: JsonValue | undefined = isJsonObject(spec) ? spec['selector'] : undefined;
  const labels = isJsonObject(selector) ? selector['matchLabels'] : undefined;
  if (!isJsonObject(labels)) return '';
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}
