import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapBounded } from '../../src/lib/core/map-bounded.ts';
import { SILENT } from '../../src/lib/core/progress.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { findFluxCli } from '../support/flux-cli.ts';
import { startGitServer } from '../support/git-server.ts';
import { startOciRegistry } from '../support/oci-registry.ts';
import { runOk } from '../support/run-cli.ts';
import { type CommandLine, type Measurement, measureProcess } from './measure.ts';

const OBJECTS = 500;
const FILES = 5_000;
const FILES_PER_FOLDER = 50;
const WRITES_AT_ONCE = 16;

/**
 * The same command by the flux CLI and by ours, as whole processes, in turn: on this machine alone, on a cluster, and on a
 * registry.
 */
export async function benchCli(root: string): Promise<Measurement[]> {
  const flux = await findFluxCli({ ...SILENT, action: (text) => void process.stderr.write(`  ${text}\n`) });
  const state = mkdtempSync(join(tmpdir(), 'flux-ts-bench-'));
  const folder = join(state, 'folder');
  const env = { ...process.env, XDG_STATE_HOME: state };
  const ports: SandboxPorts = { env, homeDir: homedir(), progress: SILENT, toolsDir: join(root, 'tools') };
  const git = await startGitServer();
  const registry = await startOciRegistry();
  try {
    const { kubeconfig } = await sandboxUp({ name: 'bench' }, ports);
    const cli = (...argv: string[]) => runOk(argv, { env: { KUBECONFIG: kubeconfig, HOME: state } });
    await cli('install', '--wait=false');
    const deploy = { 'deploy/all.yaml': configMaps(OBJECTS) };
    writeFiles(folder, deploy);
    await git.create('many');
    await git.commitFiles('many', deploy, `Add ${OBJECTS} objects`);
    await cli('create', 'source', 'git', 'many', `--url=${git.urlOf('many')}`, '--branch=main', '--drive');
    const target = ['--source=many', '--path=./deploy', '--prune', '--target-namespace=flux-system'];
    await cli('create', 'kustomization', 'many', ...target, '--drive');
    await createKustomizations(kubeconfig);
    writeFiles(join(state, 'artifact'), manifests(FILES));

    const rows: Measurement[] = [];
    // With this Node: an older one on the PATH would first look for another.
    const ours = [process.execPath, join(root, 'bin', 'flux-ts')];
    const compare = (work: string, wantedRatio: number, runs: number, ...words: string[]): void => {
      const of = (...program: string[]): CommandLine => [
        'env',
        `KUBECONFIG=${kubeconfig}`,
        `HOME=${state}`,
        ...program,
        ...words,
      ];
      const peer = { name: 'flux', command: of(flux), wantedRatio };
      rows.push(measureProcess(`flux-ts ${work}`, of(...ours), peer, runs));
    };
    compare('--version', 1.2, 15, '--version');
    const source = ['create', 'source', 'git', 'podinfo', '--url=https://example.com/podinfo', '--branch=main', '--export'];
    compare('create source git --export', 1.6, 15, ...source);
    compare('install --export', 0.75, 15, 'install', '--export');
    compare(`get kustomizations -A, ${OBJECTS} objects`, 1, 15, 'get', 'kustomizations', '-A');
    const paths = [`--path=${join(folder, 'deploy')}`, '--progress-bar=false'];
    compare(`diff kustomization, ${OBJECTS} objects`, 0.25, 3, 'diff', 'kustomization', 'many', ...paths);
    // A repository of its own each time, so that all is sent.
    const words = `push artifact "oci://${registry.host}/made-$$:v1" -f "${join(state, 'artifact')}" --source=x --revision=x`;
    const push = (...program: string[]): CommandLine => ['sh', '-c', `exec "$@" ${words}`, 'sh', ...program];
    const theirs = { name: 'flux', command: push(flux), wantedRatio: 1 };
    rows.push(measureProcess(`flux-ts push artifact, ${FILES} files`, push(...ours), theirs, 9));
    return rows;
  } finally {
    await registry.stop();
    await git.close();
    await sandboxDown({ name: 'bench' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}

/** Many Kustomizations, for tables. */
async function createKustomizations(kubeconfig: string): Promise<void> {
  const kube = await connectKube(kubeconfig);
  try {
    const names = Array.from({ length: OBJECTS }, (_, index) => `app-${index + 1}`);
    await mapBounded(names, WRITES_AT_ONCE, async (name) => {
      const object = {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name, namespace: 'flux-system' },
      };
      const sourceRef = { kind: 'GitRepository', name: 'many' };
      await kube.create({ ...object, spec: { interval: '1h', path: `./${name}`, prune: true, suspend: true, sourceRef } });
    });
  } finally {
    await kube.close();
  }
}

function manifests(count: number): Record<string, string> {
  const entries = Array.from({ length: count }, (_, index): [string, string] => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: conf-${index}\n  namespace: apps\ndata:\n  number: "${index}"\n`;
    return [`part-${Math.floor(index / FILES_PER_FOLDER)}/conf-${index}.yaml`, `${text}${'  # a line of words\n'.repeat(12)}`];
  });
  return Object.fromEntries(entries);
}

function configMaps(count: number): string {
  const one = (_: unknown, n: number): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: many-${n}\ndata:\n  number: "${n}"\n`;
  return Array.from({ length: count }, one).join('---\n');
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
