import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { type GitServer, gitEnvironment } from './git-server.ts';

/** One GitRepository that two engines reconcile. */
export interface GitScenario {
  readonly name: string;
  /** Merged with interval and url. */
  readonly spec: JsonObject;
}

/** Repositories, Secrets and GitRepositories for comparing two engines. */
export interface GitScenarios {
  readonly scenarios: readonly GitScenario[];
  /** Without namespace. */
  readonly secrets: readonly K8sObject[];
}

/**
 * Fills a Git server with repositories that touch every field of a GitRepository, and lists what to reconcile from it.
 *
 * @param login user and password of the server `guarded`
 */
export async function createGitScenarios(
  git: GitServer,
  guarded: GitServer,
  login: { readonly user: string; readonly password: string },
): Promise<GitScenarios> {
  await createApp(git);
  await git.create('empty');
  await git.create('lib');
  await git.commitFiles('lib', { 'base/conf.yaml': 'lib: 1\n', 'base/deep/x.yaml': 'x: 1\n', 'other.txt': 'other\n' }, 'Lib');
  await createSubmodules(git);
  const keys = await createSigned(git);
  await guarded.create('app');
  await guarded.commitFiles('app', { 'a.txt': 'guarded\n' }, 'Guarded');
  await guarded.create('nested/sub');
  const url = (name: string): JsonObject => ({ url: git.urlOf(name) });
  const app = url('app');
  const branch = { branch: 'main' };
  const scenarios: Record<string, JsonObject> = {
    branch: { ...app, ref: branch },
    'branch-slash': { ...app, ref: { branch: 'feature/x' } },
    'no-ref': { ...app },
    tag: { ...app, ref: { tag: 'v1.0.0' } },
    'tag-light': { ...app, ref: { tag: 'v1.1.0' } },
    semver: { ...app, ref: { semver: '>=1.0.0 <2.0.0' } },
    'semver-build': { ...app, ref: { semver: '3.x' } },
    commit: { ...app, ref: { commit: (await git.git('app', 'rev-parse', 'v1.0.0^{}')).trim() } },
    'commit-branch': { ...app, ref: { ...branch, commit: (await git.git('app', 'rev-parse', 'v1.0.0^{}')).trim() } },
    'commit-name': {
      ...app,
      ref: { name: 'refs/heads/main', commit: (await git.git('app', 'rev-parse', 'v1.0.0^{}')).trim() },
    },
    'name-branch': { ...app, ref: { name: 'refs/heads/main' } },
    'name-tag': { ...app, ref: { name: 'refs/tags/v1.0.0' } },
    'name-peeled': { ...app, ref: { name: 'refs/tags/v1.0.0^{}' } },
    'name-pull': { ...app, ref: { name: 'refs/pull/1/head' } },
    precedence: { ...app, ref: { ...branch, tag: 'v1.0.0', semver: '3.x', name: 'refs/heads/feature/x' } },
    'precedence-tag': { ...app, ref: { ...branch, tag: 'v1.0.0', semver: '3.x' } },
    ignore: { ...app, ref: branch, ignore: '/*\n!/deploy\n*.md\n' },
    'ignore-empty': { ...app, ref: branch, ignore: '' },
    sparse: { ...app, ref: branch, sparseCheckout: ['./deploy', 'docs/'] },
    'sparse-prefix': { ...app, ref: branch, sparseCheckout: ['deploy/a'] },
    'sparse-file': { ...app, ref: branch, sparseCheckout: ['deploy/a.yaml'] },
    'sparse-tag': { ...app, ref: { tag: 'v1.0.0' }, sparseCheckout: ['deploy'] },
    'sparse-semver': { ...app, ref: { semver: '>=1.0.0 <2.0.0' }, sparseCheckout: ['deploy'] },
    'sparse-commit': {
      ...app,
      ref: { commit: (await git.git('app', 'rev-parse', 'v1.0.0^{}')).trim() },
      sparseCheckout: ['deploy'],
    },
    'sparse-missing': { ...app, ref: branch, sparseCheckout: ['deploy', 'nowhere'] },
    lib: { ...url('lib'), ref: branch },
    include: { ...app, ref: branch, include: [{ repository: { name: 'lib' }, fromPath: 'base', toPath: 'vendor/lib' }] },
    'include-default': { ...app, ref: branch, include: [{ repository: { name: 'lib' } }] },
    'include-two': {
      ...app,
      ref: branch,
      include: [
        { repository: { name: 'lib' }, fromPath: 'base/deep', toPath: './a/../b' },
        { repository: { name: 'include' }, fromPath: './vendor', toPath: '../../c' },
      ],
    },
    'include-file': { ...app, ref: branch, include: [{ repository: { name: 'lib' }, fromPath: 'other.txt', toPath: 'docs/x' }] },
    'include-link': { ...app, ref: branch, include: [{ repository: { name: 'lib' }, toPath: 'to-deploy/lib' }] },
    'include-taken': { ...app, ref: branch, include: [{ repository: { name: 'lib' }, toPath: 'deploy' }] },
    'include-nowhere': { ...app, ref: branch, include: [{ repository: { name: 'lib' }, fromPath: 'none', toPath: 'x' }] },
    'include-missing': { ...app, ref: branch, include: [{ repository: { name: 'nothing' } }] },
    'include-failed': { ...app, ref: branch, include: [{ repository: { name: 'bad-branch' } }] },
    plain: { ...url('parent'), ref: branch },
    submodules: { ...url('parent'), ref: branch, recurseSubmodules: true },
    'submodules-tag': { ...url('parent'), ref: { tag: 'v1.0.0' }, recurseSubmodules: true },
    'submodules-semver': { ...url('parent'), ref: { semver: '1.x' }, recurseSubmodules: true },
    'submodules-commit': {
      ...url('parent'),
      ref: { commit: (await git.git('parent', 'rev-parse', 'v1.0.0')).trim() },
      recurseSubmodules: true,
    },
    'submodules-sparse': { ...url('parent'), ref: branch, recurseSubmodules: true, sparseCheckout: ['libs'] },
    'submodules-bad': { ...url('parent-bad'), ref: branch, recurseSubmodules: true },
    'verify-ssh': { ...url('signed'), ref: branch, verify: { secretRef: { name: 'keys' } } },
    'verify-tag': { ...url('signed'), ref: { tag: 'v1.0.0' }, verify: { mode: 'Tag', secretRef: { name: 'keys' } } },
    'verify-both': { ...url('signed'), ref: { tag: 'v1.0.0' }, verify: { mode: 'TagAndHEAD', secretRef: { name: 'keys' } } },
    'verify-semver': { ...url('signed'), ref: { semver: '1.x' }, verify: { mode: 'TagAndHEAD', secretRef: { name: 'keys' } } },
    'verify-pgp': { ...url('signed'), ref: { branch: 'pgp' }, verify: { mode: 'head', secretRef: { name: 'keys' } } },
    'verify-pgp-tag': { ...url('signed'), ref: { tag: 'v2.0.0' }, verify: { mode: 'TagAndHEAD', secretRef: { name: 'keys' } } },
    'verify-no-tag': { ...url('signed'), ref: branch, verify: { mode: 'Tag', secretRef: { name: 'keys' } } },
    'verify-light': { ...url('signed'), ref: { tag: 'light' }, verify: { mode: 'Tag', secretRef: { name: 'keys' } } },
    'verify-unsigned': { ...app, ref: branch, verify: { secretRef: { name: 'keys' } } },
    'verify-no-keys': { ...url('signed'), ref: branch, verify: { secretRef: { name: 'login' } } },
    'verify-wrong-key': { ...url('signed'), ref: branch, verify: { secretRef: { name: 'other-keys' } } },
    'verify-wrong-pgp': { ...url('signed'), ref: { branch: 'pgp' }, verify: { secretRef: { name: 'other-keys' } } },
    'verify-no-secret': { ...url('signed'), ref: branch, verify: { secretRef: { name: 'nothing' } } },
    'bad-branch': { ...app, ref: { branch: 'nowhere' } },
    'bad-tag': { ...app, ref: { tag: 'nowhere' } },
    'bad-name': { ...app, ref: { name: 'refs/heads/nowhere' } },
    'bad-slash': { ...app, ref: { name: '/refs/heads/main' } },
    'bad-commit': { ...app, ref: { commit: '0123456789012345678901234567890123456789' } },
    'bad-semver': { ...app, ref: { semver: 'not a version' } },
    'no-match': { ...app, ref: { semver: '>=99' } },
    empty: { ...url('empty'), ref: branch },
    'empty-tag': { ...url('empty'), ref: { tag: 'v1.0.0' } },
    'no-repository': { ...url('nothing'), ref: branch },
    'no-secret': { ...app, ref: branch, secretRef: { name: 'nothing' } },
    login: { url: guarded.urlOf('app'), ref: branch, secretRef: { name: 'login' } },
    'bad-login': { url: guarded.urlOf('app'), ref: branch, secretRef: { name: 'bad-login' } },
    'no-login': { url: guarded.urlOf('app'), ref: branch },
    'login-no-user': { url: guarded.urlOf('app'), ref: branch, secretRef: { name: 'no-user' } },
    'login-in-url': { url: guarded.urlOf('app').replace('//', `//${login.user}:${login.password}@`), ref: branch },
    'ssh-no-secret': { url: 'ssh://git@127.0.0.1:1/app.git', ref: branch },
    'ssh-locked': { url: 'ssh://git@127.0.0.1:1/app.git', ref: branch, secretRef: { name: 'ssh-locked' } },
    'no-proxy-secret': { ...app, ref: branch, proxySecretRef: { name: 'nothing' } },
    'bad-proxy': { ...app, ref: branch, proxySecretRef: { name: 'bad-proxy' } },
    'app-no-secret': { ...app, ref: branch, provider: 'github' },
    'app-no-data': { ...app, ref: branch, provider: 'github', secretRef: { name: 'login' } },
    'app-generic': { ...app, ref: branch, secretRef: { name: 'github-app' } },
    'app-bad-key': { ...app, ref: branch, provider: 'github', secretRef: { name: 'github-app' } },
    suspended: { ...app, ref: branch, suspend: true },
  };
  return {
    scenarios: Object.entries(scenarios).map(([name, spec]) => ({ name, spec })),
    secrets: [
      secret('keys', keys.trusted),
      secret('other-keys', keys.others),
      secret('login', { username: login.user, password: login.password }),
      secret('bad-login', { username: login.user, password: 'wrong' }),
      secret('no-user', { password: login.password }),
      secret('ssh-locked', { identity: lockedKey(), known_hosts: '127.0.0.1 ssh-ed25519 AAAA' }),
      secret('bad-proxy', { address: 'ftp://127.0.0.1:1' }),
      secret('github-app', { githubAppID: '1', githubAppInstallationID: '2', githubAppPrivateKey: 'no key' }),
    ],
  };
}

