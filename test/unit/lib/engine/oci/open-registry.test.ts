import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  type HttpAnswer,
  type HttpRequest,
  openRegistry,
  type Registry,
  type RegistryLogin,
  type RegistryOptions,
} from '../../../../../src/lib/engine/oci/index.ts';

interface Said {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What a registry says, by `METHOD url`; what is not listed fails the test. */
type Script = Readonly<Record<string, Said | ((request: HttpRequest) => Said) | Error>>;

async function open(script: Script, options: Partial<RegistryOptions> = {}) {
  const sent: string[] = [];
  const slept: number[] = [];
  const send = (request: HttpRequest): Promise<HttpAnswer> => {
    const line = `${request.method} ${request.url.href}`;
    sent.push(`${line}${request.headers['authorization'] === undefined ? '' : ` ${request.headers['authorization']}`}`);
    const entry = script[line];
    if (entry === undefined) throw new Error(`unexpected ${line}`);
    if (entry instanceof Error) return Promise.reject(entry);
    const { status, headers = {}, body = '' } = typeof entry === 'function' ? entry(request) : entry;
    return Promise.resolve({ status, headers, body: pieces(body), discard() {} });
  };
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    return Promise.resolve();
  };
  const registry: Registry = await openRegistry({ registry: 'r.example.com', ...options }, { send, sleep });
  return { registry, sent, slept };
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

const PING = 'GET https://r.example.com/v2/';
const BLOB = 'hello';
const DIGEST = `sha256:${createHash('sha256').update(BLOB).digest('hex')}`;
const descriptor = { mediaType: 'x', digest: DIGEST, size: 5 };
const LOGIN: RegistryLogin = { kind: 'basic', username: 'me', password: 'pw' };
const BASIC = `Basic ${Buffer.from('me:pw').toString('base64')}`;

test('openRegistry() leaves the login behind where a blob lies elsewhere', async () => {
  const { registry, sent } = await open(
    {
      [PING]: { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } },
      [`GET https://r.example.com/v2/app/blobs/${DIGEST}`]: {
        status: 307,
        headers: { location: 'https://storage.example.net/b?sig=1' },
      },
      'GET https://storage.example.net/b?sig=1': { status: 200, body: BLOB },
    },
    { login: LOGIN },
  );
  assert.equal(Buffer.from(await registry.getBlob('app', descriptor, 10)).toString(), BLOB);
  assert.deepEqual(sent, [
    PING,
    `GET https://r.example.com/v2/app/blobs/${DIGEST} ${BASIC}`,
    'GET https://storage.example.net/b?sig=1',
  ]);
});

test('openRegistry() does not go from https to http, nor round for ever', async () => {
  const at = `GET https://r.example.com/v2/app/blobs/${DIGEST}`;
  const down = await open({ [PING]: { status: 200 }, [at]: { status: 302, headers: { location: 'http://r.example.com/x' } } });
  await assert.rejects(down.registry.getBlob('app', descriptor, 10), { code: 'oci/bad-answer' });
  const round = await open({ [PING]: { status: 200 }, [at]: { status: 302, headers: { location: at.slice(4) } } });
  await assert.rejects(round.registry.getBlob('app', descriptor, 10), { code: 'oci/bad-answer' });
});

test('openRegistry() sends no password to a token server without TLS', async () => {
  const { registry, sent } = await open(
    {
      [PING]: { status: 401, headers: { 'www-authenticate': 'Bearer realm="http://evil.example.com/token",service="r"' } },
    },
    { login: LOGIN },
  );
  await assert.rejects(registry.listTags('app'), { code: 'oci/bad-answer' });
  assert.deepEqual(sent, [PING]);
});

