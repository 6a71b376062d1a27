import { FluxError } from '../../core/errors.ts';
import { groupOf, type K8sObject } from '../../core/objects.ts';
import type { StatusResult } from '../../engine/kstatus/index.ts';
import type { CelPort } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** The expressions of a kind, in the order in which they are asked, and what one that holds means. */
const QUESTIONS = [
  ['inProgress', 'InProgress'],
  ['failed', 'Failed'],
  ['current', 'Current'],
] as const;

/**
 * Makes the status function that `spec.healthCheckExprs` describe; `undefined` where there are none.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/cel/status_evaluator.go
 *
 * @throws {FluxError} reconcile/no-cel: there are some and nothing can evaluate them here
 */
export function customStatusOf(
  kustomization: Kustomization,
  cel: CelPort | undefined,
): ((object: K8sObject) => StatusResult | undefined) | undefined {
  const { healthCheckExprs } = kustomization;
  if (healthCheckExprs.length === 0) return undefined;
  if (cel === undefined) {
    throw new FluxError('reconcile/no-cel', 'spec.healthCheckExprs is set and nothing can evaluate it here', {
      subject: kustomization.ref,
      hint: 'let kustomize-controller reconcile it (leave --drive off)',
    });
  }
  return (object) => {
    const row = healthCheckExprs.find(
      (one) => one['kind'] === object.kind && groupOf({ apiVersion: String(one['apiVersion']), kind: '' }) === groupOf(object),
    );
    if (row === undefined) return undefined;
    const { generation } = object.metadata;
    const status = object['status'] as { observedGeneration?: unknown } | undefined;
    if (status?.observedGeneration !== undefined && status.observedGeneration !== generation) {
      return {
        status: 'InProgress',
        reason: 'LatestGenerationNotObserved',
        message: 'the newest generation is not observed yet',
      };
    }
    for (const [field, meaning] of QUESTIONS) {
      const expression = row[field];
      if (typeof expression !== 'string' || expression === '') continue;
      if (cel.evaluate(expression, object) !== true) continue;
      return { status: meaning, reason: 'CustomHealthCheck', message: `CEL expression '${field}' holds` };
    }
    return { status: 'InProgress', reason: 'CustomHealthCheck', message: 'no CEL expression holds' };
  };
}
