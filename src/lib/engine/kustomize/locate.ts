import { EVENT_ID, getScalarValue } from 'js-yaml';
import type { Event } from 'js-yaml';
import { offsetOf, parseLeniently, positionAt } from '../../core/yaml/index.ts';

/**
 * Finds where in a YAML text a value stands: for messages, so nothing is said where the text cannot be read.
 *
 * Effects: none
 *
 * @param path keys and indexes from the top
 */
export function locatePath(text: string, path: readonly (string | number)[]): { line: number; column: number } | undefined {
  let events: readonly Event[];
  try {
    ({ events } = parseLeniently(text, ''));
  } catch {
    return undefined;
  }
  let at = 1;
  for (const part of path) {
    const next = step(text, events, at, part);
    if (next === undefined) break;
    at = next;
  }
  const event = events[at];
  return event === undefined || event.type === EVENT_ID.POP ? undefined : positionAt(text, offsetOf(event));
}

/** The event of a member's value. */
function step(text: string, events: readonly Event[], start: number, part: string | number): number | undefined {
  const container = events[start];
  let at = start + 1;
  if (container?.type === EVENT_ID.SEQUENCE && typeof part === 'number') {
    for (let index = 0; index < part; index++) at = skip(events, at);
    return events[at]?.type === EVENT_ID.POP ? undefined : at;
  }
  if (container?.type !== EVENT_ID.MAPPING) return undefined;
  while (at < events.length && events[at]?.type !== EVENT_ID.POP) {
    const key = events[at];
    const value = skip(events, at);
    if (key?.type === EVENT_ID.SCALAR && getScalarValue(text, key) === String(part)) return value;
    at = skip(events, value);
  }
  return undefined;
}

function skip(events: readonly Event[], start: number): number {
  let depth = 0;
  for (let at = start; at < events.length; at++) {
    const { type } = events[at] as Event;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return at + 1;
  }
  return events.length;
}
