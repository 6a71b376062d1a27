import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { confirmOverride } from '../../../../../src/lib/features/install/confirm-override.ts';
import { scriptPorts } from './scripted-ports.ts';

const HELM = { version: 'v2.9.0', managedBy: 'Helm', partOf: 'flux', bootstrapped: false };

describe('confirmOverride()', () => {
  it('asks nothing where Flux manages itself', async () => {
    const { ports, asked } = scriptPorts({ objects: [] });
    await confirmOverride({ ...HELM, managedBy: 'flux' }, ports, 'installation');
    assert.deepEqual(asked, []);
  });

  it('asks before it takes over what another tool installed', async () => {
    const { ports, asked, told } = scriptPorts({ objects: [], answer: true });
    await confirmOverride(HELM, ports, 'installation');
    assert.deepEqual(asked, ['Are you sure you want to override the Helm installation?']);
    assert.deepEqual(told, ['⚠ Flux v2.9.0 has been installed on this cluster with Helm!']);
  });

  it('takes no, and nobody to ask, for no', async () => {
    const { ports } = scriptPorts({ objects: [], answer: false });
    const isCancelled = (error: unknown): boolean => isFluxError(error, 'install/cancelled');
    await assert.rejects(confirmOverride(HELM, ports, 'installation'), isCancelled);
    await assert.rejects(confirmOverride(HELM, { progress: ports.progress }, 'installation'), isCancelled);
  });
});
