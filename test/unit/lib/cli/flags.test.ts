import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boolean,
  choice,
  cleanRelativePath,
  custom,
  duration,
  type Flag,
  integer,
  keyValues,
  number,
  readFlag,
  relativePath,
  string,
  stringArray,
  strings,
} from '../../../../src/lib/cli/flags.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

const description = 'x';

function read<T>(flag: Flag<T>, ...texts: string[]): T {
  let value: T | undefined;
  for (const text of texts) value = readFlag('it', flag, text, value);
  return value as T;
}

function refuses<T>(flag: Flag<T>, text: string, message: RegExp): void {
  assert.throws(
    () => read(flag, text),
    (error) => isFluxError(error, 'usage/bad-value') && message.test(error.message),
    `${text} should be refused`,
  );
}

test('string() takes any text, and shows its default', () => {
  assert.equal(read(string({ description }), ' a '), ' a ');
  assert.equal(string({ description, default: 'main' }).defaultText, 'main');
  assert.equal('defaultText' in string({ description }), false);
});

test('boolean() reads what strconv.ParseBool reads', () => {
  const flag = boolean({ description });
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) assert.equal(read(flag, text), true);
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) assert.equal(read(flag, text), false);
  for (const text of ['yes', '', 'tRUE', '2']) refuses(flag, text, /invalid syntax/);
  assert.equal(flag.bare, 'true');
});

test('integer() takes whole numbers only', () => {
  const flag = integer({ description, default: 300 });
  assert.equal(read(flag, '42'), 42);
  assert.equal(read(flag, '-7'), -7);
  assert.equal(read(flag, '0x1f'), 31);
  for (const text of ['1.5', '', 'x', '99999999999999999999', 'NaN', 'Infinity']) refuses(flag, text, /strconv\.ParseInt/);
  assert.equal(flag.defaultText, '300');
});

test('number() takes finite numbers only', () => {
  const flag = number({ description });
  assert.equal(read(flag, '1.5'), 1.5);
  for (const text of ['', ' ', 'x', 'Infinity']) refuses(flag, text, /strconv\.ParseFloat/);
});

test('duration() reads milliseconds, its default too', () => {
  const flag = duration({ defaultText: '5m0s', description });
  assert.equal(flag.default, 300_000);
  assert.equal(read(flag, '1h'), 3_600_000);
  refuses(flag, '5', /missing unit in duration "5"/);
});

test('strings() splits at commas as CSV does, and adds up', () => {
  const flag = strings({ description, default: ['a'] });
  assert.deepEqual(read(flag, 'x,y'), ['x', 'y']);
  assert.deepEqual(read(flag, 'x', '"y,z"'), ['x', 'y,z']);
  assert.deepEqual(read(flag, ''), []);
  refuses(flag, 'a"b', /bare " in non-quoted-field/);
});

test('stringArray() leaves commas alone', () => {
  assert.deepEqual(read(stringArray({ description }), 'a,b', 'c'), ['a,b', 'c']);
});

test('choice() takes one of its options, and names them where none fits', () => {
  const flag = choice({ options: ['json', 'yaml'], description });
  assert.equal(read(flag, 'yaml'), 'yaml');
  refuses(flag, 'xml', /'xml' is not supported, must be one of: json, yaml/);
  assert.throws(() => read(flag, 'xml'), { hint: 'use one of: json, yaml' });
  assert.throws(() => read(flag, 'jsn'), { hint: 'did you mean json?' });
  refuses(choice({ options: ['a'], description, refuse: (text) => `no ${text}` }), 'b', /no b$/);
});

test('custom() reads by a function of its own, and says which flag it was', () => {
  const flag = custom({ type: 'even', description, short: 'e', default: 0, parse: parseEven });
  assert.equal(read(flag, '4'), 4);
  refuses(flag, '3', /^invalid argument "3" for "-e, --it" flag: 3 is odd$/);
});

function parseEven(text: string): number {
  if (Number(text) % 2 !== 0) throw new Error(`${text} is odd`);
  return Number(text);
}

describe('cleanRelativePath()', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['apps', './apps'],
    ['./apps/', './apps'],
    ['/apps', './apps'],
    ['../../etc', './etc'],
    ['a/../../b', './b'],
    ['', './'],
    [' ./ ', './'],
    ['a//b/./c', './a/b/c'],
  ];
  for (const [text, expected] of cases)
    test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(cleanRelativePath(text), expected));

  test('is what relativePath() reads with', () => {
    const flag = relativePath({ description, default: './' });
    assert.equal(read(flag, '../x'), './x');
    assert.equal(flag.default, './');
  });
});

describe('keyValues()', () => {
  const flag = keyValues({ description });

  test('adds the pairs of each use', () => {
    assert.deepEqual(read(flag, 'a=1,b=2', 'b=3'), { a: '1', b: '3' });
    assert.deepEqual(flag.default, {});
  });

  test('takes a single pair as it is, commas and all', () => {
    assert.deepEqual(read(flag, '"k=v,w"'), { k: 'v,w' });
    assert.deepEqual(read(flag, 'k='), { k: '' });
  });

  test('refuses what is no pair', () => {
    assert.throws(() => read(flag, 'a'), { code: 'usage/bad-value', message: /: a must be formatted as key=value$/ });
    assert.throws(() => read(flag, 'a=1,b=2,c'), { message: /: c must be formatted as key=value$/ });
  });
});
