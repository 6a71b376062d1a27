import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { check, judgeKubernetes } from '../../../../../src/lib/features/install/check.ts';
import { makeDeployment, makeMarker, scriptPorts } from './scripted-ports.ts';

const OPTIONS = { namespace: 'flux-system', pre: false, timeoutMs: 1_000 };
const LABELS = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.4' };
const IMAGE = 'ghcr.io/fluxcd/source-controller:v1.9.4';

describe('judgeKubernetes()', () => {
  it('takes 1.33 and later, pre-releases and builds too', () => {
    for (const version of ['v1.33.0', 'v1.33.0-alpha.1', 'v1.36.3', 'v2.0.0', 'v1.34.1+k3s1', 'v1.35.0-eks-1']) {
      assert.equal(judgeKubernetes(version).ok, true, version);
    }
    assert.equal(judgeKubernetes('v1.36.3').message, 'Kubernetes 1.36.3 >=1.33.0-0');
  });

  it('refuses what is older', () => {
    const { ok, message } = judgeKubernetes('v1.32.9');
    assert.equal(ok, false);
    assert.equal(message, 'Kubernetes version v1.32.9 does not match >=1.33.0-0');
  });

  it('refuses what is no version', () => {
    assert.equal(judgeKubernetes('').message, "Kubernetes version can't be determined");
    assert.equal(judgeKubernetes('v0.0.0-master+$Format').ok, false);
  });
});

describe('check()', () => {
  it('finds a sound installation sound', async () => {
    const objects = [makeMarker(LABELS), makeDeployment('source-controller', IMAGE, true)];
    const { ports, told } = scriptPorts({ objects });
    const result = await check(OPTIONS, ports);
    assert.equal(result.ok, true);
    assert.deepEqual(told, [
      '► checking prerequisites',
      '✔ Kubernetes 1.36.3 >=1.33.0-0',
      '► checking version in cluster',
      '✔ distribution: flux-v2.9.4',
      '✔ bootstrapped: false',
      '► checking controllers',
      '✔ source-controller: deployment ready',
      `► ${IMAGE}`,
      '► checking crds',
      '✔ gitrepositories.source.toolkit.fluxcd.io/v1',
      '✔ all checks passed',
    ]);
  });

  it('looks at the cluster only, on demand', async () => {
    const { ports, told } = scriptPorts({ objects: [] });
    assert.equal((await check({ ...OPTIONS, pre: true }, ports)).ok, true);
    assert.equal(told.at(-1), '✔ prerequisites checks passed');
  });

  it('fails on an old cluster', async () => {
    const { ports, told } = scriptPorts({ objects: [], serverVersion: 'v1.30.0' });
    assert.equal((await check({ ...OPTIONS, pre: true }, ports)).ok, false);
    assert.ok(!told.includes('✔ prerequisites checks passed'));
  });

  it('fails where a controller is not ready, and says why', async () => {
    const { ports } = scriptPorts({ objects: [makeMarker(LABELS), makeDeployment('source-controller', IMAGE, false)] });
    const { ok, items } = await check(OPTIONS, ports);
    assert.equal(ok, false);
    const item = items.find((one) => one.check === 'controller');
    assert.match(item?.message ?? '', /^not ready: ./);
  });

  it('fails where nothing is installed', async () => {
    const { ports, told } = scriptPorts({ objects: [] });
    assert.equal((await check(OPTIONS, ports)).ok, false);
    const label = "with the label selector 'app.kubernetes.io/part-of=flux'";
    assert.ok(told.includes(`✗ no controllers found in the 'flux-system' namespace ${label}`));
    assert.ok(told.includes(`✗ no crds found ${label}`));
  });

  it('fails where a list is refused', async () => {
    const denied = new FluxError('kube/forbidden', 'cannot list deployments');
    const { ports } = scriptPorts({ objects: [makeMarker(LABELS)], errors: { 'list Deployment': denied } });
    const { ok, items } = await check(OPTIONS, ports);
    assert.equal(ok, false);
    assert.ok(items.some(({ message }) => message === 'cannot list deployments'));
  });
});
