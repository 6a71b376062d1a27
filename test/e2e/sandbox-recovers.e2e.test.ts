import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { Progress } from '../../src/lib/core/progress.ts';
import {
  COMPONENTS,
  type Component,
  type ControlPlane,
  inspectControlPlane,
  readStartTime,
} from '../../src/lib/engine/controlplane/index.ts';
import { findStrays } from '../../src/lib/engine/controlplane/find-strays.ts';
import { layoutOf } from '../../src/lib/engine/controlplane/layout.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import {
  type SandboxPorts,
  sandboxDown,
  sandboxKubeconfig,
  sandboxList,
  sandboxUp,
} from '../../src/lib/features/sandbox/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { endWithProcess } from '../support/sandbox.ts';

const FEATURE = new URL('../../src/lib/features/sandbox/index.ts', import.meta.url).href;
const NAME = 'recovers';

/** The tests of what begins or ends a sandbox have a state folder each; what a failed test leaves is ended with the process. */
let stateHome: string;
let ports: SandboxPorts;
let told: string[];
let forget: () => void;

function openState(): void {
  stateHome = mkdtempSync(join(tmpdir(), 'flux-ts-recovers-'));
  told = [];
  ports = {
    env: { ...process.env, XDG_STATE_HOME: stateHome },
    homeDir: homedir(),
    progress: recordTo(told),
  };
  forget = endWithProcess(NAME, ports);
}

async function closeState(): Promise<void> {
  await sandboxDown({ name: NAME }, ports);
  forget();
}

describe('a sandbox of which a process was killed', () => {
  // One for all: it is as good as new after each.
  before(openState);
  beforeEach(() => void told.splice(0));
  after(closeState);

  for (const victim of COMPONENTS) {
    it(`comes back after kill -9 of ${victim}, with the same kubeconfig and data`, async () => {
      const first = await sandboxUp({ name: NAME }, ports);
      const kubeconfig = readFileSync(first.kubeconfig, 'utf8');
      await createConfigMap(first.kubeconfig, victim);
      const before = await inspect();

      await killHard(before, victim);
      assert.deepEqual(
        (await sandboxList(ports)).map(({ name, status }) => ({ name, status })),
        [{ name: NAME, status: 'degraded' }],
      );
      const second = await sandboxUp({ name: NAME }, ports);

      assert.deepEqual(second, first);
      assert.equal(readFileSync(second.kubeconfig, 'utf8'), kubeconfig);
      assert.ok(told.includes(`⚠ ${victim} does not run; starting it on the data that is there`), told.join('\n'));
      assert.deepEqual(await readConfigMap(second.kubeconfig, victim), { from: 'before' });
      const now = await inspect();
      assert.notEqual(now.pids[victim], before.pids[victim]);
      assert.equal(strays().length, COMPONENTS.length);
    });
  }

  it('comes back when all of it was killed, and its controllers work', async () => {
    const first = await sandboxUp({ name: NAME }, ports);
    await createConfigMap(first.kubeconfig, 'kept');
    const before = await inspect();
    for (const victim of COMPONENTS) await killHard(before, victim);
    assert.equal((await sandboxList(ports))[0]?.status, 'stopped');

    await sandboxUp({ name: NAME }, ports);

    assert.deepEqual(await readConfigMap(first.kubeconfig, 'kept'), { from: 'before' });
    const client = await connectKube(first.kubeconfig);
    try {
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } });
      await waitFor('the ServiceAccount that the controllers make', async () =>
        client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'later', name: 'default' }),
      );
    } finally {
      await client.close();
    }
  });

  it('says so when a stranger has taken its port: controlplane/port-taken', async () => {
    const first = await sandboxUp({ name: NAME }, ports);
    await killHard(await inspect(), 'kube-apiserver');
    const stranger = await listen(Number(new URL(first.server).port));
    try {
      await assert.rejects(sandboxUp({ name: NAME }, ports), { code: 'controlplane/port-taken' });
    } finally {
      stranger.close();
    }
    assert.deepEqual(await sandboxUp({ name: NAME }, ports), first);
  });
});

