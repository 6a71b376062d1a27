import { REASON } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';

/**
 * Tells whether a Ready=False means that the controller waits for something else and tries again by itself, rather than that
 * it failed. Upstream has one reason for a source that is not there yet and for a path that does not exist; only the text
 * tells them apart.
 *
 * Effects: none
 * Source: kustomize-controller internal/controller/kustomization_controller.go, the messages that end in "retrying in …"
 */
export function guessWaiting(ready: JsonObject): boolean {
  const reason = readText(ready, 'reason');
  if (reason === REASON.dependencyNotReady) return true;
  return reason === REASON.artifactFailed && /\bretrying in \d/.test(readText(ready, 'message'));
}
