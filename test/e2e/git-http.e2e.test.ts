import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { isFluxError } from '../../src/lib/core/errors.ts';
import {
  type Clone,
  fetchTree,
  listRefs,
  openClone,
  fetchRevision,
  type Remote,
  resolveRevision,
} from '../../src/lib/engine/git/index.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';

let server: GitServer;
let remote: Remote;
let first: string;
let second: string;

const author = { name: 'Flux', email: 'flux@example.com' };
const cloneOptions = { author, now: () => 1_700_000_000_000 };

before(async () => {
  server = await startGitServer({ user: 'flux', password: 'pass', token: 'bearer-token-1' });
  await server.create('team/app');
  first = await server.commitFiles(
    'team/app',
    {
      'README.md': 'one',
      'deploy/app.yaml': 'replicas: 1\n',
      'bin/run': { script: '#!/bin/sh\n' },
      latest: { link: 'deploy/app.yaml' },
    },
    'First commit\n\nWith a body',
    { tag: 'v1.0.0', annotate: true, timeSeconds: 1_600_000_000 },
  );
  second = await server.commitFiles('team/app', { 'README.md': 'two' }, 'Second', { tag: 'v1.1.0', timeSeconds: 1_600_000_100 });
  await server.commitFiles('team/app', { 'README.md': 'side' }, 'Side', { branch: 'feature/x', timeSeconds: 1_600_000_200 });
  await server.git('team/app', 'update-ref', 'refs/pull/7/head', first);
  remote = { url: server.urlOf('team/app'), auth: { kind: 'basic', username: 'flux', password: 'pass' } };
});

after(() => server.close());

const rejectsWith = (run: Promise<unknown>, code: string, message?: RegExp) =>
  assert.rejects(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });

test('listRefs() gives branches, tags with what they point to, and the default branch', async () => {
  const listed = await listRefs(remote);
  assert.equal(listed.head, 'refs/heads/main');
  assert.equal(listed.refs.get('refs/heads/main'), second);
  assert.equal(listed.peeled.get('refs/tags/v1.0.0'), first);
  assert.equal(listed.refs.get('refs/tags/v1.1.0'), second);
});

test('resolveRevision() writes revisions as source-controller does', async () => {
  const revisionOf = async (ref: Parameters<typeof resolveRevision>[1]) => (await resolveRevision(remote, ref)).revision;
  assert.equal(await revisionOf({ branch: 'main' }), `main@sha1:${second}`);
  assert.match(await revisionOf({ branch: 'feature/x' }), /^feature\/x@sha1:[0-9a-f]{40}$/);
  assert.equal(await revisionOf({ tag: 'v1.0.0' }), `v1.0.0@sha1:${first}`);
  assert.equal(await revisionOf({ semver: '>=1.0.0 <2.0.0' }), `v1.1.0@sha1:${second}`);
  assert.equal(await revisionOf({ name: 'refs/pull/7/head' }), `refs/pull/7/head@sha1:${first}`);
  assert.equal(await revisionOf({ commit: first }), `sha1:${first}`);
  assert.equal(await revisionOf({ commit: first, branch: 'main' }), `main@sha1:${first}`);
  assert.equal(await revisionOf({ commit: first, name: 'refs/heads/main', tag: 'v1.1.0' }), `refs/heads/main@sha1:${first}`);
});

test('fetchTree() brings files, scripts and links of one commit', async () => {
  const tree = await fetchTree(remote, await resolveRevision(remote, { tag: 'v1.0.0' }));
  assert.equal(tree.commit.subject, 'First commit');
  assert.equal(tree.commit.message, 'First commit\n\nWith a body\n');
  assert.equal(tree.commit.author.timeSeconds, 1_600_000_000);
  assert.equal(tree.tag?.name, 'v1.0.0');
  assert.deepEqual(
    tree.entries.map(({ path, mode, type, bytes }) => [path, mode.toString(8), type, new TextDecoder().decode(bytes)]),
    [
      ['README.md', '100644', 'file', 'one'],
      ['bin/run', '100755', 'file', '#!/bin/sh\n'],
      ['deploy/app.yaml', '100644', 'file', 'replicas: 1\n'],
      ['latest', '120000', 'symlink', 'deploy/app.yaml'],
    ],
  );
});

