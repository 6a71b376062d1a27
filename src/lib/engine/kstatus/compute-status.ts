import type { K8sObject } from '../../core/objects.ts';
import { checkGenericRules, checkReadyCondition } from './generic-rules.ts';
import { findKindRule } from './kind-rules.ts';
import { current } from './result.ts';
import type { StatusResult } from './types.ts';

/**
 * Says whether an object, as the API server returned it, is done: rules for every kind first, then the kind's own rule,
 * then the Ready condition; an object that says nothing counts as current.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/status Compute, with Flux's rule for Jobs
 * Differs: a pod in a phase that nobody knows is Unknown; upstream returns an error.
 *
 * @param now milliseconds since the epoch; only pods that cannot be scheduled depend on it
 * @example computeStatus(configMap, 0).status // 'Current'
 */
export function computeStatus(object: K8sObject, now: number): StatusResult {
  return (
    checkGenericRules(object) ??
    findKindRule(object)?.(object, now) ??
    checkReadyCondition(object) ??
    current('Resource is current')
  );
}
