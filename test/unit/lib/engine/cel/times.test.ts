import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatMoment, formatSpan, parseMoment, parseSpan } from '../../../../../src/lib/engine/cel/times.ts';

it('parseMoment() and formatMoment() round-trip', () => {
  for (const text of [
    '1970-01-01T00:00:00Z',
    '1969-12-31T23:59:59.5Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
  ]) {
    assert.equal(formatMoment(parseMoment(text)?.nanos ?? -1n), text);
  }
});

it('parseMoment() refuses days that no month has', () => {
  for (const text of [
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01',
  ]) {
    assert.equal(parseMoment(text), undefined, text);
  }
});

it('parseSpan() and formatSpan() agree', () => {
  for (const [text, wanted] of [
    ['1h30m', '5400s'],
    ['-1.5s', '-1.5s'],
    ['1ms', '0.001s'],
    ['0', '0s'],
    ['.5m', '30s'],
  ] as const) {
    assert.equal(formatSpan(parseSpan(text)?.nanos ?? -1n), wanted);
  }
  for (const text of ['', '5', '1d', 's', '1h-1m', '99999999999h']) assert.equal(parseSpan(text), undefined, text);
});
