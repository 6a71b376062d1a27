import { FluxError } from '../../core/errors.ts';
import { ANNOTATION } from '../../core/flux.ts';
import { apiVersionOf, DRIVEN_KINDS, type FluxKind } from '../../core/kinds.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { controllerOf, seesController } from './controllers.ts';
import type { ObjectWriter } from './ports.ts';
import { successText } from './success-text.ts';
import { tellRetries } from './tell-retries.ts';
import { judgeReady, type Verdict, waitForObject } from './wait-for-object.ts';

/** What a trigger needs. */
export interface TriggerOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Namespace of the controllers. */
  readonly fluxNamespace: string;
  /** Of a HelmRelease: installs or upgrades though nothing has changed. Default: false. */
  readonly force?: boolean;
  /** Of a HelmRelease: forgets how often it failed. Default: false. */
  readonly reset?: boolean;
}

/** What a triggered reconciliation came to. */
export interface Triggered {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly requestedAt: string;
  readonly revision: string;
  readonly message: string;
}

/**
 * Asks the controller to reconcile an object now, and waits until it has.
 *
 * Effects: writes the annotation `reconcile.fluxcd.io/requestedAt`
 * Source: fluxcd/flux2 cmd/flux/reconcile.go
 * Differs: a failure ends the wait at once; upstream waits for its time limit, since the object stays Reconciling.
 *
 * @throws {FluxError} objects/not-found, objects/suspended, objects/failed, objects/timeout
 */
export async function triggerReconcile(
  kind: FluxKind,
  ref: { namespace: string; name: string },
  kube: ObjectWriter,
  options: TriggerOptions,
): Promise<Triggered> {
  const { progress } = options;
  const subject: ObjectRef = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...ref };
  const before = await kube.get(subject);
  if (before === undefined)
    throw new FluxError('objects/not-found', `${kind.kind} ${ref.name} not found in ${ref.namespace} namespace`, { subject });
  if (kind.kind === 'HelmRepository' && readText(before, 'spec', 'type') === 'oci') {
    progress.success('reconciliation not supported by the object');
    return { kind: kind.kind, ...ref, requestedAt: '', revision: '', message: 'reconciliation not supported by the object' };
  }
  if (readPath(before, 'spec', 'suspend') === true) {
    throw new FluxError('objects/suspended', 'resource is suspended', {
      subject,
      hint: `resume it:  flux-ts resume ${kind.words} ${ref.name} -n ${ref.namespace}`,
    });
  }
  if (!(await seesController(kind, options.fluxNamespace, kube, options.now()))) {
    const instead = DRIVEN_KINDS.has(kind.kind) ? '; --drive reconciles right here instead' : '';
    progress.warning(`no ${controllerOf(kind)} seems to run in ${options.fluxNamespace}: waiting for it${instead}`);
  }

  const requestedAt = options.now().toISOString();
  const handledBefore = readText(before, 'status', 'lastHandledReconcileAt');
  progress.action(`annotating ${kind.kind} ${ref.name} in ${ref.namespace} namespace`);
  await kube.patch(
    subject,
    {
      metadata: {
        annotations: {
          [ANNOTATION.reconcileRequestedAt]: requestedAt,
          ...(options.force === true ? { [ANNOTATION.reconcileForceAt]: requestedAt } : {}),
          ...(options.reset === true ? { [ANNOTATION.reconcileResetAt]: requestedAt } : {}),
        },
      },
    },
    { type: 'merge', fieldManager: 'flux', signal: options.signal },
  );
  progress.success(`${kind.kind} annotated`);
  progress.waiting(`waiting for ${kind.kind} reconciliation`);
  const judge = (object: K8sObject): Verdict => judgeHandled(object, kind, handledBefore);
  const isHandled = (object: K8sObject): boolean => readText(object, 'status', 'lastHandledReconcileAt') !== handledBefore;
  const after = await waitForObject(subject, judge, kube, options.signal, tellRetries(progress, isHandled));
  const message = successText(kind, after);
  progress.success(message);
  return { kind: kind.kind, ...ref, requestedAt, revision: revisionOf(after), message };
}

/** Done once the request is handled and the object is ready; what an earlier run left does not count. */
function judgeHandled(object: K8sObject, kind: FluxKind, handledBefore: string): Verdict {
  if (readText(object, 'status', 'lastHandledReconcileAt') === handledBefore) return { done: false };
  return judgeReady(object, kind.kind);
}

function revisionOf(object: K8sObject): string {
  return (
    readText(object, 'status', 'lastAppliedRevision') ||
    readText(object, 'status', 'artifact', 'revision') ||
    readText(readList(object, 'status', 'history')[0], 'chartVersion')
  );
}
