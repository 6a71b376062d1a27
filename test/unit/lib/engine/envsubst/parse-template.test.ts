import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageOf } from '../../../../../src/lib/core/errors.ts';
import { parseTemplate } from '../../../../../src/lib/engine/envsubst/parse-template.ts';

function sentenceOf(text: string): string {
  try {
    parseTemplate(text);
  } catch (error) {
    return messageOf(error);
  }
  return '';
}

describe('parseTemplate()', () => {
  test('tells text, expressions and operands apart', () => {
    assert.deepEqual(parseTemplate('a$$b${X:-c${Y}}'), [
      { text: 'a$b' },
      {
        variable: 'X',
        operator: ':-',
        operands: [{ text: 'c' }, { variable: 'Y', operator: '', operands: [], offset: 10 }],
        offset: 4,
      },
    ]);
  });

  test('takes letters and digits of any script as names', () => {
    assert.deepEqual(parseTemplate('${é٣}'), [{ variable: 'é٣', operator: '', operands: [], offset: 0 }]);
  });

  test('resolves escapes in patterns and replacements only', () => {
    const [replace] = parseTemplate('${X/a\\/b$$/\\\\c\\}');
    assert.deepEqual(replace, { variable: 'X', operator: '/', operands: [{ text: 'a/b$' }, { text: '\\c\\' }], offset: 0 });
    const [fallback] = parseTemplate('${X:-a\\/$$}');
    assert.deepEqual(fallback, { variable: 'X', operator: ':-', operands: [{ text: 'a\\/$$' }], offset: 0 });
  });

  test('ends a pattern at a slash, not at a brace', () => {
    const [replace] = parseTemplate('${X/a} b/c}');
    assert.deepEqual(replace, { variable: 'X', operator: '/', operands: [{ text: 'a} b' }, { text: 'c' }], offset: 0 });
  });

  test('takes several separators for one', () => {
    assert.deepEqual(parseTemplate('${X:1::2}'), parseTemplate('${X:1:2}'));
    assert.deepEqual(parseTemplate('${X/a//b}'), parseTemplate('${X/a/b}'));
  });

  for (const [text, sentence] of [
    ['${', 'unable to parse variable name'],
    ['${}', 'unable to parse variable name'],
    ['${@}', 'unable to parse variable name'],
    ['${X', 'missing closing brace'],
    ['${X-d}', 'missing closing brace'],
    ['${X[0]}', 'missing closing brace'],
    ['${X:-d', 'unable to parse substitution within function'],
    ['${X#}', 'unable to parse substitution within function'],
    ['${X:}', 'unable to parse substitution within function'],
    ['${X//}', 'bad substitution'],
    ['${X///b}', 'unable to parse substitution within function'],
    ['${X^^^}', 'bad substitution'],
    ['${X:é}', 'bad substitution'],
    ['${X:', 'bad substitution'],
    ['${X:1', 'bad substitution'],
    ['${#}', 'bad substitution'],
    ['${#X:-d}', 'bad substitution'],
    ['${X#${Y}z}', 'bad substitution'],
  ] as const) {
    test(`refuses ${text} with "${sentence}"`, () => {
      assert.equal(sentenceOf(text), sentence);
    });
  }
});
