import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { parseTag } from '../../../../../../src/lib/engine/git/objects/parse-tag.ts';

const head = `object ${'1'.repeat(40)}\ntype commit\ntag v1\ntagger A <a@b> 5 +0000\n\n`;

test('parseTag() reads an annotated tag', () => {
  const tag = parseTag('id', Buffer.from(`${head}message\n`));
  assert.equal(tag.name, 'v1');
  assert.equal(tag.target, '1'.repeat(40));
  assert.equal(tag.tagger?.timeSeconds, 5);
  assert.equal(tag.message, 'message\n');
  assert.equal(tag.signature, undefined);
});

test('parseTag() splits the signature from what it covers', () => {
  const armour = '-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n';
  const tag = parseTag('id', Buffer.from(`${head}größer\n${armour}`));
  assert.equal(tag.signature, armour);
  assert.equal(tag.message, 'größer\n');
  assert.equal(Buffer.from(tag.signedPayload ?? []).toString(), `${head}größer\n`);
});

test('parseTag() refuses a tag of nothing', () => {
  assert.throws(
    () => parseTag('id', Buffer.from('tag v1\n\n')),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
});
