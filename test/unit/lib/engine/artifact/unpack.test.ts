import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { type TarEntry, writeTar } from '../../../../../src/lib/engine/artifact/format-tar.ts';
import { computeDigest, unpack } from '../../../../../src/lib/engine/artifact/index.ts';

function formatTar(entries: readonly TarEntry[]): Buffer {
  const pieces: Uint8Array[] = [];
  writeTar(entries, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}

const entry = (name: string, text = ''): TarEntry => ({ name, mode: 0o600, type: 'file', bytes: new TextEncoder().encode(text) });
const archive = (...entries: TarEntry[]) => gzipSync(formatTar(entries));
const refuses = (bytes: Uint8Array, code: string, options = {}) =>
  assert.rejects(unpack(bytes, options), (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('unpack() gives files with their modes', async () => {
  const files = await unpack(
    archive({ ...entry('.'), type: 'directory' }, entry('./a/b', 'x'), { ...entry('run'), mode: 0o755 }),
  );
  assert.deepEqual([...files.keys()], ['a/b', 'run']);
  assert.equal(files.get('run')?.mode, 0o755);
  assert.equal(new TextDecoder().decode(files.get('a/b')?.bytes), 'x');
});

test('unpack() refuses paths that lead out', async () => {
  await refuses(archive(entry('../x')), 'artifact/unsafe-path');
  await refuses(archive(entry('/etc/passwd')), 'artifact/unsafe-path');
  await refuses(archive(entry('a/../../x')), 'artifact/unsafe-path');
});

test('unpack() refuses what unpacks to more than allowed', async () => {
  await refuses(archive(entry('a', 'x'.repeat(100_000))), 'artifact/too-large', { maxBytes: 50_000 });
});

test('unpack() refuses what has more files than allowed, links and all', async () => {
  const many = archive(entry('a'), entry('b'), { ...entry('c'), type: 'directory' });
  assert.equal((await unpack(many, { maxEntries: 3 })).size, 2);
  await refuses(many, 'artifact/too-many-files', { maxEntries: 2 });
});

test('unpack() checks the digest, with and without algorithm', async () => {
  const bytes = archive(entry('a'));
  const digest = await computeDigest(bytes);
  assert.equal((await unpack(bytes, { digest })).size, 1);
  assert.equal((await unpack(bytes, { digest: digest.slice('sha256:'.length) })).size, 1);
  await refuses(bytes, 'artifact/digest-mismatch', { digest: `sha256:${'0'.repeat(64)}` });
  await refuses(bytes, 'artifact/invalid-digest', { digest: 'md5:0' });
  await refuses(bytes, 'artifact/invalid-digest', { digest: 'sha256:short' });
});

test('unpack() refuses what is no archive', async () => {
  await refuses(new TextEncoder().encode('<html>'), 'artifact/corrupt');
  await refuses(gzipSync('no tar, but long enough to be taken for one'.repeat(50)), 'artifact/corrupt');
  await refuses(archive(entry('a', 'x'.repeat(5_000))).subarray(0, 60), 'artifact/corrupt');
  const cut = formatTar([entry('a', 'x'.repeat(5_000))]).subarray(0, 2_048);
  await refuses(gzipSync(cut), 'artifact/corrupt');
});
