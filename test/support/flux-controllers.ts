import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { type Progress, SILENT } from '../../src/lib/core/progress.ts';
import {
  buildBinary,
  endProcesses,
  findFreePorts,
  type ProcessIdentity,
  readStartTime,
  withLock,
} from '../../src/lib/engine/controlplane/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { findToolsDir } from '../../src/lib/features/sandbox/sandbox-paths.ts';
import { makeAccountKubeconfig } from './account-kubeconfig.ts';
import { connectKube } from './connect-kube.ts';

/** The controllers that most tests run. */
const MAIN = ['source-controller', 'kustomize-controller'] as const;
/** Those that `npm run controllers` runs as well. */
const FURTHER = [
  'notification-controller',
  'helm-controller',
  'image-reflector-controller',
  'image-automation-controller',
] as const;

/** A controller that can be run. */
export type FluxControllerName = (typeof MAIN)[number] | (typeof FURTHER)[number];

/** All of them. */
export const FLUX_CONTROLLERS: readonly FluxControllerName[] = [...MAIN, ...FURTHER];

/** Options of `startFluxControllers`. */
export interface FluxControllersOptions {
  /** kubeconfig of an administrator. The Flux definitions have to be there. */
  readonly kubeconfigPath: string;
  /** Where the controllers' ServiceAccounts are; made if missing. Default `flux-system`. */
  readonly namespace?: string;
  /** Handed to them as that of their pods: the one that they watch where they do not watch all. Default: `namespace`. */
  readonly runtimeNamespace?: string;
  /** Ending of the names of their accounts, for a further set of controllers. Default: none. */
  readonly accountSuffix?: string;
  /** Default: source- and kustomize-controller. With notification-controller, the others send it their events. */
  readonly controllers?: readonly FluxControllerName[];
  /** Binds each controller's account to cluster-admin. Default false: they have the rights that the test has granted. */
  readonly clusterAdmin?: boolean;
  /** Takes the Lease, as a controller in a cluster does. Linux only. Default false. */
  readonly leaderElection?: boolean;
  /**
   * The arguments of Deployments, by controller: what a cluster would start it with. Addresses that only a cluster has are
   * replaced. Default: none.
   */
  readonly deploymentArgs?: Partial<Record<FluxControllerName, readonly string[]>>;
  /** Further flags by controller. */
  readonly flags?: Partial<Record<FluxControllerName, readonly string[]>>;
  /** Hears about builds; the first one takes minutes. */
  readonly progress?: Progress;
}