test('fetchTree() finds an older commit that the server does not give out by itself', async () => {
  await server.create('strict');
  const old = await server.commitFiles('strict', { a: '1' }, 'old');
  await server.commitFiles('strict', { a: '2' }, 'new');
  const tree = await fetchTree({ ...remote, url: server.urlOf('strict') }, old);
  assert.equal(tree.commit.subject, 'old');
});

test('fetchTree() refuses a commit that is nowhere in the repository', async () => {
  await rejectsWith(fetchTree(remote, '1234567890123456789012345678901234567890'), 'git/commit-not-found');
});

test('fetchTree() stops at the size limit', async () => {
  await rejectsWith(fetchTree(remote, second, { maxBytes: 200 }), 'git/too-large');
});

test('fetchTree() refuses a repository with an entry that leads out of it', async () => {
  await server.create('evil');
  await server.commitFiles('evil', { a: '1' }, 'fine');
  const blob = await server.git('evil', 'rev-parse', 'main:a');
  const git = (args: string[], input: string | Buffer) =>
    execFileSync('git', ['-C', `${server.root}/evil.git`, '-c', 'user.name=x', '-c', 'user.email=x', ...args], { input })
      .toString()
      .trim();
  const entry = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]);
  const tree = git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], entry);
  const commit = git(['commit-tree', tree, '-m', 'evil'], '');
  await server.git('evil', 'update-ref', 'refs/heads/main', commit);
  await rejectsWith(fetchTree({ ...remote, url: server.urlOf('evil') }, commit), 'git/unsafe-path');
});

test('resolveRevision() prefers the youngest of tags that differ in build metadata only', async () => {
  await server.create('meta');
  await server.commitFiles('meta', { a: '1' }, 'young', { tag: 'v1.0.0+a', timeSeconds: 1_600_000_900 });
  await server.commitFiles('meta', { a: '2' }, 'old', { tag: 'v1.0.0+b', timeSeconds: 1_600_000_100 });
  const found = await resolveRevision({ ...remote, url: server.urlOf('meta') }, { semver: '1.x' });
  assert.match(found.revision, /^v1\.0\.0\+a@/);
});

test('resolveRevision() says what is wrong with a reference', async () => {
  await rejectsWith(resolveRevision(remote, {}), 'git/ref-not-found', /couldn't find remote ref "refs\/heads\/master"/);
  await rejectsWith(resolveRevision(remote, { branch: 'nope' }), 'git/ref-not-found', /refs\/heads\/nope/);
  await rejectsWith(resolveRevision(remote, { tag: 'nope' }), 'git/ref-not-found');
  await rejectsWith(
    resolveRevision(remote, { name: 'refs/x' }),
    'git/ref-not-found',
    /unable to resolve ref 'refs\/x' to a specific commit/,
  );
  await rejectsWith(resolveRevision(remote, { semver: '>=9' }), 'git/semver-no-match', /no match found for semver: >=9/);
});

test('every call refuses a wrong login and never prints it', async () => {
  for (const auth of [
    { kind: 'basic', username: 'flux', password: 'wrong-secret' },
    { kind: 'bearer', token: 'wrong-secret' },
  ] as const) {
    const error = await listRefs({ ...remote, auth }).catch((thrown: unknown) => thrown);
    assert.ok(isFluxError(error, 'git/auth-failed'));
    assert.ok(!JSON.stringify(error).includes('wrong-secret'));
  }
  await rejectsWith(listRefs({ url: remote.url }), 'git/auth-failed');
});

test('listRefs() logs in with a bearer token, and with the login of the URL', async () => {
  assert.equal((await listRefs({ ...remote, auth: { kind: 'bearer', token: 'bearer-token-1' } })).head, 'refs/heads/main');
  assert.equal((await listRefs({ url: remote.url.replace('://', '://flux:pass@') })).head, 'refs/heads/main');
});

test('listRefs() tells an unknown repository, an unreachable host and a web page apart', async () => {
  await rejectsWith(listRefs({ ...remote, url: server.urlOf('none') }), 'git/repository-not-found');
  await rejectsWith(listRefs({ ...remote, url: 'http://127.0.0.1:9/x.git' }), 'git/unreachable');
  const page = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<html>'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/x.git`;
  await rejectsWith(listRefs({ url }), 'git/protocol-error');
  page.close();
});

test('listRefs() gives up after its time and when it is told to', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/x.git`;
  await rejectsWith(listRefs({ url }, { timeoutMs: 100 }), 'git/timeout');
  const controller = new AbortController();
  const running = listRefs({ url }, { signal: controller.signal });
  controller.abort();
  await rejectsWith(running, 'git/aborted');
  silent.closeAllConnections();
  silent.close();
});

test('listRefs() follows a redirect without carrying the login to another port, and refuses login pages', async () => {
  let target = `${server.url}/team/app.git/info/refs?service=git-upload-pack`;
  const front = createServer((_, response) => response.writeHead(302, { location: target }).end());
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/old.git`;
  await rejectsWith(listRefs({ ...remote, url }), 'git/auth-failed');
  target = 'http://127.0.0.1:1/login';
  await rejectsWith(listRefs({ ...remote, url }), 'git/redirect-refused', /no repository/);
  front.close();
});

