import type { K8sObject } from '../../core/objects.ts';
import { FORCE, SKIP_APPLY, SKIP_DELETE } from './constants.ts';
import type { OwnerLabels } from './types.ts';

/** Tells whether an object says itself that it must not be applied. */
export function isSkippedByItself(object: K8sObject): boolean {
  return hasAnyInMetadata(object, SKIP_APPLY);
}

/** Tells whether an object says itself that it may be deleted and made anew. */
export function isForced(object: K8sObject): boolean {
  return hasAnyInMetadata(object, FORCE);
}

/**
 * Tells whether a live object may be deleted on behalf of an owner: it carries the owner's labels, and nothing on it says
 * that it must stay.
 *
 * @param owner absent means that it may belong to anyone
 */
export function mayDelete(live: K8sObject, owner?: OwnerLabels): boolean {
  return (owner === undefined || hasLabels(live, owner)) && !hasAnyInMetadata(live, SKIP_DELETE);
}

/**
 * Tells whether an object has any one of the given labels or annotations; values are compared without regard to case.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/utils AnyInMetadata
 */
export function hasAnyInMetadata(object: K8sObject | undefined, wanted: Readonly<Record<string, string>>): boolean {
  if (object === undefined) return false;
  const { labels, annotations } = object.metadata;
  return Object.entries(wanted).some(([key, value]) => equalFold(labels?.[key], value) || equalFold(annotations?.[key], value));
}

/** Tells whether an object has every one of the given labels. */
export function hasLabels(object: K8sObject, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => object.metadata.labels?.[key] === value);
}

function equalFold(a: string | undefined, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
}
