import { REASON } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import { apiVersionOf, KINDS } from '../../core/kinds.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';

/** What helm-controller says of a chart that nobody has looked at yet; all else that it says there is why the chart failed. */
const NOT_YET = ['latest generation of object has not been reconciled', 'does not have an artifact'];

/**
 * Tells whether a Ready=False means that the controller waits for something else and tries again by itself, rather than that
 * it failed. Upstream has one reason for a source that is not there yet and for a path that does not exist; only the text
 * tells them apart.
 *
 * Effects: none
 * Source: kustomize-controller internal/controller/kustomization_controller.go, helm-controller
 * internal/controller/helmrelease_controller.go, the messages that end in "retrying in …" and those of isReady
 */
export function guessWaiting(ready: JsonObject): boolean {
  const reason = readText(ready, 'reason');
  if (reason === REASON.dependencyNotReady) return true;
  const message = readText(ready, 'message');
  if (reason === REASON.sourceNotReady) return NOT_YET.some((text) => message.endsWith(`is not ready: ${text}`));
  return reason === REASON.artifactFailed && /\bretrying in \d/i.test(message);
}

/**
 * Finds the source that a HelmRelease says it waits for.
 *
 * Effects: none
 * Source: helm-controller internal/controller/helmrelease_controller.go, isReady
 *
 * @returns `undefined` where it waits for nothing that is named
 */
export function findAwaited(ready: JsonObject): ObjectRef | undefined {
  if (readText(ready, 'reason') !== REASON.sourceNotReady || !guessWaiting(ready)) return undefined;
  const [, kindName = '', namespace = '', name = ''] =
    /^(\w+) '([^/']+)\/([^/']+)' is not ready: /.exec(readText(ready, 'message')) ?? [];
  const kind = KINDS.find((candidate) => candidate.kind === kindName);
  return kind === undefined ? undefined : { apiVersion: apiVersionOf(kind), kind: kindName, namespace, name };
}
