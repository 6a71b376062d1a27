import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ObjectRef } from '../../src/lib/core/objects.ts';
import { readPath } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { DEFAULT_COMPONENTS } from '../../src/lib/features/install/index.ts';
import { assertFails } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type GitHubServer, type GitHubState, startGitHubServer } from '../support/github-server.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { runPods } from '../support/run-pods.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

const TOKEN = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';
const FLUX = { namespace: 'flux-system', name: 'flux-system' } as const;
const SECRET: ObjectRef = { apiVersion: 'v1', kind: 'Secret', ...FLUX };
const SOURCE: ObjectRef = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', ...FLUX };
const KUSTOMIZATION: ObjectRef = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', ...FLUX };
const HELLO = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello, namespace: default}\n';
const RIGHTS = { administration: 'write', contents: 'write', metadata: 'read', pull_requests: 'write' } as const;

const keyOf = (): { pem: string; publicKey: GitHubState['publicKey'] } => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { pem: privateKey.export({ type: 'pkcs1', format: 'pem' }) as string, publicKey };
};

// Cluster, repositories, controllers, app key and CLI are real; GitHub is a stand-in that checks what the app signs.
describe('bootstrap as a GitHub App', () => {
  const key = keyOf();
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let github: GitHubServer;
  let home = '';
  let ssh: SshServer | undefined;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'flux-ts-app-'));
    writeFileSync(join(home, 'app.pem'), key.pem, { mode: 0o600 });
    writeFileSync(join(home, 'other.pem'), keyOf().pem, { mode: 0o600 });
    sandbox = await startSandbox({ name: 'github-app', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer({ user: 'x-access-token', password: TOKEN });
    await git.create('fleet');
    const sshd = await findSshd();
    if (!('missing' in sshd)) ssh = await startSshServer(sshd, []);
    github = await startGitHubServer(TOKEN, {} as GitHubState);
  });

  beforeEach(() => {
    github.asked.length = 0;
    Object.assign(github.state, {
      appId: '7',
      publicKey: key.publicKey,
      owner: 'platform',
      installationId: 42,
      suspended: false,
      permissions: { ...RIGHTS },
      repository: 'fleet',
      repositoryInstallation: 42,
      isPublic: false,
      cloneUrl: git.urlOf('fleet'),
      sshUrl: ssh?.urlOf('fleet') ?? 'git@git.example.com:platform/fleet.git',
      keys: [],
    } satisfies GitHubState);
  });

  after(async () => {
    await github?.close();
    await ssh?.close();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const run = async (flags: readonly string[], env: Record<string, string> = {}): Promise<CliRun> => {
    const all = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), KUBECONFIG: sandbox.kubeconfigPath, ...env };
    const place = [`--hostname=${github.url}`, '--owner=platform', '--repository=fleet', '--path=clusters/demo', '--yes'];
    const done = await runCli(['bootstrap', 'github', ...place, '--wait=false', ...flags], { cwd: home, env: all });
    for (const text of [done.stdout, done.stderr]) {
      assert.ok(!text.includes(TOKEN), 'the token is told');
      assert.ok(!text.includes('PRIVATE KEY'), 'the key is told');
    }
    return done;
  };
  const APP = ['--app-id=7', '--app-private-key=app.pem'];
  const textsOf = async (): Promise<Record<string, string>> => {
    const data = ((await kube.get(SECRET))?.['data'] ?? {}) as Record<string, string>;
    return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]));
  };
  const writes = (): string[] => github.asked.filter((line) => !line.startsWith('GET ') && !line.includes('/access_tokens'));

  it('refuses before anything is changed, with the cause and the mend', async () => {
    const lacking = (name: string, level?: string): Partial<GitHubState> => {
      const { [name]: _, ...others } = RIGHTS as Record<string, string>;
      return { permissions: { ...others, ...(level === undefined ? {} : { [name]: level }) } };
    };
    const settings = new RegExp(`${github.url}/organizations/platform/settings/installations/42`);
    const cases: readonly (readonly [what: string, Partial<GitHubState>, readonly string[], string, RegExp, RegExp])[] = [
      ['an id that is no app', { appId: '8' }, APP, 'bootstrap/app-refused', /there is no app with the id 7/, /App ID/],
      [
        'a key of another app, or one that was deleted',
        {},
        ['--app-id=7', '--app-private-key=other.pem'],
        'bootstrap/app-refused',
        /the private key is none of app 7/,
        /Private keys/,
      ],
      ['a suspended installation', { suspended: true }, APP, 'bootstrap/app-refused', /is suspended/, /unsuspends/],
      ['an owner without it', { owner: 'others' }, APP, 'bootstrap/app-refused', /not installed at platform/, /Install App/],
      [
        'a number that is none of its installations',
        {},
        [...APP, '--app-installation-id=99'],
        'bootstrap/app-refused',
        /app 7 has no installation 99/,
        /Install App/,
      ],
      [
        'a repository that it is not on',
        { repositoryInstallation: undefined, isPublic: true },
        APP,
        'forge/app-not-installed',
        /app 7 is not installed on platform\/fleet$/,
        settings,
      ],
      [
        'a repository of another of its installations',
        { repositoryInstallation: 43, isPublic: true },
        APP,
        'forge/app-not-installed',
        /installation 42 of app 7 is not the one on platform\/fleet, which is 43/,
        /--app-installation-id=43/,
      ],
      [
        'no right to write',
        lacking('contents', 'read'),
        [...APP, '--token-auth'],
        'forge/missing-permission',
        /app 7 lacks contents: write \(it has read\) to push commits/,
        settings,
      ],
      [
        'no right to add deploy keys',
        lacking('administration'),
        APP,
        'forge/missing-permission',
        /administration: write \(it has none\) to add a deploy key/,
        /Permissions & events.*with --token-auth/,
      ],
      [
        'no right to open pull requests',
        lacking('pull_requests'),
        [...APP, '--token-auth', '--pull-request'],
        'forge/missing-permission',
        /pull_requests: write \(it has none\) to open a pull request/,
        settings,
      ],
      ['half an app', {}, ['--app-private-key=app.pem'], 'create/flag-missing', /githubAppID/, /app-id/],
      [
        'a repository of a user',
        { repository: '' },
        [...APP, '--app-installation-id=42', '--personal'],
        'forge/app-no-repository',
        /apps make no repositories for users/,
        /make it by hand/,
      ],
    ];
    for (const [what, state, flags, code, message, hint] of cases) {
      const before = { ...github.state };
      Object.assign(github.state, state);
      const done = await run([...flags, '-o', 'json']);
      assertFails(done, code, message, hint);
      assert.deepEqual(writes(), [], what);
      Object.assign(github.state, before);
    }
    assert.equal(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'flux-system' }), undefined);
    assert.equal(await git.git('fleet', 'branch', '--list'), '');
  });

  it('refuses to leave a cluster with a token that ends within the hour', async () => {
    const done = await run(['--token-auth', '-o', 'json'], { GITHUB_TOKEN: TOKEN });
    assertFails(done, 'forge/short-lived-token', /ends within the hour/, /--app-id/);
    assert.deepEqual(writes(), []);
  });

  it('makes the repository, and the cluster follows it as the app', async () => {
    github.state.repository = '';
    github.state.repositoryInstallation = undefined;
    const done = await run([...APP, '--token-auth', '--drive']);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /✔ app 7, installation 42: may administration write, contents write/);
    assert.deepEqual(writes(), ['POST /orgs/platform/repos']);
    assert.match(await git.git('fleet', 'log', '--format=%s', 'main'), /Add Flux sync manifests\nAdd Flux v/);
    assert.match(await git.git('fleet', 'show', 'main:clusters/demo/flux-system/gotk-sync.yaml'), /\n  provider: github\n/);
    assert.deepEqual(await textsOf(), {
      githubAppBaseURL: `${github.url}/api/v3`,
      githubAppID: '7',
      githubAppInstallationOwner: 'platform',
      githubAppPrivateKey: key.pem,
    });
    const source = await kube.get(SOURCE);
    assert.equal(readPath(source ?? null, 'spec', 'secretRef', 'name'), 'flux-system');
    const head = await git.git('fleet', 'rev-parse', 'main');
    const applied = readPath((await kube.get(KUSTOMIZATION)) ?? null, 'status', 'lastAppliedRevision');
    assert.equal(applied, `main@sha1:${head}`);
    // Once for bootstrapping and once for the run that follows, which has nothing but the Secret.
    assert.equal(github.asked.filter((line) => line.includes('/access_tokens')).length, 2);
  });

  it('is the same when it is done again by number, and leaves no two installations in the Secret', async () => {
    const done = await run([...APP, '--app-installation-id=42', '--token-auth', '--drive']);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /sync manifests are up to date/);
    const { githubAppInstallationID: id, githubAppInstallationOwner: owner } = await textsOf();
    assert.deepEqual([id, owner], ['42', undefined]);
  });

  it('opens a pull request as the app, and leaves branch and cluster alone', async () => {
    const head = await git.git('fleet', 'rev-parse', 'main');
    const before = (await kube.get(SOURCE))?.metadata['resourceVersion'];
    const done = await run([...APP, '--token-auth', '--pull-request', '--toleration-keys=ci']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(done.stdout, 'https://github.test/platform/fleet/pull/1347\n');
    assert.deepEqual(writes(), ['POST /repos/platform/fleet/pulls']);
    assert.match(await git.git('fleet', 'branch', '--list'), /flux-bootstrap-clusters-demo-/);
    assert.equal(await git.git('fleet', 'rev-parse', 'main'), head);
    assert.equal((await kube.get(SOURCE))?.metadata['resourceVersion'], before);
  });

  it("is what Flux's own controllers go on with", async () => {
    const controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath });
    try {
      // There is no kubelet here.
      await runPods(DEFAULT_COMPONENTS, 'flux-system', kube);
      await git.commitFiles('fleet', { 'clusters/demo/hello.yaml': HELLO }, 'Say hello');
      const done = await run([...APP, '--app-installation-id=42', '--token-auth', '--wait=true', '--timeout=90s']);
      assert.equal(done.code, 0, done.stderr);
      assert.match(done.stderr, /✔ GitRepository reconciled successfully/);
      assert.match(done.stderr, /✔ Kustomization reconciled successfully/);
      assert.ok(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'hello' }));
      assert.ok(github.asked.filter((line) => line.includes('/access_tokens')).length > 1, 'source-controller got one, too');
    } finally {
      await controllers.stop();
    }
  });

  it('registers a deploy key as the app, and takes the app out of the Secret', async (context) => {
    if (ssh === undefined) {
      context.skip('left out: there is no sshd here');
      return;
    }
    const done = await run(APP);
    assert.equal(done.code, 0, done.stderr);
    const texts = await textsOf();
    assert.deepEqual(Object.keys(texts).toSorted(), ['identity', 'identity.pub', 'known_hosts']);
    const [registered] = github.state.keys;
    assert.equal(registered?.title, 'flux-system-main-flux-system-./clusters/demo');
    assert.equal(registered.read_only, true);
    assert.ok((texts['identity.pub'] ?? '').startsWith(registered.key));
    assert.equal(readPath((await kube.get(SOURCE)) ?? null, 'spec', 'provider'), undefined);
  });

  it('says of a private repository that it is not on that it is there', async () => {
    github.state.repositoryInstallation = undefined;
    const done = await run([...APP, '--token-auth', '-o', 'json']);
    assertFails(done, 'forge/app-not-installed', /not installed on platform\/fleet, which is there/, /installations\/42/);
  });
});