function secret(name: string, stringData: Readonly<Record<string, string>>): K8sObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { ...stringData } };
}

async function createApp(git: GitServer): Promise<void> {
  await git.create('app');
  const long = `deploy/${'very-long-name/'.repeat(9)}file.yaml`;
  const files = {
    'deploy/a.yaml': 'a: 1\n',
    'deploy/b.md': '# b\n',
    'deploy/.sourceignore': '*.tmp\n!keep.tmp\n',
    'deploy/x.tmp': 'tmp\n',
    'deploy/keep.tmp': 'tmp\n',
    'deploy/run.sh': { script: '#!/bin/sh\n' },
    'deploy-2/c.yaml': 'c: 1\n',
    'docs/readme.md': '# Docs\n'.repeat(2_000),
    'docs/übersicht.md': 'ü\n',
    'docs/logo.png': new Uint8Array(5_000).map((_, index) => (index * 7919) % 251),
    'to-deploy': { link: 'deploy' },
    '.github/workflow.yaml': 'on: push\n',
    '.gitignore': 'x\n',
    '.gitattributes': '* text\n',
    'z/.gitignore': 'x\n',
    [long]: 'long: 1\n',
  };
  await git.commitFiles('app', files, 'Release one', { tag: 'v1.0.0', annotate: true, timeSeconds: 1_700_000_000 });
  await git.commitFiles('app', { 'deploy/a.yaml': 'a: 2\n' }, 'Release two', { tag: 'v1.1.0', timeSeconds: 1_700_000_100 });
  await git.commitFiles('app', { 'deploy/a.yaml': 'a: 3\n' }, 'Three', { tag: 'v3.0.0+b', timeSeconds: 1_700_000_300 });
  await git.commitFiles('app', { 'deploy/a.yaml': 'a: 4\n' }, 'Four', { tag: 'v3.0.0+a', timeSeconds: 1_700_000_400 });
  const subject = 'A subject that is longer than the fifty letters that an event shows';
  await git.commitFiles('app', { 'deploy/a.yaml': 'a: 5\n' }, `${subject}\n\nAnd a body`);
  await git.commitFiles('app', { 'feature.yaml': 'f: 1\n' }, 'Feature', { branch: 'feature/x' });
  await git.commitFiles('app', { 'pull.yaml': 'p: 1\n' }, 'Pull', { branch: 'pull' });
  await git.git('app', 'update-ref', 'refs/pull/1/head', 'refs/heads/pull');
}

