import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNamespaces } from '../../../../../src/lib/features/install/check-namespaces.ts';
import { makeObject, scriptPorts } from './scripted-ports.ts';

describe('checkNamespaces()', () => {
  it('is content with those that are there, and names those that are not', async () => {
    const { ports, writes } = scriptPorts({ objects: [{ ...makeObject('Namespace', 'apps'), apiVersion: 'v1' }] });
    await checkNamespaces({ watchNamespaces: ['apps'] }, ports);
    await assert.rejects(checkNamespaces({ watchNamespaces: ['apps', 'web'] }, ports), {
      code: 'install/namespace-not-found',
      message: 'there is no namespace web to watch',
    });
    assert.deepEqual(writes, []);
  });
});
