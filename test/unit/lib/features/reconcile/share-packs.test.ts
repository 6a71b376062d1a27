import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sharePacks } from '../../../../../src/lib/features/reconcile/share-packs.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('sharePacks() loads once what several want at the same time, and never what is kept', async () => {
  const kept = new Map<string, Uint8Array>();
  const store = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    put: (key: string, pack: Uint8Array) => Promise.resolve(void kept.set(key, pack)),
  };
  let loads = 0;
  const load = () => {
    loads += 1;
    return Promise.resolve(bytes('pack'));
  };
  const packs = sharePacks(store);
  await Promise.all([packs.keep('a', load), packs.keep('a', load), packs.keep('a', load)]);
  assert.equal(loads, 1);
  await sharePacks(store).keep('a', load);
  assert.equal(loads, 1);
  await packs.keep('b', load);
  assert.equal(loads, 2);
});

test('sharePacks() keeps in memory where there is no store', async () => {
  const packs = sharePacks(undefined);
  await packs.keep('a', () => Promise.resolve(bytes('pack')));
  assert.deepEqual(await packs.keep('a', () => assert.fail('it is there')), bytes('pack'));
});

test('sharePacks() lets each try for itself where the first one failed or got nothing', async () => {
  const packs = sharePacks(undefined);
  const [first, second] = await Promise.allSettled([
    packs.keep('a', () => Promise.reject(new Error('not for you'))),
    packs.keep('a', () => Promise.resolve(bytes('pack'))),
  ]);
  assert.equal(first.status, 'rejected');
  assert.deepEqual(second, { status: 'fulfilled', value: bytes('pack') });
  assert.equal(await packs.keep('b', () => Promise.resolve(undefined)), undefined);
  assert.deepEqual(await packs.keep('b', () => Promise.resolve(bytes('late'))), bytes('late'));
});