/** `parent` has `libs/sub` (absolute URL, which has `inner` by a relative one) and `rel` (relative URL). */
async function createSubmodules(git: GitServer): Promise<void> {
  for (const name of ['sub', 'inner', 'rel', 'parent', 'parent-bad']) await git.create(name);
  await git.commitFiles('inner', { 'inner.yaml': 'i: 1\n' }, 'Inner');
  await git.commitFiles('rel', { 'rel.yaml': 'r: 1\n', 'logo.png': 'png\n' }, 'Rel');
  await git.commitFiles('sub', { 'sub.yaml': 's: 1\n', '.sourceignore': 'dropped.yaml\n', 'dropped.yaml': 'd: 1\n' }, 'Sub');
  await commitTree(git, 'sub', { inner: [await head(git, 'inner'), '../inner.git'] }, 'Add inner');
  await git.commitFiles('parent', { 'top.yaml': 't: 1\n', 'logo.png': 'png\n' }, 'Parent');
  const libs = async (): Promise<Record<string, readonly [string, string]>> => ({
    'libs/sub': [await head(git, 'sub'), git.urlOf('sub')],
    rel: [await head(git, 'rel'), '../rel.git'],
  });
  await commitTree(git, 'parent', await libs(), 'Add submodules');
  await git.git('parent', 'tag', 'v1.0.0', 'main');
  await git.commitFiles('rel', { 'rel.yaml': 'r: 2\n' }, 'Rel two');
  await commitTree(git, 'parent', await libs(), 'Move a submodule on');
  await git.commitFiles('parent-bad', { 'top.yaml': 't: 1\n' }, 'Parent');
  await commitTree(git, 'parent-bad', { gone: ['0123456789012345678901234567890123456789', '../gone.git'] }, 'Add a submodule');
}

