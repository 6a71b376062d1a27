import assert from 'node:assert/strict';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';

/** The code of the error that a call throws; it must be one of ours. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (isFluxError(error)) return error.code;
    throw error;
  }
  return assert.fail('nothing was thrown');
}
