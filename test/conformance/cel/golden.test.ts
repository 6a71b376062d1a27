import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isFluxError } from '../../../src/lib/core/errors.ts';
import { type CelValue, compile } from '../../../src/lib/engine/cel/index.ts';

/** An expression and what cel-go printed: a value, `ERR` or `PARSE_ERR`. */
type GoldenCase = readonly [string, string];

const GOLDEN = fileURLToPath(new URL('../../../../shared/golden/cel.jsonl', import.meta.url));

/** Their object had been read with all numbers as doubles; Kubernetes' decoder, which Flux uses, reads whole ones as ints. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'spec.replicas + 1': '3',
  'spec.replicas / 2': '1',
  'spec.big == 9007199254740993': 'false',
};

if (!existsSync(GOLDEN)) {
  test('the results of cel-go', (t) => t.skip('../shared/golden/cel.jsonl is not there'));
} else {
  const [head = '', ...lines] = readFileSync(GOLDEN, 'utf8').trim().split('\n');
  const { object } = JSON.parse(head) as { object: Readonly<Record<string, unknown>> };
  for (const [expression, wanted] of lines.map((line) => JSON.parse(line) as GoldenCase)) {
    test(`compile() ${expression}`, async () => {
      assert.equal(await answer(expression, object), OTHERWISE[expression] ?? wanted);
    });
  }
}

async function answer(expression: string, object: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    return print((await compile(expression)).evaluate(object));
  } catch (error) {
    if (isFluxError(error, 'cel/invalid')) return 'PARSE_ERR';
    if (isFluxError(error, 'cel/failed')) return 'ERR';
    throw error;
  }
}

/** As Go's `%v` prints. */
function print(value: CelValue): string {
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`;
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'uint') return String(value.value);
  return String(value);
}
