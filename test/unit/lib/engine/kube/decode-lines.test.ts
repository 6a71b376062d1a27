import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeLines } from '../../../../../src/lib/engine/kube/decode-lines.ts';

async function decode(chunks: Uint8Array[]): Promise<string[]> {
  return await Array.fromAsync(
    decodeLines(
      (async function* () {
        yield* chunks;
      })(),
    ),
  );
}

test('decodeLines() finds the lines wherever the bytes are cut', async () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((line) => line.trim() === line && !/[\n\r]/.test(line)),
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), async (wanted, sizes) => {
      const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(''));
      const chunks: Uint8Array[] = [];
      for (let from = 0; from < bytes.length; ) {
        const size = sizes.next().value;
        chunks.push(bytes.subarray(from, from + size));
        from += size;
      }
      assert.deepEqual(await decode(chunks), wanted);
    }),
  );
});

test('decodeLines() leaves out blank lines and a last line without an end', async () => {
  assert.deepEqual(await decode([Buffer.from('a\n\n  \nb\r\nhalf')]), ['a', 'b']);
});
