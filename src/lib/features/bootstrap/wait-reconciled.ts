import { FluxError } from '../../core/errors.ts';
import { ANNOTATION, CONDITION, FIELD_MANAGER } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import type { StatusResult } from '../../engine/kstatus/index.ts';
import type { BootstrapWorld } from './ports.ts';

/**
 * Asks the controllers to reconcile an object, and waits until they have done so at a revision.
 *
 * Effects: writes an annotation; reads the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go objectReconciled
 * Differs: asks for a reconciliation, and takes a failure as final only once it has been handled; upstream fails on one of
 * an earlier run
 *
 * @param revision `main@sha1:…`
 * @throws {FluxError} bootstrap/not-reconciled: suspended, failed, or not in time
 */
export async function waitReconciled(ref: ObjectRef, revision: string, timeoutMs: number, world: BootstrapWorld): Promise<void> {
  const { kube, clock, progress, signal } = world;
  const within = signal === undefined ? {} : { signal };
  const name = `${ref.namespace}/${ref.name}`;
  progress.waiting(`waiting for ${ref.kind} ${JSON.stringify(name)} to be reconciled`);
  const requestedAt = new Date(clock.now()).toISOString();
  const annotations = { [ANNOTATION.reconcileRequestedAt]: requestedAt };
  await kube.patch(ref, { metadata: { annotations } }, { type: 'merge', fieldManager: FIELD_MANAGER.cli, ...within });
  const { waitFor } = await import('../../engine/health/index.ts');
  const report = await waitFor([ref], kube, {
    timeoutMs,
    clock,
    customStatus: (object) => judgeReconciled(object, revision, requestedAt),
    ...within,
  });
  if (report.outcome === 'ready') {
    progress.success(`${ref.kind} reconciled successfully`);
    return;
  }
  const message = report.objects[0]?.message ?? '';
  progress.failure(`${ref.kind} ${name}: ${message}`);
  throw new FluxError('bootstrap/not-reconciled', `error while waiting for ${ref.kind} to be ready: '${message}'`, {
    subject: ref,
    hint: 'Look at its controller: flux-ts check; without controllers use --drive or --wait=false',
    details: { outcome: report.outcome },
  });
}

/**
 * Tells how far an object is on its way to a revision.
 *
 * Effects: none
 *
 * @param requestedAt the value of the annotation that asked for it
 */
export function judgeReconciled(object: K8sObject, revision: string, requestedAt: string): StatusResult {
  const name = `${object.metadata.namespace}/${object.metadata.name}`;
  const status = fieldsOf(object['status']);
  if (fieldsOf(object['spec'])['suspend'] === true) {
    return { status: 'Failed', reason: 'Suspended', message: `${object.kind} '${name}' is suspended` };
  }
  const ready = readyOf(status['conditions']);
  const message = String(ready['message'] ?? 'no controller has looked at it yet');
  const isCurrent = status['observedGeneration'] === object.metadata.generation;
  const isHandled = status['lastHandledReconcileAt'] === requestedAt;
  if (ready['status'] === 'True' && isCurrent && revisionOf(object.kind, status) === revision) {
    return { status: 'Current', reason: '', message: '' };
  }
  if (ready['status'] === 'False' && isCurrent && isHandled) {
    return { status: 'Failed', reason: String(ready['reason'] ?? ''), message };
  }
  return { status: 'InProgress', reason: 'Progressing', message };
}

function revisionOf(kind: string, status: JsonObject): JsonValue | undefined {
  return kind === 'Kustomization' ? status['lastAttemptedRevision'] : fieldsOf(status['artifact'])['revision'];
}

function readyOf(conditions: JsonValue | undefined): JsonObject {
  const found = Array.isArray(conditions) ? conditions.find((one) => fieldsOf(one)['type'] === CONDITION.ready) : undefined;
  return fieldsOf(found);
}

function fieldsOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
