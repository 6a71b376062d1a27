import assert from 'node:assert/strict';
import http2 from 'node:http2';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { issueCertificate } from '../../../../../src/lib/engine/controlplane/issue-certificate.ts';
import { buildHeaders, createRequester, type Requester } from '../../../../../src/lib/engine/kube/create-requester.ts';
import { DEFAULT_RETRY_LIMITS } from '../../../../../src/lib/engine/kube/decide-retry.ts';
import type { KubeConnection } from '../../../../../src/lib/engine/kube/kubeconfig-types.ts';

type Handler = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse<http.IncomingMessage>,
) => void;

const valid = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
const authority = issueCertificate({ commonName: 'loopback', use: 'authority', ...valid });
const identity = issueCertificate(
  { commonName: 'localhost', use: 'server', hosts: ['127.0.0.1', 'localhost'], ...valid },
  authority,
);

let handle: Handler = (_request, response) => response.end();
const answer = ((request: http.IncomingMessage, response: http.ServerResponse) => handle(request, response)) as never;
const keys = { cert: identity.certificate, key: identity.key };
const servers = {
  h2: http2.createSecureServer({ ...keys, allowHTTP1: true, settings: { maxConcurrentStreams: 10 } }, answer),
  h1: https.createServer(keys, answer),
  plain: http.createServer(answer),
};
const open = new Set<net.Socket>();

before(async () => {
  for (const server of Object.values(servers) as Server[]) {
    server.on('connection', (socket: net.Socket) => {
      open.add(socket);
      socket.on('error', () => {});
    });
    server.on('sessionError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  }
});
after(() => {
  for (const socket of open) socket.destroy();
  for (const server of Object.values(servers)) server.close();
});

function request(kind: keyof typeof servers, extra: Partial<KubeConnection> = {}, timeoutMs = 20_000, stop?: AbortSignal) {
  const { port } = (servers[kind] as Server).address() as AddressInfo;
  const waits: number[] = [];
  const warnings: string[] = [];
  const connection: KubeConnection = {
    server: `${kind === 'plain' ? 'http' : 'https'}://127.0.0.1:${port}`,
    namespace: 'default',
    origin: 'kubeconfig',
    trust: { certificateAuthority: authority.certificate, insecureSkipTlsVerify: false },
    credentials: { token: 'the-token' },
    disableCompression: false,
    ...extra,
  };
  const requester: Requester = createRequester(connection, {
    clock: { now: () => 0, sleep: async (ms) => void waits.push(ms) },
    readFile: async () => undefined,
    env: {},
    interactive: false,
    userAgent: 'test',
    timeoutMs,
    ...(stop === undefined ? {} : { stop }),
    retry: DEFAULT_RETRY_LIMITS,
    onWarning: (text) => warnings.push(text),
  });
  return { requester, waits, warnings };
}

const PROTOCOLS = [
  ['h2', '2.0'],
  ['h1', '1.1'],
  ['plain', '1.1'],
] as const;

for (const [kind, version] of PROTOCOLS) {
  test(`createRequester() speaks HTTP ${version} to a server of kind ${kind}`, async () => {
    handle = (incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += String(chunk);
      });
      incoming.on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.setHeader('warning', '299 - "careful"');
        const { authorization, 'content-type': type, 'impersonate-group': groups } = incoming.headers;
        response.end(JSON.stringify({ version: incoming.httpVersion, url: incoming.url, body, authorization, type, groups }));
      });
    };
    const { requester, warnings } = request(kind);
    const impersonation = { user: 'jane', groups: ['a', 'b'], extra: {} };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        requester.exchange({ method: 'PATCH', path: '/x?y=1', body: '{"é":1}', contentType: 'a/b', impersonation }),
      ),
    );
    for (const { body } of answers) {
      assert.deepEqual(JSON.parse(body), {
        version,
        url: '/x?y=1',
        body: '{"é":1}',
        authorization: 'Bearer the-token',
        type: 'a/b',
        groups: 'a, b',
      });
    }
    assert.equal(warnings[0], 'careful');
    await requester.close();
  });

  test(`createRequester() waits and tries again as a server of kind ${kind} asks`, async () => {
    let count = 0;
    handle = (_incoming, response) => {
      count++;
      response.statusCode = count < 3 ? 429 : 200;
      if (count < 3) response.setHeader('retry-after', String(count));
      response.end('{}');
    };
    const { requester, waits } = request(kind);
    assert.equal((await requester.exchange({ method: 'POST', path: '/', body: '{}' })).status, 200);
    assert.deepEqual(waits, [1000, 2000]);
    await requester.close();
  });

  test(`createRequester() repeats a read whose connection broke, and not a write, with a server of kind ${kind}`, async () => {
    let count = 0;
    handle = (incoming, response) => {
      if (++count === 1) incoming.socket.destroy();
      else response.end('fine');
    };
    const { requester } = request(kind);
    assert.equal((await requester.exchange({ method: 'GET', path: '/' })).body, 'fine');
    count = 0;
    await assert.rejects(
      requester.exchange({ method: 'PATCH', path: '/', body: '{}' }),
      (error) => isFluxError(error, 'kube/unreachable') && count === 1,
    );
    await requester.close();
  });

  test(`createRequester() gives up a server of kind ${kind} that does not answer in time`, async () => {
    handle = () => {};
    const { requester } = request(kind, {}, 50);
    await assert.rejects(requester.exchange({ method: 'GET', path: '/' }), (error) => isFluxError(error, 'kube/timeout'));
    await requester.close();
  });

  test(`createRequester() ends a stream of a server of kind ${kind} by its signal`, async () => {
    handle = (_incoming, response) => {
      response.write('one\n');
    };
    const { requester } = request(kind);
    const controller = new AbortController();
    const reason = new Error('enough');
    const stream = await requester.open({ method: 'GET', path: '/', signal: controller.signal });
    await assert.rejects(async () => {
      for await (const chunk of stream) {
        assert.equal(Buffer.from(chunk).toString(), 'one\n');
        controller.abort(reason);
      }
    }, reason);
    await assert.rejects(requester.exchange({ method: 'GET', path: '/', signal: controller.signal }), reason);
    await requester.close();
  });
}

