import { isFluxError } from '../../../core/errors.ts';
import { GROUP, KUSTOMIZE, TENANT_LABEL } from '../../../core/flux.ts';
import { formatSubject, type K8sObject, type KindRef, refOf } from '../../../core/objects.ts';
import { readPath } from '../../../core/read-object.ts';
import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { tryCreate, tryDelete, tryPatch } from '../probe.ts';
import type { Attempt } from '../types.ts';
import { type EscapeWorld, inPlace, judgeRefusal, type Place, PROBE, type Vector } from '../world.ts';
import { gitRepository, ociRepository } from './probe-objects.ts';

/** Kinds that a platform puts into a tenant's namespace. */
const PLATFORM_KINDS: readonly KindRef[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'v1', kind: 'ResourceQuota' },
  { apiVersion: 'v1', kind: 'LimitRange' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: `${GROUP.source}/v1`, kind: 'GitRepository' },
  { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization' },
];

/** Whoever applies an object puts its own labels on it, and prunes it later. */
export const TAKE_OVER: Vector = {
  id: 'E19',
  title: "take-over of others' objects",
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      attempts.push(await sharedNamespace(world, place));
      attempts.push(...(await takeOver(world, place)));
    }
    return attempts;
  },
};

async function sharedNamespace({ kube, tenant }: EscapeWorld, { namespace }: Place): Promise<Attempt> {
  const what = `other tenants in ${namespace}`;
  const { items } = await kube.list({ apiVersion: 'v1', kind: 'ServiceAccount' }, { namespace, metadataOnly: true });
  const others = items
    .map(({ metadata }) => metadata.labels?.[TENANT_LABEL])
    .filter((name) => name !== undefined && name !== tenant.name);
  const [other] = others;
  return other === undefined
    ? closed(what, `no other tenant has an account in ${namespace}`)
    : open(
        what,
        `tenant ${other} has an account in ${namespace} too, and each can prune what the other applied`,
        'give each tenant a namespace of its own',
      );
}

async function takeOver(world: EscapeWorld, place: Place): Promise<Attempt[]> {
  const objects: K8sObject[] = [];
  for (const kind of PLATFORM_KINDS) objects.push(...(await listForeignOwned(world, kind, place.namespace)));
  if (objects.length === 0)
    return [closed(`objects of others in ${place.namespace}`, 'nothing there belongs to a Kustomization outside')];
  const attempts: Attempt[] = [];
  for (const object of objects) {
    const what = `${formatSubject(refOf(object))} of ${object.metadata.labels?.[KUSTOMIZE.namespaceLabel] ?? ''}/${object.metadata.labels?.[KUSTOMIZE.nameLabel] ?? ''}`;
    const patched = await tryPatch(place.kube, refOf(object), { metadata: { labels: { [PROBE]: 'true' } } });
    const deleted = await tryDelete(place.kube, refOf(object));
    attempts.push(
      judgeRefusal(what, patched) ??
        judgeRefusal(what, deleted) ??
        open(what, `${formatSubject(refOf(object))} can be taken over and pruned`, '--admission-policy'),
    );
  }
  return attempts;
}

async function listForeignOwned({ kube, tenant }: EscapeWorld, kind: KindRef, namespace: string): Promise<K8sObject[]> {
  try {
    const { items } = await kube.list(kind, { namespace, labelSelector: KUSTOMIZE.namespaceLabel, metadataOnly: true });
    return items
      .map((item) => ({ ...item, ...kind }))
      .filter(({ metadata }) => !tenant.namespaces.includes(metadata.labels?.[KUSTOMIZE.namespaceLabel] ?? ''));
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind') || isFluxError(error, 'kube/forbidden')) return [];
    throw error;
  }
}

const VERIFIED = '--admission-policy --require-verification';

/** Whoever can push decides what runs, unless commits are signed. */
export const UNSIGNED: Vector = {
  id: 'E20',
  title: 'unsigned commit or artifact',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      for (const object of [gitRepository(place.namespace), ociRepository(place.namespace)]) {
        const what = `${object.kind} without spec.verify${inPlace(world, place)}`;
        attempts.push(
          judgeRefusal(what, await tryCreate(place.kube, object)) ?? open(what, 'nothing asks for signatures', VERIFIED),
        );
      }
    }
    for (const namespace of world.tenant.namespaces) attempts.push(...(await judgeSources(world, namespace)));
    return attempts;
  },
};

async function judgeSources({ kube }: EscapeWorld, namespace: string): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const kind of ['GitRepository', 'OCIRepository']) {
    const what = `${kind} objects of ${namespace}`;
    try {
      const { items } = await kube.list({ apiVersion: `${GROUP.source}/v1`, kind }, { namespace });
      const unsigned = items.find((item) => readPath(item, 'spec', 'verify') === undefined);
      if (items.length === 0) attempts.push(inapplicable(what, 'there are none'));
      else if (unsigned === undefined) attempts.push(closed(what, 'each verifies signatures'));
      else
        attempts.push(
          open(
            what,
            `${kind} ${unsigned.metadata.name} verifies no signature`,
            `set spec.verify of ${kind} ${unsigned.metadata.name}`,
          ),
        );
    } catch (error) {
      if (isFluxError(error, 'kube/unknown-kind')) attempts.push(inapplicable(what, `the cluster has no ${kind}`));
      else if (isFluxError(error, 'kube/forbidden')) attempts.push(unknown(what, `the caller may not list ${kind} objects`));
      else throw error;
    }
  }
  return attempts;
}
