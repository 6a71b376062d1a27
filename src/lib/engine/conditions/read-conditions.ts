import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { Condition } from './types.ts';

/**
 * Reads `status.conditions`; what has no type or no known status is left out.
 *
 * Effects: none
 */
export function readConditions(object: K8sObject): Condition[] {
  const status = object['status'];
  const list = isJsonObject(status) ? status['conditions'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isCondition);
}

function isCondition(value: unknown): value is Condition {
  if (!isJsonObject(value) || typeof value['type'] !== 'string') return false;
  return value['status'] === 'True' || value['status'] === 'False' || value['status'] === 'Unknown';
}
