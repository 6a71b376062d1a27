import { existsSync } from 'node:fs';
import { stopControlPlane, withLock } from '../../engine/controlplane/index.ts';
import { hostOfProcess } from './host-of-process.ts';
import { DEFAULT_SANDBOX, sandboxPaths } from './sandbox-paths.ts';
import type { SandboxPorts } from './types.ts';

/** Options of `sandboxDown`. */
export interface SandboxDownOptions {
  /** Default `default`. */
  readonly name?: string;
}

/** Result of `sandbox down`. */
export interface SandboxDownResult {
  readonly name: string;
  /** False where there was no such sandbox. */
  readonly removed: boolean;
}

/**
 * Takes a sandbox down: ends its processes and removes its folder with all data. To take down what isn't there is no error,
 * so that it can stand at the end of every script.
 *
 * Effects: ends processes; removes the sandbox's folder
 *
 * @throws {FluxError} sandbox/bad-name; controlplane/process-stays
 */
export async function sandboxDown(options: SandboxDownOptions, ports: SandboxPorts): Promise<SandboxDownResult> {
  const { name = DEFAULT_SANDBOX } = options;
  const { progress } = ports;
  const host = ports.host ?? hostOfProcess(ports.env);
  const { dir, lock } = sandboxPaths(name, ports);
  const signal = ports.signal === undefined ? {} : { signal: ports.signal };
  const onWait = ({ pid }: { pid: number }) =>
    progress.waiting(`waiting for process ${pid}, which is working on sandbox ${name}`);
  return await withLock(lock, host, { ...signal, onWait }, async () => {
    if (!existsSync(dir)) {
      progress.success(`there is no sandbox ${name}`);
      return { name, removed: false };
    }
    progress.action(`taking sandbox ${name} down`);
    await stopControlPlane(dir, host);
    progress.success(`sandbox ${name} is gone`);
    return { name, removed: true };
  });
}
