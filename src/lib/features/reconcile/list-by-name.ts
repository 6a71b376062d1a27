import { isFluxError } from '../../core/errors.ts';
import type { K8sObject, KindRef } from '../../core/objects.ts';
import type { KubeClient, ListOptions } from '../../engine/kube/index.ts';

/**
 * Lists objects of a kind by name, to spare reading each of many; nothing where that cannot be had: who may not list may still
 * read them one by one.
 *
 * Effects: reads the cluster
 */
export async function listByName(
  { apiVersion, kind }: KindRef,
  kube: Pick<KubeClient, 'list'>,
  options: ListOptions,
): Promise<ReadonlyMap<string, K8sObject> | undefined> {
  try {
    const { items } = await kube.list({ apiVersion, kind }, options);
    // Items of a list may lack what the list says once for all of them.
    return new Map(items.map((item) => [item.metadata.name, { ...item, apiVersion, kind }]));
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden') || isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}
