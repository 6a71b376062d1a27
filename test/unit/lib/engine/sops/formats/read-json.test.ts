import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { readJson } from '../../../../../../src/lib/engine/sops/formats/read-json.ts';
import { writeJson } from '../../../../../../src/lib/engine/sops/formats/write-json.ts';

test('readJson() and writeJson() keep order, integers and texts', () => {
  const text = '{"b":1,"2":9007199254740993,"a":{"x":[],"y":{},"z":[1.5,"<&>\\u2028",true,null]},"1":1e30,"0":1.0}';
  assert.equal(
    writeJson(readJson(text, 'f')),
    '{\n\t"b": 1,\n\t"2": 9007199254740993,\n\t"a": {\n\t\t"x": [],\n\t\t"y": {},\n\t\t"z": [\n\t\t\t1.5,\n\t\t\t"\\u003c\\u0026\\u003e\\u2028",\n' +
      '\t\t\ttrue,\n\t\t\tnull\n\t\t]\n\t},\n\t"1": 1e+30,\n\t"0": 1\n}\n',
  );
});

test('readJson() tells the place of what is wrong and nothing of the text', () => {
  for (const [text, line, column] of [
    ['{"a": hunter2}', 1, 7],
    ['{\n "a" "hunter2"}', 2, 7],
    ['{"a": "hunter2', 1, 7],
    ['{"a": 1e999}', 1, 12],
    ['[1]', 1, 1],
    ['{"a":"\u0001hunter2"}', 1, 6],
    [`{"a":"${'x'.repeat(100_000)}`, 1, 6],
    [`{"a":"${'\\\\x'.repeat(100_000)}`, 1, 6],
  ] as const) {
    assert.throws(
      () => readJson(text, 'f.json'),
      (error) => {
        assert.ok(isFluxError(error, 'sops/bad-file'), String(error));
        assert.doesNotMatch(error.message, /hunter2/);
        assert.deepEqual([error.source?.line, error.source?.column], [line, column], text);
        return true;
      },
    );
  }
});

test('readJson() ends with the object', () => {
  assert.deepEqual(readJson('{"a": "b"} more', 'f').items, [{ key: 'a', value: 'b' }]);
});
