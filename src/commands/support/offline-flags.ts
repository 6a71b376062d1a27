import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import type { K8sObject } from '../../lib/core/objects.ts';
import { type Flag, keyValues, string, strings } from '../../lib/cli/flags.ts';
import { type OfflineRequest, pickKustomization, readDefinitions } from '../../lib/features/rbac/index.ts';

/** The flags of commands that work out rights from files. */
export const OFFLINE_FLAGS: { readonly [K in keyof OfflineValues]: Flag<OfflineValues[K]> } = {
  path: string({ description: 'folder with the manifests; it stands for spec.path' }),
  'kustomization-file': string({ description: 'file with the Kustomization; no cluster is asked' }),
  crds: strings({
    description: 'files or folders with definitions of kinds that neither Kubernetes nor Flux brings; can be repeated',
  }),
  substitute: keyValues({ description: 'value of a variable that is not in the file: NAME=VALUE; can be repeated' }),
};

/** The values of these flags. */
export interface OfflineValues {
  readonly path: string;
  readonly 'kustomization-file': string;
  readonly crds: readonly string[];
  readonly substitute: Readonly<Record<string, string>>;
}

/** Tells whether files are to be used rather than a cluster. */
export function isOffline(given: ReadonlySet<string>): boolean {
  return Object.keys(OFFLINE_FLAGS).some((name) => given.has(name));
}

/**
 * Reads the Kustomization and the definitions that the flags name.
 *
 * @param name of the Kustomization; empty means the only one
 * @throws {FluxError} rbac/no-file: a flag of the offline form without its file
 */
export async function readOffline(
  name: string,
  flags: OfflineValues,
  given: ReadonlySet<string>,
  context: Context,
): Promise<OfflineRequest> {
  const file = flags['kustomization-file'];
  if (file === '') {
    throw new FluxError('rbac/no-file', '--path, --crds and --substitute are for a Kustomization that is read from a file', {
      hint: 'name the file: --kustomization-file=FILE, or leave them off to ask the cluster',
    });
  }
  const kustomization = pickKustomization(await context.readTextFile(file), file, await choiceOf(name, given, context), (text) =>
    context.progress.warning(text),
  );
  return {
    kustomization,
    file,
    path: flags.path,
    substitute: flags.substitute,
    definitions: await readCrds(flags.crds, context),
  };
}

/** What `-n` and the name say about the Kustomization in a file. */
export async function choiceOf(
  name: string,
  given: ReadonlySet<string>,
  context: Context,
): Promise<{ name: string; namespace?: string; defaultNamespace: string }> {
  const namespace = await context.namespace();
  return { name, defaultNamespace: namespace, ...(given.has('namespace') ? { namespace } : {}) };
}

/** Reads the definitions of `--crds`. */
export async function readCrds(paths: readonly string[], context: Context): Promise<readonly K8sObject[]> {
  return paths.length === 0 ? [] : readDefinitions(await context.readManifestFiles(paths));
}
