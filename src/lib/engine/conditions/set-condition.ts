import type { Condition, ConditionContext, ConditionUpdate } from './types.ts';
import { sortConditions } from './sort-conditions.ts';
import { trimMessage } from './trim-message.ts';

/**
 * Sets one condition and returns the whole list in Flux's order. The transition time moves when status, reason or message
 * changes; the observed generation is always the object's.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/conditions Set
 *
 * @param conditions the list as it stands; it is not changed
 */
export function setCondition(
  conditions: readonly Condition[],
  update: ConditionUpdate,
  { generation, now }: ConditionContext,
): Condition[] {
  const message = trimMessage(update.message);
  const before = conditions.find((condition) => condition.type === update.type);
  const isSame =
    before !== undefined && before.status === update.status && before.reason === update.reason && before.message === message;
  const next: Condition = {
    ...before,
    type: update.type,
    status: update.status,
    observedGeneration: generation,
    lastTransitionTime: isSame ? before.lastTransitionTime : formatConditionTime(now),
    reason: update.reason,
    message,
  };
  const rest = conditions.filter((condition) => condition.type !== update.type);
  return sortConditions([...rest, next]);
}

/** Takes a condition away. */
export function removeCondition(conditions: readonly Condition[], type: string): Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Sets Reconciling to True, which ends Stalled. */
export function markReconciling(
  conditions: readonly Condition[],
  reason: string,
  message: string,
  context: ConditionContext,
): Condition[] {
  return setCondition(removeCondition(conditions, 'Stalled'), { type: 'Reconciling', status: 'True', reason, message }, context);
}

/** Sets Stalled to True, which ends Reconciling. */
export function markStalled(
  conditions: readonly Condition[],
  reason: string,
  message: string,
  context: ConditionContext,
): Condition[] {
  return setCondition(removeCondition(conditions, 'Reconciling'), { type: 'Stalled', status: 'True', reason, message }, context);
}

/** The condition of a type; `undefined` where there is none. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** Writes a time as conditions have it: RFC 3339 in UTC, whole seconds. */
export function formatConditionTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
