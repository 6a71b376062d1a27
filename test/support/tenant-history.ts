import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { generateKeyPair, openClone, type Remote } from '../../src/lib/engine/git/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { type Sign, signWithSsh } from '../../src/lib/engine/signature/index.ts';
import type { GitServer } from './git-server.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

/** Who reconciles, and whether it has. */
export interface Reconciler {
  /** Returns once all that is there is reconciled. */
  settle(step: string): Promise<void>;
}

/** A tenant whose repository uses what Flux has. */
export interface Tenant {
  readonly namespace: string;
  readonly account: string;
  /** Newest commit of its repository. */
  head(): string;
  ref(kind: 'GitRepository' | 'Kustomization', name: string): ObjectRef;
}

/** What happens to the tenant, one step after the other. */
export interface TenantStep {
  readonly name: string;
  /** Changes Git or the cluster. */
  change(): Promise<void>;
  /** Throws where the step has not had its effect. */
  check(): Promise<void>;
}

/** What a history is played with. */
export interface HistoryWorld {
  /** An administrator. */
  readonly kube: KubeClient;
  /** A server that wants a login. */
  readonly git: GitServer;
  readonly login: { readonly username: string; readonly password: string };
  readonly namespace: string;
}

const sopsData = (name: string): Buffer => readFileSync(new URL(`../unit/lib/engine/sops/data/${name}`, import.meta.url));

const deployment = (label: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: ${label}}}
  template:
    metadata: {labels: {app: ${label}}}
    spec: {containers: [{name: web, image: "registry.example.com/web:\${version}"}]}
