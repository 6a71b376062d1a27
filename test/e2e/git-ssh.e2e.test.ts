import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

import { isFluxError } from '../../src/lib/core/errors.ts';
import {
  fetchTree,
  generateKeyPair,
  listRefs,
  openClone,
  publicKeyOf,
  type Remote,
  resolveRevision,
  type SshAuth,
  scanHostKeys,
} from '../../src/lib/engine/git/index.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

const run = promisify(execFile);
const TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;
const PASSPHRASE = 'correct horse';

let server: SshServer | undefined;
let missing = '';
let folder: string;
let plain: string;
let stranger: string;
/** Made by ssh-keygen with a passphrase, by type. */
const locked = new Map<string, string>();
let commit: string;

const author = { name: 'Flux', email: '' };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flux-ts-keys-'));
  const found = await findSshd();
  if ('missing' in found) {
    missing = found.missing;
    return;
  }
  const authorized: string[] = [];
  for (const type of TYPES) {
    const path = join(folder, type);
    await run('ssh-keygen', ['-q', '-t', type, '-N', PASSPHRASE, '-C', '', '-f', path]);
    locked.set(type, await readFile(path, 'utf8'));
    authorized.push(await readFile(`${path}.pub`, 'utf8'));
  }
  const pair = await generateKeyPair();
  plain = pair.privateKeyPem;
  stranger = (await generateKeyPair({ algorithm: 'ed25519' })).privateKeyPem;
  server = await startSshServer(found, [...authorized, pair.publicKeyAuthorized]);
  await server.create('team/app');
  await server.commitFiles('team/app', { 'a.txt': '1' }, 'first', { tag: 'v1.0.0' });
  commit = await server.commitFiles('team/app', { 'a.txt': '2' }, 'second', { tag: 'v1.2.0', annotate: true });
});

after(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The server, or `undefined` after leaving the test out and saying why. */
function need(context: TestContext): SshServer | undefined {
  if (server === undefined) context.skip(`left out: ${missing}`);
  return server;
}

function remoteOf(at: SshServer, auth: Partial<SshAuth> = {}, name = 'team/app'): Remote {
  return { url: at.urlOf(name), auth: { kind: 'ssh', identity: plain, knownHosts: at.knownHosts, ...auth } };
}

const rejectsWith = (running: Promise<unknown>, code: string, message?: RegExp) =>
  assert.rejects(running, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });

test('a tree is fetched over SSH at a branch, tag, version, name and commit', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  const remote = remoteOf(at);
  for (const ref of [{ branch: 'main' }, { tag: 'v1.2.0' }, { semver: '^1' }, { name: 'refs/heads/main' }, { commit }]) {
    const revision = await resolveRevision(remote, ref);
    assert.equal(revision.commit, commit);
    const tree = await fetchTree(remote, revision);
    assert.deepEqual(
      tree.entries.map((entry) => [entry.path, new TextDecoder().decode(entry.bytes)]),
      [['a.txt', '2']],
    );
  }
  await rejectsWith(resolveRevision(remote, { branch: 'nope' }), 'git/ref-not-found');
});

for (const type of TYPES) {
  test(`an ${type} key with a passphrase logs in, in OpenSSH's form and in PKCS#8`, async (context) => {
    const at = need(context);
    if (at === undefined) return;
    const identity = locked.get(type) ?? '';
    assert.equal((await listRefs(remoteOf(at, { identity, passphrase: PASSPHRASE }))).refs.get('refs/heads/main'), commit);
    await rejectsWith(listRefs(remoteOf(at, { identity })), 'git/passphrase-required');
    await rejectsWith(listRefs(remoteOf(at, { identity, passphrase: 'wrong' })), 'git/passphrase-wrong');

    const pair = await generateKeyPair({ algorithm: type });
    const encrypted = createPrivateKey(pair.privateKeyPem)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
      .toString();
    assert.equal(await publicKeyOf(encrypted, PASSPHRASE), pair.publicKeyAuthorized);
    await rejectsWith(publicKeyOf(encrypted), 'git/passphrase-required');
    await rejectsWith(publicKeyOf(encrypted, 'wrong'), 'git/passphrase-wrong');
  });
}

test('a key that the server does not know is refused', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  await rejectsWith(listRefs(remoteOf(at, { identity: stranger })), 'git/auth-failed');
});

test('a host is refused whose key is unknown, and one whose key is another', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  const elsewhere = at.knownHosts.replaceAll('127.0.0.1', '127.0.0.2');
  await rejectsWith(listRefs(remoteOf(at, { knownHosts: elsewhere })), 'git/host-key-unknown', /SHA256:[A-Za-z0-9+/]{43}/);
  const other = (await generateKeyPair()).publicKeyAuthorized;
  const wrong = `[127.0.0.1]:${at.port} ${other}`;
  // The server has no P-384 key to show, so it shows one of another kind, which must not pass for unknown.
  await rejectsWith(listRefs(remoteOf(at, { knownHosts: wrong })), 'git/host-key-mismatch');
  const stolen = (await generateKeyPair({ curve: 'p256' })).publicKeyAuthorized;
  const error = listRefs(remoteOf(at, { knownHosts: `[127.0.0.1]:${at.port} ${stolen}` }));
  await rejectsWith(error, 'git/host-key-mismatch', /ecdsa-sha2-nistp256 SHA256:[A-Za-z0-9+/]{43}/);
});

