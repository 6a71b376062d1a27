import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { type BuildRecipe, buildBinary, readGoVersion } from './build-binary.ts';
import type { Host } from './host.ts';
import type { OpenDownload } from './open-download.ts';
import { formatKubernetesLinkerFlags, KUBERNETES_VERSION, parseKubernetesVersion } from './versions.ts';
import { withLock } from './with-lock.ts';

/** The programs that can be found or made. */
export type BinaryName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';

/** What is searched and where. */
export interface BinarySearch {
  readonly names: readonly BinaryName[];
  readonly version: string;
  /** The cache of all versions: `$XDG_CACHE_HOME/flux-ts/kubernetes`. */
  readonly cacheRoot: string;
  /** Folder with the pinned Go modules. */
  readonly toolsDir: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Default: https. */
  readonly open?: OpenDownload;
}

/** A place to look at. */
export interface Place {
  readonly title: string;
  /** Returns the paths of what it has of the wanted programs, and why not the others. */
  look(wanted: readonly BinaryName[]): Promise<{ readonly paths: BinaryPaths; readonly reason?: string }>;
}

/** Paths by program. */
export type BinaryPaths = Readonly<Partial<Record<BinaryName, string>>>;

/** What a search found. */
export interface BinarySearchResult {
  readonly paths: BinaryPaths;
  /** The places that gave something, in order. */
  readonly used: readonly { readonly place: string; readonly names: readonly BinaryName[] }[];
  /** The places that lacked something, and why. */
  readonly passed: readonly { readonly place: string; readonly reason: string }[];
}

/**
 * Finds the programs of a control plane: in `$KUBEBUILDER_ASSETS`, the cache, the official downloads, and last by building
 * them from source. Each program comes from the first place that has it, since the envtest archives have no
 * kube-controller-manager.
 *
 * Effects: reads the disk; may download and build into the cache, one process at a time
 *
 * @throws {FluxError} controlplane/no-binaries: no place has all of them; the single reasons are in `errors`
 */
export async function findBinaries(search: BinarySearch, host: Host): Promise<BinarySearchResult> {
  const quick = await searchPlaces(search.names, [assetsPlace(host), cachePlace(search)]);
  if (quick.missing.length === 0) return report(quick, search);
  return await withLock(
    join(search.cacheRoot, `${search.version}.lock`),
    host,
    {
      ...(search.signal === undefined ? {} : { signal: search.signal }),
      onWait: (holder) => search.progress.waiting(`waiting for process ${holder.pid}, which is getting the same programs`),
    },
    async () => {
      for (const { place, reason } of quick.passed) search.progress.detail(`${place}: ${reason}`);
      // Whoever held the lock before may have filled the cache.
      const places = [assetsPlace(host), cachePlace(search), downloadPlace(search, host), buildPlace(search, host)];
      return report(await searchPlaces(search.names, places), search);
    },
  );
}

/** What a walk over places found, and what it did not. */
export interface PlacesResult extends BinarySearchResult {
  readonly missing: readonly BinaryName[];
}

/**
 * Asks places in order for what is still missing.
 *
 * Effects: those of the places
 */
export async function searchPlaces(names: readonly BinaryName[], places: readonly Place[]): Promise<PlacesResult> {
  const paths: Partial<Record<BinaryName, string>> = {};
  const used: { place: string; names: BinaryName[] }[] = [];
  const passed: { place: string; reason: string }[] = [];
  let missing = [...names];
  for (const place of places) {
    if (missing.length === 0) break;
    const answer = await place.look(missing);
    const found = missing.filter((name) => answer.paths[name] !== undefined);
    for (const name of found) paths[name] = answer.paths[name] as string;
    if (found.length > 0) used.push({ place: place.title, names: found });
    missing = missing.filter((name) => !found.includes(name));
    if (missing.length > 0) passed.push({ place: place.title, reason: answer.reason ?? `has no ${missing.join(', ')}` });
  }
  return { paths, used, passed, missing };
}

function report(result: PlacesResult, search: BinarySearch): BinarySearchResult {
  if (result.missing.length > 0) {
    throw new FluxError(
      'controlplane/no-binaries',
      `there is no ${result.missing.join(', ')} ${search.version} and no way to get one: ${result.passed
        .map(({ place, reason }) => `${place}: ${reason}`)
        .join('; ')}`,
      {
        hint: 'install Go 1.26 or newer, or point KUBEBUILDER_ASSETS at a folder with the programs',
        details: { missing: result.missing, passed: result.passed },
      },
    );
  }
  return result;
}

