import { isJsonObject, type JsonValue, parseJson } from '../../core/json.ts';

/** A line of a controller's log. */
export interface LogLine {
  readonly timestamp: string;
  readonly level: string;
  /** Kind of the object that it is about; empty where it is about none. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly message: string;
  readonly error: string;
}

/**
 * Reads a line of a controller's log; `undefined` where it is none of its own.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/logs.go
 */
export function parseLogLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let entry: JsonValue;
  try {
    entry = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(entry)) return undefined;
  const field = (...keys: readonly string[]): string => {
    for (const key of keys) {
      const value = isJsonObject(entry) ? entry[key] : undefined;
      if (typeof value === 'string' && value !== '') return value;
    }
    return '';
  };
  return {
    timestamp: field('ts'),
    level: field('level'),
    kind: field('reconciler kind', 'controllerKind'),
    name: field('name'),
    namespace: field('namespace'),
    message: field('msg'),
    error: field('error'),
  };
}

/** Which lines are wanted. */
export interface LogFilter {
  /** Empty means all. */
  readonly level: string;
  readonly kind: string;
  readonly name: string;
  /** Absent means all namespaces, and lines about none. */
  readonly namespace?: string;
}

/** Tells whether a line is wanted; names are compared without regard to case. */
export function fitsFilter(line: LogLine, filter: LogFilter): boolean {
  const same = (wanted: string, value: string): boolean => wanted === '' || wanted.toLowerCase() === value.toLowerCase();
  if (filter.level !== '' && filter.level !== line.level) return false;
  if (!same(filter.kind, line.kind) || !same(filter.name, line.name)) return false;
  return filter.namespace === undefined || filter.namespace.toLowerCase() === line.namespace.toLowerCase();
}

/**
 * Writes a line for people.
 *
 * @example `2026-01-02T03:04:05Z info Kustomization/web.apps - reconciliation finished `
 */
export function formatLogLine({ timestamp, level, kind, name, namespace, message, error }: LogLine): string {
  const object = name === '' ? kind : `${kind}/${name}.${namespace}`;
  return `${timestamp} ${level} ${object} - ${message} ${error}`;
}
