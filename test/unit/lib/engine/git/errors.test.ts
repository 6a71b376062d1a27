import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { translateError } from '../../../../../src/lib/engine/git/errors.ts';

const context = (state: { timedOut?: boolean; aborted?: boolean } = {}) => ({
  url: 'https://h/x',
  timeoutMs: 1_000,
  timedOut: () => state.timedOut ?? false,
  aborted: () => state.aborted ?? false,
});
const coded = (code: string) => Object.assign(new Error('words'), { code });

test('translateError() tells cancellation, time-out, TLS and network apart', () => {
  assert.equal(translateError(coded('ECONNRESET'), context({ aborted: true, timedOut: true })).code, 'git/aborted');
  assert.equal(translateError(coded('ECONNRESET'), context({ timedOut: true })).code, 'git/timeout');
  assert.equal(translateError(coded('SELF_SIGNED_CERT_IN_CHAIN'), context()).code, 'git/tls-failed');
  assert.equal(translateError(coded('CERT_HAS_EXPIRED'), context()).code, 'git/tls-failed');
  assert.equal(translateError(coded('ERR_SSL_WRONG_VERSION_NUMBER'), context()).code, 'git/tls-failed');
  assert.equal(translateError(coded('ENOTFOUND'), context()).code, 'git/unreachable');
  assert.equal(translateError('words', context()).code, 'git/unreachable');
});

test('translateError() lets our own errors through', () => {
  const own = new FluxError('git/auth-failed', 'no');
  assert.equal(translateError(own, context()), own);
});
