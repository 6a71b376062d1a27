import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GROUP } from '../../src/lib/core/flux.ts';
import { readCondition, readPath, readText } from '../../src/lib/core/read-object.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { makeTar } from '../support/make-tar.ts';
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts';
import { ACCOUNT, APPS, type Ground, openGround } from './open-ground.ts';

const API = `${GROUP.image}/v1`;
const LOGIN = { user: 'me', password: 's3cret' } as const;
const AUTHOR = ['--author-name=flux', '--author-email=flux@example.com'];

describe('image-reflector- and image-automation-controller and what is said to them', {
  timeout: 600_000,
  skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
}, () => {
  let ground: Ground;
  let registry: OciRegistry;
  let git: GitServer;
  let image = '';

  const push = (tag: string) => registry.push('app', tag, makeTar([{ name: 'a', content: Buffer.from(tag) }]));
  const deployment = (tag: string): string => `apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
    - name: app
      image: ${image}:${tag} # {"$imagepolicy": "${APPS}:app"}
`;
  const read = (kind: string, name: string) => ground.read(API, kind, name);
  const committed = (branch: string) => git.git('fleet', 'show', `${branch}:deploy/pod.yaml`);
  const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 60_000; !(await isTrue()); await sleep(50)) {
      const logs = ground.controllers.logs('image-reflector-controller') + ground.controllers.logs('image-automation-controller');
      assert.ok(Date.now() < deadline, `${what}: not in time\n${logs.slice(-3000)}`);
    }
  };

  before(async () => {
    ground = await openGround(['source-controller', 'image-reflector-controller', 'image-automation-controller']);
    registry = await startOciRegistry();
    git = await startGitServer(LOGIN);
    image = `${registry.host}/app`;
    for (const tag of ['1.0.0', '1.1.0', '2.0.0', 'main-7']) await push(tag);
    await git.create('fleet');
    await git.commitFiles('fleet', { 'deploy/pod.yaml': deployment('1.0.0') }, 'Add the pod');
  });

  after(async () => {
    await ground?.close();
    await registry?.stop();
    await git?.close();
  });

  it('create image repository waits for the scan, and get shows it', async () => {
    await ground.ok(
      'create',
      'secret',
      'oci',
      'login',
      '-n',
      APPS,
      `--url=${registry.host}`,
      '--username=robot',
      '--password=s3cret',
    );
    const run = await ground.ok(
      'create',
      'image',
      'repository',
      'app',
      '-n',
      APPS,
      `--image=${image}`,
      '--secret-ref=login',
      '--interval=1h',
    );
    assert.match(run.stderr, /scan fetched 4 tags/);
    assert.match(
      (await ground.ok('get', 'images', 'repository', '-n', APPS)).stdout,
      /app +\S+ +False +True +successful scan: found 4 tags/,
    );
  });

  it('create image repository of a registry that does not answer ends at once with the cause', async () => {
    const run = await ground.fails('create', 'image', 'repository', 'gone', '-n', APPS, '--image=127.0.0.1:1/app');
    assert.match(run.stderr, /connection refused/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
    await ground.ok('delete', 'image', 'repository', 'gone', '-n', APPS, '--silent');
  });

  it('create image policy waits for the choice, and for a repository that comes later', async () => {
    const run = await ground.ok('create', 'image', 'policy', 'app', '-n', APPS, '--image-ref=app', '--select-semver=1.x');
    assert.ok(run.stderr.includes(`selected ref ${image}:1.1.0`), run.stderr);
    const digest = ['--reflect-digest=Always', '--interval=10m', '--filter-regex=^main-(?P<n>[0-9]+)$', '--filter-extract=$n'];
    await ground.ok('create', 'image', 'policy', 'build', '-n', APPS, '--image-ref=app', '--select-numeric=asc', ...digest);
    assert.match(readText(await read('ImagePolicy', 'build'), 'status', 'latestRef', 'digest'), /^sha256:/);
    const waiting = ground.ok('create', 'image', 'policy', 'early', '-n', APPS, '--image-ref=late', '--select-alpha=asc');
    await until('it waits', async () => {
      const ready = readCondition((await read('ImagePolicy', 'early')) ?? {}, 'Ready');
      return readText(ready, 'reason') === 'DependencyNotReady';
    });
    await ground.ok('create', 'image', 'repository', 'late', '-n', APPS, `--image=${image}`, '--interval=1h');
    assert.match((await waiting).stderr, /selected ref .*:main-7/);
  });

  it('create image policy that fits no tag ends at once with the cause', async () => {
    const run = await ground.fails('create', 'image', 'policy', 'none', '-n', APPS, '--image-ref=app', '--select-semver=9.x');
    assert.match(run.stderr, /unable to determine latest version/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
    await ground.ok('delete', 'image', 'policy', 'none', '-n', APPS, '--silent');
  });

  it('create image update commits what was chosen', async () => {
    const login = [`--username=${LOGIN.user}`, `--password=${LOGIN.password}`];
    await ground.ok(
      'create',
      'source',
      'git',
      'fleet',
      '-n',
      APPS,
      `--url=${git.urlOf('fleet')}`,
      '--branch=main',
      ...login,
      '--interval=1h',
    );
    const flags = ['--git-repo-ref=fleet', '--git-repo-path=./deploy', '--checkout-branch=main', ...AUTHOR, '--interval=1h'];
    const run = await ground.ok('create', 'image', 'update', 'fleet', '-n', APPS, ...flags);
    assert.equal(await committed('main'), deployment('1.1.0').trimEnd());
    const commit = await git.git('fleet', 'rev-parse', 'main');
    assert.equal(readText(await read('ImageUpdateAutomation', 'fleet'), 'status', 'lastPushCommit'), commit);
    assert.ok(run.stderr.includes(commit), run.stderr);
    assert.equal(await git.git('fleet', 'log', '-1', '--format=%an <%ae>', 'main'), 'flux <flux@example.com>');
  });

  it('a run without a change says that all is up to date', async () => {
    const run = await ground.ok('reconcile', 'image', 'update', 'fleet', '-n', APPS);
    assert.match(run.stderr, /✔ repository up-to-date, last pushed commit [0-9a-f]{40}/);
  });

  it('create image update of a branch that is not there ends at once with the cause', async () => {
    const flags = ['--git-repo-ref=fleet', '--checkout-branch=nowhere', ...AUTHOR, '--interval=1h'];
    const run = await ground.fails('create', 'image', 'update', 'lost', '-n', APPS, ...flags);
    assert.match(run.stderr, /nowhere/);
    assert.ok(run.ms < 20_000, `${run.ms} ms`);
    await ground.ok('delete', 'image', 'update', 'lost', '-n', APPS, '--silent');
  });

  it('reconcile finds a new tag, and it is committed', async () => {
    await push('1.2.0');
    assert.match((await ground.ok('reconcile', 'image', 'repository', 'app', '-n', APPS)).stderr, /scan fetched 5 tags/);
    await until('the choice', async () => readText(await read('ImagePolicy', 'app'), 'status', 'latestRef', 'tag') === '1.2.0');
    assert.match((await ground.ok('reconcile', 'image', 'policy', 'app', '-n', APPS)).stderr, /selected ref .*:1\.2\.0/);
    await ground.ok('reconcile', 'image', 'update', 'fleet', '-n', APPS);
    assert.equal(await committed('main'), deployment('1.2.0').trimEnd());
  });

  it('suspend and resume are heard', async () => {
    for (const kind of ['repository app', 'policy app', 'update fleet'])
      await ground.ok('suspend', 'image', ...kind.split(' '), '-n', APPS);
    await push('1.3.0');
    await ground.fails('reconcile', 'image', 'repository', 'app', '-n', APPS);
    for (const kind of ['repository app', 'policy app', 'update fleet'])
      await ground.ok('resume', 'image', ...kind.split(' '), '-n', APPS);
    // To be resumed is no reason for the controller to scan before its time.
    await ground.ok('reconcile', 'image', 'repository', 'app', '-n', APPS);
    await until('the commit', async () => (await committed('main')) === deployment('1.3.0').trimEnd());
  });

  it('a branch of its own is pushed to', async () => {
    await git.commitFiles('fleet', { 'deploy/pod.yaml': deployment('1.0.0') }, 'Back to the first');
    await ground.ok('suspend', 'image', 'update', 'fleet', '-n', APPS);
    const flags = ['--git-repo-ref=fleet', '--checkout-branch=main', '--push-branch=updates', ...AUTHOR, '--interval=1h'];
    await ground.ok('create', 'image', 'update', 'aside', '-n', APPS, ...flags);
    assert.equal(await committed('updates'), deployment('1.3.0').trimEnd());
    assert.equal(await committed('main'), deployment('1.0.0').trimEnd());
  });

  it('works for the namespace of the installation, and with the pull secrets of an account', async () => {
    await ground.ok('create', 'secret', 'oci', 'login', `--url=${registry.host}`, '--username=robot', '--password=s3cret');
    await ground.ok('create', 'image', 'repository', 'own', `--image=${image}`, '--secret-ref=login', '--interval=1h');
    await ground.ok('create', 'image', 'policy', 'own', '--image-ref=own', '--select-semver=1.x');
    const login = [`--username=${LOGIN.user}`, `--password=${LOGIN.password}`];
    await ground.ok('create', 'source', 'git', 'own', `--url=${git.urlOf('fleet')}`, '--branch=main', ...login, '--interval=1h');
    await ground.ok(
      'create',
      'image',
      'update',
      'own',
      '--git-repo-ref=own',
      '--checkout-branch=main',
      ...AUTHOR,
      '--interval=1h',
    );
    const repository = { apiVersion: API, kind: 'ImageRepository', namespace: APPS, name: 'app' };
    await ground.kube.patch(repository, { spec: { serviceAccountName: ACCOUNT, secretRef: null } }, { type: 'merge' });
    await ground.ok('reconcile', 'image', 'repository', 'app', '-n', APPS);
  });

  it('get, export and events show them', async () => {
    assert.match((await ground.ok('get', 'images', 'policy', '-n', APPS)).stdout, /app +\S+\/app +1\.3\.0 +/);
    assert.match((await ground.ok('get', 'images', 'all', '-n', APPS)).stdout, /imageupdateautomation\/fleet/);
    for (const kind of ['repository app', 'policy app', 'update fleet']) {
      const { stdout } = await ground.ok('export', 'image', ...kind.split(' '), '-n', APPS);
      assert.doesNotMatch(stdout, /status:|finalizers|resourceVersion/);
    }
    assert.match((await ground.ok('events', '--for', 'ImageUpdateAutomation/fleet', '-n', APPS)).stdout, /pushed commit/);
  });

  it('delete leaves nothing behind', async () => {
    for (const [kind, word] of [
      ['ImageUpdateAutomation', 'update'],
      ['ImagePolicy', 'policy'],
      ['ImageRepository', 'repository'],
    ] as const) {
      await ground.ok('delete', 'image', word, '-n', APPS, '--all', '--silent');
      const left = async () => (await ground.kube.list({ apiVersion: API, kind }, { namespace: APPS })).items.length;
      await until(`each ${kind} is gone`, async () => (await left()) === 0);
    }
    assert.equal(readPath(await read('ImagePolicy', 'app'), 'kind'), undefined);
  });

  it('their roles grant what they do, and no more', async (t) => {
    await ground.audit(t, 'image-reflector-controller', 'image-automation-controller');
  });
});
