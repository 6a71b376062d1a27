import { FluxError, messageOf } from '../../core/errors.ts';
import { buildConnection, type ReadTextFile } from './build-connection.ts';
import type { Kubeconfig, KubeConnection, KubeFlags } from './kubeconfig-types.ts';
import { mergeKubeconfigs } from './merge-kubeconfigs.ts';
import { selectEntries } from './select-entries.ts';

/** Where Kubernetes puts a Pod's own credentials. */
const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What is needed to find out how to reach the API server. */
export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder; `.kube/config` is looked for below it. */
  readonly homeDir: string;
  readonly readFile: ReadTextFile;
  readonly flags?: KubeFlags;
  /** What parts the paths in KUBECONFIG; `;` on Windows. Default `:`. */
  readonly pathDelimiter?: string;
}

/**
 * Finds out how to reach the API server, as kubectl does: `--kubeconfig`, else the files in `KUBECONFIG`, else
 * `~/.kube/config`, else the Pod's own service account, else `http://localhost:8080`. Nothing is contacted yet.
 *
 * Effects: reads the kubeconfig and the certificate files that it names
 * Source: client-go tools/clientcmd loader.go and merged_client_builder.go
 *
 * @returns how to connect; it holds secrets
 * @throws {FluxError} kube/invalid-kubeconfig: a file cannot be read or says nonsense
 * @throws {FluxError} kube/unknown-context: the context, cluster or user asked for is not there
 */
export async function loadKubeconfig(options: LoadOptions): Promise<KubeConnection> {
  const flags = options.flags ?? {};
  const kubeconfig = await readKubeconfigs(options);
  if (kubeconfig === undefined && flags.server === undefined) {
    const inCluster = await loadInCluster(options, flags);
    if (inCluster !== undefined) return inCluster;
  }
  const selected = selectEntries(kubeconfig ?? mergeKubeconfigs([]), flags);
  if (selected.clusterName !== undefined && selected.cluster.server === undefined) {
    throw new FluxError('kube/invalid-kubeconfig', `cluster "${selected.clusterName}" in the kubeconfig has no server`, {
      hint: `kubectl config set-cluster ${selected.clusterName} --server=https://HOST:PORT`,
    });
  }
  return await buildConnection(selected, options.readFile, 'kubeconfig');
}

/** What the kubeconfig has entries for. */
export interface KubeconfigNames {
  readonly contexts: readonly string[];
  readonly clusters: readonly string[];
  readonly users: readonly string[];
}

/**
 * Lists the names in the kubeconfig, for those who have to choose one.
 *
 * Effects: reads the files
 *
 * @throws {FluxError} kube/invalid-kubeconfig
 */
export async function listKubeconfigNames(options: LoadOptions): Promise<KubeconfigNames> {
  const { contexts = {}, clusters = {}, users = {} } = (await readKubeconfigs(options)) ?? {};
  return { contexts: Object.keys(contexts), clusters: Object.keys(clusters), users: Object.keys(users) };
}

/** The files there are, merged; `undefined` where there is none or all are empty. */
async function readKubeconfigs(options: LoadOptions): Promise<Kubeconfig | undefined> {
  const { flags, env } = options;
  if (flags?.kubeconfig !== undefined && flags.kubeconfig !== '') {
    const config = await readKubeconfig(flags.kubeconfig, options.readFile);
    if (config !== undefined) return config;
    throw new FluxError('kube/invalid-kubeconfig', `kubeconfig "${flags.kubeconfig}" does not exist`, {
      hint: 'correct the path given with --kubeconfig',
      source: { file: flags.kubeconfig },
    });
  }
  const listed = (env['KUBECONFIG'] ?? '').split(options.pathDelimiter ?? ':').filter((path) => path !== '');
  const paths = listed.length > 0 ? new Set(listed) : [`${options.homeDir.replace(/[\\/]+$/, '')}/.kube/config`];
  const configs: Kubeconfig[] = [];
  for (const path of paths) {
    const config = await readKubeconfig(path, options.readFile);
    if (config !== undefined) configs.push(config);
  }
  const merged = mergeKubeconfigs(configs);
  const empty =
    merged.currentContext === undefined &&
    [merged.clusters, merged.users, merged.contexts].every((entries) => Object.keys(entries).length === 0);
  return empty ? undefined : merged;
}

async function readKubeconfig(path: string, readFile: ReadTextFile): Promise<Kubeconfig | undefined> {
  let text: string | undefined;
  try {
    text = await readFile(path);
  } catch (cause) {
    throw new FluxError('kube/invalid-kubeconfig', `cannot read kubeconfig "${path}": ${messageOf(cause)}`, {
      hint: 'check who may read the file',
      source: { file: path },
      cause,
    });
  }
  if (text === undefined) return undefined;
  // The YAML parser is loaded only here: a Pod needs none.
  const { parseKubeconfig } = await import('./parse-kubeconfig.ts');
  return parseKubeconfig(text, path);
}

/** The service account of the Pod this runs in; `undefined` outside of one. */
async function loadInCluster(options: LoadOptions, flags: KubeFlags): Promise<KubeConnection | undefined> {
  const host = options.env['KUBERNETES_SERVICE_HOST'];
  const port = options.env['KUBERNETES_SERVICE_PORT'];
  const tokenFile = `${SERVICE_ACCOUNT_FOLDER}/token`;
  if (!host || !port || (await options.readFile(tokenFile)) === undefined) return undefined;
  const namespace = options.env['POD_NAMESPACE'] || (await options.readFile(`${SERVICE_ACCOUNT_FOLDER}/namespace`))?.trim();
  const entries = selectEntries(
    {
      currentContext: '',
      contexts: { '': namespace ? { namespace } : {} },
      clusters: {},
      users: {},
    },
    flags,
  );
  const { context: _context, ...selected } = entries;
  const authority = `${SERVICE_ACCOUNT_FOLDER}/ca.crt`;
  const ownTrust = selected.cluster.certificateAuthority !== undefined || selected.cluster.insecureSkipTlsVerify === true;
  return await buildConnection(
    {
      ...selected,
      cluster: {
        ...selected.cluster,
        server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        ...(ownTrust ? {} : { certificateAuthority: authority }),
      },
      user: { ...selected.user, ...(selected.user.token === undefined ? { tokenFile } : {}) },
    },
    options.readFile,
    'in-cluster',
  );
}