test('hashed known_hosts as ssh-keygen writes them are understood', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  const { writeFile } = await import('node:fs/promises');
  const path = join(folder, 'known_hosts');
  await writeFile(path, at.knownHosts);
  await run('ssh-keygen', ['-q', '-H', '-f', path]);
  const hashed = await readFile(path, 'utf8');
  assert.match(hashed, /^\|1\|/);
  assert.equal((await listRefs(remoteOf(at, { knownHosts: hashed }))).refs.get('refs/heads/main'), commit);
});

test('scanHostKeys() gives a key that the client then trusts', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  const knownHosts = await scanHostKeys('127.0.0.1', at.port);
  assert.match(knownHosts, /^\[127\.0\.0\.1\]:\d+ ecdsa-sha2-nistp256 \S+\n$/);
  assert.ok(at.knownHosts.includes(knownHosts.trim()));
  assert.equal((await listRefs(remoteOf(at, { knownHosts }))).refs.get('refs/heads/main'), commit);
  await rejectsWith(scanHostKeys('127.0.0.1', 9), 'git/unreachable');
});

test('an unknown repository is told from a refused command', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  await rejectsWith(listRefs(remoteOf(at, {}, 'team/none')), 'git/repository-not-found');
  const odd = { ...remoteOf(at), url: `${at.urlOf('x')}/../..` };
  await rejectsWith(
    listRefs({ ...odd, url: odd.url.replace('/../..', '%2F..%2F..') }),
    'git/remote-error',
    /must stay below the root/,
  );
});

test('a silent server is given up on', async () => {
  const silent = createTcpServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const identity = (await generateKeyPair()).privateKeyPem;
  const remote: Remote = { url: `ssh://git@127.0.0.1:${port}/x`, auth: { kind: 'ssh', identity, knownHosts: 'x ssh-rsa AAAA' } };
  await rejectsWith(listRefs(remote, { timeoutMs: 200 }), 'git/timeout');
  await rejectsWith(scanHostKeys('127.0.0.1', port, { timeoutMs: 100 }), 'git/timeout');
  silent.close();
});

test('a proxy is tunnelled through, and may refuse', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  let isOpen = true;
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    if (!isOpen) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number((request.url ?? '').split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  assert.equal((await listRefs({ ...remoteOf(at), proxy: { url } })).refs.get('refs/heads/main'), commit);
  isOpen = false;
  await rejectsWith(listRefs({ ...remoteOf(at), proxy: { url } }), 'git/proxy-failed', /407/);
  proxy.close();
});

test('a clone over SSH starts an empty repository, pushes, and never overwrites', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  await at.create('empty');
  const remote = remoteOf(at, {}, 'empty');
  const options = { author, now: () => 1_700_000_000_000 };
  const clone = await openClone(remote, 'main', options);
  clone.write('clusters/dev/a.yaml', 'a: 1\n');
  const id = await clone.commit({ message: 'Add' });
  assert.equal((await clone.push()).commit, id);
  assert.equal(await at.git('empty', 'rev-parse', 'main'), id);
  await at.git('empty', 'fsck', '--strict');

  const late = await openClone(remote, 'main', options);
  await at.commitFiles('empty', { b: '2' }, 'between');
  late.write('c', '3');
  await late.commit({ message: 'late' });
  await rejectsWith(late.push(), 'git/non-fast-forward');
  await at.hook('empty', 'pre-receive', 'echo "closed for today" >&2; exit 1');
  const next = await openClone(remote, 'main', options);
  next.write('d', '4');
  await next.commit({ message: 'next' });
  await rejectsWith(next.push(), 'git/push-rejected', /closed for today/);
});

test('a hook that never ends is given up on, and leaves no connection behind', async (context) => {
  const at = need(context);
  if (at === undefined) return;
  await at.create('stuck');
  await at.hook('stuck', 'pre-receive', 'sleep 20');
  const clone = await openClone(remoteOf(at, {}, 'stuck'), 'main', { author, now: () => 1_700_000_000_000 });
  clone.write('a', '1');
  await clone.commit({ message: 'x' });
  await rejectsWith(clone.push({ timeoutMs: 2_000 }), 'git/timeout');
  const controller = new AbortController();
  const pushing = clone.push({ signal: controller.signal });
  setTimeout(() => controller.abort(), 1_000);
  await rejectsWith(pushing, 'git/aborted');
});
