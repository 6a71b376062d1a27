import { isFluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatApiVersion, type K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { ApiResource, KubeClient } from '../../engine/kube/index.ts';
import { LIST_NAMES, LISTS } from './lists.ts';
import type { ListName, RemoteLogin, Snapshot } from './types.ts';

const READS_AT_ONCE = 6;

/** What it needs of a cluster. */
export type AuditClient = Pick<KubeClient, 'get' | 'list' | 'resources'>;

/**
 * Reads what the rules look at, each list once. What may not be read is noted, and the rows that need it say so. Of Secrets
 * only those are read that hold a kubeconfig, by name, and nothing of them is kept but what kind of login they have.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} kube/…: the cluster cannot be reached
 */
export async function readCluster(kube: AuditClient, fluxNamespace: string): Promise<Snapshot> {
  const resources = await kube.resources();
  const lists = new Map<ListName, readonly K8sObject[]>();
  const unread = new Map<ListName, string>();
  await mapBounded(LIST_NAMES, READS_AT_ONCE, async (name) => {
    const { group, plural, isFluxOnly = false } = LISTS[name];
    const resource = resources.find((each) => each.group === group && each.plural === plural);
    if (resource === undefined) {
      lists.set(name, []);
      return;
    }
    try {
      const kind = { apiVersion: formatApiVersion(resource.group, resource.version), kind: resource.kind };
      const { items } = await kube.list(kind, isFluxOnly ? { namespace: fluxNamespace } : {});
      // Items of a list may lack what the list says once for all of them.
      lists.set(
        name,
        items.map((item) => ({ ...item, ...kind })),
      );
    } catch (error) {
      if (!isFluxError(error, 'kube/forbidden') && !isFluxError(error, 'kube/unknown-kind')) throw error;
      unread.set(name, messageOf(error));
    }
  });
  return {
    from: 'cluster',
    fluxNamespace,
    lists,
    unread,
    served: new Set(resources.map(({ group, plural }: ApiResource) => `${group}/${plural}`)),
    remoteLogins: await readLogins(lists, kube),
    positions: new Map(),
  };
}

async function readLogins(
  lists: ReadonlyMap<ListName, readonly K8sObject[]>,
  kube: AuditClient,
): Promise<ReadonlyMap<string, RemoteLogin>> {
  const wanted = new Map<string, { namespace: string; name: string; key: string }>();
  for (const object of [...(lists.get('kustomizations') ?? []), ...(lists.get('helmReleases') ?? [])]) {
    const name = readText(object, 'spec', 'kubeConfig', 'secretRef', 'name');
    const namespace = object.metadata.namespace ?? '';
    if (name !== '')
      wanted.set(`${namespace}/${name}`, { namespace, name, key: readText(object, 'spec', 'kubeConfig', 'secretRef', 'key') });
  }
  const logins = new Map<string, RemoteLogin>();
  await mapBounded([...wanted], READS_AT_ONCE, async ([id, { namespace, name, key }]) => {
    try {
      const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
      const data = secret !== undefined && isJsonObject(secret['data']) ? secret['data'] : {};
      const value = [key, 'value', 'value.yaml'].map((each) => data[each]).find((each) => typeof each === 'string');
      if (typeof value === 'string') logins.set(id, judgeKubeconfig(Buffer.from(value, 'base64').toString('utf8')));
    } catch (error) {
      if (!isFluxError(error, 'kube/forbidden')) throw error;
    }
  });
  return logins;
}

/**
 * Tells what kind of login a kubeconfig has; its values go nowhere.
 *
 * Effects: none
 */
export function judgeKubeconfig(text: string): RemoteLogin {
  let config: unknown;
  try {
    config = parseYaml(text);
  } catch {
    config = undefined;
  }
  const members = (list: string, member: string): Record<string, unknown>[] => {
    const items = isJsonObject(config as never) ? (config as Record<string, unknown>)[list] : undefined;
    return Array.isArray(items)
      ? items.flatMap((item) => (isJsonObject(item) && isJsonObject(item[member]) ? [item[member]] : []))
      : [];
  };
  const users = members('users', 'user');
  const clusters = members('clusters', 'cluster');
  const FILES = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];
  return {
    runsCommand: users.some((user) => user['exec'] !== undefined || user['auth-provider'] !== undefined),
    skipsTls: clusters.some(
      (cluster) => cluster['insecure-skip-tls-verify'] === true || String(cluster['server'] ?? '').startsWith('http:'),
    ),
    namesFiles: [...users, ...clusters].some((each) => FILES.some((field) => each[field] !== undefined)),
  };
}
