import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { type Authorizer, makeAuthorizer } from './authorize.ts';
import { CHUNK_BYTES, MAX_DOCUMENT_BYTES, MEDIA_TYPE } from './constants.ts';
import { sha256Of } from './digest.ts';
import { readBody } from './read-body.ts';
import { refusalOf } from './refusal.ts';
import { sendSteadily } from './send-steadily.ts';
import type { Descriptor, HttpAnswer, HttpRequest, RegistryLogin, RegistryPorts, StoredManifest } from './types.ts';

/** How a registry is spoken to. */
export interface RegistryOptions {
  /** Host and port. */
  readonly registry: string;
  readonly login?: RegistryLogin;
  /** True allows http, where the registry does not speak https. Always so for this machine itself. */
  readonly insecure?: boolean;
  /** Blobs above this go up in pieces of this size. Default 64 MiB. */
  readonly chunkBytes?: number;
}

/** A registry, as the OCI distribution-spec has it. Repositories are paths. */
export interface Registry {
  /** Digest of a manifest; absent where there is none. */
  headManifest(repository: string, identifier: string): Promise<string | undefined>;
  getManifest(repository: string, identifier: string): Promise<StoredManifest>;
  /** Stores a manifest under a tag or its digest. */
  putManifest(repository: string, identifier: string, manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>): Promise<void>;
  hasBlob(repository: string, digest: string): Promise<boolean>;
  /** Uploads a blob unless it is there; `from` names a repository of the same registry that may have it. Tells what was done. */
  putBlob(
    repository: string,
    blob: { readonly digest: string; readonly bytes: Uint8Array },
    from?: string,
  ): Promise<'present' | 'mounted' | 'uploaded'>;
  /** A blob whole, its digest and size checked. */
  getBlob(repository: string, descriptor: Descriptor, maxBytes: number): Promise<Uint8Array>;
  /** All tags, in the registry's order. */
  listTags(repository: string): Promise<string[]>;
}

const MANIFEST_TYPES = [MEDIA_TYPE.manifest, MEDIA_TYPE.index, MEDIA_TYPE.dockerManifest, MEDIA_TYPE.dockerIndex].join(', ');
const MAX_REDIRECTS = 5;
/** Tags asked for at once; registries give fewer if they like. */
const PAGE = 1000;
/** Pages of tags: a registry that never ends its list must not keep us forever. */
const MAX_PAGES = 1000;

/**
 * Opens a registry: finds out whether it speaks https and how it is logged in to. A login goes to the registry itself and the
 * token server that it names, and to nobody it redirects to.
 *
 * Effects: network; so do all methods
 * Source: OCI distribution-spec v1.1
 *
 * @throws {FluxError} oci/unreachable; all methods: oci/unauthorized, oci/not-found, oci/refused, oci/bad-answer
 */
