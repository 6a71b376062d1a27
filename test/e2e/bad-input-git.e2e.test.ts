import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readPath } from '../../src/lib/core/read-object.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { useSandbox } from '../support/sandbox.ts';
import { findSshd, startSshServer } from '../support/ssh-server.ts';

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {value: "1"}\n';
const WRONG = 'wr0ng-horse-battery';

describe('what wrong logins and references get', { timeout: 120_000 }, () => {
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    const { kubeconfigPath } = await useSandbox();
    world = await openCliWorld(kubeconfigPath, `bad-git-${process.pid}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer({ user: 'git', password: 'right' });
    await git.create('repo');
    await git.commitFiles('repo', { 'deploy/conf.yaml': CONFIG }, 'Begin');
  });

  after(async () => {
    await git?.close();
    await world?.close();
  });

  const login = async (name: string, stringData: Record<string, string>): Promise<JsonObject> => {
    const metadata = { name, namespace: world.namespace };
    await world.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
    return { name };
  };
  const driveSource = (name: string) =>
    world.run(['reconcile', 'source', 'git', name, '-n', world.namespace, '--drive', '-o', 'json']);
  const assertUnfetched = async (name: string, reason: string): Promise<void> => {
    const source = await world.source(name);
    assert.equal(readyOf(source), `False ${reason}`);
    assert.equal(readPath(source, 'status', 'artifact'), undefined, 'no artifact of what was not fetched');
  };

  it('a wrong password, in a source', async () => {
    const secretRef = await login('password', { username: 'git', password: WRONG });
    await world.createSource('password', { url: git.urlOf('repo'), secretRef });
    const run = await driveSource('password');
    assertFails(run, 'git/auth-failed', /127\.0\.0\.1:\d+\/repo\.git'.* 401/, /user name|token|password/i);
    assert.ok(!`${run.stdout}${run.stderr}`.includes(WRONG));
    // What the remote refuses is a failed operation to source-controller; only what a Secret lacks is a failed authentication.
    await assertUnfetched('password', 'GitOperationFailed');
    const told = await world.run(['reconcile', 'source', 'git', 'password', '-n', world.namespace, '--drive']);
    assert.match(told.stderr, /✗ .* 401\)\n +Check the user name/, 'people get the mend as well');
  });

  it('a wrong password, in a bootstrap: nothing is committed and nothing applied', async () => {
    await git.create('fleet');
    const run = await world.run(
      ['bootstrap', 'git', `--url=${git.urlOf('fleet')}`, '--token-auth', '--allow-insecure-http', '--silent', '-o', 'json'],
      { env: { GIT_PASSWORD: WRONG } },
    );
    assertFails(run, 'git/auth-failed', /fleet\.git'.* 401/, /user name|token|password/i);
    assert.ok(!`${run.stdout}${run.stderr}`.includes(WRONG));
    assert.equal(await git.git('fleet', 'for-each-ref'), '');
    const namespace = world.namespace;
    assert.equal(await world.kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'flux-system' }), undefined);
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'source-controller' };
    assert.equal(await world.kube.get(account), undefined);
  });

  it('a branch that is not there: the hint has those that are', async () => {
    const secretRef = await login('branch', { username: 'git', password: 'right' });
    await world.createSource('branch', { url: git.urlOf('repo'), ref: { branch: 'mian' }, secretRef });
    assertFails(await driveSource('branch'), 'git/ref-not-found', /mian/, /main/);
    await assertUnfetched('branch', 'GitOperationFailed');
  });

  it('a host that cannot be reached', async () => {
    await world.createSource('nobody', { url: 'http://127.0.0.1:1/repo.git' });
    assertFails(await driveSource('nobody'), 'git/unreachable', /127\.0\.0\.1:1\/repo\.git.*ECONNREFUSED/, /host name, the port/);
    await assertUnfetched('nobody', 'GitOperationFailed');
  });

  it('a server whose host key is another one', async (t) => {
    const sshd = await findSshd();
    if ('missing' in sshd) {
      t.skip(sshd.missing);
      return;
    }
    const keyFile = join(world.home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', keyFile]);
    const ssh = await startSshServer(sshd, [readFileSync(`${keyFile}.pub`, 'utf8')]);
    t.after(() => ssh.close());
    await ssh.create('repo');
    await ssh.commitFiles('repo', { 'deploy/conf.yaml': CONFIG }, 'Begin');
    const other = join(world.home, 'other');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', other]);
    const identity = readFileSync(keyFile, 'utf8');
    const wrongHosts = `[127.0.0.1]:${ssh.port} ${readFileSync(`${other}.pub`, 'utf8')}`;
    const secretRef = await login('hostkey', { identity, known_hosts: wrongHosts });
    await world.createSource('hostkey', { url: ssh.urlOf('repo'), secretRef });
    const run = await driveSource('hostkey');
    assertFails(run, 'git/host-key-mismatch', /127\.0\.0\.1.*SHA256:/, /known_hosts|before/);
    assert.ok(!run.stderr.includes(identity.split('\n')[1] ?? '?'));
    await assertUnfetched('hostkey', 'GitOperationFailed');
  });
});
