import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkGitUrl } from '../../../../../src/lib/features/create/index.ts';

describe('checkGitUrl()', () => {
  const good: readonly (readonly [string, string])[] = [
    ['https://example.com/x', 'https'],
    ['http://example.com:8080/x', 'http'],
    ['ssh://git@example.com/x', 'ssh'],
    ['ssh://git@example.com:2222/x', 'ssh'],
    ['HTTPS://example.com', 'https'],
    ['https://[::1]:8443/x', 'https'],
  ];
  for (const [url, scheme] of good) test(`${url} is ${scheme}`, () => assert.equal(checkGitUrl(url), scheme));

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['', 'create/url-missing', /^url is required$/],
    ['ftp://example.com/x', 'create/bad-url-scheme', /^git URL scheme 'ftp' not supported, can be: ssh, http and https$/],
    ['example.com/x', 'create/bad-url-scheme', /^git URL scheme '' not supported/],
    ['git@example.com:x/y', 'create/bad-url', /first path segment in URL cannot contain colon$/],
    ['://x', 'create/bad-url', /missing protocol scheme$/],
    ['https://a b/x', 'create/bad-url', /invalid character " " in host name$/],
    ['https://a:port/x', 'create/bad-url', /invalid port ":port" after host$/],
    ['https://[::1/x', 'create/bad-url', /missing '\]' in host$/],
    ['https://[::1]x/', 'create/bad-url', /invalid port "x" after host$/],
    ['https://a\u0001/x', 'create/bad-url', /invalid control character in URL$/],
  ];
  for (const [url, code, message] of bad) {
    test(`refuses ${JSON.stringify(url)}: ${code}`, () => {
      assert.throws(
        () => checkGitUrl(url),
        (error) => isFluxError(error, code) && message.test(error.message),
      );
    });
  }

  test('says how the short form of SSH is written', () => {
    assert.throws(() => checkGitUrl('git@example.com:team/app'), { hint: 'write it as ssh://git@example.com/team/app' });
  });
});
