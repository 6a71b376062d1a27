import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { groupOf, type K8sObject } from '../../core/objects.ts';
import { computeStatus, isTransientPodFailure, type StatusResult } from '../kstatus/index.ts';
import type { HealthReader } from './types.ts';

/** Kinds whose own status never says Failed. A Deployment's does, at its progress deadline, and upstream leaves it at that. */
const OWNS_PODS: readonly string[] = ['StatefulSet', 'ReplicaSet'];

/**
 * Looks at the pods of a workload that is in progress: one that has failed for good makes the workload Failed.
 *
 * Effects: reads the cluster
 * Source: fluxcd/cli-utils pkg/kstatus/polling/statusreaders/pod_controller.go
 * Differs: where pods may not be listed the workload's own status stands; upstream fails
 *
 * @returns Failed, or `undefined` where the pods say nothing
 */
export async function findFailedPods(
  workload: K8sObject,
  reader: HealthReader,
  now: number,
  signal?: AbortSignal,
): Promise<StatusResult | undefined> {
  if (groupOf(workload) !== 'apps' || !OWNS_PODS.includes(workload.kind)) return undefined;
  const labelSelector = formatSelector(workload);
  const { namespace } = workload.metadata;
  if (labelSelector === '' || namespace === undefined) return undefined;
  const options = { namespace, labelSelector, ...(signal === undefined ? {} : { signal }) };
  const { items } = await reader.list({ apiVersion: 'v1', kind: 'Pod' }, options);
  const failed = items.filter((pod) => computeStatus(pod, now).status === 'Failed' && !isTransientPodFailure(pod));
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
