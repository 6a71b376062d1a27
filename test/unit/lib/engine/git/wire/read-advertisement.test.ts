import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { createByteReader } from '../../../../../../src/lib/engine/git/wire/byte-reader.ts';
import { FLUSH, formatPacket } from '../../../../../../src/lib/engine/git/wire/pkt-line.ts';
import { readAdvertisement } from '../../../../../../src/lib/engine/git/wire/read-advertisement.ts';

const id = (digit: string, length = 40) => digit.repeat(length);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const read = (...lines: string[]) =>
  readAdvertisement(createByteReader(once(Buffer.concat([...lines.map((line) => formatPacket(line)), FLUSH])), 100_000));
const refuses = (running: Promise<unknown>, code: string) =>
  assert.rejects(running, (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('readAdvertisement() reads references, peeled tags, capabilities and the default branch', async () => {
  const listed = await read(
    'version 1\n',
    `${id('1')} HEAD\0ofs-delta side-band-64k symref=HEAD:refs/heads/main agent=git/2.39\n`,
    `${id('1')} refs/heads/main\n`,
    `${id('2')} refs/tags/v1\n`,
    `${id('3')} refs/tags/v1^{}\n`,
    `shallow ${id('4')}\n`,
  );
  assert.equal(listed.head, 'refs/heads/main');
  assert.deepEqual([...listed.refs.keys()], ['HEAD', 'refs/heads/main', 'refs/tags/v1']);
  assert.deepEqual([...listed.peeled], [['refs/tags/v1', id('3')]]);
  assert.equal(listed.capabilities.get('agent'), 'git/2.39');
});

test('readAdvertisement() takes an empty repository in both its forms', async () => {
  const listed = await read(`${id('0')} capabilities^{}\0report-status`);
  assert.equal(listed.refs.size, 0);
  assert.equal(listed.capabilities.has('report-status'), true);
  assert.equal((await read()).refs.size, 0);
});

test('readAdvertisement() refuses SHA-256 repositories and rubbish', async () => {
  await refuses(read(`${id('1', 64)} HEAD\0object-format=sha256`), 'git/unsupported');
  await refuses(read(`${id('1', 64)} HEAD\0x`), 'git/unsupported');
  await refuses(read('hello'), 'git/protocol-error');
});
