import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apiBaseOf,
  FORGE_NAMES,
  type ForgeRepository,
  isSameKey,
  openForge,
  webBaseOf,
} from '../../../../../src/lib/engine/forge/index.ts';
import { recorded, recordedSend } from './recorded.ts';

// The bodies are cut from the examples of each forge's own documentation: docs.github.com/rest, docs.gitlab.com/api,
// gitea.com/api/swagger, developer.atlassian.com/server/bitbucket/rest.

const REF = { owner: 'octo-org', name: 'fleet', personal: false } as const;
const KEY = 'ssh-ed25519 AAAAC3 octocat@octomac';
const PULL = { from: 'flux', into: 'main', title: 'Bootstrap Flux', body: 'text' };

test('openForge() asks GitHub as its documentation says', async () => {
  const repository = {
    id: 1296269,
    full_name: 'octo-org/fleet',
    private: true,
    clone_url: 'https://github.com/octo-org/fleet.git',
    ssh_url: 'git@github.com:octo-org/fleet.git',
    permissions: { admin: false, push: true, pull: true },
  };
  const { forge, asked, headers } = recorded(
    'github',
    {
      'GET /user': { headers: { 'x-oauth-scopes': 'repo, read:org' }, body: { login: 'octocat', id: 1 } },
      'GET /repos/octo-org/fleet': { body: repository },
      'GET /repos/octo-org/none': { status: 404, body: { message: 'Not Found' } },
      'GET /orgs/octo-org': { body: { login: 'octo-org' } },
      'POST /orgs/octo-org/repos': { status: 201, body: repository },
      'PATCH /repos/octo-org/fleet': { body: repository },
      'PUT /orgs/octo-org/teams/core/repos/octo-org/fleet': { status: 204 },
      'GET /repos/octo-org/fleet/keys?per_page=100': { body: [{ id: 1, key: KEY, title: 'octocat@octomac', read_only: true }] },
      'POST /repos/octo-org/fleet/keys': { status: 201, body: { id: 2 } },
      'DELETE /repos/octo-org/fleet/keys/1': { status: 204 },
      'GET /repos/octo-org/fleet/pulls?state=open&base=main&head=octo-org:flux': { body: [] },
      'POST /repos/octo-org/fleet/pulls': { status: 201, body: { html_url: 'https://github.com/octo-org/fleet/pull/1347' } },
    },
    'github.com',
  );
  assert.deepEqual(await forge.identify(), { login: 'octocat', scopes: ['repo', 'read:org'] });
  assert.deepEqual([forge.hasScopes(['repo']), forge.hasScopes(['public_repo'])], [true, false]);
  assert.deepEqual([headers['host'], headers['authorization']], ['https://api.github.com', 'Bearer s3cret']);
  const found = (await forge.findRepository(REF)) as ForgeRepository;
  assert.deepEqual(found, {
    id: 'octo-org/fleet',
    fullName: 'octo-org/fleet',
    httpsUrl: 'https://github.com/octo-org/fleet.git',
    sshUrl: 'ssh://git@github.com/octo-org/fleet',
    canPush: true,
    canAdmin: false,
  });
  assert.equal(await forge.findRepository({ ...REF, name: 'none' }), undefined);
  await forge.checkOwner(REF, 'private');
  await forge.createRepository(REF, { visibility: 'private', defaultBranch: 'main', description: '' });
  await forge.updateRepository(found, { visibility: 'public', defaultBranch: 'main', description: '' });
  await forge.grantTeam(found, REF, 'core', 'maintain');
  const [key] = await forge.listDeployKeys(found);
  assert.deepEqual(key, { id: '1', title: 'octocat@octomac', key: 'ssh-ed25519 AAAAC3', readOnly: true });
  await forge.addDeployKey(found, { title: 't', key: KEY, readOnly: false });
  await forge.removeDeployKey(found, '1');
  assert.equal(await forge.findPullRequest(found, PULL), undefined);
  assert.equal(await forge.openPullRequest(found, PULL), 'https://github.com/octo-org/fleet/pull/1347');
  assert.deepEqual(
    asked.filter((line) => line.includes('{')),
    [
      'POST /orgs/octo-org/repos {"name":"fleet","description":"","private":true}',
      'PATCH /repos/octo-org/fleet {"description":"","private":false}',
      'PUT /orgs/octo-org/teams/core/repos/octo-org/fleet {"permission":"maintain"}',
      `POST /repos/octo-org/fleet/keys {"title":"t","key":"${KEY}","read_only":false}`,
      'POST /repos/octo-org/fleet/pulls {"head":"flux","base":"main","title":"Bootstrap Flux","body":"text"}',
    ],
  );
});

