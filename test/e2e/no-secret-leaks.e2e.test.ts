import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import { commandIndex } from '../../src/commands/index.ts';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { runCli } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

/** Secrets by what they are; each has a text that stands nowhere else, and letters that URLs and base64 change. */
const CANARY = {
  gitPassword: 'canary+git/5b1f=x',
  wrongPassword: 'canary+wrong/77aa=x',
  urlPassword: 'canary-url-c0ffee',
  bearerToken: 'canary-bearer-9d2e81',
  wrongKubeToken: 'canary-kube-token-44de91',
  passphrase: 'canary phrase 1c8a',
  wrongPassphrase: 'canary wrong phrase 9e',
  clusterSecret: 'canary-cluster-secret-e7',
  repositorySecret: 'canary-repository-secret-31',
  variable: 'canary: [variable 6d',
  registry: 'canary-registry-0af3',
} as const;

/** Commands that take a credential: each must have gone well once and failed once. */
const WITH_CREDENTIALS = [
  'bootstrap git',
  'create secret git',
  'create secret helm',
  'create secret oci',
  'create secret proxy',
  'create secret receiver',
  'create source git',
  'drive',
  'install',
  'reconcile kustomization',
  'reconcile source git',
];

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** True where it is the command's job to print the secret on stdout. */
  readonly mayPrint?: boolean;
}

