import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { PACKAGE_DIR, runOk } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

describe('completion', () => {
  const namespace = `complete-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-completion-'));
  let sandbox: TestSandbox;
  let kube: KubeClient;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['kustomize-controller']);
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    for (const name of ['web', 'api']) {
      await kube.create({
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name, namespace },
        spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'x' } },
      });
    }
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await runOk(['completion', 'words', '--', ...words], { env: { KUBECONFIG: sandbox.kubeconfigPath } });
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
  };

  it('completes commands, flags and their values', async () => {
    assert.deepEqual(await complete('get', 'sources', ''), ['all', 'bucket', 'chart', 'external', 'git', 'helm', 'oci']);
    assert.deepEqual(await complete('ev'), ['events']);
    assert.deepEqual(await complete('get', 'ks', '--status'), ['--status-selector']);
    assert.deepEqual(await complete('get', 'ks', '-o', ''), ['json', 'name', 'table', 'wide', 'yaml']);
    assert.deepEqual(await complete('get', 'ks', '--output=ya'), ['--output=yaml']);
    assert.ok(!(await complete('completion', '')).includes('words'), 'what is hidden is not offered');
  });

  it('completes what is in the cluster and in the kubeconfig', async () => {
    assert.deepEqual(await complete('reconcile', 'kustomization', '-n', namespace, ''), ['api', 'web']);
    assert.deepEqual(await complete('suspend', 'ks', `--namespace=${namespace}`, 'web', ''), ['api']);
    assert.deepEqual(await complete('diff', 'ks', '-n', namespace, 'w'), ['web']);
    assert.deepEqual(await complete('get', 'ks', '-n', namespace.slice(0, -1)), [namespace]);
    assert.deepEqual(await complete('why', 'kustomi'), ['kustomization']);
    assert.deepEqual(await complete('why', 'ks', '-n', namespace, ''), ['api', 'web']);
    assert.equal((await complete('--context', '')).length, 1);
  });

  it('says nothing where there is nothing to be found', async () => {
    assert.deepEqual(await complete('get', 'ks', '--server=https://127.0.0.1:1', ''), []);
    assert.deepEqual(await complete('get', 'ks', '--kubeconfig=/nonexistent', ''), []);
    assert.deepEqual(await complete('nonsense', ''), []);
    assert.deepEqual(await complete('get', '--timeout=forever', 'ks', ''), []);
  });

  /** Has a shell read its script and do something with it. */
  const runShell = async (shell: string, flags: readonly string[], script: (completion: string) => string): Promise<string> => {
    const { stdout } = await runOk(['completion', shell]);
    const program = join(folder, 'main.mjs');
    const main = join(PACKAGE_DIR, 'src/main.ts');
    writeFileSync(program, `import { main } from ${JSON.stringify(main)};\nawait main(${JSON.stringify(PACKAGE_DIR)});\n`);
    const runner = join(folder, 'flux-ts');
    writeFileSync(runner, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, { mode: 0o755 });
    const run = spawnSync(shell, [...flags, '-c', script(stdout)], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder, KUBECONFIG: sandbox.kubeconfigPath },
    });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
  };
  const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

  it('works in bash', async (t) => {
    if (!isThere('bash')) return t.skip('there is no bash');
    const told = await runShell(
      'bash',
      ['--norc'],
      (completion) => `${completion}
for COMP_LINE in "flux-ts reconcile ks -n ${namespace} " "flux-ts get ks --output=y"; do
  COMP_POINT=\${#COMP_LINE}
  _flux_ts
  echo "\${COMPREPLY[*]}"
done
`,
    );
    assert.equal(told, 'api web\nyaml\n');
  });

  it('works in zsh', async (t) => {
    if (!isThere('zsh')) return t.skip('there is no zsh');
    // Only a terminal has the completion system; what it would be told is printed instead.
    const told = await runShell(
      'zsh',
      ['-f'],
      (completion) => `compdef() { }
_describe() { print -r -- \${(P)2}; }
_files() { print files; }
${completion}
words=(flux-ts reconcile ks -n ${namespace} ""); CURRENT=6; _flux_ts
words=(flux-ts get ks --output=y); CURRENT=4; _flux_ts
words=(flux-ts envsubst ""); CURRENT=3; _flux_ts
`,
    );
    assert.match(told, /^api\S* ?.*web.*\n--output=yaml\nfiles\n$/);
  });

  it('works in fish', async (t) => {
    if (!isThere('fish')) return t.skip('there is no fish');
    const told = await runShell(
      'fish',
      ['--no-config'],
      (completion) => `${completion}
complete -C "flux-ts reconcile ks -n ${namespace} "
complete -C "flux-ts get ks --output=y"
complete -C "flux-ts envsubst main"
`,
    );
    const words = told.split('\n').map((line) => line.split('\t')[0]);
    assert.deepEqual(words, ['api', 'web', '--output=yaml', 'main.mjs', '']);
  });

  it('has a script for each of the other shells', async () => {
    for (const shell of ['zsh', 'fish', 'powershell']) {
      assert.match((await runOk(['completion', shell])).stdout, /completion words -- /, shell);
    }
  });
});
