import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { webhookPath } from '../../src/lib/features/trigger/index.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

/** What stands in for the receiver is a plain HTTP server: what the command sends is what is looked at. */
describe('trigger receiver', () => {
  let server: Server;
  let url = '';
  let answers: number[] = [];
  let seen: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ path: request.url ?? '', headers: request.headers, body });
        response.statusCode = answers.shift() ?? 200;
        const isToken = request.url?.startsWith('/token') === true;
        response.end(isToken ? JSON.stringify({ value: 'issued' }) : response.statusCode === 400 ? 'bad signature' : '');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answers = [];
    seen = [];
  });
  after(() => server.close());

  const trigger = (words: readonly string[], env: Record<string, string> = {}): Promise<CliRun> =>
    runCli(['trigger', 'receiver', 'web', '-n', 'apps', `--url=${url}/base/`, '--retry-delay=1ms', ...words], { env });

  it('posts to the path of the Receiver, and tries again what passes', async () => {
    answers = [404, 503];
    const run = await trigger(['--token=t0ken', '--payload={"a":1}', '-o', 'json']);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(JSON.parse(run.stdout), { namespace: 'apps', name: 'web', status: 200, attempts: 3 });
    const path = webhookPath({ token: 't0ken', name: 'web', namespace: 'apps' });
    assert.deepEqual([seen.length, seen[2]?.path, seen[2]?.body], [3, `/base${path}`, '{"a":1}']);
    assert.ok(!run.stderr.includes(path), 'who knows the path can trigger the Receiver');
  });

  it('signs', async () => {
    assert.equal((await trigger(['--type=generic-hmac', '--token=k'])).code, 0);
    assert.equal(seen[0]?.headers['x-signature'], `sha256=${createHmac('sha256', 'k').update('{}').digest('hex')}`);
  });

  it('takes an OIDC token from the flag, the environment or the workflow', async () => {
    const oidc = '--type=generic-oidc';
    assert.equal((await trigger([oidc, '--oidc-token=flag'])).code, 0);
    assert.equal((await trigger([oidc], { FLUX_TRIGGER_RECEIVER_OIDC_TOKEN: 'env' })).code, 0);
    const workflow = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?x=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer' };
    assert.equal((await trigger([oidc, '--oidc-provider=github', '--oidc-audience=me'], workflow)).code, 0);
    assert.deepEqual(
      seen.map(({ headers }) => headers.authorization),
      ['Bearer flag', 'Bearer env', 'Bearer bearer', 'Bearer issued'],
    );
    assert.equal(seen[2]?.path, '/token?x=1&audience=me');
    assert.equal(seen[3]?.path, `/base${webhookPath({ token: '', name: 'web', namespace: 'apps' })}`);
    assert.match((await trigger([oidc, '-o', 'json'])).stderr, new RegExp('"code": "trigger/no-token"'));
  });

  it('does not try again what does not pass', async () => {
    answers = [400];
    const run = await trigger(['--token=t', '-o', 'json']);
    assert.equal(run.code, 1);
    assert.equal(seen.length, 1);
    assert.match(run.stderr, new RegExp('"code": "trigger/failed"'));
    assert.match(run.stderr, /status 400 Bad Request: bad signature/);
  });

  it('refuses flags that do not go together', async () => {
    for (const words of [
      [],
      ['--token=t', '--oidc-token=x'],
      ['--type=generic-oidc', '--token=t'],
      ['--type=generic-oidc', '--oidc-token=x', '--oidc-provider=github'],
      ['--type=generic-oidc', '--oidc-audience=x'],
      ['--token=t', '--url='],
      ['--token=t', '--url=ftp://x'],
    ]) {
      const run = await trigger([...words, '-o', 'json']);
      assert.equal(run.code, 1, words.join(' '));
      assert.match(run.stderr, new RegExp('"code": "trigger/bad-flags"'));
    }
    assert.equal(seen.length, 0);
  });
});
