import { FluxError } from '../../core/errors.ts';
import { cloneJson, equalJson, isJsonObject, setOwn } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';

/** One operation as written; its fields are checked when it is applied. */
export type Operation = JsonObject;

/**
 * Applies JSON6902 operations to a document.
 *
 * Effects: changes the document
 * Source: RFC 6902 as evanphx/json-patch v4 takes it: negative indexes count from the end, what is not in a map is null, and the whole
 * document can be replaced and tested, but nothing can be added in its place
 *
 * @returns the document, which is another one where an operation replaced the whole
 * @throws {FluxError} kustomize/json-patch: an operation does not apply
 */
export function applyJsonPatch(document: JsonValue, operations: readonly Operation[]): JsonValue {
  let result = document;
  for (const operation of operations) result = applyOperation(result, operation);
  return result;
}

function applyOperation(document: JsonValue, operation: Operation): JsonValue {
  const op = textField(operation, 'op');
  switch (op) {
    case 'add':
      return add(document, pathOf(operation, op), valueOf(operation));
    case 'remove':
      return remove(document, pathOf(operation, op));
    case 'replace':
      return replace(document, pathOf(operation, op), valueOf(operation));
    case 'move': {
      const from = fromOf(operation, op);
      const value = getAt(
        document,
        from,
        `move operation does not apply: doc is missing from path: ${from}`,
        `error in move for path: '${from}'`,
      );
      remove(document, from);
      return add(document, pathOf(operation, op), value);
    }
    case 'copy': {
      const from = fromOf(operation, op);
      const value = getAt(
        document,
        from,
        `copy operation does not apply: doc is missing from path: ${from}`,
        `error in copy for from: '${from}'`,
      );
      return add(document, pathOf(operation, op), cloneJson(value));
    }
    case 'test':
      return test(document, pathOf(operation, op), operation['value'] ?? null);
    default:
      throw failed(`unexpected kind of operation: "${op ?? ''}"`);
  }
}

function failed(message: string): FluxError {
  return new FluxError('kustomize/json-patch', `apply JSON patch: ${message}`);
}

function textField(operation: Operation, field: string): string | undefined {
  const value = operation[field];
  return typeof value === 'string' ? value : undefined;
}

function pathOf(operation: Operation, op: string): string {
  const path = textField(operation, 'path');
  if (path === undefined) throw failed(`${op} operation failed to decode path: the field "path" is missing`);
  return path;
}

function fromOf(operation: Operation, op: string): string {
  const from = textField(operation, 'from');
  if (from === undefined) throw failed(`${op} operation failed to decode from: the field "from" is missing`);
  return from;
}

function valueOf(operation: Operation): JsonValue {
  return cloneJson(operation['value'] ?? null);
}

type Container = JsonObject | JsonValue[];

/** The map or list that holds what a pointer names, and the last part of the pointer. */
function locate(document: JsonValue, pointer: string): { container: Container; key: string } | undefined {
  const parts = pointer.split('/');
  if (parts.length < 2) return undefined;
  let container: JsonValue = document;
  for (const part of parts.slice(1, -1)) {
    const next: JsonValue | undefined = getMember(container as Container, unescapePart(part));
    if (next === undefined || typeof next !== 'object' || next === null) return undefined;
    container = next;
  }
  if (typeof container !== 'object' || container === null) return undefined;
  return { container, key: unescapePart(parts.at(-1) ?? '') };
}

function unescapePart(part: string): string {
  return !part.includes('~') ? part : part.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));
}

function getMember(container: Container, key: string): JsonValue | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  const at = indexOf(key, container.length);
  return at === undefined ? undefined : container[at];
}

/** The index that a text means in a list of a length, counted from the end where negative; `undefined` where out of range. */
function indexOf(key: string, length: number): number | undefined {
  if (!/^[-+]?\d+$/.test(key)) return undefined;
  const index = Number(key);
  const at = index < 0 ? index + length : index;
  return at >= 0 && at < length ? at : undefined;
}

function getAt(document: JsonValue, pointer: string, missing: string, failure: string): JsonValue {
  const place = locate(document, pointer);
  if (place === undefined) throw failed(`${missing}: missing value`);
  return readAt(place, failure);
}

/** What is not in a map is taken for null, as in the original; what is not in a list is an error. */
function readAt({ container, key }: { container: Container; key: string }, failure: string): JsonValue {
  const value = getMember(container, key);
  if (value === undefined && Array.isArray(container)) throw failed(`${failure}: ${invalidIndex(key)}`);
  return value ?? null;
}

function invalidIndex(key: string): string {
  return `Unable to access invalid index: ${key}: invalid index referenced`;
}

function add(document: JsonValue, pointer: string, value: JsonValue): JsonValue {
  const place = locate(document, pointer);
  if (place === undefined) throw failed(`add operation does not apply: doc is missing path: "${pointer}": missing value`);
  const { container, key } = place;
  if (!Array.isArray(container)) {
    setOwn(container, key, value);
    return document;
  }
  if (key === '-') {
    container.push(value);
    return document;
  }
  const at = indexOf(key, container.length + 1);
  if (at === undefined) {
    const what = /^[-+]?\d+$/.test(key)
      ? `Unable to access invalid index: ${key}: invalid index referenced`
      : `value was not a proper array index: '${key}'`;
    throw failed(`error in add for path: '${pointer}': ${what}`);
  }
  container.splice(at, 0, value);
  return document;
}

function remove(document: JsonValue, pointer: string): JsonValue {
  const place = locate(document, pointer);
  if (place === undefined) throw failed(`remove operation does not apply: doc is missing path: "${pointer}": missing value`);
  const { container, key } = place;
  if (Array.isArray(container)) {
    const at = indexOf(key, container.length);
    if (at === undefined) throw failed(`error in remove for path: '${pointer}': ${invalidIndex(key)}`);
    container.splice(at, 1);
    return document;
  }
  if (!Object.hasOwn(container, key)) {
    throw failed(`error in remove for path: '${pointer}': Unable to remove nonexistent key: ${key}: missing value`);
  }
  delete container[key];
  return document;
}

function replace(document: JsonValue, pointer: string, value: JsonValue): JsonValue {
  if (pointer === '') return demandContainer(value);
  const place = locate(document, pointer);
  if (place === undefined) throw failed(`replace operation does not apply: doc is missing path: ${pointer}: missing value`);
  const { container, key } = place;
  if (!Array.isArray(container)) {
    // Like the original, and unlike RFC 6902, it may be new.
    setOwn(container, key, value);
    return document;
  }
  const at = indexOf(key, container.length);
  if (at === undefined) throw failed(`replace operation does not apply: doc is missing key: ${pointer}: missing value`);
  container[at] = value;
  return document;
}

function demandContainer(value: JsonValue): JsonValue {
  if (isJsonObject(value) || Array.isArray(value)) return value;
  throw failed('replace operation value must be object or array');
}

function test(document: JsonValue, pointer: string, wanted: JsonValue): JsonValue {
  if (pointer === '') {
    if (equalJson(document, wanted)) return document;
    throw failed(`testing value ${pointer} failed: test failed`);
  }
  const place = locate(document, pointer);
  if (place === undefined) throw failed(`test operation does not apply: is missing path: ${pointer}: missing value`);
  const value = readAt(place, `error in test for path: '${pointer}'`);
  if (!equalJson(value, wanted)) throw failed(`testing value ${pointer} failed: test failed`);
  return document;
}