describe('no command lets a secret out', { timeout: 180_000 }, () => {
  const commands = Object.keys(commandIndex());
  const ended = new Map<string, { ok: number; failed: number }>();
  const secrets = new Map<string, string>(Object.entries(CANARY));
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let ssh: SshServer | undefined;
  /** What the user gave lies in one folder, what the commands write in the other. */
  let given = '';
  let home = '';
  let admin = '';
  let stranger = '';
  let keyFile = '';

  before(async () => {
    given = mkdtempSync(join(tmpdir(), 'flux-ts-given-'));
    home = mkdtempSync(join(tmpdir(), 'flux-ts-leaks-'));
    sandbox = await startSandbox({ name: 'leaks', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer({ user: 'git', password: CANARY.gitPassword });
    keyFile = join(given, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', CANARY.passphrase, '-C', '', '-f', keyFile]);
    secrets.set('privateKey', readFileSync(keyFile, 'utf8').split('\n')[2] ?? '');
    const sshd = await findSshd();
    if (!('missing' in sshd)) ssh = await startSshServer(sshd, [readFileSync(`${keyFile}.pub`, 'utf8')]);
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'admin', namespace: 'default' } });
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'test-admin' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'admin', namespace: 'default' }],
    });
    const answer = await kube.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/admin/token',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const token = readText(answer as JsonObject, 'status', 'token');
    secrets.set('kubeToken', token.slice(-60));
    admin = kubeconfig('admin', token);
    stranger = kubeconfig('stranger', CANARY.wrongKubeToken);
  });

  after(async () => {
    await kube?.close();
    await ssh?.close();
    await git?.close();
    await sandbox?.close();
    for (const folder of [given, home]) rmSync(folder, { recursive: true, force: true });
  });

  const kubeconfig = (name: string, token: string): string => {
    const config = load(readFileSync(sandbox.kubeconfigPath, 'utf8')) as { users: { user: JsonObject }[] };
    for (const entry of config.users) entry.user = { token };
    const path = join(given, name);
    writeFileSync(path, dump(config), { mode: 0o600 });
    return path;
  };
  const write = (name: string, text: string): string => {
    const path = join(given, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };

  /** Fails where a text has one of the secrets, as it is or encoded. */
  const assertClean = (text: string, where: string): void => {
    for (const [name, secret] of secrets) {
      for (const form of formsOf(secret)) {
        const at = text.indexOf(form);
        if (at >= 0) assert.fail(`${name} in ${where}: …${text.slice(Math.max(0, at - 120), at)}«here»`);
      }
    }
  };
  /** Runs a command, and looks at all that it prints. */
  const run = async (argv: readonly string[], options: RunOptions = {}): Promise<number> => {
    const id = commands.filter((words) => `${argv.join(' ')} `.startsWith(`${words} `)).sort((a, b) => b.length - a.length)[0];
    assert.ok(id !== undefined, `no such command: ${argv.join(' ')}`);
    const env = {
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_STATE_HOME: join(home, 'state'),
      KUBECONFIG: admin,
      GIT_PASSWORD: CANARY.gitPassword,
      ...options.env,
    };
    const { code, stdout, stderr } = await runCli([...argv, '--verbose'], { env, cwd: given });
    const counts = ended.get(id) ?? { ok: 0, failed: 0 };
    ended.set(id, { ok: counts.ok + (code === 0 ? 1 : 0), failed: counts.failed + (code === 0 ? 0 : 1) });
    assertClean(stderr, `stderr of ${argv.join(' ').slice(0, 80)}`);
    if (options.mayPrint !== true) assertClean(stdout, `stdout of ${argv.join(' ').slice(0, 80)}`);
    assert.doesNotMatch(stderr, /internal\/bug|a mistake of flux-ts/, stderr);
    return code;
  };
  const ok = async (argv: readonly string[], options?: RunOptions): Promise<void> => {
    assert.equal(await run(argv, options), 0, argv.join(' '));
  };
  const fails = async (argv: readonly string[], options?: RunOptions): Promise<void> => {
    // The story comes in this form, too.
    assert.equal(await run([...argv, '-o', 'json'], options), 1, argv.join(' '));
  };
  const wrongToken = { env: { KUBECONFIG: '' } };

  it('what installs and bootstraps', async () => {
    wrongToken.env.KUBECONFIG = stranger;
    const registry = ['--registry=registry.example.com/flux', '--image-pull-secret=pull'];
    await fails(['install', '--wait=false', `--registry-creds=user:${CANARY.registry}`, ...registry], wrongToken);
    await fails(['install', `--registry-creds=${CANARY.registry}`, ...registry, '--wait=false']);
    await ok(['install', '--wait=false', `--registry-creds=user:${CANARY.registry}`, ...registry]);
    await fails(['check', '--timeout=1s'], wrongToken);
    await ok(['check', '--pre']);
    await ok(['version', '--client']);
    await ok(['version']);

    await git.create('fleet');
    const bootstrap = ['bootstrap', 'git', '--token-auth', '--allow-insecure-http', '--silent', '--wait=false', '--path=c'];
    const url = `--url=${git.urlOf('fleet')}`;
    await fails([...bootstrap, url], { env: { GIT_PASSWORD: CANARY.wrongPassword } });
    await fails([...bootstrap, url, `--password=${CANARY.wrongPassword}`]);
    await fails([...bootstrap, `--url=${git.urlOf('fleet').replace('://', `://user:${CANARY.urlPassword}@`)}`], {
      env: { GIT_PASSWORD: '' },
    });
    await fails([...bootstrap, url, `--password=${CANARY.bearerToken}`, '--with-bearer-token']);
    await ok([...bootstrap, url]);
    await ok([...bootstrap, url, '--export']);
    const log = await git.git('fleet', 'log', '-p', 'main');
    assertClean(log, 'the commits of bootstrap');
  });

  it('what creates objects', async () => {
    await fails(['create', 'tenant', 'team', '--with-namespace=apps'], wrongToken);
    await ok(['create', 'tenant', 'team', '--with-namespace=apps']);
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vars', namespace: 'apps' },
      stringData: { value: CANARY.clusterSecret, broken: CANARY.variable },
    });

    const secret = ['create', 'secret', 'git', 'login', '-n', 'apps', `--url=${git.urlOf('app')}`, '--username=git'];
    await fails([...secret, `--password=${CANARY.gitPassword}`], wrongToken);
    await fails([...secret, `--password=${CANARY.gitPassword}`, `--bearer-token=${CANARY.bearerToken}`]);
    await ok([...secret, `--password=${CANARY.gitPassword}`]);
    await ok([...secret, `--password=${CANARY.gitPassword}`, '--export'], { mayPrint: true });
    await fails(['create', 'secret', 'git', 'urls', '-n', 'apps', `--url=http://u:${CANARY.urlPassword}@127.0.0.1:1/x`]);

    const sshUrl = ssh?.urlOf('app') ?? 'ssh://git@127.0.0.1:1/app';
    const key = ['create', 'secret', 'git', 'key', '-n', 'apps', `--url=${sshUrl}`, `--private-key-file=${keyFile}`];
    await fails([...key, `--password=${CANARY.wrongPassphrase}`]);
    await fails(key);
    if (ssh !== undefined) await ok([...key, `--password=${CANARY.passphrase}`]);

    const source = [
      'create',
      'source',
      'git',
      'app',
      '-n',
      'apps',
      '--branch=main',
      `--url=${git.urlOf('app')}`,
      '--username=git',
    ];
    await git.create('app');
    await git.commitFiles('app', repositoryFiles(), 'Begin');
    await fails([...source, `--password=${CANARY.wrongPassword}`, '--drive']);
    await ok([...source, `--password=${CANARY.gitPassword}`, '--drive']);
    const kustomization = ['create', 'kustomization', 'app', '-n', 'apps', '--source=app', '--path=./deploy', '--prune'];
    await fails([...kustomization, '--drive'], wrongToken);
    await ok([...kustomization, '--drive']);
  });

  it('what reconciles', async () => {
    const patch = (kind: 'GitRepository' | 'Kustomization', spec: JsonObject): Promise<unknown> => {
      const group = kind === 'GitRepository' ? 'source' : 'kustomize';
      const ref = { apiVersion: `${group}.toolkit.fluxcd.io/v1`, kind, namespace: 'apps', name: 'app' };
      return kube.patch(ref, { spec }, { type: 'merge' });
    };
    const reconcile = ['reconcile', 'kustomization', 'app', '-n', 'apps', '--with-source', '--drive'];
    await ok(reconcile);
    await ok([...reconcile, '-o', 'json']);
    await fails(['reconcile', 'source', 'git', 'app', '-n', 'apps', '--drive'], wrongToken);
    await ok(['reconcile', 'source', 'git', 'app', '-n', 'apps', '--drive']);

    // A value from a Secret that breaks the object it gets into.
    await patch('Kustomization', { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] } });
    await git.commitFiles('app', { 'deploy/use.yaml': USES_VARIABLES }, 'Use variables');
    await fails(reconcile);
    await run(['drive', '-n', 'apps']);
    await git.commitFiles('app', { 'deploy/use.yaml': null }, 'Use none');
    await patch('Kustomization', { postBuild: null });
    // Secrets that the server refuses: it quotes what it cannot read.
    await git.commitFiles(
      'app',
      { 'deploy/bad.yaml': `${SECRET('bad')}data:\n  value: "${CANARY.repositorySecret}"\n` },
      'Break',
    );
    await fails(reconcile);
    await git.commitFiles('app', { 'deploy/bad.yaml': `${SECRET('bad')}data: [${CANARY.repositorySecret}]\n` }, 'Break');
    await fails(reconcile);
    await git.commitFiles(
      'app',
      { 'deploy/bad.yaml': `${SECRET('bad')}stringData: {value: ${CANARY.repositorySecret}` },
      'Break',
    );
    await fails(reconcile);
    await git.commitFiles('app', { 'deploy/bad.yaml': null }, 'Mend');
    // A Secret that cannot be changed.
    const fixed = `${SECRET('fixed')}immutable: true\nstringData:\n  value: ${CANARY.repositorySecret}`;
    await git.commitFiles('app', { 'deploy/fixed.yaml': `${fixed}\n` }, 'Fix');
    await ok(['drive', '-n', 'apps']);
    await git.commitFiles('app', { 'deploy/fixed.yaml': `${fixed}-2\n` }, 'Change it');
    await fails(reconcile);
    await git.commitFiles('app', { 'deploy/fixed.yaml': null }, 'Remove it');
    await ok(reconcile);
    // What is secret until it is decrypted, and the key to it.
    const identity = /AGE-SECRET-KEY-\S+/.exec(encryptedData('keys/age.agekey'))?.[0] ?? '';
    secrets.set('ageIdentity', identity).set('encryptedValue', 'correct horse battery staple');
    const sealed = encryptedData('secret.enc.yaml').replace('name: login', 'name: sealed\n    namespace: apps');
    await git.commitFiles('app', { 'deploy/sealed.yaml': sealed }, 'Add what is encrypted');
    await fails(reconcile);
    await patch('Kustomization', { decryption: { provider: 'sops', secretRef: { name: 'keys' } } });
    await fails(reconcile);
    const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'apps' } };
    await kube.create({ ...keys, stringData: { 'a.agekey': identity.slice(0, -3) } });
    await fails(reconcile);
    await kube.patch(
      { ...keys, namespace: 'apps', name: 'keys' },
      { data: null, stringData: { 'a.agekey': identity } },
      { type: 'merge' },
    );
    await ok(reconcile);
    await ok([...reconcile, '-o', 'json']);
    const inClear = sealed.replace(/password: .*/, `password: ${CANARY.repositorySecret}`);
    await git.commitFiles('app', { 'deploy/sealed.yaml': inClear }, 'Put it in clear');
    await fails(reconcile);
    await git.commitFiles('app', { 'deploy/sealed.yaml': null }, 'Remove what is encrypted');
    await patch('Kustomization', { decryption: null });
    await ok(reconcile);

    await ok(['rbac', 'check', 'kustomization', 'app', '-n', 'apps']);
    await ok(['rbac', 'role', 'kustomization', 'app', '-n', 'apps']);
    await ok(['tree', 'kustomization', 'app', '-n', 'apps']);
    await run(['wait', 'app', '-n', 'apps', '--revision=0000000', '--timeout=3s']);
    for (const id of ['rbac check kustomization', 'rbac role kustomization', 'tree kustomization'])
      await fails([...id.split(' '), 'app', '-n', 'apps'], wrongToken);

    // A login that is no longer right, in the cluster and in files.
    await patch('GitRepository', { secretRef: { name: 'wrong' } });
    const stringData = { username: 'git', password: CANARY.wrongPassword };
    await kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'wrong', namespace: 'apps' }, stringData });
    await fails(['drive', '-A']);
    await fails(['drive', '-A'], wrongToken);
    await patch('GitRepository', { secretRef: { name: 'login' } });
    const file = write('sync.yaml', SYNC(git.urlOf('app')));
    await fails(['drive', '-f', file, '--username=git', `--password=${CANARY.wrongPassword}`]);
    await ok(['drive', '-f', file, '--username=git']);
    const inUrl = write('url.yaml', SYNC(git.urlOf('app').replace('://', `://git:${CANARY.urlPassword}@`)));
    await fails(['drive', '-f', inUrl]);
    if (ssh !== undefined) {
      await ssh.create('app');
      await ssh.commitFiles('app', repositoryFiles(), 'Begin');
      const overSsh = write('ssh.yaml', SYNC(ssh.urlOf('app')));
      const key = [`--private-key-file=${keyFile}`, `--known-hosts-file=${write('hosts', ssh.knownHosts)}`];
      await fails(['drive', '-f', overSsh, ...key, `--password=${CANARY.wrongPassphrase}`]);
      await ok(['drive', '-f', overSsh, ...key, `--password=${CANARY.passphrase}`]);
    }
  });

  it('what works on files', async () => {
    const folder = 'overlay';
    write(`${folder}/kustomization.yaml`, 'resources: [conf.yaml]\n');
    write(`${folder}/conf.yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\n');
    write('broken/kustomization.yaml', 'resources: [secret.yaml]\n');
    write('broken/secret.yaml', `${SECRET('broken')}stringData: {value: ${CANARY.repositorySecret}`);
    await ok(['kustomize', folder]);
    await fails(['kustomize', 'broken']);
    const built = ['build', 'kustomization', 'app', '-n', 'apps'];
    await ok([...built, `--path=${folder}`]);
    await fails([...built, '--path=broken']);
    await fails([...built, `--path=${folder}`], wrongToken);
    await ok(['envsubst']);
    await ok(['migrate', '-f', 'sync.yaml', '--yes']);
    await ok(['migrate', '--dry-run']);
    await run(['migrate', '-f', 'broken/secret.yaml', '--yes']);
    await ok(['sandbox', 'list']);
    await fails(['sandbox', 'up', '--name=Bad_Name']);
    await fails(['sandbox', 'kubeconfig', '--name=none']);
    await run(['sandbox', 'down', '--name=none']);
  });

  it('what looks, checks and asks for rights', async () => {
    for (const words of [
      'events',
      'logs',
      'stats',
      'trace kustomization/app',
      'why kustomization/app',
      'debug kustomization app --show-status',
      'debug helmrelease app --show-status',
      'tree artifact generator app',
      'diff kustomization app --path=overlay',
      'check tenant app',
      'rbac audit',
      'rbac diff app --from=main --to=main',
      'rbac role controllers --account=default',
      'rbac role drive',
      'trigger receiver app',
    ]) {
      await run([...words.split(' '), '-n', 'apps', '--timeout=10s']);
      await run([...words.split(' '), '-n', 'apps', '--timeout=10s'], wrongToken);
    }
    for (const shell of ['bash', 'fish', 'powershell', 'zsh']) await ok(['completion', shell]);
    await run(['completion', 'words', 'get', 'kustomizations', '']);
  });

  it('what carries artifacts, and what asks forges', async () => {
    const login = `--creds=user:${CANARY.registry}`;
    const place = 'oci://127.0.0.1:1/app';
    await ok(['build', 'artifact', '--path=overlay', '--output=artifact.tgz']);
    await fails(['push', 'artifact', `${place}:v1`, '-f', 'overlay', '--source=x', '--revision=x', login]);
    await fails(['pull', 'artifact', `${place}:v1`, '--output=overlay', login]);
    await fails(['list', 'artifacts', place, login]);
    await fails(['tag', 'artifact', `${place}:v1`, '--tag=v2', login]);
    // Its 1 would be a difference.
    assert.equal(await run(['diff', 'artifact', `${place}:v1`, '--path=overlay', login]), 2);
    const tokens = Object.fromEntries(
      ['GITHUB_TOKEN', 'GITLAB_TOKEN', 'GITEA_TOKEN', 'BITBUCKET_TOKEN'].map((name) => [name, CANARY.registry]),
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    writeFileSync(join(given, 'app.pem'), pem, { mode: 0o600 });
    secrets.set('appKey', pem.split('\n')[2] ?? '');
    const app = ['--app-id=1', '--app-installation-id=2', `--app-private-key=${join(given, 'app.pem')}`, '--token-auth'];
    await fails(['bootstrap', 'github', '--owner=o', '--repository=r', '--hostname=http://127.0.0.1:1', '--timeout=20s', ...app]);
    for (const forge of ['github', 'gitlab', 'gitea', 'bitbucket-server']) {
      const words = ['--owner=o', '--repository=r', '--hostname=127.0.0.1:1', '--timeout=20s'];
      await fails(['bootstrap', forge, ...words], { env: tokens });
    }
  });

  it('what deals with plugins', async () => {
    const plugins = join(home, 'plugins');
    mkdirSync(plugins);
    // A login in the address of a catalogue that is not there.
    const env = { FLUXCD_PLUGINS: plugins, FLUXCD_PLUGIN_CATALOG: `http://user:${CANARY.urlPassword}@127.0.0.1:1/` };
    writeFileSync(join(plugins, 'flux-tool'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(plugins, 'flux-tool.yaml'), 'name: tool\nversion: 1.0.0\n');
    await ok(['plugin', 'list'], { env });
    await fails(['plugin', 'install', 'tool'], { env });
    await fails(['plugin', 'search'], { env });
    await fails(['plugin', 'update'], { env });
    await fails(['plugin', 'uninstall', 'none'], { env });
    await ok(['plugin', 'uninstall', 'tool'], { env });
  });

  it('the verbs over all kinds', async () => {
    await ok(['export', 'source', 'git', 'app', '-n', 'apps']);
    await ok(['export', 'source', 'git', 'app', '-n', 'apps', '--with-credentials'], { mayPrint: true });
    for (const id of commands.filter((words) => /^(get|export|suspend|resume|reconcile) /.test(words))) {
      const [verb = ''] = id.split(' ');
      const rest = verb === 'get' ? ['-A'] : verb === 'export' ? ['--all', '-n', 'apps'] : ['app', '-n', 'apps', '--timeout=1s'];
      await run([...id.split(' '), ...rest]);
      await fails([...id.split(' '), ...rest], wrongToken);
    }
    for (const id of commands.filter((words) => words.startsWith('delete '))) {
      await fails([...id.split(' '), 'app', '-n', 'apps', '--silent'], wrongToken);
      await run([...id.split(' '), 'app', '-n', 'apps', '--silent', '--timeout=5s']);
    }
  });

  it('what the cluster was told: Events and status', async () => {
    const events = await kube.list({ apiVersion: 'v1', kind: 'Event' });
    assert.ok(events.items.length > 0, 'there are Events to look at');
    assertClean(JSON.stringify(events.items), 'Events');
    for (const kind of ['GitRepository', 'Kustomization']) {
      const group = kind === 'GitRepository' ? 'source' : 'kustomize';
      const { items } = await kube.list({ apiVersion: `${group}.toolkit.fluxcd.io/v1`, kind });
      for (const item of items) assertClean(JSON.stringify(item['status'] ?? {}), `status of ${kind}/${item.metadata.name}`);
    }
    const { items } = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap' });
    assertClean(JSON.stringify(items.filter(({ metadata }) => metadata.name.startsWith('flux-'))), 'inventories');
    await fails(['uninstall', '--silent'], wrongToken);
    await ok(['uninstall', '--silent']);
  });

  it('what was written to the disk', () => {
    for (const file of filesBelow(home)) {
      const name = relative(home, file);
      const mode = statSync(file).mode & 0o077;
      // What was fetched has what the repository has, and is nobody else's.
      if (name.includes('artifacts')) assert.equal(mode, 0, `${name} is readable for others`);
      else assertClean(readFileSync(file, 'latin1'), `file ${name}`);
    }
  });

  it('create of the other kinds', async () => {
    const secrets = ['--username=u', `--password=${CANARY.registry}`];
    const bad = (name: string): string[] => ['create', 'secret', name, 'other', '-n', 'apps'];
    await ok([...bad('helm'), ...secrets]);
    await fails([...bad('helm'), `--password=${CANARY.registry}`]);
    await ok([...bad('oci'), '--url=ghcr.io', ...secrets]);
    await fails([...bad('oci'), '--url=A b', ...secrets]);
    await ok([...bad('proxy'), '--address=http://proxy:3128', ...secrets]);
    await fails([...bad('proxy'), ...secrets]);
    await ok([...bad('receiver'), '--type=github', '--hostname=h.example.com', `--token=${CANARY.registry}`]);
    await fails([...bad('receiver'), '--type=github', `--token=${CANARY.registry}`]);
    await fails([...bad('githubapp'), '--app-id=1', '--app-installation-id=2', '--app-private-key=nope']);
    await fails([...bad('notation'), '--trust-policy-file=nope', '--ca-cert-file=nope.crt']);
    await fails([...bad('tls'), '--tls-crt-file=nope', '--tls-key-file=nope']);
    const keys = ['--access-key=k', `--secret-key=${CANARY.registry}`];
    await fails(['create', 'source', 'bucket', 'other', '-n', 'apps', '--endpoint=e', ...keys]);
    await fails(['create', 'source', 'helm', 'other', '-n', 'apps', '--url=ftp://x', ...secrets]);
    for (const words of ['source chart', 'source oci', 'helmrelease', 'alert', 'alert-provider', 'receiver'])
      await fails(['create', ...words.split(' '), 'other', '-n', 'apps']);
    for (const words of ['repository', 'policy', 'update']) await fails(['create', 'image', words, 'other', '-n', 'apps']);
  });

  it('every command was run, and those with credentials both well and badly', () => {
    assert.deepEqual(
      commands.filter((id) => !ended.has(id)),
      [],
      'add the new command to this test',
    );
    for (const id of WITH_CREDENTIALS) {
      const { ok: good = 0, failed = 0 } = ended.get(id) ?? {};
      assert.ok(good > 0 && failed > 0, `${id}: ${good} went well, ${failed} failed`);
    }
  });
});

/** A file that the sops CLI encrypted, or a key made for the tests. */
const encryptedData = (name: string): string =>
  readFileSync(new URL(`../unit/lib/engine/sops/data/${name}`, import.meta.url), 'utf8');

const SECRET = (name: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: apps\n`;

const USES_VARIABLES = `apiVersion: v1
kind: ConfigMap
metadata:
  name: use
  namespace: apps
data:
  value: \${value}
  broken: \${broken}
`;

function repositoryFiles(): Record<string, string> {
  return { 'deploy/secret.yaml': `${SECRET('app')}stringData:\n  value: ${CANARY.repositorySecret}\n` };
}

const SYNC = (url: string): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: files, namespace: apps}
spec: {interval: 1m, url: "${url}", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: files, namespace: apps}
spec: {interval: 1m, path: ./deploy, prune: false, sourceRef: {kind: GitRepository, name: files}}
`;

/** A secret as it is, URL-encoded, and in base64 at each of the three places where it may begin in what is encoded. */
function formsOf(secret: string): string[] {
  const forms = new Set([secret, encodeURIComponent(secret), encodeURI(secret)]);
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.from(`${'x'.repeat(shift)}${secret}`, 'utf8').toString('base64');
    // The first and last digits depend on what stands beside it.
    forms.add(encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + Buffer.byteLength(secret)) * 8) / 6)));
  }
  return [...forms].filter((form) => form.length >= 8);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
