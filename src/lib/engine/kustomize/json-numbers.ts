import type { JsonObject, JsonValue } from '../../core/json.ts';
import { isJsonObject, setOwn } from '../../core/json.ts';
import { Written } from './node.ts';
import type { Node } from './node.ts';

/**
 * Makes a value of JSON that has gone through Go's decoder: all numbers are doubles, and from a million up their text has an
 * exponent.
 */
export function fromJsonDoubles(value: JsonValue): Node {
  if (typeof value === 'bigint') return doubleNode(Number(value));
  if (typeof value === 'number') return doubleNode(value);
  if (Array.isArray(value)) return value.map(fromJsonDoubles);
  if (!isJsonObject(value)) return value;
  const map: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) setOwn(map, key, fromJsonDoubles(member) as JsonValue);
  }
  return map as Node;
}

function doubleNode(value: number): Node {
  const size = Math.abs(value);
  if (size < 1e6 && (size >= 1e-4 || value === 0)) return value;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = String(Math.abs(Number(exponent))).padStart(2, '0');
  return new Written('float', `${mantissa}e${Number(exponent) < 0 ? '-' : '+'}${digits}`);
}
