import { LAST_APPLIED } from './flux.ts';
import { cloneJson } from './json.ts';
import type { K8sObject } from './objects.ts';

/**
 * Takes from an object its status and all metadata but names, labels and annotations: what is left is what somebody wrote, and fits
 * a Git repository. kubectl's record of what it applied says what was done, not what is wanted, and goes too.
 *
 * Effects: none
 */
export function stripObject(object: K8sObject): K8sObject {
  const { status: _status, ...rest } = cloneJson(object);
  const { name, namespace, labels, annotations } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED);
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
  };
}
