import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkJobToken } from '../../../../../src/lib/features/bootstrap/check-job-token.ts';

test('checkJobToken() refuses the token of a job, and names the one to make', () => {
  const cases: readonly (readonly [token: string, jobToken: string, message: RegExp])[] = [
    ['', 'glcbt-64_abcdefghij', /^there is no GITLAB_TOKEN, and the CI_JOB_TOKEN makes no repositories/],
    ['abc', 'abc', /^the token is the CI_JOB_TOKEN of a job, which makes no repositories/],
    ['glcbt-64_abcdefghij', '', /^the token is the CI_JOB_TOKEN/],
  ];
  for (const [token, jobToken, message] of cases) {
    assert.throws(
      () => checkJobToken(token, jobToken),
      (error) => isFluxError(error, 'forge/job-token') && message.test(error.message) && /GITLAB_TOKEN/.test(error.hint ?? ''),
    );
  }
  checkJobToken('glpat-abcdefghij', 'glcbt-64_abcdefghij');
  checkJobToken('', '');
});