test('openRegistry() asks for a token once per scope, and again when it has run out', async () => {
  let issued = 0;
  const { registry, sent } = await open(
    {
      [PING]: { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="r"' } },
      'GET https://auth.example.com/token?service=r&scope=repository%3Aapp%3Apull&account=me': () => ({
        status: 200,
        body: `{"token":"t${(issued += 1)}"}`,
      }),
      'GET https://r.example.com/v2/app/tags/list?n=1000': ({ headers }) =>
        headers['authorization'] === 'Bearer t2'
          ? { status: 200, body: '{"tags":["a"]}' }
          : { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="r"' } },
    },
    { login: LOGIN },
  );
  assert.deepEqual(await registry.listTags('app'), ['a']);
  assert.deepEqual(await registry.listTags('app'), ['a']);
  assert.equal(issued, 2);
  assert.equal(sent.filter((line) => line.includes('/tags/')).length, 3);
});

test('openRegistry() names a refused login', async () => {
  const refused = await open(
    {
      [PING]: { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="r"' } },
      'GET https://auth.example.com/token?service=r&scope=repository%3Aapp%3Apull&account=me': { status: 401, body: '{}' },
    },
    { login: LOGIN },
  );
  await assert.rejects(refused.registry.listTags('app'), {
    code: 'oci/unauthorized',
    message: /auth\.example\.com refused the login of "me"/,
  });
});

test('openRegistry() tries again what may pass, after what the registry asks for', async () => {
  let tries = 0;
  const { registry, slept } = await open({
    [PING]: { status: 200 },
    'GET https://r.example.com/v2/app/tags/list?n=1000': () =>
      (tries += 1) === 1
        ? { status: 429, headers: { 'retry-after': '7' } }
        : tries === 2
          ? { status: 503 }
          : { status: 200, body: '{"tags":null}' },
  });
  assert.deepEqual(await registry.listTags('app'), []);
  assert.deepEqual(slept, [7000, 2000]);
});

test('openRegistry() gives up with the cause', async () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  await assert.rejects(open({ [PING]: reset }), { code: 'oci/unreachable', message: /socket hang up/ });
  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  await assert.rejects(open({ [PING]: unknown }), { code: 'oci/unreachable' });
  const certificate = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await assert.rejects(open({ [PING]: certificate }), { code: 'oci/unreachable', hint: /--insecure-registry/ });
  await assert.rejects(open({ [PING]: { status: 404 } }), { code: 'oci/bad-answer' });
});

test('openRegistry() speaks http only where it was allowed, or to this machine', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await assert.rejects(open({ [PING]: refused }), { code: 'oci/unreachable' });
  const insecure = await open({ [PING]: refused, 'GET http://r.example.com/v2/': { status: 200 } }, { insecure: true });
  assert.equal(insecure.sent.length, 2);
  const local = { 'GET https://127.0.0.1:5000/v2/': refused, 'GET http://127.0.0.1:5000/v2/': { status: 200 } };
  assert.equal((await open(local, { registry: '127.0.0.1:5000' })).sent.length, 2);
});

test('openRegistry() checks what it gets against the digest', async () => {
  const { registry } = await open({
    [PING]: { status: 200 },
    [`GET https://r.example.com/v2/app/blobs/${DIGEST}`]: { status: 200, body: 'hallo' },
    'GET https://r.example.com/v2/app/manifests/v1': { status: 200, headers: { 'docker-content-digest': DIGEST }, body: '{}' },
    'PUT https://r.example.com/v2/app/manifests/v1': { status: 201, headers: { 'docker-content-digest': DIGEST } },
  });
  await assert.rejects(registry.getBlob('app', descriptor, 10), { code: 'oci/digest-mismatch' });
  await assert.rejects(registry.getManifest('app', 'v1'), { code: 'oci/digest-mismatch' });
  await assert.rejects(registry.putManifest('app', 'v1', { mediaType: 'x', bytes: Buffer.from('{}') }), {
    code: 'oci/digest-mismatch',
  });
});

test('openRegistry() follows the pages of a list, at the same host only', async () => {
  const list = 'GET https://r.example.com/v2/app/tags/list?n=1000';
  const { registry } = await open({
    [PING]: { status: 200 },
    [list]: { status: 200, headers: { link: '</v2/app/tags/list?n=1000&last=a>; rel="next"' }, body: '{"tags":["a"]}' },
    'GET https://r.example.com/v2/app/tags/list?n=1000&last=a': { status: 200, body: '{"tags":["b"]}' },
  });
  assert.deepEqual(await registry.listTags('app'), ['a', 'b']);
  const away = await open({
    [PING]: { status: 200 },
    [list]: { status: 200, headers: { link: '<https://evil.example.com/>; rel="next"' }, body: '{"tags":["a"]}' },
  });
  await assert.rejects(away.registry.listTags('app'), { code: 'oci/bad-answer' });
});

test('openRegistry() repeats what the registry says of a refusal', async () => {
  const errors = '{"errors":[{"code":"DENIED","message":"quota exceeded"}]}';
  const { registry } = await open({
    [PING]: { status: 200 },
    'PUT https://r.example.com/v2/app/manifests/v1': { status: 400, body: errors },
    'GET https://r.example.com/v2/app/tags/list?n=1000': { status: 403, body: errors },
  });
  const put = registry.putManifest('app', 'v1', { mediaType: 'x', bytes: Buffer.from('{}') });
  await assert.rejects(put, { code: 'oci/refused', message: /answered 400: DENIED quota exceeded/ });
  await assert.rejects(registry.listTags('app'), { code: 'oci/unauthorized', hint: /docker login/ });
});

test('openRegistry() tells of an answer that breaks off or has no end', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('{'));
    throw new Error('aborted');
  }
  const send = ({ url }: HttpRequest): Promise<HttpAnswer> =>
    Promise.resolve({ status: 200, headers: {}, body: url.pathname === '/v2/' ? pieces('') : broken(), discard() {} });
  const registry = await openRegistry({ registry: 'r.example.com' }, { send, sleep: () => Promise.resolve() });
  await assert.rejects(registry.listTags('app'), { code: 'oci/broken-off' });
  const long = await open({
    [PING]: { status: 200 },
    [`GET https://r.example.com/v2/app/blobs/${DIGEST}`]: { status: 200, body: 'hello, world' },
  });
  await assert.rejects(long.registry.getBlob('app', descriptor, 100), { code: 'oci/too-large' });
});
