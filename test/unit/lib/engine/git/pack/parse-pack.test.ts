import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import fc from 'fast-check';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { computeObjectId } from '../../../../../../src/lib/engine/git/pack/compute-object-id.ts';
import { formatPack } from '../../../../../../src/lib/engine/git/pack/format-pack.ts';
import { parsePack } from '../../../../../../src/lib/engine/git/pack/parse-pack.ts';
import type { GitObject } from '../../../../../../src/lib/engine/git/pack/types.ts';

const blob = (text: string): GitObject => ({ type: 'blob', bytes: new TextEncoder().encode(text) });
const MAX = 10_000_000;

/** A pack from raw entries. */
function packOf(...entries: Uint8Array[]): Buffer {
  const header = Buffer.from([0x50, 0x41, 0x43, 0x4b, 0, 0, 0, 2, 0, 0, 0, entries.length]);
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}
/** An entry of fewer than 16 bytes. */
const entry = (type: number, content: Uint8Array, between: Uint8Array = new Uint8Array(0)) =>
  Buffer.concat([Buffer.from([(type << 4) | content.length]), between, deflateSync(content)]);
const refuses = (run: () => unknown, code: string) =>
  assert.throws(run, (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('parsePack() reads back what formatPack() writes', () => {
  const object = fc.record({
    type: fc.constantFrom('blob' as const, 'tree' as const, 'commit' as const, 'tag' as const),
    bytes: fc.uint8Array({ maxLength: 40_000, size: 'max' }),
  });
  fc.assert(
    fc.property(fc.array(object, { maxLength: 6 }), (objects) => {
      const parsed = parsePack(formatPack(objects), MAX);
      for (const one of objects) {
        const found = parsed.get(computeObjectId(one));
        assert.equal(found?.type, one.type);
        assert.deepEqual(new Uint8Array(found?.bytes ?? []), one.bytes);
      }
    }),
    { numRuns: 40 },
  );
});

test('parsePack() resolves deltas by offset and by id, in any order', () => {
  const base = Buffer.from('hello world!');
  const baseEntry = entry(3, base);
  const id = computeObjectId({ type: 'blob', bytes: base });
  // Copy 6 bytes from 0, add "there".
  const delta = Buffer.from([12, 11, 0x90, 6, 5, ...Buffer.from('there')]);
  const byId = entry(7, delta, Buffer.from(id, 'hex'));
  const byOffset = entry(6, delta, Buffer.from([baseEntry.length]));
  const want = computeObjectId(blob('hello there'));
  assert.equal(parsePack(packOf(baseEntry, byOffset), MAX).has(want), true);
  assert.equal(parsePack(packOf(byId, baseEntry), MAX).has(want), true);
});

test('parsePack() refuses damage', () => {
  const good = formatPack([blob('x')]);
  refuses(() => parsePack(Buffer.from('nothing'), MAX), 'git/corrupt-data');
  const flipped = Buffer.from(good);
  flipped[14] = (flipped[14] ?? 0) ^ 1;
  refuses(() => parsePack(flipped, MAX), 'git/corrupt-data');
  refuses(() => parsePack(packOf(entry(5, Buffer.from('x'))), MAX), 'git/corrupt-data');
  refuses(() => parsePack(packOf(Buffer.from([0x31, 1, 2, 3])), MAX), 'git/corrupt-data');
  refuses(() => parsePack(packOf(entry(7, Buffer.from([0]), Buffer.alloc(20))), MAX), 'git/corrupt-data');
  refuses(() => parsePack(packOf(entry(6, Buffer.from([0]), Buffer.from([100]))), MAX), 'git/corrupt-data');
  // Says three bytes, has one, and the other way round.
  refuses(() => parsePack(packOf(Buffer.concat([Buffer.from([0x33]), deflateSync(Buffer.from('x'))])), MAX), 'git/corrupt-data');
  refuses(
    () => parsePack(packOf(Buffer.concat([Buffer.from([0x31]), deflateSync(Buffer.from('xyz'))])), MAX),
    'git/corrupt-data',
  );
  const version = Buffer.from(good);
  version[7] = 9;
  refuses(
    () => parsePack(Buffer.concat([version.subarray(0, -20), createHash('sha1').update(version.subarray(0, -20)).digest()]), MAX),
    'git/corrupt-data',
  );
});

test('parsePack() stops at its limit before it inflates', () => {
  refuses(() => parsePack(formatPack([blob('x'.repeat(5_000))]), 1_000), 'git/too-large');
});

test('parsePack() refuses more than a million objects by the number that the pack begins with: git/too-many', () => {
  const header = Buffer.concat([Buffer.from('PACK'), Buffer.from([0, 0, 0, 2]), Buffer.alloc(4)]);
  header.writeUInt32BE(1_000_001, 8);
  refuses(() => parsePack(Buffer.concat([header, createHash('sha1').update(header).digest()]), MAX), 'git/too-many');
});
