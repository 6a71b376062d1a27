import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { equalJson } from '../../../../../src/lib/core/json.ts';
import { emitYaml, parseYaml } from '../../../../../src/lib/core/yaml/index.ts';

test('emitYaml() sorts keys naturally and leaves lists unindented', () => {
  assert.equal(emitYaml({ v10: 1, v2: [{ b: 1, a: [] }], B: {} }), 'B: {}\nv2:\n- a: []\n  b: 1\nv10: 1\n');
});

test('emitYaml() quotes what would be read as another type', () => {
  assert.equal(emitYaml(['yes', '1', '1:30', '0x1f', 'a: b', '']), '- "yes"\n- "1"\n- "1:30"\n- "0x1f"\n- \'a: b\'\n- ""\n');
});

test('emitYaml() folds after column 80', () => {
  const words = 'words '.repeat(20).trim();
  assert.equal(emitYaml({ a: words }), `a: ${'words '.repeat(13)}words\n  ${'words '.repeat(6).trim()}\n`);
});

test('emitYaml() writes literal blocks with their hints', () => {
  assert.equal(emitYaml({ a: ' x\ny\n\n' }), 'a: |2+\n   x\n  y\n\n');
});

test('emitYaml() writes a key of more than 128 bytes in the explicit form', () => {
  const key = 'k'.repeat(129);
  assert.equal(emitYaml({ [key]: { a: [1] } }), `? ${key}\n: a:\n  - 1\n`);
});

test('emitYaml() leaves undefined members out and keeps big integers', () => {
  assert.equal(emitYaml({ a: undefined, b: 12345678901234567890n }), 'b: 12345678901234567890\n');
});

const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', "'", '"', '\\', 'é', '😀', '\t', '1', 'longer ') });

test('parseYaml() reads back what emitYaml() wrote', () => {
  const value = fc.letrec<{ any: JsonValue }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(text, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (json) => {
      const back = parseYaml(emitYaml({ root: json }));
      return equalJson(normal(back), normal({ root: json }));
    }),
    { numRuns: 500 },
  );
});

/** Whole floats come back as integers; -0 as 0. */
function normal(value: JsonValue): JsonValue {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value) + 0;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normal(member ?? null)]));
  }
  return value;
}