test('createRequester() leaves room for short requests beside many streams', async () => {
  const sessions = new Set<unknown>();
  handle = (incoming, response) => {
    sessions.add((incoming as http2.Http2ServerRequest).stream.session);
    if (incoming.url === '/stream') response.write('one\n');
    else response.end('short');
  };
  const { requester } = request('h2');
  const controller = new AbortController();
  const openStream = async () => await requester.open({ method: 'GET', path: '/stream', signal: controller.signal });
  const streams = await Promise.all(Array.from({ length: 23 }, openStream));
  assert.equal((await requester.exchange({ method: 'GET', path: '/' })).body, 'short');
  assert.equal(sessions.size, 5);
  controller.abort();
  await Promise.allSettled(streams.map(async (stream) => await Array.fromAsync(stream)));
  await requester.close();
});

test('createRequester() unpacks what a server packs', async () => {
  handle = (incoming, response) => {
    assert.equal(incoming.headers['accept-encoding'], 'gzip');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('{"packed":true}'));
  };
  const { requester } = request('h2');
  assert.equal((await requester.exchange({ method: 'GET', path: '/' })).body, '{"packed":true}');
  await requester.close();
});

test('createRequester() goes on over a new connection when the server sends the old one away', async () => {
  const sessions = new Set<unknown>();
  handle = (incoming, response) => {
    const { session } = (incoming as http2.Http2ServerRequest).stream;
    sessions.add(session);
    response.end('ok');
    session?.goaway(0);
  };
  const { requester } = request('h2');
  for (let count = 0; count < 5; count++) {
    assert.equal((await requester.exchange({ method: 'PATCH', path: '/', body: '{}' })).body, 'ok');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(sessions.size > 1);
  await requester.close();
});

test('createRequester() fetches a credential anew once when it is refused', async () => {
  const tokens: (string | undefined)[] = [];
  handle = (incoming, response) => {
    tokens.push(incoming.headers.authorization);
    response.statusCode = 401;
    response.end('{"kind":"Status","reason":"Unauthorized","message":"Unauthorized"}');
  };
  const { requester } = request('h2', { credentials: { tokenFile: '/t', token: 'again' } });
  await assert.rejects(requester.exchange({ method: 'GET', path: '/' }), (error) => isFluxError(error, 'kube/unauthorized'));
  assert.deepEqual(tokens, ['Bearer again', 'Bearer again']);
  await requester.close();
});

test('createRequester() reaches the server through an HTTP proxy with a password', async () => {
  const seen: string[] = [];
  const proxy = http.createServer();
  proxy.on('connect', (incoming, client: net.Socket) => {
    seen.push(`${incoming.url} ${incoming.headers['proxy-authorization']}`);
    const [host, port] = (incoming.url ?? '').split(':');
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => {});
    open.add(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', () => resolve()));
  handle = (incoming, response) => response.end(incoming.httpVersion);
  const { port } = proxy.address() as AddressInfo;
  const { requester } = request('h2', { proxyUrl: `http://me:pw@127.0.0.1:${port}` });
  assert.equal((await requester.exchange({ method: 'GET', path: '/' })).body, '2.0');
  assert.match(seen[0] ?? '', new RegExp(`^127\\.0\\.0\\.1:\\d+ Basic ${Buffer.from('me:pw').toString('base64')}$`));
  await requester.close();
  proxy.close();
});

test('createRequester() says that a proxy refuses, without its password', async () => {
  const proxy = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', () => resolve()));
  const { port } = proxy.address() as AddressInfo;
  const { requester } = request('h2', { proxyUrl: `http://me:hunter2@127.0.0.1:${port}` });
  await assert.rejects(requester.exchange({ method: 'GET', path: '/' }), (error) => {
    assert.ok(isFluxError(error, 'kube/unreachable'));
    assert.match(error.message, /407 Proxy Authentication Required/);
    assert.doesNotMatch(error.message, /hunter2/);
    return true;
  });
  proxy.close();
});

test('createRequester() does not trust a server whose certificate another authority signed', async () => {
  const other = issueCertificate({ commonName: 'other', use: 'authority', ...valid });
  const { requester } = request('h2', { trust: { certificateAuthority: other.certificate, insecureSkipTlsVerify: false } });
  await assert.rejects(
    requester.exchange({ method: 'GET', path: '/' }),
    (error) => isFluxError(error, 'kube/unreachable') && /--certificate-authority/.test(error.hint ?? ''),
  );
  const insecure = request('h2', { trust: { insecureSkipTlsVerify: true } });
  handle = (_incoming, response) => response.end('ok');
  assert.equal((await insecure.requester.exchange({ method: 'GET', path: '/' })).body, 'ok');
  await insecure.requester.close();
});

test('createRequester() refuses to work after close() with kube/closed', async () => {
  const { requester } = request('h2');
  await requester.close();
  await assert.rejects(requester.exchange({ method: 'GET', path: '/' }), (error) => isFluxError(error, 'kube/closed'));
});

test('buildHeaders() quotes the keys of extra fields and sends each group by itself', () => {
  const impersonation = { user: 'jane', uid: '1', groups: ['a', 'b'], extra: { 'example.org/Scope': ['x', 'y'] } };
  assert.deepEqual(buildHeaders({ method: 'GET', path: '/', impersonation }, {}, 'agent', false), {
    accept: 'application/json',
    'user-agent': 'agent',
    'impersonate-user': 'jane',
    'impersonate-uid': '1',
    'impersonate-group': ['a', 'b'],
    'impersonate-extra-example.org%2fscope': ['x', 'y'],
  });
});

test('createRequester() gives reads up when its work is stopped, and still sends what tidies up', async () => {
  const stop = new AbortController();
  const { requester } = request('h2', {}, 20_000, stop.signal);
  const reason = new Error('stopped');
  handle = () => stop.abort(reason);
  await assert.rejects(requester.exchange({ method: 'GET', path: '/silent' }), (error) => error === reason);
  handle = (_incoming, response) => response.end('{}');
  assert.equal((await requester.exchange({ method: 'PUT', path: '/lease', body: '{}' })).status, 200);
  await requester.close();
});
