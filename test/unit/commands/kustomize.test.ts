import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCli, runOk } from '../../support/run-cli.ts';

const CONFIG_MAP = `apiVersion: v1
data:
  note: \${NOTE:=none}
kind: ConfigMap
metadata:
  name: dev-web
`;

describe('kustomize', () => {
  let cwd = '';
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'flux-ts-kustomize-'));
    await mkdir(join(cwd, 'base'));
    await mkdir(join(cwd, 'dev'));
    await writeFile(join(cwd, 'base/kustomization.yaml'), 'resources: [cm.yaml]\n');
    await writeFile(
      join(cwd, 'base/cm.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {note: "${NOTE:=none}"}\n',
    );
    await writeFile(join(cwd, 'dev/kustomization.yaml'), 'resources: [../base]\nnamePrefix: dev-\n');
    await symlink('dev', join(cwd, 'link'));
  });
  after(() => rm(cwd, { recursive: true }));

  test('prints a build whose base lies above the folder', async () => {
    assert.equal((await runOk(['kustomize', 'dev'], { cwd })).stdout, CONFIG_MAP);
    assert.equal((await runOk(['kustomize'], { cwd: join(cwd, 'dev') })).stdout, CONFIG_MAP);
    assert.equal((await runOk(['kustomize', join(cwd, 'link')])).stdout, CONFIG_MAP);
  });

  test('writes to a file with -o, new or over the old one', async () => {
    await writeFile(join(cwd, 'old.yaml'), 'old\n'.repeat(100));
    for (const file of ['new.yaml', 'old.yaml']) {
      const run = await runOk(['kustomize', 'dev', '-o', file], { cwd });
      assert.equal(run.stdout, '');
      assert.equal(await readFile(join(cwd, file), 'utf8'), CONFIG_MAP);
    }
  });

  test('leaves the file alone where the build fails', async () => {
    await writeFile(join(cwd, 'kept.yaml'), 'kept');
    const run = await runCli(['kustomize', '.', '-o', 'kept.yaml'], { cwd });
    assert.equal(run.code, 1);
    assert.equal(await readFile(join(cwd, 'kept.yaml'), 'utf8'), 'kept');
  });

  for (const flag of ['--enable-helm', '--enable-exec', '--enable-alpha-plugins']) {
    test(`refuses ${flag}: build/unsupported-flag`, async () => {
      const run = await runCli(['kustomize', 'dev', flag], { cwd });
      assert.equal(run.code, 1);
      assert.equal(run.stdout, '');
      assert.match(run.stderr, new RegExp(`^✗ ${flag} is not supported\n`));
      assert.equal((await runOk(['kustomize', 'dev', `${flag}=false`], { cwd })).stdout, CONFIG_MAP);
    });
  }

  test('refuses several directories: usage/unexpected-argument', async () => {
    const run = await runCli(['kustomize', 'dev', 'base'], { cwd });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^✗ unexpected argument "base"\n/);
  });
});

describe('envsubst', () => {
  test('puts the environment into standard input', async () => {
    assert.equal(
      (await runOk(['envsubst'], { stdin: CONFIG_MAP, env: { NOTE: 'hello' } })).stdout.split('\n')[2],
      '  note: hello',
    );
  });

  test('prints nothing where it fails, and tells the place', async () => {
    const run = await runCli(['envsubst', '--strict'], { stdin: 'a: 1\nb: ${B}\n' });
    assert.equal(run.code, 1);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^✗ variable not set \(strict mode\): "B"\n {4}stdin:2:4\n/);
  });

  test('refuses words', async () => {
    const run = await runCli(['envsubst', 'file.yaml'], { stdin: '' });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^✗ unexpected argument "file.yaml"\n/);
  });
});
