import type { Progress } from '../../core/progress.ts';
import type { Host } from '../../engine/controlplane/index.ts';

/** What the sandbox features need from the outside. */
export interface SandboxPorts {
  /** XDG_STATE_HOME, XDG_CACHE_HOME, KUBEBUILDER_ASSETS, FLUX_TS_OFFLINE, PATH and what Go reads. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Default: this process. */
  readonly host?: Host;
  /** Folder with the pinned Go modules; default: the one of this package. */
  readonly toolsDir?: string;
}

/** Result of `sandbox up`; its members are a promise to scripts. */
export interface SandboxUpResult {
  readonly name: string;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly kubernetesVersion: string;
  /** Path of the log of all requests; absent where none is kept. */
  readonly auditLog?: string;
}

/** How a sandbox is: `ready`, `degraded` (something has died), `stopped`, `busy` (another process works on it), `damaged`. */
export type SandboxStatus = 'ready' | 'degraded' | 'stopped' | 'busy' | 'damaged';

/** A row of `sandbox list`. */
export interface SandboxListItem {
  readonly name: string;
  readonly status: SandboxStatus;
  readonly server?: string;
  readonly kubernetesVersion?: string;
  /** RFC 3339 */
  readonly createdAt?: string;
  readonly ageSeconds?: number;
}
