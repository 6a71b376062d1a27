import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { createByteReader } from '../../../../../../src/lib/engine/git/wire/byte-reader.ts';
import { FLUSH, formatPacket, readPacket, textOf } from '../../../../../../src/lib/engine/git/wire/pkt-line.ts';

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const readerOf = (text: string | Uint8Array, size = 3, maxBytes = 1_000_000) =>
  createByteReader(chunks(typeof text === 'string' ? Buffer.from(text) : text, size), maxBytes);
const refuses = (running: Promise<unknown>, code: string) =>
  assert.rejects(running, (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('readPacket() reads back what formatPacket() writes, in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 })),
      fc.integer({ min: 1, max: 700 }),
      async (payloads, size) => {
        fc.pre(payloads.every((payload) => Buffer.from(payload).toString('latin1', 0, 4) !== 'ERR '));
        const reader = readerOf(Buffer.concat([...payloads.map((payload) => formatPacket(payload)), FLUSH]), size);
        for (const payload of payloads) {
          const packet = await readPacket(reader);
          assert.deepEqual(packet.type === 'data' ? new Uint8Array(packet.payload) : packet.type, new Uint8Array(payload));
        }
        assert.equal((await readPacket(reader)).type, 'flush');
        assert.equal((await readPacket(reader)).type, 'end');
      },
    ),
    { numRuns: 50 },
  );
});

test('readPacket() knows the special packets and trims one line end', async () => {
  const reader = readerOf('0000000100020004000ahello\n');
  assert.deepEqual(
    [await readPacket(reader), await readPacket(reader), await readPacket(reader)].map((packet) => packet.type),
    ['flush', 'delimiter', 'response-end'],
  );
  assert.equal(textOf(await readPacket(reader)), '');
  assert.equal(textOf(await readPacket(reader)), 'hello');
});

test('readPacket() refuses other protocols, cut packets and the refusal of a server', async () => {
  await refuses(readPacket(readerOf('<html>')), 'git/protocol-error');
  await refuses(readPacket(readerOf('0003')), 'git/protocol-error');
  await refuses(readPacket(readerOf('0010abc')), 'git/protocol-error');
  await refuses(readPacket(readerOf('00')), 'git/protocol-error');
  await refuses(readPacket(readerOf(formatPacket('ERR upload-pack: not our ref\n'))), 'git/remote-error');
});

test('createByteReader() stops at its limit', async () => {
  await refuses(readerOf('x'.repeat(100), 10, 50).read(80), 'git/too-large');
  assert.equal((await readerOf('abcdef').readRest()).toString(), 'abcdef');
});

test('formatPacket() refuses a payload that does not fit', () => {
  assert.throws(
    () => formatPacket(new Uint8Array(65_520)),
    (error) => isFluxError(error, 'git/protocol-error'),
  );
});
