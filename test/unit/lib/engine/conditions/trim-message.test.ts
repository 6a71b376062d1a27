import assert from 'node:assert/strict';
import { it } from 'node:test';
import { trimMessage } from '../../../../../src/lib/engine/conditions/trim-message.ts';

it('trimMessage() leaves what fits', () => {
  const longest = 'x'.repeat(32_768);
  assert.equal(trimMessage(longest), longest);
});

it('trimMessage() cuts at 32768 bytes, never within a character', () => {
  assert.equal(trimMessage('x'.repeat(32_769)), `${'x'.repeat(32_765)}...`);
  const cut = trimMessage('€'.repeat(20_000));
  assert.ok(new TextEncoder().encode(cut).length <= 32_768);
  assert.match(cut, /^€+\.\.\.$/);
});
