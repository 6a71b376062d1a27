import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../../src/lib/core/duration.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

describe('parseDuration()', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['1.s', 1000],
    ['-5m', -300_000],
    ['+5m', 300_000],
    ['100ms', 100],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['1ns', 0.000001],
    ['2h0m0s', 7_200_000],
  ];
  for (const [text, ms] of cases) test(`${text} is ${ms} ms`, () => assert.equal(parseDuration(text), ms));

  const refused: readonly (readonly [string, string])[] = [
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5 m', 'time: unknown unit " m" in duration "5 m"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
    ['m', 'time: invalid duration "m"'],
    ['.s', 'time: invalid duration ".s"'],
    ['+-5m', 'time: invalid duration "+-5m"'],
    ['1e3s', 'time: unknown unit "e" in duration "1e3s"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
  ];
  for (const [text, message] of refused) {
    test(`refuses ${JSON.stringify(text)}: core/invalid-duration`, () => {
      assert.throws(
        () => parseDuration(text),
        (error) => isFluxError(error, 'core/invalid-duration') && error.message === message,
      );
    });
  }
});

describe('formatDuration()', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0s'],
    [90_000, '1m30s'],
    [300_000, '5m0s'],
    [3_600_000, '1h0m0s'],
    [1500, '1.5s'],
    [100, '100ms'],
    [0.0015, '1.5µs'],
    [0.000001, '1ns'],
    [-90_000, '-1m30s'],
    [90_000_000, '25h0m0s'],
  ];
  for (const [ms, text] of cases) test(`${ms} ms is ${text}`, () => assert.equal(formatDuration(ms), text));
});

test('parseDuration() reads back what formatDuration() writes', () => {
  // Whole milliseconds up to four years, and nanoseconds up to a day.
  const ms = fc.oneof(
    fc.integer({ min: -(2 ** 37), max: 2 ** 37 }),
    fc.integer({ min: 0, max: 86_400_000_000 }).map((ns) => ns / 1e6),
  );
  fc.assert(fc.property(ms, (value) => assert.equal(parseDuration(formatDuration(value)), value)));
});
