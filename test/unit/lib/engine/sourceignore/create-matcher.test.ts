import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMatcher, parsePatterns } from '../../../../../src/lib/engine/sourceignore/index.ts';

const excluded = (text: string, path: string, isDirectory = false, domain = '') =>
  createMatcher(parsePatterns(text, domain))(path, isDirectory);

test('createMatcher() lets the last pattern that matches decide', () => {
  assert.equal(excluded('*.md\n!keep.md', 'keep.md'), false);
  assert.equal(excluded('!keep.md\n*.md', 'keep.md'), true);
});

test('createMatcher() takes a file back in below an excluded directory', () => {
  assert.equal(excluded('/*\n!/deploy', 'deploy/app.yaml'), false);
  assert.equal(excluded('/*\n!/deploy', 'docs/app.yaml'), true);
});

test('createMatcher() keeps patterns to their directory', () => {
  assert.equal(excluded('*.md', 'sub/a.md', false, 'sub'), true);
  assert.equal(excluded('*.md', 'a.md', false, 'sub'), false);
  assert.equal(excluded('/a', 'sub/a', false, 'sub'), true);
  assert.equal(excluded('sub', 'sub', true, 'sub'), false);
});

test('createMatcher() knows the quirks of double stars', () => {
  assert.equal(excluded('a/**', 'a', true), true);
  assert.equal(excluded('/**', 'a'), false);
  assert.equal(excluded('**', 'a/b'), true);
  assert.equal(excluded('x/a**/b', 'x/ab/b'), false);
  assert.equal(excluded('a/**/b', 'a/b'), true);
  assert.equal(excluded('a/**/b/c', 'a/b/x/b/c'), false);
});

test('createMatcher() without patterns excludes nothing', () => {
  assert.equal(createMatcher([])('a', false), false);
});
