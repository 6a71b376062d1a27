import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openForge } from '../../../../../src/lib/engine/forge/index.ts';
import { bootstrapForge } from '../../../../../src/lib/features/bootstrap/bootstrap-forge.ts';
import { ensureDeployKey } from '../../../../../src/lib/features/bootstrap/ensure-deploy-key.ts';
import type { ForgeBootstrapOptions } from '../../../../../src/lib/features/bootstrap/forge-options.ts';
import { DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { type Exchanges, recordedSend } from '../../engine/forge/recorded.ts';
import { makeWorld } from './scripted-world.ts';

const OPTIONS: ForgeBootstrapOptions = {
  ...DEFAULT_BOOTSTRAP_OPTIONS,
  owner: 'octo-org',
  repository: 'fleet',
  personal: false,
  visibility: 'private',
  reconcile: false,
  teams: [],
  teamPermission: 'maintain',
  readWriteKey: false,
  deployTokenAuth: false,
  token: 's3cret',
  tokenUsername: 'octo-org',
  pullRequest: false,
  path: 'clusters/demo',
  wait: false,
};

async function refuse(
  name: 'github' | 'gitlab',
  exchanges: Exchanges,
  code: string,
  change: Partial<ForgeBootstrapOptions> = {},
): Promise<void> {
  const options = { ...OPTIONS, ...change };
  const asked: string[] = [];
  const scripted = makeWorld({ objects: [] });
  const hostname = name === 'github' ? 'github.com' : 'gitlab.com';
  const forge = openForge(name, { hostname, token: options.token }, { send: recordedSend(exchanges, asked) });
  await assert.rejects(bootstrapForge(options, { ...scripted.world, forge }), { code });
  assert.ok(
    asked.every((line) => line.startsWith('GET ')),
    asked.join(),
  );
  assert.deepEqual([scripted.writes, scripted.pushed, scripted.opened], [[], [], []]);
}

test('bootstrapForge() names the scopes that a token of GitHub lacks, before anything is changed', async () => {
  await refuse(
    'github',
    { 'GET /user': { headers: { 'x-oauth-scopes': 'gist' }, body: { login: 'octocat' } } },
    'forge/missing-scope',
  );
});

test('bootstrapForge() leaves no token of an installation in a cluster, and asks for the right to add keys', async () => {
  await refuse('github', {}, 'forge/short-lived-token', { token: 'ghs_abc', tokenAuth: true });
  const repository = {
    full_name: 'octo-org/fleet',
    clone_url: 'https://github.com/octo-org/fleet.git',
    ssh_url: 'git@github.com:octo-org/fleet.git',
  };
  const exchanges: Exchanges = {
    'GET /repos/octo-org/fleet': { body: repository },
    'GET /repos/octo-org/fleet/keys?per_page=100': { status: 403, body: { message: 'Resource not accessible by integration' } },
  };
  await refuse('github', exchanges, 'forge/forbidden', { token: 'ghs_abc' });
});

test('bootstrapForge() names the scopes that a token of GitLab lacks, before anything is changed', async () => {
  const exchanges: Exchanges = {
    'GET /api/v4/user': { body: { username: 'john' } },
    'GET /api/v4/personal_access_tokens/self': { body: { scopes: ['read_repository'] } },
  };
  await refuse('gitlab', exchanges, 'forge/missing-scope');
});

test('bootstrapForge() refuses where the organization is not there, before anything is changed', async () => {
  const exchanges: Exchanges = {
    'GET /user': { body: { login: 'octocat' } },
    'GET /repos/octo-org/fleet': { status: 404, body: { message: 'Not Found' } },
    'GET /orgs/octo-org': { status: 404, body: { message: 'Not Found' } },
  };
  await refuse('github', exchanges, 'forge/not-found');
});

test('bootstrapForge() grants teams what they may, and tells of those that get nothing', async () => {
  const asked: string[] = [];
  const scripted = makeWorld({ objects: [] });
  const repository = {
    full_name: 'octo-org/fleet',
    clone_url: 'https://github.com/octo-org/fleet.git',
    ssh_url: 'git@github.com:octo-org/fleet.git',
    permissions: { admin: true, push: true },
  };
  const exchanges: Exchanges = {
    'GET /user': { body: { login: 'octocat' } },
    'GET /repos/octo-org/fleet': { body: repository },
    'PATCH /repos/octo-org/fleet': { body: repository },
    'GET /repos/octo-org/fleet/keys?per_page=100': { body: [] },
    'PUT /orgs/octo-org/teams/core/repos/octo-org/fleet': { status: 204 },
    'PUT /orgs/octo-org/teams/none/repos/octo-org/fleet': { status: 404, body: { message: 'Not Found' } },
  };
  const forge = openForge('github', { hostname: 'github.com', token: 's3cret' }, { send: recordedSend(exchanges, asked) });
  const options = { ...OPTIONS, reconcile: true, teams: ['core:push', 'none'] };
  // The scripted world has no manifests to render: what comes before is what counts here.
  await bootstrapForge(options, { ...scripted.world, forge }).catch(() => undefined);
  assert.ok(asked.includes('PUT /orgs/octo-org/teams/core/repos/octo-org/fleet {"permission":"push"}'));
  assert.ok(scripted.told.some((line) => line.startsWith('✗ failed to grant "maintain" permissions to "none"')));
  assert.ok(scripted.told.every((line) => !line.includes('s3cret')));
});

test('ensureDeployKey() leaves a key that is as wanted, and replaces one of its name that is not', async () => {
  const title = 'flux-system-main-flux-system-./clusters/demo';
  const repository = { id: 'o/r', fullName: 'o/r', httpsUrl: '', sshUrl: '', canPush: true, canAdmin: true };
  const ensure = async (keys: readonly object[], readWriteKey = false): Promise<string[]> => {
    const asked: string[] = [];
    const exchanges: Exchanges = {
      'GET /repos/o/r/keys?per_page=100': { body: keys },
      'DELETE /repos/o/r/keys/5': { status: 204 },
      'POST /repos/o/r/keys': { status: 201, body: {} },
    };
    const forge = openForge('github', { hostname: 'github.com', token: 't' }, { send: recordedSend(exchanges, asked) });
    const { world } = makeWorld({ objects: [] });
    await ensureDeployKey(repository, 'ssh-ed25519 AAAA\n', { ...OPTIONS, readWriteKey }, { forge, progress: world.progress });
    return asked.slice(1);
  };
  const same = { id: 5, title, key: 'ssh-ed25519 AAAA comment', read_only: true };
  const post = (readOnly: boolean): string =>
    `POST /repos/o/r/keys {"title":"${title}","key":"ssh-ed25519 AAAA","read_only":${readOnly}}`;
  assert.deepEqual(await ensure([same]), []);
  assert.deepEqual(await ensure([]), [post(true)]);
  assert.deepEqual(await ensure([same], true), ['DELETE /repos/o/r/keys/5', post(false)]);
  assert.deepEqual(await ensure([{ ...same, key: 'ssh-ed25519 BBBB' }]), ['DELETE /repos/o/r/keys/5', post(true)]);
  assert.deepEqual(await ensure([{ ...same, title: 'of somebody else', key: 'ssh-rsa CCCC' }]), [post(true)]);
});
