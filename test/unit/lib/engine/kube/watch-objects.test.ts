import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { watchObjects, type WatchSource } from '../../../../../src/lib/engine/kube/watch-objects.ts';

const object = (name: string, resourceVersion: string): K8sObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, resourceVersion, uid: name },
});
const added = (name: string, version: string) => ({ type: 'ADDED', object: object(name, version) });
const END = {
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: '50', annotations: { 'k8s.io/initial-events-end': 'true' } } },
};
const EXPIRED = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } };
const failure = (code: ErrorCode, status = 0) => new FluxError(code, 'because', { details: { status, reason: '' } });

/** Plays connections one after the other, each a list of events or a failure, and gives the signal after the last. */
async function play(connections: (object[] | FluxError)[], options: { resourceVersion?: string; listed?: K8sObject[] } = {}) {
  const controller = new AbortController();
  const queries: string[] = [];
  const waits: number[] = [];
  const warnings: string[] = [];
  const source: WatchSource = {
    name: 'pods',
    async open(query) {
      queries.push(query['sendInitialEvents'] === true ? 'initial' : `from ${String(query['resourceVersion'])}`);
      const next = connections.shift();
      if (next instanceof FluxError) throw next;
      return (async function* () {
        if (next === undefined) return controller.abort();
        yield Buffer.from(next.map((event) => `${JSON.stringify(event)}\n`).join(''));
      })();
    },
    async list() {
      queries.push('list');
      return { items: options.listed ?? [], resourceVersion: '40' };
    },
    async sleep(ms) {
      waits.push(ms);
    },
    warn: (text) => warnings.push(text),
    complete: (value) => value,
  };
  const told: string[] = [];
  for await (const event of watchObjects(source, options.resourceVersion, controller.signal)) {
    told.push(event.type === 'SYNCED' ? 'SYNCED' : `${event.type} ${event.object.metadata.name}`);
  }
  return { told, queries, waits, warnings };
}

test('watchObjects() goes on from the last version when a connection ends', async () => {
  const { told, queries } = await play([[added('a', '5'), END], [added('b', '60')], []]);
  assert.deepEqual(told, ['ADDED a', 'SYNCED', 'ADDED b']);
  assert.deepEqual(queries, ['initial', 'from 50', 'from 60', 'from 60']);
});

test('watchObjects() begins again when a synchronisation breaks in the middle', async () => {
  const { told, queries } = await play([[added('a', '5')], [added('a', '5'), added('b', '6'), END]]);
  assert.deepEqual(told, ['ADDED a', 'ADDED b', 'SYNCED']);
  assert.deepEqual(queries.slice(0, 2), ['initial', 'initial']);
});

test('watchObjects() misses no deletion when its version is too old', async () => {
  const { told } = await play([[added('a', '5'), added('b', '6'), END], [EXPIRED], [added('b', '6'), END]]);
  assert.deepEqual(told, ['ADDED a', 'ADDED b', 'SYNCED', 'DELETED a']);
});

test('watchObjects() tells everything anew when the version it was given is too old', async () => {
  const { told, queries } = await play([failure('kube/gone', 410), [added('a', '5'), END]], { resourceVersion: '1' });
  assert.deepEqual(told, ['ADDED a', 'SYNCED']);
  assert.deepEqual(queries.slice(0, 2), ['from 1', 'initial']);
});

test('watchObjects() lists where the server cannot stream the initial objects', async () => {
  const { told, queries } = await play([failure('kube/invalid', 422), [added('b', '60')]], { listed: [object('a', '5')] });
  assert.deepEqual(told, ['ADDED a', 'SYNCED', 'ADDED b']);
  assert.deepEqual(queries.slice(0, 3), ['initial', 'list', 'from 40']);
});

test('watchObjects() waits longer and longer while the server is away, and says so once', async () => {
  const away = failure('kube/unreachable');
  const { waits, warnings, told } = await play([[END], away, away, away, away, away, away, away, [added('a', '60')]]);
  assert.deepEqual(waits.slice(0, 4), [800, 1600, 3200, 6400]);
  assert.equal(Math.max(...waits), 30_000);
  assert.equal(warnings.length, 1);
  assert.deepEqual(told, ['SYNCED', 'ADDED a']);
});

test('watchObjects() fails at once where the first request fails', async () => {
  await assert.rejects(play([failure('kube/unreachable')]), (error) => isFluxError(error, 'kube/unreachable'));
});

test('watchObjects() gives up when rights are taken away for good, and not when they come back', async () => {
  const denied = failure('kube/forbidden', 403);
  await assert.rejects(play([[END], denied, denied, denied, denied, denied]), (error) => isFluxError(error, 'kube/forbidden'));
  assert.deepEqual((await play([[END], denied, denied, [added('a', '60')]])).told, ['SYNCED', 'ADDED a']);
});
