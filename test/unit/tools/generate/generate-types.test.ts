import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDefinition } from '../../../../tools/generate/generate-types.ts';

const definition = (...versions: Array<{ name: string; served: boolean; schema: { openAPIV3Schema: object } }>) => ({
  spec: { group: 'example.com', names: { kind: 'Egg' }, versions },
});
const schema = { openAPIV3Schema: { properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } };

describe('formatDefinition()', () => {
  it('writes the served version', () => {
    const text = formatDefinition(definition({ name: 'v1', served: true, schema }, { name: 'v0', served: false, schema }));
    assert.match(text, /^\/\/ Generated .*\nimport type \{ K8sObject \} from '\.\.\/objects\.ts';\n/);
    assert.match(text, /\/\*\* An Egg of example\.com\/v1\. \*\/\nexport interface Egg extends K8sObject \{/);
    assert.match(text, /export type EggSpec = \{\nsize\?: number;\n\};/);
    assert.ok(!text.includes('EggStatus'));
  });

  it('refuses a definition with two served versions', () => {
    const two = definition({ name: 'v1', served: true, schema }, { name: 'v2', served: true, schema });
    assert.throws(() => formatDefinition(two), /Egg: one served version is expected, there are 2/);
  });
});
