import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { packFolder, unpackEntries, writeFolder } from '../../../../../src/lib/engine/artifact/index.ts';
import { KNOWN_DIGESTS, makeKnownFolder } from '../../../../support/known-folder.ts';

const none = () => false;
const excludes = (path: string) => path.endsWith('.png') || path.includes('.git');

test('packFolder() gives the bytes of flux, from a link to the folder, too', async () => {
  const folder = makeKnownFolder();
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  for (const path of [folder, link]) {
    const packed = await packFolder(path, { excludes });
    assert.equal(packed.digest, KNOWN_DIGESTS.tarball);
    assert.equal(packed.fileCount, 2);
  }
  rmSync(link);
  rmSync(folder, { recursive: true });
});

test('packFolder() follows links where it is asked to, and no circle', async () => {
  const folder = makeKnownFolder();
  symlinkSync('..', join(folder, 'apps/up'));
  const packed = await packFolder(folder, { excludes, resolveSymlinks: true });
  const names = (await unpackEntries(packed.bytes)).map(({ path }) => path);
  assert.deepEqual(names, ['apps', 'apps/config.yaml', 'apps/up', 'link', 'run.sh']);
  symlinkSync('nowhere', join(folder, 'dangling'));
  await assert.rejects(packFolder(folder, { excludes, resolveSymlinks: true }), { code: 'artifact/bad-link' });
  rmSync(folder, { recursive: true });
});

test('packFolder() has limits, and can be stopped', async () => {
  const folder = makeKnownFolder();
  await assert.rejects(packFolder(folder, { excludes: none, maxBytes: 1000 }), { code: 'artifact/too-large' });
  await assert.rejects(packFolder(folder, { excludes: none, signal: AbortSignal.abort(new Error('stop')) }), /stop/);
  await assert.rejects(packFolder(join(folder, 'missing'), { excludes: none }), { code: 'artifact/unreadable' });
  rmSync(folder, { recursive: true });
});

test('writeFolder() writes nothing where a file stands in the way of a directory', async () => {
  const folder = makeKnownFolder();
  const { bytes } = await packFolder(folder, { excludes });
  const target = mkdtempSync(join(tmpdir(), 'flux-ts-write-'));
  assert.equal(await writeFolder(target, bytes), 2);
  rmSync(join(target, 'run.sh'));
  mkdirSync(join(target, 'run.sh'));
  await assert.rejects(writeFolder(target, bytes), { code: 'artifact/unwritable' });
  rmSync(join(target, 'apps'), { recursive: true });
  writeFileSync(join(target, 'apps'), 'a file');
  await assert.rejects(writeFolder(target, bytes), { code: 'artifact/unwritable' });
  for (const dir of [folder, target]) rmSync(dir, { recursive: true });
});
