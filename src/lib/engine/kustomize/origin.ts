import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import type { JsonObject } from '../../core/json.ts';

/** Where a resource came from, or what changed it. */
export interface Origin {
  readonly path?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly configuredIn?: string;
  readonly configuredBy?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
}

/** Annotation that holds the origin. */
export const ORIGIN_ANNOTATION = 'config.kubernetes.io/origin';

/** Annotation that holds what changed a resource. */
export const TRANSFORMATIONS_ANNOTATION = 'alpha.config.kubernetes.io/transformations';

/** The origin one step further down. */
export function appendPath(origin: Origin, path: string): Origin {
  return { ...origin, path: cleanJoin(origin.path ?? '', path) };
}

/** Joins relative paths and takes `.` and `..` out where that is possible. */
export function cleanJoin(...paths: readonly string[]): string {
  const parts: string[] = [];
  for (const part of paths.join('/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/') || (paths.join('') === '' ? '' : '.');
}

/** The text of an origin, its fields in the order of the original's struct. */
export function formatOrigin(origin: Origin): string {
  return emitOrdered(orderedOrigin(origin), '');
}

/** The text of a list of transformations. */
export function formatTransformations(origins: readonly Origin[]): string {
  return origins.map((origin) => `- ${emitOrdered(orderedOrigin(origin), '  ').slice(2)}`).join('');
}

function orderedOrigin({ path, repo, ref, configuredIn, configuredBy }: Origin): [string, string | JsonObject | undefined][] {
  return [
    ['path', path],
    ['repo', repo],
    ['ref', ref],
    ['configuredIn', configuredIn],
    ['configuredBy', configuredBy === undefined ? undefined : { ...configuredBy }],
  ];
}

function emitOrdered(fields: readonly [string, string | JsonObject | undefined][], margin: string): string {
  let text = '';
  for (const [key, value] of fields) {
    if (value === undefined || value === '') continue;
    const lines = emitYaml({ [key]: value })
      .trimEnd()
      .split('\n');
    text += lines.map((line) => `${margin}${line}\n`).join('');
  }
  return text;
}
