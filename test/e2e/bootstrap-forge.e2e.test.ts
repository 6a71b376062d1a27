import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ObjectRef } from '../../src/lib/core/objects.ts';
import { openForge } from '../../src/lib/engine/forge/index.ts';
import * as git from '../../src/lib/engine/git/index.ts';
import {
  bootstrapForge,
  DEFAULT_BOOTSTRAP_OPTIONS,
  type ForgeBootstrapOptions,
  type ForgeBootstrapResult,
} from '../../src/lib/features/bootstrap/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { type Exchanges, recordedSend } from '../unit/lib/engine/forge/recorded.ts';

const SECRET: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace: 'flux-system', name: 'flux-system' };
const API = '/api/v1';

// The cluster and the repositories are real; the forge answers as Gitea's documentation shows (gitea.com/api/swagger).
describe('bootstrap with a forge', () => {
  let sandbox: TestSandbox;
  let ports: FeaturePorts;
  let server: GitServer;

  before(async () => {
    sandbox = await startSandbox({ name: 'forge', alone: true });
    ports = makeFeaturePorts(await connectKube(sandbox.kubeconfigPath));
    server = await startGitServer({ user: 'platform', password: 's3cret' });
  });
  after(async () => {
    await server?.close();
    await ports?.kube.close();
    await sandbox?.close();
  });

  const repositoryOf = (name: string, permissions: object = { admin: true, push: true }) => ({
    full_name: `platform/${name}`,
    clone_url: server.urlOf(name),
    ssh_url: `ssh://git@git.example.com/platform/${name}.git`,
    permissions,
  });
  const run = async (
    repository: string,
    exchanges: Exchanges,
    change: Partial<ForgeBootstrapOptions> = {},
    asked: string[] = [],
  ): Promise<{ result: ForgeBootstrapResult; asked: string[] }> => {
    const all: Exchanges = {
      [`GET ${API}/user`]: { body: { login: 'platform' } },
      [`GET ${API}/user/keys?limit=1`]: { body: [] },
      // The body lacks all that is required, and nothing is made.
      [`POST ${API}/user/repos`]: { status: 422, body: { message: '[Name]: Required' } },
      [`POST ${API}/repos/platform/${repository}/branches`]: { status: 422, body: { message: '[BranchName]: Required' } },
      ...exchanges,
    };
    const forge = openForge('gitea', { hostname: 'git.example.com', token: 's3cret' }, { send: recordedSend(all, asked) });
    const options: ForgeBootstrapOptions = {
      ...DEFAULT_BOOTSTRAP_OPTIONS,
      owner: 'platform',
      repository,
      personal: true,
      visibility: 'private',
      reconcile: false,
      teams: [],
      teamPermission: 'maintain',
      readWriteKey: false,
      deployTokenAuth: false,
      token: 's3cret',
      tokenUsername: 'platform',
      pullRequest: false,
      path: 'clusters/demo',
      tokenAuth: true,
      wait: false,
      ...change,
    };
    return { result: await bootstrapForge(options, { ...ports, git, forge }), asked };
  };

  it('refuses before anything is changed where the token may not do it', async () => {
    const at = `GET ${API}/repos/platform/fleet`;
    const keys = `GET ${API}/repos/platform/fleet/keys?limit=50&page=1`;
    const cases: readonly (readonly [Exchanges, Partial<ForgeBootstrapOptions>, string])[] = [
      [{ [`GET ${API}/user`]: { status: 401, body: {} } }, {}, 'forge/bad-token'],
      [{ [`GET ${API}/user`]: { body: { login: 'somebody' } } }, {}, 'forge/other-user'],
      [{ [at]: { body: repositoryOf('fleet', { push: false }) } }, {}, 'forge/no-right'],
      [{ [at]: { body: repositoryOf('fleet', { push: true }) } }, { tokenAuth: false }, 'forge/no-right'],
      [{ [at]: { body: repositoryOf('fleet') }, [keys]: { status: 403, body: {} } }, { tokenAuth: false }, 'forge/forbidden'],
      [{ [at]: { body: repositoryOf('fleet') } }, { deployTokenAuth: true, tokenAuth: true }, 'bootstrap/two-logins'],
      [
        { [at]: { body: repositoryOf('fleet') }, [keys]: { body: [] } },
        { deployTokenAuth: true, tokenAuth: false },
        'forge/no-deploy-tokens',
      ],
      [{}, { owner: '' }, 'bootstrap/no-owner'],
      [{}, { repository: '' }, 'bootstrap/no-repository'],
      [{}, { repository: '../x' }, 'bootstrap/bad-repository'],
      [{}, { teams: ['core:owner'] }, 'bootstrap/bad-team'],
    ];
    for (const [exchanges, change, code] of cases) {
      const asked: string[] = [];
      await assert.rejects(run('fleet', exchanges, change, asked), { code }, code);
      assert.deepEqual(
        asked.filter((line) => !line.startsWith('GET ') && !line.endsWith(' {}')),
        [],
      );
    }
    assert.equal(await ports.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'flux-system' }), undefined);
  });

  it('makes the repository, and the cluster follows it with the token', async () => {
    await server.create('fleet');
    const { result, asked } = await run('fleet', {
      [`GET ${API}/repos/platform/fleet`]: { status: 404, body: { message: 'not found' } },
      [`POST ${API}/user/repos`]: { status: 201, body: repositoryOf('fleet') },
    });
    assert.equal(result.kind, 'done');
    assert.deepEqual(
      asked.filter((line) => !line.startsWith('GET') && !line.endsWith(' {}')),
      [`POST ${API}/user/repos {"name":"fleet","description":"","private":true,"default_branch":"main"}`],
    );
    assert.match(await server.git('fleet', 'log', '--format=%s', 'main'), /Add Flux sync manifests\nAdd Flux v2\.9\.4/);
    const login = await ports.kube.get(SECRET);
    assert.deepEqual(login?.['data'], { username: btoa('git'), password: btoa('s3cret') });
    assert.ok(ports.told.every((line) => !line.includes('s3cret')));
  });

  it('proposes changes in a pull request, leaves the cluster alone, and goes on once it is merged', async () => {
    await server.create('guarded');
    await server.commitFiles('guarded', { 'README.md': 'fleet\n' }, 'Begin');
    await server.hook('guarded', 'update', '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo protected branch; exit 1; }\n');
    const pulls = `${API}/repos/platform/guarded/pulls`;
    const exchanges: Exchanges = {
      [`GET ${API}/repos/platform/guarded`]: { body: repositoryOf('guarded') },
      [`GET ${pulls}?limit=50&page=1&state=open&base_branch=main`]: { body: [] },
      [`POST ${pulls}`]: { status: 201, body: { html_url: 'https://git.example.com/platform/guarded/pulls/1' } },
    };
    const before = (await ports.kube.get(SECRET))?.metadata['resourceVersion'];
    const { result, asked } = await run('guarded', exchanges, { pullRequest: true });
    assert.equal(result.kind, 'proposed');
    const { branch, url, commit } = result.kind === 'proposed' ? result.proposal : { branch: '', url: '', commit: '' };
    assert.equal(url, 'https://git.example.com/platform/guarded/pulls/1');
    assert.match(branch, /^flux-bootstrap-clusters-demo-flux-system-[0-9a-f]{8}$/);
    assert.equal(await server.git('guarded', 'rev-parse', branch), commit);
    assert.equal((await ports.kube.get(SECRET))?.metadata['resourceVersion'], before);
    assert.match(asked.at(-1) ?? '', /"head":"flux-bootstrap-.*"base":"main"/);
    // Closed without a merge and run again: the same branch is found.
    const again = await run('guarded', exchanges, { pullRequest: true });
    assert.equal(again.result.kind === 'proposed' && again.result.proposal.commit, commit);
    await server.git('guarded', 'update-ref', 'refs/heads/main', commit);
    const merged = await run('guarded', exchanges, { pullRequest: true });
    assert.equal(merged.result.kind, 'done');
    assert.equal(merged.result.kind === 'done' && merged.result.bootstrap.commits.length, 0);
    assert.match(ports.told.join('\n'), /sync manifests are up to date/);
  });
});
