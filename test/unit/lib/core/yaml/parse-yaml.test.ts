import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { FluxError } from '../../../../../src/lib/core/errors.ts';
import { parseYaml, parseYamlDocuments } from '../../../../../src/lib/core/yaml/index.ts';

function failure(run: () => unknown): FluxError {
  try {
    run();
  } catch (error) {
    assert.ok(isFluxError(error), String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

test('parseYaml() follows YAML 1.1 with the sigs schema only', () => {
  assert.deepEqual(parseYaml('{a: yes, y: 1}'), { a: true, true: 1 });
  assert.deepEqual(parseYaml('{a: yes, y: 1}', { schema: 'kyaml' }), { a: 'yes', y: 1 });
});

test('parseYaml() keeps integers of 64 bits exact', () => {
  assert.deepEqual(parseYaml('[9007199254740993, 1e3, 0o17]'), [9007199254740993n, 1000, 15]);
});

test('parseYaml() gives each alias its own copy', () => {
  const value = parseYaml('a: &x {k: [1]}\nb: *x\nc: {<<: *x, d: 1}') as { a: object; b: object; c: object };
  assert.deepEqual(value, { a: { k: [1] }, b: { k: [1] }, c: { k: [1], d: 1 } });
  assert.notEqual(value.a, value.b);
});

test('parseYaml() says yaml/invalid with file, line and column', () => {
  const error = failure(() => parseYaml('a: 1\nb: c: d', { file: 'x.yaml' }));
  assert.equal(error.code, 'yaml/invalid');
  assert.deepEqual(error.source, { file: 'x.yaml', line: 2, column: 5 });
});

test('parseYaml() counts columns in what was written, not in what it had to indent for the parser', () => {
  const error = failure(() => parseYaml('a:\n  b: "no end\n', { file: 'x.yaml' }));
  assert.deepEqual(error.source, { file: 'x.yaml', line: 3, column: 1 });
});

test('parseYaml() refuses duplicate keys with the kyaml schema', () => {
  assert.deepEqual(parseYaml('a: 1\na: 2'), { a: 2 });
  const error = failure(() => parseYaml('a: 1\na: 2', { schema: 'kyaml' }));
  assert.equal(error.code, 'yaml/invalid');
  assert.equal(error.source?.line, 2);
});

test('parseYaml() says yaml/alias-bomb for a billion laughs', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.equal(failure(() => parseYaml(lines.join('\n'))).code, 'yaml/alias-bomb');
});

test('parseYaml() says yaml/too-large beyond the limits', () => {
  assert.equal(failure(() => parseYaml('abc', { maxLength: 2 })).code, 'yaml/too-large');
  assert.equal(failure(() => parseYaml('['.repeat(2000))).code, 'yaml/too-large');
});

test('parseYaml() refuses a map that contains itself', () => {
  assert.equal(failure(() => parseYaml('a: &a {b: *a}')).code, 'yaml/invalid');
});

test('parseYamlDocuments() drops blank documents and tells the lines', () => {
  const text = '# nothing\n---\n---\n# x\na: 1\n---\nnull\n---\nb: 2\n';
  assert.deepEqual(parseYamlDocuments(text), [
    { value: { a: 1 }, line: 5 },
    { value: { b: 2 }, line: 9 },
  ]);
});

test('parseYaml() keeps a key named __proto__ as a plain member', () => {
  const value = parseYaml('__proto__: {x: 1}') as object;
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});
