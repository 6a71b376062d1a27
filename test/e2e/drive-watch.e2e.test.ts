import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readCondition, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { DriveEvent } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, PACKAGE_DIR } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const PATIENCE_MS = 60_000;
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const LEASES = ['source-controller-leader-election', 'kustomize-controller-leader-election'];

/** A run of `drive` that goes on. */
interface WatchRun {
  readonly events: DriveEvent[];
  /** Waits for an event that came after the ones that were waited for before. */
  until(what: string, fits: (event: DriveEvent) => boolean): Promise<DriveEvent>;
  stop(signal: 'SIGTERM' | 'SIGINT'): Promise<CliRun>;
  readonly over: Promise<CliRun>;
}

describe('drive --watch', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let world: CliWorld;
  let serial = 0;
  const runs: WatchRun[] = [];

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  beforeEach(async () => {
    world = await openCliWorld(sandbox.kubeconfigPath, `watch-${process.pid}-${serial++}`);
    await git.create(world.namespace);
  });

  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.stop('SIGTERM')));
    await world.close();
  });

  const commit = (files: Readonly<Record<string, string | null>>): Promise<string> =>
    git.commitFiles(world.namespace, files, 'Change');
  const createSource = (interval: string, name = 'app') =>
    world.createSource(name, { url: git.urlOf(world.namespace), interval });
  const configMapOf = async (name: string) =>
    (await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name }))?.['data'];
  const holders = async (): Promise<string[]> => {
    const refs = LEASES.map((name) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: world.namespace,
      name,
    }));
    const leases = await Promise.all(refs.map((ref) => kube.get(ref)));
    return leases.map((lease) => readText(lease, 'spec', 'holderIdentity'));
  };
  const refOfApp = (name = 'app') => ({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: world.namespace, name });

  const watch = (...words: string[]): WatchRun => {
    const events: DriveEvent[] = [];
    const stop = new AbortController();
    let news = Promise.withResolvers<void>();
    let looked = 0;
    const over = world.run(['drive', '--watch', '-n', world.namespace, '-o', 'json', ...words], {
      signal: stop.signal,
      onStdout(text) {
        for (const line of text.split('\n').filter((one) => one !== '')) events.push(JSON.parse(line) as DriveEvent);
        news.resolve();
      },
    });
    void over.then(() => news.resolve());
    const run: WatchRun = {
      events,
      over,
      async until(what, fits) {
        const patience = AbortSignal.timeout(PATIENCE_MS);
        for (;;) {
          while (looked < events.length) {
            const event = events[looked++];
            if (event !== undefined && fits(event)) return event;
          }
          await Promise.race([news.promise, once(patience, 'abort')]);
          news = Promise.withResolvers();
          assert.ok(!patience.aborted, `${what} did not happen; there was ${JSON.stringify(events, null, 1)}`);
        }
      },
      async stop(signal) {
        stop.abort(new Error(signal));
        return await over;
      },
    };
    runs.push(run);
    return run;
  };
  const finished =
    (name: string, kind = 'Kustomization') =>
    (event: DriveEvent): boolean =>
      event.event === 'finished' && event.kind === kind && event.name === name;
  const started =
    (name: string, reason: string) =>
    (event: DriveEvent): boolean =>
      event.event === 'started' && event.name === name && event.reason === reason;

  it('picks a push up at the next poll and applies it; as long as there is none, it asks for refs only', async () => {
    await createSource('1s');
    await world.createKustomization('app');
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    const run = watch();
    await run.until('the first run', finished('app'));
    await run.until('a poll', finished('app', 'GitRepository'));
    const before = git.requests.length;
    await run.until('another poll', finished('app', 'GitRepository'));
    const asked = git.requests.slice(before);
    assert.ok(asked.length <= 2, asked.join('\n'));
    await commit({ 'deploy/map.yaml': configMap('map', '2') });
    await run.until('a run for the revision', started('app', 'revision'));
    const change = await run.until('the change', ({ event }) => event === 'changed');
    assert.equal(change.event === 'changed' && change.change.action, 'configured');
    await run.until('its end', finished('app'));
    assert.deepEqual(await configMapOf('map'), { from: '2' });
    const { code, stderr } = await run.stop('SIGTERM');
    assert.equal(code, 0, stderr);
    assert.deepEqual(await holders(), ['', '']);
  });

  it('runs on changes of the objects and on requests, and takes in those that are new, and lets go of those that are deleted', async () => {
    await createSource('10m');
    await commit({ 'deploy/map.yaml': configMap('map', '1'), 'other/map.yaml': configMap('other', '1') });
    const run = watch();
    await run.until('the source', finished('app', 'GitRepository'));
    await world.createKustomization('app');
    await run.until('a run of the new one', finished('app'));

    const annotations = { 'reconcile.fluxcd.io/requestedAt': '2026-01-01T00:00:00Z' };
    await kube.patch(refOfApp(), { metadata: { annotations } }, { type: 'merge' });
    await run.until('a run on request', started('app', 'requested'));
    await run.until('its end', finished('app'));
    assert.equal(readText(await world.kustomization('app'), 'status', 'lastHandledReconcileAt'), '2026-01-01T00:00:00Z');

    await kube.patch(refOfApp(), { spec: { path: './other' } }, { type: 'merge' });
    await run.until('a run for the change', started('app', 'changed'));
    await run.until('its end', finished('app'));
    assert.deepEqual([await configMapOf('map'), await configMapOf('other')], [undefined, { from: '1' }]);

    await kube.delete(refOfApp());
    await run.until('its end', ({ event }) => event === 'removed');
    assert.equal(await world.kustomization('app'), undefined);
    assert.equal(await configMapOf('other'), undefined);
    // Its own writes do not start runs.
    assert.equal(run.events.filter((event) => event.event === 'started' && event.kind === 'Kustomization').length, 4);
  });

  it('one that waits for another begins as soon as that is ready', async () => {
    await createSource('10m');
    await commit({ 'deploy/map.yaml': configMap('map', '1'), 'base/map.yaml': configMap('base', '1') });
    await world.createKustomization('app', { dependsOn: [{ name: 'base' }], retryInterval: '10m' });
    const run = watch();
    const blocked = await run.until('the run that is blocked', finished('app'));
    assert.equal(blocked.event === 'finished' && blocked.outcome, 'blocked');
    await world.createKustomization('base', { path: './base', sourceRef: { kind: 'GitRepository', name: 'app' } });
    await run.until('a run after the dependency', started('app', 'dependency'));
    const done = await run.until('its end', finished('app'));
    assert.equal(done.event === 'finished' && done.outcome, 'done');
  });

  it('goes on at the interval and, after a failure, at retryInterval', async () => {
    await createSource('10m');
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    await world.createKustomization('app', { interval: '1s' });
    await world.createKustomization('bad', {
      path: './nowhere',
      retryInterval: '1s',
      sourceRef: { kind: 'GitRepository', name: 'app' },
    });
    const run = watch();
    await run.until('a second run', started('app', 'interval'));
    await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'map' });
    await run.until('drift that is corrected', (event) => event.event === 'changed' && event.change.action === 'created');
    await run.until('another try', started('bad', 'retry'));
    await commit({ 'nowhere/map.yaml': configMap('found', '1') });
    await kube.patch(
      { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', namespace: world.namespace, name: 'app' },
      { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } },
      { type: 'merge' },
    );
    await run.until('success', (event) => finished('bad')(event) && event.event === 'finished' && event.outcome === 'done');
  });

  it('takes the word of source-controller where that does the sources', async () => {
    await createSource('10m');
    const store = (revision: string) =>
      kube.patch(
        { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', namespace: world.namespace, name: 'app' },
        {
          status: {
            artifact: {
              revision,
              digest: `sha256:${'0'.repeat(64)}`,
              path: 'x',
              url: 'http://x',
              lastUpdateTime: '2026-01-01T00:00:00Z',
            },
          },
        },
        { type: 'merge', subresource: 'status' },
      );
    await world.createKustomization('app');
    const run = watch('--with-source=false');
    const early = await run.until('a run without an artifact', finished('app'));
    assert.equal(early.event === 'finished' && early.error?.code, 'reconcile/no-artifact');
    await store(`main@sha1:${await commit({ 'deploy/map.yaml': configMap('map', '1') })}`);
    await run.until('a run for the first', started('app', 'revision'));
    await run.until('its end', finished('app'));
    await store(`main@sha1:${await commit({ 'deploy/map.yaml': configMap('map', '2') })}`);
    await run.until('a run for the second', started('app', 'revision'));
    const done = await run.until('its end', finished('app'));
    assert.equal(done.event === 'finished' && done.outcome, 'done');
    assert.deepEqual(await configMapOf('map'), { from: '2' });
    assert.equal(
      run.events.some(({ kind }) => kind === 'GitRepository'),
      false,
    );
    assert.deepEqual((await holders())[0], '');
  });

  it('outlives an API server that is away for a while, and misses nothing', async () => {
    await createSource('1s');
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    await world.createKustomization('app');
    const line = await openLine(new URL(sandbox.server));
    try {
      const kubeconfig = `${world.home}/line.kubeconfig`;
      const text = await readFile(sandbox.kubeconfigPath, 'utf8');
      await writeFile(kubeconfig, text.replaceAll(sandbox.server, line.url));
      const run = watch(`--kubeconfig=${kubeconfig}`);
      await run.until('the first run', finished('app'));
      await line.cut();
      await commit({ 'deploy/map.yaml': configMap('map', '2'), 'other/map.yaml': configMap('other', '1') });
      await world.createKustomization('late', { path: './other', sourceRef: { kind: 'GitRepository', name: 'app' } });
      await run.until('a run that breaks off', (event) => event.event === 'finished' && event.outcome === 'failed');
      await line.mend();
      const seen = new Set<string>();
      await run.until('both', (event) => {
        if (event.event === 'changed') seen.add(event.change.name);
        return seen.has('map') && seen.has('other');
      });
      assert.deepEqual([await configMapOf('map'), await configMapOf('other')], [{ from: '2' }, { from: '1' }]);
      const { code, stderr } = await run.stop('SIGTERM');
      assert.equal(code, 0, stderr);
    } finally {
      await line.cut();
    }
  });

  it('lease/lost: stops writing and ends with an error when somebody takes a Lease away', async () => {
    await createSource('10m');
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    await world.createKustomization('app', { interval: '1s' });
    const run = watch();
    await run.until('the first run', finished('app'));
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: world.namespace, name: LEASES[1] ?? '' };
    await kube.patch(lease, { spec: { holderIdentity: 'other' } }, { type: 'merge' });
    const { code, stderr } = await run.over;
    assert.equal(code, 1);
    assert.match(stderr, /"lease\/lost"/);
    assert.deepEqual(await holders(), ['', 'other']);
    const { metadata } = (await world.kustomization('app')) ?? {};
    await sleep(1_500);
    assert.equal((await world.kustomization('app'))?.metadata.resourceVersion, metadata?.resourceVersion);
  });

  it('a second run refuses, or waits until the first has ended: never do both write', async () => {
    await createSource('1s');
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    await world.createKustomization('app', { interval: '1s' });
    const first = watch();
    await first.until('the first run', finished('app'));
    const refused = await world.run(['drive', '-n', world.namespace, '-o', 'json']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /"lease\/held"/);
    const second = watch('--wait-lease=1m');
    await first.until('another run', started('app', 'interval'));
    assert.deepEqual(second.events, []);
    assert.equal((await first.stop('SIGTERM')).code, 0);
    const written = first.events.length;
    await second.until('a run of the second', finished('app'));
    assert.equal(first.events.length, written);
    const { code, stderr } = await second.stop('SIGTERM');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /is held by .*: waiting for it/);
  });

  it('two runs over one inventory of objects from files keep each other off as well', async () => {
    await commit({ 'deploy/map.yaml': configMap('map', '1') });
    const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { name: 'filed' } };
    const objects: JsonObject[] = [
      { ...source, spec: { interval: '1s', url: git.urlOf(world.namespace), ref: { branch: 'main' } } },
      {
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name: 'filed' },
        spec: {
          interval: '10m',
          path: './deploy',
          prune: true,
          targetNamespace: world.namespace,
          sourceRef: { kind: 'GitRepository', name: 'filed' },
        },
      },
    ];
    const path = `${world.home}/sync.yaml`;
    await writeFile(path, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    const run = watch('-f', path);
    await run.until('the first run', finished('filed'));
    const refused = await world.run(['drive', '-f', path, '-n', world.namespace, '-o', 'json']);
    assert.match(refused.stderr, /"lease\/held"/);
    await commit({ 'deploy/map.yaml': null, 'deploy/next.yaml': configMap('next', '1') });
    await run.until('a run for the revision', started('filed', 'revision'));
    await run.until('its end', finished('filed'));
    assert.deepEqual([await configMapOf('map'), await configMapOf('next')], [undefined, { from: '1' }]);
    assert.equal((await run.stop('SIGTERM')).code, 0);
  });

  for (const [signal, expected] of [
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const) {
    it(`a process that gets ${signal} while it waits leaves an honest status, gives the Leases back and exits with ${expected}`, async () => {
      await createSource('10m');
      await commit({ 'deploy/map.yaml': configMap('map', '1') });
      const missing = { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', namespace: world.namespace };
      await world.createKustomization('app', { healthChecks: [missing], timeout: '5m' });
      const child = spawn(process.execPath, [`${PACKAGE_DIR}bin/flux-ts`, 'drive', '--watch', '-n', world.namespace], {
        env: { ...world.env, PATH: process.env['PATH'] ?? '' },
        cwd: world.home,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      try {
        await untilApplied(child, () => configMapOf('map'));
        child.kill(signal);
        const [code] = (await once(child, 'exit')) as [number | null];
        assert.equal(code, expected);
      } finally {
        child.kill('SIGKILL');
      }
      assert.deepEqual(await holders(), ['', '']);
      const app = await world.kustomization('app');
      assert.ok(app !== undefined);
      const ready = readCondition(app, 'Ready');
      assert.deepEqual([ready?.['status'], ready?.['reason']], ['Unknown', 'ProgressingWithRetry']);
      assert.match(readText(ready, 'message'), /^stopped during health: the next run goes on$/);
      assert.match(JSON.stringify(app['status']), new RegExp(`${world.namespace}_map__ConfigMap`));
    });
  }
});

/** A way to the API server that can be cut. */
interface Line {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

async function openLine(to: URL): Promise<Line> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const far = connectSocket(Number(to.port), to.hostname);
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    url: `https://127.0.0.1:${port}`,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
    mend: async () => void (await listen(port)),
  };
}

/** Waits until the object is there; the process then waits for its health. */
async function untilApplied(child: ChildProcess, read: () => Promise<unknown>): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  while ((await read()) === undefined) {
    assert.ok(!patience.aborted && child.exitCode === null, stderr);
    await sleep(100);
  }
  await sleep(1_000);
}

function configMap(name: string, from: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {from: "${from}"}\n`;
}
