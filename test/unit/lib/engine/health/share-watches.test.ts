import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { type HealthReader, shareWatches } from '../../../../../src/lib/engine/health/index.ts';

const KIND = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;
const deployment = (name: string): K8sObject => ({ ...KIND, metadata: { name, namespace: 'apps' } });

/** A reader whose watches tell of `names` and then wait for their signal. */
function watching(names: readonly string[], refuses: (fieldSelector: string | undefined) => boolean = () => false) {
  const opened: string[] = [];
  let ended = 0;
  const reader: HealthReader = {
    get: () => Promise.resolve(undefined),
    list: () => Promise.resolve({ items: [] }),
    async *watch(_kind, { fieldSelector, signal }) {
      opened.push(fieldSelector ?? 'all');
      if (refuses(fieldSelector)) throw new FluxError('kube/forbidden', 'watch is forbidden');
      for (const name of names) {
        if (fieldSelector === undefined || fieldSelector === `metadata.name=${name}`) {
          yield { type: 'ADDED', object: deployment(name) } as const;
        }
      }
      yield { type: 'SYNCED' } as const;
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve());
      });
      ended++;
    },
  };
  return { reader, opened, ended: () => ended };
}

/** Listens until all objects that were there have been told, and stays with it until the signal. */
async function listen(reader: HealthReader, fieldSelector: string | undefined, signal: AbortSignal): Promise<string[]> {
  const heard: string[] = [];
  const synced = Promise.withResolvers<string[]>();
  const options = { namespace: 'apps', signal, ...(fieldSelector === undefined ? {} : { fieldSelector }) };
  const work = async (): Promise<void> => {
    for await (const event of reader.watch(KIND, options)) {
      if (event.type === 'SYNCED') synced.resolve(heard);
      else heard.push(event.object.metadata.name);
    }
  };
  work().catch((error: unknown) => {
    if (!signal.aborted) synced.reject(error);
  });
  return synced.promise;
}

it('shareWatches() opens one watch for all that listen to a kind in a namespace, and ends it after the last', async () => {
  const { reader, opened, ended } = watching(['a', 'b']);
  const shared = shareWatches(reader);
  const first = new AbortController();
  const second = new AbortController();
  assert.deepEqual(await listen(shared, undefined, first.signal), ['a', 'b']);
  assert.deepEqual(await listen(shared, 'metadata.name=b', second.signal), ['b']);
  assert.deepEqual(opened, ['all']);
  first.abort();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(ended(), 0);
  second.abort();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(ended(), 1);
});

it('shareWatches() watches few single objects by themselves, and many together', async () => {
  const { reader, opened } = watching(['a', 'b', 'c', 'd']);
  const shared = shareWatches(reader);
  const stop = new AbortController();
  for (const name of ['a', 'b', 'c', 'd']) {
    assert.deepEqual(await listen(shared, `metadata.name=${name}`, stop.signal), [name]);
  }
  assert.deepEqual(opened, ['metadata.name=a', 'metadata.name=b', 'all']);
  stop.abort();
});

it('shareWatches() leaves single watches to those who may not watch a whole kind', async () => {
  const { reader, opened } = watching(['a', 'b', 'c'], (fieldSelector) => fieldSelector === undefined);
  const shared = shareWatches(reader);
  const stop = new AbortController();
  for (const name of ['a', 'b', 'c']) {
    assert.deepEqual(await listen(shared, `metadata.name=${name}`, stop.signal), [name]);
  }
  assert.deepEqual(opened, ['metadata.name=a', 'metadata.name=b', 'all', 'metadata.name=c']);
  stop.abort();
});
