import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANNOTATION, FINALIZER, GROUP } from '../../src/lib/core/flux.ts';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { apiVersionOf, KINDS } from '../../src/lib/core/kinds.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { type EventSink, startEventSink } from './event-sink.ts';
import { ACCOUNT, APPS, type Ground, openGround } from './open-ground.ts';

const API = GROUP.notification;
const IDLE = { interval: '1h', suspend: true };
/** Enough for the API server to take one of each kind. */
const SPECS: Readonly<Record<string, JsonObject>> = {
  GitRepository: { ...IDLE, url: 'http://127.0.0.1:1/app.git' },
  OCIRepository: { ...IDLE, url: 'oci://127.0.0.1:1/app' },
  Bucket: { ...IDLE, endpoint: '127.0.0.1:1', bucketName: 'app' },
  HelmRepository: { ...IDLE, url: 'http://127.0.0.1:1' },
  HelmChart: { ...IDLE, chart: 'app', sourceRef: { kind: 'HelmRepository', name: 'asked' } },
  Kustomization: { ...IDLE, prune: false, serviceAccountName: ACCOUNT, sourceRef: { kind: 'GitRepository', name: 'asked' } },
  HelmRelease: { ...IDLE, serviceAccountName: ACCOUNT, chartRef: { kind: 'HelmChart', name: 'asked' } },
  ImageRepository: { ...IDLE, image: '127.0.0.1:1/app' },
  ImagePolicy: { imageRepositoryRef: { name: 'asked' }, policy: { alphabetical: {} } },
  ImageUpdateAutomation: {
    ...IDLE,
    sourceRef: { kind: 'GitRepository', name: 'asked' },
    git: { commit: { author: { email: 'flux@example.com' } } },
  },
  ArtifactGenerator: {
    sources: [{ alias: 'app', kind: 'GitRepository', name: 'asked' }],
    artifacts: [{ name: 'app', copy: [{ from: '@app/**', to: '@artifact/' }] }],
  },
};
const TOKEN = 't0ken-of-the-hook';

