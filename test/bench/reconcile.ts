import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../src/lib/core/progress.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { startGitServer } from '../support/git-server.ts';
import { runOk } from '../support/run-cli.ts';
import { type Measurement, measureJob } from './measure.ts';

/** Driven reconciliations on a real API server. */
export async function benchReconcile(root: string): Promise<Measurement[]> {
  const state = mkdtempSync(join(tmpdir(), 'flux-ts-bench-'));
  const ports: SandboxPorts = {
    env: { ...process.env, XDG_STATE_HOME: state },
    homeDir: homedir(),
    progress: SILENT,
    toolsDir: join(root, 'tools'),
  };
  const git = await startGitServer();
  try {
    const { kubeconfig } = await sandboxUp({ name: 'bench' }, ports);
    const env = { KUBECONFIG: kubeconfig, HOME: state };
    const cli = (...argv: string[]) => runOk(argv, { env });
    await cli('install', '--wait=false');
    await cli('create', 'tenant', 'team', '--with-namespace=apps');
    await git.create('one');
    await git.commitFiles('one', { 'deploy/all.yaml': configMaps(20, 'item') }, 'Add 20 objects');
    await git.create('many');
    await git.commitFiles(
      'many',
      Object.fromEntries(numbers(100).map((n) => [`app-${n}/all.yaml`, configMaps(4, `app-${n}`)])),
      'Add 100 applications',
    );

    await cli('create', 'source', 'git', 'one', '-n', 'apps', `--url=${git.urlOf('one')}`, '--branch=main');
    await cli(
      'create',
      'kustomization',
      'one',
      '-n',
      'apps',
      '--source=one',
      '--path=./deploy',
      '--prune',
      '--service-account=team',
    );
    const drive = (...names: string[]) => cli('drive', ...names, '-n', 'apps', '--timeout=10m').then(() => undefined);
    await drive('one');
    const again = await measureJob('drive one Kustomization of 20 objects, nothing changed', () => drive('one'), 7);

    await cli('create', 'source', 'git', 'many', '-n', 'apps', `--url=${git.urlOf('many')}`, '--branch=main');
    const apps = numbers(100).map((n) => `app-${n}`);
    for (const app of apps)
      await cli(
        'create',
        'kustomization',
        app,
        '-n',
        'apps',
        '--source=many',
        `--path=./${app}`,
        '--prune',
        '--wait',
        '--service-account=team',
      );
    const first = await measureJob(
      'drive 100 Kustomizations of 4 ConfigMaps, wait: true, from created to all Ready',
      () => drive(...apps),
      1,
    );
    const second = await measureJob('the same again, nothing changed', () => drive(...apps), 3);
    return [again, first, second];
  } finally {
    await git.close();
    await sandboxDown({ name: 'bench' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function configMaps(count: number, prefix: string): string {
  return numbers(count)
    .map(
      (n) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${prefix}-${n}\n  namespace: apps\ndata:\n  number: "${n}"\n`,
    )
    .join('---\n');
}
