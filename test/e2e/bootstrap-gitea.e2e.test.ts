import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { generateKeyPair } from '../../src/lib/engine/git/index.ts';
import type { BootstrapResult, ForgeBootstrapResult } from '../../src/lib/features/bootstrap/index.ts';
import { assertFails, type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { findBuiltFluxCli } from '../support/flux-cli.ts';
import { findGitea, type Gitea, startGitea } from '../support/gitea.ts';
import type { CliRun } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const ALL = ['write:repository', 'write:user', 'write:organization'] as const;
const FLEET = ['--owner=platform', '--repository=fleet', '--path=clusters/demo'] as const;

// Cluster, forge, Git over HTTP and Git over SSH are all real. Namespaces stand for clusters.
describe('bootstrap gitea', () => {
  let sandbox: TestSandbox;
  let world: CliWorld;
  let started: Gitea | undefined;
  let missing = '';
  let token = '';

  before(async () => {
    const program = await findGitea();
    if ('missing' in program) {
      missing = program.missing;
      return;
    }
    started = await startGitea(program);
    await started.createUser('dev');
    await started.createUser('guest');
    await started.ask('POST', 'admin/users/dev/orgs', { username: 'platform' });
    token = await started.createToken('dev', ...ALL);
    sandbox = await startSandbox({ name: 'gitea', alone: true });
    world = await openCliWorld(sandbox.kubeconfigPath, 'bootstrap-gitea');
  });
  after(async () => {
    await world?.close();
    await sandbox?.close();
    await started?.stop();
  });

  /** A test that says why it is left out where there is no Gitea. */
  const test = (name: string, run: (gitea: Gitea) => Promise<void>): void => {
    it(name, async (context: TestContext) => {
      if (started === undefined) context.skip(`left out: ${missing}`);
      else await run(started);
    });
  };
  const bootstrap = async (namespace: string, flags: readonly string[], as = token): Promise<CliRun> => {
    const fixed = [`--hostname=${started?.host}`, `--ca-file=${started?.caFile}`, `--namespace=${namespace}`, '-o', 'json'];
    const env = { GITEA_TOKEN: as, FLUX_SYSTEM_NAMESPACE: namespace };
    const run = await world.run(['bootstrap', 'gitea', ...fixed, ...flags], { env });
    assert.ok(!`${run.stdout}${run.stderr}`.includes(as), 'the token is told');
    assert.doesNotMatch(`${run.stdout}${run.stderr}`, /PRIVATE KEY/);
    return run;
  };
  const done = (run: CliRun): BootstrapResult => {
    assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
    const result = JSON.parse(run.stdout) as ForgeBootstrapResult;
    assert.equal(result.kind, 'done');
    return result.kind === 'done' ? result.bootstrap : assert.fail();
  };
  const secretOf = async (namespace: string): Promise<Record<string, string>> => {
    const live = await world.kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'flux-system' });
    const entries = Object.entries((live?.['data'] ?? {}) as Record<string, string>);
    return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  };
  const sourceOf = async (namespace: string): Promise<K8sObject | undefined> =>
    await world.kube.get({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', namespace, name: namespace });
  const driven = async (namespace: string): Promise<CliRun> => {
    const env = { FLUX_SYSTEM_NAMESPACE: namespace };
    return await world.run(['reconcile', 'source', 'git', namespace, '-n', namespace, '--drive', '-o', 'json'], { env });
  };

  test('makes the repository of an organization, and the cluster follows it over SSH', async (gitea) => {
    const run = await bootstrap('flux-system', [...FLEET, '--drive']);
    const { url, secret, commits, reconciledBy } = done(run);
    assert.match(url, /^ssh:\/\/git@127\.0\.0\.1:\d+\/platform\/fleet$/);
    assert.deepEqual([secret, commits.length, reconciledBy], ['written', 2, 'drive']);
    const repository = await gitea.ask('GET', 'repos/platform/fleet');
    assert.deepEqual(pick(repository, 'private', 'default_branch'), { private: true, default_branch: 'main' });
    const [key, ...more] = await keysOf(gitea, 'platform/fleet');
    assert.deepEqual(more, []);
    assert.deepEqual(pick(key, 'title', 'read_only'), {
      title: 'flux-system-main-flux-system-./clusters/demo',
      read_only: true,
    });
    const data = await secretOf('flux-system');
    assert.deepEqual(Object.keys(data).toSorted(), ['identity', 'identity.pub', 'known_hosts']);
    assert.equal(data['identity.pub']?.trim(), readText(key, 'key'));
    assert.match(
      await gitea.git('platform/fleet', 'log', '--format=%an: %s', 'main'),
      /^Flux: Add Flux sync manifests\nFlux: Add Flux v/,
    );
    assert.equal(readyOf(await sourceOf('flux-system')), 'True Succeeded');

    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello, namespace: default}\n';
    const content = Buffer.from(manifest).toString('base64');
    await gitea.ask('POST', 'repos/platform/fleet/contents/clusters/demo/hello.yaml', { content, message: 'Say hello' });
    const env = { FLUX_SYSTEM_NAMESPACE: 'flux-system' };
    const again = await world.run(
      ['reconcile', 'kustomization', 'flux-system', '--with-source', '--drive', '-n', 'flux-system'],
      { env },
    );
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /ConfigMap\/default\/hello created/);
  });

  test('changes nothing where all is as it should be', async (gitea) => {
    const look = async (): Promise<unknown> => [
      await gitea.git('platform/fleet', 'rev-parse', 'main'),
      (await keysOf(gitea, 'platform/fleet')).map((key) => key['id'] ?? null),
      (await sourceOf('flux-system'))?.metadata.generation,
      await secretOf('flux-system'),
      writesTo(gitea),
    ];
    const before = await look();
    const { commits, secret, objects } = done(await bootstrap('flux-system', [...FLEET, '--wait=false']));
    assert.deepEqual([commits, secret], [[], 'unchanged']);
    assert.deepEqual([...new Set(objects.map(({ action }) => action))], ['unchanged']);
    assert.deepEqual(await look(), before);
  });

  test('brings back a deploy key that is lost, or has other rights, among more keys than a page has', async (gitea) => {
    const ours = async (): Promise<JsonObject | undefined> => {
      const keys = await keysOf(gitea, 'platform/fleet');
      return keys.find((key) => readText(key, 'title').startsWith('flux-system-main-'));
    };
    const first = await ours();
    await gitea.ask('DELETE', `repos/platform/fleet/keys/${String(first?.['id'])}`);
    for (let index = 0; index < 55; index += 1) {
      await gitea.ask('POST', 'repos/platform/fleet/keys', { title: `other-${index}`, key: makePublicKey(), read_only: true });
    }
    assert.notEqual((await driven('flux-system')).code, 0, 'Gitea lets in whoever has no key');
    const { secret } = done(await bootstrap('flux-system', [...FLEET, '--wait=false', '--read-write-key']));
    assert.equal(secret, 'unchanged');
    assert.deepEqual(pick(await ours(), 'key', 'read_only'), { key: readText(first, 'key'), read_only: false });
    assert.equal((await driven('flux-system')).code, 0);
    done(await bootstrap('flux-system', [...FLEET, '--wait=false']));
    assert.equal((await ours())?.['read_only'], true);
    assert.equal((await keysOf(gitea, 'platform/fleet')).length, 56);
  });

  test("makes a user's public repository; the cluster goes from a token to a key", async (gitea) => {
    const flags = ['--owner=dev', '--personal', '--repository=own', '--private=false', '--wait=false'];
    const first = done(await bootstrap('flux-own', [...flags, '--token-auth']));
    assert.equal(first.url, `https://${gitea.host}/dev/own.git`);
    assert.equal(first.folder, 'flux-own');
    assert.deepEqual(pick(await gitea.ask('GET', 'repos/dev/own'), 'private'), { private: false });
    const { 'ca.crt': authority, ...login } = await secretOf('flux-own');
    assert.deepEqual(login, { username: 'git', password: token });
    assert.equal(authority, readFileSync(gitea.caFile, 'utf8'));
    assert.deepEqual(await keysOf(gitea, 'dev/own'), []);
    assert.equal((await driven('flux-own')).code, 0);

    const second = done(await bootstrap('flux-own', flags));
    assert.equal(second.secret, 'written');
    assert.deepEqual(Object.keys(await secretOf('flux-own')).toSorted(), ['ca.crt', 'identity', 'identity.pub', 'known_hosts']);
    assert.match(readText(await sourceOf('flux-own'), 'spec', 'url'), /^ssh:/);
    const run = await driven('flux-own');
    assert.equal(run.code, 0, run.stderr);
  });

  test('gives one key to two clusters', async (gitea) => {
    const { privateKeyPem, publicKeyAuthorized } = await generateKeyPair();
    writeFileSync(join(world.home, 'key'), privateKeyPem, { mode: 0o600 });
    const flags = ['--owner=dev', '--personal', '--repository=two', '--private-key-file=key', '--wait=false'];
    done(await bootstrap('flux-one', [...flags, '--path=one']));
    const second = await bootstrap('flux-two', [...flags, '--path=two']);
    done(second);
    assert.match(second.stderr, /deploy key "flux-one-main-flux-system-\.\/one" of "dev\/two" is this key/);
    const keys = async (): Promise<JsonObject[]> => (await keysOf(gitea, 'dev/two')).map((key) => pick(key, 'key', 'read_only'));
    const key = publicKeyAuthorized.trim();
    assert.deepEqual(await keys(), [{ key, read_only: true }]);
    done(await bootstrap('flux-two', [...flags, '--path=two', '--read-write-key']));
    assert.deepEqual(await keys(), [{ key, read_only: false }]);
    for (const namespace of ['flux-one', 'flux-two']) assert.equal((await driven(namespace)).code, 0);
  });

  test('lets teams in, and tells of those that are not there', async (gitea) => {
    const units = ['repo.code', 'repo.pulls'];
    await gitea.ask('POST', 'orgs/platform/teams', { name: 'core', permission: 'write', units });
    const flags = ['--owner=platform', '--repository=teams', '--wait=false', '--team=core', '--team=nobody:pull'];
    const run = await bootstrap('flux-teams', flags);
    done(run);
    assert.match(run.stderr, /✔ granted "write" permissions to "core"; a team of Gitea has the same in all its repositories/);
    assert.match(run.stderr, /✗ failed to grant "pull" permissions to "nobody": .*404/);
    const teams = async (): Promise<string[]> =>
      objectsOf(await gitea.ask('GET', 'repos/platform/teams/teams')).map((team) => readText(team, 'name'));
    assert.deepEqual((await teams()).toSorted(), ['Owners', 'core']);
    const again = await bootstrap('flux-teams', [...flags.slice(0, -1), '--reconcile', '--private=false']);
    done(again);
    assert.match(again.stderr, /repository "platform\/teams" reconciled/);
    assert.doesNotMatch(again.stderr, /✗|⚠/);
    assert.deepEqual(pick(await gitea.ask('GET', 'repos/platform/teams'), 'private'), { private: false });
  });

  test('proposes to a branch that nobody may push to, and goes on once that is merged', async (gitea) => {
    await gitea.ask('POST', 'orgs/platform/repos', { name: 'guarded', private: true, auto_init: true, default_branch: 'main' });
    await gitea.ask('POST', 'repos/platform/guarded/branch_protections', { rule_name: 'main', enable_push: false });
    const flags = ['--owner=platform', '--repository=guarded', '--path=clusters/guarded', '--wait=false'];
    const namespaceOf = async () => await world.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'flux-guarded' });

    const refused = await bootstrap('flux-guarded', flags);
    assertFails(refused, 'git/push-rejected', /hook declined: Not allowed to push to protected branch main$/, /--pull-request/);
    assert.equal(await namespaceOf(), undefined);

    const propose = async (): Promise<{ url: string; branch: string; commit: string }> => {
      const run = await bootstrap('flux-guarded', [...flags, '--pull-request']);
      assert.equal(run.code, 0, run.stderr);
      const result = JSON.parse(run.stdout) as ForgeBootstrapResult;
      return result.kind === 'proposed' ? result.proposal : assert.fail(run.stdout);
    };
    const proposal = await propose();
    assert.equal(proposal.url, `https://${gitea.host}/platform/guarded/pulls/1`);
    assert.equal(await gitea.git('platform/guarded', 'rev-parse', proposal.branch), proposal.commit);
    assert.deepEqual(await propose(), proposal);
    // Closed without a merge: the branch is still there, and a new one is opened.
    await gitea.ask('PATCH', 'repos/platform/guarded/pulls/1', { state: 'closed' });
    const reopened = await propose();
    assert.deepEqual(reopened, { ...proposal, url: `https://${gitea.host}/platform/guarded/pulls/2` });
    assert.equal(await namespaceOf(), undefined);

    await gitea.ask('POST', 'repos/platform/guarded/pulls/2/merge', { Do: 'merge' });
    const { commits, secret } = done(await bootstrap('flux-guarded', [...flags, '--pull-request']));
    assert.deepEqual([commits, secret], [[], 'written']);
    const run = await driven('flux-guarded');
    assert.equal(run.code, 0, run.stderr);
  });

  it('goes on where flux has bootstrapped, and changes nothing', async (context) => {
    const flux = findBuiltFluxCli();
    if (started === undefined || 'missing' in flux) {
      context.skip(`left out: ${'missing' in flux ? flux.missing : missing}`);
      return;
    }
    const gitea = started;
    const other = await startSandbox({ name: 'gitea-flux', alone: true });
    context.after(() => other.close());
    const kube = await connectKube(other.kubeconfigPath);
    context.after(() => kube.close());
    const flags = ['--owner=platform', '--repository=theirs', '--path=clusters/demo'];
    // flux panics on a host and a port without a scheme.
    const where = [`--hostname=https://${gitea.host}`, `--ca-file=${gitea.caFile}`, `--ssh-hostname=${gitea.sshHost}`];
    const env = {
      ...world.env,
      PATH: process.env['PATH'] ?? '',
      KUBECONFIG: other.kubeconfigPath,
      GITEA_TOKEN: token,
      FLUX_SYSTEM_NAMESPACE: '',
    };
    // What comes next takes controllers.
    await runUntil(flux.path, ['bootstrap', 'gitea', ...flags, ...where], env, /waiting for GitRepository/);
    const look = async (): Promise<unknown> => [
      await gitea.git('platform/theirs', 'rev-parse', 'main'),
      (await keysOf(gitea, 'platform/theirs')).map((key) => pick(key, 'id', 'title', 'read_only')),
      (await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'flux-system', name: 'flux-system' }))?.['data'],
    ];
    const before = await look();
    const run = await world.run(['bootstrap', 'gitea', ...flags, ...where, '--reconcile', '--wait=false', '-o', 'json'], { env });
    const { commits, secret, objects } = done(run);
    assert.deepEqual([commits, secret], [[], 'unchanged']);
    assert.deepEqual([...new Set(objects.map(({ action }) => action))], ['unchanged']);
    assert.deepEqual(await look(), before);
  });

  test('refuses before anything is changed where the token may not do it', async (gitea) => {
    await gitea.ask('POST', 'orgs/platform/repos', { name: 'old', auto_init: true, default_branch: 'main' });
    await gitea.ask('PATCH', 'repos/platform/old', { archived: true });
    await gitea.ask('POST', 'orgs/platform/repos', { name: 'before' });
    await gitea.ask('PATCH', 'repos/platform/before', { name: 'after' });
    const fresh = ['--owner=platform', '--repository=new'];
    const own = ['--owner=dev', '--repository=new', '--personal'];
    const guest = await gitea.createToken('guest', ...ALL);
    const cases: readonly (readonly [string | readonly string[], readonly string[], string, RegExp, RegExp])[] = [
      ['0123456789abcdef', FLEET, 'forge/bad-token', /does not know the token/, /write:repository/],
      [['read:user'], FLEET, 'forge/missing-scope', /lacks the scope read:repository, and has read:user/, /write:repository/],
      [['write:repository'], FLEET, 'forge/missing-scope', /lacks the scope read:user/, /read:user/],
      [['read:repository', 'read:user'], FLEET, 'forge/missing-scope', /lacks the scope write:repository/, /write:repository/],
      [
        ['read:repository', 'read:user'],
        [...FLEET, '--token-auth'],
        'forge/missing-scope',
        /lacks the scope write:repository/,
        /write:repository/,
      ],
      [['write:repository', 'read:user'], fresh, 'forge/missing-scope', /read:organization/, /write:organization/],
      [
        ['write:repository', 'read:user', 'read:organization'],
        fresh,
        'forge/missing-scope',
        /lacks the scope write:organization/,
        /write:organization/,
      ],
      [
        ['read:repository', 'read:user', 'write:organization'],
        fresh,
        'forge/missing-scope',
        /lacks the scope write:repository/,
        /write:repository/,
      ],
      [['write:repository', 'read:user'], own, 'forge/missing-scope', /lacks the scope write:user/, /--personal/],
      [['public-only', ...ALL], fresh, 'forge/missing-scope', /for public repositories only/, /--private=false/],
      [['public-only', ...ALL], FLEET, 'forge/missing-scope', /for public repositories only/, /--private=false/],
      [token, ['--owner=nobody', '--repository=new'], 'forge/not-found', /no organization nobody/, /--owner/],
      [token, ['--owner=dev', '--repository=new'], 'forge/not-found', /no organization dev/, /dev is a user: add --personal/],
      [token, ['--owner=platform', '--repository=new', '--personal'], 'forge/other-user', /'platform'.*'dev'/, /--owner=dev/],
      [guest, fresh, 'forge/no-right', /guest may not make repositories in the organization platform/, /owner/],
      [guest, FLEET, 'forge/no-right', /guest may not make repositories/, /owner/],
      [guest, ['--owner=platform', '--repository=teams'], 'forge/no-right', /guest may not push to platform\/teams/, /owner/],
      [token, ['--owner=platform', '--repository=before'], 'forge/moved', /elsewhere.*platform\/after/, /called now/],
      [token, ['--owner=platform', '--repository=old'], 'forge/refused', /423.*archived/, /forge says/],
    ];
    const tokens = await Promise.all(
      cases.map(async ([who]) => (typeof who === 'string' ? who : await gitea.createToken('dev', ...who))),
    );
    const before = writesTo(gitea);
    for (const [index, [, flags, code, message, hint]] of cases.entries()) {
      const run = await bootstrap('flux-refused', [...flags, '--wait=false'], tokens[index]);
      assertFails(run, code, message, hint);
    }
    assert.deepEqual(writesTo(gitea), before);
    assert.equal(await world.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'flux-refused' }), undefined);
  });
});

