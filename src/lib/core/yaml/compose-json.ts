import { setOwn } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Composer } from './compose-yaml.ts';

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
export function composeJson(text: string, composer: Composer, maxDepth: number): { readonly value: unknown } | undefined {
  const first = text.charAt(0);
  if ((first !== '{' && first !== '[') || !/^[\x20-\x7e]+\n?$/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    const line = text.endsWith('\n') ? text.slice(0, -1) : text;
    return JSON.stringify(value) === line ? { value: compose(value, composer, maxDepth) } : undefined;
  } catch (error) {
    // No JSON, or too deep for it or for us: the reader of YAML says so in its own words.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function compose(value: JsonValue, composer: Composer, depth: number): unknown {
  if (typeof value === 'string') return composer.scalar(scalarOf(value, false));
  if (typeof value !== 'object' || value === null) return composer.scalar(scalarOf(String(value), true));
  if (depth <= 0) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((item) => compose(item, composer, depth - 1));
  const object: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key.length > MAX_KEY_LENGTH) throw new RangeError('the key is too long');
    setOwn(object, composer.key(scalarOf(key, false)), compose(value[key] as JsonValue, composer, depth - 1) as JsonValue);
  }
  return object;
}

function scalarOf(text: string, plain: boolean): Parameters<Composer['scalar']>[0] {
  return { text, plain, folded: false, inFlow: true, tag: '', offset: 0 };
}
