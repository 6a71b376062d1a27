import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { createGzip } from '../../../../../../src/lib/engine/artifact/gzip/create-gzip.ts';
import { type ArchiveEntry, pack } from '../../../../../../src/lib/engine/artifact/index.ts';

/** Numbers that are the same everywhere: xorshift32. */
function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const WORDS = ['apiVersion: v1\n', 'kind: ConfigMap\n', '  name: app\n', '- port: 80\n', 'é', '\n\n'];

const KINDS: Readonly<Record<string, (next: (below: number) => number, size: number) => Buffer>> = {
  random: (next, size) => Buffer.from(Array.from({ length: size }, () => next(256))),
  zeros: (_, size) => Buffer.alloc(size),
  'two letters': (next, size) => Buffer.from(Array.from({ length: size }, () => 97 + next(2))),
  words: (next, size) => Buffer.from(Array.from({ length: size / 8 }, () => WORDS[next(WORDS.length)]).join('')),
  // As far apart as a match may be, and a little more.
  'far repeats': (next, size) => {
    const piece = Buffer.from(Array.from({ length: 32_700 + next(200) }, () => next(256)));
    return Buffer.concat(Array.from({ length: Math.ceil(size / piece.length) }, () => piece)).subarray(0, size);
  },
  copies: (next, size) => {
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; ) {
      const length = Math.min(1 + next(400), size - at);
      if (at > 0 && next(2) === 0) {
        const from = next(at);
        for (let index = 0; index < length; index += 1) bytes[at + index] = bytes[from + index] ?? 0;
      } else for (let index = 0; index < length; index += 1) bytes[at + index] = next(256);
      at += length;
    }
    return bytes;
  },
};

const SIZES = [0, 1, 3, 511, 512, 513, 5_000, 32_767, 32_768, 65_535, 65_537, 200_000];

/** Digests of the archives of the same files as Go 1.26.8 writes them: archive/tar over compress/gzip, headers as source-controller's. */
const DIGESTS: Readonly<Record<string, string>> = {
  random: 'sha256:76e44e6092901d7e7f1b7754edea88e5fb79a29138ef1d68f99302e4cc969e40',
  zeros: 'sha256:552e0cbbe5445045b16c3a65cfc7890816872b458c63b5706e74f52c33147b7f',
  'two letters': 'sha256:fbb2424604f7150ff799608ae6ce813559dd3772b003a21086ec445dd3b7b641',
  words: 'sha256:2d393573e7e5b83b96c5bc55b99a23952db0f9385538edff007c3214a47af67c',
  'far repeats': 'sha256:94019242d46939ccbd080cae54b38821e3b01623fdd630662540d13e9c9ef940',
  copies: 'sha256:a1d7a6b55a6c285d420f37960800eab5e6eb902a8274279fa68d32c4faf0a5bb',
};

for (const [kind, make] of Object.entries(KINDS)) {
  test(`pack() writes the bytes that Go writes: ${kind}`, async () => {
    const next = createNumbers(kind.length);
    const entries: ArchiveEntry[] = SIZES.map((size, index) => ({
      path: `${index % 3 === 0 ? 'dir/' : ''}${index === 4 ? `${'n'.repeat(120)}é` : `file-${index}`}`,
      mode: index % 2 === 0 ? 0o100644 : 0o100755,
      type: 'file',
      bytes: make(next, size),
    }));
    const { digest } = await pack(entries, () => false);
    assert.equal(digest, DIGESTS[kind]);
  });
}

test('createGzip() writes what any gzip reads, in whatever pieces it got it', () => {
  const next = createNumbers(7);
  for (const make of Object.values(KINDS)) {
    const bytes = make(next, 150_000);
    const pieces: Buffer[] = [];
    const gzip = createGzip((piece) => pieces.push(piece));
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + next(30_000);
      gzip.write(bytes.subarray(at, at + size));
      at += size;
    }
    gzip.end();
    assert.deepEqual(gunzipSync(Buffer.concat(pieces)), bytes);
  }
});
