import assert from 'node:assert/strict';
import { it } from 'node:test';
import { streamEvents } from '../../../../src/commands/support/stream-events.ts';
import { FluxError, isFluxError } from '../../../../src/lib/core/errors.ts';

const never = new AbortController().signal;

async function collect(events: AsyncIterable<number>, into: number[]): Promise<void> {
  for await (const event of events) into.push(event);
}

it('streamEvents() gives all that was told, to the last, and then how it ended', async () => {
  const got: number[] = [];
  const work = async (emit: (event: number) => void): Promise<void> => {
    emit(1);
    await Promise.resolve();
    emit(2);
    emit(3);
    throw new FluxError('lease/lost', 'gone');
  };
  await assert.rejects(collect(streamEvents(work, never), got), (error) => isFluxError(error, 'lease/lost'));
  assert.deepEqual(got, [1, 2, 3]);
});

it('streamEvents() ends well by SIGTERM, badly by SIGINT and by a lost Lease', async () => {
  const run = async (signal: string, error: Error): Promise<string> => {
    const stop = new AbortController();
    stop.abort(new Error(signal));
    try {
      await collect(
        streamEvents<number>(() => Promise.reject(error), stop.signal),
        [],
      );
      return 'well';
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  assert.equal(await run('SIGTERM', new Error('SIGTERM')), 'well');
  assert.equal(await run('SIGINT', new Error('SIGINT')), 'SIGINT');
  assert.equal(await run('SIGTERM', new FluxError('lease/lost', 'gone')), 'gone');
});
