import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { findFreePorts, isFreePort } from '../../../../../src/lib/engine/controlplane/free-port.ts';

describe('findFreePorts()', () => {
  it('gives different ports below those that systems hand out', async () => {
    const ports = await findFreePorts(5);
    assert.equal(new Set(ports).size, 5);
    for (const port of ports) assert.ok(port >= 20_000 && port < 32_000, String(port));
  });

  it('gives up: controlplane/no-free-port', async () => {
    await assert.rejects(findFreePorts(12_001), { code: 'controlplane/no-free-port' });
  });
});

describe('isFreePort()', () => {
  it('is false while somebody listens', async () => {
    const [port = 0] = await findFreePorts(1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    assert.equal(await isFreePort(port), false);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await isFreePort(port), true);
  });
});
