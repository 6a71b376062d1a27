import type { JsonValue } from '../../core/json.ts';
import { isJsonObject, setOwn } from '../../core/json.ts';
import { Written } from './node.ts';
import type { Node } from './node.ts';

/**
 * Makes a value of JSON that has gone through Go's decoder: all numbers are doubles, and from a million up their text has an
 * exponent.
 *
 * Effects: changes the value, and gives it back
 */
export function throughJsonDoubles(value: JsonValue): Node {
  if (typeof value === 'bigint') return doubleNode(Number(value));
  if (typeof value === 'number') return doubleNode(value);
  if (Array.isArray(value)) {
    const list = value as Node[];
    for (let at = 0; at < value.length; at++) {
      const old = value[at] ?? null;
      const changed = throughJsonDoubles(old);
      if (changed !== old) list[at] = changed;
    }
    return list;
  }
  if (!isJsonObject(value)) return value;
  for (const key of Object.keys(value)) {
    const old = value[key];
    if (old === undefined) continue;
    const changed = throughJsonDoubles(old);
    if (changed !== old) setOwn(value, key, changed as JsonValue);
  }
  return value as Node;
}

function doubleNode(value: number): Node {
  const size = Math.abs(value);
  if (size < 1e6 && (size >= 1e-4 || value === 0)) return value;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = String(Math.abs(Number(exponent))).padStart(2, '0');
  return new Written('float', `${mantissa}e${Number(exponent) < 0 ? '-' : '+'}${digits}`);
}
