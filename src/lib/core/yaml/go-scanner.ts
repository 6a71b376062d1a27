import { EVENT_ID, SCALAR_STYLE } from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';

/** What is wrong to Go's YAML libraries, and where. */
export interface Refusal {
  readonly what: string;
  readonly offset: number;
}

/**
 * Tells what Go's scanner has against a scalar without quotes within brackets, where the parser takes it for text: there a colon at the
 * start is never text, and a question mark nowhere.
 *
 * Effects: none
 * Differs: `[?x]` is a map to Go; here it is refused, as nobody means one
 */
export function refusePlainInFlow(text: string, { valueStart, valueEnd }: ScalarEvent): Refusal | undefined {
  if (text.charAt(valueStart) === ':') return { what: 'did not find expected node content', offset: valueStart };
  const mark = text.slice(valueStart, valueEnd).indexOf('?');
  return mark < 0 ? undefined : { what: "did not find expected ',' or a closing bracket", offset: valueStart + mark };
}

/** Tells whether a scalar without quotes within brackets is to Go text that ends with the colon behind it. */
export function endsWithColon(text: string, { style, valueStart, valueEnd }: ScalarEvent): boolean {
  return (
    style === SCALAR_STYLE.PLAIN && valueStart >= 0 && text.charAt(valueEnd) === ':' && FLOW_SIGNS.has(text.charAt(valueEnd + 1))
  );
}

const FLOW_SIGNS: ReadonlySet<string> = new Set(',[]{}');

/**
 * Tells what Go's scanner has against a key within braces: a bracket right behind its colon, or a line break before it.
 *
 * Effects: none
 */
export function refuseFlowKey(text: string, key: ScalarEvent): Refusal | undefined {
  if (key.valueStart < 0) return undefined;
  const isQuoted = key.style !== SCALAR_STYLE.PLAIN;
  const end = key.valueEnd + (isQuoted ? 1 : 0);
  const what = "did not find expected ',' or '}'";
  if (endsWithColon(text, key) && '[{'.includes(text.charAt(end + 1))) return { what, offset: end + 1 };
  const colon = /\s*(?:#[^\n]*\n\s*)*:/y;
  colon.lastIndex = end;
  if (!colon.test(text) || !text.slice(key.valueStart, colon.lastIndex).includes('\n')) return undefined;
  return isExplicit(text, key) ? undefined : { what, offset: colon.lastIndex - 1 };
}

/** Tells whether a question mark is before a key. */
function isExplicit(text: string, key: ScalarEvent): boolean {
  let at = startOf(key) - 1;
  while (/\s/.test(text.charAt(at))) at--;
  return text.charAt(at) === '?';
}

/**
 * Tells what Go's scanner has against an item of a list without brackets: a tab between the dash and it.
 *
 * Effects: none
 */
export function refuseTabAfterDash(text: string, item: Event | undefined): Refusal | undefined {
  const start = startOf(item);
  let at = start - 1;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at--;
  if (text.charAt(at) !== '-' || !text.slice(at + 1, start).includes('\t')) return undefined;
  return { what: 'found character that cannot start any token', offset: text.indexOf('\t', at) };
}

/** Where a node starts, its anchor and tag included; -1 where it has no text of its own. Of a block it is the text. */
function startOf(event: Event | undefined): number {
  switch (event?.type) {
    case EVENT_ID.SCALAR: {
      const { style, valueStart, anchorStart, tagStart } = event;
      const isQuoted = style === SCALAR_STYLE.DOUBLE_QUOTED || style === SCALAR_STYLE.SINGLE_QUOTED;
      return first(isQuoted ? valueStart - 1 : valueStart, anchorStart - 1, tagStart);
    }
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return first(event.start, event.anchorStart - 1, event.tagStart);
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return -1;
  }
}

function first(...offsets: number[]): number {
  return Math.min(...offsets.filter((offset) => offset >= 0));
}
