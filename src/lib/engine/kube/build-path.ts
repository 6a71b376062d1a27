import type { ApiResource } from './types.ts';

/** What a path leads to. */
export interface PathTarget {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** Query values; undefined and false ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Builds the path of an object, or of the list of a type.
 *
 * Effects: none
 *
 * @example buildPath(deployments, { namespace: 'apps', name: 'web' }) // '/apis/apps/v1/namespaces/apps/deployments/web'
 */
export function buildPath(
  resource: Pick<ApiResource, 'group' | 'version' | 'plural' | 'namespaced'>,
  target: PathTarget,
  query: Query = {},
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const namespace =
    resource.namespaced && target.namespace !== undefined && target.namespace !== ''
      ? `/namespaces/${encodeURIComponent(target.namespace)}`
      : '';
  const name = target.name === undefined ? '' : `/${encodeURIComponent(target.name)}`;
  const subresource = target.subresource === undefined ? '' : `/${target.subresource}`;
  return `${root}${namespace}/${resource.plural}${name}${subresource}${formatQuery(query)}`;
}

/**
 * Writes a query with its question mark; empty where there is nothing to ask.
 *
 * Effects: none
 *
 * @example formatQuery({ limit: 5, continue: undefined, watch: true }) // '?limit=5&watch=true'
 */
export function formatQuery(query: Query): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== false) parts.push(`${key}=${encodeURIComponent(String(value))}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
