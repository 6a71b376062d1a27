import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readConditions, readField, readText } from './read-field.ts';
import { current, failed, inProgress } from './result.ts';
import type { StatusResult } from './types.ts';

/** How long a pod may be unschedulable before that counts as a failure; cli-utils has the same number. */
const SCHEDULE_WINDOW_MS = 15_000;

/**
 * Says how a Pod is. A pod that ended counts as current however it ended.
 *
 * Effects: none
 *
 * @param now milliseconds since the epoch, for the time that scheduling may take
 */
export function podStatus(object: K8sObject, now: number): StatusResult {
  const phase = readText(object, ['status', 'phase'], '');
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running':
      return runningPodStatus(object);
    case 'Pending':
      return pendingPodStatus(object, now);
    case '':
      return inProgress('PodNotObserved', 'Pod phase not available');
    default:
      return { status: 'Unknown', reason: 'UnknownPhase', message: `unknown phase ${phase}` };
  }
}

/**
 * Tells whether a failed pod says nothing about the workload that made it: it is going away, or an autoscaler may yet find
 * a place for it.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/polling/statusreaders/pod_controller.go
 */
export function isTransientPodFailure(pod: K8sObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined || isUnschedulable(pod);
}

function runningPodStatus(object: K8sObject): StatusResult {
  if (readConditions(object).some((c) => c.type === 'Ready' && c.status === 'True')) return current('Pod is Ready');
  const crashing = crashLoopingContainers(object);
  if (crashing.length > 0) {
    return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${crashing.join(',')}`);
  }
  return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
}

function pendingPodStatus(object: K8sObject, now: number): StatusResult {
  if (!isUnschedulable(object)) return inProgress('PodPending', 'Pod is in the Pending phase');
  const created = Date.parse(object.metadata.creationTimestamp ?? '');
  return Number.isFinite(created) && now - created < SCHEDULE_WINDOW_MS
    ? inProgress('PodNotScheduled', 'Pod has not been scheduled')
    : failed('PodUnschedulable', 'Pod could not be scheduled');
}

function isUnschedulable(object: K8sObject): boolean {
  return readConditions(object).some((c) => c.type === 'PodScheduled' && c.status === 'False' && c.reason === 'Unschedulable');
}

function crashLoopingContainers(object: K8sObject): string[] {
  const statuses = readField(object, 'status', 'containerStatuses');
  if (!Array.isArray(statuses)) return [];
  return statuses
    .filter(isJsonObject)
    .filter((status) => readText(status, ['state', 'waiting', 'reason'], '') === 'CrashLoopBackOff')
    .map((status) => readText(status, ['name'], ''));
}
