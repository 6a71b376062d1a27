import type { K8sObject } from '../../core/objects.ts';
import { readConditions, readField, readInteger } from './read-field.ts';
import { current, failed, inProgress } from './result.ts';
import type { StatusResult } from './types.ts';

/**
 * Applies the rules that hold for every kind: deletion, unobserved generation, and the conditions Reconciling and Stalled,
 * whichever of the two comes first. `undefined` where they say nothing.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/status/generic.go
 */
export function checkGenericRules(object: K8sObject): StatusResult | undefined {
  const deletion = object.metadata.deletionTimestamp;
  if (deletion !== undefined && deletion !== '') {
    return { status: 'Terminating', reason: '', message: 'Resource scheduled for deletion' };
  }
  const unobserved = checkGeneration(object);
  if (unobserved !== undefined) return unobserved;
  for (const condition of readConditions(object)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Reconciling') return inProgress(condition.reason, condition.message);
    if (condition.type === 'Stalled') return failed(condition.reason, condition.message);
  }
  return undefined;
}

/**
 * Says InProgress while the controller has not seen the newest generation. An object without either field is let through:
 * most kinds have no `observedGeneration`.
 */
export function checkGeneration(object: K8sObject): StatusResult | undefined {
  if (readField(object, 'metadata', 'generation') === undefined) return undefined;
  if (readField(object, 'status', 'observedGeneration') === undefined) return undefined;
  const generation = readInteger(object, ['metadata', 'generation'], 0);
  const observed = readInteger(object, ['status', 'observedGeneration'], 0);
  if (generation === observed) return undefined;
  return inProgress(
    'LatestGenerationNotObserved',
    `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
  );
}

/**
 * Reads the Ready condition, which most custom kinds have. False counts as in progress, not as failed: a controller that
 * has given up says so with Stalled.
 */
export function checkReadyCondition(object: K8sObject): StatusResult | undefined {
  for (const condition of readConditions(object)) {
    if (condition.type !== 'Ready') continue;
    if (condition.status === 'True') return current('Resource is Ready');
    if (condition.status === 'False' || condition.status === 'Unknown') return inProgress(condition.reason, condition.message);
  }
  return undefined;
}
