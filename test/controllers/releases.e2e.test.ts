import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { GROUP } from '../../src/lib/core/flux.ts';
import { readCondition, readPath, readText } from '../../src/lib/core/read-object.ts';
import { type FileServer, startFileServer } from '../support/file-server.ts';
import { makeTar } from '../support/make-tar.ts';
import { HELM_CHART, type OciRegistry, startOciRegistry } from '../support/oci-registry.ts';
import { ACCOUNT, APPS, type Ground, openGround } from './open-ground.ts';

const API = `${GROUP.helm}/v2`;
const ACTING = `--service-account=${ACCOUNT}`;

/** Files of a chart that makes one ConfigMap. */
function chartFiles(version: string): Record<string, string> {
  return {
    'Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\n`,
    'values.yaml': 'greeting: hello\n',
    'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-conf"}
data: {greeting: {{ required "a greeting is needed" .Values.greeting | quote }}, version: {{ .Chart.Version | quote }}}
`,
  };
}

/** The same as one file, as `helm package` makes it. */
function packChart(version: string): Buffer {
  const members = Object.entries(chartFiles(version)).map(([name, text]) => ({
    name: `web/${name}`,
    content: Buffer.from(text),
  }));
  return gzipSync(makeTar(members));
}

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

describe('helm-controller and what is said to it', {
  timeout: 600_000,
  skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
}, () => {
  let ground: Ground;
  let registry: OciRegistry;
  let web: FileServer;

  before(async () => {
    // How often it looks again has nothing to do with rights.
    ground = await openGround(['source-controller', 'kustomize-controller', 'helm-controller'], {
      flags: { 'helm-controller': ['--requeue-dependency=15s'] },
    });
    registry = await startOciRegistry();
    web = await startFileServer();
    await ground.git.create('charts');
    await ground.git.commitFiles('charts', below('web', chartFiles('0.1.0')), 'Add the chart');
    await ground.ok(
      'create',
      'source',
      'git',
      'charts',
      '-n',
      APPS,
      `--url=${ground.git.urlOf('charts')}`,
      '--branch=main',
      '--interval=1h',
    );
  });

  after(async () => {
    await ground?.close();
    await registry?.stop();
    await web?.close();
  });

  const release = (name: string) => ground.read(API, 'HelmRelease', name);
  const conf = async (name: string) => (await ground.read('v1', 'ConfigMap', `${name}-conf`))?.['data'];
  const historyVersion = async (): Promise<number> => {
    const history = readPath(await release('web'), 'status', 'history') as { version: number }[] | undefined;
    return history?.[0]?.version ?? 0;
  };
  const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 60_000; !(await isTrue()); await sleep(50))
      assert.ok(Date.now() < deadline, `${what}: not in time\n${ground.controllers.logs('helm-controller').slice(-3000)}`);
  };

  it('create waits until a chart of a Git repository is installed', async () => {
    const values = ground.file('values.yaml', 'greeting: good morning\n');
    const run = await ground.ok(
      'create',
      'helmrelease',
      'web',
      '-n',
      APPS,
      '--source=GitRepository/charts',
      '--chart=./web',
      ACTING,
      `--values=${values}`,
      '--interval=1h',
      '--reconcile-strategy=Revision',
      '-o',
      'json',
    );
    assert.match(run.stderr, /applied revision 0\.1\.0/);
    assert.deepEqual(await conf('web'), {
      greeting: 'good morning',
      version: readText(await release('web'), 'status', 'lastAttemptedRevision'),
    });
  });

  it('create of a release that cannot be installed ends at once with the cause', async () => {
    const values = ground.file('empty.yaml', 'greeting: ""\n');
    const run = await ground.fails(
      'create',
      'helmrelease',
      'empty',
      '-n',
      APPS,
      '--source=GitRepository/charts',
      '--chart=./web',
      ACTING,
      `--values=${values}`,
      '--interval=1h',
    );
    assert.match(run.stderr, /a greeting is needed/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
  });

  it('create of a chart that is not there ends at once with the cause', async () => {
    const run = await ground.fails(
      'create',
      'helmrelease',
      'lost',
      '-n',
      APPS,
      '--source=GitRepository/charts',
      '--chart=./nowhere',
      ACTING,
      '--interval=1h',
    );
    assert.match(run.stderr, /HelmRelease waits for HelmChart\/apps\/apps-lost: .*nowhere/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
  });

  it('create of a release that depends on another waits for that', async () => {
    const flags = ['--source=GitRepository/charts', '--chart=./web', ACTING, '--interval=1h'];
    const waiting = ground.ok('create', 'helmrelease', 'second', '-n', APPS, '--depends-on=first', ...flags);
    await until(
      'it waits',
      async () => readText(readCondition((await release('second')) ?? {}, 'Ready'), 'reason') === 'DependencyNotReady',
    );
    await ground.ok('create', 'helmrelease', 'first', '-n', APPS, ...flags);
    const { stderr } = await waiting;
    assert.match(stderr, /◎ dependency 'apps\/first' is not ready, the controller tries again/);
    assert.match(stderr, /applied revision 0\.1\.0/);
  });

  it('reconcile --with-source upgrades to a new commit', async () => {
    await ground.git.commitFiles('charts', below('web', chartFiles('0.2.0')), 'A new version');
    await ground.ok('reconcile', 'source', 'git', 'charts', '-n', APPS);
    const run = await ground.ok('reconcile', 'helmrelease', 'web', '-n', APPS, '--with-source', '-o', 'json');
    assert.match(run.stderr, /applied revision 0\.2\.0/);
    assert.match((JSON.parse(run.stdout) as { revision: string }).revision, /^0\.2\.0/);
    assert.match(String(readPath(await conf('web'), 'version')), /^0\.2\.0/);
  });

  it('reconcile --force upgrades though nothing has changed', async () => {
    const before = await historyVersion();
    await ground.ok('reconcile', 'helmrelease', 'web', '-n', APPS);
    assert.equal(await historyVersion(), before);
    await ground.ok('reconcile', 'helmrelease', 'web', '-n', APPS, '--force');
    assert.equal(await historyVersion(), before + 1);
  });

  it('a release that used up its attempts says so, and --reset gives it new ones', async () => {
    const again = await ground.fails('reconcile', 'helmrelease', 'empty', '-n', APPS);
    assert.match(again.stderr, /a greeting is needed|retries/i);
    const values = { spec: { values: { greeting: 'at last' } } };
    await ground.kube.patch({ apiVersion: API, kind: 'HelmRelease', namespace: APPS, name: 'empty' }, values, { type: 'merge' });
    await ground.ok('reconcile', 'helmrelease', 'empty', '-n', APPS, '--reset');
    assert.equal(readPath(await conf('empty'), 'greeting'), 'at last');
  });

  it('suspend and resume are heard', async () => {
    await ground.ok('suspend', 'helmrelease', 'web', '-n', APPS);
    await ground.kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: APPS, name: 'web-conf' });
    await ground.fails('reconcile', 'helmrelease', 'web', '-n', APPS);
    const values = { spec: { values: { greeting: 'good evening' } } };
    await ground.kube.patch({ apiVersion: API, kind: 'HelmRelease', namespace: APPS, name: 'web' }, values, { type: 'merge' });
    const { stderr } = await ground.ok('resume', 'helmrelease', 'web', '-n', APPS);
    assert.match(stderr, /HelmRelease web reconciliation completed/);
    assert.equal(readPath(await conf('web'), 'greeting'), 'good evening');
  });

  it('a chart of a registry, as an OCIRepository', async () => {
    await registry.push('charts/web', '1.0.0', packChart('1.0.0'), {}, HELM_CHART);
    const url = `--url=oci://${registry.host}/charts/web`;
    await ground.ok('create', 'source', 'oci', 'web', '-n', APPS, url, '--tag-semver=1.x', '--insecure', '--interval=1h');
    const run = await ground.ok(
      'create',
      'helmrelease',
      'pulled',
      '-n',
      APPS,
      '--chart-ref=OCIRepository/web',
      ACTING,
      '--interval=1h',
    );
    assert.match(run.stderr, /applied revision 1\.0\.0/);
    await registry.push('charts/web', '1.0.1', packChart('1.0.1'), {}, HELM_CHART);
    const { stderr } = await ground.ok('reconcile', 'helmrelease', 'pulled', '-n', APPS, '--with-source');
    assert.match(stderr, /applied revision 1\.0\.1/);
  });

  it('a chart of a Helm repository', async () => {
    const entries = { web: [{ apiVersion: 'v2', name: 'web', version: '2.0.0', urls: ['web-2.0.0.tgz'] }] };
    web.files.set('/index.yaml', Buffer.from(JSON.stringify({ apiVersion: 'v1', entries })));
    web.files.set('/web-2.0.0.tgz', packChart('2.0.0'));
    await ground.ok('create', 'source', 'helm', 'web', '-n', APPS, `--url=${web.urlOf('')}`, '--interval=1h');
    await ground.ok(
      'create',
      'source',
      'chart',
      'web',
      '-n',
      APPS,
      '--source=HelmRepository/web',
      '--chart=web',
      '--chart-version=2.x',
    );
    const flags = ['--source=HelmRepository/web', '--chart=web', '--chart-version=2.x', ACTING, '--interval=1h'];
    assert.match((await ground.ok('create', 'helmrelease', 'bought', '-n', APPS, ...flags)).stderr, /applied revision 2\.0\.0/);
  });

  it('values of ConfigMaps and Secrets are read, and shown by debug', async () => {
    const place = { name: 'greetings', namespace: APPS };
    await ground.kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: place,
      data: { 'values.yaml': 'greeting: moin\n' },
    });
    await ground.kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: place,
      stringData: { 'values.yaml': 'mood: s3cret\n' },
    });
    const flags = ['--source=GitRepository/charts', '--chart=./web', ACTING, '--interval=1h'];
    const from = ['--values-from=ConfigMap/greetings', '--values-from=Secret/greetings'];
    await ground.ok('create', 'helmrelease', 'polite', '-n', APPS, ...flags, ...from);
    assert.equal(readPath(await conf('polite'), 'greeting'), 'moin');
    const shown = await ground.ok('debug', 'helmrelease', 'polite', '-n', APPS, '--show-values');
    assert.match(shown.stdout, /greeting: moin\nmood: s3cret/);
    assert.match(
      (await ground.ok('debug', 'helmrelease', 'polite', '-n', APPS, '--show-history')).stdout,
      /chartVersion: 0\.2\.0/,
    );
    assert.match((await ground.ok('debug', 'helmrelease', 'polite', '-n', APPS, '--show-status')).stdout, /InstallSucceeded/);
  });

  it('get, export, events, trace and tree show them', async () => {
    const { stdout } = await ground.ok('get', 'helmreleases', '-n', APPS);
    assert.match(
      stdout,
      /web +0\.2\.0\S* +False +True +Helm upgrade succeeded for release apps\/web\.v\d+ with chart web@0\.2\.0/,
    );
    assert.match(stdout, /lost +False +False +.*nowhere/);
    assert.doesNotMatch(
      (await ground.ok('export', 'helmrelease', 'web', '-n', APPS)).stdout,
      /status:|finalizers|resourceVersion/,
    );
    assert.match((await ground.ok('events', '--for', 'HelmRelease/web', '-n', APPS)).stdout, /InstallSucceeded/);
    const child = {
      apiVersion: API,
      kind: 'HelmRelease',
      metadata: { name: 'grown', namespace: APPS },
      spec: {
        interval: '1h',
        serviceAccountName: ACCOUNT,
        chart: { spec: { chart: './web', sourceRef: { kind: 'GitRepository', name: 'charts' } } },
      },
    };
    await ground.git.commitFiles('charts', { 'fleet/release.yaml': JSON.stringify(child) }, 'A release');
    await ground.ok('reconcile', 'source', 'git', 'charts', '-n', APPS);
    const kustomization = ['create', 'kustomization', 'fleet', '-n', APPS, '--source=GitRepository/charts', '--path=./fleet'];
    await ground.ok(...kustomization, '--prune', '--wait', ACTING, '--interval=1h');
    const tree = (await ground.ok('tree', 'kustomization', 'fleet', '-n', APPS)).stdout;
    assert.match(tree, /HelmRelease\/apps\/grown\n.*ConfigMap\/apps\/grown-conf/);
    const trace = (await ground.ok('trace', 'configmap', 'grown-conf', '-n', APPS)).stdout;
    assert.match(trace, /HelmRelease: +grown/);
    assert.match(trace, /Kustomization: +fleet|GitRepository: +charts/);
  });

  it('works for the namespace of the installation', async () => {
    const place = { name: 'own', namespace: 'flux-system' };
    await ground.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: place, stringData: { 'values.yaml': 'a: 1\n' } });
    const flags = ['--chart-ref=OCIRepository/own', ACTING, '--values-from=Secret/own', '--values-from=ConfigMap/none'];
    await ground.ok(
      'create',
      'source',
      'oci',
      'own',
      `--url=oci://${registry.host}/charts/web`,
      '--tag=1.0.0',
      '--insecure',
      '--interval=1h',
    );
    const run = await ground.fails('create', 'helmrelease', 'own', ...flags);
    assert.match(run.stderr, /ConfigMap.*none.* not found/);
  });

  it('delete uninstalls', async () => {
    for (const name of ['web', 'pulled', 'bought', 'lost']) {
      await ground.ok('delete', 'helmrelease', name, '-n', APPS, '--silent');
      await until(`${name} is gone`, async () => (await release(name)) === undefined);
      assert.equal(await conf(name), undefined);
    }
    const { items } = await ground.kube.list(
      { apiVersion: 'v1', kind: 'Secret' },
      { namespace: APPS, labelSelector: 'owner=helm,name=web' },
    );
    assert.deepEqual(items, []);
    assert.equal(await ground.read('source.toolkit.fluxcd.io/v1', 'HelmChart', 'apps-web'), undefined);
  });

  it('its role grants what it does, and no more', async (t) => {
    await ground.audit(t, 'helm-controller');
  });
});
