import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../src/lib/core/progress.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { startGitServer } from '../support/git-server.ts';
import { runOk } from '../support/run-cli.ts';
import { type Measurement, measureJob } from './measure.ts';

/** Preflights of one Kustomization of many objects, on a real API server, as whole processes: start, Git and build included. */
export async function benchRbac(root: string, objects: number): Promise<Measurement[]> {
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
    const kube = await connectKube(kubeconfig);
    await cli('install', '--wait=false');
    await cli('create', 'tenant', 'wide', '--with-namespace=wide');
    for (const name of ['named', 'none']) {
      await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: name } });
    }
    await git.create('many');
    await git.commitFiles('many', { 'deploy/all.yaml': configMaps(objects) }, `Add ${objects} objects`);
    const rows: Measurement[] = [];
    for (const name of ['wide', 'named', 'none']) {
      await cli('create', 'source', 'git', 'many', '-n', name, `--url=${git.urlOf('many')}`, '--branch=main');
      const target = ['--source=many', '--path=./deploy', '--prune', `--target-namespace=${name}`, `--service-account=${name}`];
      await cli('create', 'kustomization', 'many', '-n', name, ...target);
      await cli('reconcile', 'source', 'git', 'many', '-n', name, '--drive');
    }
    const { stdout } = await cli('rbac', 'role', 'kustomization', 'many', '-n', 'named');
    for (const { value } of parseYamlDocuments(stdout))
      await kube.apply(value as K8sObject, { fieldManager: 'bench', force: true });
    await kube.close();
    const check = (name: string, wanted: number) => async (): Promise<void> => {
      const words = ['rbac', 'check', 'kustomization', 'many', '-n', name];
      const child = spawn(process.execPath, [join(root, 'bin', 'flux-ts'), ...words], { env, stdio: 'ignore' });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== wanted) throw new Error(`flux-ts ${words.join(' ')} exited with ${code}, ${wanted} was wanted`);
    };
    await waitFor(check('named', 0));
    const of = `rbac check of ${objects} objects`;
    rows.push(await measureJob(`${of}: kinds are granted`, check('wide', 0), 5));
    rows.push(await measureJob(`${of}: each name is granted by itself, by the role that rbac role prints`, check('named', 0), 5));
    rows.push(await measureJob(`${of}: nothing is granted`, check('none', 1), 5));
    return rows;
  } finally {
    await git.close();
    await sandboxDown({ name: 'bench' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}

/** The authorizer hears of a role a moment after it is stored. */
async function waitFor(run: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt > 20) throw error;
    }
  }
}

function configMaps(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: item-${index}\ndata:\n  number: "${index}"\n`,
  ).join('---\n');
}
