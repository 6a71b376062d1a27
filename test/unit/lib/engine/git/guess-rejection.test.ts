import assert from 'node:assert/strict';
import { test } from 'node:test';

import { guessIsDenied, guessIsMissing, guessIsStale } from '../../../../../src/lib/engine/git/guess-rejection.ts';

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

test('guessIsMissing() and guessIsDenied() know the words of servers', () => {
  for (const words of [
    'ERROR: Repository not found.',
    "fatal: '/x.git' does not appear to be a git repository",
    "ERROR: The project you were looking for could not be found or you don't have permission to view it.",
  ]) {
    assert.equal(guessIsMissing(words), true, words);
  }
  for (const words of [
    'ERROR: Permission to a/b.git denied to c.',
    'ERROR: The key you are authenticating with has been marked as read only.',
  ]) {
    assert.equal(guessIsDenied(words), true, words);
    assert.equal(guessIsMissing(words), false, words);
  }
});
