import { FluxError, messageOf } from '../../core/errors.ts';
import { apiVersionOf, type FluxKind } from '../../core/kinds.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { readPath } from '../../core/read-object.ts';
import { isStatic } from './get-objects.ts';
import type { ObjectReader, ObjectWriter } from './ports.ts';
import { judgeReady, waitForObject } from './wait-for-object.ts';
import { successText } from './success-text.ts';
import { tellRetries } from './tell-retries.ts';

/** Which objects a verb is for. */
export interface Selection {
  readonly namespace: string;
  readonly names: readonly string[];
  /** All objects of the namespace. */
  readonly all: boolean;
  /** With `all` or a selector: those of all namespaces. Default: false. */
  readonly allNamespaces?: boolean;
  /** Only objects with these labels; it stands for names. */
  readonly labelSelector?: string;
}

/** What happened to one object. */
export interface ObjectChange {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly suspended: boolean;
  /** Set where it was waited for. */
  readonly ready?: boolean;
  readonly message?: string;
}

/**
 * Suspends objects.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/suspend.go
 * Differs: a name that does not exist, or a refused write, is an error; upstream prints it and exits 0.
 *
 * @throws {FluxError} objects/name-missing, objects/not-found
 */
export async function suspendObjects(
  kind: FluxKind,
  selection: Selection,
  kube: ObjectWriter,
  progress: Progress,
): Promise<ObjectChange[]> {
  const changes: ObjectChange[] = [];
  for (const object of await selectObjects(kind, selection, kube)) {
    const { name, namespace = '' } = object.metadata;
    progress.action(`suspending ${kind.human} ${name} in ${namespace} namespace`);
    await kube.patch(refIn(kind, namespace, name), { spec: { suspend: true } }, { type: 'merge', fieldManager: 'flux' });
    progress.success(`${kind.human} suspended`);
    changes.push({ namespace, name, kind: kind.kind, suspended: true });
  }
  return changes;
}

/**
 * Resumes suspended objects, and waits until they are reconciled.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/resume.go
 *
 * @param wait waits for the objects; it makes sense only where a controller is at work
 * @throws {FluxError} objects/name-missing, objects/not-found, objects/failed
 */
export async function resumeObjects(
  kind: FluxKind,
  selection: Selection,
  kube: ObjectWriter,
  options: { progress: Progress; wait: boolean; signal: AbortSignal },
): Promise<{ changes: ObjectChange[]; error?: FluxError }> {
  const { progress } = options;
  const objects = await selectObjects(kind, selection, kube);
  for (const object of objects) {
    const { name, namespace = '' } = object.metadata;
    progress.action(`resuming ${kind.human} ${name} in ${namespace} namespace`);
    if (readPath(object, 'spec', 'suspend') !== undefined) {
      await kube.patch(refIn(kind, namespace, name), { spec: { suspend: null } }, { type: 'merge', fieldManager: 'flux' });
    }
    progress.success(`${kind.human} resumed`);
  }
  const resumed = objects.map(({ metadata: { name, namespace = '' } }) => ({
    namespace,
    name,
    kind: kind.kind,
    suspended: false,
  }));
  if (!options.wait || !kind.reconciled || objects.every(isStatic)) return { changes: resumed };

  progress.waiting(`waiting for ${kind.kind} reconciliation`);
  const waits = await Promise.allSettled(
    objects.map((object) =>
      isStatic(object)
        ? Promise.resolve(object)
        : waitForObject(refOf(object), (live) => judgeReady(live, kind.kind), kube, options.signal, tellRetries(progress)),
    ),
  );
  const failures: FluxError[] = [];
  const changes = resumed.map((change, index): ObjectChange => {
    const outcome = waits[index];
    if (outcome?.status === 'fulfilled') {
      const message = successText(kind, outcome.value);
      progress.success(`${kind.kind} ${change.name} reconciliation completed`);
      progress.success(message);
      return { ...change, ready: true, message };
    }
    const reason = outcome?.reason;
    const failure = reason instanceof FluxError ? reason : new FluxError('objects/failed', messageOf(reason), { cause: reason });
    failures.push(failure);
    return { ...change, ready: false, message: failure.message };
  });
  if (failures.length === 0) return { changes };
  return {
    changes,
    error: new FluxError('objects/failed', `reconciliation failed for ${failures.length} ${kind.kind}(s)`, { errors: failures }),
  };
}

/**
 * Reads the objects that a verb is for; every name must exist.
 *
 * Effects: reads the cluster
 */
export async function selectObjects(kind: FluxKind, selection: Selection, kube: ObjectReader): Promise<K8sObject[]> {
  const { namespace, names, all, allNamespaces = false, labelSelector = '' } = selection;
  const isBulk = all || labelSelector !== '';
  if (names.length > 0 && (allNamespaces || labelSelector !== '')) {
    throw new FluxError('objects/bad-selection', 'names go neither with --label-selector nor with --all-namespaces', {
      hint: 'leave the names out, or the flags',
    });
  }
  if (!isBulk && (names.length === 0 || allNamespaces))
    throw new FluxError('objects/name-missing', `${kind.human} name is required`, {
      hint: allNamespaces ? 'for those of all namespaces: -A with --all or --label-selector' : 'or every one with --all',
    });
  if (isBulk) {
    const { items } = await kube.list(
      { apiVersion: apiVersionOf(kind), kind: kind.kind },
      { ...(allNamespaces ? {} : { namespace }), ...(labelSelector === '' ? {} : { labelSelector }) },
    );
    if (items.length === 0) {
      const where = allNamespaces ? 'any' : JSON.stringify(namespace);
      throw new FluxError('objects/not-found', `no ${kind.kind} objects found in ${where} namespace`);
    }
    return items;
  }
  const found: K8sObject[] = [];
  const missing: FluxError[] = [];
  for (const name of selection.names) {
    const object = await kube.get(refIn(kind, selection.namespace, name));
    if (object === undefined)
      missing.push(new FluxError('objects/not-found', `${kind.kind} ${name} not found in ${selection.namespace} namespace`));
    else found.push(object);
  }
  const [first, ...more] = missing;
  if (first === undefined) return found;
  throw more.length === 0
    ? first
    : new FluxError('objects/not-found', `${missing.length} objects not found, nothing was changed`, { errors: missing });
}

/** The reference to an object of a kind. */
export function refIn(kind: FluxKind, namespace: string, name: string): ObjectRef {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace, name };
}
