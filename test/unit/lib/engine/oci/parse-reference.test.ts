import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTag, identifierOf, parseReference, repositoryName } from '../../../../../src/lib/engine/oci/index.ts';

const HEX = 'a'.repeat(64);

test('parseReference() reads hosts, repositories, tags and digests', () => {
  assert.deepEqual(parseReference('oci://ghcr.io/org/config/app:v1'), {
    registry: 'ghcr.io',
    repository: 'org/config/app',
    tag: 'v1',
  });
  assert.deepEqual(parseReference('oci://localhost:5000/app'), { registry: 'localhost:5000', repository: 'app', tag: 'latest' });
  assert.deepEqual(parseReference('oci://[::1]:5000/app:x'), { registry: '[::1]:5000', repository: 'app', tag: 'x' });
  assert.deepEqual(parseReference(`oci://ghcr.io/app@sha256:${HEX}`), {
    registry: 'ghcr.io',
    repository: 'app',
    digest: `sha256:${HEX}`,
  });
  const both = parseReference(`oci://ghcr.io/app:v1@sha256:${HEX}`);
  assert.deepEqual([both.tag, identifierOf(both), repositoryName(both)], ['v1', `sha256:${HEX}`, 'ghcr.io/app']);
});

test('parseReference() knows Docker Hub by all its names', () => {
  for (const url of ['oci://docker.io/app', 'oci://index.docker.io/app', 'oci://app']) {
    assert.deepEqual(parseReference(url), { registry: 'index.docker.io', repository: 'library/app', tag: 'latest' }, url);
  }
  assert.equal(parseReference('oci://docker.io/org/app').repository, 'org/app');
});

test('parseReference() refuses what is no address', () => {
  const bad = [
    '',
    'ghcr.io/app',
    'https://ghcr.io/app',
    'oci://',
    'oci://ghcr.io/',
    'oci://ghcr.io/App',
    'oci://ghcr.io/a//b',
    'oci://ghcr.io/../x',
    'oci://ghcr.io/a:b c',
    'oci://ghcr.io/a:',
    `oci://ghcr.io/a@sha256:${HEX}@x`,
    'oci://ghcr.io/a@sha256:12',
    'oci://a b.io/x',
    'oci://user:pw@ghcr.io/x',
    `oci://ghcr.io/${'a'.repeat(256)}`,
    'oci://ghcr.io/a/b?x',
    'oci://evil.io#.ghcr.io/a',
  ];
  for (const url of bad) assert.throws(() => parseReference(url), { code: 'oci/bad-url' }, url);
});

test('checkTag() takes what registries take', () => {
  assert.equal(checkTag('v1.0_2-x'), 'v1.0_2-x');
  for (const tag of ['', '.a', '-a', 'a/b', 'a:b', 'x'.repeat(129)])
    assert.throws(() => checkTag(tag), { code: 'oci/bad-tag' }, tag);
});