test('openForge() takes the rights of an installation of an app from its token, and never asks who it is', async () => {
  // The answer to an installation says nothing of its rights: https://docs.github.com/rest/apps/installations.
  const repository = {
    full_name: 'octo-org/fleet',
    clone_url: 'https://github.com/octo-org/fleet.git',
    ssh_url: 'git@github.com:octo-org/fleet.git',
    permissions: { admin: false, push: false, pull: false },
  };
  const rightsOf = async (token: string, permissions?: Record<string, string>) => {
    const asked: string[] = [];
    const send = recordedSend({ 'GET /repos/octo-org/fleet': { body: repository } }, asked);
    const options = { hostname: 'github.com', token, ...(permissions === undefined ? {} : { permissions }) };
    const forge = openForge('github', options, { send });
    const identity = await forge.identify();
    const { canPush, canAdmin } = (await forge.findRepository(REF)) as ForgeRepository;
    assert.equal(asked.length, 1);
    assert.match(forge.neededScopes, /administration/);
    return { identity, canPush, canAdmin };
  };
  const permissions = { contents: 'write', administration: 'read' };
  assert.deepEqual(await rightsOf('t', permissions), {
    identity: { login: '', isInstallation: true, permissions },
    canPush: true,
    canAdmin: false,
  });
  // What a token of somebody else's making may is not known.
  assert.deepEqual(await rightsOf('ghs_abc'), { identity: { login: '', isInstallation: true }, canPush: true, canAdmin: true });
});

test('apiBaseOf() and webBaseOf() find the API and the pages', () => {
  const apiOf = (hostname: string, baseUrl = ''): string => apiBaseOf('github', { hostname, baseUrl }).href;
  assert.equal(apiOf('github.com'), 'https://api.github.com/');
  assert.equal(apiOf('git.example.com'), 'https://git.example.com/api/v3/');
  assert.equal(apiOf('acme.ghe.com', 'https://api.acme.ghe.com'), 'https://api.acme.ghe.com/');
  assert.equal(webBaseOf('git.example.com').href, 'https://git.example.com/');
  assert.throws(() => apiOf('github.com', 'http://api.example.com'), { code: 'forge/bad-host' });
});

