import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ScalarRules } from './scalar-rules.ts';

/** To YAML a longer key is none. */
const MAX_KEY_LENGTH = 1000;

/**
 * Makes values from JSON just as `JSON.stringify` writes it, on one line of ASCII. That is YAML too, and read so it takes a tenth
 * of the time. Any other text is left to the reader of YAML: JSON and YAML differ in what they say of keys that come twice, of
 * numbers that are written in unusual ways, and of line breaks.
 *
 * Effects: none
 *
 * @returns the value alone in an object; `undefined` where the text is not of that form
 */
export function composeJson(text: string, rules: ScalarRules, maxDepth: number): { readonly value: unknown } | undefined {
  const first = text.charAt(0);
  if ((first !== '{' && first !== '[') || !/^[\x20-\x7e]+\n?$/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    const line = text.endsWith('\n') ? text.slice(0, -1) : text;
    return JSON.stringify(value) === line ? { value: compose(value, rules, maxDepth) } : undefined;
  } catch (error) {
    // No JSON, or too deep for it or for us: the reader of YAML says so in its own words.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function compose(value: JsonValue, rules: ScalarRules, depth: number): unknown {
  if (typeof value === 'string') return rules.quoted(value, false);
  if (typeof value !== 'object' || value === null) {
    const scalar = rules.plain(String(value), true);
    if (scalar === undefined) throw new RangeError('only the general reader knows');
    return scalar;
  }
  if (depth <= 0) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((item) => compose(item, rules, depth - 1));
  const object: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key.length > MAX_KEY_LENGTH) throw new RangeError('the key is too long');
    if (key === '<<') throw new RangeError('only the general reader knows');
    setOwn(object, key, compose(value[key] as JsonValue, rules, depth - 1) as JsonValue);
  }
  return object;
}