/** Flux's own controllers, running as local processes. */
export interface FluxControllers {
  /** All that a controller has said so far: JSON, a line each. */
  logs(name: FluxControllerName): string;
  /** Where notification-controller takes calls of Receivers; empty where it does not run. */
  readonly receiverUrl: string;
  /** Id of a controller's process. */
  pidOf(name: FluxControllerName): number;
  /** Ends them; Leases they held are not given back, as after a crash. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;

/** Ports of one controller, and where events go. */
interface Addresses {
  readonly health: number;
  /** Of artifacts, of source-controller. */
  readonly storage: number;
  /** Of events, of notification-controller; 0 where it does not run. */
  readonly events: number;
  /** Of calls of Receivers, of notification-controller. */
  readonly receiver: number;
}

/**
 * Runs Flux's real controllers outside the cluster, each with a token of its own ServiceAccount, so that they meet the same
 * RBAC as they would inside.
 */
export async function startFluxControllers(options: FluxControllersOptions): Promise<FluxControllers> {
  const { controllers = MAIN, progress = SILENT } = options;
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-controllers-'));
  const running: ProcessIdentity[] = [];
  const killAll = () => {
    for (const { pid } of running) tryKill(pid);
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', killAll);
  const stop = async () => {
    await endProcesses(running, hostOfProcess(process.env));
    process.removeListener('exit', killAll);
    rmSync(dir, { recursive: true, force: true });
  };
  const logFile = (name: FluxControllerName) => join(dir, `${name}.log`);
  const admin = await connectKube(options.kubeconfigPath);
  try {
    const programs = new Map<FluxControllerName, string>();
    for (const name of controllers) programs.set(name, await findController(name, progress));
    let served: number | undefined;
    const [events, receiver] = (await findFreePorts(2)) as [number, number];
    const isNotified = controllers.includes('notification-controller');
    for (const [name, program] of programs) {
      const kubeconfig = join(dir, `${name}.kubeconfig`);
      writeFileSync(kubeconfig, await prepareIdentity(name, admin, options), { mode: 0o600 });
      const [health, storage] = (await findFreePorts(2)) as [number, number];
      const flags = [
        ...(options.deploymentArgs?.[name] ?? []),
        ...controllerFlags(name, dir, { health, storage, events: isNotified ? events : 0, receiver }, options),
        ...(options.flags?.[name] ?? []),
      ];
      if (name === 'source-controller') served = storage;
      running.push(await run(program, flags, { name, dir, kubeconfig, logFile: logFile(name) }, options, served));
      await waitForPort(health, name, logFile(name));
      if (name === 'notification-controller') await waitForPort(receiver, name, logFile(name));
      // Without leader election the artifact server starts at once; with it, only when the Lease is free.
      if (name === 'source-controller' && options.leaderElection !== true) await waitForPort(storage, name, logFile(name));
    }
    const pids = new Map([...programs.keys()].map((name, index) => [name, running[index]?.pid ?? 0]));
    return {
      logs: (name) => readFileSync(logFile(name), 'utf8'),
      receiverUrl: isNotified ? `http://127.0.0.1:${receiver}` : '',
      pidOf: (name) => pids.get(name) ?? 0,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await admin.close();
  }
}

/**
 * Sees to it that the controllers are built, so that no test has to wait for that without a word.
 *
 * Effects: may build programs into the cache
 *
 * @param names default: source- and kustomize-controller
 */
export async function buildFluxControllers(progress: Progress, names: readonly FluxControllerName[] = MAIN): Promise<void> {
  for (const name of names) await findController(name, progress);
}

/** Finds a controller in the cache or builds it from its pinned module. */
async function findController(name: FluxControllerName, progress: Progress): Promise<string> {
  const moduleDir = join(findToolsDir(), name);
  const module = `github.com/fluxcd/${name}`;
  const version = new RegExp(`github\\.com/fluxcd/${name} (v\\S+)`).exec(readFileSync(join(moduleDir, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${moduleDir}/go.mod pins no ${name}`);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flux-ts', 'flux', version);
  const output = join(cache, name);
  if (existsSync(output)) return output;
  const host = hostOfProcess(process.env);
  await withLock(join(cache, `${name}.lock`), host, {}, async () => {
    if (existsSync(output)) return;
    const recipe = { title: `${name} ${version}`, moduleDir, package: module, linkerFlags: '-s -w', output };
    await buildBinary(recipe, host, { progress });
  });
  return output;
}

/** Makes the controller's account if it isn't there, and returns a kubeconfig with a token of it. */
async function prepareIdentity(
  name: FluxControllerName,
  admin: KubeClient,
  { namespace = 'flux-system', clusterAdmin = false, kubeconfigPath, accountSuffix = '' }: FluxControllersOptions,
): Promise<string> {
  return makeAccount(admin, { namespace, name: `${name}${accountSuffix}`, clusterAdmin, kubeconfigPath });
}

/** An account that somebody is to log in as. */
export interface AccountOptions {
  readonly namespace: string;
  readonly name: string;
  /** Binds it to cluster-admin. */
  readonly clusterAdmin: boolean;
  /** kubeconfig of an administrator of the same cluster. */
  readonly kubeconfigPath: string;
}

/** Makes an account, in a namespace that is made too where they are not there, and returns a kubeconfig with a token of it. */
export async function makeAccount(
  admin: KubeClient,
  { namespace, name, clusterAdmin, kubeconfigPath }: AccountOptions,
): Promise<string> {
  await createIfMissing(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await createIfMissing(admin, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  if (clusterAdmin) {
    await createIfMissing(admin, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `test-${namespace}-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
  return await makeAccountKubeconfig(admin, kubeconfigPath, { namespace, name });
}

function controllerFlags(
  name: FluxControllerName,
  dir: string,
  { health, storage, events, receiver }: Addresses,
  { leaderElection = false }: FluxControllersOptions,
): string[] {
  const address = `127.0.0.1:${storage}`;
  const eventsTo = events === 0 ? '' : `http://127.0.0.1:${events}/`;
  const path = join(dir, `${name}-storage`);
  mkdirSync(path, { recursive: true });
  const own: Partial<Record<FluxControllerName, readonly string[]>> = {
    'source-controller': [`--storage-path=${path}`, `--storage-addr=${address}`, `--storage-adv-addr=${address}`],
    'notification-controller': [`--receiverAddr=127.0.0.1:${receiver}`],
    'image-reflector-controller': [`--storage-path=${path}`],
  };
  return [
    `--health-addr=127.0.0.1:${health}`,
    '--metrics-addr=0',
    `--events-addr=${name === 'notification-controller' ? `127.0.0.1:${events}` : eventsTo}`,
    '--log-level=debug',
    '--log-encoding=json',
    `--enable-leader-election=${leaderElection}`,
    ...(own[name] ?? []),
  ];
}

async function run(
  program: string,
  flags: readonly string[],
  place: { name: string; dir: string; kubeconfig: string; logFile: string },
  { namespace = 'flux-system', runtimeNamespace = namespace, leaderElection = false }: FluxControllersOptions,
  served: number | undefined,
): Promise<ProcessIdentity> {
  const [command, args] = leaderElection ? wrapWithNamespaceFile(program, flags, namespace) : [program, flags];
  const log = openSync(place.logFile, 'a', 0o600);
  const child = spawn(command, args, {
    cwd: place.dir,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: place.dir,
      TMPDIR: place.dir,
      KUBECONFIG: place.kubeconfig,
      RUNTIME_NAMESPACE: runtimeNamespace,
      // Plays the DNS of a cluster: whatever the host of an artifact's URL is, this is where it is served.
      ...(served === undefined ? {} : { SOURCE_CONTROLLER_LOCALHOST: `127.0.0.1:${served}` }),
    },
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  const pid = child.pid as number;
  return { pid, startTime: readStartTime(pid, process.platform) ?? '' };
}

/**
 * With leader election a controller reads its namespace from a file that only Pods have, at a path that nothing can change.
 * So it gets a mount namespace of its own, in which `/var/run` is an empty folder with just that file.
 */
function wrapWithNamespaceFile(program: string, flags: readonly string[], namespace: string): [string, string[]] {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = `mount -t tmpfs tmpfs /var/run && mkdir -p ${folder} && printf %s "$0" > ${folder}/namespace && exec "$@"`;
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', [...user, '--mount', 'sh', '-c', script, namespace, program, ...flags]];
}

async function waitForPort(port: number, name: string, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (Date.now() > deadline) throw new Error(`${name} is not ready: ${readFileSync(logFile, 'utf8').slice(-2_000)}`);
    await sleep(50);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function createIfMissing(admin: KubeClient, object: K8sObject): Promise<void> {
  try {
    await admin.create(object);
  } catch (error) {
    if (!isFluxError(error, 'kube/already-exists')) throw error;
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}
