import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { endProcesses } from '../../../../../src/lib/engine/controlplane/end-processes.ts';
import { type ProcessIdentity, readStartTime } from '../../../../../src/lib/engine/controlplane/process-identity.ts';
import { testHost, tickingClock } from '../../../../support/test-host.ts';

async function startShell(script: string): Promise<{ identity: ProcessIdentity; ended: Promise<unknown[]> }> {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const pid = child.pid as number;
  return { identity: { pid, startTime: readStartTime(pid, process.platform) ?? '' }, ended };
}

describe('endProcesses()', () => {
  it('lets a process end by itself', async () => {
    const { identity, ended } = await startShell('trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done');
    await endProcesses([identity], testHost({ now: () => new Date() }));
    assert.deepEqual(await ended, [7, null]);
  });

  it('kills one that does not end in time', async () => {
    const { identity, ended } = await startShell('trap "" TERM; echo ready; while :; do sleep 0.01; done');
    await endProcesses([identity], testHost({ now: () => new Date() }), 20);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  });

  it('never signals a stranger who has the same id', async () => {
    const signalled: number[] = [];
    const host = testHost({ kill: (pid) => signalled.push(pid) });
    await endProcesses([{ pid: process.pid, startTime: 'earlier' }], host);
    assert.deepEqual(signalled, []);
  });

  it('says when a process survives everything: controlplane/process-stays', async () => {
    const startTime = readStartTime(process.pid, process.platform) ?? '';
    const signals: string[] = [];
    const host = testHost({ now: tickingClock(60_000), kill: (_pid, signal) => signals.push(signal) });
    await assert.rejects(endProcesses([{ pid: process.pid, startTime }], host), {
      code: 'controlplane/process-stays',
      details: { pids: [process.pid] },
    });
    assert.deepEqual(signals, ['SIGTERM', 'SIGKILL']);
  });
});
