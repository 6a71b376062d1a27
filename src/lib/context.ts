import { FluxError } from './core/errors.ts';
import { FLUX_NAMESPACE } from './core/flux.ts';
import type { FileSystem } from './core/filesystem.ts';
import type { Host } from './core/host.ts';
import type { Progress } from './core/progress.ts';
import type { ArtifactStore } from './engine/artifact/index.ts';
import type { ArtifactWorld } from './features/artifact/index.ts';
import type { PluginWorld } from './features/plugin/index.ts';
import type { ReconcilePorts } from './features/reconcile/index.ts';
import type { KubeClient, KubeconfigNames, KubeConnection, KubeFlags, LoadOptions } from './engine/kube/index.ts';

/** How the API server is reached, as the flags say it. The names are kubectl's. */
export interface ConnectionFlags {
  readonly as: string;
  readonly 'as-group': readonly string[];
  readonly 'as-uid': string;
  readonly 'as-user-extra': readonly string[];
  readonly 'cache-dir': string;
  readonly 'certificate-authority': string;
  readonly 'client-certificate': string;
  readonly 'client-key': string;
  readonly cluster: string;
  readonly context: string;
  readonly 'disable-compression': boolean;
  readonly 'insecure-skip-tls-verify': boolean;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly 'ns-follows-kube-context': boolean;
  readonly server: string;
  readonly 'tls-server-name': string;
  readonly token: string;
  readonly user: string;
  /** Answers yes to all questions. */
  readonly yes: boolean;
  /** Tells more of what is done. */
  readonly verbose: boolean;
}

/** What a context is made from. */
export interface ContextInit {
  readonly host: Host;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly flags: ConnectionFlags;
  /** True where `--namespace` was given. */
  readonly namespaceGiven: boolean;
}

/** In whose name a driven run may ask others. */
export interface IdentityOptions {
  /** True lets it ask clouds and Vault in the name of accounts of the cluster: the gate `ObjectLevelWorkloadIdentity`. */
  readonly objectLevelIdentity: boolean;
  /** The ConfigMap with the servers of Vault that are trusted; empty means none. */
  readonly vaultConfigMap: string;
}

/** Time, as the parts ask for it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The one place where parts are wired together. Every member that costs something is a thunk: nothing is loaded, read or
 * connected before it is asked for.
 */
export interface Context {
  readonly host: Host;
  readonly progress: Progress;
  /** Aborted by Ctrl-C and by `--timeout`. */
  readonly signal: AbortSignal;
  /** The namespace that Flux's controllers run in. */
  readonly fluxNamespace: string;
  /** Folder for what can be made again: `$XDG_CACHE_HOME/flux-ts`. */
  readonly cacheDir: string;
  readonly clock: Clock;
  /** True where the story is to show the objects too. */
  readonly verbose: boolean;
  /** The namespace of the command; it follows the kubeconfig where that was asked for. */
  namespace(): Promise<string>;
  /** Where the API server is and who we are there, without connecting. */
  connection(): Promise<KubeConnection>;
  /** The names in the kubeconfig, without connecting. */
  kubeconfigNames(): Promise<KubeconfigNames>;
  /** The API server, under the caller's identity. */
  kube(): Promise<KubeClient>;
  /** Flux's manifests, as they ship with this package. */
  manifests(): Promise<FileSystem>;
  /** A folder that the user named, relative to where the command runs. */
  openFolder(path: string): Promise<FileSystem>;
  /** Git over HTTP and SSH. */
  git(): Promise<typeof import('./engine/git/index.ts')>;
  /** Signatures of commits and tags. */
  signatures(): Promise<typeof import('./engine/signature/index.ts')>;
  /** The local store of artifacts. */
  artifacts(): Promise<ArtifactStore>;
  /** All that driving a reconciliation needs. */
  reconcilePorts(identity?: IdentityOptions): Promise<ReconcilePorts>;
  /** A forge, such as GitHub. */
  forge(
    name: import('./engine/forge/index.ts').ForgeName,
    options: import('./engine/forge/index.ts').ForgeOptions & { readonly caCertificate: string },
  ): Promise<import('./engine/forge/index.ts').Forge>;
  /** Where the API and the pages of a forge are; both end in a slash. */
  forgeUrls(
    name: import('./engine/forge/index.ts').ForgeName,
    options: { readonly hostname: string; readonly baseUrl: string },
  ): Promise<{ readonly apiUrl: string; readonly webUrl: string }>;
  /** The clouds, in the name of whoever this machine is there. */
  cloud(): Promise<import('./engine/cloud/index.ts').Cloud>;
  /** All that OCI artifacts need: the files of this machine, and registries. */
  artifactWorld(): Promise<ArtifactWorld>;
  /** All that plugins need: their folder, and the catalogue. */
  plugins(): Promise<PluginWorld>;
  /** Reads a file that the user named, relative to where the command runs. */
  readTextFile(path: string): Promise<string>;
  /** The same as bytes. */
  readFile(path: string): Promise<Uint8Array>;
  /** Reads the manifests that the user named: files as they are, and of folders all files with these endings, however deep. */
  readManifestFiles(paths: readonly string[], extensions?: readonly string[]): Promise<{ path: string; text: string }[]>;
  /** Writes a file that the user named, whole or not at all. */
  writeTextFile(path: string, text: string): Promise<void>;
  /** Writes a result to a file that the user named, which need not be there; throws what the system throws. */
  storeTextFile(path: string, text: string): Promise<void>;
  /** Adds a text to the end of a file; throws what the system throws. */
  appendTextFile(path: string, text: string): Promise<void>;
  /** Asks the person at the terminal; where there is none, the answer is an error that names `--yes`. */
  confirm(question: string): Promise<boolean>;
  /** The same machine and streams with the cluster of another kubeconfig. The caller closes it. */
  at(kubeconfig: string): Context;
  /** Ends what was opened. */
  close(): Promise<void>;
}

