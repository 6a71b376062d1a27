import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FluxError, internalError } from '../../core/errors.ts';
import type { SandboxPorts } from './types.ts';

/** Name of the sandbox when none is given. */
export const DEFAULT_SANDBOX = 'default';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Returns the folder that holds all sandboxes: `$XDG_STATE_HOME/flux-ts/sandbox`.
 *
 * Effects: none
 */
export function sandboxRoot({ env, homeDir }: Pick<SandboxPorts, 'env' | 'homeDir'>): string {
  return join(xdgDir(env['XDG_STATE_HOME'], join(homeDir, '.local', 'state')), 'flux-ts', 'sandbox');
}

/**
 * Returns the folder of a sandbox and its lock file, which lies beside it since the folder goes away. No two names clash:
 * a DNS label has no dot.
 *
 * Effects: none
 *
 * @throws {FluxError} sandbox/bad-name: not a DNS label
 */
export function sandboxPaths(name: string, ports: Pick<SandboxPorts, 'env' | 'homeDir'>): { dir: string; lock: string } {
  if (!DNS_LABEL.test(name)) {
    throw new FluxError('sandbox/bad-name', `sandbox name ${JSON.stringify(name)} is not a DNS label`, {
      hint: 'take lower-case letters, digits and dashes, at most 63, a letter or digit at both ends',
    });
  }
  const root = sandboxRoot(ports);
  return { dir: join(root, name), lock: join(root, `${name}.lock`) };
}

/**
 * Returns the folder of the cached Kubernetes programs: `$XDG_CACHE_HOME/flux-ts/kubernetes`.
 *
 * Effects: none
 */
export function kubernetesCache({ env, homeDir }: Pick<SandboxPorts, 'env' | 'homeDir'>): string {
  return join(xdgDir(env['XDG_CACHE_HOME'], join(homeDir, '.cache')), 'flux-ts', 'kubernetes');
}

/**
 * Finds the folder with the pinned Go modules: the `tools` above this file, wherever the package was bundled to.
 *
 * Effects: reads the disk
 */
export function findToolsDir(moduleUrl: string = import.meta.url): string {
  for (let dir = dirname(fileURLToPath(moduleUrl)); ; dir = dirname(dir)) {
    const candidate = join(dir, 'tools');
    if (existsSync(join(candidate, 'kubernetes', 'go.mod'))) return candidate;
    if (dirname(dir) === dir) throw internalError('the package lacks its folder tools/kubernetes');
  }
}

/** The XDG specification tells to ignore relative paths. */
function xdgDir(value: string | undefined, fallback: string): string {
  return value !== undefined && isAbsolute(value) ? value : fallback;
}
