import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { SILENT } from '../../src/lib/core/progress.ts';
import { killControlPlane, readStartTime } from '../../src/lib/engine/controlplane/index.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { type SandboxPorts, sandboxDown, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { sandboxPaths } from '../../src/lib/features/sandbox/sandbox-paths.ts';

/** A real API server for a test. */
export interface TestSandbox {
  /** kubeconfig of a cluster administrator. */
  readonly kubeconfigPath: string;
  readonly server: string;
  /** Path of the log of all requests, where one was asked for. */
  readonly auditLog?: string;
  /** True where other test files use the same one: stay in namespaces of your own. */
  readonly isShared: boolean;
  /** Ends it, if it is this process's own. */
  close(): Promise<void>;
}

/** Folder of the sandboxes of all test processes; below it one folder per process, named after its id. */
const ROOT = join(tmpdir(), 'flux-ts-test-sandboxes');

let ofThisProcess: Promise<TestSandbox> | undefined;

/**
 * Gives the sandbox of this test process; starts it at the first call. It ends with the process, or with the test that is
 * handed in. `FLUX_TS_TEST_KUBECONFIG` names one that already runs and is shared by all.
 *
 * @example const { kubeconfigPath } = await useSandbox();
 */
export async function useSandbox(t?: TestContext): Promise<TestSandbox> {
  if (t !== undefined) {
    const own = await startSandbox();
    t.after(() => own.close());
    return own;
  }
  ofThisProcess ??= startSandbox();
  return await ofThisProcess;
}

/** Options of `startSandbox`. */
export interface StartSandboxOptions {
  /** Default `test`. */
  readonly name?: string;
  /** True for a test that changes the whole cluster, such as one that runs controllers: never the shared one. Default false. */
  readonly alone?: boolean;
  /** True keeps a log of all requests; goes with `alone`. Default false. */
  readonly audit?: boolean;
  /** Further flags of kube-apiserver; go with `alone`. Default none. */
  readonly apiserverFlags?: readonly string[];
}

/** Starts a sandbox, or gives the one that `FLUX_TS_TEST_KUBECONFIG` names. */
export async function startSandbox({
  name = 'test',
  alone = false,
  audit = false,
  apiserverFlags = [],
}: StartSandboxOptions = {}): Promise<TestSandbox> {
  const shared = process.env['FLUX_TS_TEST_KUBECONFIG'];
  if (!alone && shared !== undefined && shared !== '') {
    const server = /^\s*server:\s*(\S+)/m.exec(readFileSync(shared, 'utf8'))?.[1] ?? '';
    return { kubeconfigPath: shared, server, isShared: true, close: async () => {} };
  }
  await sweep();
  const ports = testPorts(join(ROOT, String(process.pid), Math.random().toString(36).slice(2, 10)));
  const forget = endWithProcess(name, ports);
  const { kubeconfig, server, auditLog } = await sandboxUp({ name, audit, apiserverFlags }, ports);
  return {
    kubeconfigPath: kubeconfig,
    server,
    isShared: false,
    ...(auditLog === undefined ? {} : { auditLog }),
    async close() {
      await sandboxDown({ name }, ports);
      forget();
    },
  };
}

/** The ports of a sandbox feature whose state lies in a folder of the test's own. */
export function testPorts(stateHome: string): SandboxPorts {
  mkdirSync(stateHome, { recursive: true, mode: 0o700 });
  return { env: { ...process.env, XDG_STATE_HOME: stateHome }, homeDir: homedir(), progress: SILENT };
}

/** Makes sure that a sandbox ends when this process does, however far its start has come. */
export function endWithProcess(name: string, ports: SandboxPorts): () => void {
  const { dir } = sandboxPaths(name, ports);
  const stateHome = ports.env['XDG_STATE_HOME'] as string;
  const end = () => {
    killControlPlane(dir, hostOfProcess(process.env));
    rmSync(stateHome, { recursive: true, force: true });
  };
  const quit = () => process.exit(130);
  process.once('exit', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, quit);
  return () => {
    process.removeListener('exit', end);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, quit);
    rmSync(stateHome, { recursive: true, force: true });
  };
}

/** Ends the sandboxes of test processes that were killed before they could do it. */
async function sweep(): Promise<void> {
  mkdirSync(ROOT, { recursive: true, mode: 0o700 });
  for (const owner of namesIn(ROOT)) {
    if (readStartTime(Number(owner), process.platform) !== undefined) continue;
    for (const run of namesIn(join(ROOT, owner))) {
      const sandboxes = join(ROOT, owner, run, 'flux-ts', 'sandbox');
      for (const name of namesIn(sandboxes)) killControlPlane(join(sandboxes, name), hostOfProcess(process.env));
    }
    rmSync(join(ROOT, owner), { recursive: true, force: true });
  }
}

/** What is in a folder; nothing, where another process has just swept it. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
