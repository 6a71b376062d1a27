import { CONDITION } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { readCondition, readPath, readText } from '../../core/read-object.ts';
import { findAwaited, guessWaiting } from './guess-waiting.ts';

/**
 * Makes what tells each reason for which a controller tries again by itself, once, while an object is waited for. That it
 * waits for its own source is the usual course of things, and is not told.
 *
 * Effects: none; what it returns writes to the story
 *
 * @param counts false for a state that an earlier run left; default: that of an older generation
 */
export function tellRetries(progress: Progress, counts: (object: K8sObject) => boolean = isCurrent): (object: K8sObject) => void {
  let told = '';
  return (object) => {
    const ready = readCondition(object, CONDITION.ready);
    if (ready === undefined || !counts(object) || readText(ready, 'status') !== 'False' || !guessWaiting(ready)) return;
    if (findAwaited(ready) !== undefined) return;
    const message = readText(ready, 'message');
    if (message === told) return;
    told = message;
    progress.waiting(/\bretrying in \d/i.test(message) ? message : `${message}, the controller tries again`);
  };
}

function isCurrent(object: K8sObject): boolean {
  return readPath(readCondition(object, CONDITION.ready), 'observedGeneration') === object.metadata.generation;
}
