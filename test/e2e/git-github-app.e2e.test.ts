import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import { isFluxError } from '../../src/lib/core/errors.ts';
import { fetchInstallationToken, fetchRevision, type GitHubApp } from '../../src/lib/engine/git/index.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';

// GitHub itself is out of reach here. The server answers in the shapes that GitHub's REST API documents, and checks the app's
// statement as GitHub does.

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TOKEN = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';
const NOW = Date.parse('2026-01-01T00:00:00.500Z');

describe('fetchInstallationToken()', () => {
  let api: Server;
  let base: string;
  const requests: string[] = [];
  let claims: Record<string, unknown> = {};

  before(async () => {
    api = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
      const [head = '', payload = '', signature = ''] = (request.headers.authorization ?? '').replace(/^Bearer /, '').split('.');
      const isSigned = createVerify('sha256').update(`${head}.${payload}`).verify(publicKey, signature, 'base64url');
      if (!isSigned)
        return answer(401, {
          message: 'A JSON web token could not be decoded',
          documentation_url: 'https://docs.github.com/rest',
        });
      claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      if (request.url === '/api/v3/orgs/acme/installation') return answer(200, { id: 42, account: { login: 'acme' } });
      if (request.url === '/api/v3/users/joe/installation') return answer(200, { id: 43, account: { login: 'joe' } });
      const isKnown = /^\/api\/v3\/app\/installations\/4[23]\/access_tokens$/.test(request.url ?? '');
      if (request.method === 'POST' && isKnown) {
        return answer(201, { token: TOKEN, expires_at: '2026-01-01T01:00:00Z', permissions: { contents: 'read' } });
      }
      return answer(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' });
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/v3`;
  });

  after(async () => {
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
  });

  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  const ask = (app: Partial<GitHubApp>) =>
    fetchInstallationToken({ appId: '7', privateKey: pem, baseUrl: base, ...app }, { now: () => NOW });

  it('gets a token for an installation, with a statement that lives two minutes', async () => {
    assert.deepEqual(await ask({ installationId: '42' }), {
      username: 'x-access-token',
      password: TOKEN,
      expiresAt: '2026-01-01T01:00:00Z',
      installationId: '42',
      permissions: { contents: 'read' },
    });
    const seconds = Math.floor(NOW / 1000);
    assert.deepEqual(claims, { iss: '7', iat: seconds - 30, exp: seconds + 90 });
  });

  it('finds the installation of an organization, else of a user', async () => {
    requests.length = 0;
    assert.equal((await ask({ installationOwner: 'acme' })).password, TOKEN);
    assert.equal((await ask({ installationOwner: 'joe' })).password, TOKEN);
    assert.deepEqual(requests, [
      'GET /api/v3/orgs/acme/installation',
      'POST /api/v3/app/installations/42/access_tokens',
      'GET /api/v3/orgs/joe/installation',
      'GET /api/v3/users/joe/installation',
      'POST /api/v3/app/installations/43/access_tokens',
    ]);
  });

  it('says what the API said', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    const cases: [Partial<GitHubApp>, RegExp, string][] = [
      [{ installationId: '99' }, /^POST http:\S+\/app\/installations\/99\/access_tokens: 404 Not Found \[\]$/, 'not-installed'],
      [{ installationId: '42', privateKey: other as string }, /401 A JSON web token could not be decoded/, 'wrong-key'],
      [{ installationOwner: 'acme', privateKey: other as string }, /401 A JSON web token could not be decoded/, 'wrong-key'],
      [{ installationOwner: 'nobody' }, /organization installation: .*404[^]*user installation: .*404/, 'not-installed'],
    ];
    for (const [app, why, refusal] of cases) {
      await assert.rejects(ask(app), (error) => {
        assert.ok(isFluxError(error, 'git/app-refused'));
        assert.match(error.message, why);
        assert.equal(error.details?.['refusal'], refusal);
        return true;
      });
    }
  });

  it('refuses an app that lacks something before it asks', async () => {
    requests.length = 0;
    const cases: [Partial<GitHubApp>, RegExp][] = [
      [{ appId: 'x', installationId: '1' }, /app ID must be provided/],
      [{}, /installation owner or ID must be provided/],
      [{ installationId: '1', installationOwner: 'a' }, /only one of/],
      [{ installationId: '1', privateKey: '' }, /private key must be provided/],
      [{ installationId: '1', privateKey: 'KEY' }, /could not parse private key/],
    ];
    for (const [app, why] of cases) {
      await assert.rejects(ask(app), (error) => isFluxError(error, 'git/invalid-app') && why.test(error.message));
    }
    assert.deepEqual(requests, []);
  });

  it('gives what a Git server takes', async () => {
    const git: GitServer = await startGitServer({ user: 'x-access-token', password: TOKEN });
    try {
      await git.create('app');
      const commit = await git.commitFiles('app', { 'a.txt': 'a' }, 'Begin');
      const { username, password } = await ask({ installationId: '42' });
      const auth = { kind: 'basic', username, password } as const;
      const { revision } = await fetchRevision({ url: git.urlOf('app'), auth }, { branch: 'main' });
      assert.equal(revision.commit, commit);
    } finally {
      await git.close();
    }
  });
});
