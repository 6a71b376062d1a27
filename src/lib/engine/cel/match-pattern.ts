import type { Pattern } from './parse-pattern.ts';
import type { Budget } from './types.ts';

/** One step of a pattern, laid out flat. */
type Step =
  | { readonly does: 'take'; readonly takes: (char: string) => boolean; readonly next: number }
  | { readonly does: 'fork'; readonly ways: readonly number[] }
  | { readonly does: 'look'; readonly place: Extract<Pattern, { is: 'place' }>['place']; readonly next: number }
  | { readonly does: 'end' };

/**
 * Tells whether a text has a match anywhere.
 *
 * All ways are gone at once, one character after the other, so that the time is bounded by the product of both lengths.
 *
 * Effects: none
 */
export function matchPattern(pattern: Pattern, text: string, budget: Budget): boolean {
  const steps: Step[] = [{ does: 'end' }];
  const start = lay(pattern, 0, steps);
  budget.spend(steps.length);
  const chars = [...text];
  let active: readonly number[] = [];
  for (let at = 0; at <= chars.length; at++) {
    const reached = reach([...active, start], steps, chars, at);
    budget.spend(reached.length + 1);
    if (reached.includes(0)) return true;
    const char = chars[at];
    if (char === undefined) return false;
    const next = new Set<number>();
    for (const index of reached) {
      const step = steps[index];
      if (step?.does === 'take' && step.takes(char)) next.add(step.next);
    }
    active = [...next];
  }
  return false;
}

/** Lays a pattern out before the step `next`; returns where it begins. */
function lay(pattern: Pattern, next: number, steps: Step[]): number {
  const add = (step: Step): number => steps.push(step) - 1;
  switch (pattern.is) {
    case 'nothing':
      return next;
    case 'char':
      return add({ does: 'take', takes: pattern.takes, next });
    case 'place':
      return add({ does: 'look', place: pattern.place, next });
    case 'both':
      return pattern.parts.reduceRight((after, part) => lay(part, after, steps), next);
    case 'either': {
      const ways = pattern.parts.map((part) => lay(part, next, steps));
      return add({ does: 'fork', ways });
    }
    case 'repeat': {
      let after = next;
      if (pattern.max === Number.POSITIVE_INFINITY) {
        const ways = [next];
        const loop = add({ does: 'fork', ways });
        ways.push(lay(pattern.part, loop, steps));
        after = loop;
      } else {
        for (let count = pattern.min; count < pattern.max; count++) {
          after = add({ does: 'fork', ways: [next, lay(pattern.part, after, steps)] });
        }
      }
      for (let count = 0; count < pattern.min; count++) after = lay(pattern.part, after, steps);
      return after;
    }
  }
}

/** The steps that are reached from these without taking a character. */
function reach(from: readonly number[], steps: readonly Step[], chars: readonly string[], at: number): number[] {
  const seen = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    if (step?.does === 'fork') open.push(...step.ways);
    else if (step?.does === 'look' && isAt(step.place, chars, at)) open.push(step.next);
  }
  return [...seen];
}

function isAt(place: Extract<Pattern, { is: 'place' }>['place'], chars: readonly string[], at: number): boolean {
  const isWord = (char: string | undefined): boolean => char !== undefined && /^[0-9A-Za-z_]$/.test(char);
  const isEdge = isWord(chars[at - 1]) !== isWord(chars[at]);
  switch (place) {
    case 'start':
      return at === 0;
    case 'end':
      return at === chars.length;
    case 'line-start':
      return at === 0 || chars[at - 1] === '\n';
    case 'line-end':
      return at === chars.length || chars[at] === '\n';
    case 'edge':
      return isEdge;
    case 'no-edge':
      return !isEdge;
  }
}
