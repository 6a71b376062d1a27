import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { clientVersions, readVersions } from '../../../../../src/lib/features/install/version.ts';
import { makeDeployment, makeMarker, scriptPorts } from './scripted-ports.ts';

const NAMESPACE = { namespace: 'flux-system' };

describe('clientVersions()', () => {
  it('is the version of Flux that is followed', () => {
    assert.deepEqual(clientVersions(), { flux: 'v2.9.4' });
  });
});

describe('readVersions()', () => {
  it('reads the versions of the controllers, sorted', async () => {
    const objects = [
      makeMarker({ 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.4' }),
      makeDeployment('source-controller', 'ghcr.io/fluxcd/source-controller:v1.9.4', true),
      makeDeployment('helm-controller', 'ghcr.io/fluxcd/helm-controller:v1.6.3', true),
    ];
    const versions = await readVersions(NAMESPACE, scriptPorts({ objects }).ports);
    assert.deepEqual(Object.entries(versions), [
      ['flux', 'v2.9.4'],
      ['distribution', 'flux-v2.9.4'],
      ['helm-controller', 'v1.6.3'],
      ['source-controller', 'v1.9.4'],
    ]);
  });

  it('fails where nothing is installed', async () => {
    await assert.rejects(readVersions(NAMESPACE, scriptPorts({ objects: [] }).ports), (error) => {
      return isFluxError(error, 'install/no-deployments') && error.message === 'no deployments found in flux-system namespace';
    });
  });
});
