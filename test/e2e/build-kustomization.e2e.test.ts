import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {text: "${region} ${key} ${own}"}\n';

describe('build kustomization with the cluster', () => {
  const namespace = `build-${process.pid}`;
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let cwd = '';

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['kustomize-controller']);
    const create = (kind: string, name: string, fields: JsonObject): Promise<K8sObject> =>
      kube.create({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...fields });
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await create('ConfigMap', 'vars', { data: { region: 'eu-\nwest', own: 'from the map' } });
    await create('Secret', 'vars', { stringData: { key: 'k1' } });
    await kube.create({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'web', namespace },
      spec: {
        interval: '10m',
        prune: true,
        suspend: true,
        path: './elsewhere',
        namePrefix: 'live-',
        sourceRef: { kind: 'GitRepository', name: 'web' },
        postBuild: {
          substitute: { own: 'from the spec' },
          substituteFrom: [
            { kind: 'ConfigMap', name: 'vars' },
            { kind: 'Secret', name: 'vars' },
            { kind: 'Secret', name: 'absent', optional: true },
          ],
        },
      },
    });
    cwd = await mkdtemp(join(tmpdir(), 'flux-ts-build-'));
    await mkdir(join(cwd, 'deploy'));
    await writeFile(join(cwd, 'deploy/web.yaml'), MANIFEST);
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
    if (cwd !== '') await rm(cwd, { recursive: true });
  });

  const words = (...more: string[]): string[] => [
    'build',
    'kustomization',
    'web',
    '--path=deploy',
    `--namespace=${namespace}`,
    `--kubeconfig=${sandbox.kubeconfigPath}`,
    ...more,
  ];
  const textOf = ({ stdout }: CliRun): string => / {2}text: (.*)/.exec(stdout)?.[1] ?? '';

  it('takes the spec and the variables from there', async () => {
    const run = await runOk(words('--strict-substitute'), { cwd });
    assert.match(run.stdout, /^ {2}name: live-web$/m);
    assert.equal(textOf(run), 'eu-west k1 from the spec');
  });

  it('takes the spec of a file before that of the cluster, and the variables from the cluster', async () => {
    const file = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}}\n`;
    await writeFile(join(cwd, 'web.yaml'), file);
    const run = await runOk(words('--kustomization-file=web.yaml'), { cwd });
    assert.match(run.stdout, /^ {2}name: web$/m);
    assert.equal(textOf(run), 'eu-west  from the map');
    assert.equal(textOf(await runOk(words('--kustomization-file=web.yaml', '--dry-run'), { cwd })), '${region} ${key} ${own}');
  });

  it('says what is not there', async () => {
    const run = await runCli(words().with(2, 'other'), { cwd });
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /^✗ failed to get kustomization object: kustomizations\.kustomize\.toolkit\.fluxcd\.io "other" not found\n/,
    );
  });
});
