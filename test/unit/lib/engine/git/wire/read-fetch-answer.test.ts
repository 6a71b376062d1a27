import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { createByteReader } from '../../../../../../src/lib/engine/git/wire/byte-reader.ts';
import { formatFetchRequest } from '../../../../../../src/lib/engine/git/wire/format-fetch-request.ts';
import { FLUSH, formatPacket } from '../../../../../../src/lib/engine/git/wire/pkt-line.ts';
import { readFetchAnswer } from '../../../../../../src/lib/engine/git/wire/read-fetch-answer.ts';

const id = '1'.repeat(40);
const banded = new Map([['side-band-64k', '']]);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const read = (parts: Uint8Array[], capabilities: ReadonlyMap<string, string> = banded, maxBytes = 1_000) =>
  readFetchAnswer(createByteReader(once(Buffer.concat(parts)), 100_000), capabilities, maxBytes);
const refuses = (running: Promise<unknown>, code: string) =>
  assert.rejects(running, (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('readFetchAnswer() joins the pack from its bands', async () => {
  const parts = [
    formatPacket(`shallow ${id}\n`),
    FLUSH,
    formatPacket('NAK\n'),
    formatPacket('\x02counting'),
    formatPacket('\x01PA'),
    formatPacket('\x01CK'),
    FLUSH,
  ];
  assert.equal((await read(parts)).toString(), 'PACK');
  assert.equal((await read([formatPacket('NAK\n'), Buffer.from('PACK')], new Map())).toString(), 'PACK');
});

test('readFetchAnswer() heeds errors and limits', async () => {
  await refuses(read([formatPacket('NAK\n'), formatPacket('\x03out of memory')]), 'git/remote-error');
  await refuses(read([formatPacket('NAK\n'), formatPacket('\x09?')]), 'git/protocol-error');
  await refuses(read([formatPacket('what\n')]), 'git/protocol-error');
  await refuses(read([]), 'git/protocol-error');
  await refuses(read([formatPacket('NAK\n'), formatPacket(`\x01${'x'.repeat(2_000)}`), FLUSH]), 'git/too-large');
  await refuses(read([formatPacket('NAK\n'), Buffer.alloc(2_000)], new Map()), 'git/too-large');
});

test('formatFetchRequest() asks only for what the server can do', () => {
  const request = { wants: [id], depth: 1, filter: 'tree:0' };
  const rich = new Map(
    ['side-band-64k', 'ofs-delta', 'shallow', 'filter', 'multi_ack', 'multi_ack_detailed', 'agent'].map((name) => [name, '']),
  );
  const text = formatFetchRequest(request, rich).toString();
  assert.match(text, /^....want 1{40} side-band-64k ofs-delta shallow filter multi_ack_detailed agent=git\/flux-ts\n/);
  assert.match(text, /deepen 1\n....filter tree:0\n00000009done\n$/);
  assert.match(formatFetchRequest(request, new Map()).toString(), /^....want 1{40} \n00000009done\n$/);
});