async function head(git: GitServer, name: string): Promise<string> {
  return (await git.git(name, 'rev-parse', 'main')).trim();
}

/** Commits submodules on `main`, their paths being their names. */
async function commitTree(
  git: GitServer,
  name: string,
  submodules: Readonly<Record<string, readonly [commit: string, url: string]>>,
  message: string,
): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'flux-ts-work-'));
  const run = (...args: string[]) => execFileSync('git', args, { cwd: work, env: gitEnvironment(), stdio: 'pipe' });
  try {
    run('clone', '--quiet', join(git.root, `${name}.git`), '.');
    const text = Object.entries(submodules).map(([path, [, url]]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`);
    writeFileSync(join(work, '.gitmodules'), text.join(''));
    run('add', '.gitmodules');
    for (const [path, [commit]] of Object.entries(submodules)) {
      run('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    }
    run('commit', '--quiet', '-m', message);
    run('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Signed by SSH on `main` (tag v1.0.0) and by OpenPGP on `pgp` (tag v2.0.0). Gives the entries of Secrets with keys. */
async function createSigned(git: GitServer): Promise<Record<'trusted' | 'others', Record<string, string>>> {
  await git.create('signed');
  const home = mkdtempSync(join(tmpdir(), 'flux-ts-keys-'));
  const env = { ...gitEnvironment(), HOME: home, GNUPGHOME: home };
  const run = (program: string, args: readonly string[]) => execFileSync(program, args, { cwd: home, env, stdio: 'pipe' });
  try {
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'key')]);
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'other')]);
    run('gpg', ['--batch', '--passphrase', '', '--quick-gen-key', 'Tester <tester@example.com>', 'ed25519', 'sign', '0']);
    run('gpg', ['--batch', '--passphrase', '', '--quick-gen-key', 'Other <other@example.com>', 'ed25519', 'sign', '0']);
    run('git', ['clone', '--quiet', join(git.root, 'signed.git'), 'work']);
    const sign = (config: readonly string[], ...args: string[]) =>
      run('git', ['-C', 'work', ...config.flatMap((entry) => ['-c', entry]), ...args]);
    const ssh = ['gpg.format=ssh', `user.signingkey=${join(home, 'key')}`];
    writeFileSync(join(home, 'work', 'a.yaml'), 'a: 1\n');
    sign(ssh, 'add', '.');
    sign(ssh, 'commit', '--quiet', '-S', '-m', 'Signed by SSH');
    sign(ssh, 'tag', '-s', 'v1.0.0', '-m', 'Tag signed by SSH');
    sign([], 'tag', 'light');
    sign([], 'push', '--quiet', 'origin', 'HEAD:refs/heads/main', '--tags');
    sign([], 'commit', '--quiet', '--allow-empty', '-S', '-m', 'Signed by OpenPGP');
    sign([], 'tag', '-s', 'v2.0.0', '-m', 'Tag signed by OpenPGP');
    sign([], 'push', '--quiet', 'origin', 'HEAD:refs/heads/pgp', '--tags');
    const [pgp, other] = ['tester', 'other'].map((name) => run('gpg', ['--armor', '--export', `${name}@example.com`]).toString());
    run('gpgconf', ['--kill', 'all']);
    const read = (name: string) => readFileSync(join(home, name), 'utf8');
    return {
      trusted: { 'tester.asc': pgp ?? '', 'tester.sshpub': read('key.pub'), 'other.sshpub': read('other.pub') },
      others: { 'other.asc': other ?? '', 'other.sshpub': read('other.pub') },
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function lockedKey(): string {
  const home = mkdtempSync(join(tmpdir(), 'flux-ts-keys-'));
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', join(home, 'key')], { stdio: 'pipe' });
    return readFileSync(join(home, 'key'), 'utf8');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