test('listRefs() reports other statuses', async () => {
  const broken = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/x.git`;
  await rejectsWith(listRefs({ url }), 'git/http-status', /503/);
  broken.close();
});

test('listRefs() goes through an HTTP proxy', async () => {
  const seen: string[] = [];
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    const answer = await fetch(request.url ?? '', { headers: { authorization: request.headers.authorization ?? '' } });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const proxy = createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const listed = await listRefs({ ...remote, proxy: { url, username: 'p', password: 'q' } });
  assert.equal(listed.head, 'refs/heads/main');
  assert.match(seen[0] ?? '', /^GET http:\/\/127\.0\.0\.1:\d+\/team\/app\.git\/info\/refs\?service=git-upload-pack Basic /);
  proxy.closeAllConnections();
  proxy.close();
});

test('openClone() refuses a branch that a filled repository does not have', async () => {
  await rejectsWith(openClone(remote, 'nope', cloneOptions), 'git/ref-not-found');
});

test('openClone() starts the branch of an empty repository', async () => {
  await server.create('empty');
  const target: Remote = { ...remote, url: server.urlOf('empty') };
  await rejectsWith(resolveRevision(target, { branch: 'main' }), 'git/empty-repository', /git repository is empty/);
  const clone = await openClone(target, 'main', cloneOptions);
  assert.equal(clone.head(), undefined);
  assert.equal(await clone.commit({ message: 'nothing' }), undefined);
  clone.write('./clusters/dev/flux-system/gotk-sync.yaml', 'a: 1\n');
  const id = await clone.commit({ message: 'Add Flux sync manifests' });
  assert.deepEqual(await clone.push(), { commit: id, pushed: true, remoteMessage: '' });
  assert.equal(
    await server.git('empty', 'log', '-1', '--format=%H %an <%ae> %at %cn %s', 'main'),
    `${id} Flux <flux@example.com> 1700000000 Flux Add Flux sync manifests`,
  );
  assert.equal((await resolveRevision(target, { branch: 'main' })).commit, id);
});

test('Clone commits only what changed, keeps modes, and pushes what git finds sound', async () => {
  await server.create('writes');
  await server.commitFiles('writes', { 'a/b.txt': '1', 'run.sh': { script: 'x' }, 'c.txt': 'c' }, 'start');
  const clone: Clone = await openClone({ ...remote, url: server.urlOf('writes') }, 'main', cloneOptions);
  clone.write('a/b.txt', '1');
  assert.equal(await clone.commit({ message: 'same content' }), undefined);
  clone.write('run.sh', 'y');
  clone.write('a/d/e.txt', 'e');
  assert.equal(clone.remove('c.txt'), true);
  assert.equal(clone.remove('c.txt'), false);
  assert.notEqual(await clone.commit({ message: 'one' }), undefined);
  assert.equal(clone.remove('a'), true);
  assert.notEqual(await clone.commit({ message: 'two' }), undefined);
  await clone.push();
  assert.equal((await clone.push()).pushed, false);
  assert.match(await server.git('writes', 'ls-tree', '-r', 'main'), /^100755 blob \S+\trun\.sh$/);
  assert.equal(await server.git('writes', 'log', '--format=%s', 'main'), 'two\none\nstart');
  await server.git('writes', 'fsck', '--strict');
});

test('Clone stores the signature that it is given', async () => {
  await server.create('signed');
  const clone = await openClone({ ...remote, url: server.urlOf('signed') }, 'main', cloneOptions);
  clone.write('a', '1');
  let payload = new Uint8Array();
  const armour = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
  const id = await clone.commit({
    message: 'signed',
    sign: async (bytes) => {
      payload = new Uint8Array(bytes);
      return armour;
    },
  });
  await clone.push();
  const tree = await fetchTree({ ...remote, url: server.urlOf('signed') }, id ?? '');
  assert.equal(`${tree.commit.signature}\n`, armour);
  assert.deepEqual(new Uint8Array(tree.commit.signedPayload ?? []), payload);
});

test('Clone.push() refuses to overwrite what came in between', async () => {
  await server.create('race');
  await server.commitFiles('race', { a: '1' }, 'start');
  const clone = await openClone({ ...remote, url: server.urlOf('race') }, 'main', cloneOptions);
  clone.write('b', '2');
  await clone.commit({ message: 'ours' });
  await server.commitFiles('race', { c: '3' }, 'theirs');
  await rejectsWith(clone.push(), 'git/non-fast-forward');
  assert.equal(await server.git('race', 'log', '-1', '--format=%s', 'main'), 'theirs');
});

test('Clone.push() tells why a hook refused', async () => {
  await server.create('guarded');
  await server.hook('guarded', 'pre-receive', 'echo "policy: signed commits only" >&2; exit 1');
  const clone = await openClone({ ...remote, url: server.urlOf('guarded') }, 'main', cloneOptions);
  clone.write('a', '1');
  await clone.commit({ message: 'x' });
  await rejectsWith(clone.push(), 'git/push-rejected', /pre-receive hook declined: policy: signed commits only/);
});

test('Clone.push() gives up on a hook that never ends', async () => {
  await server.create('stuck');
  await server.hook('stuck', 'pre-receive', 'sleep 20');
  const clone = await openClone({ ...remote, url: server.urlOf('stuck') }, 'main', cloneOptions);
  clone.write('a', '1');
  await clone.commit({ message: 'x' });
  await rejectsWith(clone.push({ timeoutMs: 500 }), 'git/timeout');
});

test('fetchRevision() fetches once, and not at all what is there already', async () => {
  const count = server.requests.length;
  const { revision, tree } = await fetchRevision(remote, { branch: 'main' });
  assert.equal(revision.revision, `main@sha1:${second}`);
  assert.equal(tree?.commit.id, second);
  assert.equal(server.requests.length, count + 2);
  assert.deepEqual(await fetchRevision(remote, { branch: 'main' }, { observed: revision.revision }), { revision });
  assert.equal(server.requests.length, count + 3);
  const meta: Remote = { ...remote, url: server.urlOf('meta') };
  assert.match((await fetchRevision(meta, { semver: '1.x' })).tree?.commit.subject ?? '', /young/);
  assert.equal((await fetchRevision({ ...remote, url: server.urlOf('strict') }, { branch: 'main' })).tree?.commit.subject, 'new');
  await rejectsWith(fetchRevision(remote, { commit: '1234567890123456789012345678901234567890' }), 'git/commit-not-found');
});