/**
 * Makes the context of one command.
 *
 * Effects: none by itself
 */
export function createContext(init: ContextInit): Context {
  const { host, progress, signal, flags } = init;
  const loadOptions = async (): Promise<LoadOptions> => {
    const { readOptional } = await import('./context-files.ts');
    return {
      env: host.env,
      homeDir: host.homeDir,
      readFile: (path) => readOptional(path, host.cwd),
      flags: kubeFlagsOf(flags),
      pathDelimiter: host.platform === 'win32' ? ';' : ':',
    };
  };
  const connection = once(async () => {
    const [{ loadKubeconfig }, options] = await Promise.all([import('./engine/kube/index.ts'), loadOptions()]);
    return await loadKubeconfig(options);
  });
  const kube = once(async () => {
    const { connectContext } = await import('./context-kube.ts');
    return connectContext(await connection(), { host, progress, signal, clock: clockOf(host), cacheDir: flags['cache-dir'] });
  });
  let opened: Promise<KubeClient> | undefined;
  const closers: (() => void)[] = [];
  return {
    host,
    progress,
    signal,
    fluxNamespace: fluxNamespaceOf(host),
    cacheDir: cacheDirOf(host),
    clock: clockOf(host),
    verbose: flags.verbose,
    async namespace() {
      const follows = flags['ns-follows-kube-context'] || (host.env['FLUX_NS_FOLLOWS_KUBE_CONTEXT'] ?? '') !== '';
      return follows && !init.namespaceGiven ? (await connection()).namespace : flags.namespace;
    },
    connection,
    kubeconfigNames: once(async () => {
      const [{ listKubeconfigNames }, options] = await Promise.all([import('./engine/kube/index.ts'), loadOptions()]);
      return await listKubeconfigNames(options);
    }),
    kube() {
      opened ??= kube();
      return opened;
    },
    manifests: once(async () => {
      const [{ fromMemory, openRooted }, { preparedManifests }] = await Promise.all([
        import('./engine/filesys/index.ts'),
        import('./context-manifests.ts'),
      ]);
      const prepared = preparedManifests();
      return prepared === undefined ? openRooted(`${host.packageDir}manifests`) : fromMemory(prepared);
    }),
    async openFolder(path) {
      const [{ openRooted }, { resolve }] = await Promise.all([import('./engine/filesys/index.ts'), import('node:path')]);
      return openRooted(resolve(host.cwd, path));
    },
    git: () => import('./engine/git/index.ts'),
    signatures: () => import('./engine/signature/index.ts'),
    artifacts: once(async () => {
      const { openStore } = await import('./engine/artifact/index.ts');
      return openStore(`${cacheDirOf(host)}/artifacts`, { now: () => host.now().getTime() });
    }),
    async reconcilePorts(identity = { objectLevelIdentity: false, vaultConfigMap: '' }) {
      const { makeReconcilePorts } = await import('./context-reconcile.ts');
      return await makeReconcilePorts(this, identity);
    },
    async forge(name, { caCertificate, ...options }) {
      const { makeForgeSend, openForge } = await import('./engine/forge/index.ts');
      return openForge(name, options, { send: makeForgeSend({ caCertificate, env: host.env, signal }) });
    },
    async forgeUrls(name, { hostname, baseUrl }) {
      const { apiBaseOf, webBaseOf } = await import('./engine/forge/index.ts');
      return { apiUrl: apiBaseOf(name, { hostname, baseUrl }).href, webUrl: webBaseOf(hostname).href };
    },
    async cloud() {
      const { createCloud, importPackage } = await import('./engine/cloud/index.ts');
      return createCloud({ loadPackage: importPackage, now: clockOf(host).now, env: host.env, signal });
    },
    artifactWorld: once(async () => {
      const { makeArtifactWorld } = await import('./context-artifact.ts');
      const { closeAll, ...world } = makeArtifactWorld({ host, progress, signal, clock: clockOf(host) });
      closers.push(closeAll);
      return world;
    }),
    plugins: once(async () => {
      const { makePluginWorld } = await import('./context-plugin.ts');
      return makePluginWorld({ host, progress, signal, clock: clockOf(host) });
    }),
    async readTextFile(path) {
      const { readRequired } = await import('./context-files.ts');
      return await readRequired(path, host.cwd);
    },
    async readFile(path) {
      const { readBytes } = await import('./context-files.ts');
      return await readBytes(path, host.cwd);
    },
    async readManifestFiles(paths, extensions = ['.yaml', '.yml']) {
      const { readManifests } = await import('./context-files.ts');
      return await readManifests(paths, extensions, host.cwd);
    },
    async writeTextFile(path, text) {
      const { replaceFile } = await import('./context-files.ts');
      await replaceFile(path, text, host.cwd);
    },
    async storeTextFile(path, text) {
      const { storeFile } = await import('./context-files.ts');
      await storeFile(path, text, host.cwd);
    },
    async appendTextFile(path, text) {
      const { appendToFile } = await import('./context-files.ts');
      await appendToFile(path, text, host.cwd);
    },
    async confirm(question) {
      if (flags.yes) return true;
      const { confirm } = await import('./context-confirm.ts');
      return await confirm(question, host);
    },
    at: (path) => createContext({ ...init, flags: { ...flags, ...NO_CONNECTION, kubeconfig: path } }),
    async close() {
      for (const close of closers) close();
      if (opened === undefined) return;
      const client = await opened.catch(() => undefined);
      await client?.close();
    },
  };
}

