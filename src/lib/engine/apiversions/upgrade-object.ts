import { cloneJson } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { latestApiVersion, type Target } from './latest-versions.ts';
import type { UpgradedObject } from './types.ts';
import { applyRules } from './upgrade-rules.ts';

/**
 * Brings a Flux object of an old API into the one that this release speaks, naming every field that does not come along.
 * Anything else is handed back as it is.
 *
 * Effects: none
 *
 * @example upgradeObject(kustomizationV1beta2).notes[0]?.field // 'spec.validation'
 */
export function upgradeObject(object: K8sObject, target: Target = '2.9'): UpgradedObject {
  const latest = latestApiVersion(object, target);
  if (latest === undefined || latest === object.apiVersion) return { object, notes: [] };
  const copy = cloneJson(object);
  copy.apiVersion = latest;
  const notes = applyRules(copy, object.kind);
  return { object: copy, from: object.apiVersion, notes };
}