test('openForge() asks GitLab as its documentation says', async () => {
  const project = {
    id: 4,
    path_with_namespace: 'octo-org/infra/fleet',
    http_url_to_repo: 'https://git.example.com/octo-org/infra/fleet.git',
    ssh_url_to_repo: 'git@git.example.com:octo-org/infra/fleet.git',
    permissions: { project_access: null, group_access: { access_level: 40, notification_level: 3 } },
  };
  const ref = { ...REF, name: 'infra/fleet' };
  const { forge, asked } = recorded('gitlab', {
    'GET /api/v4/user': { body: { id: 1, username: 'john_smith' } },
    'GET /api/v4/personal_access_tokens/self': { body: { id: 4, scopes: ['read_api'] } },
    'GET /api/v4/projects/octo-org%2Finfra%2Ffleet': { body: project },
    'GET /api/v4/groups/octo-org%2Finfra': { body: { id: 7 } },
    'GET /api/v4/groups/core': { body: { id: 9 } },
    'POST /api/v4/projects': { status: 201, body: project },
    'PUT /api/v4/projects/4': { body: project },
    'POST /api/v4/projects/4/share': { status: 201, body: {} },
    'GET /api/v4/projects/4/deploy_keys?per_page=100': { body: [{ id: 1, title: 'Public key', key: KEY, can_push: false }] },
    'POST /api/v4/projects/4/deploy_keys': { status: 201, body: { id: 12 } },
    'DELETE /api/v4/projects/4/deploy_keys/1': { status: 204 },
    'GET /api/v4/projects/4/deploy_tokens?active=true&per_page=100': { body: [{ id: 1, name: 'there' }] },
    'POST /api/v4/projects/4/deploy_tokens': {
      status: 201,
      body: { id: 1, username: 'gitlab+deploy-token-1', token: 'jMRvtPNxrn3crTAGukpZ' },
    },
    'GET /api/v4/projects/4/merge_requests?state=opened&source_branch=flux&target_branch=main': {
      body: [{ web_url: 'https://git.example.com/mr/1' }],
    },
    'POST /api/v4/projects/4/merge_requests': { status: 201, body: { web_url: 'https://git.example.com/mr/2' } },
  });
  assert.deepEqual(await forge.identify(), { login: 'john_smith', scopes: ['read_api'] });
  assert.deepEqual([forge.hasScopes(['read_api']), forge.hasScopes(['api'])], [false, true]);
  const found = (await forge.findRepository(ref)) as ForgeRepository;
  assert.deepEqual(
    [found.id, found.sshUrl, found.canPush, found.canAdmin],
    ['4', 'ssh://git@git.example.com/octo-org/infra/fleet', true, true],
  );
  await forge.checkOwner(ref, 'private');
  await forge.createRepository(ref, { visibility: 'internal', defaultBranch: 'main', description: '' });
  await forge.updateRepository(found, { visibility: 'internal', defaultBranch: 'main', description: '' });
  await forge.grantTeam(found, ref, 'core', 'push');
  assert.equal((await forge.listDeployKeys(found))[0]?.readOnly, true);
  await forge.addDeployKey(found, { title: 't', key: KEY, readOnly: true });
  await forge.removeDeployKey(found, '1');
  assert.equal(await forge.addDeployToken?.(found, 'there'), undefined);
  assert.deepEqual(await forge.addDeployToken?.(found, 'new'), {
    username: 'gitlab+deploy-token-1',
    password: 'jMRvtPNxrn3crTAGukpZ',
  });
  assert.equal(await forge.findPullRequest(found, PULL), 'https://git.example.com/mr/1');
  assert.equal(await forge.openPullRequest(found, PULL), 'https://git.example.com/mr/2');
  assert.ok(
    asked.includes(
      'POST /api/v4/projects {"name":"fleet","path":"fleet","description":"","visibility":"internal","default_branch":"main","namespace_id":7}',
    ),
  );
  assert.ok(asked.includes('POST /api/v4/projects/4/share {"group_id":9,"group_access":30}'));
  assert.ok(asked.includes(`POST /api/v4/projects/4/deploy_keys {"title":"t","key":"${KEY}","can_push":false}`));
  assert.ok(asked.includes('POST /api/v4/projects/4/deploy_tokens {"name":"new","scopes":["read_repository"]}'));
});

