import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { isFluxError } from '../../../src/lib/core/errors.ts';
import { parseConstraint, parseVersion, satisfies } from '../../../src/lib/engine/git/index.ts';

const GOLDEN = new URL('../../../../shared/golden/semver.jsonl', import.meta.url);

/** Answers as the recorded program did: `CERR` for a bad constraint, `VERR` for a bad version. */
function answer(constraint: string, version: string): string {
  try {
    const parsed = parseConstraint(constraint);
    const candidate = parseVersion(version);
    return candidate === undefined ? 'VERR' : String(satisfies(candidate, parsed));
  } catch (error) {
    if (isFluxError(error, 'git/invalid-semver')) return 'CERR';
    throw error;
  }
}

test('satisfies() agrees with Masterminds/semver on every recorded case', (context) => {
  if (!existsSync(GOLDEN)) {
    context.skip('left out: ../shared/golden/semver.jsonl is not here');
    return;
  }
  const cases = readFileSync(GOLDEN, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [[string, string], string]);
  assert.ok(cases.length > 700);
  const wrong = cases.filter(([[constraint, version], want]) => answer(constraint, version) !== want);
  assert.deepEqual(wrong, []);
});
