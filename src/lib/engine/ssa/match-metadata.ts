import type { K8sObject } from '../../core/objects.ts';

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
