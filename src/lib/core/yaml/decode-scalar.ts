import { CHOMPING_MODE, EVENT_ID, getScalarValue } from 'js-yaml';
import type { ScalarEvent } from 'js-yaml';

/**
 * Tells the text of a scalar with escapes, or of several lines.
 *
 * Effects: none
 *
 * @param start where it starts, behind a quote
 * @param end where it ends, before a quote
 */
export function decodeScalar(text: string, start: number, end: number, style: ScalarEvent['style']): string {
  return getScalarValue(text, {
    type: EVENT_ID.SCALAR,
    valueStart: start,
    valueEnd: end,
    anchorStart: -1,
    anchorEnd: -1,
    tagStart: -1,
    tagEnd: -1,
    style,
    chomping: CHOMPING_MODE.CLIP,
    indent: -1,
    fast: false,
  });
}