test('openForge() asks Gitea as its documentation says', async () => {
  const repository = {
    id: 1,
    full_name: 'octo-org/fleet',
    clone_url: 'https://git.example.com/octo-org/fleet.git',
    ssh_url: 'ssh://git@git.example.com:2222/octo-org/fleet.git',
    permissions: { admin: true, push: true, pull: true },
  };
  const { forge, asked, headers } = recorded('gitea', {
    'GET /api/v1/user': { body: { id: 1, login: 'gitea' } },
    'GET /api/v1/repos/octo-org/fleet': { body: repository },
    'GET /api/v1/orgs/octo-org': { body: { id: 2 } },
    'POST /api/v1/user/repos': { status: 201, body: repository },
    'PATCH /api/v1/repos/octo-org/fleet': { body: repository },
    'GET /api/v1/user/keys?limit=1': { body: [] },
    'POST /api/v1/orgs/octo-org/repos': { status: 422, body: { message: '[Name]: Required' } },
    'GET /api/v1/users/gitea/orgs/octo-org/permissions': { body: { can_create_repository: true } },
    'POST /api/v1/repos/octo-org/fleet/branches': { status: 404, body: { message: 'not found' } },
    'GET /api/v1/repos/octo-org/fleet/teams/core': {
      body: { name: 'core', permission: 'none', units_map: { 'repo.code': 'write' } },
    },
    'GET /api/v1/repos/octo-org/fleet/keys?limit=50&page=1': {
      headers: { 'x-total-count': '2' },
      body: [{ id: 2, key: 'ssh-rsa A', title: 'other', read_only: true }],
    },
    'GET /api/v1/repos/octo-org/fleet/keys?limit=50&page=2': {
      headers: { 'x-total-count': '2' },
      body: [{ id: 3, key: KEY, title: 't', read_only: false }],
    },
    'POST /api/v1/repos/octo-org/fleet/keys': { status: 201, body: {} },
    'DELETE /api/v1/repos/octo-org/fleet/keys/3': { status: 204 },
    'GET /api/v1/repos/octo-org/fleet/pulls?limit=50&page=1&state=open&base_branch=other': { body: [] },
    'GET /api/v1/repos/octo-org/fleet/pulls?limit=50&page=1&state=open&base_branch=main': {
      headers: { 'x-total-count': '1' },
      body: [{ html_url: 'https://git.example.com/pulls/1', head: { ref: 'flux' }, base: { ref: 'main' } }],
    },
    'POST /api/v1/repos/octo-org/fleet/pulls': { status: 201, body: { html_url: 'https://git.example.com/pulls/2' } },
  });
  assert.deepEqual(await forge.identify(), { login: 'gitea' });
  assert.equal(headers['authorization'], 'token s3cret');
  const found = (await forge.findRepository(REF)) as ForgeRepository;
  assert.equal(found.sshUrl, 'ssh://git@git.example.com:2222/octo-org/fleet');
  await forge.checkOwner(REF, 'private');
  await forge.createRepository({ ...REF, personal: true }, { visibility: 'public', defaultBranch: 'main', description: 'd' });
  await forge.updateRepository(found, { visibility: 'private', defaultBranch: 'main', description: '' });
  assert.equal(await forge.grantTeam(found, REF, 'core', 'admin'), 'write');
  assert.deepEqual(
    (await forge.listDeployKeys(found)).map(({ id, readOnly }) => [id, readOnly]),
    [
      ['2', true],
      ['3', false],
    ],
  );
  await forge.addDeployKey(found, { title: 't', key: KEY, readOnly: true });
  await forge.removeDeployKey(found, '3');
  assert.equal(await forge.findPullRequest(found, PULL), 'https://git.example.com/pulls/1');
  assert.equal(await forge.findPullRequest(found, { ...PULL, into: 'other' }), undefined);
  assert.equal(await forge.openPullRequest(found, PULL), 'https://git.example.com/pulls/2');
  assert.ok(asked.includes('POST /api/v1/user/repos {"name":"fleet","description":"d","private":false,"default_branch":"main"}'));
});

