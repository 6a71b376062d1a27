import type { Clock } from './context.ts';
import { readOptional } from './context-files.ts';
import { FINALIZER } from './core/flux.ts';
import type { Host } from './core/host.ts';
import type { Progress } from './core/progress.ts';
import {
  connect,
  type IssuedToken,
  type KubeClient,
  type KubeConnection,
  openDiscoveryStore,
  parseForeignKubeconfig,
} from './engine/kube/index.ts';

/** What a connection is opened with. */
export interface ConnectContextOptions {
  readonly host: Host;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Aborted by Ctrl-C and by `--timeout`. */
  readonly signal: AbortSignal;
  /** Folder for discovery; empty means `~/.kube/cache`, which kubectl uses too. */
  readonly cacheDir: string;
}

/**
 * Opens the API server for a command.
 *
 * Effects: none before the first request
 */
export function connectContext(connection: KubeConnection, options: ConnectContextOptions): KubeClient {
  const { host, progress } = options;
  const cacheDir = options.cacheDir === '' ? `${host.homeDir}/.kube/cache` : options.cacheDir;
  return connect(connection, {
    clock: options.clock,
    stop: options.signal,
    readFile: (path) => readOptional(path, host.cwd),
    env: host.env,
    interactive: host.interactive,
    discoveryStore: openDiscoveryStore(`${cacheDir}/flux-ts`),
    onWarning: (text) => {
      // Kubernetes advises against the form that the name of Flux's own finalizer has; nobody here can follow the advice.
      if (!text.includes(FINALIZER)) progress.warning(text);
    },
  });
}

/** Upstream's bound for a request to another cluster. */
const FOREIGN_TIMEOUT_MS = 30_000;

/**
 * Opens the API server of a kubeconfig that somebody else wrote. What its discovery says is not kept on the disk: it could claim
 * to be our own server.
 *
 * Effects: none before the first request
 *
 * @param name what to call it in messages
 * @param issueToken logs in, in the place of what the kubeconfig has
 * @throws {FluxError} kube/invalid-kubeconfig, kube/unsafe-kubeconfig
 */
export async function connectForeign(
  kubeconfig: string,
  name: string,
  { host, progress, clock, signal }: Pick<ConnectContextOptions, 'host' | 'progress' | 'clock' | 'signal'>,
  issueToken?: () => Promise<IssuedToken>,
): Promise<KubeClient> {
  const connection = await parseForeignKubeconfig(kubeconfig, name);
  const credentials = { ...connection.credentials, ...(issueToken === undefined ? {} : { issueToken }) };
  return connect(
    { ...connection, credentials },
    {
      clock,
      stop: signal,
      readFile: () => Promise.resolve(undefined),
      env: host.env,
      timeoutMs: FOREIGN_TIMEOUT_MS,
      onWarning: (text) => progress.warning(text),
    },
  );
}