export async function openRegistry(options: RegistryOptions, ports: RegistryPorts): Promise<Registry> {
  const { base, authorizer } = await ping(options, ports);
  const hasLogin = options.login !== undefined;

  /** Sends with the login; a refusal that tells how to log in is answered once. */
  const send = async (scope: string, request: HttpRequest): Promise<HttpAnswer> => {
    for (let tries = 0; ; tries++) {
      const isOurs = request.url.origin === base.origin;
      const authorization = isOurs ? await authorizer.header(scope) : undefined;
      const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
      const answer = await sendSteadily({ ...request, headers }, ports);
      if (answer.status !== 401 || !isOurs || tries > 1 || !authorizer.learn(answer, scope)) return answer;
      answer.discard();
    }
  };
  /** Follows redirects of reads; the login stays behind where the origin changes. */
  const read = async (scope: string, path: string, method: 'GET' | 'HEAD', accept?: string): Promise<HttpAnswer> => {
    let url = new URL(path, base);
    for (let redirects = 0; ; redirects++) {
      const answer = await send(scope, { method, url, headers: accept === undefined ? {} : { accept } });
      if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      answer.discard();
      if (redirects === MAX_REDIRECTS) throw badAnswer(base, 'it redirects without end');
      url = resolve(answer.headers['location'], url);
    }
  };
  const pull = (repository: string): string => `repository:${repository}:pull`;
  const push = (repository: string): string => `repository:${repository}:pull,push`;
  const nameOf = (repository: string, identifier: string): string =>
    `${options.registry}/${repository}${identifier.includes(':') ? '@' : ':'}${identifier}`;

  const upload = async (repository: string, digest: string, bytes: Uint8Array, place: URL): Promise<void> => {
    const scope = push(repository);
    const what = nameOf(repository, digest);
    const chunk = options.chunkBytes ?? CHUNK_BYTES;
    let url = place;
    let at = 0;
    const type = { 'content-type': 'application/octet-stream' };
    while (bytes.length - at > chunk) {
      const range = { 'content-range': `${at}-${at + chunk - 1}` };
      const answer = await send(scope, {
        method: 'PATCH',
        url,
        headers: { ...type, ...range },
        body: bytes.subarray(at, at + chunk),
      });
      if (answer.status !== 202) throw await refusalOf(answer, what, hasLogin);
      await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer');
      url = resolve(answer.headers['location'], url);
      at += chunk;
    }
    url.searchParams.set('digest', digest);
    const range: Record<string, string> = at === 0 ? {} : { 'content-range': `${at}-${bytes.length - 1}` };
    const answer = await send(scope, { method: 'PUT', url, headers: { ...type, ...range }, body: bytes.subarray(at) });
    if (answer.status !== 201 && answer.status !== 204) throw await refusalOf(answer, what, hasLogin);
    await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer');
  };

  const registry: Registry = {
    async headManifest(repository, identifier) {
      const path = `/v2/${repository}/manifests/${identifier}`;
      const answer = await read(pull(repository), path, 'HEAD', MANIFEST_TYPES);
      answer.discard();
      if (answer.status === 404) return undefined;
      // HEAD has no words; a GET has.
      const digest = answer.headers['docker-content-digest'] ?? '';
      return answer.status === 200 && digest !== '' ? digest : (await registry.getManifest(repository, identifier)).digest;
    },
    async getManifest(repository, identifier) {
      const path = `/v2/${repository}/manifests/${identifier}`;
      const answer = await read(pull(repository), path, 'GET', MANIFEST_TYPES);
      const what = nameOf(repository, identifier);
      if (answer.status !== 200) throw await refusalOf(answer, what, hasLogin);
      const bytes = await readBody(answer, MAX_DOCUMENT_BYTES, `the manifest of ${what}`);
      const digest = sha256Of(bytes);
      const told = answer.headers['docker-content-digest'] ?? digest;
      for (const wanted of [told, ...(identifier.startsWith('sha256:') ? [identifier] : [])]) {
        if (wanted.startsWith('sha256:') && wanted !== digest) throw mismatch(what, wanted, digest);
      }
      return { digest, bytes, mediaType: (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '' };
    },
    async putManifest(repository, identifier, { bytes, mediaType }) {
      const url = new URL(`/v2/${repository}/manifests/${identifier}`, base);
      const headers = { 'content-type': mediaType };
      const answer = await send(push(repository), { method: 'PUT', url, headers, body: bytes });
      if (answer.status !== 201 && answer.status !== 200) throw await refusalOf(answer, nameOf(repository, identifier), hasLogin);
      await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer');
      const stored = answer.headers['docker-content-digest'] ?? '';
      const digest = sha256Of(bytes);
      if (stored.startsWith('sha256:') && stored !== digest) throw mismatch(nameOf(repository, identifier), digest, stored);
    },
    async hasBlob(repository, digest) {
      const answer = await read(push(repository), `/v2/${repository}/blobs/${digest}`, 'HEAD');
      answer.discard();
      if (answer.status === 200 || answer.status === 404) return answer.status === 200;
      throw await refusalOf(answer, nameOf(repository, digest), hasLogin);
    },
    async putBlob(repository, { digest, bytes }, from) {
      if (await registry.hasBlob(repository, digest)) return 'present';
      const url = new URL(`/v2/${repository}/blobs/uploads/`, base);
      if (from !== undefined && from !== repository) {
        url.searchParams.set('mount', digest);
        url.searchParams.set('from', from);
      }
      const answer = await send(push(repository), { method: 'POST', url, headers: {} });
      if (answer.status !== 201 && answer.status !== 202) throw await refusalOf(answer, nameOf(repository, digest), hasLogin);
      await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer');
      if (answer.status === 201) return 'mounted';
      await upload(repository, digest, bytes, resolve(answer.headers['location'], url));
      return 'uploaded';
    },
    async getBlob(repository, { digest, size }, maxBytes) {
      const what = nameOf(repository, digest);
      const answer = await read(pull(repository), `/v2/${repository}/blobs/${digest}`, 'GET');
      if (answer.status !== 200) throw await refusalOf(answer, what, hasLogin);
      const bytes = await readBody(answer, Math.min(maxBytes, size), what);
      const found = sha256Of(bytes);
      if (found !== digest) throw mismatch(what, digest, found);
      return bytes;
    },
    async listTags(repository) {
      const tags: string[] = [];
      let path = `/v2/${repository}/tags/list?n=${PAGE}`;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await read(pull(repository), path, 'GET', 'application/json');
        if (answer.status !== 200) throw await refusalOf(answer, `${options.registry}/${repository}`, hasLogin);
        tags.push(...readTags(await readBody(answer, MAX_DOCUMENT_BYTES, 'the list of tags'), base));
        const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers['link'] ?? '')?.[1];
        if (next === undefined) return tags;
        const url = resolve(next, new URL(path, base));
        if (url.origin !== base.origin) throw badAnswer(base, 'its list of tags goes on at another host');
        path = url.pathname + url.search;
      }
      throw badAnswer(base, 'its list of tags has no end');
    },
  };
  return registry;
}

