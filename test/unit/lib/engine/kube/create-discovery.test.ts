import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import { createDiscovery, type FetchDocument } from '../../../../../src/lib/engine/kube/create-discovery.ts';

const version = (name: string, kinds: string[], freshness = 'Current') => ({
  version: name,
  freshness,
  resources: kinds.map((kind) => ({
    resource: `${kind.toLowerCase()}s`,
    responseKind: { kind },
    scope: 'Namespaced',
    verbs: [],
  })),
});

function list(...items: [group: string, ...versions: object[]][]): string {
  return JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    items: items.map(([name, ...versions]) => ({ metadata: { name }, versions })),
  });
}

/** Answers from a table of documents, with tags as the server makes them, and remembers what it was asked. */
function answering(documents: Record<string, string>): { fetch: FetchDocument; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async fetch(path, _accept, ifNoneMatch) {
      asked.push(ifNoneMatch === undefined ? path : `${path} if not ${ifNoneMatch}`);
      const body = documents[path];
      if (body === undefined) throw new FluxError('kube/server-error', 'service unavailable');
      const etag = `"${body.length}"`;
      return etag === ifNoneMatch ? { status: 304, etag, body: '' } : { status: 200, etag, body };
    },
  };
}

const POD = { apiVersion: 'v1', kind: 'Pod' };
const FOO = { apiVersion: 'example.org/v1', kind: 'Foo' };

test('createDiscovery() asks once, and anew for a kind that it does not know', async () => {
  const documents: Record<string, string> = { '/api': list(['', version('v1', ['Pod'])]), '/apis': list() };
  const server = answering(documents);
  const discovery = createDiscovery(server.fetch, undefined, 'k');
  const [pod] = await Promise.all([discovery.resourceOf(POD), discovery.resources()]);
  assert.equal(pod?.plural, 'pods');
  await discovery.resourceOf(POD);
  assert.deepEqual(server.asked, ['/api', '/apis']);
  assert.equal(await discovery.resourceOf(FOO), undefined);
  documents['/apis'] = list(['example.org', version('v1', ['Foo'])]);
  assert.equal((await discovery.resourceOf(FOO))?.plural, 'foos');
});

test('createDiscovery() forgets', async () => {
  const server = answering({ '/api': list(['', version('v1', ['Pod'])]), '/apis': list() });
  const discovery = createDiscovery(server.fetch, undefined, 'k');
  await discovery.resourceOf(POD);
  discovery.forget();
  await discovery.resourceOf(POD);
  assert.equal(server.asked.length, 4);
});

test('createDiscovery() keeps documents in the store and asks only whether they still hold', async () => {
  const kept = new Map<string, string>();
  const store = {
    read: async (key: string) => kept.get(key),
    write: async (key: string, text: string) => void kept.set(key, text),
  };
  const documents: Record<string, string> = { '/api': list(['', version('v1', ['Pod'])]), '/apis': list() };
  await createDiscovery(answering(documents).fetch, store, 'k').resources();
  assert.deepEqual([...kept.keys()], ['k-api', 'k-apis']);
  const second = answering(documents);
  assert.equal((await createDiscovery(second.fetch, store, 'k').resourceOf(POD))?.plural, 'pods');
  assert.ok(second.asked.every((request) => request.includes('if not')));
  documents['/api'] = list(['', version('v2', ['Pod', 'Node'])]);
  assert.equal(await createDiscovery(answering(documents).fetch, store, 'k').resourceOf(POD), undefined);
});

test('createDiscovery() survives a store that fails or holds nonsense', async () => {
  const documents = { '/api': list(['', version('v1', ['Pod'])]), '/apis': list() };
  const broken = { read: async () => '{"etag": 1', write: async () => await Promise.reject(new Error('disk full')) };
  assert.equal((await createDiscovery(answering(documents).fetch, broken, 'k').resourceOf(POD))?.plural, 'pods');
});

test('createDiscovery() tells a kind that is not there from one that the server cannot tell about', async () => {
  const documents = { '/api': list(), '/apis': list(['example.org', version('v1', [], 'Stale')]) };
  const discovery = createDiscovery(answering(documents).fetch, undefined, 'k');
  await assert.rejects(discovery.resourceOf(FOO), (error) => isFluxError(error, 'kube/discovery-incomplete'));
  assert.equal(await discovery.resourceOf({ apiVersion: 'other.org/v1', kind: 'Foo' }), undefined);
});

test('createDiscovery() falls back to the plain documents of older servers', async () => {
  const server = answering({
    '/api': JSON.stringify({ kind: 'APIVersions', versions: ['v1'] }),
    '/apis': JSON.stringify({
      kind: 'APIGroupList',
      groups: [{ versions: [{ groupVersion: 'example.org/v1' }, { groupVersion: 'down.org/v1' }] }],
    }),
    '/api/v1': JSON.stringify({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: [] }] }),
    '/apis/example.org/v1': JSON.stringify({ resources: [{ name: 'foos', kind: 'Foo', namespaced: false, verbs: [] }] }),
  });
  const discovery = createDiscovery(server.fetch, undefined, 'k');
  assert.equal((await discovery.resourceOf(POD))?.namespaced, true);
  assert.equal((await discovery.resourceOf(FOO))?.namespaced, false);
  await assert.rejects(discovery.resourceOf({ apiVersion: 'down.org/v1', kind: 'X' }), (error) =>
    isFluxError(error, 'kube/discovery-incomplete'),
  );
});

test('createDiscovery() gives what was kept without asking, until that is forgotten', async () => {
  const documents: Record<string, string> = { '/api': list(['', version('v1', ['Pod'])]), '/apis': list() };
  const kept = new Map<string, string>();
  const store = {
    read: (key: string) => Promise.resolve(kept.get(key)),
    write: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
  };
  const server = answering(documents);
  await createDiscovery(server.fetch, store, 'k').resourceOf(POD);
  server.asked.length = 0;
  const next = createDiscovery(server.fetch, store, 'k');
  assert.equal((await next.likelyResourceOf(POD))?.plural, 'pods');
  assert.deepEqual(server.asked, []);
  documents['/apis'] = list(['example.org', version('v1', ['Foo'])]);
  assert.equal((await next.likelyResourceOf(FOO))?.plural, 'foos');
  assert.equal(server.asked.length, 2);
  next.forget();
  await next.likelyResourceOf(POD);
  assert.equal(server.asked.length, 4);
});
