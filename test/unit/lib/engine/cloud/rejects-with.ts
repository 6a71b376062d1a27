import assert from 'node:assert/strict';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';

/** Holds that work fails with a code, a sentence and, where it is given, a mend. */
export async function rejectsWith(work: Promise<unknown>, code: string, message: RegExp, hint?: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(isFluxError(error, code), `${String(error)} is not ${code}`);
    assert.match(error.message, message);
    if (hint !== undefined) assert.match(error.hint ?? '', hint);
    return true;
  });
}