test('openForge() asks Bitbucket Server as its documentation says', async () => {
  const repository = {
    slug: 'fleet',
    id: 1,
    name: 'fleet',
    project: { key: 'OCTO', name: 'octo-org' },
    links: {
      clone: [
        { href: 'ssh://git@git.example.com:7999/octo/fleet.git', name: 'ssh' },
        { href: 'https://me@git.example.com/scm/octo/fleet.git', name: 'http' },
      ],
    },
  };
  const at = '/rest/api/1.0/projects/OCTO/repos/fleet';
  const { forge, asked } = recorded('bitbucket-server', {
    'GET /rest/api/1.0/projects?limit=1': { headers: { 'x-ausername': 'jcitizen' }, body: { values: [] } },
    'GET /rest/api/1.0/projects?limit=100&name=octo-org': {
      body: {
        values: [
          { key: 'OTHER', name: 'octo-organ' },
          { key: 'OCTO', name: 'octo-org' },
        ],
      },
    },
    'GET /rest/api/1.0/projects?limit=100&name=none': { body: { values: [] } },
    'GET /rest/api/1.0/projects/none': { status: 404, body: { errors: [{ message: 'Project none does not exist.' }] } },
    [`GET ${at}`]: { body: repository },
    'POST /rest/api/1.0/projects/~jcitizen/repos': { status: 201, body: repository },
    [`PUT ${at}`]: { body: repository },
    [`PUT ${at}/permissions/groups?name=core&permission=REPO_WRITE`]: { status: 204 },
    'GET /rest/keys/1.0/projects/OCTO/repos/fleet/ssh?limit=100': {
      body: { values: [{ key: { id: 1, text: KEY, label: 't' }, permission: 'REPO_READ' }] },
    },
    'POST /rest/keys/1.0/projects/OCTO/repos/fleet/ssh': { status: 201, body: {} },
    'DELETE /rest/keys/1.0/projects/OCTO/repos/fleet/ssh/1': { status: 204 },
    [`GET ${at}/pull-requests?state=OPEN&direction=OUTGOING&at=refs%2Fheads%2Fflux`]: {
      body: { values: [{ toRef: { id: 'refs/heads/main' }, links: { self: [{ href: 'https://git.example.com/pr/1' }] } }] },
    },
    [`POST ${at}/pull-requests`]: { status: 201, body: { links: { self: [{ href: 'https://git.example.com/pr/2' }] } } },
  });
  assert.deepEqual(await forge.identify(), { login: 'jcitizen' });
  const found = (await forge.findRepository(REF)) as ForgeRepository;
  assert.deepEqual(
    [found.fullName, found.httpsUrl, found.sshUrl],
    ['OCTO/fleet', 'https://git.example.com/scm/octo/fleet.git', 'ssh://git@git.example.com:7999/octo/fleet'],
  );
  await assert.rejects(forge.checkOwner({ ...REF, owner: 'none' }, 'private'), { code: 'forge/not-found' });
  await forge.createRepository(
    { ...REF, owner: 'jcitizen', personal: true },
    { visibility: 'private', defaultBranch: 'main', description: '' },
  );
  await forge.updateRepository(found, { visibility: 'private', defaultBranch: 'main', description: '' });
  await forge.grantTeam(found, REF, 'core', 'push');
  const [key] = await forge.listDeployKeys(found);
  assert.ok(key !== undefined && isSameKey(key, { title: 't', key: KEY, readOnly: true }));
  await forge.addDeployKey(found, { title: 't', key: KEY, readOnly: true });
  await forge.removeDeployKey(found, '1');
  assert.equal(await forge.findPullRequest(found, PULL), 'https://git.example.com/pr/1');
  assert.equal(await forge.openPullRequest(found, PULL), 'https://git.example.com/pr/2');
  assert.ok(asked.at(-1)?.includes('"fromRef":{"id":"refs/heads/flux","repository":{"slug":"fleet","project":{"key":"OCTO"}}}'));
});

test('openForge() tells what a forge refuses, and how it is mended, without the token', async () => {
  const cases: readonly (readonly [number, unknown, string])[] = [
    [401, { message: 'Bad credentials' }, 'forge/bad-token'],
    [403, { message: 'Resource not accessible by personal access token' }, 'forge/forbidden'],
    [
      403,
      { message: 'token does not have at least one of required scope(s), required=[a b], token scope=c,d' },
      'forge/missing-scope',
    ],
    [403, { message: 'token does not have at least one of required scope(s): [a]' }, 'forge/missing-scope'],
    [301, '', 'forge/moved'],
    [404, { message: 'Not Found' }, 'forge/not-found'],
    [422, { message: 'Validation Failed', errors: [{ message: 'name already exists' }] }, 'forge/refused'],
    [200, '<html>log in</html>', 'forge/bad-answer'],
  ];
  for (const [status, body, code] of cases) {
    const { forge } = recorded('gitea', { 'GET /api/v1/user': { status, body } });
    await assert.rejects(forge.identify(), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, code);
      assert.ok((error.hint ?? '').length > 10);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /s3cret/);
      return true;
    });
  }
  const { forge } = recorded('gitea', { 'GET /api/v1/user': new Error('connect ECONNREFUSED') });
  await assert.rejects(forge.identify(), { code: 'forge/unreachable' });
});

test('openForge() sends a token over TLS only, and to nobody but the host', () => {
  const send = () => Promise.reject(new Error('nothing is to be sent'));
  for (const hostname of ['', 'http://git.example.com', 'https://me:pw@git.example.com', 'a b', 'ftp://x']) {
    assert.throws(() => openForge('gitea', { hostname, token: 't' }, { send }), { code: 'forge/bad-host' }, hostname);
  }
  for (const name of FORGE_NAMES) {
    assert.throws(() => openForge(name, { hostname: 'x.io', token: '' }, { send }), { code: 'forge/no-token' });
    openForge(name, { hostname: 'http://127.0.0.1:3000', token: 't' }, { send });
  }
});
