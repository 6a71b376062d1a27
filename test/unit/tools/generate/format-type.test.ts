import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatType } from '../../../../tools/generate/format-type.ts';

describe('formatType()', () => {
  it('writes plain types', () => {
    assert.equal(formatType({ type: 'string' }), 'string');
    assert.equal(formatType({ type: 'integer' }), 'number');
    assert.equal(formatType({ type: 'boolean', nullable: true }), 'boolean | null');
    assert.equal(formatType({ 'x-kubernetes-int-or-string': true }), 'number | string');
    assert.equal(formatType({ 'x-kubernetes-preserve-unknown-fields': true }), 'JsonValue');
  });

  it('writes enumerations as unions', () => {
    assert.equal(formatType({ type: 'string', enum: ['a', 'b'] }), "'a' | 'b'");
    assert.equal(formatType({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }), "Array<'a' | 'b'>");
  });

  it('writes lists and maps', () => {
    assert.equal(formatType({ type: 'array', items: { type: 'string' } }), 'string[]');
    assert.equal(formatType({ type: 'object', additionalProperties: { type: 'string' } }), 'Record<string, string>');
    assert.equal(formatType({ type: 'object' }), 'JsonObject');
  });

  it('writes objects with what is required and what is not', () => {
    const schema = {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, 'x-y': { type: 'object', properties: { deep: { type: 'integer' } } } },
    };
    assert.equal(formatType(schema), "{\nname: string;\n'x-y'?: {\ndeep?: number;\n};\n}");
  });
});
