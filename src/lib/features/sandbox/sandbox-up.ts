import { formatDuration } from '../../core/duration.ts';
import { internalError } from '../../core/errors.ts';
import {
  type BinarySearchResult,
  type Component,
  COMPONENTS,
  type ControlPlane,
  findBinaries,
  inspectControlPlane,
  KUBERNETES_VERSION,
  startControlPlane,
  withLock,
} from '../../engine/controlplane/index.ts';
import { hostOfProcess } from './host-of-process.ts';
import { DEFAULT_SANDBOX, findToolsDir, kubernetesCache, sandboxPaths } from './sandbox-paths.ts';
import type { SandboxPorts, SandboxUpResult } from './types.ts';

/** Options of `sandboxUp`. */
export interface SandboxUpOptions {
  /** Default `default`. */
  readonly name?: string;
  /** Further flags of kube-apiserver. Absent: as before, or none. A running one is restarted when they differ. */
  readonly apiserverFlags?: readonly string[];
  /** True notes every request in a log, whose path is in the result. Absent: as before, or false. */
  readonly audit?: boolean;
}

/**
 * Brings a sandbox up: a real etcd, kube-apiserver and kube-controller-manager on this machine. One that is ready is used
 * as it is; one that lost a process is mended, with the same kubeconfig and data. Aborted or failed, it leaves nothing
 * that it started itself.
 *
 * Effects: starts processes; writes the sandbox's folder; may download or build programs into the cache
 *
 * @throws {FluxError} sandbox/bad-name; controlplane/…
 * @example await sandboxUp({ name: 'demo' }, { env, homeDir, progress })
 */
export async function sandboxUp(options: SandboxUpOptions, ports: SandboxPorts): Promise<SandboxUpResult> {
  const { name = DEFAULT_SANDBOX, apiserverFlags, audit } = options;
  const { progress } = ports;
  const host = ports.host ?? hostOfProcess(ports.env);
  const { dir, lock } = sandboxPaths(name, ports);
  const signal = ports.signal === undefined ? {} : { signal: ports.signal };
  const onWait = ({ pid }: { pid: number }) =>
    progress.waiting(`waiting for process ${pid}, which is working on sandbox ${name}`);
  return await withLock(lock, host, { ...signal, onWait }, async () => {
    const start = host.now().getTime();
    const there = await inspectControlPlane(dir, host);
    // One that a killed call left just before it had its version is made anew.
    if (there?.status === 'ready' && there.kubernetesVersion !== undefined && hasFlags(there, options)) {
      progress.success(`sandbox ${name} runs already: ${describe(there)}`);
      return resultOf(there);
    }
    const binaries = await findBinaries(
      {
        names: COMPONENTS,
        version: KUBERNETES_VERSION,
        cacheRoot: kubernetesCache(ports),
        toolsDir: ports.toolsDir ?? findToolsDir(),
        progress,
        ...signal,
      },
      host,
    );
    progress.action(`${there?.kubernetesVersion === undefined ? 'starting' : 'mending'} sandbox ${name}`);
    for (const line of formatSearch(binaries)) progress.detail(line);
    const controlPlane = await startControlPlane(
      {
        dir,
        name,
        binaries: binaries.paths as Record<Component, string>,
        progress,
        ...signal,
        ...(apiserverFlags === undefined ? {} : { apiserverFlags }),
        ...(audit === undefined ? {} : { audit }),
      },
      host,
    );
    const spent = formatDuration(Math.round((host.now().getTime() - start) / 100) * 100);
    progress.success(`sandbox ${name} is ready after ${spent}: ${describe(controlPlane)}`);
    return resultOf(controlPlane);
  });
}

/**
 * Says where programs came from and why not from elsewhere.
 *
 * Effects: none
 */
export function formatSearch({ used, passed }: BinarySearchResult): string[] {
  return [
    ...used.map(({ place, names }) => `${names.join(', ')} from ${place}`),
    ...passed.map(({ place, reason }) => `not from ${place}: ${reason}`),
  ];
}

function hasFlags(there: ControlPlane, { apiserverFlags, audit }: SandboxUpOptions): boolean {
  if (audit !== undefined && audit !== (there.auditLog !== undefined)) return false;
  return apiserverFlags === undefined || JSON.stringify(there.apiserverFlags) === JSON.stringify(apiserverFlags);
}

function describe({ kubernetesVersion, server }: ControlPlane): string {
  return `Kubernetes ${kubernetesVersion ?? ''} at ${server}`;
}

function resultOf({ name, kubeconfig, server, kubernetesVersion, auditLog }: ControlPlane): SandboxUpResult {
  if (kubernetesVersion === undefined) throw internalError(`sandbox ${name} is ready but has no version`);
  return { name, kubeconfig, server, kubernetesVersion, ...(auditLog === undefined ? {} : { auditLog }) };
}