describe('notification-controller and what is said to it', {
  timeout: 300_000,
  skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
}, () => {
  let ground: Ground;
  let sink: EventSink;

  before(async () => {
    ground = await openGround(['source-controller', 'notification-controller']);
    sink = await startEventSink();
    await ground.git.create('app');
    await ground.git.commitFiles('app', { 'a.txt': 'one' }, 'One');
  });

  after(async () => {
    await ground?.close();
    await sink?.close();
  });

  const revision = async (): Promise<string> =>
    readText(await ground.read('source.toolkit.fluxcd.io/v1', 'GitRepository', 'app'), 'status', 'artifact', 'revision');
  const until = async (what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> => {
    for (const deadline = Date.now() + 30_000; !(await isTrue()); await sleep(50))
      assert.ok(
        Date.now() < deadline,
        `${what}: not in time\n${ground.controllers.logs('notification-controller').slice(-3000)}`,
      );
  };

  it('an Alert that was created sends the events of a source to its Provider', async () => {
    await ground.ok('create', 'alert-provider', 'sink', '-n', APPS, '--type=generic', `--address=${sink.url}`);
    await ground.ok('create', 'alert', 'all', '-n', APPS, '--provider-ref=sink', '--event-source=GitRepository/*');
    await ground.ok(
      'create',
      'source',
      'git',
      'app',
      '-n',
      APPS,
      `--url=${ground.git.urlOf('app')}`,
      '--branch=main',
      '--interval=1h',
    );
    await until('the event', () => sink.events.some(({ message }) => /stored artifact for commit 'One'/.test(message)));
    assert.equal(sink.events[0]?.involvedObject.name, 'app');
  });

  it('a suspended Alert is silent, and speaks again when it is resumed', async () => {
    await ground.ok('suspend', 'alert', 'all', '-n', APPS);
    sink.events.length = 0;
    await ground.git.commitFiles('app', { 'a.txt': 'two' }, 'Two');
    await ground.ok('reconcile', 'source', 'git', 'app', '-n', APPS);
    const log = (): string => ground.controllers.logs('notification-controller');
    await until('the event is looked at', () => /discarding event, no alerts found for the involved object/i.test(log()));
    assert.deepEqual(sink.events, []);
    await ground.ok('resume', 'alert', 'all', '-n', APPS);
    await ground.git.commitFiles('app', { 'a.txt': 'three' }, 'Three');
    await ground.ok('reconcile', 'source', 'git', 'app', '-n', APPS);
    await until('the event', () => sink.events.some(({ message }) => /Three/.test(message)));
  });

  it('create receiver without its secret ends at once and says what is missing', async () => {
    const flags = ['--type=generic-hmac', '--secret-ref=hook', '--resource=GitRepository/app'];
    const run = await ground.fails('create', 'receiver', 'app', '-n', APPS, ...flags);
    assert.match(run.stderr, /Receiver reconciliation failed: .*hook.* not found/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
  });

  it('create receiver waits for the path, which is the one that the secret told', async () => {
    await ground.ok(
      'create',
      'secret',
      'receiver',
      'app',
      '-n',
      APPS,
      '--type=generic-hmac',
      `--token=${TOKEN}`,
      '--hostname=hooks.example.com',
    );
    const flags = ['--type=generic-hmac', '--secret-ref=app', '--resource=GitRepository/app'];
    const created = await ground.ok('create', 'receiver', 'app', '-n', APPS, ...flags);
    const path = readText(await ground.read(`${API}/v1`, 'Receiver', 'app'), 'status', 'webhookPath');
    assert.match(path, /^\/hook\/[0-9a-f]{64}$/);
    assert.ok(created.stderr.includes(`generated URL ${path}`), created.stderr);
    const secret = await ground.read('v1', 'Secret', 'app');
    assert.deepEqual(Object.values(secret?.metadata.annotations ?? {}), [`https://hooks.example.com${path}`]);
  });

  it('trigger receiver makes it reconcile the source; a wrong token does not', async () => {
    const commit = await ground.git.commitFiles('app', { 'a.txt': 'four' }, 'Four');
    const call = ['trigger', 'receiver', 'app', '-n', APPS, '--type=generic-hmac', `--url=${ground.controllers.receiverUrl}`];
    const wrong = await ground.fails(...call, '--token=wrong', '--retries=0');
    assert.match(wrong.stderr, /status 404/);
    assert.notEqual(await revision(), `main@sha1:${commit}`);
    await ground.ok(...call, `--token=${TOKEN}`);
    await until('the revision', async () => (await revision()) === `main@sha1:${commit}`);
  });

  it('reconcile, suspend and resume of a Receiver are heard', async () => {
    const reconciled = await ground.ok('reconcile', 'receiver', 'app', '-n', APPS, '-o', 'json');
    const { requestedAt } = JSON.parse(reconciled.stdout) as { requestedAt: string };
    assert.equal(readText(await ground.read(`${API}/v1`, 'Receiver', 'app'), 'status', 'lastHandledReconcileAt'), requestedAt);
    await ground.ok('suspend', 'receiver', 'app', '-n', APPS);
    const call = ['trigger', 'receiver', 'app', '-n', APPS, '--type=generic-hmac', `--url=${ground.controllers.receiverUrl}`];
    await ground.fails('reconcile', 'receiver', 'app', '-n', APPS);
    await ground.fails(...call, `--token=${TOKEN}`, '--retries=0');
    await ground.ok('resume', 'receiver', 'app', '-n', APPS);
    await ground.ok(...call, `--token=${TOKEN}`);
  });

  it('get, export and events show them', async () => {
    const { stdout } = await ground.ok('get', 'receivers', '-n', APPS);
    assert.match(stdout, /app +False +True +Receiver initialized for path: \/hook\//);
    assert.match((await ground.ok('get', 'alerts', '-n', APPS)).stdout, /all/);
    assert.match((await ground.ok('get', 'alert-providers', '-n', APPS)).stdout, /sink/);
    const exported = (await ground.ok('export', 'receiver', 'app', '-n', APPS)).stdout;
    assert.match(exported, /kind: Receiver/);
    assert.doesNotMatch(exported, /status|finalizers|resourceVersion/);
    assert.match((await ground.ok('events', '--for', 'Receiver/app', '-n', APPS)).stdout, /Succeeded/);
  });

  it('a call reaches every kind of object that the role names', async () => {
    const targets = KINDS.filter(({ group, kind }) => group !== API && kind !== 'ExternalArtifact');
    // To be asked is all that counts; nobody has to work on them.
    for (const kind of targets) {
      const apiVersion = apiVersionOf(kind);
      await ground.kube.create({
        apiVersion,
        kind: kind.kind,
        metadata: { name: 'asked', namespace: APPS },
        spec: SPECS[kind.kind] ?? {},
      });
    }
    const resources = targets.map((kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind, name: 'asked' }));
    const receiver = { type: 'generic', secretRef: { name: 'app' }, resources };
    await ground.kube.create({
      apiVersion: `${API}/v1`,
      kind: 'Receiver',
      metadata: { name: 'every', namespace: APPS },
      spec: receiver,
    });
    await ground.ok('reconcile', 'receiver', 'every', '-n', APPS);
    await ground.ok('trigger', 'receiver', 'every', '-n', APPS, `--url=${ground.controllers.receiverUrl}`, `--token=${TOKEN}`);
    for (const kind of targets) {
      const object = await ground.read(apiVersionOf(kind), kind.kind, 'asked');
      assert.ok(object?.metadata.annotations?.[ANNOTATION.reconcileRequestedAt] !== undefined, kind.kind);
    }
    await ground.ok('delete', 'receiver', 'every', '-n', APPS, '--silent');
  });

  it('works for the namespace of the installation, and takes off what an older release left on Alerts', async () => {
    await ground.ok('create', 'secret', 'receiver', 'own', '--type=generic', '--hostname=hooks.example.com');
    await ground.ok('create', 'receiver', 'own', '--type=generic', '--secret-ref=own', '--resource=GitRepository/app');
    const old = { name: 'old', namespace: APPS, finalizers: [FINALIZER] };
    const spec = { providerRef: { name: 'sink' }, eventSources: [{ kind: 'Bucket', name: '*' }] };
    await ground.kube.create({ apiVersion: `${API}/v1beta3`, kind: 'Alert', metadata: old, spec });
    await until(
      'the finalizer is off',
      async () => (await ground.read(`${API}/v1beta3`, 'Alert', 'old'))?.metadata.finalizers === undefined,
    );
  });

  it('delete leaves nothing behind', async () => {
    await ground.ok('delete', 'receiver', 'app', '-n', APPS, '--silent');
    await ground.ok('delete', 'alert', 'all', '-n', APPS, '--silent');
    await ground.ok('delete', 'alert-provider', 'sink', '-n', APPS, '--silent');
    for (const [version, kind, name] of [
      ['v1', 'Receiver', 'app'],
      ['v1beta3', 'Alert', 'all'],
      ['v1beta3', 'Provider', 'sink'],
    ] as const) {
      await until(`${kind} is gone`, async () => (await ground.read(`${API}/${version}`, kind, name)) === undefined);
    }
  });

  it('its role grants what it does, and no more', async (t) => {
    await ground.audit(t, 'notification-controller');
  });
});
