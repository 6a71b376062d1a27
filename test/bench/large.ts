import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../src/lib/core/progress.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { startGitServer } from '../support/git-server.ts';
import { makeHistory, makeManyFiles } from '../support/large-repositories.ts';
import { type Measurement, peakOf, processorTimeOf } from './measure.ts';

/** How large the repositories are. */
export interface LargeBenchSizes {
  /** Files of the one. */
  readonly files: number;
  /** MiB of history of the other, of bytes that nothing compresses. */
  readonly historyMiB: number;
}

const BLOB_MIB = 8;
const SOURCE = 'source.toolkit.fluxcd.io/v1';

/** Whole processes that drive a large repository, from Git over HTTP to the applied object: their time and their memory. */
export async function benchLarge(root: string, { files, historyMiB }: LargeBenchSizes): Promise<Measurement[]> {
  const state = mkdtempSync(join(tmpdir(), 'flux-ts-bench-'));
  const env = { ...process.env, XDG_STATE_HOME: state };
  const ports: SandboxPorts = { env, homeDir: homedir(), progress: SILENT, toolsDir: join(root, 'tools') };
  const git = await startGitServer();
  try {
    process.stderr.write('  making the repositories\n');
    await makeManyFiles(git, 'files', files);
    await makeHistory(git, 'history', Math.ceil(historyMiB / BLOB_MIB), BLOB_MIB * 2 ** 20);
    const { kubeconfig } = await sandboxUp({ name: 'bench' }, ports);
    const kube = await connectKube(kubeconfig);
    try {
      await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
      const rows: Measurement[] = [];
      for (const [name, what] of [
        ['files', `a repository of ${files} files`],
        ['history', `a repository with ${historyMiB} MiB of history`],
      ] as const) {
        await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        const spec = { interval: '1h', url: git.urlOf(name), ref: { branch: 'main' } };
        await kube.create({ apiVersion: SOURCE, kind: 'GitRepository', metadata: { name, namespace: name }, spec });
        await kube.create({
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          metadata: { name, namespace: name },
          spec: {
            interval: '1h',
            path: './deploy',
            prune: true,
            targetNamespace: name,
            sourceRef: { kind: 'GitRepository', name },
          },
        });
        const drive = () => measure(join(root, 'bin', 'flux-ts'), ['drive', '-n', name], state, kubeconfig);
        rows.push(...rowsOf(`drive ${what}`, await drive()), ...rowsOf(`${what}, nothing changed`, await drive()));
      }
      return rows;
    } finally {
      await kube.close();
    }
  } finally {
    await git.close();
    await sandboxDown({ name: 'bench' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}

interface Figures {
  readonly ms: number;
  readonly processorMs: number;
  readonly peakMiB: number;
}

function rowsOf(work: string, { ms, processorMs, peakMiB }: Figures): Measurement[] {
  const once = (value: number) => ({ runs: 1, medianMs: value, minMs: value, maxMs: value });
  return [
    { work, ...once(ms) },
    { work: `${work}: processor time`, ...once(processorMs) },
    { work: `${work}: peak memory`, unit: 'MiB', ...once(peakMiB) },
  ];
}

/** Runs a command whose output is thrown away. */
async function measure(program: string, words: readonly string[], home: string, kubeconfig: string): Promise<Figures> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  let peakMiB = 0;
  let processorMs = 0;
  const look = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid ?? 0));
    processorMs = Math.max(processorMs, processorTimeOf(child.pid ?? 0));
  }, 10);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  clearInterval(look);
  const ms = performance.now() - started;
  if (code !== 0) throw new Error(`flux-ts ${words.join(' ')} ended with ${code}: ${told}`);
  return { ms, processorMs, peakMiB };
}
