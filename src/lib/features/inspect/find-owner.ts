import { GROUP, HELM, KUSTOMIZE } from '../../core/flux.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { ObjectGetter } from './ports.ts';

/** How many owners up an object's own is looked for. */
const MOST_OWNERS = 10;

/**
 * Finds the Kustomization or HelmRelease that manages an object: by the labels on it, else by those on what owns it.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/trace.go
 *
 * @returns `undefined` where Flux does not manage it
 */
export async function findOwner(object: K8sObject, kube: ObjectGetter): Promise<ObjectRef | undefined> {
  let current: K8sObject | undefined = object;
  for (let depth = 0; current !== undefined && depth < MOST_OWNERS; depth += 1) {
    const found = ownerOf(current);
    if (found !== undefined) return found;
    current = await controllerOf(current, kube);
  }
  return undefined;
}

/** What an object's labels say of who manages it. */
export function ownerOf({ metadata: { labels = {} } }: K8sObject): ObjectRef | undefined {
  const [ks, hr] = [labels[KUSTOMIZE.nameLabel], labels[HELM.nameLabel]];
  if (ks !== undefined) {
    const namespace = labels[KUSTOMIZE.namespaceLabel] ?? '';
    return { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization', namespace, name: ks };
  }
  if (hr === undefined) return undefined;
  return { apiVersion: `${GROUP.helm}/v2`, kind: 'HelmRelease', namespace: labels[HELM.namespaceLabel] ?? '', name: hr };
}

/** The object that owns another one in its namespace. */
async function controllerOf(object: K8sObject, kube: ObjectGetter): Promise<K8sObject | undefined> {
  const owners = object.metadata.ownerReferences ?? [];
  const owner = owners.find((candidate) => candidate['controller'] === true) ?? owners[0];
  if (owner === undefined) return undefined;
  const { namespace } = refOf(object);
  const { apiVersion, kind, name } = owner;
  return await kube.get({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
}
