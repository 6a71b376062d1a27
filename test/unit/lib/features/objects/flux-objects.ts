import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { apiVersionOf, type FluxKind, kindNamed } from '../../../../../src/lib/core/kinds.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';

/** A Kustomization's row. */
export const KUSTOMIZATION: FluxKind = kindNamed('Kustomization');

/** An object of a Flux kind, in the namespace `apps`. */
export function fluxObject(kind: FluxKind, name: string, members: { spec?: JsonObject; status?: JsonObject } = {}): K8sObject {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { name, namespace: 'apps', generation: 1 },
    spec: {},
    ...members,
  };
}

/** A status with a Ready condition of a generation. */
export function readyStatus(status: string, message = 'fine', generation = 1): JsonObject {
  return {
    observedGeneration: generation,
    lastAppliedRevision: 'main@sha1:abc',
    conditions: [{ type: 'Ready', status, message, observedGeneration: generation }],
  };
}