describe('sandbox up', () => {
  beforeEach(openState);
  afterEach(closeState);

  it('gives an administrator on a real API server, with a kubeconfig nobody else may read', async () => {
    const result = await sandboxUp({ name: NAME }, ports);
    assert.deepEqual(Object.keys(result), ['name', 'kubeconfig', 'server', 'kubernetesVersion']);
    assert.match(result.kubernetesVersion, /^v1\.\d+\.\d+/);
    assert.match(result.server, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(statSync(result.kubeconfig).mode & 0o777, 0o600);
    const { content } = await sandboxKubeconfig({ name: NAME }, ports);
    assert.equal(content, readFileSync(result.kubeconfig, 'utf8'));
    const client = await connectKube(result.kubeconfig);
    try {
      const review = (await client.request({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      })) as JsonObject;
      const { userInfo } = review['status'] as { userInfo: JsonObject };
      assert.equal(userInfo['username'], 'admin');
      assert.deepEqual(userInfo['groups'], ['system:masters', 'system:authenticated']);
    } finally {
      await client.close();
    }
  });

  it('uses the one that runs, and restarts its API server for other flags only', async () => {
    const first = await sandboxUp({ name: NAME }, ports);
    const before = await inspect();
    assert.deepEqual(await sandboxUp({ name: NAME }, ports), first);
    assert.deepEqual((await inspect()).pids, before.pids);

    assert.deepEqual(await sandboxUp({ name: NAME, apiserverFlags: ['--v=1'] }, ports), first);
    const changed = await inspect();
    assert.equal(changed.pids.etcd, before.pids.etcd);
    assert.notEqual(changed.pids['kube-apiserver'], before.pids['kube-apiserver']);
    assert.deepEqual(await sandboxUp({ name: NAME }, ports), first);
    assert.deepEqual((await inspect()).pids, changed.pids);
  });

  it('makes one sandbox when it is called twice at once', async () => {
    const [first, second] = await Promise.all([upInOtherProcess().done, upInOtherProcess().done]);
    assert.deepEqual(first.result, second.result);
    assert.equal(strays().length, COMPONENTS.length);
    const stories = [first.story, second.story];
    assert.equal(stories.filter((story) => /is ready after/.test(story)).length, 1, stories.join('\n'));
    assert.equal(stories.filter((story) => /runs already/.test(story)).length, 1, stories.join('\n'));
  });

  it('outlives the process that called it', async () => {
    const { result } = await upInOtherProcess().done;
    assert.deepEqual(await sandboxUp({ name: NAME }, ports), result);
    assert.match(told.join('\n'), /runs already/);
  });

  it('mends what a killed call has left half-made', async () => {
    const other = upInOtherProcess();
    await waitFor('the API server of the first call', async () => strays().length >= 2);
    const orphans = strays().map(({ identity }) => identity);
    other.kill();
    await other.done.catch(() => {});

    await sandboxUp({ name: NAME }, ports);

    assert.equal(strays().length, COMPONENTS.length);
    for (const { pid, startTime } of orphans) assert.notEqual(readStartTime(pid, process.platform), startTime);
  });

  it('leaves nothing when it is aborted', async () => {
    const controller = new AbortController();
    const done = sandboxUp({ name: NAME }, { ...ports, signal: controller.signal });
    done.catch(() => {});
    await waitFor('the API server', async () => strays().length >= 2);
    controller.abort(new Error('interrupted'));
    await assert.rejects(done, /interrupted/);
    assert.deepEqual(strays(), []);
    assert.ok(!existsSync(sandboxDir()));
  });

  it('tries other ports when others take them, and gives up in the end: controlplane/port-taken', async () => {
    const stranger = await listen(0);
    const { port } = stranger.address() as AddressInfo;
    try {
      await assert.rejects(sandboxUp({ name: NAME, apiserverFlags: [`--secure-port=${port}`] }, ports), {
        code: 'controlplane/port-taken',
      });
    } finally {
      stranger.close();
    }
    assert.deepEqual(strays(), []);
    assert.ok(!existsSync(sandboxDir()));
  });

  it('ends with the last words of a process that can not start: controlplane/process-ended', async () => {
    await assert.rejects(sandboxUp({ name: NAME, apiserverFlags: ['--no-such-flag'] }, ports), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, 'controlplane/process-ended');
      assert.match(error.message, /kube-apiserver ended with code 1 while starting: .*unknown flag: --no-such-flag/);
      return true;
    });
    assert.deepEqual(strays(), []);
    assert.ok(!existsSync(sandboxDir()));
  });
});

