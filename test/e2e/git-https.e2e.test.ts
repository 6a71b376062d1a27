import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

import { isFluxError } from '../../src/lib/core/errors.ts';
import { fetchRevision, listRefs, openClone } from '../../src/lib/engine/git/index.ts';
import { startGitServer } from '../support/git-server.ts';

const run = promisify(execFile);

let folder: string;
let key: string;
let cert: string;
let missing = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flux-ts-tls-'));
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=flux-ts test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      keyPath,
      '-out',
      certPath,
      ...subject,
    ]);
    [key, cert] = await Promise.all([readFile(keyPath, 'utf8'), readFile(certPath, 'utf8')]);
  } catch (error) {
    missing = `openssl cannot make a certificate: ${String(error).split('\n', 1)[0]}`;
  }
});

after(() => rm(folder, { recursive: true, force: true }));

async function start(context: TestContext, clientCa?: string) {
  if (missing !== '') {
    context.skip(`left out: ${missing}`);
    return undefined;
  }
  const server = await startGitServer({ tls: { key, cert, ...(clientCa === undefined ? {} : { clientCa }) } });
  context.after(() => server.close());
  await server.create('app');
  const commit = await server.commitFiles('app', { a: '1' }, 'first');
  return { server, commit, url: server.urlOf('app') };
}

test('a certificate is trusted only with its authority', async (context) => {
  const at = await start(context);
  if (at === undefined) return;
  await assert.rejects(listRefs({ url: at.url }), (error) => isFluxError(error, 'git/tls-failed'));
  const remote = { url: at.url, auth: { kind: 'none', caFile: cert } } as const;
  assert.equal((await fetchRevision(remote, { branch: 'main' })).tree?.commit.id, at.commit);
  const clone = await openClone(remote, 'main', { author: { name: 'Flux', email: '' }, now: () => 1_700_000_000_000 });
  clone.write('b', '2');
  const id = await clone.commit({ message: 'second' });
  await clone.push();
  assert.equal(await at.server.git('app', 'rev-parse', 'main'), id);
  await assert.rejects(
    listRefs({ ...remote, url: at.url.replace('127.0.0.1', 'localhost') }),
    (error) => isFluxError(error, 'git/tls-failed') || isFluxError(error, 'git/unreachable'),
  );
});

test('a client certificate is shown to servers that want one', async (context) => {
  const at = await start(context, cert);
  if (at === undefined) return;
  await assert.rejects(listRefs({ url: at.url, auth: { kind: 'none', caFile: cert } }), (error) => isFluxError(error, 'git/'));
  const auth = { kind: 'none', caFile: cert, clientCert: cert, clientKey: key } as const;
  assert.equal((await listRefs({ url: at.url, auth })).refs.get('refs/heads/main'), at.commit);
});

test('https goes through a proxy as a tunnel', async (context) => {
  const at = await start(context);
  if (at === undefined) return;
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    const upstream = connect(Number((request.url ?? '').split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const remote = { url: at.url, auth: { kind: 'none', caFile: cert }, proxy: { url } } as const;
  assert.equal((await fetchRevision(remote, { branch: 'main' })).tree?.commit.id, at.commit);
  assert.deepEqual([...new Set(seen)], [new URL(at.url).host]);
});
