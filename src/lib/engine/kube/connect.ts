import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import { formatSubject, isK8sObject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import type { ReadTextFile } from './build-connection.ts';
import { buildPath, type Query } from './build-path.ts';
import { createDiscovery, type DiscoveryCache, type DiscoveryStore } from './create-discovery.ts';
import { type ApiRequest, createRequester, type KubeClock, type Requester } from './create-requester.ts';
import { DEFAULT_RETRY_LIMITS, type RetryLimits } from './decide-retry.ts';
import type { Impersonation, KubeConnection } from './kubeconfig-types.ts';
import type {
  ApiResource,
  ApplyOptions,
  DeleteOptions,
  KubeClient,
  ListOptions,
  ObjectList,
  PatchOptions,
  RawRequest,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './types.ts';
import { watchObjects } from './watch-objects.ts';

/** Objects per page of a list; as client-go. */
const PAGE_SIZE = 500;

/** API servers end a request themselves after a minute. */
const DEFAULT_TIMEOUT_MS = 60_000;

const PATCH_TYPES: Readonly<Record<PatchOptions['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** What a client needs of the world. */
export interface ConnectOptions {
  readonly clock: KubeClock;
  /** Reads token files, each minute anew. */
  readonly readFile: ReadTextFile;
  /** Handed to exec plugins, and asked for HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True where a plugin may ask the user on standard input. Default false. */
  readonly interactive?: boolean;
  /** Where discovery documents outlive the process; absent means nowhere. */
  readonly discoveryStore?: DiscoveryStore;
  /** Hears each warning of the server once. */
  readonly onWarning?: (text: string) => void;
  /** Default `flux-ts`. */
  readonly userAgent?: string;
  /** How long one request may take, retries included. Default 60 s. Watches have no end. */
  readonly timeoutMs?: number;
  /**
   * Ends the client's work: reads that have no signal of their own are given up at once, and writes after a few seconds. Requests
   * that are made later are still sent, since work that was stopped has to be tidied up.
   */
  readonly stop?: AbortSignal;
  readonly retry?: RetryLimits;
}

/**
 * Makes a client of an API server. Nothing is contacted before the first call.
 *
 * Effects: none by itself
 *
 * @param connection from `loadKubeconfig`
 * @example
 * const client = connect(await loadKubeconfig({ env, homeDir, readFile }), { clock, readFile, env });
 * const pods = await client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'apps' });
 */
export function connect(connection: KubeConnection, options: ConnectOptions): KubeClient {
  const told = new Set<string>();
  const warn = (text: string) => {
    if (told.has(text)) return;
    told.add(text);
    options.onWarning?.(text);
  };
  const requester = createRequester(connection, {
    clock: options.clock,
    readFile: options.readFile,
    env: options.env,
    interactive: options.interactive ?? false,
    userAgent: options.userAgent ?? 'flux-ts',
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(options.stop === undefined ? {} : { stop: options.stop }),
    retry: options.retry ?? DEFAULT_RETRY_LIMITS,
    onWarning: warn,
  });
  const discovery = createDiscovery(
    async (path, accept, ifNoneMatch) => {
      const answer = await requester.exchange({
        method: 'GET',
        path,
        accept,
        impersonation: connection.impersonation,
        ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
      });
      const etag = answer.headers['etag'];
      return { status: answer.status, etag: typeof etag === 'string' ? etag : undefined, body: answer.body };
    },
    options.discoveryStore,
    connection.server.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9.-]+/g, '_'),
  );
  return createClient({ connection, requester, discovery, warn, clock: options.clock }, connection.impersonation);
}

/** What the clients of one connection have in common. */
interface Channel {
  readonly connection: KubeConnection;
  readonly requester: Requester;
  readonly discovery: DiscoveryCache;
  readonly warn: (text: string) => void;
  readonly clock: KubeClock;
}

function createClient(channel: Channel, impersonation: Impersonation | undefined): KubeClient {
  const { connection, requester, discovery } = channel;

  async function exchange(request: ApiRequest): Promise<JsonValue> {
    const { body } = await requester.exchange({ ...request, impersonation });
    return body === '' ? null : parseAnswer(body, connection.server);
  }

  async function resourceFor(kind: KindRef, subject?: ObjectRef): Promise<ApiResource> {
    const resource = await discovery.resourceOf(kind);
    if (resource === undefined) throw unknownKind(kind, connection.server, subject);
    return resource;
  }

  async function pathOf(ref: ObjectRef, target: { named: boolean; subresource?: string | undefined }, query: Query = {}) {
    const resource = await resourceFor(ref, ref);
    if (resource.namespaced && (ref.namespace === undefined || ref.namespace === '')) {
      throw new FluxError('kube/no-namespace', `${formatSubject(ref)} needs a namespace, and has none`, {
        hint: 'set metadata.namespace, or give one with --namespace',
        subject: ref,
      });
    }
    const place = { namespace: ref.namespace, subresource: target.subresource };
    return buildPath(resource, target.named ? { ...place, name: ref.name } : place, query);
  }

  async function write(method: string, object: K8sObject, extra: WriteExtra, options: WriteOptions): Promise<K8sObject> {
    const ref = refOf(object);
    return await sendObject(ref, {
      method,
      path: await pathOf(ref, { named: method !== 'POST', subresource: extra.subresource }, writeQuery(options, extra.force)),
      contentType: extra.contentType,
      body: formatJson(object),
      signal: options.signal,
    });
  }

  async function sendObject(ref: ObjectRef, request: ApiRequest): Promise<K8sObject> {
    let answer: JsonValue;
    try {
      answer = await exchange({ ...request, subject: ref });
    } catch (error) {
      throw await explainNotFound(error, ref);
    }
    if (!isK8sObject(answer)) {
      throw new FluxError('kube/server-error', `the API server answered ${request.method} ${request.path} without an object`, {
        subject: ref,
        details: { status: 200, reason: '' },
      });
    }
    return answer;
  }

  /** A 404 without a Status means that the whole type is no longer served: discovery was older than that. */
  async function explainNotFound(error: unknown, kind: KindRef, subject?: ObjectRef): Promise<unknown> {
    if (!isFluxError(error, 'kube/not-found') || error.details?.['reason'] !== '') return error;
    discovery.forget();
    return (await discovery.resourceOf(kind)) === undefined ? unknownKind(kind, connection.server, subject) : error;
  }

  async function listPage(path: string, accept: string, kind: KindRef, signal: AbortSignal | undefined): Promise<JsonObject> {
    try {
      const page = await exchange({ method: 'GET', path, accept, signal });
      return isJsonObject(page) ? page : {};
    } catch (error) {
      throw await explainNotFound(error, kind);
    }
  }

  /** Lists with what was kept of the server, which saves a question; asks it where the list shows that it was too old. */
  async function list(kind: KindRef, options: ListOptions = {}): Promise<ObjectList> {
    const likely = await discovery.likelyResourceOf(kind);
    if (likely === undefined) throw unknownKind(kind, connection.server, undefined);
    try {
      return await listAs(likely, kind, options);
    } catch (error) {
      if (!isFluxError(error, 'kube/not-found')) throw error;
      const resource = await resourceFor(kind);
      if (resource.plural === likely.plural && resource.namespaced === likely.namespaced) throw error;
      return await listAs(resource, kind, options);
    }
  }

  async function listAs(resource: ApiResource, kind: KindRef, options: ListOptions): Promise<ObjectList> {
    const accept = options.metadataOnly ? METADATA_LIST : 'application/json';
    const selectors = { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
    let items: K8sObject[] = [];
    let token: string | undefined;
    let limit: number | undefined = PAGE_SIZE;
    for (;;) {
      const path = buildPath(resource, { namespace: options.namespace }, { ...selectors, limit, continue: token });
      let page: JsonObject;
      try {
        page = await listPage(path, accept, kind, options.signal);
      } catch (error) {
        if (token === undefined || !isFluxError(error, 'kube/gone')) throw error;
        // The pages to come are of a version that is gone: once more from the start, all at once.
        items = [];
        token = undefined;
        limit = undefined;
        continue;
      }
      for (const item of Array.isArray(page['items']) ? page['items'] : []) {
        if (isJsonObject(item)) items.push(completeObject(item as K8sObject, kind));
      }
      const metadata = isJsonObject(page['metadata']) ? page['metadata'] : {};
      token = typeof metadata['continue'] === 'string' && metadata['continue'] !== '' ? metadata['continue'] : undefined;
      if (token === undefined) {
        const { resourceVersion } = metadata;
        return { items, resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '' };
      }
    }
  }

  async function* watch(kind: KindRef, options: WatchOptions & { signal: AbortSignal }): AsyncGenerator<WatchEvent, void, void> {
    const { namespace, labelSelector, fieldSelector, signal } = options;
    const resource = await resourceFor(kind);
    const accept = options.metadataOnly ? METADATA_OBJECT : 'application/json';
    yield* watchObjects(
      {
        name: namespace === undefined ? resource.plural : `${resource.plural} in ${namespace}`,
        async open(query) {
          const path = buildPath(resource, { namespace }, { labelSelector, fieldSelector, ...query });
          try {
            return await requester.open({ method: 'GET', path, accept, signal, impersonation });
          } catch (error) {
            throw await explainNotFound(error, kind);
          }
        },
        list: async () => await list(kind, options),
        sleep: async (ms, abort) => await channel.clock.sleep(ms, abort),
        warn: channel.warn,
        complete: (object) => completeObject(object, kind),
      },
      options.resourceVersion,
      signal,
    );
  }

  return {
    server: connection.server,
    ...(impersonation?.user === undefined ? {} : { user: impersonation.user }),

    async get(ref, options = {}) {
      const accept = options.metadataOnly ? METADATA_OBJECT : 'application/json';
      const path = await pathOf(ref, { named: true });
      try {
        return completeObject(await sendObject(ref, { method: 'GET', path, accept, signal: options.signal }), ref);
      } catch (error) {
        if (isFluxError(error, 'kube/not-found')) return undefined;
        throw error;
      }
    },
    list,
    watch,
    async create(object, options = {}) {
      return await write('POST', object, {}, options);
    },
    async replace(object, options = {}) {
      return await write('PUT', object, { subresource: options.subresource }, options);
    },
    async apply(object, options: ApplyOptions) {
      const extra = { subresource: options.subresource, force: options.force, contentType: 'application/apply-patch+yaml' };
      return await write('PATCH', object, extra, options);
    },
    async patch(ref, patch, options) {
      return await sendObject(ref, {
        method: 'PATCH',
        path: await pathOf(ref, { named: true, subresource: options.subresource }, writeQuery(options)),
        contentType: PATCH_TYPES[options.type],
        body: formatJson(patch),
        signal: options.signal,
      });
    },
    async delete(ref, options = {}) {
      const path = await pathOf(ref, { named: true });
      try {
        await exchange({ method: 'DELETE', path, body: formatJson(deleteBody(options)), signal: options.signal, subject: ref });
        return true;
      } catch (error) {
        const explained = await explainNotFound(error, ref, ref);
        if (isFluxError(explained, 'kube/not-found')) return false;
        throw explained;
      }
    },
    async resourceOf(kind) {
      return await discovery.resourceOf(kind);
    },
    async resources() {
      return await discovery.resources();
    },
    forgetDiscovery() {
      discovery.forget();
    },
    async serverVersion() {
      const version = await exchange({ method: 'GET', path: '/version' });
      return isJsonObject(version) ? version : {};
    },
    async request(request: RawRequest) {
      const { method, path, body, contentType, accept, signal } = request;
      const answer = await requester.exchange({
        method,
        path,
        signal,
        impersonation,
        ...(body === undefined ? {} : { body: formatJson(body) }),
        ...(contentType === undefined ? {} : { contentType }),
        ...(accept === undefined ? {} : { accept }),
      });
      const type = answer.headers['content-type'];
      if (answer.body === '') return null;
      return typeof type === 'string' && type.includes('json') ? parseJson(answer.body) : answer.body;
    },
    async stream(path, { signal }) {
      return await requester.open({ method: 'GET', path, accept: '*/*', signal, impersonation });
    },
    impersonate(user) {
      return createClient(channel, { user, groups: [], extra: {} });
    },
    async close() {
      await requester.close();
    },
  };
}

/** A proxy in between may answer with a page of its own. */
function parseAnswer(body: string, server: string): JsonValue {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new FluxError('kube/server-error', `the API server at ${server} gave an answer that is no JSON`, {
      hint: 'see whether a proxy stands in between',
      details: { status: 200, reason: 'BadAnswer' },
      cause,
    });
  }
}

interface WriteExtra {
  readonly subresource?: string | undefined;
  readonly force?: boolean | undefined;
  readonly contentType?: string;
}

const METADATA_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

function writeQuery(options: WriteOptions, force?: boolean): Query {
  return {
    fieldManager: options.fieldManager,
    force: force === true ? true : undefined,
    dryRun: options.dryRun === true ? 'All' : undefined,
    fieldValidation: options.fieldValidation,
  };
}

function deleteBody(options: DeleteOptions): JsonObject {
  const preconditions: JsonObject = {
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
  };
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    // In the body and not in the query: where there is a body, the server does not look at the query.
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
    ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
  };
}

/** Items of a list carry no type of their own, and those of a metadata list another one: both get the type that was asked for. */
function completeObject(object: K8sObject, kind: KindRef): K8sObject {
  if (object.apiVersion === kind.apiVersion && object.kind === kind.kind) return object;
  return { ...object, apiVersion: kind.apiVersion, kind: kind.kind };
}

function unknownKind(kind: KindRef, server: string, subject: ObjectRef | undefined): FluxError {
  return new FluxError('kube/unknown-kind', `the API server at ${server} has no kind ${kind.kind} in ${kind.apiVersion}`, {
    hint: 'install the definition of this kind first, or correct apiVersion and kind',
    ...(subject === undefined ? {} : { subject }),
  });
}
