import { FluxError, isFluxError } from '../../core/errors.ts';
import { CONDITION } from '../../core/flux.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { formatSubject } from '../../core/objects.ts';
import { readCondition, readPath, readText } from '../../core/read-object.ts';
import { guessActsAsNobody } from './guess-acts-as-nobody.ts';
import { findAwaited, guessWaiting } from './guess-waiting.ts';
import type { ObjectWatcher } from './ports.ts';

/** What an object's state means to somebody who waits for it. */
export type Verdict =
  | { readonly done: true }
  /** `awaited`: what it waits for in turn, and will hear of late where that fails. */
  | { readonly done: false; readonly awaited?: ObjectRef }
  | { readonly done: 'failed'; readonly message: string };

/**
 * Watches an object until a test says that it is done, or has failed. Where it waits for another one, that is watched as well:
 * its failure ends the wait, too.
 *
 * Effects: reads the cluster
 *
 * @param onLook sees each state of the object before it is judged
 * @throws {FluxError} objects/failed: the test says so; objects/deleted; objects/timeout: the signal's time limit was reached
 * @throws the signal's reason where it was aborted for another one
 */
export async function waitForObject(
  ref: ObjectRef,
  judge: (object: K8sObject) => Verdict,
  kube: ObjectWatcher,
  signal: AbortSignal,
  onLook?: (object: K8sObject) => void,
): Promise<K8sObject> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let last: K8sObject | undefined;
  const awaited = new Map<string, Promise<void>>();
  let failure: FluxError | undefined;
  try {
    for await (const event of kube.watch(ref, {
      ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
      fieldSelector: `metadata.name=${ref.name}`,
      signal: either,
    })) {
      if (event.type === 'SYNCED') continue;
      if (event.type === 'DELETED')
        throw new FluxError('objects/deleted', `${formatSubject(ref)} was deleted meanwhile`, { subject: ref });
      last = event.object;
      onLook?.(event.object);
      const verdict = judge(event.object);
      if (verdict.done === true) return event.object;
      if (verdict.done === 'failed') throw failed(verdict.message, ref, event.object);
      const other = verdict.awaited;
      if (other === undefined || awaited.has(formatSubject(other))) continue;
      const watching = findFailure(other, kube, either).then((found) => {
        if (found === undefined) return;
        const message = `${ref.kind} waits for ${formatSubject(other)}: ${found.message}`;
        failure = new FluxError('objects/failed', message, { subject: other, cause: found });
        stop.abort();
      });
      awaited.set(formatSubject(other), watching);
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (!signal.aborted || (error instanceof FluxError && error.code.startsWith('objects/'))) throw error;
    // Only a time limit is a timeout; whoever interrupts the wait gets their own reason back.
    if (!(signal.reason instanceof Error && signal.reason.name === 'TimeoutError')) throw signal.reason;
  } finally {
    stop.abort();
    await Promise.all(awaited.values());
  }
  if (failure !== undefined) throw failure;
  throw new FluxError('objects/timeout', `timed out waiting for ${formatSubject(ref)}: ${stateOf(last)}`, { subject: ref });
}

/** Watches an object that another one waits for, and returns why it failed; whoever may not watch it gets no answer. */
async function findFailure(ref: ObjectRef, kube: ObjectWatcher, signal: AbortSignal): Promise<FluxError | undefined> {
  try {
    await waitForObject(ref, (live) => judgeReady(live, ref.kind), kube, signal);
  } catch (error) {
    if (isFluxError(error, 'objects/failed')) return error;
  }
  return undefined;
}

/** A failure as its controller tells it; under narrow roles with what lets the controller act as the account. */
function failed(message: string, subject: ObjectRef, object: K8sObject): FluxError {
  const account = readText(object, 'spec', 'serviceAccountName');
  if (account === '' || !guessActsAsNobody(message)) return new FluxError('objects/failed', message, { subject });
  const command = `flux-ts rbac role controllers -n ${subject.namespace} --account=${account}`;
  return new FluxError('objects/failed', message, { subject, hint: `let it act as that account:  ${command}` });
}

/** The state of an object in a few words. */
function stateOf(object: K8sObject | undefined): string {
  if (object === undefined) return 'it is not there';
  const ready = readCondition(object, CONDITION.ready);
  if (ready === undefined) return 'no controller has written a status yet';
  return `Ready is ${readText(ready, 'status')}, ${readText(ready, 'message')}`;
}

/**
 * Judges readiness as the flux CLI does: the controller has seen this generation, and Ready is of this generation too. Controllers
 * write the conditions first and the rest of the status after them, so that Ready=True alone is not the end.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/readiness.go
 * Differs: Ready=False ends the wait at once, unless the controller says that it waits for something else; upstream waits for
 * its time limit, since a retry may follow.
 */
export function judgeReady(object: K8sObject, kindName: string): Verdict {
  const generation = object.metadata.generation ?? 0;
  if (
    Number(readPath(object, 'status', 'observedGeneration') ?? -1) < 0 &&
    readCondition(object, CONDITION.ready) === undefined
  ) {
    return { done: false };
  }
  const stalled = readCondition(object, CONDITION.stalled);
  if (readText(stalled, 'status') === 'True')
    return { done: 'failed', message: `${kindName} is stalled: ${readText(stalled, 'message')}` };
  const ready = readCondition(object, CONDITION.ready);
  if (ready === undefined) return { done: false };
  const seen = Number(readPath(ready, 'observedGeneration') ?? readPath(object, 'status', 'observedGeneration') ?? generation);
  if (seen !== generation) return { done: false };
  switch (readText(ready, 'status')) {
    case 'True':
      return Number(readPath(object, 'status', 'observedGeneration') ?? generation) === generation
        ? { done: true }
        : { done: false };
    case 'False': {
      if (!guessWaiting(ready))
        return { done: 'failed', message: `${kindName} reconciliation failed: '${readText(ready, 'message')}'` };
      const awaited = findAwaited(ready);
      return awaited === undefined ? { done: false } : { done: false, awaited };
    }
    default:
      return { done: false };
  }
}
