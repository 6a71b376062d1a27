import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { startGitServer } from '../support/git-server.ts';
import { type CliOptions, type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const HELM = 'helm.toolkit.fluxcd.io/v2';
const TIME = '2026-01-02T03:04:05Z';

describe('commands that look at a cluster', () => {
  const namespace = `inspect-${process.pid}`;
  let sandbox: TestSandbox;
  let kube: KubeClient;

  const withStatus = async (object: K8sObject, status: JsonObject): Promise<K8sObject> => {
    const made = await kube.create(object);
    const { apiVersion, kind, metadata } = made;
    const ref = { apiVersion, kind, name: metadata.name, namespace };
    return await kube.patch(ref, { status }, { type: 'merge', subresource: 'status' });
  };
  const ready = (status: string, reason: string, message: string): JsonObject => ({
    conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: TIME }],
  });
  const owned = { 'kustomize.toolkit.fluxcd.io/name': 'web', 'kustomize.toolkit.fluxcd.io/namespace': namespace };
  const createEvent = async (name: string, involvedObject: JsonObject, fields: JsonObject): Promise<void> => {
    await kube.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: { namespace, ...involvedObject },
      firstTimestamp: TIME,
      lastTimestamp: TIME,
      source: { component: 'kustomize-controller' },
      ...fields,
    });
  };

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller', 'helm-controller', 'source-watcher']);
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await withStatus(
      {
        apiVersion: SOURCE,
        kind: 'GitRepository',
        metadata: { name: 'team', namespace },
        spec: { interval: '1m', url: 'https://git.example.com/team', ref: { branch: 'main' }, suspend: true },
      },
      {
        ...ready('True', 'Succeeded', 'stored artifact'),
        artifact: {
          digest: `sha256:${'a'.repeat(64)}`,
          lastUpdateTime: TIME,
          path: 'x',
          revision: 'main@sha1:abc',
          url: 'http://x',
          size: 1536,
        },
      },
    );
    await withStatus(
      {
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name: 'web', namespace },
        spec: {
          interval: '1m',
          path: './deploy',
          prune: true,
          sourceRef: { kind: 'GitRepository', name: 'team' },
          postBuild: {
            substitute: { own: 'of the spec' },
            substituteFrom: [
              { kind: 'Secret', name: 'vars' },
              { kind: 'ConfigMap', name: 'absent', optional: true },
            ],
          },
        },
      },
      {
        ...ready('False', 'HealthCheckFailed', 'health check failed after 1m'),
        lastAppliedRevision: 'main@sha1:abc',
        inventory: { entries: [{ id: `${namespace}_web_apps_Deployment`, v: 'v1' }] },
        history: [
          {
            digest: 'sha256:abc',
            firstReconciled: TIME,
            lastReconciled: TIME,
            lastReconciledStatus: 'ReconciliationSucceeded',
            lastReconciledDuration: '1s',
            totalReconciliations: 2,
          },
        ],
      },
    );
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vars', namespace },
      stringData: { key: 'se\ncret', own: 'x' },
    });
    await kube.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace, labels: owned },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.99' }] } },
      },
    });
    await createEvent(
      'a',
      { apiVersion: KUSTOMIZE, kind: 'Kustomization', name: 'web' },
      { type: 'Warning', reason: 'HealthCheckFailed', message: 'not well' },
    );
    await createEvent(
      'b',
      { apiVersion: SOURCE, kind: 'GitRepository', name: 'team' },
      { type: 'Normal', reason: 'NewArtifact', message: 'stored', count: 3, lastTimestamp: '2026-01-02T04:04:05Z' },
    );
    await createEvent(
      'c',
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'other' },
      { type: 'Normal', reason: 'X', message: 'none of ours' },
    );
    await createEvent(
      'd',
      { apiVersion: 's3.example.com/v1', kind: 'Bucket', name: 'other' },
      { type: 'Normal', reason: 'X', message: 'none of ours' },
    );
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
  });

  const connected = (words: readonly string[]): string[] => [...words, `--kubeconfig=${sandbox.kubeconfigPath}`];
  const inPlace = (words: readonly string[]): string[] => connected([...words, `--namespace=${namespace}`]);
  const ok = (...words: string[]): Promise<CliRun> => runOk(inPlace(words));
  const failing = (...words: string[]): Promise<CliRun> => runCli(inPlace(words));

  /** The pod that the controllers of Kubernetes have made for the Deployment, as it looks with an image that is not there. */
  const failPod = async (): Promise<string> => {
    for (;;) {
      const { items } = await kube.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: 'app=web' });
      const name = items[0]?.metadata.name;
      if (name === undefined) {
        await sleep(100);
        continue;
      }
      const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nginx:1.99": not found' };
      const containerStatuses = [
        { name: 'web', image: 'nginx:1.99', imageID: '', ready: false, restartCount: 0, state: { waiting } },
      ];
      const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name };
      await kube.patch(ref, { status: { phase: 'Pending', containerStatuses } }, { type: 'merge', subresource: 'status' });
      return name;
    }
  };

  it('events: shows those of Flux objects, the oldest first', async () => {
    const { stdout } = await ok('events');
    assert.match(
      stdout,
      /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n\S+ +Warning +HealthCheckFailed +Kustomization\/web +not well\n\S+ \(x3 over \S+\) +Normal +NewArtifact +GitRepository\/team +stored\n$/,
    );
    assert.match((await ok('events', '-A')).stdout, /^NAMESPACE +LAST SEEN/);
    assert.equal((await ok('events', '--types=warning', '--no-header')).stdout.split('\n').length, 2);
    const { items } = JSON.parse((await ok('events', '-o', 'json')).stdout) as { items: JsonObject[] };
    assert.deepEqual(items[0], {
      namespace,
      firstSeen: TIME,
      lastSeen: TIME,
      count: 1,
      type: 'Warning',
      reason: 'HealthCheckFailed',
      object: 'Kustomization/web',
      message: 'not well',
    });
  });

  it('events: --for an object shows those of its source too', async () => {
    assert.equal((await ok('events', '--for=kustomization/web', '--no-header')).stdout.match(/\n/g)?.length, 2);
    assert.match((await ok('events', '--for=GitRepository', '--no-header')).stdout, /^\S+ \(x3 .*GitRepository\/team +stored\n$/);
    const none = await ok('events', '--for=HelmRelease');
    assert.deepEqual(none, { code: 0, stdout: '', stderr: `✗ No events found in ${namespace} namespace.\n` });
    for (const [words, code] of [
      [['--for=Kustomization/none'], 'inspect/not-found'],
      [['--for=Pod'], 'inspect/unknown-type'],
      [['--for=a/b/c'], 'inspect/bad-selector'],
      [['--types=Bad'], 'inspect/bad-event-type'],
    ] as const) {
      const run = await failing('events', ...words, '-o', 'json');
      assert.equal(run.code, 1);
      assert.match(run.stderr, new RegExp(`"code": "${code}"`));
    }
  });

  it('events: --watch goes on until it is ended', async () => {
    const end = new AbortController();
    const seen: string[] = [];
    const options: CliOptions = {
      signal: end.signal,
      onStdout(text) {
        seen.push(text);
        if (text.includes('later')) end.abort(new Error('SIGTERM'));
        else if (seen.length === 2) {
          void createEvent(
            'later',
            { apiVersion: KUSTOMIZE, kind: 'Kustomization', name: 'web' },
            { type: 'Normal', reason: 'Later', message: 'later' },
          );
        }
      },
    };
    const run = await runCli(inPlace(['events', '--watch']), options);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^LAST SEEN[\s\S]*Later +Kustomization\/web +later\n$/);
    await kube.delete({ apiVersion: 'v1', kind: 'Event', namespace, name: 'later' });
  });

  it('trace: follows an object to its source', async () => {
    const { stdout } = await ok('trace', 'deploy', 'web');
    assert.equal(
      stdout,
      `
Object:          Deployment/web
Namespace:       ${namespace}
Status:          Managed by Flux
---
Kustomization:   web
Namespace:       ${namespace}
Path:            ./deploy
Revision:        main@sha1:abc
Status:          Last reconciliation failed at 2026-01-02 03:04:05 +0000 UTC
Message:         health check failed after 1m
---
GitRepository:   team
Namespace:       ${namespace}
URL:             https://git.example.com/team
Branch:          main
Revision:        main@sha1:abc
Status:          Last reconciled at 2026-01-02 03:04:05 +0000 UTC
Message:         stored artifact
`,
    );
    const pod = await failPod();
    assert.match(
      (await ok('trace', `pod/${pod}`, 'deployments.apps/web')).stdout,
      /^\nObject: +Pod\/[\s\S]+\n---\n\nObject: +Deployment\/web\n/,
    );
    assert.equal((await ok('trace', 'web', '--kind=Deployment', '--api-version=apps/v1', '-o', 'json')).code, 0);
  });

  it('trace: says what is not of Flux, and exits with 1', async () => {
    const run = await failing('trace', 'secret/vars');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /failed to trace Secret\/vars in namespace \S+: object not managed by Flux/);
    const both = await failing('trace', 'secret/vars', 'secret/none', '-o', 'json');
    assert.match(both.stderr, new RegExp('inspect/trace-failed[^]*inspect/not-managed[^]*inspect/not-found'));
    assert.match((await failing('trace', 'nonsense/x')).stderr, /the server doesn't have a resource type "nonsense"/);
    assert.match((await failing('trace', 'deploy')).stderr, /either `<resource>\/<name>` or `<resource> <name>` is required/);
    assert.match((await failing('trace', '-o', 'json')).stderr, new RegExp('"code": "inspect/bad-words"'));
    assert.match((await failing('trace', 'x', '--kind=Pod')).stderr, /object apiVersion is required/);
  });

  it('why: goes down to the pod that fails', async () => {
    const pod = await failPod();
    const { stdout } = await ok('why', 'deployment/web');
    const [first, below, ks, source, commit, mend] = stdout.split('\n');
    assert.match(first ?? '', new RegExp(`^Deployment/${namespace}/web is not ready`));
    assert.match(
      below ?? '',
      new RegExp(`^└─ Pod/${namespace}/${pod} {3}ImagePullBackOff: Back-off pulling image "nginx:1.99": not found`),
    );
    assert.match(ks ?? '', /^ {3}from {2}Kustomization\/\S+ +main@sha1:abc {2}not ready since \S+: health check failed/);
    assert.match(source ?? '', /^ {3}from {2}GitRepository\/\S+ +main@sha1:abc {2}suspended$/);
    assert.equal(commit, '         its commit was not read: revision "main@sha1:abc" of the source names no commit');
    assert.match(
      mend ?? '',
      /^mend: correct the image nginx:1\.99, or the secret [^;]+; and resume it: flux-ts resume source git team/,
    );
    assert.doesNotMatch((await ok('why', 'deployment/web', '--git=false')).stdout, /commit/);
    const ofKs = await ok('why', 'ks', 'web');
    assert.match(
      ofKs.stdout,
      /^Kustomization\/\S+ is not ready since \S+: health check failed[^\n]*\n└─ Deployment\/[^\n]+\n {3}└─ Pod\//,
    );
    assert.match((await ok('why', 'secret', 'vars')).stdout, /is ready: [^\n]*\n {3}nothing of Flux manages it\n$/);
    const data = JSON.parse((await ok('why', 'deployment/web', '-o', 'json')).stdout) as { below: JsonObject[] };
    assert.equal(data.below[0]?.['reason'], 'ImagePullBackOff');
    assert.equal((await failing('why', 'deployment/none')).code, 1);
  });

  it('stats: counts what there is', async () => {
    const { stdout } = await ok('stats');
    assert.match(
      stdout,
      /^RECONCILERS +RUNNING +FAILING +SUSPENDED +STORAGE\nGitRepository +0 +0 +1 +1\.5 KiB\nOCIRepository +0 +0 +0 +-\n/,
    );
    assert.match(stdout, /\nKustomization +1 +1 +0 +-\n/);
    assert.equal(stdout.match(/\n/g)?.length, 14);
  });

  it('debug kustomization: shows variables, status and history', async () => {
    assert.equal((await ok('debug', 'ks', 'web', '--show-vars')).stdout, 'key=secret\nown=of the spec\n');
    assert.match(
      (await ok('debug', 'kustomization', 'web', '--show-status')).stdout,
      /^# Status documentation: https:\/\/fluxcd\.io\/flux\/components\/kustomize\/kustomizations\/#kustomization-status\nconditions:\n/,
    );
    assert.match((await ok('debug', 'ks', 'web', '--show-history')).stdout, /\n- digest: sha256:abc\n/);
    assert.match(
      (await failing('debug', 'ks', 'web')).stderr,
      /exactly one of --show-status, --show-vars, --show-history must be set/,
    );
    assert.match((await failing('debug', 'ks', 'web', '-o', 'json')).stderr, new RegExp('inspect/bad-part'));
    assert.equal((await failing('debug', 'ks', 'none', '--show-vars')).code, 1);
  });

  it('debug helmrelease: merges values in their order', async () => {
    const create = (kind: string, name: string, data: Record<string, string>): Promise<K8sObject> =>
      kube.create({
        apiVersion: 'v1',
        kind,
        metadata: { name, namespace },
        ...(kind === 'Secret' ? { stringData: data } : { data }),
      });
    await create('ConfigMap', 'values', { 'values.yaml': 'a: {b: 1, c: 1}\nlist: [1]\n' });
    await create('Secret', 'token', { token: '"007"' });
    await create('ConfigMap', 'broken', { 'values.yaml': 'just a text' });
    const release = (name: string, valuesFrom: JsonObject[]): Promise<K8sObject> =>
      kube.create({
        apiVersion: HELM,
        kind: 'HelmRelease',
        metadata: { name, namespace },
        spec: { interval: '1m', chartRef: { kind: 'OCIRepository', name: 'x' }, valuesFrom, values: { a: { c: 2 } } },
      });
    await release('web', [
      { kind: 'ConfigMap', name: 'values' },
      { kind: 'Secret', name: 'token', valuesKey: 'token', targetPath: 'login.tokens[1]' },
      { kind: 'ConfigMap', name: 'absent', optional: true },
    ]);
    assert.equal(
      (await ok('debug', 'hr', 'web', '--show-values')).stdout,
      'a:\n  b: 1\n  c: 2\nlist:\n- 1\nlogin:\n  tokens:\n  - null\n  - "007"\n',
    );
    await release('broken', [{ kind: 'ConfigMap', name: 'broken' }]);
    assert.match(
      (await failing('debug', 'hr', 'broken', '--show-values', '-o', 'json')).stderr,
      new RegExp('inspect/bad-values'),
    );
    assert.match((await ok('debug', 'hr', 'web', '--show-history')).stdout, /#history\n\[\]\n$/);
  });

  it('tree artifact generator: shows what it has made', async () => {
    await withStatus(
      {
        apiVersion: 'source.extensions.fluxcd.io/v1beta1',
        kind: 'ArtifactGenerator',
        metadata: { name: 'split', namespace },
        spec: {
          sources: [{ alias: 'a', kind: 'GitRepository', name: 'team' }],
          artifacts: [{ name: 'one', copy: [{ from: '@a/x', to: '@artifact/' }] }],
        },
      },
      { inventory: [{ name: 'one', namespace, digest: 'sha256:abc', filename: 'x.tar.gz' }] },
    );
    assert.equal(
      (await ok('tree', 'artifact', 'generator', 'split')).stdout,
      `ArtifactGenerator/${namespace}/split\n└── ExternalArtifact/${namespace}/one\n`,
    );
    assert.equal((await failing('tree', 'artifact', 'generator', 'none')).code, 1);
  });

  it('logs: says where there are no controllers, and that a log cannot be read', async () => {
    const none = await runCli(connected(['logs', `--flux-namespace=${namespace}`, '-o', 'json']));
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no Flux pods found in namespace/);
    assert.match(none.stderr, new RegExp('inspect/no-pods'));
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    await kube.patch(ref, { metadata: { labels: { 'app.kubernetes.io/part-of': 'flux' } } }, { type: 'merge' });
    await failPod();
    // Without a kubelet no pod is on a node, and the API server has no log to give; that must not look like a quiet one.
    const unread = await runCli(connected(['logs', `--flux-namespace=${namespace}`]));
    assert.match(unread.stderr, /Pod\/\S+ is on no node: it has no log/);
    const both = await failing('logs', '--since=1m', '--since-time=2026-01-02T03:04:05Z', '-o', 'json');
    assert.match(both.stderr, new RegExp('inspect/bad-since'));
    assert.match((await failing('logs', '--since-time=yesterday')).stderr, /yesterday is not a valid \(RFC3339\) time/);
  });

  it('why: goes up to the commit, and to the line in it', async (t) => {
    const server = await startGitServer({ user: 'reader', password: 'hidden-password' });
    t.after(() => server.close());
    await server.create('fleet');
    const container = '{containers: [{name: api, image: nginx}]}';
    const id = await server.commitFiles(
      'fleet',
      {
        'deploy/kustomization.yaml': 'resources: [api.yaml]\nimages:\n- name: nginx\n  newTag: "1.99"\n',
        'deploy/api.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: ${container}}}\n`,
      },
      'Bump nginx\n\nas was asked for',
      { timeSeconds: Math.floor(Date.now() / 1000) - 300 },
    );
    const revision = `main@sha1:${id}`;
    await withStatus(
      {
        apiVersion: SOURCE,
        kind: 'GitRepository',
        metadata: { name: 'fleet', namespace },
        spec: { interval: '1m', url: server.urlOf('fleet'), ref: { branch: 'main' }, secretRef: { name: 'fleet' } },
      },
      ready('True', 'Succeeded', 'stored artifact'),
    );
    await withStatus(
      {
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name: 'api', namespace },
        spec: { interval: '1m', path: './deploy', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      },
      { ...ready('False', 'HealthCheckFailed', 'health check failed after 1m'), lastAttemptedRevision: revision },
    );
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'api',
      'kustomize.toolkit.fluxcd.io/namespace': namespace,
    };
    const image = 'nginx:1.99';
    const spec = { containers: [{ name: 'api', image }] };
    await kube.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace, labels },
      spec: { replicas: 0, selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api' } }, spec } },
    });
    const waiting = { reason: 'ImagePullBackOff', message: 'not found' };
    await withStatus(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api-1', namespace, labels }, spec },
      {
        phase: 'Pending',
        containerStatuses: [{ name: 'api', image, imageID: '', ready: false, restartCount: 0, state: { waiting } }],
      },
    );
    const commitLine = async (): Promise<string | undefined> =>
      (await ok('why', 'pod/api-1')).stdout.split('\n').find((line) => line.startsWith('         '));
    assert.match((await commitLine()) ?? '', /its commit was not read: .*secret.* not found/);

    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'fleet', namespace },
      stringData: { username: 'reader', password: 'wrong-password' },
    });
    assert.match((await commitLine()) ?? '', /its commit was not read: .*authentication/);
    const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'fleet' };
    await kube.patch(secret, { stringData: { password: 'hidden-password' } }, { type: 'merge' });
    const { stdout } = await ok('why', 'pod/api-1');
    const place = 'deploy/kustomization.yaml:4 (images[0].newTag)';
    const [, line = ''] = /\n {9}("Bump nginx" [^\n]+)\n/.exec(stdout) ?? [];
    assert.equal(line.replace(/\d+m(?:\d+s)? ago/, 'N ago'), `"Bump nginx" by Tester, N ago, ${place}`);
    assert.doesNotMatch(stdout, /hidden-password/);
    assert.ok(stdout.includes(`\nmend: correct the image nginx:1.99 in ${place}, or the secret`), stdout);
    const { commit } = JSON.parse((await ok('why', 'pod/api-1', '-o', 'json')).stdout) as { commit: JsonObject };
    assert.deepEqual([commit['id'], commit['author'], commit['subject']], [id, 'Tester', 'Bump nginx']);

    const asked = server.requests.length;
    assert.doesNotMatch((await ok('why', 'pod/api-1', '--git=false')).stdout, /Bump nginx|its commit/);
    assert.equal(server.requests.length, asked);
  });
});
