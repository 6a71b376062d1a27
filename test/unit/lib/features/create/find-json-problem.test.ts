import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findJsonProblem } from '../../../../../src/lib/features/create/find-json-problem.ts';

describe('findJsonProblem()', () => {
  for (const text of ['{}', ' [1, -2.5e+3, "a\\u00e9\\n", true, null, {"a": []}] ', '"x"'])
    test(`finds nothing in ${text}`, () => assert.equal(findJsonProblem(text), undefined));

  // What Go's json.Unmarshal says of each.
  const problems: Readonly<Record<string, string>> = {
    '': 'unexpected end of JSON input',
    '{"a": 1': 'unexpected end of JSON input',
    '{not': "invalid character 'n' looking for beginning of object key string",
    '{"a" 1}': "invalid character '1' after object key",
    '{"a": 1 "b"}': "invalid character '\"' after object key:value pair",
    '{"a": 1,}': "invalid character '}' looking for beginning of object key string",
    '[1 2]': "invalid character '2' after array element",
    '[1,]': "invalid character ']' looking for beginning of value",
    "{'a': 1}": "invalid character '\\'' looking for beginning of object key string",
    '{} x': "invalid character 'x' after top-level value",
    trux: "invalid character 'x' in literal true (expecting 'e')",
    '[-]': "invalid character ']' in numeric literal",
    '[1.]': "invalid character ']' after decimal point in numeric literal",
    '[1e]': "invalid character ']' in exponent of numeric literal",
    '01': "invalid character '1' after top-level value",
    '"a\nb"': "invalid character '\\n' in string literal",
    '"\\x"': "invalid character 'x' in string escape code",
    '"\\u12g4"': "invalid character 'g' in \\u hexadecimal character escape",
    '"a': 'unexpected end of JSON input',
  };
  for (const [text, problem] of Object.entries(problems))
    test(`of ${JSON.stringify(text)} says: ${problem}`, () => assert.equal(findJsonProblem(text), problem));
});