/** Flags that change who one is, or where, on top of a kubeconfig: none of them. */
const NO_CONNECTION = {
  as: '',
  'as-group': [],
  'as-uid': '',
  'as-user-extra': [],
  'certificate-authority': '',
  'client-certificate': '',
  'client-key': '',
  cluster: '',
  context: '',
  'insecure-skip-tls-verify': false,
  server: '',
  'tls-server-name': '',
  token: '',
  user: '',
} as const;

function clockOf(host: Host): Clock {
  return {
    now: () => host.now().getTime(),
    async sleep(ms, signal) {
      const { setTimeout: sleep } = await import('node:timers/promises');
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  };
}

function fluxNamespaceOf(host: Host): string {
  const named = host.env['FLUX_SYSTEM_NAMESPACE'] ?? '';
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(named) ? named : FLUX_NAMESPACE;
}

function cacheDirOf(host: Host): string {
  const base = host.env['XDG_CACHE_HOME'] ?? '';
  return `${base === '' ? `${host.homeDir}/.cache` : base}/flux-ts`;
}

/** The flags that were given, as the kubeconfig loader names them. */
function kubeFlagsOf(flags: ConnectionFlags): KubeFlags {
  const text = (name: keyof ConnectionFlags, member: keyof KubeFlags): KubeFlags =>
    flags[name] === '' ? {} : { [member]: flags[name] };
  return {
    ...text('kubeconfig', 'kubeconfig'),
    ...text('context', 'context'),
    ...text('cluster', 'cluster'),
    ...text('user', 'user'),
    ...text('server', 'server'),
    ...text('token', 'token'),
    ...text('certificate-authority', 'certificateAuthority'),
    ...text('client-certificate', 'clientCertificate'),
    ...text('client-key', 'clientKey'),
    ...text('tls-server-name', 'tlsServerName'),
    ...text('as', 'as'),
    ...text('as-uid', 'asUid'),
    ...(flags['as-group'].length === 0 ? {} : { asGroup: flags['as-group'] }),
    ...(flags['as-user-extra'].length === 0 ? {} : { asUserExtra: parseExtra(flags['as-user-extra']) }),
    ...(flags['insecure-skip-tls-verify'] ? { insecureSkipTlsVerify: true } : {}),
    ...(flags['disable-compression'] ? { disableCompression: true } : {}),
  };
}

/** Reads `key=value` pairs; a key may come more than once. */
function parseExtra(pairs: readonly string[]): Record<string, string[]> {
  // Without a prototype: a key may be called "constructor".
  const extra = Object.create(null) as Record<string, string[]>;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new FluxError('usage/bad-value', `invalid extra '${pair}', must be key=value`);
    (extra[pair.slice(0, equals)] ??= []).push(pair.slice(equals + 1));
  }
  return extra;
}

/** Runs a thunk at most once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
