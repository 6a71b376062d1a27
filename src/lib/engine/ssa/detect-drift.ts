import { cloneJson, equalJson, isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/**
 * Tells whether an apply would change an object: other labels, other annotations, or anything outside metadata and status.
 * Other metadata (finalizers, owner references) does not count, as upstream has it.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/manager_diff.go hasDrifted
 *
 * @param live the object as it is
 * @param merged what the server's dry run gave
 */
export function hasDrifted(live: K8sObject | undefined, merged: K8sObject): boolean {
  if (live === undefined || isNew(merged)) return true;
  if (!equalJson(live.metadata.labels ?? {}, merged.metadata.labels ?? {})) return true;
  if (!equalJson(live.metadata.annotations ?? {}, merged.metadata.annotations ?? {})) return true;
  return !equalJson(contentOf(live), contentOf(merged));
}

/** A dry run of an object that is not there yet gives no resource version. */
export function isNew(merged: K8sObject): boolean {
  return merged.metadata.resourceVersion === undefined || merged.metadata.resourceVersion === '';
}

function contentOf(object: K8sObject): JsonObject {
  const { metadata: _metadata, status: _status, ...content } = object;
  return object.kind === 'HorizontalPodAutoscaler' ? dropRepeatedMetrics(content) : content;
}

/**
 * Servers before 1.27 answer a dry run of an autoscaler with its first metric twice and an empty one at the end.
 *
 * Source: fluxcd/pkg ssa/normalize DryRunUnstructured; kubernetes/kubernetes#118293
 */
function dropRepeatedMetrics(content: JsonObject): JsonObject {
  const spec = content['spec'];
  if (!isJsonObject(spec) || !Array.isArray(spec['metrics'])) return content;
  const metrics = spec['metrics'].filter(isJsonObject);
  const kept = metrics.filter(
    (metric, index) => metric['type'] !== undefined && metrics.findIndex((other) => equalJson(other, metric)) === index,
  );
  return { ...content, spec: { ...spec, metrics: cloneJson(kept) } };
}
