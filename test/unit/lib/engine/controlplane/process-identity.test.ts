import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isRunning,
  parseProcStat,
  parsePsLine,
  readStartTime,
} from '../../../../../src/lib/engine/controlplane/process-identity.ts';

const NO_PID = 2 ** 22 + 1;

describe('parseProcStat()', () => {
  const rest = '1 1 1 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 7 0 987654 100 200';

  it('reads state, threads and start time behind a name with spaces and brackets', () => {
    assert.deepEqual(parseProcStat(`42 (a (b) c) S ${rest}`), { state: 'S', threads: 7, startTicks: '987654' });
  });

  it('refuses what is cut off or no such text', () => {
    for (const text of ['', '42 (x', '42 (x) S 1 1']) assert.equal(parseProcStat(text), undefined, text);
  });
});

describe('parsePsLine()', () => {
  it('reads the start time, however it is padded', () => {
    assert.equal(parsePsLine('Ss   Sun Mar  1 12:00:00 2026    \n'), 'Sun Mar 1 12:00:00 2026');
  });

  it('takes a process that only waits to be reaped for none', () => {
    assert.equal(parsePsLine('Z+   Sun Mar  1 12:00:00 2026'), undefined);
    assert.equal(parsePsLine(''), undefined);
  });
});

describe('readStartTime()', () => {
  it('is the same whenever it is asked for a live process, and none where there is no process', () => {
    const own = readStartTime(process.pid, process.platform);
    assert.ok(own);
    assert.equal(readStartTime(process.pid, process.platform), own);
    assert.equal(readStartTime(NO_PID, process.platform), undefined);
  });
});

describe('isRunning()', () => {
  it('takes another process under the same id for a stranger', () => {
    const startTime = readStartTime(process.pid, process.platform) ?? '';
    const host = { platform: process.platform };
    assert.equal(isRunning({ pid: process.pid, startTime }, host), true);
    assert.equal(isRunning({ pid: process.pid, startTime: `${startTime}1` }, host), false);
    assert.equal(isRunning({ pid: NO_PID, startTime }, host), false);
  });
});
