import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import {
  formatFingerprint,
  formatHostPattern,
  judgeHostKey,
  keyTypeOf,
  parseKnownHosts,
  selectKnownHosts,
} from '../../../../../src/lib/engine/git/known-hosts.ts';

const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(32, 7)]);
const other = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(32, 8)]);
const line = (hosts: string, blob = key) => `${hosts} ssh-ed25519 ${blob.toString('base64')}`;
const verdict = (text: string, host = 'git.example.com', port = 22, shown: Uint8Array = key) =>
  judgeHostKey(selectKnownHosts(parseKnownHosts(text), host, port), shown);

test('judgeHostKey() knows, misses and refuses keys', () => {
  assert.equal(verdict(line('git.example.com')), 'known');
  assert.equal(verdict(line('GIT.example.com,other')), 'known');
  assert.equal(verdict(line('git.example.com'), 'git.example.com', 22, other), 'mismatch');
  assert.equal(verdict(line('other')), 'unknown');
  assert.equal(verdict(''), 'unknown');
  assert.equal(verdict(`${line('git.example.com', other)}\n${line('git.example.com')}`), 'known');
});

test('selectKnownHosts() minds ports, wildcards and negations', () => {
  assert.equal(verdict(line('[git.example.com]:2222'), 'git.example.com', 2222), 'known');
  assert.equal(verdict(line('git.example.com'), 'git.example.com', 2222), 'unknown');
  assert.equal(verdict(line('*.example.com')), 'known');
  assert.equal(verdict(line('*.example.com,!git.example.com')), 'unknown');
  assert.equal(verdict(line('gi?.example.com')), 'known');
  assert.equal(verdict(line('::1'), '::1'), 'known');
  assert.equal(verdict(line('[::1]'), '::1'), 'known');
});

test('selectKnownHosts() understands hashed names', () => {
  const salt = Buffer.alloc(20, 3);
  const hash = createHmac('sha1', salt).update('[git.example.com]:2222').digest('base64');
  const text = line(`|1|${salt.toString('base64')}|${hash}`);
  assert.equal(verdict(text, 'git.example.com', 2222), 'known');
  assert.equal(verdict(text, 'git.example.com', 22), 'unknown');
});

test('parseKnownHosts() passes authorities, comments and rubbish over, and heeds revoked keys', () => {
  assert.equal(verdict(`# comment\n\nrubbish\n@cert-authority ${line('*')}`), 'unknown');
  assert.equal(verdict(`${line('git.example.com')}\n@revoked ${line('*')}`), 'revoked');
});

test('formatFingerprint(), keyTypeOf() and formatHostPattern() write what ssh shows', () => {
  assert.match(formatFingerprint(key), /^SHA256:[A-Za-z0-9+/]{43}$/);
  assert.equal(keyTypeOf(key), 'ssh-ed25519');
  assert.equal(keyTypeOf(new Uint8Array(2)), '');
  assert.equal(formatHostPattern('h', 22), 'h');
  assert.equal(formatHostPattern('h', 2222), '[h]:2222');
  assert.equal(formatHostPattern('::1', 22), '[::1]');
});
