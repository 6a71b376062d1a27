import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { parseRemoteUrl } from '../../../../../src/lib/engine/git/parse-remote-url.ts';

test('parseRemoteUrl() takes URLs apart and keeps the login out of what is shown', () => {
  assert.deepEqual(parseRemoteUrl('https://me:p%40ss@git.example.com/team/app.git'), {
    scheme: 'https',
    host: 'git.example.com',
    port: 443,
    username: 'me',
    password: 'p@ss',
    path: '/team/app.git',
    display: 'https://git.example.com/team/app.git',
  });
  assert.equal(parseRemoteUrl('ssh://git@git.example.com:2222/~me/app').port, 2222);
  assert.equal(parseRemoteUrl('ssh://git@[::1]/x').host, '::1');
  assert.equal(parseRemoteUrl('HTTP://h/x').port, 80);
});

test('parseRemoteUrl() refuses what the GitRepository API refuses', () => {
  const messageOf = (text: string) => {
    try {
      parseRemoteUrl(text);
      return '';
    } catch (error) {
      assert.ok(isFluxError(error, 'git/invalid-url'));
      return error.message;
    }
  };
  assert.equal(messageOf('git://x/y'), "git URL scheme 'git' not supported, can be: ssh, http and https");
  assert.equal(messageOf('github.com/org/repo'), "git URL scheme '' not supported, can be: ssh, http and https");
  assert.equal(messageOf('git@github.com:org/repo'), "git URL scheme '' not supported, can be: ssh, http and https");
  assert.match(messageOf('https://host'), /must have a host and the path/);
  assert.match(messageOf('https:///x'), /must have a host and the path|^$/);
});
