import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { inspectControlPlane } from '../../../../../src/lib/engine/controlplane/inspect-control-plane.ts';
import { stopControlPlane } from '../../../../../src/lib/engine/controlplane/stop-control-plane.ts';
import { testHost } from '../../../../support/test-host.ts';

const root = mkdtempSync(join(tmpdir(), 'flux-ts-stop-'));
after(() => rmSync(root, { recursive: true, force: true }));
const host = testHost();

describe('stopControlPlane()', () => {
  it('touches no folder that is somebody else’s: controlplane/foreign-folder', async () => {
    const dir = join(root, 'documents');
    mkdirSync(dir);
    writeFileSync(join(dir, 'thesis.txt'), 'years of work');
    await assert.rejects(stopControlPlane(dir, host), { code: 'controlplane/foreign-folder' });
    assert.equal(readFileSync(join(dir, 'thesis.txt'), 'utf8'), 'years of work');
  });

  it('removes what a start has left before it began, or nothing at all', async () => {
    const dir = join(root, 'begun');
    mkdirSync(dir);
    await stopControlPlane(dir, host);
    assert.ok(!existsSync(dir));
    await stopControlPlane(dir, host);
    mkdirSync(join(dir, 'certs'), { recursive: true });
    writeFileSync(join(dir, 'controlplane.json'), 'half a');
    await stopControlPlane(dir, host);
    assert.ok(!existsSync(dir));
  });
});

describe('inspectControlPlane()', () => {
  it('finds nothing where there is nothing', async () => {
    assert.equal(await inspectControlPlane(join(root, 'nothing'), host), undefined);
  });

  it('refuses a state that it can not read: controlplane/bad-state', async () => {
    const dir = join(root, 'damaged');
    mkdirSync(dir);
    for (const text of ['half a', '{"format":2}', '{}', 'null']) {
      writeFileSync(join(dir, 'controlplane.json'), text);
      await assert.rejects(inspectControlPlane(dir, host), { code: 'controlplane/bad-state' }, text);
    }
  });

  it('takes a control plane none of whose processes runs for stopped', async () => {
    const dir = join(root, 'stopped');
    mkdirSync(dir);
    const state = {
      format: 1,
      name: 'demo',
      createdAt: '2026-03-01T11:00:00.000Z',
      ports: { apiserver: 20001, etcdClient: 20002, etcdPeer: 20003 },
      binaries: {},
      apiserverFlags: ['--v=1'],
      kubernetesVersion: 'v1.36.3',
    };
    writeFileSync(join(dir, 'controlplane.json'), JSON.stringify(state));
    writeFileSync(join(dir, 'etcd.pid'), `${process.pid}\nearlier\n`);
    assert.deepEqual(await inspectControlPlane(dir, host), {
      name: 'demo',
      dir,
      kubeconfig: join(dir, 'kubeconfig'),
      server: 'https://127.0.0.1:20001',
      kubernetesVersion: 'v1.36.3',
      createdAt: new Date('2026-03-01T11:00:00Z'),
      status: 'stopped',
      pids: {},
      apiserverFlags: ['--v=1'],
    });
  });
});
