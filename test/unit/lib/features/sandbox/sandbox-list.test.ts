import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { readStartTime } from '../../../../../src/lib/engine/controlplane/index.ts';
import { sandboxDown, sandboxKubeconfig, sandboxList } from '../../../../../src/lib/features/sandbox/index.ts';
import { testHost } from '../../../../support/test-host.ts';

const stateHome = mkdtempSync(join(tmpdir(), 'flux-ts-list-'));
after(() => rmSync(stateHome, { recursive: true, force: true }));
const ports = { env: { XDG_STATE_HOME: stateHome }, homeDir: '/home/me', progress: SILENT, host: testHost() };
const root = join(stateHome, 'flux-ts', 'sandbox');

function put(name: string, state: unknown): void {
  mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, name, 'controlplane.json'), typeof state === 'string' ? state : JSON.stringify(state));
}

describe('sandboxList()', () => {
  it('is empty where no sandbox ever was', async () => {
    assert.deepEqual(await sandboxList(ports), []);
  });

  it('shows what is there by name, with status, server, version and age', async () => {
    const state = {
      format: 1,
      name: 'stopped',
      createdAt: '2026-03-01T11:00:00.000Z',
      ports: { apiserver: 20001, etcdClient: 20002, etcdPeer: 20003 },
      binaries: {},
      apiserverFlags: [],
      kubernetesVersion: 'v1.36.3',
    };
    put('stopped', state);
    put('damaged', 'half a');
    put('Not.A.Name', 'whatever');
    mkdirSync(join(root, 'begun'));
    const holder = { pid: process.pid, startTime: readStartTime(process.pid, process.platform), nonce: 'n' };
    writeFileSync(join(root, 'begun.lock'), JSON.stringify(holder));
    assert.deepEqual(await sandboxList(ports), [
      { name: 'begun', status: 'busy' },
      { name: 'damaged', status: 'damaged' },
      {
        name: 'stopped',
        status: 'stopped',
        server: 'https://127.0.0.1:20001',
        kubernetesVersion: 'v1.36.3',
        createdAt: '2026-03-01T11:00:00.000Z',
        ageSeconds: 3600,
      },
    ]);
  });
});

describe('sandboxDown()', () => {
  it('clears a damaged sandbox away', async () => {
    put('broken', 'half a');
    assert.deepEqual(await sandboxDown({ name: 'broken' }, ports), { name: 'broken', removed: true });
    assert.deepEqual(await sandboxDown({ name: 'broken' }, ports), { name: 'broken', removed: false });
  });
});

describe('sandboxKubeconfig()', () => {
  it('names the command that makes a missing sandbox: sandbox/not-found', async () => {
    await assert.rejects(sandboxKubeconfig({ name: 'gone' }, ports), {
      code: 'sandbox/not-found',
      message: 'there is no sandbox "gone"',
      hint: 'flux-ts sandbox up --name gone',
    });
  });
});
