import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenge } from '../../../../../src/lib/engine/oci/index.ts';

test('parseChallenge() reads bearer challenges with commas in quotes', () => {
  assert.deepEqual(
    parseChallenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"'),
    { scheme: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull,push' },
  );
});

test('parseChallenge() reads basic ones, words without quotes and escaped ones', () => {
  assert.deepEqual(parseChallenge('Basic realm="a \\"b\\""'), { scheme: 'basic', realm: 'a "b"', service: '', scope: '' });
  assert.equal(parseChallenge('basic realm=x')?.realm, 'x');
});

test('parseChallenge() prefers bearer among several', () => {
  assert.equal(parseChallenge('Basic realm="x", Bearer realm="https://y",service="z"')?.realm, 'https://y');
  assert.equal(parseChallenge('Bearer realm="https://y", Basic realm="x"')?.scheme, 'bearer');
});

test('parseChallenge() knows no others', () => {
  for (const header of ['', 'Negotiate', 'Digest realm="x"']) assert.equal(parseChallenge(header), undefined, header);
});
