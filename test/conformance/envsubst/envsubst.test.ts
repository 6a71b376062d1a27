import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../src/lib/core/errors.ts';
import { substitute } from '../../../src/lib/engine/envsubst/index.ts';

/** Text, variables, and what fluxcd/pkg envsubst gives in strict mode: the text, or `ERR` and its sentence. */
type GoldenCase = readonly [readonly [string, Readonly<Record<string, string>>], string];

const GOLDEN = fileURLToPath(new URL('../../../../shared/golden/envsubst.jsonl', import.meta.url));

if (!existsSync(GOLDEN)) {
  test('the results of fluxcd/pkg envsubst', (t) => t.skip('../shared/golden/envsubst.jsonl is not there'));
} else {
  const cases = readFileSync(GOLDEN, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenCase);
  for (const [[text, variables], wanted] of cases) {
    test(`substitute() ${text}`, () => {
      assert.equal(substituteOrError(text, variables), wanted);
    });
  }
}

function substituteOrError(text: string, variables: Readonly<Record<string, string>>): string {
  try {
    return substitute(text, (name) => variables[name], { strict: true });
  } catch (error) {
    return `ERR ${messageOf(error)}`;
  }
}
