import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { layoutOf } from '../../../../../src/lib/engine/controlplane/layout.ts';
import { selectLastWords, spawnComponent } from '../../../../../src/lib/engine/controlplane/spawn-component.ts';
import { readPidFile, type State } from '../../../../../src/lib/engine/controlplane/state.ts';
import { testHost } from '../../../../support/test-host.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-ts-spawn-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const layout = layoutOf(dir);
const host = testHost({ env: { PATH: '/bin:/usr/bin', HTTPS_PROXY: 'http://proxy:3128' } });

function stateWith(script: string): State {
  const program = join(mkdtempSync(join(dir, 'bin-')), 'program');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    format: 1,
    name: 'demo',
    createdAt: '2026-03-01T12:00:00Z',
    ports: { apiserver: 20001, etcdClient: 20002, etcdPeer: 20003 },
    binaries: { etcd: program, 'kube-apiserver': program, 'kube-controller-manager': join(dir, 'missing') },
    apiserverFlags: [],
  };
}

describe('spawnComponent()', () => {
  it('notes the process, logs what it says, and hands no variable of the caller on', async () => {
    const spawned = await spawnComponent('etcd', layout, stateWith('env >&2; exit 3'), host);
    await assert.rejects(spawned.ended, { code: 'controlplane/process-ended' });
    assert.deepEqual(readPidFile(layout, 'etcd'), spawned.identity);
    const log = readFileSync(layout.log('etcd'), 'utf8');
    assert.match(log, new RegExp(`^HOME=${dir}$`, 'm'));
    assert.doesNotMatch(log, /HTTPS_PROXY/);
  });

  it('tells a taken port from other ends: controlplane/port-taken', async () => {
    const script = 'echo "listen tcp 127.0.0.1:20001: bind: address already in use" >&2; exit 1';
    const spawned = await spawnComponent('kube-apiserver', layout, stateWith(script), host);
    await assert.rejects(spawned.ended, { code: 'controlplane/port-taken' });
  });

  it('looks only at what this very process said', async () => {
    const spawned = await spawnComponent('kube-apiserver', layout, stateWith('echo "panic: now" >&2; exit 2'), host);
    await assert.rejects(spawned.ended, {
      code: 'controlplane/process-ended',
      message: 'kube-apiserver ended with code 2 while starting: panic: now',
    });
  });

  it('says when a program can not be run: controlplane/spawn-failed', async () => {
    await assert.rejects(spawnComponent('kube-controller-manager', layout, stateWith('true'), host), {
      code: 'controlplane/spawn-failed',
    });
    assert.ok(!existsSync(layout.pidFile('kube-controller-manager')));
  });
});

describe('selectLastWords()', () => {
  it('prefers the last line that names an error', () => {
    const log = 'I0301 12:00:00 starting\nE0301 12:00:01 first\nError: unknown flag: --x\nUsage: …\n';
    assert.equal(selectLastWords(log), 'Error: unknown flag: --x');
    assert.equal(selectLastWords('{"level":"fatal","msg":"bad"}\nbye\n'), '{"level":"fatal","msg":"bad"}');
  });

  it('takes the last line where none does, and says when there is none', () => {
    assert.equal(selectLastWords('one\ntwo\n\n'), 'two');
    assert.equal(selectLastWords(''), 'it said nothing');
  });
});