`;

/**
 * Lists a history that takes every road of a GitRepository and a Kustomization: a login, signed commits, an include,
 * substitution from a ConfigMap and a Secret, decryption, a dependency, health of a Deployment, an update, pruning, force, a
 * suspension, and deletion.
 *
 * Effects: none until its steps are taken
 */
export async function makeTenantHistory(world: HistoryWorld): Promise<{ tenant: Tenant; steps: TenantStep[] }> {
  const { kube, git, login, namespace } = world;
  const account = 'dev-team';
  const pair = await generateKeyPair({ algorithm: 'ed25519' });
  const sign = await signWithSsh(pair.privateKeyPem, '');
  let head = '';
  const commit = async (files: Readonly<Record<string, string | Buffer | null>>, message: string): Promise<void> => {
    head = await commitSigned(world, `${namespace}-team`, files, message, sign);
  };
  const ref = (kind: 'GitRepository' | 'Kustomization', name: string): ObjectRef => ({
    apiVersion: kind === 'Kustomization' ? KUSTOMIZE : SOURCE,
    kind,
    namespace,
    name,
  });
  const make = (apiVersion: string, kind: string, name: string, rest: JsonObject): Promise<K8sObject> =>
    kube.create({ apiVersion, kind, metadata: { name, namespace }, ...rest });
  const read = (apiVersion: string, kind: string, name: string): Promise<K8sObject | undefined> =>
    kube.get({ apiVersion, kind, namespace, name });
  const suspend = (on: boolean) => kube.patch(ref('Kustomization', 'web'), { spec: { suspend: on } }, { type: 'merge' });

  const createAll = async (): Promise<void> => {
    for (const name of ['team', 'lib']) await git.create(`${namespace}-${name}`);
    await commitSigned(world, `${namespace}-lib`, { 'shared.yaml': configMap('shared', 'from: lib') }, 'Begin', sign);
    await commit(
      {
        'base/config.yaml': configMap('base', 'level: "1"'),
        'deploy/kustomization.yaml':
          'resources: [web.yaml, conf.yaml, old.yaml, secret.yaml, lib/shared.yaml]\nsecretGenerator: [{name: values, files: [values.yaml]}]\n',
        'deploy/web.yaml': deployment('one'),
        'deploy/conf.yaml': configMap('conf', 'value: "1"\n  region: ${region}\n  token: ${token}'),
        'deploy/old.yaml': configMap('old', 'value: "1"'),
        'deploy/secret.yaml': sopsData('secret.enc.yaml'),
        'deploy/values.yaml': sopsData('values.enc.yaml'),
      },
      'Begin',
    );
    await make('v1', 'Secret', 'git-login', { stringData: { ...login } });
    await make('v1', 'Secret', 'signers', { stringData: { 'team.sshpub': pair.publicKeyAuthorized } });
    await make('v1', 'Secret', 'sops-keys', { stringData: { 'age.agekey': sopsData('keys/age.agekey').toString() } });
    await make('v1', 'ConfigMap', 'settings', { data: { region: 'north', version: '1' } });
    await make('v1', 'Secret', 'tokens', { stringData: { token: 's3cret' } });
    const source = (name: string): JsonObject => ({
      interval: '1h',
      url: git.urlOf(`${namespace}-${name}`),
      ref: { branch: 'main' },
      secretRef: { name: 'git-login' },
    });
    await make(SOURCE, 'GitRepository', 'lib', { spec: source('lib') });
    await make(SOURCE, 'GitRepository', 'team', {
      spec: {
        ...source('team'),
        verify: { mode: 'HEAD', secretRef: { name: 'signers' } },
        include: [{ repository: { name: 'lib' }, toPath: 'deploy/lib' }],
      },
    });
    const common = {
      interval: '1h',
      retryInterval: '1s',
      timeout: '30s',
      prune: true,
      serviceAccountName: account,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'team' },
    };
    await make(KUSTOMIZE, 'Kustomization', 'base', { spec: { ...common, path: './base', wait: true } });
    await make(KUSTOMIZE, 'Kustomization', 'web', {
      spec: {
        ...common,
        path: './deploy',
        wait: true,
        force: true,
        dependsOn: [{ name: 'base' }],
        decryption: { provider: 'sops', secretRef: { name: 'sops-keys' } },
        postBuild: {
          substituteFrom: [
            { kind: 'ConfigMap', name: 'settings' },
            { kind: 'Secret', name: 'tokens' },
          ],
        },
      },
    });
  };

  let uid = '';
  const steps: TenantStep[] = [
    {
      name: 'create: a signed source with a login and an include, variables, keys, a dependency, health',
      change: createAll,
      async check() {
        const conf = await read('v1', 'ConfigMap', 'conf');
        assertText(conf, ['data', 'region'], 'north');
        assertText(conf, ['data', 'token'], 's3cret');
        assertText(await read('v1', 'ConfigMap', 'shared'), ['data', 'from'], 'lib');
        assertText(await read('v1', 'Secret', 'login'), ['kind'], 'Secret');
        const web = await read('apps/v1', 'Deployment', 'web');
        assertText(web, ['spec', 'selector', 'matchLabels', 'app'], 'one');
        uid = web?.metadata.uid ?? '';
      },
    },
    {
      name: 'update and prune',
      change: () =>
        commit(
          {
            'deploy/conf.yaml': configMap('conf', 'value: "2"'),
            'deploy/old.yaml': null,
            'deploy/kustomization.yaml': 'resources: [web.yaml, conf.yaml, secret.yaml, lib/shared.yaml]\n',
          },
          'Change one, remove one',
        ),
      async check() {
        assertText(await read('v1', 'ConfigMap', 'conf'), ['data', 'value'], '2');
        assertText(await read('v1', 'ConfigMap', 'old'), ['kind'], '');
      },
    },
    {
      name: 'force: a field that cannot change',
      change: () => commit({ 'deploy/web.yaml': deployment('two') }, 'Select other pods'),
      async check() {
        const web = await read('apps/v1', 'Deployment', 'web');
        assertText(web, ['spec', 'selector', 'matchLabels', 'app'], 'two');
        if (web?.metadata.uid === uid) throw new Error('the Deployment was not made anew');
      },
    },
    {
      name: 'suspend',
      async change() {
        await suspend(true);
        await commit({ 'deploy/conf.yaml': configMap('conf', 'value: "3"') }, 'Change what is suspended');
      },
      check: async () => assertText(await read('v1', 'ConfigMap', 'conf'), ['data', 'value'], '2'),
    },
    {
      name: 'resume',
      change: async () => void (await suspend(false)),
      check: async () => assertText(await read('v1', 'ConfigMap', 'conf'), ['data', 'value'], '3'),
    },
    {
      name: 'delete, with all that was applied',
      async change() {
        await kube.delete(ref('Kustomization', 'web'));
        await kube.delete(ref('Kustomization', 'base'));
      },
      async check() {
        for (const name of ['conf', 'base', 'shared']) assertText(await read('v1', 'ConfigMap', name), ['kind'], '');
        assertText(await read('apps/v1', 'Deployment', 'web'), ['kind'], '');
      },
    },
  ];
  return { tenant: { namespace, account, head: () => head, ref }, steps };
}

function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  ${data}\n`;
}

function assertText(object: K8sObject | undefined, path: readonly string[], wanted: string): void {
  const found = object === undefined ? '' : readText(object, ...path);
  if (found !== wanted) throw new Error(`${path.join('.')} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

/** Commits and pushes with the clone of ours, which signs. */
async function commitSigned(
  { git, login }: HistoryWorld,
  name: string,
  files: Readonly<Record<string, string | Buffer | null>>,
  message: string,
  sign: Sign,
): Promise<string> {
  const remote: Remote = { url: git.urlOf(name), auth: { kind: 'basic', ...login } };
  const clone = await openClone(remote, 'main', {
    author: { name: 'Tester', email: 'tester@example.com' },
    now: () => Date.now(),
  });
  for (const [path, content] of Object.entries(files)) {
    if (content === null) clone.remove(path);
    else clone.write(path, content.toString());
  }
  const commit = await clone.commit({ message, sign });
  await clone.push();
  if (commit === undefined) throw new Error(`nothing to commit: ${message}`);
  return commit;
}
