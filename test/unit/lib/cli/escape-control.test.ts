import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeControl } from '../../../../src/lib/cli/escape-control.ts';

test('escapeControl() makes control characters visible', () => {
  assert.equal(escapeControl('\u001b[31mred\u007f\u0000'), '^[[31mred^?^@');
  assert.equal(escapeControl('\u009b31m'), '\\u009b31m');
  assert.equal(escapeControl('back\rover'), 'back^Mover');
});

test('escapeControl() leaves text, line breaks and tabs alone', () => {
  assert.equal(escapeControl('a\tb\nc é 日 ✔'), 'a\tb\nc é 日 ✔');
});