function assetsPlace(host: Host): Place {
  return {
    title: 'KUBEBUILDER_ASSETS',
    async look(wanted) {
      const dir = host.env['KUBEBUILDER_ASSETS'];
      if (dir === undefined || dir === '') return { paths: {}, reason: 'not set' };
      return lookIn(dir, wanted);
    },
  };
}

function cachePlace(search: BinarySearch): Place {
  const dir = join(search.cacheRoot, search.version);
  return { title: `cache ${dir}`, look: async (wanted) => lookIn(dir, wanted) };
}

function downloadPlace(search: BinarySearch, host: Host): Place {
  const targetDir = join(search.cacheRoot, search.version);
  return {
    title: 'official download',
    async look(wanted) {
      const offline = host.env['FLUX_TS_OFFLINE'];
      if (offline !== undefined && !['', '0', 'false'].includes(offline)) return { paths: {}, reason: 'FLUX_TS_OFFLINE is set' };
      // Loaded only here: most calls find all in the cache.
      const { downloadBinaries } = await import('./download-binaries.ts');
      const { httpsDownload } = await import('./open-download.ts');
      try {
        const { version, progress, signal, open = httpsDownload(host) } = search;
        await downloadBinaries(wanted, host, {
          version,
          targetDir,
          open,
          progress,
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        if (!isFluxError(error, 'controlplane/')) throw error;
        search.progress.detail(`official download: ${messageOf(error)}`);
        return { ...lookIn(targetDir, wanted), reason: messageOf(error) };
      }
      return lookIn(targetDir, wanted);
    },
  };
}

function buildPlace(search: BinarySearch, host: Host): Place {
  const targetDir = join(search.cacheRoot, search.version);
  return {
    title: 'build from source',
    async look(wanted) {
      if (search.version !== KUBERNETES_VERSION) {
        return { paths: {}, reason: `the modules in ${search.toolsDir} pin ${KUBERNETES_VERSION}, not ${search.version}` };
      }
      const goVersion = await readGoVersion(host, search.signal);
      if (goVersion === undefined) return { paths: {}, reason: 'there is no `go` on the PATH' };
      search.progress.detail(`building with ${goVersion} from the modules in ${search.toolsDir}; once per version, minutes each`);
      try {
        for (const [index, name] of wanted.entries()) {
          await buildBinary(kubernetesRecipe(name, search.version, search.toolsDir, targetDir), host, {
            progress: search.progress,
            position: `(${index + 1} of ${wanted.length})`,
            ...(search.signal === undefined ? {} : { signal: search.signal }),
          });
        }
      } catch (error) {
        if (!isFluxError(error, 'controlplane/')) throw error;
        return { ...lookIn(targetDir, wanted), reason: messageOf(error) };
      }
      return lookIn(targetDir, wanted);
    },
  };
}

/**
 * Returns how a program is built from the pinned modules.
 *
 * Effects: none
 *
 * @throws {FluxError} controlplane/bad-version: the version is not one
 */
export function kubernetesRecipe(name: BinaryName, version: string, toolsDir: string, targetDir: string): BuildRecipe {
  const parsed = parseKubernetesVersion(version);
  if (parsed === undefined) {
    throw new FluxError('controlplane/bad-version', `${JSON.stringify(version)} is not a Kubernetes version such as v1.36.3`);
  }
  const output = join(targetDir, name);
  if (name === 'etcd') {
    return {
      title: `etcd for Kubernetes ${version}`,
      moduleDir: join(toolsDir, 'etcd'),
      package: 'go.etcd.io/etcd/server/v3',
      linkerFlags: '-s -w',
      output,
    };
  }
  return {
    title: `${name} ${version}`,
    moduleDir: join(toolsDir, 'kubernetes'),
    package: `k8s.io/kubernetes/cmd/${name}`,
    linkerFlags: formatKubernetesLinkerFlags(parsed),
    output,
  };
}

function lookIn(dir: string, wanted: readonly BinaryName[]): { paths: BinaryPaths; reason?: string } {
  const paths: Partial<Record<BinaryName, string>> = {};
  for (const name of wanted) if (isProgram(join(dir, name))) paths[name] = join(dir, name);
  return { paths };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
