import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseAuthorizedKeys } from '../../../../../src/lib/engine/signature/parse-authorized-keys.ts';

const CUT = 'AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4laku+cp4bTW368nJgsz2+UjMQNVf9E';
const key = (() => {
  const wire = (text: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), text]);
  const point = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
  return Buffer.concat([wire(Buffer.from('ssh-ed25519')), wire(point)]).toString('base64');
})();

test('parseAuthorizedKeys() reads keys with comments, options and names before them', () => {
  const text = [
    '# keys of the team',
    '',
    `ssh-ed25519 ${key}`,
    `  ssh-ed25519 ${key} alice@example.com and more\r`,
    `restrict,command="say \\"hi there\\" ssh-rsa x" ssh-ed25519 ${key} bob`,
    `carol@example.com ssh-ed25519 ${key}`,
  ].join('\n');
  assert.deepEqual(
    parseAuthorizedKeys(text).map(({ type }) => type),
    ['ssh-ed25519', 'ssh-ed25519', 'ssh-ed25519', 'ssh-ed25519'],
  );
});

test('parseAuthorizedKeys() reads nothing from an empty text', () => {
  assert.deepEqual(parseAuthorizedKeys('\n# none\n'), []);
});

test('parseAuthorizedKeys() refuses lines without a key and says which', () => {
  assert.throws(
    () => parseAuthorizedKeys(`ssh-ed25519 ${key}\nnonsense`),
    /^Error: unable to parse authorized key: line 2: no key found$/,
  );
  assert.throws(() => parseAuthorizedKeys(`ssh-rsa ${key}`), /line 1: no key found/);
  assert.throws(() => parseAuthorizedKeys(`ssh-ed25519 ${CUT}`), /line 1: the data ends too early/);
});
