import { type AdminConnection, connectAdmin } from './connect-admin.ts';
import { LOOPBACK } from './flags.ts';
import type { Host } from './host.ts';
import { COMPONENTS, type Component, type Layout, layoutOf } from './layout.ts';
import { readRunning, readState, type State } from './state.ts';

/** `ready`: all runs and answers; `degraded`: something is missing; `stopped`: no process runs. */
export type ControlPlaneStatus = 'ready' | 'degraded' | 'stopped';

/** How a control plane is at this moment. */
export interface ControlPlane {
  readonly name: string;
  readonly dir: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly server: string;
  /** Absent until the first start succeeded. */
  readonly kubernetesVersion?: string;
  readonly createdAt: Date;
  readonly status: ControlPlaneStatus;
  /** Process ids of what runs. */
  readonly pids: Readonly<Partial<Record<Component, number>>>;
  readonly apiserverFlags: readonly string[];
  /** Path of the log of all requests; absent where there is none. */
  readonly auditLog?: string;
}

/**
 * Looks at the control plane in a folder; `undefined` where there is none.
 *
 * Effects: reads the disk; one request to the API server
 *
 * @throws {FluxError} controlplane/bad-state: the folder's state is damaged
 */
export async function inspectControlPlane(dir: string, host: Host): Promise<ControlPlane | undefined> {
  const layout = layoutOf(dir);
  const state = readState(layout);
  if (state === undefined) return undefined;
  const pids = readPids(layout, host);
  const count = Object.keys(pids).length;
  if (count === 0) return describe(layout, state, 'stopped', pids);
  const ready = count === COMPONENTS.length && (await isReady(layout, state));
  return describe(layout, state, ready ? 'ready' : 'degraded', pids);
}

/** Puts what is known of a control plane into its public form. */
export function describe(layout: Layout, state: State, status: ControlPlaneStatus, pids: ControlPlane['pids']): ControlPlane {
  return {
    name: state.name,
    dir: layout.dir,
    kubeconfig: layout.kubeconfig,
    server: `https://${LOOPBACK}:${state.ports.apiserver}`,
    ...(state.kubernetesVersion === undefined ? {} : { kubernetesVersion: state.kubernetesVersion }),
    createdAt: new Date(state.createdAt),
    status,
    pids,
    apiserverFlags: state.apiserverFlags,
    ...(state.audit === true ? { auditLog: layout.auditLog } : {}),
  };
}

/** Reads the process ids of the components that run. */
export function readPids(layout: Layout, host: Host): Partial<Record<Component, number>> {
  const pids: Partial<Record<Component, number>> = {};
  for (const component of COMPONENTS) {
    const identity = readRunning(layout, component, host);
    if (identity !== undefined) pids[component] = identity.pid;
  }
  return pids;
}

async function isReady(layout: Layout, state: State): Promise<boolean> {
  let admin: AdminConnection | undefined;
  try {
    admin = await connectAdmin(layout, state);
    return (await admin.read('/readyz')).status === 200;
  } catch {
    // A certificate is missing.
    return false;
  } finally {
    admin?.close();
  }
}
