import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { ObjectRef } from '../../src/lib/core/objects.ts';
import * as git from '../../src/lib/engine/git/index.ts';
import { bootstrapGit, type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../src/lib/features/bootstrap/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

const SECRET: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace: 'flux-system', name: 'flux-system' };

describe('bootstrap over ssh', () => {
  let sandbox: TestSandbox;
  let ports: FeaturePorts;
  let server: SshServer | undefined;
  let missing = '';
  let options: BootstrapOptions;

  before(async () => {
    const sshd = await findSshd();
    if ('missing' in sshd) {
      missing = sshd.missing;
      return;
    }
    const { privateKeyPem, publicKeyAuthorized } = await git.generateKeyPair();
    server = await startSshServer(sshd, [publicKeyAuthorized]);
    await server.create('fleet');
    sandbox = await startSandbox({ name: 'bootstrap-ssh', alone: true });
    ports = makeFeaturePorts(await connectKube(sandbox.kubeconfigPath));
    options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: server.urlOf('fleet'), privateKey: privateKeyPem, wait: false };
  });

  after(async () => {
    await server?.close();
    await ports?.kube.close();
    await sandbox?.close();
  });

  const need = (context: TestContext): SshServer | undefined => {
    if (server === undefined) context.skip(`left out: ${missing}`);
    return server;
  };

  it('asks for access for the key, and stops without it', async (context) => {
    if (need(context) === undefined) return;
    await assert.rejects(bootstrapGit(options, { ...ports, git, confirm: async () => false }), (error) =>
      isFluxError(error, 'bootstrap/no-access'),
    );
  });

  it('gives the cluster the key, its public half and the host key that it showed', async (context) => {
    const ssh = need(context);
    if (ssh === undefined) return;
    const { secret, url } = await bootstrapGit({ ...options, silent: true }, { ...ports, git });
    assert.equal(secret, 'written');
    assert.equal(url, ssh.urlOf('fleet'));
    const data = (await ports.kube.get(SECRET))?.['data'] as Record<string, string>;
    assert.deepEqual(Object.keys(data).toSorted(), ['identity', 'identity.pub', 'known_hosts']);
    const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
    assert.equal(text('identity'), options.privateKey);
    assert.ok(ssh.knownHosts.includes(text('known_hosts').split(' ').slice(1).join(' ')));
    assert.ok(ports.told.some((line) => /^✔ host key \S+ SHA256:\S+ pinned in known_hosts$/.test(line)));
    assert.ok(ports.told.includes(`✔ public key: ${text('identity.pub').trim()}`));
    assert.ok(ports.told.every((line) => !line.includes('PRIVATE KEY')));
  });

  it('lets the cluster read with what it was given', async (context) => {
    const ssh = need(context);
    if (ssh === undefined) return;
    const data = (await ports.kube.get(SECRET))?.['data'] as Record<string, string>;
    const decoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
    const auth = git.authFromSecret(decoded, ssh.urlOf('fleet'));
    const { commit } = await git.resolveRevision({ url: ssh.urlOf('fleet'), auth }, { branch: 'main' });
    assert.equal(commit, await ssh.git('fleet', 'rev-parse', 'main'));
  });
});
