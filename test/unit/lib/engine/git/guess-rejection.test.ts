import assert from 'node:assert/strict';
import { test } from 'node:test';

import { guessIsStale } from '../../../../../src/lib/engine/git/guess-rejection.ts';

test('guessIsStale() knows the words of servers', () => {
  for (const reason of [
    'non-fast-forward',
    'fetch first',
    'failed to update ref',
    "cannot lock ref 'x': is at a but expected b",
  ]) {
    assert.equal(guessIsStale(reason), true, reason);
  }
  for (const reason of [
    'pre-receive hook declined',
    'protected branch hook declined',
    'permission denied',
    'shallow update not allowed',
  ]) {
    assert.equal(guessIsStale(reason), false, reason);
  }
});
