import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatJson, isJsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import { type KindRef, parseApiVersion } from '../../core/objects.ts';
import { type Discovery, parseAggregatedDiscovery, parseGroupVersions, parseResourceList } from './parse-discovery.ts';
import type { ApiResource } from './types.ts';

const ACCEPT_AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** Plain group versions are asked for this many at a time. */
const PARALLEL = 16;

/** A place where discovery documents outlive the process. Losing them, or failing to keep them, does no harm. */
export interface DiscoveryStore {
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
}

/** The one request that discovery needs; 304 has an empty body. */
export type FetchDocument = (
  path: string,
  accept: string,
  ifNoneMatch: string | undefined,
) => Promise<{ status: number; etag: string | undefined; body: string }>;

/** The resource types of one server, kept as long as they serve. */
export interface DiscoveryCache {
  resourceOf(kind: KindRef): Promise<ApiResource | undefined>;
  /**
   * The same without asking, where a document that was kept has the kind: good enough to read with, since a server that no
   * longer serves the type says so.
   */
  likelyResourceOf(kind: KindRef): Promise<ApiResource | undefined>;
  resources(): Promise<readonly ApiResource[]>;
  forget(): void;
}

/**
 * Makes the cache of a server's resource types. They are asked for when first needed, and anew when a kind is not among them.
 *
 * Documents are kept in the store with the server's own tag for them, and each process asks once whether they still hold: a
 * changed definition or an upgraded server changes the tag. Only a list is sent before that is known, and asks where it fails.
 *
 * Effects: none by itself
 * Differs: client-go trusts its files for six hours without asking
 *
 * @param key names the server in the store
 */
export function createDiscovery(fetch: FetchDocument, store: DiscoveryStore | undefined, key: string): DiscoveryCache {
  let known: Index | undefined;
  let asking: Promise<Index> | undefined;
  /** What was kept, as long as nothing speaks against it. */
  let kept: Promise<Index> | undefined;

  async function load(): Promise<Index> {
    const current = asking;
    if (current !== undefined) return await current;
    const next: Promise<Index> = fetchDiscovery(fetch, store, key).then(indexDiscovery);
    asking = next;
    try {
      const index = await next;
      if (asking === next) known = index;
      return index;
    } finally {
      if (asking === next) asking = undefined;
    }
  }

  async function resourceOf(kind: KindRef): Promise<ApiResource | undefined> {
    const before = known;
    const found = before?.byKind.get(keyOf(kind.apiVersion, kind.kind));
    if (found !== undefined) return found;
    const index = await load();
    const resource = index.byKind.get(keyOf(kind.apiVersion, kind.kind));
    if (resource === undefined && index.incomplete.has(kind.apiVersion)) {
      throw new FluxError('kube/discovery-incomplete', `the API server cannot tell which kinds ${kind.apiVersion} has`, {
        hint: `see \`kubectl get apiservice\`: the extension server of ${parseApiVersion(kind.apiVersion).group} does not answer`,
      });
    }
    return resource;
  }

  return {
    resourceOf,
    async likelyResourceOf(kind) {
      if (known !== undefined || asking !== undefined || store === undefined) return await resourceOf(kind);
      kept ??= readKept(store, key).then(indexDiscovery);
      return (await kept).byKind.get(keyOf(kind.apiVersion, kind.kind)) ?? (await resourceOf(kind));
    },
    async resources() {
      return (known ?? (await load())).resources;
    },
    forget() {
      known = undefined;
      kept = Promise.resolve(indexDiscovery(NOTHING));
      // An answer under way may be older than what made the caller forget.
      asking = undefined;
    },
  };
}

interface Index {
  readonly resources: readonly ApiResource[];
  readonly byKind: ReadonlyMap<string, ApiResource>;
  readonly incomplete: ReadonlySet<string>;
}

function indexDiscovery(discovery: Discovery): Index {
  const byKind = new Map<string, ApiResource>();
  for (const resource of discovery.resources) {
    const at = keyOf(resource.group === '' ? resource.version : `${resource.group}/${resource.version}`, resource.kind);
    // The first is the whole resource; a second of the same kind would be a special view of it.
    if (!byKind.has(at)) byKind.set(at, resource);
  }
  return { resources: discovery.resources, byKind, incomplete: new Set(discovery.incomplete) };
}

function keyOf(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

async function fetchDiscovery(fetch: FetchDocument, store: DiscoveryStore | undefined, key: string): Promise<Discovery> {
  const parts = await Promise.all(PARTS.map(async (path) => await fetchPart(fetch, store, key, path)));
  return {
    resources: parts.flatMap((part) => part.resources),
    incomplete: parts.flatMap((part) => part.incomplete),
  };
}

const NOTHING: Discovery = { resources: [], incomplete: [] };
const PARTS = ['/api', '/apis'] as const;

/** What was kept of a server, unasked. */
async function readKept(store: DiscoveryStore, key: string): Promise<Discovery> {
  const parts = await Promise.all(PARTS.map((path) => readPart(store, nameOf(key, path))));
  return { resources: parts.flatMap((part) => part?.discovery.resources ?? []), incomplete: [] };
}

function nameOf(key: string, path: string): string {
  return `${key}${path.replace('/', '-')}`;
}

async function readPart(store: DiscoveryStore, name: string): Promise<Kept | undefined> {
  return parseKept(await store.read(name).catch(() => undefined));
}

async function fetchPart(fetch: FetchDocument, store: DiscoveryStore | undefined, key: string, path: string): Promise<Discovery> {
  const name = nameOf(key, path);
  const kept = store === undefined ? undefined : await readPart(store, name);
  const answer = await fetch(path, ACCEPT_AGGREGATED, kept?.etag);
  if (answer.status === 304 && kept !== undefined) return kept.discovery;
  const document = parseJson(answer.body);
  const discovery = parseAggregatedDiscovery(document);
  if (discovery === undefined) return await fetchPlain(fetch, document, path);
  // What is incomplete now may be whole in a moment, under the same tag.
  if (store !== undefined && answer.etag !== undefined && discovery.incomplete.length === 0) {
    await store.write(name, formatJson({ etag: answer.etag, resources: discovery.resources })).catch(() => {});
  }
  return discovery;
}

async function fetchPlain(fetch: FetchDocument, document: JsonValue, path: string): Promise<Discovery> {
  const groupVersions = parseGroupVersions(document);
  const lists: ApiResource[][] = [];
  const incomplete: string[] = [];
  for (let from = 0; from < groupVersions.length; from += PARALLEL) {
    await Promise.all(
      groupVersions.slice(from, from + PARALLEL).map(async (groupVersion, index) => {
        try {
          const { body } = await fetch(`${path}/${groupVersion}`, 'application/json', undefined);
          lists[from + index] = parseResourceList(parseJson(body), groupVersion);
        } catch (error) {
          // One extension server that is down must not hide all other kinds.
          if (!isFluxError(error, 'kube/server-error') && !isFluxError(error, 'kube/not-found')) throw error;
          incomplete.push(groupVersion);
        }
      }),
    );
  }
  return { resources: lists.flat(), incomplete };
}

/** A document of a store. */
interface Kept {
  readonly etag: string;
  readonly discovery: Discovery;
}

function parseKept(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    const value = parseJson(text);
    if (!isJsonObject(value) || typeof value['etag'] !== 'string' || !Array.isArray(value['resources'])) return undefined;
    return { etag: value['etag'], discovery: { resources: value['resources'] as unknown as ApiResource[], incomplete: [] } };
  } catch {
    return undefined;
  }
}
