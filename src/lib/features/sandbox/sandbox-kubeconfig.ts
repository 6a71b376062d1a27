import { readFileSync } from 'node:fs';
import { FluxError } from '../../core/errors.ts';
import { inspectControlPlane } from '../../engine/controlplane/index.ts';
import { hostOfProcess } from './host-of-process.ts';
import { DEFAULT_SANDBOX, sandboxPaths } from './sandbox-paths.ts';
import type { SandboxPorts } from './types.ts';

/** Options of `sandboxKubeconfig`. */
export interface SandboxKubeconfigOptions {
  /** Default `default`. */
  readonly name?: string;
}

/** Result of `sandbox kubeconfig`; the command prints `content`. */
export interface SandboxKubeconfigResult {
  readonly name: string;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** YAML, with the administrator's key in it. */
  readonly content: string;
}

/**
 * Reads the administrator's kubeconfig of a sandbox. It warns where the sandbox does not run as it should.
 *
 * Effects: reads the disk; one request to the API server
 *
 * @throws {FluxError} sandbox/bad-name
 * @throws {FluxError} sandbox/not-found: there is no such sandbox, or it was never ready
 */
export async function sandboxKubeconfig(
  options: SandboxKubeconfigOptions,
  ports: SandboxPorts,
): Promise<SandboxKubeconfigResult> {
  const { name = DEFAULT_SANDBOX } = options;
  const { dir } = sandboxPaths(name, ports);
  const up = `flux-ts sandbox up${name === DEFAULT_SANDBOX ? '' : ` --name ${name}`}`;
  const found = await inspectControlPlane(dir, ports.host ?? hostOfProcess(ports.env));
  if (found?.kubernetesVersion === undefined) {
    throw new FluxError('sandbox/not-found', `there is no sandbox ${JSON.stringify(name)}`, { hint: up });
  }
  if (found.status !== 'ready') ports.progress.warning(`sandbox ${name} is ${found.status}; mend it: ${up}`);
  return { name, kubeconfig: found.kubeconfig, content: readFileSync(found.kubeconfig, 'utf8') };
}
