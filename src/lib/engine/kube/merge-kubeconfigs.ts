import type { Kubeconfig } from './kubeconfig-types.ts';

/**
 * Joins kubeconfigs into one. An entry is taken whole from the first file that has its name, and the current context from the
 * first that sets one.
 *
 * Effects: none
 * Source: client-go tools/clientcmd loader.go, and the rules of "Organizing Cluster Access Using kubeconfig Files"
 *
 * @param configs in the order of the KUBECONFIG variable
 */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const currentContext = configs.find((config) => config.currentContext !== undefined)?.currentContext;
  return {
    ...(currentContext === undefined ? {} : { currentContext }),
    clusters: mergeEntries(configs.map((config) => config.clusters)),
    users: mergeEntries(configs.map((config) => config.users)),
    contexts: mergeEntries(configs.map((config) => config.contexts)),
  };
}

function mergeEntries<T>(maps: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const merged: Record<string, T> = Object.create(null) as Record<string, T>;
  for (const map of maps) {
    for (const [name, entry] of Object.entries(map)) if (!(name in merged)) merged[name] = entry;
  }
  return merged;
}
