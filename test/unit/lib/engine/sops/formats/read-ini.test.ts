import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { readIni } from '../../../../../../src/lib/engine/sops/formats/read-ini.ts';
import { writeIni } from '../../../../../../src/lib/engine/sops/formats/write-ini.ts';

test('readIni() and writeIni() align keys, and keep comments and quotes', () => {
  const text = [
    'top = 1',
    '# about section',
    '[one] ; more',
    'key=value # inline',
    'long key : x',
    'quoted = "  y "',
    "single = 'z'",
    'tick = `a;b`',
    'lines = """a',
    'b"""',
    'goes = on \\',
    '  and on',
    'empty =',
    '"odd=name" = 5',
    '- = first',
    '',
    '[two words]',
    '',
  ].join('\n');
  assert.equal(
    writeIni([readIni(text, 'f')]),
    [
      'top = 1',
      '',
      '; about section',
      '; more',
      '[one]',
      '; inline',
      'key        = value',
      'long key   = x',
      'quoted     = "  y "',
      'single     = z',
      'tick       = `a;b`',
      'lines      = """a',
      'b"""',
      'goes       = on and on',
      'empty      = ',
      '`odd=name` = 5',
      '#1         = first',
      '',
      '[two words]',
      '',
    ].join('\n'),
  );
});

test('readIni() tells the line that is wrong by its number', () => {
  for (const [text, line] of [
    ['a = 1\nhunter2\n', 2],
    ['[hunter2\n', 1],
    ['a = `hunter2\n', 1],
    ['= hunter2', 1],
    ['[]', 1],
  ] as const) {
    assert.throws(
      () => readIni(text, 'f'),
      (error) => isFluxError(error, 'sops/bad-file') && error.source?.line === line && !error.message.includes('hunter2'),
      text,
    );
  }
});

test('writeIni() needs sections of plain values', () => {
  const refuses = (branch: Parameters<typeof writeIni>[0]) =>
    assert.throws(
      () => writeIni(branch),
      (error) => isFluxError(error, 'sops/cannot-write'),
    );
  refuses([{ type: 'branch', items: [{ key: 'a', value: 'b' }] }]);
  refuses([{ type: 'branch', items: [{ key: 'a', value: { type: 'branch', items: [{ key: 'b', value: [] }] } }] }]);
});
