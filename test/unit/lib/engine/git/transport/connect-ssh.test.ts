import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseKnownHosts } from '../../../../../../src/lib/engine/git/known-hosts.ts';
import { selectHostKeyAlgorithms } from '../../../../../../src/lib/engine/git/transport/connect-ssh.ts';

test('selectHostKeyAlgorithms() prefers the kinds of key that are known', () => {
  assert.equal(selectHostKeyAlgorithms([])[0], 'ecdsa-sha2-nistp256');
  assert.deepEqual(selectHostKeyAlgorithms(parseKnownHosts('h ssh-rsa AAAA')).slice(0, 2), ['rsa-sha2-512', 'rsa-sha2-256']);
  assert.equal(selectHostKeyAlgorithms(parseKnownHosts('h ssh-ed25519 AAAA'))[0], 'ssh-ed25519');
  assert.equal(selectHostKeyAlgorithms(parseKnownHosts('h ssh-ed25519 AAAA')).length, 6);
});
