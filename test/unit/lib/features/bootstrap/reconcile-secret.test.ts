import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { planSource } from '../../../../../src/lib/features/bootstrap/plan-source.ts';
import { reconcileSecret } from '../../../../../src/lib/features/bootstrap/reconcile-secret.ts';
import { makeObject } from '../install/scripted-ports.ts';
import { makeWorld, type WorldScript } from './scripted-world.ts';

const run = async (change: Partial<BootstrapOptions>, script: Partial<WorldScript> = {}) => {
  const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: 'ssh://git@h/r', silent: true, ...change };
  const scripted = makeWorld({ objects: [], ...script });
  const outcome = await reconcileSecret(options, planSource(options), scripted.world);
  return { ...scripted, outcome, data: scripted.bodies[0]?.['stringData'] };
};
const there = { objects: [makeObject('Secret', 'flux-system', 'flux-system')] };

describe('reconcileSecret()', () => {
  it('stores the key that was given, its public half and the host key', async () => {
    const { data, outcome } = await run({ privateKey: 'KEY', password: 'pw' });
    assert.equal(outcome, 'written');
    assert.deepEqual(data, {
      identity: 'KEY',
      'identity.pub': 'public of KEY\n',
      known_hosts: 'h ssh-ed25519 AAAA',
      password: 'pw',
    });
  });

  it('makes a key where none was given', async () => {
    const { data, told } = await run({ url: 'https://h/r', password: 'mine' });
    assert.deepEqual(data, { identity: 'PRIVATE', 'identity.pub': 'ssh-new AAAA\n', known_hosts: 'h ssh-ed25519 AAAA' });
    assert.ok(told.includes('✔ public key: ssh-new AAAA'));
  });

  it('stores a token', async () => {
    const token = { url: 'https://h/r', tokenAuth: true, password: 't' };
    assert.deepEqual((await run(token)).data, { username: 'git', password: 't' });
    const bearer = { ...token, withBearerToken: true, caCertificate: 'CA' };
    assert.deepEqual((await run(bearer)).data, { bearerToken: 't', 'ca.crt': 'CA' });
  });

  it('leaves what is there alone unless a login is given', async () => {
    const { outcome, writes } = await run({ url: 'https://h/r', password: 'mine' }, there);
    assert.deepEqual([outcome, writes], ['unchanged', []]);
    assert.deepEqual((await run({ privateKey: 'KEY' }, there)).writes, ['replace Secret/flux-system/flux-system']);
  });

  it('waits for the key to be given access, and writes nothing without it', async () => {
    const asked = await run({ privateKey: 'KEY', silent: false }, { answer: true });
    assert.deepEqual(asked.asked, ['Please give the key access to your repository']);
    await assert.rejects(run({ privateKey: 'KEY', silent: false }), (error) => isFluxError(error, 'bootstrap/no-access'));
  });

  it('never tells a secret', async () => {
    const { told } = await run({ privateKey: 'KEY', password: 'hunter2' });
    assert.ok(told.every((line) => !line.includes('hunter2') && !/(?<!of )KEY/.test(line)));
  });
});