/** Runs a program until it says something, and ends it then. */
async function runUntil(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  end: RegExp,
): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let story = '';
  const hear = (text: string): void => {
    story += text;
    if (end.test(story)) child.kill('SIGKILL');
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  await new Promise((resolve) => child.once('close', resolve));
  assert.match(story, end);
}

/** Requests that changed something, as Gitea's log tells them. */
function writesTo(gitea: Gitea): string[] {
  const lines = gitea.log().match(/completed (?:POST|PUT|PATCH|DELETE) \S+ for \S+ 2\d\d/g) ?? [];
  assert.notEqual(lines.length, 0);
  return lines.filter((line) => !line.includes('/git-upload-pack')).map((line) => line.replace(/ for \S+/, ''));
}

async function keysOf(gitea: Gitea, repository: string): Promise<JsonObject[]> {
  const pages = [1, 2].map(async (page) => await gitea.ask('GET', `repos/${repository}/keys?limit=50&page=${page}`));
  return (await Promise.all(pages)).flatMap(objectsOf);
}

/** A key of nobody. */
function makePublicKey(): string {
  const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(randomBytes(32))]).toString('base64')}`;
}

function objectsOf(value: JsonValue): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

function pick(value: JsonValue | undefined, ...names: readonly string[]): JsonObject {
  return isJsonObject(value) ? Object.fromEntries(names.map((name) => [name, value[name] ?? null])) : {};
}
