import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { formatProxyAuthorization, parseProxyUrl } from '../../../../../../src/lib/engine/git/transport/open-tunnel.ts';

test('formatProxyAuthorization() takes the login from the fields, else from the URL', () => {
  const decode = (headers: Record<string, string>) =>
    Buffer.from((headers['proxy-authorization'] ?? '').replace('Basic ', ''), 'base64').toString();
  assert.equal(decode(formatProxyAuthorization({ url: 'http://a:b@h:1', username: 'u', password: 'p' })), 'u:p');
  assert.equal(decode(formatProxyAuthorization({ url: 'http://a:b%40@h:1' })), 'a:b@');
  assert.deepEqual(formatProxyAuthorization({ url: 'http://h:1' }), {});
});

test('parseProxyUrl() takes HTTP proxies only', () => {
  assert.equal(parseProxyUrl({ url: 'http://h:3128' }).port, '3128');
  for (const url of ['socks5://h:1', 'h:3128', '']) {
    assert.throws(
      () => parseProxyUrl({ url }),
      (error) => isFluxError(error, 'git/invalid-proxy'),
    );
  }
});
