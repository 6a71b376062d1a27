import { equalJson, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Difference } from './types.ts';

/**
 * Finds where two values differ, as a person would point at it: entries of lists that have names are compared by name, and
 * what came and what went at one place are told together.
 *
 * Effects: none
 * Source: homeport/dyff pkg/dyff/core.go, for which places it names
 *
 * @returns in the order of the keys as they are; a place comes before the places below it
 */
export function compareValues(from: JsonValue, to: JsonValue, path: readonly string[] = []): Difference[] {
  if (equalJson(from, to)) return [];
  if (isJsonObject(from) && isJsonObject(to)) return compareMaps(from, to, path);
  if (Array.isArray(from) && Array.isArray(to)) return compareLists(from, to, path);
  return [{ path, from, to }];
}

function compareMaps(from: JsonObject, to: JsonObject, path: readonly string[]): Difference[] {
  const below: Difference[] = [];
  const removed: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const other = Object.hasOwn(to, key) ? to[key] : undefined;
    if (other === undefined) removed.push([key, value]);
    else below.push(...compareValues(value, other, [...path, key]));
  }
  const added = Object.entries(to).filter(
    (entry): entry is [string, JsonValue] =>
      entry[1] !== undefined && (!Object.hasOwn(from, entry[0]) || from[entry[0]] === undefined),
  );
  return [...cameAndWent(path, fromEntries(removed), fromEntries(added)), ...below];
}

function compareLists(from: readonly JsonValue[], to: readonly JsonValue[], path: readonly string[]): Difference[] {
  const key = identifierOf(from, to);
  if (key !== undefined) return compareNamed(from as JsonObject[], to as JsonObject[], key, path);
  const [only] = from;
  const [other] = to;
  if (from.length === 1 && to.length === 1 && only !== undefined && other !== undefined) {
    return compareValues(only, other, [...path, '0']);
  }
  const removed = without(from, to);
  const added = without(to, from);
  if (removed.length > 0 || added.length > 0) return cameAndWent(path, removed, added);
  return [{ path, from: [...from], to: [...to], reordered: true }];
}

function compareNamed(
  from: readonly JsonObject[],
  to: readonly JsonObject[],
  key: string,
  path: readonly string[],
): Difference[] {
  const nameOf = (entry: JsonObject): string => String(entry[key]);
  const others = new Map(to.map((entry) => [nameOf(entry), entry]));
  const own = new Map(from.map((entry) => [nameOf(entry), entry]));
  const removed = from.filter((entry) => !others.has(nameOf(entry)));
  const added = to.filter((entry) => !own.has(nameOf(entry)));
  const stay = from.map(nameOf).filter((name) => others.has(name));
  const then = to.map(nameOf).filter((name) => own.has(name));
  const isReordered = stay.some((name, index) => name !== then[index]);
  const below = stay.flatMap((name) => {
    const [entry, other] = [own.get(name), others.get(name)];
    return entry === undefined || other === undefined ? [] : compareValues(entry, other, [...path, name]);
  });
  return [
    ...cameAndWent(path, removed, added),
    ...(isReordered ? [{ path, from: stay, to: then, reordered: true }] : []),
    ...below,
  ];
}

/** What names the entries of lists in Kubernetes objects, in the order in which it is tried. */
const IDENTIFIERS: readonly string[] = ['name', 'key', 'id', 'containerPort', 'mountPath', 'devicePath'];

/** The key by which all entries of both lists can be told apart. */
function identifierOf(from: readonly JsonValue[], to: readonly JsonValue[]): string | undefined {
  if (from.length === 0 || to.length === 0) return undefined;
  const isNamedBy = (list: readonly JsonValue[], key: string): boolean => {
    const names = list.map((entry) => (isJsonObject(entry) ? entry[key] : undefined));
    return names.every(isScalar) && new Set(names.map(String)).size === names.length;
  };
  return IDENTIFIERS.find((key) => isNamedBy(from, key) && isNamedBy(to, key));
}

function isScalar(value: JsonValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
}

/** The entries of a list that another does not have; one that is there twice has to be there twice. */
function without(list: readonly JsonValue[], others: readonly JsonValue[]): JsonValue[] {
  const left = [...others];
  return list.filter((entry) => {
    const at = left.findIndex((other) => equalJson(entry, other));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function cameAndWent(path: readonly string[], removed: JsonValue, added: JsonValue): Difference[] {
  const count = (value: JsonValue): number => Object.keys(value as object).length;
  if (count(removed) === 0 && count(added) === 0) return [];
  return [{ path, ...(count(removed) === 0 ? {} : { removed }), ...(count(added) === 0 ? {} : { added }) }];
}

function fromEntries(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}
