import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { createMatcher, parsePatterns } from '../../../src/lib/engine/sourceignore/index.ts';

const GOLDEN = new URL('../../../../shared/golden/gitignore.jsonl', import.meta.url);

test('createMatcher() agrees with go-git on every recorded case', (context) => {
  if (!existsSync(GOLDEN)) {
    context.skip('left out: ../shared/golden/gitignore.jsonl is not here');
    return;
  }
  const cases = readFileSync(GOLDEN, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [[string, string, boolean], string]);
  assert.ok(cases.length > 1800);
  const wrong = cases.filter(
    ([[text, path, isDirectory], want]) => String(createMatcher(parsePatterns(text))(path, isDirectory)) !== want,
  );
  assert.deepEqual(wrong, []);
});
