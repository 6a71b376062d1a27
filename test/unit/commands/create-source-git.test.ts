import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { readText } from '../../../src/lib/core/read-object.ts';
import { formatOpensshKey } from '../../../src/lib/engine/git/keys/format-openssh-key.ts';
import { keptStory, memoryStore } from '../lib/features/objects/memory-store.ts';
import { runCommand } from './run-command.ts';

// The library's own generator writes a key that it cannot read, now and then.
describe('create source git over SSH', () => {
  const server = new ssh2.Server({ hostKeys: [formatOpensshKey(generateKeyPairSync('ed25519').privateKey)] }, (client) => {
    client.on('error', () => {});
  });
  let url = '';
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ssh://git@127.0.0.1:${(server.address() as AddressInfo).port}/team/app`;
  });
  after(() => {
    server.close();
  });
  const create = (more: string[], world: { answer: boolean }, store = memoryStore()) =>
    runCommand(['create', 'source', 'git', 'app', '-n', 'apps', '--branch=main', `--url=${url}`, ...more], {
      kube: store.kube,
      progress: keptStory(),
      ...world,
    });

  test('stores nothing where the deploy key is not in place: create/aborted', async () => {
    const store = memoryStore();
    await assert.rejects(create([], { answer: false }, store), { code: 'create/aborted' });
    assert.deepEqual(store.writes, []);
  });

  test('stores the identity first, then the source that names it', async () => {
    const store = memoryStore();
    await create(['--silent'], { answer: false }, store);
    assert.deepEqual(store.writes, ['create Secret/apps/app', 'create GitRepository/apps/app']);
    const data = store.get('Secret/apps/app')?.['stringData'] as Record<string, string>;
    assert.deepEqual(Object.keys(data), ['identity', 'identity.pub', 'known_hosts']);
    assert.match(data['known_hosts'] ?? '', /ssh-ed25519 /);
    assert.equal(readText(store.get('GitRepository/apps/app'), 'spec', 'secretRef', 'name'), 'app');
  });
});
