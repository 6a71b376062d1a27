import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { download } from '../../../../../src/lib/engine/plugin/download.ts';
import { makeGet, openCatalog } from '../../../../../src/lib/engine/plugin/index.ts';

describe('download()', () => {
  let origin = '';
  let calls = 0;
  /** Requests since the last call, but for those to /x that were given up before: they may reach the server later. */
  const asked: string[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith('/x') || url.endsWith(`?${calls}`)) asked.push(url);
    answer(request, response);
  });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const waited: number[] = [];
  const ports = {
    get: makeGet({}),
    sleep: (ms: number) => {
      waited.push(ms);
      return Promise.resolve();
    },
  };
  const limits = { maxBytes: 100, timeoutMs: 5_000 };
  const fetchText = async (path: string, more: Partial<typeof limits> = {}): Promise<string> => {
    asked.length = 0;
    waited.length = 0;
    calls++;
    return (await download(`${origin}${path}?${calls}`, ports, { ...limits, ...more })).toString();
  };
  const rejects = (run: Promise<unknown>, code: string, message: RegExp): Promise<void> =>
    assert.rejects(run, (error) => {
      assert.ok(error instanceof FluxError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.notEqual(error.hint ?? '', '');
      return true;
    });

  test('follows redirects, and tells how much is here', async () => {
    answer = (request, response) =>
      request.url === '/c'
        ? response.writeHead(200, { 'content-length': 4 }).end('here')
        : response.writeHead(302, { location: request.url === '/a' ? '/b' : `${origin}/c` }).end();
    const heard: unknown[] = [];
    const bytes = await download(`${origin}/a`, ports, { ...limits, onBytes: (...amounts) => heard.push(amounts) });
    assert.equal(bytes.toString(), 'here');
    assert.deepEqual(heard.at(-1), [4, 4]);
  });

  test('sends the login of a URL, and leaves it out of what it says', async () => {
    answer = (request, response) =>
      response.writeHead(request.headers.authorization === `Basic ${btoa('me:pass')}` ? 200 : 401).end('in');
    const own = origin.replace('://', '://me:pass@');
    assert.equal((await download(`${own}/x`, ports, limits)).toString(), 'in');
    await rejects(
      download(`${own.replace('pass', 'wrong')}/x?token=t`, ports, limits),
      'plugin/http-status',
      /^GET http:\/\/127\.0\.0\.1:\d+\/x was answered with status 401$/,
    );
  });

  test('tries again what may pass, three times more', async () => {
    let failures = 2;
    answer = (_request, response) => (failures-- > 0 ? response.writeHead(503).end() : response.end('at last'));
    assert.equal(await fetchText('/x'), 'at last');
    assert.deepEqual(waited, [1_000, 2_000]);
    answer = (request) => request.socket.destroy();
    await rejects(fetchText('/x'), 'plugin/unreachable', /cannot be read/);
    assert.equal(asked.length, 4);
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 50 }).write('half');
      setTimeout(() => response.destroy(), 10);
    };
    await rejects(fetchText('/x'), 'plugin/unreachable', /cannot be read/);
    assert.equal(asked.length, 4);
  });

  test('does not try again what will stay: plugin/http-status, plugin/unreachable', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    await rejects(fetchText('/gone'), 'plugin/http-status', /\/gone was answered with status 404$/);
    assert.equal(asked.length, 1);
    waited.length = 0;
    await rejects(download('http://127.0.0.1:1/x', ports, limits), 'plugin/unreachable', /ECONNREFUSED/);
    assert.deepEqual(waited, []);
  });

  test('stops at its limits: plugin/too-large, plugin/unreachable', async () => {
    answer = (_request, response) => response.end('x'.repeat(101));
    await rejects(fetchText('/x'), 'plugin/too-large', /more than the limit of 100 bytes/);
    assert.equal(asked.length, 1);
    answer = () => {};
    await rejects(fetchText('/x', { timeoutMs: 300 }), 'plugin/unreachable', /no end of it after 0\.3 s/);
    assert.equal(asked.length, 1);
  });

  test('goes nowhere that is not safe: plugin/bad-url', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://x/y', 'operator.tar.gz'])
      await rejects(download(url, ports, limits), 'plugin/bad-url', /is no URL/);
    answer = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await rejects(fetchText('/x'), 'plugin/bad-url', /file: is not as safe/);
    answer = (_request, response) => response.writeHead(302, { location: '/x' }).end();
    await rejects(fetchText('/x'), 'plugin/bad-url', /more than 10 redirects/);
    // What https would do, without a certificate for it.
    const get = () =>
      Promise.resolve({ status: 302, headers: { location: 'http://x/' }, body: (async function* () {})(), discard() {} });
    await rejects(download('https://x/', { ...ports, get }, limits), 'plugin/bad-url', /http: is not as safe/);
  });

  test('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    // Not before the request is there: the next test counts those that it sees.
    answer = () => stop.abort(new Error('enough'));
    await assert.rejects(download(`${origin}/x`, { ...ports, signal: stop.signal }, limits), /enough/);
  });

  test('openCatalog() completes its base, and tells what is missing: plugin/not-in-catalog, plugin/bad-name', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    for (const [base, path] of [
      ['/c', '/c/tool.yaml'],
      ['/c/', '/c/tool.yaml'],
      ['/c?f=', '/c?f=tool.yaml'],
    ] as const) {
      asked.length = 0;
      await rejects(
        (await openCatalog(origin + base, ports)).manifest('tool'),
        'plugin/not-in-catalog',
        /^plugin "tool" not found in catalog$/,
      );
      assert.deepEqual(asked, [path]);
    }
    asked.length = 0;
    const catalog = await openCatalog(origin, ports);
    for (const name of ['../tool', 'a/b', '', '.x', 'catalog', 'x y'])
      await rejects(catalog.manifest(name), 'plugin/bad-name', /no name of a plugin/);
    assert.deepEqual(asked, []);
    await rejects(catalog.list(), 'plugin/http-status', /404/);
  });
});
