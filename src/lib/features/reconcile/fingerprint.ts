import { ANNOTATION } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { RunReason } from './types.ts';

/** What an object must be run for, if it changes. */
export function fingerprintOf({ metadata }: K8sObject): string {
  const requested = metadata.annotations?.[ANNOTATION.reconcileRequestedAt] ?? '';
  const state = [metadata.uid ?? '', metadata.generation ?? 0, metadata.deletionTimestamp !== undefined];
  return `${state.join(' ')} ${requested}`;
}

/** Why an object wants a run, by its fingerprints before and now. */
export function reasonOf(before: string | undefined, now: string, { metadata }: K8sObject): RunReason {
  if (metadata.deletionTimestamp !== undefined) return 'deleted';
  if (before === undefined) return 'start';
  const stateOf = (text: string): string => text.split(' ').slice(0, 3).join(' ');
  return stateOf(before) === stateOf(now) ? 'requested' : 'changed';
}

/** Status and field owners are read anew by each run, and can be large. */
export function trim(object: K8sObject): K8sObject {
  const { apiVersion, kind, metadata, spec } = object;
  const { managedFields: _managedFields, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept, ...(spec === undefined ? {} : { spec }) };
}
