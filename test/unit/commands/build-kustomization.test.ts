import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCli, runOk } from '../../support/run-cli.ts';

const KUSTOMIZATION = `apiVersion: kustomize.toolkit.fluxcd.io/v1beta2
kind: Kustomization
metadata: {name: web, namespace: apps}
spec: {interval: 1m, prune: true, validation: client, namePrefix: my-, sourceRef: {kind: GitRepository, name: web}}
`;
const OWN = 'resources: [cm.yaml]\n';

describe('build kustomization', () => {
  let cwd = '';
  const words = ['build', 'ks', 'web', '-n', 'apps', '--path=deploy', '--kustomization-file=web.yaml', '--dry-run'];
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'flux-ts-build-'));
    await mkdir(join(cwd, 'deploy'));
    await writeFile(join(cwd, 'web.yaml'), KUSTOMIZATION);
    await writeFile(join(cwd, 'deploy/kustomization.yaml'), OWN);
    await writeFile(join(cwd, 'deploy/cm.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n');
  });
  after(() => rm(cwd, { recursive: true }));

  test('prints documents, a List or names, and warns on stderr', async () => {
    const run = await runOk(words, { cwd });
    assert.match(run.stdout, /^apiVersion: v1\nkind: ConfigMap\n[^]*\n {2}name: my-web\n---\n$/);
    assert.match(run.stderr, /^⚠️.*spec\.validation dropped/m);
    assert.equal((await runOk([...words, '-o', 'yaml'], { cwd })).stdout, run.stdout);
    const list = JSON.parse((await runOk([...words, '-o', 'json'], { cwd })).stdout) as {
      kind: string;
      items: { kind: string }[];
    };
    assert.deepEqual([list.kind, list.items.map(({ kind }) => kind)], ['List', ['ConfigMap']]);
    assert.equal((await runOk([...words, '-o', 'name'], { cwd })).stdout, 'configmap/my-web\n');
  });

  test('writes nothing to the folder', async () => {
    await runOk([...words, '--in-memory-build=false'], { cwd });
    assert.deepEqual((await readdir(join(cwd, 'deploy'))).sort(), ['cm.yaml', 'kustomization.yaml']);
    assert.equal(await readFile(join(cwd, 'deploy/kustomization.yaml'), 'utf8'), OWN);
  });

  test('wants a name: build/name-missing', async () => {
    const run = await runCli(['build', 'kustomization', '--path=deploy', '-o', 'json'], { cwd });
    assert.equal(run.code, 1);
    assert.equal((JSON.parse(run.stderr) as { error: { code: string } }).error.code, 'build/name-missing');
  });

  test('reads --local-sources as pairs', async () => {
    const run = await runCli([...words, '-r', '--local-sources=x'], { cwd });
    assert.match(run.stderr, /^✗ invalid argument "x" for "--local-sources" flag: x must be formatted as key=value/);
    await runOk([...words, '-r', '--local-sources=A/b/c=./d,E/f/g=./h', '--local-sources=I/j/k=./l,m'], { cwd });
  });
});
