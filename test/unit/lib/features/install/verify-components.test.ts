import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { verifyComponents } from '../../../../../src/lib/features/install/verify-components.ts';
import { makeDeployment, scriptPorts } from './scripted-ports.ts';

const OPTIONS = { namespace: 'flux-system', timeoutMs: 1_000 };

describe('verifyComponents()', () => {
  it('tells of each, sorted by name', async () => {
    const objects = [makeDeployment('source-controller', 'x:1', true), makeDeployment('helm-controller', 'x:1', true)];
    const { ports, told } = scriptPorts({ objects });
    await verifyComponents(['source-controller', 'helm-controller'], OPTIONS, ports);
    assert.deepEqual(told, ['✔ helm-controller: deployment ready', '✔ source-controller: deployment ready']);
  });

  it('fails where one is missing or not ready, and names it', async () => {
    const { ports, told } = scriptPorts({ objects: [makeDeployment('source-controller', 'x:1', false)] });
    await assert.rejects(verifyComponents(['source-controller', 'helm-controller'], OPTIONS, ports), (error) => {
      return isFluxError(error, 'install/not-ready') && error.message.includes('2 of 2 controllers');
    });
    assert.match(told[0] ?? '', /^✗ helm-controller: deployment not found/);
    assert.match(told[1] ?? '', /^✗ source-controller: deployment not ready: ./);
  });
});
