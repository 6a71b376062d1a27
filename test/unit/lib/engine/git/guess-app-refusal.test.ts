import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AppRefusal, explainAppRefusal, guessAppRefusal } from '../../../../../src/lib/engine/git/guess-app-refusal.ts';

// The words are GitHub's, as users report them.
const CASES: readonly (readonly [AppRefusal, number, string, RegExp])[] = [
  ['unknown-app', 404, 'Integration not found', /there is no app with the id 7/],
  ['unknown-app', 401, "'Issuer' claim ('iss') must be an Integer", /id 7/],
  ['wrong-key', 401, 'A JSON web token could not be decoded', /private key is none of app 7/],
  ['wrong-key', 401, 'Integration must generate a public key', /private key/],
  [
    'wrong-clock',
    401,
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    /clock/,
  ],
  ['wrong-clock', 401, "'Expiration time' claim ('exp') is too far in the future", /clock/],
  ['suspended', 403, 'This installation has been suspended', /installation 42 of app 7 is suspended/],
  ['not-installed', 404, 'Not Found', /app 7 has no installation 42/],
  ['other', 503, '', /got no token/],
];

test('guessAppRefusal() tells refusals apart, and each has a cause and a mend', () => {
  for (const [refusal, status, words, cause] of CASES) {
    assert.equal(guessAppRefusal(status, words), refusal, words);
    const explained = explainAppRefusal(refusal, { appId: '7', installationId: '42' });
    assert.match(explained.cause, cause);
    assert.notEqual(explained.hint, '');
  }
  const byOwner = { appId: '7', installationOwner: 'acme' };
  assert.equal(explainAppRefusal('not-installed', byOwner).cause, 'app 7 is not installed at acme');
  assert.equal(explainAppRefusal('suspended', byOwner).cause, 'the installation at acme of app 7 is suspended');
});
