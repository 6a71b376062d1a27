import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { ApiResource } from './types.ts';

/** The resource types of a server. */
export interface Discovery {
  /** In the server's order of groups, preferred versions first. */
  readonly resources: readonly ApiResource[];
  /** Group versions that the server has but could not tell about, as `group/version`. */
  readonly incomplete: readonly string[];
}

/**
 * Reads an aggregated discovery document.
 *
 * Effects: none
 * Source: k8s.io/api apidiscovery/v2 types
 *
 * @returns `undefined` where the document is another one (an older server)
 */
export function parseAggregatedDiscovery(document: JsonValue): Discovery | undefined {
  if (!isJsonObject(document) || document['kind'] !== 'APIGroupDiscoveryList') return undefined;
  const resources: ApiResource[] = [];
  const incomplete: string[] = [];
  for (const item of objectsIn(document['items'])) {
    const metadata = item['metadata'];
    const group = isJsonObject(metadata) ? textOf(metadata['name']) : '';
    for (const entry of objectsIn(item['versions'])) {
      const version = textOf(entry['version']);
      if (entry['freshness'] === 'Stale') incomplete.push(joinGroupVersion(group, version));
      for (const resource of objectsIn(entry['resources'])) {
        const responseKind = resource['responseKind'];
        if (!isJsonObject(responseKind) || textOf(responseKind['kind']) === '') continue;
        resources.push({
          group,
          version,
          kind: textOf(responseKind['kind']),
          plural: textOf(resource['resource']),
          singular: textOf(resource['singularResource']),
          shortNames: textsIn(resource['shortNames']),
          categories: textsIn(resource['categories']),
          namespaced: resource['scope'] === 'Namespaced',
          verbs: textsIn(resource['verbs']),
        });
      }
    }
  }
  return { resources, incomplete };
}

/**
 * Reads the group versions of a plain `/api` or `/apis` document, preferred ones first.
 *
 * Effects: none
 */
export function parseGroupVersions(document: JsonValue): string[] {
  if (!isJsonObject(document)) return [];
  if (document['kind'] === 'APIVersions') return textsIn(document['versions']);
  return objectsIn(document['groups']).flatMap((group) => {
    const preferred = group['preferredVersion'];
    const first = isJsonObject(preferred) ? textOf(preferred['groupVersion']) : '';
    const all = objectsIn(group['versions']).map((version) => textOf(version['groupVersion']));
    return first === '' ? all : [first, ...all.filter((version) => version !== first)];
  });
}

/**
 * Reads a plain `APIResourceList` of one group version; subresources are left out.
 *
 * Effects: none
 */
export function parseResourceList(document: JsonValue, groupVersion: string): ApiResource[] {
  if (!isJsonObject(document)) return [];
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = slash < 0 ? groupVersion : groupVersion.slice(slash + 1);
  return objectsIn(document['resources'])
    .filter((resource) => !textOf(resource['name']).includes('/') && textOf(resource['kind']) !== '')
    .map((resource) => ({
      group,
      version,
      kind: textOf(resource['kind']),
      plural: textOf(resource['name']),
      singular: textOf(resource['singularName']),
      shortNames: textsIn(resource['shortNames']),
      categories: textsIn(resource['categories']),
      namespaced: resource['namespaced'] === true,
      verbs: textsIn(resource['verbs']),
    }));
}

function joinGroupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