describe('sandbox down', () => {
  beforeEach(openState);
  afterEach(closeState);

  it('leaves no process and no file', async () => {
    await sandboxUp({ name: NAME }, ports);
    const processes = strays();
    assert.equal(processes.length, COMPONENTS.length);
    assert.deepEqual(await sandboxDown({ name: NAME }, ports), { name: NAME, removed: true });
    for (const { identity } of processes) assert.equal(readStartTime(identity.pid, process.platform), undefined);
    assert.deepEqual(strays(), []);
    assert.deepEqual(readdirSync(join(stateHome, 'flux-ts', 'sandbox')), []);
    assert.deepEqual(await sandboxList(ports), []);
    assert.deepEqual(await sandboxDown({ name: NAME }, ports), { name: NAME, removed: false });
    await assert.rejects(sandboxKubeconfig({ name: NAME }, ports), { code: 'sandbox/not-found' });
  });
});

function sandboxDir(): string {
  return join(stateHome, 'flux-ts', 'sandbox', NAME);
}

function strays(): ReturnType<typeof findStrays> {
  return findStrays(layoutOf(sandboxDir()), hostOfProcess(process.env));
}

async function inspect(): Promise<ControlPlane> {
  const found = await inspectControlPlane(sandboxDir(), hostOfProcess(process.env));
  assert.ok(found);
  return found;
}

async function killHard(controlPlane: ControlPlane, victim: Component): Promise<void> {
  const pid = controlPlane.pids[victim];
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
  await waitFor(`the end of ${victim}`, async () => readStartTime(pid, process.platform) === undefined);
}

/** Runs `sandboxUp` in a process of its own, as another call of the CLI would. */
function upInOtherProcess(): { kill(): void; done: Promise<{ result: unknown; story: string }> } {
  const script = `
    const { sandboxUp } = await import(${JSON.stringify(FEATURE)});
    const say = (text) => console.error(text);
    const progress = { action: say, generate: say, waiting: say, success: say, warning: say, failure: say, detail: say };
    const ports = { env: process.env, homeDir: ${JSON.stringify(homedir())}, progress };
    console.log(JSON.stringify(await sandboxUp({ name: ${JSON.stringify(NAME)} }, ports)));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: ports.env as NodeJS.ProcessEnv });
  let output = '';
  let story = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    story += chunk.toString('utf8');
  });
  const done = new Promise<{ result: unknown; story: string }>((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve({ result: JSON.parse(output), story });
      else reject(new Error(`sandbox up ended with ${code}: ${story}`));
    });
  });
  return { kill: () => child.kill('SIGKILL'), done };
}

async function createConfigMap(kubeconfig: string, name: string): Promise<void> {
  const client = await connectKube(kubeconfig);
  try {
    await client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
      data: { from: 'before' },
    });
  } finally {
    await client.close();
  }
}

async function readConfigMap(kubeconfig: string, name: string): Promise<unknown> {
  const client = await connectKube(kubeconfig);
  try {
    return (await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name }))?.['data'];
  } finally {
    await client.close();
  }
}

async function waitFor<T>(what: string, look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`);
    await sleep(20);
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function recordTo(lines: string[]): Progress {
  const say = (mark: string) => (text: string) => {
    lines.push(`${mark} ${text}`);
  };
  return {
    action: say('►'),
    generate: say('✚'),
    waiting: say('◎'),
    success: say('✔'),
    warning: say('⚠'),
    failure: say('✗'),
    detail: say(' '),
  };
}
