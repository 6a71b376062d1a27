import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../../../src/lib/cli/format-table.ts';
import type { View } from '../../../../src/lib/core/view.ts';

interface Row {
  readonly name: string;
  readonly message: string;
  readonly uid?: string;
}

const VIEW: View<Row> = [
  { title: 'Name', value: (row) => row.name },
  { title: 'Uid', value: (row) => row.uid ?? '', wide: true },
  { title: 'Message', value: (row) => row.message },
];

test('formatTable() makes columns as wide as their longest cell, and leaves nothing behind the last', () => {
  const rows = [
    { name: 'web', message: 'ready' },
    { name: 'podinfo', message: '' },
  ];
  assert.equal(formatTable(VIEW, rows), 'NAME     MESSAGE\nweb      ready\npodinfo\n');
});

test('formatTable() shows wide columns only when wide, and no head when told so', () => {
  const rows = [{ name: 'web', message: 'ready', uid: 'u1' }];
  assert.equal(formatTable(VIEW, rows, { wide: true }), 'NAME  UID  MESSAGE\nweb   u1   ready\n');
  assert.equal(formatTable(VIEW, rows, { noHeader: true }), 'web  ready\n');
  assert.equal(formatTable(VIEW, [], { noHeader: true }), '');
});

test('formatTable() puts a message of several lines on one', () => {
  assert.equal(formatTable(VIEW, [{ name: 'web', message: 'one\n  two\tthree' }], { noHeader: true }), 'web  one two three\n');
});

test('formatTable() counts wide characters as two columns and marks as none', () => {
  const rows = [
    { name: '日本', message: 'x' },
    { name: 'e\u0301', message: 'y' },
    { name: 'abcd', message: 'z' },
  ];
  assert.equal(formatTable(VIEW, rows, { noHeader: true }), '日本  x\ne\u0301     y\nabcd  z\n');
});

test('formatTable() shows escape sequences instead of obeying them', () => {
  assert.equal(formatTable(VIEW, [{ name: 'web', message: '\u001b]0;owned\u0007' }], { noHeader: true }), 'web  ^[]0;owned^G\n');
});

test('formatTable() lays out more rows than a call can have arguments', () => {
  const rows = Array.from({ length: 200_000 }, () => ({ name: 'web', message: '' }));
  assert.equal(formatTable(VIEW, rows, { noHeader: true }).length, 'web\n'.length * rows.length);
});
