import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { type ArchiveEntry, createSourceMatcher, pack, unpack } from '../../../../../src/lib/engine/artifact/index.ts';
import { parseTar } from '../../../../../src/lib/engine/artifact/parse-tar.ts';

const file = (path: string, text = path, mode = 0o100644): ArchiveEntry => ({
  path,
  mode,
  type: 'file',
  bytes: new TextEncoder().encode(text),
});
const none = () => false;

test('pack() writes the root, then directories and files by name, links left out', async () => {
  const entries: ArchiveEntry[] = [
    file('b.txt'),
    file('a/z'),
    file('a/run', 'x', 0o100755),
    file('a-b'),
    { path: 'link', mode: 0o120000, type: 'symlink', bytes: new Uint8Array() },
    { path: 'sub', mode: 0o160000, type: 'submodule', bytes: new Uint8Array() },
    { path: 'empty', mode: 0o40000, type: 'directory', bytes: new Uint8Array() },
  ];
  const { bytes } = await pack(entries, none);
  assert.deepEqual(
    parseTar(gunzipSync(bytes)).map(({ name, mode, type }) => [name, mode.toString(8), type]),
    [
      ['.', '750', 'directory'],
      ['a', '750', 'directory'],
      ['a/run', '700', 'file'],
      ['a/z', '600', 'file'],
      ['a-b', '600', 'file'],
      ['b.txt', '600', 'file'],
      ['empty', '750', 'directory'],
      ['sub', '750', 'directory'],
    ],
  );
});

test('pack() gives the same bytes whatever the order, with the gzip header that Go writes', async () => {
  const one = await pack([file('a'), file('b')], none);
  const other = await pack([file('b'), file('a')], none);
  assert.deepEqual(one, other);
  assert.equal(Buffer.from(one.bytes.subarray(0, 10)).toString('hex'), '1f8b08000000000000ff');
  assert.match(one.digest, /^sha256:[0-9a-f]{64}$/);
  assert.equal(one.sizeBytes, one.bytes.length);
});

test('pack() keeps a file below an excluded directory, without the directory', async () => {
  const excludes = createSourceMatcher([], { ignore: '/deploy\n!/deploy/keep.yaml' });
  const { bytes } = await pack([file('deploy/keep.yaml'), file('deploy/drop.yaml')], excludes);
  assert.deepEqual(
    parseTar(gunzipSync(bytes)).map((entry) => entry.name),
    ['.', 'deploy/keep.yaml'],
  );
});

test('pack() refuses entries that lead out', async () => {
  for (const path of ['../x', '/x', 'a/../../x', 'a\0b']) {
    await assert.rejects(pack([file(path)], none), (error) => isFluxError(error, 'artifact/unsafe-path'));
  }
});

test('pack() and unpack() take long names and any letters', async () => {
  const names = [
    'ü/é.yaml',
    `${'d/'.repeat(120)}f`,
    `${'n'.repeat(200)}.yaml`,
    '🙂'.repeat(60),
    `${'p'.repeat(150)}/${'q'.repeat(100)}`,
  ];
  const { bytes, digest } = await pack(
    names.map((name) => file(name)),
    none,
  );
  const files = await unpack(bytes, { digest });
  assert.deepEqual([...files.keys()].toSorted(), names.toSorted());
  for (const [name, { bytes: content }] of files) assert.equal(new TextDecoder().decode(content), name);
});
