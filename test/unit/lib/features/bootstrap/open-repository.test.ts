import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import { openRepository } from '../../../../../src/lib/features/bootstrap/open-repository.ts';
import { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import type { CloudPort } from '../../../../../src/lib/features/bootstrap/index.ts';
import { makeWorld } from './scripted-world.ts';

const open = async (change: Partial<BootstrapOptions>) => {
  const scripted = makeWorld({ objects: [] });
  await openRepository({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...change }, scripted.world);
  return scripted;
};

describe('openRepository()', () => {
  it('logs in over ssh with the key, and pins the host key it shows', async () => {
    const { opened, told } = await open({ url: 'ssh://me@h:2222/r', privateKey: 'KEY', password: 'pw' });
    assert.deepEqual(opened, [
      {
        url: 'ssh://me@h:2222/r',
        auth: { kind: 'ssh', identity: 'KEY', knownHosts: 'h ssh-ed25519 AAAA', username: 'me', passphrase: 'pw' },
      },
    ]);
    assert.match(told[0] ?? '', /^✔ host key ssh-ed25519 SHA256:\S+ pinned in known_hosts$/);
  });

  it('refuses ssh without a key', async () => {
    await assert.rejects(open({ url: 'ssh://git@h/r' }), (error) => isFluxError(error, 'bootstrap/no-private-key'));
  });

  it('logs in over https with a password, a bearer token, or not at all', async () => {
    const authOf = async (change: Partial<BootstrapOptions>) =>
      ((await open({ url: 'https://h/r', ...change })).opened[0] as { auth: unknown }).auth;
    assert.deepEqual(await authOf({ password: 'pw' }), { kind: 'basic', username: 'git', password: 'pw' });
    assert.deepEqual(await authOf({ password: 'pw', withBearerToken: true }), { kind: 'bearer', token: 'pw' });
    assert.deepEqual(await authOf({ caCertificate: 'CA' }), { kind: 'none', caFile: 'CA' });
    assert.deepEqual(await authOf({ url: 'https://me:s3@h/r' }), { kind: 'basic', username: 'me', password: 's3' });
  });

  it('logs in to a cloud as this machine, anew each time, unless it has a password', async () => {
    const azure = { url: 'https://dev.azure.com/o/p/_git/r', provider: 'azure', caCertificate: 'CA' } as const;
    const scripted = makeWorld({ objects: [] });
    const asked: unknown[] = [];
    const cloud: CloudPort = {
      logInToGit: async (...given) => {
        asked.push(given);
        return { kind: 'bearer', token: `entra-${asked.length}` };
      },
    };
    const world = { ...scripted.world, cloud };
    const opened = await openRepository({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...azure }, world);
    await opened.reopen();
    assert.deepEqual(
      asked,
      Array.from({ length: 2 }, () => ['azure', azure.url, {}]),
    );
    const wanted = ['entra-1', 'entra-2'].map((token) => ({ url: azure.url, auth: { kind: 'bearer', token, caFile: 'CA' } }));
    assert.deepEqual(scripted.opened, wanted);
    await openRepository({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...azure, password: 'pat' }, world);
    assert.equal(asked.length, 2);
    await assert.rejects(open(azure), (error) => isFluxError(error, 'bootstrap/no-cloud'));
  });

  it('never tells the password of a URL', async () => {
    const { told } = await open({ url: 'https://me:s3cret@h/r' });
    assert.ok(told.every((line) => !line.includes('s3cret')));
  });

  it('tries again where the network fails, and only there', async () => {
    const attempt = async (code: 'git/unreachable' | 'git/auth-failed') => {
      const scripted = makeWorld({ objects: [] });
      let calls = 0;
      const openClone: typeof scripted.world.git.openClone = async (...args) => {
        calls++;
        if (calls === 1) throw new FluxError(code, 'no');
        return await scripted.world.git.openClone(...args);
      };
      const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: 'https://h/r' };
      await openRepository(options, { ...scripted.world, git: { ...scripted.world.git, openClone } });
      return scripted.told;
    };
    assert.ok((await attempt('git/unreachable')).includes('⚠ clone failure: no'));
    await assert.rejects(attempt('git/auth-failed'), (error) => isFluxError(error, 'git/auth-failed'));
  });
});
