import { cloneJson, isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';

/** Of a list, Helm makes no longer ones. */
const LONGEST_LIST = 65_536;

/**
 * Sets a value deep in a map, as Helm's `--set` does: dots part keys unless a backslash is before them, brackets number the
 * entries of a list. A value in quotes is a text; else numbers, booleans and null are what they look like.
 *
 * Effects: none
 * Source: helm pkg/strvals; fluxcd/pkg chartutil ReplacePathValue
 *
 * @example setValueAt({}, 'a.b[0]', '1') // {a: {b: [1]}}
 */
export function setValueAt(values: JsonObject, path: string, text: string): JsonObject {
  const copy = cloneJson(values);
  const steps = parseSteps(path);
  let holder: JsonValue = copy;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const next: JsonValue = isLast ? readTyped(text) : containerAt(holder, step, steps[index + 1]);
    if (Array.isArray(holder) && typeof step === 'number' && step < LONGEST_LIST) {
      while (holder.length < step) holder.push(null);
      holder[step] = next;
    } else if (isJsonObject(holder)) {
      setOwn(holder, String(step), next);
    }
    holder = next;
  }
  return copy;
}

/** What is at a step already, where the next one can go on in it, or a new holder. */
function containerAt(holder: JsonValue, step: string | number, next: string | number | undefined): JsonValue {
  const found = Array.isArray(holder)
    ? holder[Number(step)]
    : isJsonObject(holder) && Object.hasOwn(holder, String(step))
      ? holder[String(step)]
      : undefined;
  if (typeof next === 'number') return Array.isArray(found) ? found : [];
  return isJsonObject(found) ? found : {};
}

function parseSteps(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const part of path.split(/(?<!\\)\./)) {
    const [, key = '', brackets = ''] = /^(.*?)((?:\[\d+\])*)$/s.exec(part) ?? [];
    if (key !== '') steps.push(key.replaceAll(/\\(.)/g, '$1'));
    for (const [, digits] of brackets.matchAll(/\[(\d+)\]/g)) steps.push(Number(digits));
  }
  return steps;
}

function readTyped(text: string): JsonValue {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted !== null) return quoted[2] ?? '';
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  if (/^null$/i.test(text)) return null;
  if (/^(?:0|-?[1-9]\d*)$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  return text;
}
