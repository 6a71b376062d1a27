import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { composeJson } from '../../../../../src/lib/core/yaml/compose-json.ts';
import { composeYaml, parseYaml, type ScalarRules } from '../../../../../src/lib/core/yaml/index.ts';
import { COMPOSER, RULES } from '../../../../support/compare-readers.ts';

const isRead = (text: string, maxDepth = 1000): boolean => composeJson(text, RULES, maxDepth) !== undefined;

describe('composeJson()', () => {
  test('tells what the reader of YAML tells', () => {
    const values = fc
      .jsonValue({ stringUnit: 'grapheme-ascii', maxDepth: 4 })
      .filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        const json = composeJson(text, RULES, 1000);
        const [yaml] = composeYaml(text, COMPOSER, 'x');
        if (json !== undefined) assert.deepEqual(json.value, yaml?.value);
      }),
    );
  });

  test('reads what JSON.stringify writes in ASCII, with or without a line break behind it', () => {
    assert.ok(isRead('{"a":[1,1.5,1e+21,true,null,"x",{},[]]}'));
    assert.ok(isRead('[]\n'));
    assert.deepEqual(parseYaml('{"y":"on","a":0.1,"<<":"x"}'), { y: 'on', a: 0.1, '<<': 'x' } satisfies JsonValue);
    assert.ok(isRead('{"__proto__":1}'));
    assert.ok(Object.hasOwn(parseYaml('{"__proto__":1}') as object, '__proto__'));
  });

  test('leaves all else to the reader of YAML', () => {
    const others = [
      '{"a": 1}',
      '{"a":1,"a":2}',
      '{"a":1.0}',
      '{"a":-0}',
      '{"a":12345678901234567890}',
      '{"2":1,"1":2}',
      '{"a":"\\/"}',
      '{"a":"\\u0041"}',
      '{"a":"\u2028"}',
      '{"a":"é"}',
      '{"a":1}\n\n',
      '{"a":1}#',
      '{a: 1}',
      '{',
      '"a"',
      '',
      `{"${'k'.repeat(1025)}":1}`,
    ];
    for (const text of others) assert.equal(isRead(text), false, text);
    assert.ok(isRead('[[[]]]', 3));
    assert.equal(isRead('[[[]]]', 2), false);
    assert.equal(isRead('['.repeat(200_000) + ']'.repeat(200_000)), false);
    assert.throws(() => composeYaml('['.repeat(2000) + ']'.repeat(2000), COMPOSER, 'x'), { code: 'yaml/too-large' });
    assert.equal((parseYaml('{"a":12345678901234567890}') as { a: bigint }).a, 12345678901234567890n);
  });

  test('hands on what the caller throws', () => {
    const failing: ScalarRules = {
      ...RULES,
      quoted(text) {
        throw new Error(`no ${text}`);
      },
    };
    assert.throws(() => composeJson('["x"]', failing, 10), { message: 'no x' });
  });

  test('gives up where the caller needs more than the text', () => {
    assert.equal(composeJson('[1]', { ...RULES, plain: () => undefined }, 10), undefined);
  });
});
