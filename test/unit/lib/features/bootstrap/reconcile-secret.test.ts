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
  return { ...scripted, outcome, data: scripted.bodies[0]?.['stringData'] as Record<string, string> | undefined };
};
const holding = (data: Record<string, string>) => ({
  objects: [{ ...makeObject('Secret', 'flux-system', 'flux-system'), data }],
});
const there = holding({ identity: 'S0VZ', 'identity.pub': btoa('ssh-old AAAA\n') });

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

  it('asks a forge for the key that is there, which it may have lost', async () => {
    const given: string[] = [];
    const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: 'ssh://git@h/r' };
    const { world, writes } = makeWorld(there);
    const giveAccess = async (key: string) => void given.push(key);
    assert.equal(await reconcileSecret(options, planSource(options), { ...world, giveAccess }), 'unchanged');
    assert.deepEqual([given, writes], [['ssh-old AAAA\n'], []]);
  });

  it('makes a key where there is but a token, which goes', async () => {
    const { outcome, data, bodies } = await run({}, holding({ username: 'Z2l0', password: 'dA==', other: 'eA==' }));
    assert.equal(outcome, 'written');
    assert.deepEqual(Object.keys(data ?? {}).toSorted(), ['identity', 'identity.pub', 'known_hosts']);
    assert.deepEqual(bodies[0]?.['data'], { other: 'eA==' });
  });

  it('waits for the key to be given access, and writes nothing without it', async () => {
    const asked = await run({ privateKey: 'KEY', silent: false }, { answer: true });
    assert.deepEqual(asked.asked, ['Please give the key access to your repository']);
    await assert.rejects(run({ privateKey: 'KEY', silent: false }), (error) => isFluxError(error, 'bootstrap/no-access'));
  });

  const APP = { githubAppID: '7', githubAppInstallationOwner: 'o', githubAppPrivateKey: 'PEM' };
  it('stores the keys of an app, and nothing of another login or installation beside them', async () => {
    const app = { url: 'https://h/r', tokenAuth: true, password: 'ghs_x', appSecret: APP, caCertificate: 'CA' };
    const before = holding({ githubAppInstallationID: 'MQ==', password: 'eA==', own: 'eQ==' });
    const { data, bodies } = await run(app, before);
    assert.deepEqual(data, { ...APP, 'ca.crt': 'CA' });
    assert.deepEqual(bodies[0]?.['data'], { own: 'eQ==' });
  });

  it('takes the app out where a key or a token is asked for', async () => {
    const before = holding({ githubAppID: 'Nw==', githubAppPrivateKey: 'eA==' });
    const key = await run({ url: 'https://h/r', password: 'mine' }, before);
    assert.deepEqual([key.outcome, key.data?.['identity'], key.bodies[0]?.['data']], ['written', 'PRIVATE', {}]);
    const token = await run({ url: 'https://h/r', tokenAuth: true, password: 't' }, before);
    assert.deepEqual(token.bodies[0]?.['data'], {});
  });

  it('stores nothing for a cluster that logs in to a cloud, and tells of what is left', async () => {
    const azure = { url: 'https://dev.azure.com/o/p/_git/r', provider: 'azure' } as const;
    const { outcome, writes, told } = await run(azure);
    assert.deepEqual([outcome, writes], ['none', []]);
    assert.deepEqual(told, ['✔ source needs no secret: the cluster logs in by its identity in azure']);
    assert.match((await run(azure, there)).told[1] ?? '', /^⚠ secret "flux-system\/flux-system" is still there/);
  });

  it('never tells a secret', async () => {
    const { told } = await run({ privateKey: 'KEY', password: 'hunter2' });
    assert.ok(told.every((line) => !line.includes('hunter2') && !/(?<!of )KEY/.test(line)));
  });
});
