import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { upsertSecret } from '../../../../../src/lib/features/install/upsert-secret.ts';
import { makeObject, scriptPorts } from './scripted-ports.ts';

const secret = { ...makeObject('Secret', 's', 'ns'), stringData: { a: '1' } };

describe('upsertSecret()', () => {
  it('creates what is not there', async () => {
    const { ports, writes } = scriptPorts({ objects: [] });
    await upsertSecret(secret, ports);
    assert.deepEqual(writes, ['create Secret/ns/s']);
  });

  it('keeps what only the old one has', async () => {
    const live = { ...makeObject('Secret', 's', 'ns'), data: { old: 'eA==' } };
    const { ports, writes, bodies } = scriptPorts({ objects: [live] });
    await upsertSecret(secret, ports);
    assert.deepEqual(writes, ['replace Secret/ns/s']);
    assert.deepEqual([bodies[0]?.['data'], bodies[0]?.['stringData']], [{ old: 'eA==' }, { a: '1' }]);
  });

  it('drops what would contradict it', async () => {
    const live = { ...makeObject('Secret', 's', 'ns'), data: { old: 'eA==', kept: 'eQ==' } };
    const { ports, bodies } = scriptPorts({ objects: [live] });
    await upsertSecret(secret, ports, ['old']);
    assert.deepEqual(bodies[0]?.['data'], { kept: 'eQ==' });
  });
});
