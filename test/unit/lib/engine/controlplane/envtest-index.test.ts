import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEnvtestArchive } from '../../../../../src/lib/engine/controlplane/envtest-index.ts';

const sha512 = 'ab'.repeat(64);
const url =
  'https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v1.36.3/envtest-v1.36.3-linux-amd64.tar.gz';

function index(hash: string, selfLink: string): string {
  return `releases:
  v1.36.3:
    envtest-v1.36.3-linux-amd64.tar.gz:
      hash: ${hash}
      selfLink: ${selfLink}
`;
}

describe('findEnvtestArchive()', () => {
  it('finds address and digest of a version for a platform', () => {
    assert.deepEqual(findEnvtestArchive(index(sha512, url), 'v1.36.3', 'linux-amd64'), { url, sha512 });
  });

  it('finds nothing for another version or platform', () => {
    assert.equal(findEnvtestArchive(index(sha512, url), 'v1.36.2', 'linux-amd64'), undefined);
    assert.equal(findEnvtestArchive(index(sha512, url), 'v1.36.3', 'darwin-arm64'), undefined);
  });

  it('refuses an index that leads elsewhere or publishes no digest: controlplane/bad-index', () => {
    for (const text of [
      index(sha512, 'https://example.com/envtest.tar.gz'),
      index(sha512, url.replace('https:', 'http:')),
      index('abc', url),
      'releases: [',
      '{}',
      '<html>',
    ]) {
      assert.throws(() => findEnvtestArchive(text, 'v1.36.3', 'linux-amd64'), { code: 'controlplane/bad-index' }, text);
    }
  });
});
