import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatDistribution,
  isManagedByFlux,
  readClusterInfo,
} from '../../../../../src/lib/features/install/read-cluster-info.ts';
import { makeMarker, scriptPorts } from './scripted-ports.ts';

const read = async (labels: Record<string, string>) =>
  await readClusterInfo(scriptPorts({ objects: [makeMarker(labels)] }).ports.kube);

describe('readClusterInfo()', () => {
  it('finds nothing where there is no definition', async () => {
    assert.equal(await readClusterInfo(scriptPorts({ objects: [] }).ports.kube), undefined);
  });

  it('reads version, distribution and tool from labels', async () => {
    const info = await read({
      'app.kubernetes.io/version': 'v2.8.0',
      'app.kubernetes.io/part-of': 'flux',
      'app.kubernetes.io/managed-by': 'Helm',
    });
    assert.deepEqual(info, { version: 'v2.8.0', partOf: 'flux', managedBy: 'Helm', bootstrapped: false });
  });

  it('knows a bootstrapped cluster by the label of its Kustomization', async () => {
    assert.equal((await read({ 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' }))?.bootstrapped, true);
  });
});

describe('isManagedByFlux()', () => {
  it('is true for none, for nobody and for Flux', () => {
    const info = { version: '', partOf: '', bootstrapped: false };
    assert.equal(isManagedByFlux(undefined), true);
    assert.equal(isManagedByFlux({ ...info, managedBy: '' }), true);
    assert.equal(isManagedByFlux({ ...info, managedBy: 'flux' }), true);
    assert.equal(isManagedByFlux({ ...info, managedBy: 'Helm' }), false);
  });
});

describe('formatDistribution()', () => {
  it('joins name and version', () => {
    const info = { version: 'v2.9.4', managedBy: '', bootstrapped: false };
    assert.equal(formatDistribution({ ...info, partOf: 'flux' }), 'flux-v2.9.4');
    assert.equal(formatDistribution({ ...info, partOf: '' }), 'v2.9.4');
  });
});
