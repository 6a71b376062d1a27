import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readLockHolder, withLock } from '../../../../../src/lib/engine/controlplane/with-lock.ts';
import { testHost } from '../../../../support/test-host.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-ts-lock-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const host = testHost();
const quick = { pollMs: 1 };

describe('withLock()', () => {
  it('runs one at a time, tells who waits, and leaves no file', async () => {
    const file = join(dir, 'turns', 'lock');
    let inside = 0;
    let most = 0;
    const waitedFor: number[] = [];
    const turn = async () => {
      inside += 1;
      most = Math.max(most, inside);
      assert.equal(readLockHolder(file, host)?.pid, process.pid);
      await nextTurn();
      inside -= 1;
    };
    const onWait = ({ pid }: { pid: number }) => waitedFor.push(pid);
    await Promise.all([1, 2, 3, 4, 5].map(() => withLock(file, host, { ...quick, onWait }, turn)));
    assert.equal(most, 1);
    assert.deepEqual(waitedFor, [process.pid, process.pid, process.pid, process.pid]);
    assert.deepEqual(readdirSync(join(dir, 'turns')), []);
  });

  for (const [what, content] of [
    ['whose holder has died', JSON.stringify({ pid: process.pid, startTime: 'earlier', nonce: 'n' })],
    ['that makes no sense', '{'],
  ] as const) {
    it(`takes over a lock ${what}, once`, async () => {
      const file = join(dir, 'stale');
      writeFileSync(file, content);
      assert.equal(readLockHolder(file, host), undefined);
      let inside = 0;
      const run = async () => {
        inside += 1;
        assert.equal(inside, 1);
        await nextTurn();
        inside -= 1;
      };
      await Promise.all([1, 2, 3, 4].map(() => withLock(file, host, quick, run)));
      assert.ok(!existsSync(file));
    });
  }

  it('is freed when what ran fails', async () => {
    const file = join(dir, 'fails');
    const run = () => withLock(file, host, quick, () => Promise.reject(new Error('no')));
    await assert.rejects(run(), /^Error: no$/);
    await assert.rejects(run(), /^Error: no$/);
  });

  it('stops waiting with the reason of the signal', async () => {
    const file = join(dir, 'aborted');
    const controller = new AbortController();
    await withLock(file, host, quick, async () => {
      const onWait = () => controller.abort(new Error('enough'));
      const waiting = withLock(file, host, { ...quick, signal: controller.signal, onWait }, async () => {});
      await assert.rejects(waiting, /^Error: enough$/);
    });
  });

  it('refuses where it can not tell processes apart: controlplane/unsupported-platform', async () => {
    const nowhere = testHost({ pid: 2 ** 22 + 1 });
    await assert.rejects(
      withLock(join(dir, 'x'), nowhere, quick, async () => {}),
      { code: 'controlplane/unsupported-platform' },
    );
  });
});
