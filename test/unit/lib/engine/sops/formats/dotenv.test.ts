import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { readDotenv, writeDotenv } from '../../../../../../src/lib/engine/sops/formats/dotenv.ts';

test('readDotenv() and writeDotenv() give back names, values and comments', () => {
  const text = '# note\nA=1\nB="x y"\nC=one\\ntwo\nD=\nexport E=f=g\n';
  const branch = readDotenv(`${text}\n\n`, 'f');
  assert.deepEqual(branch.items[3], { key: 'C', value: 'one\ntwo' });
  assert.equal(writeDotenv(branch), text);
});

test('writeDotenv() writes other types as texts', () => {
  const items = [
    { key: 'A', value: 5n },
    { key: 'B', value: { type: 'float', value: 2 } },
    { key: 'C', value: true },
    { key: 'D', value: null },
    { key: 'E', value: { type: 'time', text: '2020-01-02T03:04:05.6Z' } },
  ] as const;
  assert.equal(writeDotenv({ type: 'branch', items }), 'A=5\nB=2.0\nC=true\nD=<nil>\nE=2020-01-02T03:04:05Z\n');
});

test('readDotenv() tells the line that is wrong by its number', () => {
  assert.throws(
    () => readDotenv('A=1\nhunter2\n', 'f'),
    (error) => isFluxError(error, 'sops/bad-file') && error.source?.line === 2 && !error.message.includes('hunter2'),
  );
});
