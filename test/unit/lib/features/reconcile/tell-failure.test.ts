import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FluxError, type SourcePosition } from '../../../../../src/lib/core/errors.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { tellFailure } from '../../../../../src/lib/features/reconcile/tell-failure.ts';
import { tellNamed } from '../../../../../src/lib/features/reconcile/tell-named.ts';

test('tellFailure() tells sentence, place and mend, and where in the repository it is', () => {
  const told: unknown[] = [];
  const progress = {
    ...SILENT,
    failure: (text: string, place?: SourcePosition) => void told.push([text, place]),
    detail: (text: string) => void told.push(text),
  };
  const named = tellNamed(progress, 'Kustomization/apps/web', { isNamed: () => true, isTerse: false });
  const error = new FluxError('kustomize/bad-yaml', 'not YAML', {
    hint: 'correct it',
    source: { file: '/deploy/web.yaml', line: 3, column: 1 },
  });
  tellFailure(error, named);
  assert.deepEqual(told, [
    ['Kustomization/apps/web: not YAML', { file: 'deploy/web.yaml', line: 3, column: 1 }],
    '/deploy/web.yaml:3:1',
    'correct it',
  ]);
});
