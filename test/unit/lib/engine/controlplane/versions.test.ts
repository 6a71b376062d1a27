import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  formatKubernetesLinkerFlags,
  formatKubernetesVersion,
  KUBERNETES_VERSION,
  parseKubernetesVersion,
} from '../../../../../src/lib/engine/controlplane/versions.ts';

describe('parseKubernetesVersion()', () => {
  it('reads releases, pre-releases and distributions', () => {
    assert.deepEqual(parseKubernetesVersion('v1.36.3'), { major: 1, minor: 36, patch: 3, suffix: '' });
    assert.deepEqual(parseKubernetesVersion('1.36.0-rc.1\n'), { major: 1, minor: 36, patch: 0, suffix: '-rc.1' });
    assert.deepEqual(parseKubernetesVersion('v1.36.3+k3s1'), { major: 1, minor: 36, patch: 3, suffix: '+k3s1' });
  });

  it('refuses what is no version', () => {
    for (const text of ['', 'v1.36', 'latest', 'v1.36.3; rm -rf /', 'v1.36.3/../..']) {
      assert.equal(parseKubernetesVersion(text), undefined, text);
    }
  });

  it('reads what formatKubernetesVersion() writes', () => {
    const number = fc.nat({ max: 999 });
    const suffix = fc.constantFrom('', '-alpha.1', '+eks.2');
    fc.assert(
      fc.property(number, number, number, suffix, (major, minor, patch, suffix) => {
        const version = { major, minor, patch, suffix };
        assert.deepEqual(parseKubernetesVersion(formatKubernetesVersion(version)), version);
      }),
    );
  });
});

describe('formatKubernetesLinkerFlags()', () => {
  it('stamps what /version reports', () => {
    assert.equal(
      formatKubernetesLinkerFlags({ major: 1, minor: 36, patch: 3, suffix: '' }),
      '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36',
    );
  });
});

describe('KUBERNETES_VERSION', () => {
  it('is the version that the Go module pins', () => {
    const module = readFileSync(new URL('../../../../../tools/kubernetes/go.mod', import.meta.url), 'utf8');
    assert.equal(/^\s*k8s\.io\/kubernetes (\S+)/m.exec(module)?.[1], KUBERNETES_VERSION);
  });
});
