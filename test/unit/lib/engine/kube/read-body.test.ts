import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { readBody } from '../../../../../src/lib/engine/kube/read-body.ts';

/** A body as an HTTP/2 stream gives it, with the code that it ended with. */
function bodyOf(text: string, rstCode: number): Readable {
  return Object.assign(Readable.from([Buffer.from(text)]), { rstCode });
}

const CANCEL = 8;

it('readBody() reads a body to its end', async () => {
  assert.equal(await readBody(bodyOf('{"a":1}', 0), undefined), '{"a":1}');
});

it('readBody() refuses what ends because the connection went away, though no error tells', async () => {
  await assert.rejects(readBody(bodyOf('{"a":', CANCEL), undefined), /lost in the middle of an answer/);
  await assert.rejects(readBody(bodyOf('{"a":', CANCEL), undefined, '7'), /lost in the middle of an answer/);
});

it('readBody() takes what came whole before the connection went away', async () => {
  assert.equal(await readBody(bodyOf('{"a":1}', CANCEL), undefined, '7'), '{"a":1}');
});
