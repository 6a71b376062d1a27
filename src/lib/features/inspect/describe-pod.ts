import type { K8sObject } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';

/** Why a pod does not run. */
export interface PodTrouble {
  /** One CamelCase word: `ImagePullBackOff`. */
  readonly reason: string;
  readonly message: string;
  /** The image of the container that it is about. */
  readonly image?: string;
  readonly container?: string;
}

/** What a container that starts says, when nothing is wrong. */
const STARTING: readonly string[] = ['', 'ContainerCreating', 'PodInitializing'];

/**
 * Says why a pod does not run: of its containers the first that is in trouble, else where it cannot be scheduled.
 *
 * Effects: none
 *
 * @returns `undefined` where the pod itself tells of nothing
 */
export function describePod(pod: K8sObject): PodTrouble | undefined {
  const statuses = [...readList(pod, 'status', 'initContainerStatuses'), ...readList(pod, 'status', 'containerStatuses')];
  for (const status of statuses) {
    const about = { image: readText(status, 'image'), container: readText(status, 'name') };
    const waiting = readText(status, 'state', 'waiting', 'reason');
    const last = readPath(status, 'lastState', 'terminated');
    if (!STARTING.includes(waiting)) {
      const ended = readText(last, 'reason');
      const exit = ended === '' ? '' : ` (last run: ${ended}, exit code ${String(readPath(last, 'exitCode') ?? '?')})`;
      const message = readText(status, 'state', 'waiting', 'message') || waiting;
      return { reason: ended === 'OOMKilled' ? ended : waiting, message: `${message}${exit}`, ...about };
    }
    const ended = readPath(status, 'state', 'terminated');
    const code = readPath(ended, 'exitCode');
    if (ended !== undefined && code !== 0) {
      const why = readText(ended, 'message') || `container ${about.container} exited with code ${String(code)}`;
      return { reason: readText(ended, 'reason') || 'Error', message: why, ...about };
    }
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (readText(scheduled, 'status') === 'False') {
    return { reason: readText(scheduled, 'reason') || 'Unschedulable', message: readText(scheduled, 'message') };
  }
  return undefined;
}

/** Tells whether a pod is as it should be. */
export function isPodWell(pod: K8sObject): boolean {
  return readText(pod, 'status', 'phase') === 'Succeeded' || readText(conditionOf(pod, 'Ready'), 'status') === 'True';
}

function conditionOf(pod: K8sObject, type: string): ReturnType<typeof readPath> {
  return readList(pod, 'status', 'conditions').find((condition) => readText(condition, 'type') === type);
}