async function ping(options: RegistryOptions, ports: RegistryPorts): Promise<{ base: URL; authorizer: Authorizer }> {
  const mayBePlain = options.insecure === true || isLoopback(options.registry);
  const https = new URL(`https://${options.registry}/v2/`);
  const request: HttpRequest = { method: 'GET', url: https, headers: {} };
  if (!mayBePlain) return await begin(request, await sendSteadily(request, ports), options, ports);
  const answer = await ports.send(request).catch(() => undefined);
  ports.signal?.throwIfAborted();
  if (answer !== undefined) return await begin(request, answer, options, ports);
  const plain: HttpRequest = { ...request, url: new URL(`http://${options.registry}/v2/`) };
  return await begin(plain, await sendSteadily(plain, ports), options, ports);
}

async function begin(
  { url }: HttpRequest,
  answer: HttpAnswer,
  { login }: RegistryOptions,
  ports: RegistryPorts,
): Promise<{ base: URL; authorizer: Authorizer }> {
  const authorizer = makeAuthorizer(login, url.protocol === 'http:', ports);
  if (answer.status === 401) authorizer.learn(answer, '');
  answer.discard();
  if (answer.status !== 404) return { base: url, authorizer };
  throw new FluxError('oci/bad-answer', `${url.host} is no OCI registry: it has no /v2/`, {
    hint: 'check the host of the address',
  });
}

/** This machine itself: nobody can listen in between. */
function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]';
}

function resolve(location: string | undefined, from: URL): URL {
  if (location === undefined || location === '' || !URL.canParse(location, from.href))
    throw badAnswer(from, 'it sends us nowhere');
  const url = new URL(location, from);
  if (from.protocol === 'https:' && url.protocol !== 'https:')
    throw badAnswer(from, `it sends us from https to ${url.protocol}//`);
  return url;
}

function readTags(bytes: Uint8Array, base: URL): string[] {
  try {
    const { tags } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { tags?: unknown };
    if (tags === null || tags === undefined) return [];
    if (Array.isArray(tags)) return tags.filter((tag): tag is string => typeof tag === 'string');
  } catch {
    // Told below.
  }
  throw badAnswer(base, 'its list of tags cannot be read');
}

function badAnswer(url: URL, why: string): FluxError {
  return new FluxError('oci/bad-answer', `${url.host} does not answer as a registry: ${why}`, {
    hint: 'check the address, and whether a proxy stands in between',
  });
}

function mismatch(what: string, wanted: string, found: string): FluxError {
  return new FluxError('oci/digest-mismatch', `${what}: the content has digest ${found}, not ${wanted}`, {
    hint: 'fetch it again; if it stays, something between here and the registry changes it',
    details: { wanted, found },
  });
}
