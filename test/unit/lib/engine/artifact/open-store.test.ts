import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { openStore } from '../../../../../src/lib/engine/artifact/index.ts';

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flux-ts-store-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

test('openStore() gives back what was put in, and keeps equal content once', async (context) => {
  const folder = await folderFor(context);
  const store = await openStore(folder, { now: () => 1_000_000 });
  assert.equal(await store.get('a'), undefined);
  await store.put('a', bytesOf('same'));
  await store.put('b', bytesOf('same'));
  assert.equal(textOf(await store.get('a')), 'same');
  assert.equal((await readdir(join(folder, 'contents'))).length, 1);
  await store.remove('a');
  assert.equal(await store.get('a'), undefined);
  assert.equal(textOf(await store.get('b')), 'same');
});

test('openStore() makes room by what was used longest ago', async (context) => {
  let time = 1_000_000;
  const store = await openStore(await folderFor(context), { maxBytes: 20, now: () => (time += 10_000) });
  await store.put('a', bytesOf('aaaaaaaa'));
  await store.put('b', bytesOf('bbbbbbbb'));
  await store.get('a');
  await store.put('c', bytesOf('cccccccc'));
  assert.equal(await store.get('b'), undefined);
  assert.equal(textOf(await store.get('a')), 'aaaaaaaa');
  assert.equal(textOf(await store.get('c')), 'cccccccc');
});

test('openStore() forgets damaged content', async (context) => {
  const folder = await folderFor(context);
  const store = await openStore(folder, { now: () => 1_000_000 });
  await store.put('a', bytesOf('good'));
  const [name = ''] = await readdir(join(folder, 'contents'));
  await writeFile(join(folder, 'contents', name), 'evil');
  assert.equal(await store.get('a'), undefined);
  assert.deepEqual(await readdir(join(folder, 'contents')), []);
});

test('openStore() says when its folder cannot be used', async (context) => {
  const folder = await folderFor(context);
  const path = join(folder, 'file');
  await writeFile(path, '');
  const store = await openStore(path, { now: () => 0 });
  await assert.rejects(store.put('a', bytesOf('x')), (error) => isFluxError(error, 'artifact/store-failed'));
});

test('openStore() works for two at once, each of which pushes out what the other put in', async (context) => {
  const folder = await folderFor(context);
  const stores = await Promise.all([1, 2].map(() => openStore(folder, { maxBytes: 3_000, now: () => 1_000_000 })));
  const contentOf = (key: number) => `content ${key} `.repeat(50);
  await Promise.all(
    stores.flatMap((store, which) =>
      Array.from({ length: 30 }, async (_, index) => {
        const key = (index * (which + 1)) % 20;
        await store.put(String(key), bytesOf(contentOf(key)));
        const found = textOf(await store.get(String(key)));
        assert.ok(found === undefined || found === contentOf(key));
      }),
    ),
  );
  assert.ok((await readdir(join(folder, 'contents'))).length <= 10);
});

test('openStore() sweeps what a process that died has left', async (context) => {
  const folder = await folderFor(context);
  const day = 24 * 60 * 60 * 1000;
  const store = await openStore(folder, { maxBytes: 10, now: () => Date.now() + day });
  await store.put('a', bytesOf('aaaaaaaa'));
  for (const place of ['contents', 'keys']) await writeFile(join(folder, place, 'x.0123.tmp'), 'half');
  await store.put('b', bytesOf('bbbbbbbb'));
  for (const place of ['contents', 'keys']) assert.equal((await readdir(join(folder, place))).length, 1, place);
});
