import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';

import { type TarEntry, writeTar } from '../../../../../src/lib/engine/artifact/format-tar.ts';
import { parseTar } from '../../../../../src/lib/engine/artifact/parse-tar.ts';

function formatTar(entries: readonly TarEntry[]): Buffer {
  const pieces: Uint8Array[] = [];
  writeTar(entries, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}

test('parseTar() reads back what formatTar() writes', () => {
  const name = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  const entry = fc.record({ name, mode: fc.constantFrom(0o600, 0o700), bytes: fc.uint8Array({ maxLength: 2_000 }) });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (entries) => {
      const parsed = parseTar(formatTar(entries.map((one) => ({ ...one, type: 'file' as const }))));
      assert.deepEqual(
        parsed.map((one) => ({ name: one.name, mode: one.mode, bytes: new Uint8Array(one.bytes) })),
        entries.map((one) => ({ name: one.name, mode: one.mode, bytes: new Uint8Array(one.bytes) })),
      );
    }),
    { numRuns: 100 },
  );
});

test('parseTar() reads archives of GNU tar and names links as other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-tar-'));
  try {
    mkdirSync(join(folder, 'd'));
    const long = 'n'.repeat(150);
    writeFileSync(join(folder, 'd', long), 'x');
    symlinkSync('d', join(folder, 'link'));
    for (const format of ['gnu', 'pax', 'ustar']) {
      const archive = execFileSync('tar', [
        '--sort=name',
        `--format=${format}`,
        '-C',
        folder,
        '-cf',
        '-',
        ...(format === 'ustar' ? ['link'] : ['.']),
      ]);
      const found = parseTar(archive).map((entry) => [entry.name, entry.type]);
      if (format === 'ustar') assert.deepEqual(found, [['link', 'other']]);
      else {
        assert.deepEqual(found, [
          ['./', 'directory'],
          ['./d/', 'directory'],
          [`./d/${long}`, 'file'],
          ['./link', 'other'],
        ]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
