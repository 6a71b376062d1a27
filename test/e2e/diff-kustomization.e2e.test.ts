import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { DiffResult } from '../../src/lib/features/diff/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const RBAC = 'rbac.authorization.k8s.io/v1';
const MANAGER = { fieldManager: 'kustomize-controller', force: true };

const encrypted = (name: string): Buffer => readFileSync(new URL(`../unit/lib/engine/sops/data/${name}`, import.meta.url));

describe('diff kustomization', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let serial = 0;
  const folders: string[] = [];

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['kustomize-controller']);
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** A namespace, and a folder with files. */
  const prepare = async (files: Readonly<Record<string, string | Buffer>>): Promise<{ namespace: string; cwd: string }> => {
    const namespace = `diff-${process.pid}-${serial++}`;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const cwd = mkdtempSync(join(tmpdir(), 'flux-ts-diff-'));
    folders.push(cwd);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    return { namespace, cwd };
  };

  /** A Kustomization with an inventory, as a controller would have left it. */
  const createKustomization = async (
    namespace: string,
    spec: JsonObject = {},
    inventory: readonly string[] = [],
    name = 'web',
  ): Promise<void> => {
    const object: K8sObject = {
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval: '10m',
        prune: true,
        path: './',
        targetNamespace: namespace,
        sourceRef: { kind: 'GitRepository', name: 'team' },
        ...spec,
      },
    };
    await kube.create(object);
    const entries = inventory.map((id) => ({ id, v: 'v1' }));
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name };
    await kube.patch(ref, { status: { inventory: { entries } } }, { type: 'merge', subresource: 'status' });
  };

  const owned = (namespace: string, name = 'web'): Record<string, string> => ({
    'kustomize.toolkit.fluxcd.io/name': name,
    'kustomize.toolkit.fluxcd.io/namespace': namespace,
  });

  const applyLive = async (
    namespace: string,
    kind: string,
    name: string,
    fields: JsonObject,
    annotations: Record<string, string> = {},
    owner = 'web',
  ): Promise<void> => {
    await kube.apply(
      { apiVersion: 'v1', kind, metadata: { name, namespace, labels: owned(namespace, owner), annotations }, ...fields },
      MANAGER,
    );
  };

  const diff = ({ namespace, cwd }: { namespace: string; cwd: string }, ...words: string[]): Promise<CliRun> =>
    runCli(
      [
        'diff',
        'kustomization',
        'web',
        '--path=deploy',
        `--namespace=${namespace}`,
        `--kubeconfig=${sandbox.kubeconfigPath}`,
        ...words,
      ],
      { cwd },
    );

  it('shows what would be created, drift and go, and exits with 1', async () => {
    const place = await prepare({
      'deploy/new.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n',
      'deploy/settings.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "2", b: same, text: "one\\ntwo\\nthree\\n"}\n',
    });
    const { namespace } = place;
    await applyLive(namespace, 'ConfigMap', 'settings', { data: { a: '1', b: 'same', gone: 'x', text: 'one\n2\nthree\n' } });
    await applyLive(namespace, 'ConfigMap', 'old', {});
    await applyLive(namespace, 'ConfigMap', 'stays', {}, { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
    await createKustomization(
      namespace,
      {},
      ['settings', 'old', 'stays', 'long-gone'].map((name) => `${namespace}_${name}__ConfigMap`),
    );
    const run = await diff(place);
    assert.equal(
      run.stdout,
      `► ConfigMap/${namespace}/new created
► ConfigMap/${namespace}/settings drifted

data
- one map entry removed:
gone: x

data.a
± value change
- 1
+ 2

data.text
± value change in multiline text (one insert, one deletion)
- 2
+ two

► ConfigMap/${namespace}/old deleted
`,
    );
    assert.equal(run.stderr, '⚠️  identified at least one change, exiting with non-zero exit code\n');
    assert.equal(run.code, 1);
    const { changed, counts, kustomizations } = JSON.parse((await diff(place, '-o', 'json')).stdout) as DiffResult;
    assert.equal(changed, true);
    assert.deepEqual(counts, { created: 1, drifted: 1, recreated: 0, deleted: 1, skipped: 0, unchanged: 0, failed: 0 });
    assert.deepEqual(kustomizations[0]?.objects[1]?.differences?.slice(0, 2), [
      { path: ['data'], removed: { gone: 'x' } },
      { path: ['data', 'a'], from: '1', to: '2' },
    ]);
  });

  it('colours what it shows where that is asked for, and adds to the summary of a GitHub job, secrets masked', async () => {
    const place = await prepare({
      'deploy/all.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {key: hidden-after}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n',
    });
    const { namespace, cwd } = place;
    await applyLive(namespace, 'Secret', 'login', { stringData: { key: 'hidden-before' } });
    await createKustomization(namespace);
    const words = ['diff', 'kustomization', 'web', '--path=deploy', `--namespace=${namespace}`];
    const run = (env: Record<string, string>): Promise<CliRun> =>
      runCli([...words, `--kubeconfig=${sandbox.kubeconfigPath}`], { cwd, env });
    const plain = await run({});
    const summary = join(cwd, 'summary.md');
    const painted = await run({ FORCE_COLOR: '1', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    const paint = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[39m`;
    assert.ok(painted.stdout.includes(`${paint(32, `► ConfigMap/${namespace}/new created`)}\n`), painted.stdout);
    assert.ok(painted.stdout.includes(`${paint(33, '± value change')}\n${paint(31, '- *** (before)')}\n`), painted.stdout);
    // oxlint-disable-next-line no-control-regex -- colours are what is taken out
    assert.equal(painted.stdout.replaceAll(/\u001b\[\d+m/g, ''), plain.stdout);
    assert.equal((await run({ FORCE_COLOR: '1', NO_COLOR: '1' })).stdout, plain.stdout);
    assert.equal(
      readFileSync(summary, 'utf8'),
      `### flux-ts diff kustomization web: 1 created, 1 drifted

| KIND | NAMESPACE | NAME | ACTION | NOTE |
|---|---|---|---|---|
| ConfigMap | ${namespace} | new | created |  |
| Secret | ${namespace} | login | drifted |  |

`,
    );
    assert.doesNotMatch(plain.stdout + painted.stdout, /hidden-/);
  });

  it('exits with 0 where nothing would change', async () => {
    const place = await prepare({ 'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
    await applyLive(place.namespace, 'ConfigMap', 'a', {});
    await createKustomization(place.namespace);
    assert.deepEqual(await diff(place), { code: 0, stdout: '', stderr: '' });
  });

  it('exits with 2 after any failure', async () => {
    const place = await prepare({ 'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
    assert.match((await diff(place, '-o', 'json')).stderr, new RegExp('"code": "diff/not-found"'));
    const missing = await diff(place);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /failed to get kustomization object: .*"web" not found/);
    await createKustomization(place.namespace);
    assert.equal((await diff(place, '--path=nowhere')).code, 2);
    assert.equal((await diff(place, '--recursive=perhaps')).code, 2);
    assert.equal((await diff(place, '--ignore-not-found')).code, 2);
    assert.equal((await runCli(['diff', 'kustomization'])).code, 2);
    assert.match((await runCli(['diff', 'kustomization', '-o', 'json'])).stderr, new RegExp('"code": "diff/name-missing"'));
    const fileless = await diff(place, '--ignore-not-found', '-o', 'json');
    assert.match(fileless.stderr, new RegExp('"code": "diff/file-missing"'));
  });

  it('looks with the rights of the account that will apply', async () => {
    const place = await prepare({ 'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
    const { namespace } = place;
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev-team', namespace } });
    await applyLive(namespace, 'ConfigMap', 'old', {});
    await createKustomization(namespace, { serviceAccountName: 'dev-team' }, [`${namespace}_old__ConfigMap`]);
    const denied = await diff(place);
    assert.equal(denied.code, 2);
    assert.match(denied.stderr, new RegExp(`system:serviceaccount:${namespace}:dev-team" cannot`));
    assert.match(denied.stderr, /--as-caller/);
    assert.match((await diff(place, '-o', 'json')).stderr, new RegExp('"code": "diff/failed"'));
    assert.equal(denied.stdout, `► ConfigMap/${namespace}/old deleted\n`, 'what would go is told all the same');
    const asCaller = await diff(place, '--as-caller');
    assert.equal(asCaller.code, 1);
    assert.equal(asCaller.stdout, `► ConfigMap/${namespace}/a created\n► ConfigMap/${namespace}/old deleted\n`);
    await kube.create({
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata: { name: 'dev-team', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'dev-team', namespace }],
    });
    const granted = JSON.parse((await diff(place, '-o', 'json')).stdout) as DiffResult;
    assert.equal(granted.kustomizations[0]?.user, `system:serviceaccount:${namespace}:dev-team`);
    assert.equal(granted.counts.created, 1);
  });

  it('takes kinds and namespaces that the same set brings for created, and others for failures', async () => {
    const group = `g${process.pid}.example.com`;
    const place = await prepare({
      'deploy/all.yaml': `apiVersion: v1
kind: Namespace
metadata: {name: coming-${process.pid}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: inside, namespace: coming-${process.pid}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: ${group}/v1
kind: Thing
metadata: {name: first, namespace: coming-${process.pid}}
`,
    });
    await createKustomization(place.namespace, { targetNamespace: undefined });
    const run = await diff(place);
    assert.equal(run.code, 1, run.stderr);
    assert.equal(run.stdout.match(/ created\n/g)?.length, 4);
    writeFileSync(
      join(place.cwd, 'deploy/all.yaml'),
      'apiVersion: none.example.com/v1\nkind: None\nmetadata: {name: x, namespace: default}\n',
    );
    assert.equal((await diff(place)).code, 2);
  });

  it('shows what has to be deleted to be changed', async () => {
    const place = await prepare({
      'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "2"}\nimmutable: true\n',
    });
    await applyLive(place.namespace, 'ConfigMap', 'a', { data: { a: '1' }, immutable: true });
    await createKustomization(place.namespace);
    const refused = await diff(place);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /immutable/);
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: place.namespace, name: 'web' };
    await kube.patch(ref, { spec: { force: true } }, { type: 'merge' });
    const forced = await diff(place);
    assert.equal(forced.stdout, `► ConfigMap/${place.namespace}/a recreated\n`);
    assert.equal(forced.code, 1);
  });

  it('passes over what spec.ignore leaves to others', async () => {
    const place = await prepare({
      'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "2", b: "2"}\n',
    });
    await applyLive(place.namespace, 'ConfigMap', 'a', { data: { a: '1', b: '2' } });
    await createKustomization(place.namespace, { ignore: [{ paths: ['/data/a'], target: { kind: 'ConfigMap' } }] });
    assert.deepEqual(await diff(place), { code: 0, stdout: '', stderr: '' });
  });

  it('fails where the cluster would: variables are strict unless told otherwise', async () => {
    const place = await prepare({
      'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "${nobody}", b: "${known}"}\n',
    });
    await createKustomization(place.namespace, { postBuild: { substitute: { known: 'x' } } });
    const strict = await diff(place);
    assert.equal(strict.code, 2);
    assert.match(strict.stderr, /nobody/);
    assert.equal((await diff(place, '--strict-substitute=false')).code, 1);
  });

  it('goes into new Kustomizations, and tells what goes with one that is deleted', async () => {
    const child = (namespace: string): string => `apiVersion: ${KUSTOMIZE}
kind: Kustomization
metadata: {name: child, namespace: ${namespace}}
spec: {interval: 10m, prune: true, path: ./child, serviceAccountName: newcomer, sourceRef: {kind: GitRepository, name: team}}
`;
    const place = await prepare({ 'child/a.yaml': '' });
    const { namespace, cwd } = place;
    mkdirSync(join(cwd, 'deploy'));
    writeFileSync(
      join(cwd, 'deploy/child.yaml'),
      `${child(namespace)}---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: newcomer, namespace: ${namespace}}\n`,
    );
    writeFileSync(
      join(cwd, 'child/a.yaml'),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: inner, namespace: ${namespace}}\n`,
    );
    await applyLive(namespace, 'ConfigMap', 'of-leaver', {}, {}, 'leaver');
    await createKustomization(namespace, {}, [`${namespace}_of-leaver__ConfigMap`], 'leaver');
    const leaver = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'leaver' };
    await kube.patch(leaver, { metadata: { labels: owned(namespace) } }, { type: 'merge' });
    await createKustomization(namespace, {}, [`${namespace}_leaver_kustomize.toolkit.fluxcd.io_Kustomization`]);
    const run = await diff(place, '-r', `--local-sources=GitRepository/${namespace}/team=./`);
    assert.equal(
      run.stdout,
      `► ServiceAccount/${namespace}/newcomer created
► Kustomization/${namespace}/child created
► Kustomization/${namespace}/leaver deleted
📁 Kustomization/${namespace}/leaver deleted resources
► ConfigMap/${namespace}/of-leaver deleted
📁 Kustomization/${namespace}/child created
► ConfigMap/${namespace}/inner created
`,
    );
    assert.match(run.stderr, /ServiceAccount\/\S+\/newcomer is not there yet, compared with the rights of the caller/);
    const unmapped = await diff(place, '-r');
    assert.equal(unmapped.code, 2);
    assert.match(unmapped.stderr, /cannot get local path/);
  });

  it('never shows what is secret', async () => {
    const place = await prepare({
      'deploy/all.yaml': `apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {password: "new-password", token: "new-token", user: same}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: leaky}
data: {url: "https://u:\${password}@example.com"}
`,
    });
    const { namespace } = place;
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    await applyLive(namespace, 'Secret', 'login', {
      data: { password: encode('old-password'), user: encode('same'), gone: 'eA==' },
    });
    await applyLive(namespace, 'ConfigMap', 'leaky', { data: { url: 'none' } });
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vars', namespace },
      stringData: { password: 'pw-of-db' },
    });
    await createKustomization(namespace, { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] } });
    const run = await diff(place);
    assert.equal(
      run.stdout,
      `► ConfigMap/${namespace}/leaky drifted

data.url
± value change
- none
+ https://u:***@example.com

► Secret/${namespace}/login drifted

data
- one map entry removed:   + one map entry added:
gone: '*****'                token: '*****'

data.password
± value change
- *** (before)
+ *** (after)

`,
    );
    const json = await diff(place, '-o', 'json');
    const yaml = await diff(place, '-o', 'yaml');
    for (const text of [json.stdout, yaml.stdout, json.stderr]) {
      for (const secret of ['new-password', 'old-password', 'new-token', 'pw-of-db', encode('new-password')]) {
        assert.ok(!text.includes(secret), `${secret} is shown`);
      }
    }
  });

  it('compares encrypted values where it has the key, else their keys only', async () => {
    const place = await prepare({ 'deploy/secret.yaml': encrypted('secret.enc.yaml') });
    const { namespace } = place;
    await createKustomization(namespace, { decryption: { provider: 'sops', secretRef: { name: 'keys' } } });
    const keyless = await diff(place);
    assert.match(keyless.stderr, /compared by their keys only/);
    assert.equal(keyless.code, 1);
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace },
      data: { 'age.agekey': encrypted('keys/age.agekey').toString('base64') },
    });
    const created = await diff(place);
    assert.match(created.stdout, /^► Secret\/\S+ created\n$/);
    assert.equal(created.stderr, '⚠️  identified at least one change, exiting with non-zero exit code\n');
  });

  it('compares one that is not in the cluster yet', async () => {
    const place = await prepare({
      'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n',
      'web.yaml': `apiVersion: ${KUSTOMIZE}\nkind: Kustomization\nmetadata: {name: web}\nspec: {interval: 1m, path: ./, prune: true, sourceRef: {kind: GitRepository, name: team}}\n`,
    });
    assert.equal((await diff(place, '--kustomization-file=web.yaml')).code, 2);
    const run = await diff(place, '--kustomization-file=web.yaml', '--ignore-not-found');
    assert.equal(run.stdout, '► ConfigMap/default/a created\n');
  });
});
