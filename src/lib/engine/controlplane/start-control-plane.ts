import { mkdirSync } from 'node:fs';
import { FluxError, isFluxError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { type AdminConnection, connectAdmin } from './connect-admin.ts';
import { endProcesses, GRACE_MS } from './end-processes.ts';
import { findFreePorts, isFreePort } from './free-port.ts';
import type { Host } from './host.ts';
import { type ControlPlane, describe, readPids } from './inspect-control-plane.ts';
import { COMPONENTS, type Component, type Layout, layoutOf } from './layout.ts';
import { pause } from './pause.ts';
import { type Spawned, spawnComponent } from './spawn-component.ts';
import { readRunning, readState, type State, writeState } from './state.ts';
import { stopControlPlane } from './stop-control-plane.ts';
import { writeAuditPolicy } from './audit-policy.ts';
import { waitForApiserver, waitForControllers } from './wait-ready.ts';
import { writeCertificates } from './write-certificates.ts';

/** What a control plane is started from. */
export interface StartOptions {
  /** Folder of its own; made if it isn't there. */
  readonly dir: string;
  /** Stands in the kubeconfig. */
  readonly name: string;
  readonly binaries: Readonly<Record<Component, string>>;
  /** Further flags of kube-apiserver. Absent: as it was started before, or none. */
  readonly apiserverFlags?: readonly string[];
  /** True notes who asked the API server for what, in `audit.log`; no bodies. Absent: as it was before, or false. */
  readonly audit?: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Longest time that each of API server and controllers may take; default 120 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
/** Time in which an API server that lived through the loss of etcd has to find it again. */
const RECONNECT_MS = 10_000;
const PORT_ATTEMPTS = 5;
const PORT_RELEASE_MS = 2_000;
/**
 * For what has nothing to save: an API server, whose data is etcd's and which waits for the end of each watch, and a new
 * process, which may hear a signal only seconds later.
 */
const SHORT_GRACE_MS = 200;

/**
 * Brings the control plane in a folder up: makes a new one, or restarts what has died of an old one on the same ports,
 * certificates and data, so that kubeconfigs stay good. What runs and answers is left alone.
 *
 * The caller makes sure that no other process does the same (`withLock`). When it fails or is aborted, what it started is
 * ended again, and a new control plane's folder removed.
 *
 * Effects: starts processes; writes the folder
 *
 * @throws {FluxError} controlplane/process-ended: a process ended at once; its last words are in the message
 * @throws {FluxError} controlplane/not-ready: it took too long
 * @throws {FluxError} controlplane/port-taken: another program has the port of an old control plane
 */
export async function startControlPlane(options: StartOptions, host: Host): Promise<ControlPlane> {
  const layout = layoutOf(options.dir);
  const old = readState(layout);
  if (old?.kubernetesVersion !== undefined) return await revive(layout, old, options, host);
  for (let attempt = 1; ; attempt += 1) {
    // Also what an earlier attempt left that was killed before it was ready.
    await stopControlPlane(layout.dir, host);
    try {
      return await bringUp(layout, await createState(layout, options, host), options, host);
    } catch (error) {
      await stopControlPlane(layout.dir, host);
      if (!isFluxError(error, 'controlplane/port-taken') || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function createState(layout: Layout, options: StartOptions, host: Host): Promise<State> {
  options.signal?.throwIfAborted();
  mkdirSync(layout.dir, { recursive: true, mode: 0o700 });
  const [apiserver, etcdClient, etcdPeer] = (await findFreePorts(3)) as [number, number, number];
  const now = host.now();
  const state: State = {
    format: 1,
    name: options.name,
    createdAt: now.toISOString(),
    ports: { apiserver, etcdClient, etcdPeer },
    binaries: options.binaries,
    apiserverFlags: options.apiserverFlags ?? [],
    audit: options.audit ?? false,
  };
  writeState(layout, state);
  writeAuditPolicy(layout);
  writeCertificates(layout, options.name, state.ports, now);
  return state;
}

async function revive(layout: Layout, old: State, options: StartOptions, host: Host): Promise<ControlPlane> {
  const state: State = {
    ...old,
    binaries: options.binaries,
    apiserverFlags: options.apiserverFlags ?? old.apiserverFlags,
    audit: options.audit ?? old.audit ?? false,
  };
  writeAuditPolicy(layout);
  const apiserver = readRunning(layout, 'kube-apiserver', host);
  const changed = formatChoices(state) !== formatChoices(old);
  if (changed && apiserver !== undefined) {
    options.progress.action('restarting kube-apiserver with other flags');
    await endProcesses([apiserver], host, SHORT_GRACE_MS);
  }
  for (const component of COMPONENTS) {
    if (readRunning(layout, component, host) !== undefined || (changed && component === 'kube-apiserver')) continue;
    options.progress.warning(`${component} does not run; starting it on the data that is there`);
  }
  writeState(layout, state);
  await assertPortsFree(layout, state, host, options.signal);
  return await bringUp(layout, state, options, host);
}

/** What a running API server can only be given by a restart. */
function formatChoices({ apiserverFlags, audit = false }: State): string {
  return JSON.stringify([apiserverFlags, audit]);
}

/** An old control plane has to come back on its own ports, so a stranger there is an error with a name. */
async function assertPortsFree(layout: Layout, state: State, host: Host, signal?: AbortSignal): Promise<void> {
  const needed: readonly (readonly [Component, number])[] = [
    ['etcd', state.ports.etcdClient],
    ['etcd', state.ports.etcdPeer],
    ['kube-apiserver', state.ports.apiserver],
  ];
  for (const [component, port] of needed) {
    if (readRunning(layout, component, host) !== undefined) continue;
    // What was killed a moment ago may still hold it.
    const deadline = host.now().getTime() + PORT_RELEASE_MS;
    let free = await isFreePort(port);
    while (!free && host.now().getTime() < deadline) {
      await pause(50, signal);
      free = await isFreePort(port);
    }
    if (free) continue;
    throw new FluxError('controlplane/port-taken', `another program listens on port ${port}, which ${component} needs`, {
      hint: 'end that program, or take the sandbox down and bring a new one up',
      details: { component, port },
    });
  }
}

async function bringUp(layout: Layout, state: State, options: StartOptions, host: Host): Promise<ControlPlane> {
  const spawned: Spawned[] = [];
  const spawnMissing = async (component: Component) => {
    options.signal?.throwIfAborted();
    if (readRunning(layout, component, host) === undefined) spawned.push(await spawnComponent(component, layout, state, host));
  };
  let admin: AdminConnection | undefined;
  try {
    const survivor = readRunning(layout, 'kube-apiserver', host);
    await spawnMissing('etcd');
    await spawnMissing('kube-apiserver');
    admin = await connectAdmin(layout, state);
    const wait = (timeoutMs = options.timeoutMs ?? TIMEOUT_MS) => ({
      timeoutMs,
      ended: spawned.map(({ ended }) => ended),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (survivor === undefined) {
      await waitForApiserver(admin, host, wait());
    } else {
      try {
        await waitForApiserver(admin, host, wait(RECONNECT_MS));
      } catch (error) {
        if (!isFluxError(error, 'controlplane/not-ready')) throw error;
        options.progress.warning('kube-apiserver runs but does not get ready; restarting it');
        await endProcesses([survivor], host);
        await spawnMissing('kube-apiserver');
        await waitForApiserver(admin, host, wait());
      }
    }
    await spawnMissing('kube-controller-manager');
    await waitForControllers(admin, host, wait());
    const version = JSON.parse((await admin.read('/version')).body) as { gitVersion: string };
    const ready: State = { ...state, kubernetesVersion: version.gitVersion };
    writeState(layout, ready);
    return describe(layout, ready, 'ready', readPids(layout, host));
  } catch (error) {
    const graceMs = state.kubernetesVersion === undefined ? SHORT_GRACE_MS : GRACE_MS;
    for (const { identity } of spawned.toReversed()) await endProcesses([identity], host, graceMs);
    throw error;
  } finally {
    admin?.close();
    for (const { release } of spawned) release();
  }
}
