import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  bin: { 'flux-ts': string };
  engines: { node: string };
};
const BIN = fileURLToPath(new URL(`../../${PACKAGE.bin['flux-ts']}`, import.meta.url));
const VERSION = /^flux version \d+\.\d+\.\d+ \(flux-ts \d+\.\d+\.\d+\)\n$/;
/** Where many systems have a Node of their own, which may be an old one. */
const SYSTEM_NODE = '/usr/bin/node';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a shell would, in an environment with nothing of this machine's. */
async function run(
  argv: readonly string[],
  { node = process.execPath, env = {} as Record<string, string>, cwd = tmpdir() } = {},
): Promise<Ended> {
  return await new Promise((resolve) => {
    const child = execFile(node, [BIN, ...argv], { env: environment(env), cwd }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: join(tmpdir(), 'nobody'), ...more };
}

/** The system's Node where it is too old for flux-ts; else the test is left out. */
function oldNode(t: TestContext): string | undefined {
  let version = '';
  try {
    version = execFileSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    t.skip(`there is no ${SYSTEM_NODE}`);
    return undefined;
  }
  if (Number(/^v(\d+)/.exec(version)?.[1]) < 22) return SYSTEM_NODE;
  t.skip(`${SYSTEM_NODE} is ${version}, which is not too old`);
  return undefined;
}

/** A server that takes connections and never says a word, so that a command waits for it. */
async function listenSilently(t: TestContext): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function interrupt(t: TestContext, node: string): Promise<void> {
  const { server, url } = await listenSilently(t);
  const child = spawn(node, [BIN, 'get', 'kustomizations', `--server=${url}`, '-o', 'json'], { env: environment() });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'exit');
  await Promise.race([
    once(server, 'connection'),
    ended.then(() => assert.fail(`it ended before it was interrupted: ${stderr}`)),
  ]);
  child.kill('SIGINT');
  assert.deepEqual(await ended, [130, null]);
  assert.match(stderr, /"usage\/interrupted"/);
  assert.doesNotMatch(stderr, /^ +at /m);
}

describe('the program', { timeout: 60_000 }, () => {
  it('prints its version', async () => {
    const { code, stdout, stderr } = await run(['--version']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, VERSION);
  });

  it('exits with 1 where there is no such command, and names the nearest', async () => {
    const { code, stdout, stderr } = await run(['reconsile']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, '✗ unknown command "reconsile" for "flux-ts"\n  did you mean "reconcile"?\n');
  });

  it('exits with 1 where the API server cannot be reached, without a stack', async () => {
    const { code, stderr } = await run(['get', 'all', '--server=http://127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(stderr, /^✗ cannot reach the API server at http:\/\/127\.0\.0\.1:1/);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  it('annotates the place of an error in GitHub Actions, and leaves the result as it is', async (t) => {
    const workspace = mkdtempSync(join(tmpdir(), 'flux-ts-workspace-'));
    t.after(() => rmSync(workspace, { recursive: true }));
    mkdirSync(join(workspace, 'deploy'));
    const write = (text: string) => writeFileSync(join(workspace, 'deploy/kustomization.yaml'), text);
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace };
    write("resources: []\nnamePrefix: 'a\n::add-mask::b\n");
    const failed = await run(['kustomize', 'deploy'], { env, cwd: workspace });
    assert.deepEqual([failed.code, failed.stdout], [1, '']);
    assert.match(failed.stderr, /^::error file=deploy\/kustomization\.yaml,line=\d+,col=\d+,title=[a-z]+\/[a-z-]+::[^\n]+\n$/);
    write('configMapGenerator:\n- name: a\n  literals: ["note=::warning::this is data"]\n');
    const inGithub = await run(['kustomize', 'deploy'], { env, cwd: workspace });
    assert.deepEqual(inGithub, await run(['kustomize', 'deploy'], { cwd: workspace }));
    assert.match(inGithub.stdout, /note: ::warning::this is data/);
  });

  it('says nothing when its reader goes away', async () => {
    const child = spawn(process.execPath, [BIN, 'install', '--export'], { env: environment() });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(stderr, '');
  });

  it('ends where its time limit is over, however silent the API server is', async (t) => {
    const { url } = await listenSilently(t);
    const { code, stderr } = await run(['get', 'kustomizations', `--server=${url}`, '--timeout=1s', '-o', 'json']);
    assert.equal(code, 1);
    // On a slow machine the time is over before the first request, which is then told by its own limit.
    assert.match(stderr, /"(usage|kube)\/timeout"/);
  });

  it('ends with 130 when it is interrupted', (t) => interrupt(t, process.execPath));

  it('goes over to the Node of this package where the running one is too old', async (t) => {
    const node = oldNode(t);
    if (node === undefined) return;
    assert.match((await run(['--version'], { node })).stdout, VERSION);
    const { code, stderr } = await run(['reconsile'], { node });
    assert.equal(code, 1);
    assert.match(stderr, /did you mean "reconcile"/);
    await interrupt(t, node);
  });

  it('says which Node it needs where there is no other', async (t) => {
    const node = oldNode(t);
    if (node === undefined) return;
    const { code, stdout, stderr } = await run(['get', 'all'], { node, env: { FLUX_TS_NODE: 'own' } });
    assert.deepEqual([code, stdout], [1, '']);
    assert.ok(stderr.startsWith(`✗ flux-ts needs Node ${PACKAGE.engines.node}, and this is Node `), stderr);
    assert.match(stderr, /\n {2}install a newer Node/);
  });
});
