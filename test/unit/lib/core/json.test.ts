import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  cloneJson,
  equalJson,
  formatJson,
  isJsonObject,
  type JsonValue,
  parseJson,
  setOwn,
} from '../../../../src/lib/core/json.ts';

/** Any JSON value, with integers beyond 2^53 among it. */
const anyJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    // A double beyond 2^53 is written by its shortest digits, which name another integer: those are bigint here.
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('parseJson() and formatJson()', () => {
  test('keep integers beyond 2^53 exact', () => {
    const text = '{"a":9007199254740993,"b":[-9223372036854775808],"c":12,"d":1.5,"e":1e20}';
    const value = parseJson(text);
    assert.deepEqual(value, { a: 9007199254740993n, b: [-9223372036854775808n], c: 12, d: 1.5, e: 1e20 });
    assert.equal(formatJson(value), '{"a":9007199254740993,"b":[-9223372036854775808],"c":12,"d":1.5,"e":100000000000000000000}');
  });

  test('give back every value', () => {
    fc.assert(
      fc.property(anyJson, (value) => assert.ok(equalJson(parseJson(formatJson(value)), value))),
      { numRuns: 1000 },
    );
  });

  test('take a long run of digits in a text for a text', () => {
    assert.deepEqual(parseJson('{"a":"9007199254740993"}'), { a: '9007199254740993' });
  });

  test('indent where told to, and leave absent members out', () => {
    assert.equal(formatJson({ a: 1n, b: undefined }, 2), '{\n  "a": 1\n}');
  });

  test('refuse what is not JSON', () => {
    assert.throws(() => parseJson('{'), SyntaxError);
    assert.throws(() => parseJson('{"a":9007199254740993'), SyntaxError);
  });
});

describe('equalJson()', () => {
  const same: readonly (readonly [JsonValue | undefined, JsonValue | undefined])[] = [
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [1n, 1],
    [2n ** 60n, 2n ** 60n],
    [
      [1, [null]],
      [1, [null]],
    ],
  ];
  for (const [a, b] of same) test(`${formatJson(a)} is ${formatJson(b)}`, () => assert.ok(equalJson(a, b)));

  const different: readonly (readonly [JsonValue | undefined, JsonValue | undefined])[] = [
    [{ a: null }, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [{}, []],
    [{}, null],
    ['1', 1],
    [1n, '1'],
    [{ toString: 1 }, {}],
    [{}, { constructor: 1 }],
    [[1], [1, 2]],
  ];
  for (const [a, b] of different) test(`${formatJson(a)} is not ${formatJson(b)}`, () => assert.equal(equalJson(a, b), false));
});

describe('cloneJson()', () => {
  test('makes an equal value that shares nothing', () => {
    const value = { a: [{ b: 1n }], c: null };
    const copy = cloneJson(value);
    assert.deepEqual(copy, value);
    copy.a[0] = { b: 2n };
    assert.deepEqual(value.a, [{ b: 1n }]);
  });

  test('copies a member called __proto__ as a member', () => {
    const copy = cloneJson(parseJson('{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    assert.ok(Object.hasOwn(copy, '__proto__'));
    assert.equal(copy['polluted'], undefined);
  });

  test('is equal to what it copied', () => {
    fc.assert(fc.property(anyJson, (value) => assert.ok(equalJson(cloneJson(value), value))));
  });
});

test('isJsonObject() takes neither lists nor null for objects', () => {
  assert.ok(isJsonObject({}));
  for (const value of [[], null, undefined, 'x', 1, 1n]) assert.equal(isJsonObject(value), false);
});

test('setOwn() sets __proto__ as any other member', () => {
  const object = {};
  setOwn(object, '__proto__', 'x');
  assert.deepEqual(Object.keys(object), ['__proto__']);
  assert.equal(Object.getPrototypeOf(object), Object.prototype);
});
