import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { createStory, drivePorts } from '../support/drive-ports.ts';
import { startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

/** A file that the sops CLI encrypted, or a key made for the tests. */
const data = (name: string): Buffer => readFileSync(new URL(`../unit/lib/engine/sops/data/${name}`, import.meta.url));
const base64 = (name: string): string => data(name).toString('base64');

/** A repository with something of all that is decrypted: by age, by OpenPGP, and by shares of both. */
const FLEET: Readonly<Record<string, string | Buffer>> = {
  'deploy/kustomization.yaml': `
resources: [secret.yaml, wrapped.yaml, base]
components: [component]
secretGenerator:
- name: generated
  files: [values.yaml, config.json, app.ini=config.ini, blob.bin]
- name: settings
  envs: [settings.env]
`,
  'deploy/secret.yaml': data('secret.enc.yaml'),
  'deploy/wrapped.yaml': `
apiVersion: v1
kind: Secret
metadata: {name: wrapped}
data: {values.yaml: ${base64('values.enc.yaml')}, blob: ${base64('blob.enc.bin')}, clear: Y2xlYXI=}
`,
  'deploy/values.yaml': data('values.enc.yaml'),
  'deploy/config.json': data('config.enc.json'),
  'deploy/config.ini': data('config.enc.ini'),
  'deploy/blob.bin': data('blob.enc.bin'),
  'deploy/settings.env': data('settings.enc.env'),
  'deploy/base/kustomization.yaml': 'resources: [plain.yaml]\nnamePrefix: patched-\npatches: [{path: patch.yaml}]\n',
  'deploy/base/plain.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {user: nobody, kept: x}\n',
  'deploy/base/patch.yaml': data('pgp-ecc.enc.yaml'),
  'deploy/component/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nsecretGenerator: [{name: component, files: [login.yaml]}]\n',
  'deploy/component/login.yaml': data('groups.enc.yaml'),
  // No kustomization here: one is generated, which finds the manifest and the folder that has one.
  'bare/secret.yaml': data('secret.enc.yaml'),
  'bare/more/kustomization.yaml': 'secretGenerator: [{name: more, files: [values.yaml]}]\n',
  'bare/more/values.yaml': data('values.enc.yaml'),
};

describe('drive() of encrypted sources', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create('fleet');
    await git.commitFiles('fleet', FLEET, 'Begin');
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('applies what the keys open', async () => {
    await createObjects('driven', ['age.agekey', 'ecc.asc']);
    const report = await drive({ from: 'cluster', namespace: 'driven' }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    const secrets = await readSecrets('driven');
    const names = [...secrets.keys()].map((name) => name.replace(/-[a-z0-9]{10}$/, ''));
    assert.deepEqual(names.sort(), [
      'bare-login',
      'bare-more',
      'component',
      'generated',
      'login',
      'patched-login',
      'settings',
      'wrapped',
    ]);
    const find = (prefix: string) => [...secrets].find(([name]) => name.startsWith(prefix))?.[1] ?? {};
    assert.equal(find('generated')['values.yaml'], base64('values.plain.yaml'));
    assert.equal(find('generated')['app.ini'], base64('config.plain.ini'));
    assert.equal(find('generated')['blob.bin'], base64('blob.plain.bin'));
    assert.equal(find('wrapped')['values.yaml'], base64('values.plain.yaml'));
    assert.equal(find('component')['login.yaml'], base64('secret.plain.yaml'));
    assert.equal(Buffer.from(find('patched-login')['password'] ?? '', 'base64').toString(), 'correct horse battery staple');
    assert.equal(Buffer.from(find('login')['user'] ?? '', 'base64').toString(), 'admin');
  });

  it('applies nothing where a key is missing, and names it without a secret', async () => {
    await createObjects('keyless', ['other.agekey']);
    const story = createStory();
    const report = await drive({ from: 'cluster', namespace: 'keyless' }, drivePorts(kube, story));
    assert.equal(report.isDone, false);
    const error = report.kustomizations.find(({ name }) => name === 'app')?.error;
    assert.equal(error?.code, 'sops/no-data-key');
    assert.match(
      error?.message ?? '',
      /error decrypting sources: cannot get sops data key: .*group 0: age age1x60x26\w+: .*no identity matched/,
    );
    const object = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'keyless', name: 'app' });
    const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
    assert.equal(readText(ready, 'reason'), 'BuildFailed');
    assert.equal((await readSecrets('keyless')).size, 0);
    assert.doesNotMatch(JSON.stringify([report, object, story.lines]), /AGE-SECRET|correct horse/);
  });

  it('says which Secret is missing', async () => {
    await createObjects('secretless', undefined);
    const report = await drive({ from: 'cluster', namespace: 'secretless' }, drivePorts(kube));
    assert.deepEqual(
      report.kustomizations.map(({ error }) => error?.code),
      ['sops/secret-not-found', 'sops/secret-not-found'],
    );
  });

  it('leaves what kustomize-controller leaves, and hands over to it without a write', async (context) => {
    if (spawnSync('gpg', ['--version']).status !== 0) {
      context.skip('kustomize-controller runs gpg for OpenPGP keys, and there is none on this machine');
      return;
    }
    const before = await versions('driven');
    await createObjects('controlled', ['age.agekey', 'ecc.asc']);
    const controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath, clusterAdmin: true });
    try {
      for (const name of ['app', 'bare']) {
        await until(async () => (await readyReason('controlled', name)) === 'ReconciliationSucceeded');
        await until(() => Promise.resolve(hasFinished(controllers.logs('kustomize-controller'), name, 'driven')));
      }
      await until(async () => (await readyReason('keyless', 'app')) === 'BuildFailed');
    } finally {
      await controllers.stop();
    }
    assert.deepEqual(await versions('driven'), before, 'the controller rewrote nothing');
    assert.deepEqual(Object.fromEntries(await readSecrets('driven')), Object.fromEntries(await readSecrets('controlled')));
    assert.deepEqual(await inventories('driven'), await inventories('controlled'));
    assert.equal(await historyLength('driven', 'app'), 1, 'both found the same digest');
    assert.equal(await historyLength('driven', 'bare'), 1, 'both found the same digest');
  });

  async function createObjects(namespace: string, keys: readonly string[] | undefined): Promise<void> {
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    if (keys !== undefined) {
      const entries = Object.fromEntries(keys.map((name) => [name, base64(`keys/${name}`)]));
      await kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sops-keys', namespace }, data: entries });
    }
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'fleet', namespace },
      spec: { interval: '1h', url: git.urlOf('fleet'), ref: { branch: 'main' } },
    });
    for (const [name, path] of [
      ['app', './deploy'],
      ['bare', './bare'],
    ] as const) {
      await kube.create({
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name, namespace },
        spec: {
          interval: '1h',
          retryInterval: '2s',
          path,
          prune: true,
          targetNamespace: namespace,
          ...(name === 'bare' ? { namePrefix: 'bare-' } : {}),
          sourceRef: { kind: 'GitRepository', name: 'fleet' },
          decryption: { provider: 'sops', secretRef: { name: 'sops-keys' } },
        },
      });
    }
  }

  async function listApplied(namespace: string): Promise<K8sObject[]> {
    const found = await kube.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace });
    return found.items.filter(({ metadata }) => metadata.name !== 'sops-keys');
  }

  async function readSecrets(namespace: string): Promise<Map<string, Record<string, string>>> {
    const objects = await listApplied(namespace);
    return new Map(objects.map((object) => [object.metadata.name, (object['data'] ?? {}) as Record<string, string>]));
  }

  async function versions(namespace: string): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await listApplied(namespace)).map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']),
    );
  }

  async function inventories(namespace: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const name of ['app', 'bare']) {
      const object = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name });
      const text = JSON.stringify(readPath(object, 'status', 'inventory') ?? null);
      found.push(JSON.parse(text.replaceAll(namespace, 'NS')));
    }
    return found;
  }

  async function historyLength(namespace: string, name: string): Promise<number> {
    return readList(await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name }), 'status', 'history')
      .length;
  }

  async function readyReason(namespace: string, name: string): Promise<string> {
    const object = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name });
    const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
    return readText(ready, 'reason');
  }
});

function hasFinished(logs: string, name: string, namespace: string): boolean {
  return logs
    .split('\n')
    .some((line) => line.includes('Reconciliation finished') && line.includes(`"name":"${name}","namespace":"${namespace}"`));
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await isTrue()); turn++) {
    if (turn > 300) throw new Error('it did not come true within a minute');
    await sleep(200);
  }
}
